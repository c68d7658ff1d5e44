"""The years 2021 and 2022: published figures that the fit has not seen, beside those of the model."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim import baseline
from sim.config import Config
from sim.core import store
from sim.report.tables.findings import HIGH, LOW
from sim.run import Progress, quiet, run

VINTAGE = "post_census_2020"


class Check(NamedTuple):
    """A published figure, the quantity of the model it is compared with, and the tolerance."""

    zh: str
    en: str
    group: str
    indicator: str
    variable: str
    years: tuple[int, ...]
    factor: float
    tolerance: float
    relative: bool
    unit: str


CHECKS = tuple(Check(*fields) for fields in (
    ("全省常住人口城镇化率", "urban share of the province", "province", "resident_urbanization", "urban_share_pct",
     (2021, 2022), 1, 0.25, False, "%"),
    ("全省常住人口", "residents of the province", "province", "residents", "residents_10k",
     (2021, 2022), 1e4, 0.3, True, "persons"),
    ("全省出生人口", "births of the province", "province", "births", "births_10k",
     (2021, 2022), 1e4, 3, True, "persons"),
    ("全省死亡人口", "deaths of the province", "province", "deaths", "deaths_10k",
     (2021, 2022), 1e4, 3, True, "persons"),
    ("全省65岁及以上人口占比", "aged 65 and over in the province", "province", "age_65_plus", "age_65_plus_pct",
     (2021, 2022), 1, 0.3, False, "%"),
))
"""Tolerances are those asked of the model: points where they are of a share, else percent of the figure."""

CHANGE = Check("县（市）常住人口，2021年变化", "residents of the counties, change in 2021", "all_counties", "residents",
               "county_units_residents_10k", (2021,), 1, 0.3, False, "%")
GAP = Check("县（市）常住与户籍城镇化率之差（公布值为2020年末）",
            "gap between resident and hukou urbanization of the counties (published: end of 2020)",
            "all_counties", "hukou_urbanization", "county_units_urban_hukou_share_pct", (2021,), 1, 0.7, False,
            "points")
RESIDENT_SHARE = "county_units_urban_share_pct"
COLUMNS = ("zh", "en", "year", "unit", "published", "tolerance", "relative", "model", "low", "high", "error", "verdict")


def recent(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Run the years from 2021 on with every seed; return and write published figures beside the model's: those that
    the data package knows.

    Columns: zh, en, year, unit, published, tolerance (% or points), relative, model (mean over runs), low, high (80 %
    interval), error (in the unit of the tolerance), verdict: green within the tolerance, amber within twice that.
    """
    folder = run(config.model_copy(update={"start": 2021, "end": max(config.end, 2022)}), progress)
    series = baseline.load(config.data).province_series
    published = series[series["vintage"].str.startswith(VINTAGE)].set_index(["variable", "year"])["value"]
    values = pd.read_parquet(folder / "indicators.parquet", columns=["run", "group", "indicator", "year", "value"])
    wide = values[values["group"].isin(("province", "all_counties"))].pivot(
        index=["group", "indicator", "year"], columns="run", values="value")
    rows = []
    for check in CHECKS:
        for year in check.years:
            if (check.variable, year) in published.index:
                wanted = check.factor * published[check.variable, year]
                rows.append(_row(check, year, wanted, wide.loc[check.group, check.indicator, year]))
    whole = wide.loc["all_counties"]
    if {(CHANGE.variable, 2020), (CHANGE.variable, 2021)} <= set(published.index):
        change = 100 * (whole.loc["residents", 2021] / whole.loc["residents", 2020] - 1)
        reported = published[CHANGE.variable, 2021] / published[CHANGE.variable, 2020]
        rows.append(_row(CHANGE, 2021, 100 * (reported - 1), change))
    if {(RESIDENT_SHARE, 2020), (GAP.variable, 2020)} <= set(published.index):
        gap = whole.loc["resident_urbanization", 2021] - whole.loc["hukou_urbanization", 2021]
        rows.append(_row(GAP, 2021, published[RESIDENT_SHARE, 2020] - published[GAP.variable, 2020], gap))
    table = pd.DataFrame(rows, columns=COLUMNS)
    store.write_csv(Path("outputs") / config.name / "recent.csv", table)
    return table


def _row(check: Check, year: int, published: float, values: pd.Series) -> dict:
    error = values.mean() - published
    size = 100 * error / published if check.relative else error
    return {
        "zh": check.zh, "en": check.en, "year": year, "unit": check.unit, "published": published,
        "tolerance": check.tolerance, "relative": check.relative, "model": values.mean(), "low": values.quantile(LOW),
        "high": values.quantile(HIGH), "error": size, "verdict": light(abs(size), check.tolerance)}


def light(miss: float, tolerance: float) -> str:
    """Return green for a miss within the tolerance, amber within twice that, red beyond."""
    return "green" if miss <= tolerance else "amber" if miss <= 2 * tolerance else "red"
