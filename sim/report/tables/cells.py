"""Cells of the report's tables: names, values and effects as they are written, in both languages."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.results import Results
from sim.report.words import style, units
from sim.report.words.bilingual import Words, both, of

Cell = Words | str


NOTHING = Words("", "")


class Table(NamedTuple):
    """A table: heads, rows of cells, and notes below; the first column is text, the others are figures."""

    heads: list[Cell]
    rows: list[list[Cell]]
    note: Cell = ""


def printed(table: Table) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a table with both languages in each cell."""
    return [_together(cell) for cell in table.heads], [[_together(cell) for cell in row] for row in table.rows]


def _together(cell: Cell) -> str:
    return " ".join(dict.fromkeys(filter(None, (of(cell, "zh"), of(cell, "en")))))


GROUP_NAMES = {name: Words(group.label("zh"), group.label("en")) for name, group in style.GROUPS.items()}


def named(results: Results, name: str) -> Words:
    """Write the title of an observation with the unit of its differences."""
    unit = results.unit(name)
    words = Words("{name}，{unit}", "{name}, {unit}") if unit.zh else Words("{name}", "{name}")
    return words.fill(name=results.title(name), unit=both(unit.change_name))


def short(row, unit: units.Unit) -> Words:
    """Write an effect with its interval; one that cannot be told from chance says so with a mark."""
    size = units.difference(row["effect"] * unit.factor, unit)
    if row["seeds"] < 2:
        return Words(size, size)
    low, high = (units.difference(row[name] * unit.factor, unit) for name in ("low", "high"))
    return around(size, low, high, "" if row["clear"] else " ○")


def around(size: str, low: str, high: str, mark: str = "") -> Words:
    """Write a value with its interval in brackets."""
    return Words(f"{size}（{low}至{high}）{mark}", f"{size} ({low} to {high}){mark}")


def spread(values: pd.Series, results: Results) -> Cell:
    """Write the mean of values by seed with their interval."""
    mean = units.number(values.mean())
    if results.replicates < 2:
        return mean
    return around(mean, units.number(values.quantile(LOW)), units.number(values.quantile(HIGH)))


def writer(unit: units.Unit) -> Callable[[float], str]:
    """Return a function that writes values of a unit."""
    return lambda value: units.number(value * unit.factor, decimals=unit.decimals)


def difference(value: float, unit: units.Unit) -> str:
    """Write a difference, a dash where there is none."""
    return units.difference(value * unit.factor, unit) if pd.notna(value) else "—"


def percents(shares: Mapping[str, float]) -> dict[str, str]:
    """Write shares in whole percent that add up as the shares do (largest remainders)."""
    exact = pd.Series(shares, dtype=float) * 100
    floor = exact // 1
    missing = round(exact.sum() - floor.sum())
    floor[(exact - floor).sort_values(ascending=False, kind="stable").index[:missing]] += 1
    return {str(name): f"{value:.0f}%" for name, value in floor.items()}


def percent(share: float) -> str:
    """Write a share in percent, a dash where there is none."""
    return f"{100 * share:.0f}%".replace("-", "−") if pd.notna(share) else "—"
