"""Expected results: what the model says with a fixed seed, as tables that one can read and compare."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sim import engine
from sim.compose import compose
from sim.config import Config
from sim.config.files import declared_parameters, load_indicators, load_measures
from sim.experiments.measures import full
from sim.model import CountyUrbanization, simulated

FOLDER = Path(__file__).parent
FOUND = FOLDER / "found"
"""Where a differing run writes what it found."""

DIGITS = 7
"""Digits of a value that are kept."""

TOLERANCE = 1e-5
"""Relative difference up to which values are the same: processors differ in the last digits of floating point."""

SHOWN = 20
"""Values that are told of a table that differs."""

YEARS = (2025, 2035)
"""Years in which effects of single measures are shown."""


def observations() -> pd.DataFrame:
    """Return all yearly observations of counties by type, all counties and the province, one column for each year.

    Without and with the full package, from both starts, with the shipped parameters and with those declared, which no
    fit has changed: by the latter an ensemble knows the model that it was fitted with. Beside them a policy that
    differs between types and has an order of payment, which the package has not.
    """
    jobs, declared = [], declared_parameters()
    for start, end in ((2011, 2020), (2021, 2025)):
        for policy in ("no_new_policy", "full_package"):
            config = compose("run", [f"start={start}", f"end={end}", f"policy={policy}", "scale=1000"])
            jobs += [(start, policy, "shipped", config),
                     (start, policy, "declared", config.model_copy(update={"parameters": declared}))]
    by_type = compose("run", ["policy=type_differentiated", "scale=1000"])
    jobs.append((by_type.start, by_type.policy.name, "shipped", by_type))
    parts = []
    for (start, policy, parameters, _), table in _run(_by_group, jobs):
        wide = table.pivot(index=["group", "indicator"], columns="year", values="value").reset_index()
        parts.append(wide.assign(start=start, policy=policy, parameters=parameters))
    table = pd.concat(parts)
    rows = ["start", "policy", "parameters", "group", "indicator"]
    return table[rows + sorted(set(table.columns) - set(rows))].sort_values(rows)


def measures() -> pd.DataFrame:
    """Return what each measure alone, at full dose and paid for, changes of the 19 indicators, and first its
    delivered dose: a row for each measure and indicator, a column for each of `YEARS`, in the unit of the indicator."""
    config, names = compose("run", ["policy=no_new_policy", f"end={YEARS[-1]}", "scale=1000"]), [*load_measures()]
    jobs = [("", config), *((name, config.model_copy(update={"policy": full([name])})) for name in names)]
    found = {job[0]: table for job, table in _run(_in_years, jobs)}
    effects = pd.concat({name: found[name] - found[""] for name in names}, names=["measure", "indicator"])
    return effects.rename_axis(columns=None).reset_index()


TABLES: Mapping[str, tuple[Callable[[], pd.DataFrame], list[str]]] = {
    "observations": (observations, ["start", "policy", "parameters", "group", "indicator"]),
    "measures": (measures, ["measure", "indicator"])}
"""How each table is made, and the columns that name its rows."""


def expected(name: str) -> pd.DataFrame:
    """Return a table as it is committed."""
    return read(FOLDER / f"{name}.csv", name)


def read(path: Path, name: str) -> pd.DataFrame:
    """Return a table of values by row; what names rows is its index."""
    return pd.read_csv(path, dtype={"start": str}).set_index(TABLES[name][1])


def write(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write a table as CSV."""
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / f"{name}.csv", index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")


def moved(expected: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the values that differ, those first that moved most against the size of their row: row, column, expected,
    found, change (relative). Rows and columns that only one of both has differ too."""
    rows, columns = expected.index.union(found.index, sort=False), expected.columns.union(found.columns, sort=False)
    before, after = (table.reindex(index=rows, columns=columns) for table in (expected, found))
    size = np.fmax(before.abs().max(axis=1), after.abs().max(axis=1)).to_numpy()[:, None]
    change = ((after - before).abs() / np.where(size > 0, size, 1)).fillna(0.0)
    change[before.isna() != after.isna()] = np.inf
    row, column = np.nonzero((change > TOLERANCE).to_numpy())
    table = pd.DataFrame({
        "row": [" ".join(map(str, rows[k])) for k in row], "column": columns[column],
        **{name: values.to_numpy()[row, column]
           for name, values in {"expected": before, "found": after, "change": change}.items()}})
    return table.sort_values("change", ascending=False, kind="stable").reset_index(drop=True)


def told(name: str, moved: pd.DataFrame) -> str:
    """Return in one screen what moved most."""
    if moved.empty:
        return f"{name}: as expected"
    what = moved["row"].str.rpartition(" ")[2]  # the indicator
    most = moved[~what.duplicated()].head(SHOWN)
    shown = most.to_string(index=False, float_format="{:.6g}".format, max_colwidth=80)
    return (f"{name}: {len(moved)} values of {what.nunique()} indicators are not as expected. Where each moved most, "
            f"against the greatest value of its row:\n{shown}")


def fingerprint(table: pd.DataFrame) -> str:
    """Return a hash of the observations made with declared parameters, by which an ensemble knows its model."""
    rows = table[table.index.get_level_values("parameters") == "declared"]
    return hashlib.sha256(rows.to_csv(float_format="%.4g").encode()).hexdigest()[:16]


def _run(function: Callable, jobs: list[tuple]) -> list[tuple]:
    """Return jobs with what a function makes of them, in their order."""
    done = {}
    for outcome in engine.execute(function, jobs):
        if outcome.error:
            raise RuntimeError(outcome.error)
        done[outcome.job[:-1]] = outcome.result
    return [(job, done[job[:-1]]) for job in jobs]


def _by_group(job: tuple, threads: int) -> pd.DataFrame:
    config: Config = job[-1]
    table = simulated(config)
    groups = {"all_counties", "province", *next(iter(config.profiles.values())).values}
    return table[table["group"].isin(groups)]


def _in_years(job: tuple, threads: int) -> pd.DataFrame:
    model = CountyUrbanization(config=job[-1])
    model.run_until_end()
    table = model.indicators().query("group == 'all_counties' and year in @YEARS")
    doses = model.world.observed.yearly()["doses"].groupby("year")["delivered"].mean()
    indicators = table.pivot(index="indicator", columns="year", values="value").loc[[*load_indicators().indicators]]
    first = pd.DataFrame([doses.reindex(YEARS, fill_value=0.0)], index=["delivered_dose"])
    return pd.concat([first, indicators]).rename_axis("indicator")
