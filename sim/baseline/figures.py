"""Figures of single counties that no table of the package prints: the user's own where given, else imputed ones."""

from enum import IntEnum

import numpy as np
import pandas as pd

UNDATED = 2020
"""Year of a figure that has none."""


class Basis(IntEnum):
    """How a county's value is known, the best known first."""

    OBSERVED = 0
    SCALED = 1
    IMPUTED_BY_TYPE = 2
    ASSUMED = 3


class Figures:
    """County values by name, with the basis of each.

    `own` is the optional table `county_figures` of a data package. Of each figure the latest one of a year before
    `start` counts, so that a run reads nothing dated later; one without a year is of 2020.
    """

    def __init__(self, counties: list[str], own: pd.DataFrame | None = None, start: int = UNDATED + 1):
        self._counties = counties
        self._own: dict[str, pd.Series] = {}
        if own is not None:
            years = own["year"].fillna(UNDATED) if "year" in own else UNDATED
            dated = own.assign(year=years).query("year < @start").sort_values("year")
            latest = dated.drop_duplicates(["adcode", "variable"], keep="last")
            self._own = {name: part.set_index("adcode")["value"] for name, part in latest.groupby("variable")}
        self.later = 0 if own is None else len(own) - len(dated)
        """Figures that are not dated before the start and hence not used."""

        self.basis: dict[str, np.ndarray] = {}
        """Basis of each value by variable, over counties."""

    def take(self, variable: str, imputed, basis: Basis = Basis.IMPUTED_BY_TYPE) -> np.ndarray:
        """Return a variable by county (float64): the user's figure where there is one, else the imputed value."""
        values = np.broadcast_to(np.asarray(imputed, float), len(self._counties)).copy()
        known = np.full(len(self._counties), basis, np.uint8)
        if variable in self._own:
            own = self._own[variable].reindex(self._counties).to_numpy(float)
            given = np.isfinite(own)
            values[given] = own[given]
            known[given] = Basis.OBSERVED
        self.basis[variable] = known
        return values

    def changed(self, variable: str, taken: np.ndarray, used: np.ndarray) -> np.ndarray:
        """Return the values used; where they had to differ from those taken they count as scaled."""
        apart = ~np.isclose(taken, used, rtol=1e-6)
        self.basis[variable] = np.where(apart, Basis.SCALED, self.basis[variable]).astype(np.uint8)
        return used
