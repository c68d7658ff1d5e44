"""Actual values, read from a user's table, and the errors of a run against them."""

import csv
import math
import re
from collections.abc import Collection
from io import StringIO
from pathlib import Path

import pandas as pd

from sim.config import LAST_YEAR, ConfigError
from sim.config.fault import joined, shorten, suggestion
from sim.config.files import read_text, shown
from sim.config.overrides import NUMBER
from sim.report.tables.findings import HIGH, LOW
from sim.report.words import style

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
    groups = {*counties, *prefectures, *style.COUNTY_TYPES, *WHOLES}
    rows, found = [], []
    places: dict[tuple[int, str, str], int] = {}
    for row, cells in _rows(path).items():
        faults = []
        for column, known in (("group", groups), ("indicator", observations)):
            if cells[column] not in known:
                faults.append((column, f"unknown {column}; {suggestion(cells[column], known)}"))
        year, value = (float(cells[name]) if re.fullmatch(NUMBER, cells[name]) else math.nan
                       for name in ("year", "value"))
        if not (year == year // 1 and EARLIEST <= year <= LAST_YEAR):
            faults.append(("year", f"expected a year from {EARLIEST} to {LAST_YEAR}"))
        if not math.isfinite(value):
            faults.append(("value", "expected a number"))
        found += [f"row {row}, {column}={shorten(cells[column])}: {fault}" for column, fault in faults]
        if not faults:
            key = int(year), cells["group"], cells["indicator"]
            if key in places:
                found.append(f"row {row}: {key[2]} of {key[1]} in {key[0]} stands there already, in row {places[key]}")
            places[key] = row
            rows.append((*key, value, cells.get("source", "")))
    if found:
        raise ConfigError(f"actuals={shown(path)}, {joined(found)}")
    return pd.DataFrame(rows, columns=[*REQUIRED, *OPTIONAL])


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


def _rows(path: Path) -> dict[int, dict[str, str]]:
    """Return the cells of every row by column, by the line where the row begins; rows without any content are left
    out."""
    where, known = f"actuals={shown(path)}", (*REQUIRED, *OPTIONAL)
    reader = csv.reader(StringIO(read_text(path, "CSV", "actuals"), newline=""), strict=True)
    rows, found, line = {}, [], 1
    try:
        for row in reader:
            rows[line] = [cell.strip() for cell in row]
            line = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(f"{where}: expected CSV in UTF-8; line {line}: {error}") from None
    header = rows.pop(1, [])
    found += [f"{shorten(column)}: unknown column; {suggestion(column, known)}"
              for column in header if column not in known]
    found += [f"{column}: missing column" for column in REQUIRED if column not in header]
    found += [f"{column}: twice among the columns" for column in known if header.count(column) > 1]
    if found:
        raise ConfigError(f"{where}: {joined(found)}; expected a table with columns {', '.join(known)}")
    rows = {line: row for line, row in rows.items() if any(row)}
    found += [f"row {line}: {len(row)} cells, expected {len(header)}, as many as columns"
              for line, row in rows.items() if len(row) != len(header)]
    if found:
        raise ConfigError(f"{where}, {joined(found)}; a cell with commas stands in quotes")
    if not rows:
        raise ConfigError(f"{where}: expected at least one row")
    return {line: dict(zip(header, row, strict=True)) for line, row in rows.items()}
