"""Firms: groups of like establishments with their staff, the second array population."""

import numpy as np

from sim.config.parameters import Theme
from sim.core import rng
from sim.core.compiled import kernel
from sim.core.table import Column, Table
from sim.state.places import NOWHERE, county_of
from sim.state.residents import Work

SECTORS = tuple(work for work in Work if work >= Work.AGRO_PROCESSING)
"""Sectors that have firms."""

TRADABLE = (Work.AGRO_PROCESSING, Work.MANUFACTURING, Work.TOURISM_CULTURE)
"""Tradable sectors, which sell beyond the county; the others depend on spending within it."""


GROUP = 4
"""Least staff of a row in rows of residents, at scales above 1."""

_FOUNDING = 16
"""Decision number of the draw that gives a firm its identity."""


def mean_size(p: Theme) -> np.ndarray:
    """Return the declared mean staff of an establishment in persons by code of work; 0 where there are no firms."""
    mean = np.zeros(len(Work))
    mean[SECTORS[0] :] = (p.size_agro_processing, p.size_manufacturing, p.size_construction, p.size_trade,
                          p.size_consumer_services, p.size_tourism, p.size_public_services)
    return mean


def places_of_jobs(p: Theme) -> np.ndarray:
    """Return the declared shares of village, town and seat in the jobs of each sector, shape (9, 3)."""
    shares = np.tile([p.village_share_of_jobs, p.town_share_of_jobs,
                      1 - p.village_share_of_jobs - p.town_share_of_jobs], (len(Work), 1))
    rest = 1 - p.public_seat_share
    shares[Work.PUBLIC_SERVICES] = rest / 4, 3 * rest / 4, p.public_seat_share
    return shares


@kernel
def identities(place: np.ndarray, sector: np.ndarray, quarter: int, ordinal: np.ndarray) -> np.ndarray:
    """Return the uids of firms founded at a place in a sector and quarter, by ordinal (uint64)."""
    uids = np.empty(len(place), np.uint64)
    for k in range(len(place)):
        cell = np.uint64(place[k]) * np.uint64(16) + np.uint64(sector[k])
        uids[k] = rng.descendant(_FOUNDING, quarter, cell, ordinal[k])
    return uids


type Rows = np.ndarray | slice
"""What selects rows of firms."""


class Firms(Table):
    """Firms as columns. A row is a group of like establishments of one county, sector and place.

    Plants with a staff of several rows stand alone (`establishments` 1) at any scale, so that the heavy tail
    survives; small ones share a row. Money is yuan at 2020 prices.
    """

    columns = (
        Column("uid", np.uint64, "-", "identity that never changes; keys every random draw"),
        Column("founded", np.int16, "quarter", "quarter of entry"),
        Column("place", np.uint16, "place code", "village, town or seat where it works; 65535 marks a freed row"),
        Column("sector", np.uint8, "code", "sector, as the work of residents"),
        Column("park", np.uint8, "0 or 1", "whether it stands in an industrial park"),
        Column("establishments", np.uint32, "-", "establishments that the row stands for"),
        Column("staff", np.int32, "rows", "residents employed"),
        Column("desired", np.float64, "rows", "staff at which the last worker earns what they cost"),
        Column("aim", np.float64, "rows", "staff aimed at this quarter"),
        Column("openings", np.int32, "rows", "jobs offered this quarter"),
        Column("productivity", np.float64, "-", "total factor productivity, its permanent part"),
        Column("shock", np.float64, "log", "its transitory part"),
        Column("capital", np.float64, "yuan", "capital stock"),
        Column("land", np.float64, "m2", "industrial or commercial land in use"),
        Column("wage", np.float64, "yuan a month", "pay of a worker with junior-secondary schooling"),
        Column("output", np.float64, "yuan a quarter", "value added of the quarter"),
    )

    def living(self) -> np.ndarray:
        """Return the rows that hold a firm (bool, shape (size,))."""
        living: np.ndarray = self.place != NOWHERE
        return living

    @property
    def county(self) -> np.ndarray:
        """County of each row; meaningless for freed rows."""
        return county_of(self.place)
