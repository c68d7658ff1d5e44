"""Who is where, counted once a quarter."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.state.places import KINDS


class Band(IntEnum):
    """Age bands that are counted every quarter; the first three are served by childcare and schools."""

    INFANT = 0  # 0-2
    KINDERGARTEN = 1  # 3-5
    PRIMARY = 2  # 6-11
    JUNIOR = 3  # 12-14
    WORKING = 4  # 15-59
    OLDER = 5  # 60-64
    OLD = 6  # 65 and over


BAND_FROM = (0, 3, 6, 12, 15, 60, 65)
"""Age in years at which each band begins."""


class ByCounty(NamedTuple):
    """Rows by county, which single governments read."""

    residents: np.ndarray
    urban: np.ndarray


@dataclass
class Counts:
    """Who is where at the end of a quarter, in rows; never written to."""

    residents: np.ndarray  # (place, age band)
    registered: np.ndarray  # by place
    absent: np.ndarray  # registered people who live outside their county, by county
    reclassified_residents: np.ndarray  # by place: urban by reclassification since the start
    reclassified_registered: np.ndarray  # by place

    @cached_property
    def people(self) -> np.ndarray:
        """Residents of counties by (county, village / town / seat), in rows."""
        return self.of_counties(np.einsum("ij->i", self.residents))

    @cached_property
    def urban_people(self) -> np.ndarray:
        """Residents of towns and seat by county, in rows."""
        return self.people[:, 1:].sum(1)

    @cached_property
    def by_county(self) -> ByCounty:
        """Residents, and those of towns and seat, of each county."""
        return ByCounty(self.people.sum(1), self.urban_people)

    def of_counties(self, column: np.ndarray) -> np.ndarray:
        """Return a column over places as (county, village / town / seat)."""
        return column[: KINDS * len(self.absent)].reshape(len(self.absent), KINDS)
