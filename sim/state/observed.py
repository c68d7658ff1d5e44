"""Observations collected so far in a run: columns of each year, which become tables when somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

YEARLY = ("indicators", "flows", "decomposition", "turnover", "doses", "costs", "evaluation")
"""Tables with a part for each year."""


class Named(NamedTuple):
    """A column of names: where each row's name stands in a list, in which some may be the same."""

    position: np.ndarray
    names: Sequence[str]


type Columns = dict[str, np.ndarray | Named]


def table(parts: Sequence[Columns]) -> pd.DataFrame:
    """Return parts of the same columns one below the other; names become categories, in the order of their lists."""
    return pd.DataFrame({name: _joined([part[name] for part in parts]) for name in parts[0]} if parts else {})


def _joined(columns: Sequence[np.ndarray | Named]) -> np.ndarray | pd.Categorical:
    known: dict[str, int] = {}
    codes = [np.array([known.setdefault(name, len(known)) for name in column.names], np.int64)[column.position]
             for column in columns if isinstance(column, Named)]
    if codes:
        return pd.Categorical.from_codes(np.concatenate(codes), [*known])
    return np.concatenate([column for column in columns if not isinstance(column, Named)])


@dataclass
class Observed:
    """What was observed by year, table by table, and the accounts of each quarter."""

    parts: dict[str, list[Columns]] = field(default_factory=lambda: {name: [] for name in YEARLY})
    groups: dict[str, int] = field(default_factory=dict)
    """Position of each group of counties in `values`."""
    indicators: dict[str, int] = field(default_factory=dict)
    """Position of each observation in `values`."""
    values: list[np.ndarray] = field(default_factory=list)
    """Every observation of each year by (observation, group); not a number where it is not observed."""
    quarterly: list[tuple[int, np.ndarray, np.ndarray]] = field(default_factory=list)
    """Quarter, residents by county, and births, deaths, arrivals and departures by (event, county), in persons."""

    @property
    def years(self) -> int:
        """Years observed so far, the base year among them."""
        return len(self.values)

    def add(self, name: str, year: int, columns: Columns) -> None:
        """Append the part of a year to a table."""
        sizes = [len(column.position if isinstance(column, Named) else column) for column in columns.values()]
        self.parts[name].append({"year": np.full(sizes[0], year), **columns})

    def value(self, group: str, indicator: str) -> float:
        """Return an observation of the last year; not a number where it is not observed. Raises KeyError for a group
        that is none."""
        place = self.indicators.get(indicator)
        return float("nan") if place is None else self.values[-1].item(place, self.groups[group])

    def table(self, name: str) -> pd.DataFrame:
        """Return a yearly table over all years; one without columns where nothing was observed."""
        return table(self.parts[name])

    def yearly(self) -> dict[str, pd.DataFrame]:
        """Return each yearly table by name."""
        return {name: self.table(name) for name in YEARLY}
