"""Residents: everyone registered in a county of the model, wherever they live, and everyone who lives in one."""

from enum import IntEnum, IntFlag

import numpy as np

from sim.config.parameters import Theme
from sim.core.table import Column, Table
from sim.state.places import NOWHERE


class Sex(IntEnum):
    """Sex as the census tabulates it."""

    FEMALE = 0
    MALE = 1


class Schooling(IntEnum):
    """Highest level of schooling attained."""

    NONE = 0
    PRIMARY = 1
    JUNIOR_SECONDARY = 2
    SENIOR_SECONDARY = 3
    JUNIOR_COLLEGE = 4
    BACHELOR = 5


class Work(IntEnum):
    """Sector of work; NONE covers children, students, the retired and everyone without work.

    Farming is own-account; all other sectors have firms, or are work in districts and outside the province.
    """

    NONE = 0
    FARMING = 1
    AGRO_PROCESSING = 2
    MANUFACTURING = 3
    CONSTRUCTION = 4
    TRADE_LOGISTICS = 5
    CONSUMER_SERVICES = 6
    TOURISM_CULTURE = 7
    PUBLIC_SERVICES = 8


def migrant_work(p: Theme) -> np.ndarray:
    """Return the declared shares of the kinds of work among migrants of working age, shape (9,)."""
    shares = np.zeros(len(Work))
    shares[Work.MANUFACTURING] = p.migrants_in_manufacturing
    shares[Work.CONSTRUCTION] = p.migrants_in_construction
    shares[Work.TRADE_LOGISTICS] = p.migrants_in_trade
    shares[Work.CONSUMER_SERVICES] = p.migrants_in_consumer_services
    shares[Work.PUBLIC_SERVICES] = p.migrants_in_public_services
    shares[Work.NONE] = 1 - shares.sum()
    return shares


def aptitude() -> np.ndarray:
    """Return the odds of suiting a sector by (schooling, sector), assumed; work at the start follows them too."""
    table = np.zeros((len(Schooling), len(Work)))
    table[:, Work.AGRO_PROCESSING] = 0.9, 1.0, 1.0, 0.8, 0.4, 0.2
    table[:, Work.MANUFACTURING] = 0.6, 0.8, 1.0, 1.0, 0.9, 0.6
    table[:, Work.CONSTRUCTION] = 0.8, 1.0, 1.0, 0.6, 0.3, 0.2
    table[:, Work.TRADE_LOGISTICS] = 0.5, 0.7, 1.0, 1.2, 1.0, 0.6
    table[:, Work.CONSUMER_SERVICES] = 0.7, 0.9, 1.0, 1.0, 0.8, 0.5
    table[:, Work.TOURISM_CULTURE] = 0.5, 0.7, 1.0, 1.1, 1.0, 0.8
    table[:, Work.PUBLIC_SERVICES] = 0.05, 0.1, 0.3, 0.8, 2.5, 5.0
    return table


class Employer(IntEnum):
    """Employers that are no firm of the model; any other number is the row of a firm."""

    OUTSIDE = 2**32 - 4
    DISTRICTS = 2**32 - 3
    OWN_ACCOUNT = 2**32 - 2
    NONE = 2**32 - 1


class Flag(IntFlag):
    """Yes-or-no traits, packed into one byte."""

    LAND_RIGHTS = 1
    PLACE_RECLASSIFIED = 2
    HUKOU_RECLASSIFIED = 4
    SCHOOL_CHILD = 8
    SEEKING = 16
    LOST_WORK = 32


# for kernels, which know numbers and no flags
LAND_RIGHTS, PLACE_RECLASSIFIED, HUKOU_RECLASSIFIED, SCHOOL_CHILD, SEEKING, LOST_WORK = (
    np.uint8(flag) for flag in Flag)

ADULT = 16
"""Age in years from which a person decides to move or to convert; below it one lives with an adult."""

LONG_AGO = np.int16(-32_768)
"""Quarter of the last move of those who never moved."""


class Residents(Table):
    """Residents as columns; one row stands for `scale` people.

    Quarters are counted from the start of the year 0: the first quarter of 2021 is 8084.
    """

    columns = (
        Column("uid", np.uint64, "-", "identity that never changes; keys every random draw"),
        Column("household", np.uint32, "row", "row of the household's reference adult; their own row if they are it"),
        Column("employer", np.uint32, "row", "row of the firm one works for, or one of the named employers",
               default=Employer.NONE),
        Column("birth", np.int16, "quarter", "quarter of birth"),
        Column("moved", np.int16, "quarter", "quarter of the last move between places", default=LONG_AGO),
        Column("place", np.uint16, "place code", "where the person lives; 65535 marks a freed row"),
        Column("origin", np.uint16, "place code", "where the person lived when the quarter began"),
        Column("hukou", np.uint16, "place code", "where the person is registered"),
        Column("home", np.uint16, "place code", "where the household owns a home it bought; 65535 for none",
               default=NOWHERE),
        Column("homestead", np.uint16, "rank", "position of the family's village home outward from the built-up edge"),
        Column("sex", np.uint8, "code", "0 female, 1 male"),
        Column("schooling", np.uint8, "code", "highest level attained, 0 none to 5 bachelor and above"),
        Column("work", np.uint8, "code", "sector of work, 0 none"),
        Column("flags", np.uint8, "bits", "land rights 1, place reclassified 2, hukou reclassified 4, school child 8, "
               "seeking work 16, lost the last work 32"),
    )

    def living(self) -> np.ndarray:
        """Return the rows that hold somebody (bool, shape (size,))."""
        living: np.ndarray = self.place != NOWHERE
        return living

    def _remap(self, position: np.ndarray) -> None:
        self.household[:] = position[self.household].astype(np.uint32)
