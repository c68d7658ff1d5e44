"""Targets of the calibration: each figure with its tolerance, date and source, none dated after 2020.

Figures of counties are those of the fitted ones together, or of the differences between these; counties that are held
out enter none of them, but their people are part of the province, to which other targets refer. The census and a run go
through the same functions (indirect inference: Gourieroux, Monfort and Renault 1993, Journal of Applied Econometrics
8), so that a statistic has the same bias in both.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import baseline
from sim.config import Config, ConfigError
from sim.config.files import shown
from sim.experiments.calibration.counties import Past
from sim.experiments.calibration.hindcast import wide
from sim.experiments.calibration.target import Target
from sim.report.words import province


class Summaries(NamedTuple):
    """Figures of counties by name, with the sampling error of those that describe differences between counties."""

    values: dict[str, float]
    errors: dict[str, float]


def targets(config: Config, known: Past, seen: np.ndarray) -> list[Target]:
    """Return the targets, those of counties for the ones that may be `seen`."""
    data = baseline.load(config.data)
    series = data.province_series.set_index(["variable", "vintage", "year"])["value"]

    def published(variable: str, vintage: str, year: int) -> float:
        if (variable, vintage, year) not in series.index:
            raise ConfigError(f"{shown(data.folder)}/province_series.csv: expected {variable} of {year} ({vintage}), "
                              "which the fit is to meet")
        return float(series[variable, vintage, year])

    census = summaries(known, seen, observed(config, known))
    share = {year: published("urban_share_pct", "pre_census_2020", year) for year in (2016, 2019)}
    before, urban = (published("urban_share_pct", f"census_{year}", year) for year in (2010, 2020))
    pace = ((share[2019] - share[2016]) / 3) / ((share[2016] - before) / 6)
    deaths = 1e4 * pd.Series([published("deaths_10k", "pre_census_2020", year) for year in (2016, 2017, 2019)]).mean()
    births = 1e4 * published("births_10k", "census_2020", 2020)
    people = 1e4 * published("residents_10k", "census_2020", 2020)
    middle = data.benchmarks.set_index("name")[["low", "high"]].mean(axis=1)
    cores = [province.said(data.province.model_dump(), data.prefectures).core.en] if data.province.core_cities else []
    c, error = census.values, census.errors

    def county(name: str, observation: float, discrepancy: float, unit: str, source: str, scale: str = "linear"):
        return Target(name, c[name], observation, discrepancy, unit, "2020", source, scale)

    counties = "census, fitted counties"
    apart = f"{counties}; 2010 and 2020"
    return [
        county("urban_share", 0.1, 0.3, "%", f"{counties} together", "logit"),
        county("urban_by_level", error["urban_by_level"], 0.03, "points by point of 2010", apart),
        county("urban_by_college", error["urban_by_college"], 1.0, "points by log odds of 2010", apart),
        county("urban_by_farming", error["urban_by_farming"], 1.0, "points by log odds of 2010", apart),
        county("urban_by_distance", error["urban_by_distance"], 1.0, "points by log km", apart),
        county("urban_spread", error["urban_spread"], 0.3, "points", f"{apart}; about that plane", "log"),
        county("residents_growth", 0.1, 0.5, "%", f"{counties} together, boundaries of 2020"),
        county("registered_growth", 0.6, 0.4, "%", f"{counties} together; largely estimated, their sum is published"),
        county("residents_spread", error["residents_spread"], 0.3, "%", f"{apart}; of the logarithm of growth", "log"),
        county("under_10", 0.1, 0.3, "% of residents", f"{counties} together", "logit"),
        county("aged_65", 0.05, 0.3, "% of residents", f"{counties} together", "logit"),
        county("absent", 0.4, 0.3, "% of registered", f"{counties} together; registered people largely estimated",
               "logit"),
        county("absent_outside", 0.8, 0.2, "% of registered", f"{counties} together; declared share of the absent",
               "logit"),
        county("from_districts", 0.15, 0.1, "% of residents", f"{counties} together; declared share of incomers",
               "logit"),
        county("from_outside", 0.02, 0.08, "% of residents", f"{counties} together", "logit"),
        Target("province_urbanization_2020", urban, 0.1, 0.25, "%", "2020",
               "census", "logit"),
        Target("province_residents_2020", people, 0.001 * people, 0.003 * people, "persons", "2020", "census", "log"),
        Target("pace_ratio", pace, 0.05, 0.05, "ratio", "2010-2019",
               "urban share of the province, points a year 2016-19 against 2010-16", "log"),
        Target("province_births_2020", births, 0.02 * births, 0.03 * births, "persons a year", "2020",
               "census, people aged 0", "log"),
        Target("province_deaths", deaths, 0.01 * deaths, 0.02 * deaths, "persons a year", "2016-2019",
               "communiques of 2016, 2017 and 2019", "log"),
        *(Target("core_share_of_growth", _core_share(data), 1.0, 8.0, "%", "2010-2020",
                 f"census, {core} in the growth of the province") for core in cores),
        Target("return_rate", 0.014, 0.0015, 0.0015, "per year", "1998-2015",
               "22.3 % of migrants returned in 17 years (Bai and others 2018)", "log"),
        *(Target("hukou_rise", rise, 0.08, 0.06, "points a year", "2019-2020",
                 "registered urban share of the counties (provincial report)")
          for rise in middle.reindex(["hukou_rise"]).dropna()),
        Target("unemployment_2021", 100 * config.parameters.labour.normal_unemployment, 0.2, 0.2, "%", "declared",
               "the declared normal share, not an observation", "log"),
        *(Target("income_ratio_2020", ratio, 0.05, 0.03, "ratio", "2020",
                 "counties 2.1 to 2.3, below the province's 2.33 (assumed)", "log")
          for ratio in middle.reindex(["income_ratio"]).dropna()),
    ]


def summaries(known: Past, seen: np.ndarray, people: pd.DataFrame) -> Summaries:
    """Return figures of 2020 of the counties `seen` from persons by county (rows) and name.

    Urban shares are described by a plane over those of 2010, the log odds of having been to college and of farming, and
    the log distance to the prefecture's districts, and by the standard deviation about it.
    """
    own = people[seen]
    residents, registered = own["residents"].sum(), own["registered"].sum()
    growth = own["residents"] / own["residents_2010"]
    start = known.before.residents[seen]
    share = (100 * own["urban"] / own["residents"]).to_numpy()
    plane = np.column_stack([np.ones(seen.sum()), 100 * known.before.urban[seen] / start, known.before.college[seen],
                             known.before.farming[seen], known.remoteness[seen]])
    slopes, spread, slope_errors = _least_squares(plane, share)
    of_growth = float(np.std(100 * np.log(growth), ddof=1))
    values = {
        "urban_share": 100 * own["urban"].sum() / residents,
        "urban_by_level": slopes[1], "urban_by_college": slopes[2], "urban_by_farming": slopes[3],
        "urban_by_distance": slopes[4], "urban_spread": spread,
        "residents_growth": 100 * (np.average(growth, weights=start) - 1),
        "registered_growth": 100 * (registered / own["registered_2010"].sum() - 1),
        "residents_spread": of_growth,
        "under_10": 100 * own["under_10"].sum() / residents, "aged_65": 100 * own["old"].sum() / residents,
        "absent": 100 * own["absent"].sum() / registered,
        "absent_outside": 100 * own["absent_outside"].sum() / registered,
        "from_districts": 100 * own["from_districts"].sum() / residents,
        "from_outside": 100 * own["from_outside"].sum() / residents,
    }
    count = int(seen.sum())
    errors = {"urban_by_level": slope_errors[1], "urban_by_college": slope_errors[2],
              "urban_by_farming": slope_errors[3], "urban_by_distance": slope_errors[4],
              "urban_spread": spread / (2 * (count - plane.shape[1])) ** 0.5,
              "residents_spread": of_growth / (2 * (count - 1)) ** 0.5}
    return Summaries({name: float(value) for name, value in values.items()},
                     {name: float(value) for name, value in errors.items()})


def observed(config: Config, known: Past) -> pd.DataFrame:
    """Return the census of 2020 as a run would say it: persons by county and name, each from its own row of the census;
    who is outside the province and who came from districts rest on declared shares."""
    after, p = known.after, config.parameters.population
    return pd.DataFrame({
        "residents_2010": known.before.residents, "registered_2010": known.before.registered,
        "residents": after.residents, "urban": after.urban,
        "children": after.children, "old": after.old, "registered": after.registered, "absent": after.absent,
        "under_10": after.ages[:, :3].sum(1), "absent_outside": p.absent_outside_share * after.absent,
        "from_districts": (1 - p.incomers_from_counties_share) * after.from_province,
        "from_outside": after.from_outside,
    }, index=known.codes, dtype=float)


def said(known: Past, seen: np.ndarray, outcome: pd.DataFrame, wanted: list[Target]) -> np.ndarray:
    """Return the value of each target in a run, from the table that `outcomes.everything` returns."""
    whole = outcome[outcome["group"] == "whole"].set_index("name")["value"]
    values = {**whole, **summaries(known, seen, wide(outcome)).values}
    return np.array([values[target.name] for target in wanted])


def _least_squares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Return coefficients, the standard deviation of residuals and the standard errors of the coefficients."""
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ x.T @ y
    spread = float(np.sqrt(((y - x @ slopes) ** 2).sum() / (len(y) - x.shape[1])))
    return slopes, spread, spread * np.sqrt(np.diag(inverse))


def _core_share(data: baseline.Baseline) -> float:
    """Return the part of the province's growth 2010-20 that the core cities had, in percent."""
    table = data.prefectures
    growth = table["resident_population_2020"] - table["resident_population_2010"]
    return float(100 * growth[table["adcode"].isin(data.province.core_cities)].sum() / growth.sum())
