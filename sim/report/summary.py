"""Summaries of a run as CSV files for spreadsheets: values, effects, indicators against targets, doses."""

from pathlib import Path

import pandas as pd

from sim.core import store
from sim.report import effects, money, observations, overview, scorecard
from sim.report.results import Results

DIGITS = 6
"""Digits that numbers keep: more than is known, and no noise of floating point."""


def write(results: Results) -> list[Path]:
    """Write every summary that the run has rows for beside its tables; return the files."""
    written = []
    for name, table in tables(results).items():
        if len(table):
            path = results.folder / f"{name}.csv"
            store.write_csv(path, table)
            written.append(path)
    return written


def tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the summaries by name, rounded, in the units of the tables, with names and units of what they show."""
    card = scorecard.scorecard(results)
    return {
        "summary": _described(results, overview.summarize(results)),
        "scorecard": _described(results, card.drop(columns=["achievement"])),
        "effects": _described(results, effects.effects(results, results.horizon)),
        "doses": _rounded(_keyed(results, money.doses(results))),
    }


def _described(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """Put policy, external conditions, names and unit before the numbers."""
    if table.empty:
        return table
    at = table.columns.get_loc("indicator") + 1
    words = [observations.words(name) for name in table["indicator"]]
    units = [observations.OBSERVATIONS[name].unit if name in observations.OBSERVATIONS else ""
             for name in table["indicator"]]  # fmt: skip
    table = table.copy()
    for name, column in (("unit", units), ("en", [w.en for w in words]), ("zh", [w.zh for w in words])):
        table.insert(at, name, column)
    return _rounded(_keyed(results, table))


def _keyed(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    keys = {"policy": results.policy, "external": results.asked["external"].iloc[0]}
    return table.assign(**keys)[[*keys, *table.columns]]


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    numbers = table.select_dtypes("float").columns
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.{DIGITS}g}")) for name in numbers})
