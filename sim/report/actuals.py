"""Actual values, read from a user's table, and the errors of a run against them."""

import math
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from sim.config import LAST_YEAR, ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import shown
from sim.report import style
from sim.report.findings import HIGH, LOW

REQUIRED, OPTIONAL = ("year", "group", "indicator", "value"), ("source",)
EARLIEST = 2000
WHOLES = ("all_counties", "province")
LEVELS = ("all_counties", "province", "county_type", "prefecture", "county")
"""Kinds of group, which are scored apart: their amounts differ too much in size to be averaged."""


def read(path: Path, observations: Collection[str], counties: Collection[str],
         prefectures: Collection[str]) -> pd.DataFrame:
    """Return a table of actual values (CSV in UTF-8): year, group, indicator, value and source.

    Values are of `observations` and in their units. A group is an adcode, the code of a prefecture, a county type,
    all_counties or province. Raises ConfigError, in one line with row and column, for whatever cannot be used.
    """
    text = _text(path)
    groups = {*counties, *prefectures, *style.COUNTY_TYPES, *WHOLES}
    rows = []
    for row, cells in zip(text.index, text.to_dict("records"), strict=True):
        for column, known in (("group", groups), ("indicator", observations)):
            if cells[column] not in known:
                hint = suggestion(cells[column], known)
                raise _fault(path, row, column, cells[column], f"unknown {column}; {hint}")
        year, value = _number(cells["year"]), _number(cells["value"])
        if not (year == year // 1 and EARLIEST <= year <= LAST_YEAR):
            raise _fault(path, row, "year", cells["year"], f"expected a year from {EARLIEST} to {LAST_YEAR}")
        if not math.isfinite(value):
            raise _fault(path, row, "value", cells["value"], "expected a number")
        rows.append((int(year), cells["group"], cells["indicator"], value, cells.get("source", "")))
    table = pd.DataFrame(rows, columns=[*REQUIRED, *OPTIONAL], index=text.index)
    again = table.duplicated(["year", "group", "indicator"])
    if again.any():
        row = again.idxmax()
        year, group, indicator = table.loc[row, ["year", "group", "indicator"]]
        raise ConfigError(f"{shown(path)}, row {row}: {indicator} of {group} in {year} stands there already")
    return table.reset_index(drop=True)


def scores(simulated: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    """Return one row per actual value that a run simulates: mean, error, and whether the band holds the actual value.

    Columns: level, group, indicator, year, actual, mean, low, high (80 % interval over runs), error (mean less
    actual), absolute_error, inside, seeds, source. The first year is what a run begins with and is not scored.
    """
    keys = ["group", "indicator", "year"]
    later = simulated[simulated["year"] > simulated["year"].min()]
    wanted = later.dropna(subset="value").merge(actual[keys], on=keys)
    by = wanted.groupby(keys)["value"]
    said = pd.DataFrame({"mean": by.mean(), "low": by.quantile(LOW), "high": by.quantile(HIGH), "seeds": by.count()})
    table = actual.rename(columns={"value": "actual"}).merge(said.reset_index(), on=keys)
    table["error"] = table["mean"] - table["actual"]
    table["absolute_error"] = table["error"].abs()
    table["inside"] = table["actual"].between(table["low"], table["high"])
    table["level"] = table["group"].map(level)
    columns = ["level", *keys, "actual", "mean", "low", "high", "error", "absolute_error", "inside", "seeds", "source"]
    places = {"level": list(LEVELS), "indicator": list(later["indicator"].unique())}  # as they are declared
    return table[columns].sort_values(
        ["level", "indicator", "group", "year"], ignore_index=True,
        key=lambda column: column.map(places[column.name].index) if column.name in places else column)


def accuracy(scored: pd.DataFrame) -> pd.DataFrame:
    """Return errors of a table of scores by indicator and kind of group, in the unit of the observation.

    Columns: level, indicator, values, mae (mean absolute error), rmse (root of the mean squared error), bias (mean of
    simulated less actual), coverage (share of values inside the 80 % interval).
    """
    squared = scored.assign(squared=scored["error"] ** 2)
    by = squared.groupby(["level", "indicator"], sort=False)
    table = pd.DataFrame({"values": by.size(), "mae": by["absolute_error"].mean(), "rmse": by["squared"].mean() ** 0.5,
                          "bias": by["error"].mean(), "coverage": by["inside"].mean()})
    return table.reset_index()


def level(group: str) -> str:
    """Return the kind of a group: itself for the wholes, county_type, prefecture or county."""
    if group in WHOLES:
        return group
    if group in style.COUNTY_TYPES:
        return "county_type"
    return "prefecture" if group.endswith("00") else "county"


def _text(path: Path) -> pd.DataFrame:
    """Return the cells as text, by row as a spreadsheet numbers them; rows without any content are left out."""
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False,
                           index_col=False)
    except OSError as error:
        raise ConfigError(f"{shown(path)}: {error.strerror}") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise ConfigError(f"{shown(path)}: expected CSV in UTF-8; {shorten(error)}") from None
    known = (*REQUIRED, *OPTIONAL)
    for column in text:
        if column not in known:
            raise ConfigError(f"{shown(path)}: {shorten(column)}: unknown column; {suggestion(column, known)}")
    for column in REQUIRED:
        if column not in text:
            raise ConfigError(f"{shown(path)}: {column}: missing column")
    text = text.fillna("").apply(lambda column: column.str.strip()).set_axis(range(2, len(text) + 2))
    text = text[(text != "").any(axis=1)]
    if text.empty:
        raise ConfigError(f"{shown(path)}: expected at least one row")
    return text


def _number(cell: str) -> float:
    """Return the number that a cell holds, not a number where it holds none."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _fault(path: Path, row: int, column: str, cell: str, expected: str) -> ConfigError:
    return ConfigError(f"{shown(path)}, row {row}, {column}={shorten(cell)}: {expected}")
