"""Calibration. `levels`: the small automatic fit of level parameters to margins dated 2020 or earlier."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from joblib import Parallel, delayed
from scipy.optimize import least_squares

from sim import baseline
from sim.agents.places import Kind, Places
from sim.config import Config
from sim.core import blocks, store
from sim.initial import absence, margins
from sim.model import CountyUrbanization

SCALE = 1000
SEEDS = (1, 2)
TRIALS = 12
ENOUGH = 0.3
"""Root mean square misfit in tolerances at which the fit ends."""

STEP = 0.04
"""Step of the slopes in widths of the range; smaller ones drown in noise."""



@dataclass(frozen=True)
class Level:
    """A level parameter, the margin that sets it and the scale on which a misfit counts as one."""

    parameter: str
    target: str
    tolerance: float
    logarithmic: bool


LEVELS = (
    Level("migration.village_attraction", "urbanization_2020", 0.3, False),
    Level("migration.consideration_decline", "pace_ratio", 0.03, False),
    Level("migration.district_attraction", "absent_in_districts_2020", 0.15e6, False),
    Level("migration.outside_attraction", "absent_outside_2020", 0.15e6, False),
    Level("migration.absent_consideration", "return_rate", 0.001, True),
    Level("migration.district_arrivals", "incomers_from_districts_2020", 0.03e6, True),
    Level("migration.outside_arrivals", "incomers_from_outside_2020", 0.04e6, True),
    Level("demography.fertility_level_2011", "residents_0_9_2020", 0.05e6, True),
    Level("demography.mortality_level_2011", "province_deaths", 0.01e6, True),
    Level("districts.net_arrivals_from_outside", "province_residents_2020", 0.3e6, False),
    Level("citizenization.ceiling", "hukou_rise", 0.05, True),
    Level("labour.matching_efficiency", "unemployment_2021", 0.3, True),
    Level("incomes.village_months", "income_ratio_2020", 0.05, False),
)


def targets(config: Config) -> dict[str, tuple[float, str]]:
    """Return each margin with its source, from the data package; none is dated after 2020."""
    data = baseline.load(config.data)
    later = config.model_copy(update={"start": 2021, "scale": SCALE})
    census = margins.read(data, later)
    away = absence.locate(census, Places(data.counties, data.prefectures), later)
    series = data.province_series.set_index(["variable", "vintage", "year"])["value"]
    share = series["urban_share_pct"]["pre_census_2020"]
    pace = ((share[2019] - share[2016]) / 3) / ((share[2016] - series["urban_share_pct"]["census_2010"][2010]) / 6)
    deaths = series["deaths_10k"]["pre_census_2020"]
    return {
        "urbanization_2020": (100 * census.urban.sum() / census.residents.sum(), "census 2020, the counties together"),
        "pace_ratio": (pace, "urban share of the province, points a year 2016-19 against 2010-16"),
        "absent_in_districts_2020": (away.to_district.sum() * SCALE, "registered less present 2020, declared share"),
        "absent_outside_2020": (away.to_outside.sum() * SCALE, "registered less present 2020, declared share"),
        "return_rate": (0.014, "22.3 % of migrants returned 1998-2015 (Bai and others 2018)"),
        "incomers_from_districts_2020": (away.from_district.sum() * SCALE, "census 2020, declared share"),
        "incomers_from_outside_2020": (census.from_outside.sum(), "census 2020"),
        "residents_0_9_2020": (census.age_sex[:, :3].sum(), "census 2020"),
        "province_deaths": (1e4 * deaths[[2016, 2017, 2019]].mean(), "deaths of 2016, 2017 and 2019, province"),
        "province_residents_2020": (1e4 * series["residents_10k"]["census_2020"][2020], "census 2020"),
        "hukou_rise": (0.42, "registered urban share of the counties, points a year 2019-20 (provincial report)"),
        "unemployment_2021": (100 * config.parameters.labour.normal_unemployment, "the declared normal share"),
        "income_ratio_2020": (2.2, "counties 2.1 to 2.3, below the province's 2.33 (assumed)"),
    }  # fmt: skip


def levels(config: Config, path: Path, report: Callable[[str], None] = print) -> pd.DataFrame:
    """Fit the level parameters by least squares on hindcasts of 2011-2020 and on 2021; write them to `path` (YAML).

    A trust-region method (Branch, Coleman and Li 1999) with slopes from one run for each parameter, in parallel and
    with common random numbers. Returns a table of parameters, targets and what the model gives.
    """
    wanted = targets(config)
    goal = np.array([wanted[level.target][0] for level in LEVELS])
    tolerance = np.array([level.tolerance for level in LEVELS])
    quantities = [config.quantities[level.parameter] for level in LEVELS]
    low, high, x = (np.array([_scaled(level, getattr(q, name)) for level, q in zip(LEVELS, quantities, strict=True)])
                    for name in ("low", "high", "value"))  # fmt: skip
    given: dict[bytes, np.ndarray] = {}
    with Parallel(n_jobs=config.workers or blocks.cores()) as workers:

        def misfit(trial: np.ndarray) -> np.ndarray:
            if trial.tobytes() not in given:
                seeds = workers(delayed(_simulate)(config, trial, seed) for seed in SEEDS)
                given[trial.tobytes()] = np.mean(seeds, axis=0)
                off = (given[trial.tobytes()] - goal) / tolerance
                report(f"trial {len(given)} of {TRIALS} at most: root mean square misfit "
                       f"{np.sqrt(np.mean(off**2)):.2f} tolerances")  # fmt: skip
            return (given[trial.tobytes()] - goal) / tolerance

        def slopes(trial: np.ndarray) -> np.ndarray:
            step = STEP * (high - low) * np.where(trial + STEP * (high - low) > high, -1.0, 1.0)
            moved = [trial + step * unit for unit in np.eye(len(trial))]
            tasks = [(one, seed) for one in moved for seed in SEEDS]
            results = np.array(workers(delayed(_simulate)(config, one, seed) for one, seed in tasks))
            means = results.reshape(len(moved), len(SEEDS), -1).mean(1)
            return ((means - given[trial.tobytes()]) / tolerance).T / step

        def enough(intermediate_result) -> None:
            if np.sqrt(np.mean(intermediate_result.fun**2)) < ENOUGH:
                raise StopIteration

        best = least_squares(misfit, x, slopes, bounds=(low, high), x_scale=high - low, max_nfev=TRIALS,
                             callback=enough).x  # fmt: skip
    outcome = given[best.tobytes()]
    table = pd.DataFrame({
        "parameter": [level.parameter for level in LEVELS],
        "before": [config.quantities[level.parameter].value for level in LEVELS],
        "value": [_unscaled(level, v) for level, v in zip(LEVELS, best, strict=True)],
        "target": [level.target for level in LEVELS], "wanted": goal, "model": outcome,
        "source": [wanted[level.target][1] for level in LEVELS]})  # fmt: skip
    _write(path, config, table)
    return table


def _simulate(config: Config, x: np.ndarray, seed: int) -> np.ndarray:
    """Return what the model gives for each target."""
    values = {level.parameter: _unscaled(level, v) for level, v in zip(LEVELS, x, strict=True)}
    parameters = config.parameters.changed(values)
    update = {"parameters": parameters, "scale": SCALE, "seed": seed}
    past = CountyUrbanization(config=config.model_copy(update={**update, "start": 2011, "end": 2020}), threads=1)
    returned = _run_and_count_returns(past)
    now = CountyUrbanization(config=config.model_copy(update={**update, "start": 2021, "end": 2021}), threads=1)
    now.run_until_end()
    return np.array(_measure(past, now, returned))


def _run_and_count_returns(model: CountyUrbanization) -> float:
    """Run to the end; return the yearly rate at which people in districts or outside come back, 2016-20."""
    places = model.world.places
    rates = []
    while model.running:
        model.step()
        if model.world.quarter % 4 == 0 and model.world.year > 2016:
            moves = model.world.flows.moves.sum((2, 3))
            back = moves[places.districts :, : places.districts].sum() - model.world.flows.newcomers
            rates.append(back / model.world.counts.residents[places.districts :].sum())
    return float(np.mean(rates))


def _measure(past: CountyUrbanization, now: CountyUrbanization, returned: float) -> list[float]:
    world = past.world
    people, places, counts = world.residents, world.places, world.counts
    table = past.indicators().pivot_table(index=["group", "indicator"], columns="year", values="value")
    province = table.loc[("province", "resident_urbanization")]
    rise = now.indicators().query("group == 'all_counties' and indicator == 'hukou_urbanization'")["value"]
    latest = now.indicators().query("group == 'all_counties'").set_index(["indicator", "year"])["value"]
    here = people.place < places.districts
    young = here & (world.quarter - people.birth <= 40)
    registered = people.hukou < places.districts
    by_destination = counts.residents.sum(1)
    given = {
        "urbanization_2020": table.loc[("all_counties", "resident_urbanization"), 2020],
        "pace_ratio": ((province[2019] - province[2016]) / 3) / ((province[2016] - province[2010]) / 6),
        "absent_in_districts_2020": by_destination[places.kind == Kind.DISTRICT].sum() * SCALE,
        "absent_outside_2020": by_destination[places.outside] * SCALE,
        "return_rate": returned,
        "incomers_from_districts_2020": (here & ~registered & (people.hukou < places.outside)).sum() * SCALE,
        "incomers_from_outside_2020": (here & (people.hukou == places.outside)).sum() * SCALE,
        "residents_0_9_2020": young.sum() * SCALE,
        "province_deaths": table.loc[("province", "deaths"), [2016, 2017, 2019]].mean(),
        "province_residents_2020": table.loc[("province", "residents"), 2020],
        "hukou_rise": float(rise.iloc[-1] - rise.iloc[0]),
        "unemployment_2021": latest["unemployment_rate", 2021],
        "income_ratio_2020": latest["urban_rural_income_ratio", 2020],
    }
    return [given[level.target] for level in LEVELS]


def _scaled(level: Level, value: float) -> float:
    return float(np.log(max(value, 1e-6))) if level.logarithmic else float(value)


def _unscaled(level: Level, x: float) -> float:
    return float(f"{np.exp(x) if level.logarithmic else x:.4g}")


def _write(path: Path, config: Config, table: pd.DataFrame) -> None:
    content = {}
    for row in table.itertuples():
        quantity = config.quantities[row.parameter]
        content[row.parameter] = {
            "value": row.value, "low": quantity.low, "high": quantity.high, "unit": quantity.unit,
            "grade": "calibrated",
            "source": f"{row.target}: {row.wanted:.5g} wanted, {row.model:.5g} given ({row.source})",
        }  # fmt: skip
    text = "# Level parameters; written by: county calibrate what=levels\n"
    store.write_text(path, text + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110))
