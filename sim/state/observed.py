"""Observations collected so far in a run."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

YEARLY = ("indicators", "flows", "decomposition", "turnover", "doses", "costs", "evaluation")
"""Tables with a part for each year."""


@dataclass
class Observed:
    """Tables of the years so far, one for each year, and the accounts of each quarter."""

    indicators: list[pd.DataFrame] = field(default_factory=list)
    flows: list[pd.DataFrame] = field(default_factory=list)
    decomposition: list[pd.DataFrame] = field(default_factory=list)
    turnover: list[pd.DataFrame] = field(default_factory=list)
    doses: list[pd.DataFrame] = field(default_factory=list)
    costs: list[pd.DataFrame] = field(default_factory=list)
    evaluation: list[pd.DataFrame] = field(default_factory=list)
    quarterly: list[tuple[int, np.ndarray, np.ndarray]] = field(default_factory=list)
    """Quarter, residents by county, and births, deaths, arrivals and departures by (event, county), in persons."""
    _last: tuple[int, dict[str, dict[str, float]]] = (0, {})

    @property
    def last_year(self) -> dict[str, dict[str, float]]:
        """The indicators of the last year observed, by group and name."""
        if len(self.indicators) != self._last[0]:
            found: dict[str, dict[str, float]] = {}
            table = self.indicators[-1]
            for group, name, value in zip(table["group"], table["indicator"], table["value"], strict=True):
                found.setdefault(group, {})[name] = value
            self._last = len(self.indicators), found
        return self._last[1]

    def yearly(self) -> dict[str, pd.DataFrame]:
        """Return each yearly table over all years, by name; one without columns where nothing was observed."""
        return {name: pd.concat(getattr(self, name) or [pd.DataFrame()], ignore_index=True) for name in YEARLY}
