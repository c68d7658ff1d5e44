"""The years 2021 and 2022, which nothing was fitted to: published figures beside what the ensemble says."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import baseline, engine
from sim.config import Config
from sim.core import store
from sim.experiments.calibration.hindcast import apart
from sim.model import simulated
from sim.run import RunFailed, workers

LAST = 2022

Progress = Callable[[int, int, str], None]


class Figure(NamedTuple):
    """A published figure, how near the model shall come, and its source."""

    figure: str
    year: int
    value: float
    tolerance: float
    unit: str
    source: str


def later(config: Config, progress: Progress) -> pd.DataFrame:
    """Run 2021-22 with every parameter set, and return and write (outputs/<name>/later, Parquet and CSV) the
    table of figures: published value, tolerance, unit, source, model (mean), low, high (80 % band), holds (whether the
    mean is within the tolerance), inside (whether the band holds the published value)."""
    jobs = [one.model_copy(update={"start": 2021, "end": LAST}) for one in apart(config)]
    runs = []
    for outcome in engine.execute(_run, jobs, workers(config, baseline.load(config.data))):
        if outcome.error:
            raise RunFailed(f"seed {outcome.job.seed}: {outcome.reason}")
        runs.append(outcome.result)
        progress(len(runs), len(jobs), "")
    rows = []
    for one in published(config):
        said = np.array([run[one.figure, one.year] for run in runs])
        low, high = np.quantile(said, [0.1, 0.9])
        holds = abs(said.mean() - one.value) <= one.tolerance
        rows.append({**one._asdict(), "model": said.mean(), "low": low, "high": high, "holds": holds,
                     "inside": low <= one.value <= high})  # fmt: skip
    table = pd.DataFrame(rows)
    folder = Path("outputs") / config.name
    store.write_table(folder / "later.parquet", table)
    store.write_csv(folder / "later.csv", table)
    return table


def published(config: Config) -> list[Figure]:
    """Return the figures of 2021 and 2022 in the data package."""
    series = baseline.load(config.data).province_series
    series = series[series["vintage"] == "post_census_2020"].set_index(["variable", "year"])["value"]
    found = []
    for year in (2021, 2022):
        source = f"communique of {year}"
        births, deaths, people = (1e4 * series[name, year] for name in ("births_10k", "deaths_10k", "residents_10k"))
        found += [
            Figure("province, urban share", year, series["urban_share_pct", year], 0.25, "%", source),
            Figure("province, residents", year, people, 0.003 * people, "persons", source),
            Figure("province, births", year, births, 0.03 * births, "persons", source),
            Figure("province, deaths", year, deaths, 0.03 * deaths, "persons", source),
        ]
    change = 100 * (series["county_units_residents_10k", 2021] / series["county_units_residents_10k", 2020] - 1)
    gap = series["county_units_urban_share_pct", 2020] - series["county_units_urban_hukou_share_pct", 2020]
    return [
        *found,
        Figure("counties, change of residents", 2021, change, 0.3, "%",
               "provincial report and coverage, ends of 2020 and 2021"),
        Figure("counties, gap between resident and registered urban share", 2021, gap, 0.7, "points",
               "provincial report, end of 2020"),
    ]  # fmt: skip


def _run(config: Config, threads: int) -> dict[tuple[str, int], float]:
    table = simulated(config).set_index(["group", "indicator", "year"])["value"]
    province, whole = table["province"], table["all_counties"]
    found: dict[tuple[str, int], float] = {}
    for year in (2021, 2022):
        for figure, name in (("urban share", "resident_urbanization"), ("residents", "residents"),
                             ("births", "births"), ("deaths", "deaths")):  # fmt: skip
            found[f"province, {figure}", year] = province[name, year]
    found["counties, change of residents", 2021] = 100 * (whole["residents", 2021] / whole["residents", 2020] - 1)
    found["counties, gap between resident and registered urban share", 2021] = (
        whole["resident_urbanization", 2021] - whole["hukou_urbanization", 2021])  # fmt: skip
    return found
