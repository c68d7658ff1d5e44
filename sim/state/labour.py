"""The labour markets of the counties."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.state.places import Places


@dataclass
class Labour:
    """The labour markets of the counties, in rows of people; arrays run over counties, sectors by code of work."""

    wage: np.ndarray  # yuan a month of a worker with junior-secondary schooling, (county, sector)
    employment_level: np.ndarray  # people in work at the start against the age curve, by place
    seekers: np.ndarray  # people who looked for work this quarter
    vacancies: np.ndarray  # jobs that firms offered this quarter
    hires: np.ndarray  # jobs of firms that were filled this quarter
    tightness: np.ndarray  # vacancies for each seeker, smoothed
    finding: np.ndarray  # quarterly chance of a seeker to be hired by (county, kind of home), smoothed
    first_jobs: np.ndarray  # of firms within reach by (county, kind of home) when the run begins, in rows
    employed: np.ndarray  # people in work by place of residence and sector, (place, sector)
    unemployed: np.ndarray  # people who looked for work and found none, by place of residence
    new_urban_jobs: np.ndarray  # this year: people hired into towns and seats less those who left for good


class Source(IntEnum):
    """Where income comes from."""

    PAY = 0
    FARMING = 1
    LAND = 2
    PENSIONS = 3
    REMITTANCES = 4
    OWNERSHIP = 5


@dataclass
class Incomes:
    """Incomes of residents in the year by source."""

    yuan: np.ndarray  # whole yuan by (place, source)

    @classmethod
    def none(cls, places: Places) -> "Incomes":
        """Return the incomes of nobody, before those of the base year are added up."""
        return cls(np.zeros((places.count, len(Source)), np.int64))
