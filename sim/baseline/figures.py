"""Figures of single counties that no table of the package prints: the user's own where given, else imputed ones."""

from enum import IntEnum

import numpy as np
import pandas as pd

UNDATED = 2020
"""Year of a figure that has none."""


COLUMNS = ["adcode", "variable", "value", "year", "source"]
"""Columns of a table of a user's own figures."""


class Basis(IntEnum):
    """How a county's value is known, the best known first; `OWN` is a figure that the user gave."""

    OBSERVED = 0
    OWN = 1
    SCALED = 2
    IMPUTED_BY_TYPE = 3
    ASSUMED = 4


KNOWN = tuple(basis.name.lower() for basis in (Basis.OBSERVED, Basis.OWN, Basis.SCALED))
"""Bases of values that may be shown for a named county, or rank it; the others say nothing about a single county."""


class Figures:
    """County values by name, with the basis of each.

    `own` is the optional table `county_figures` of a data package. Of each figure the latest one of a year before
    `start` counts, so that a run reads nothing dated later; one without a year is of 2020.
    """

    def __init__(self, counties: list[str], own: pd.DataFrame | None = None, start: int = UNDATED + 1):
        self._counties = counties
        self.own = latest(own, start) if own is not None else pd.DataFrame(columns=COLUMNS)
        """The user's figures that count, one a county and variable."""
        self._own = {name: part.set_index("adcode")["value"] for name, part in self.own.groupby("variable")}
        self.later = 0 if own is None else int((_years(own) >= start).sum())
        """Figures that are not dated before the start and hence not used."""

        self.values: dict[str, np.ndarray] = {}
        """Each value by variable, over counties."""
        self.basis: dict[str, np.ndarray] = {}
        """Basis of each value by variable, over counties."""

    def owned(self) -> dict[str, list[str]]:
        """Return the codes of the counties of which the user's figures count, by variable."""
        return {str(name): [*part["adcode"]] for name, part in self.own.groupby("variable")}

    def take(self, variable: str, imputed, basis: Basis = Basis.IMPUTED_BY_TYPE) -> np.ndarray:
        """Return a variable by county (float64): the user's figure where there is one, else the imputed value."""
        values = np.broadcast_to(np.asarray(imputed, float), len(self._counties)).copy()
        known = np.full(len(self._counties), basis, np.uint8)
        if variable in self._own:
            own = self._own[variable].reindex(self._counties).to_numpy(float)
            given = np.isfinite(own)
            values[given] = own[given]
            known[given] = Basis.OWN
        self.basis[variable], self.values[variable] = known, values.copy()
        return values

    def changed(self, variable: str, taken: np.ndarray, used: np.ndarray) -> np.ndarray:
        """Return the values used; where they had to differ from those taken they count as scaled."""
        apart = ~np.isclose(taken, used, rtol=1e-6)
        self.basis[variable] = np.where(apart, Basis.SCALED, self.basis[variable]).astype(np.uint8)
        self.values[variable] = np.array(used, float)
        return used


def latest(own: pd.DataFrame, start: int) -> pd.DataFrame:
    """Return of each figure of a county the latest one of a year before `start`; columns as those of `own`, where one
    without a year counts as of 2020."""
    years = _years(own)
    dated = own.loc[years[years < start].sort_values(kind="stable").index]
    return dated.drop_duplicates(["adcode", "variable"], keep="last")


def _years(own: pd.DataFrame) -> pd.Series:
    return own["year"].fillna(UNDATED) if "year" in own else pd.Series(UNDATED, own.index)
