"""Firms: groups of like establishments with their staff, the second array population."""

import numpy as np

from sim.agents.places import NOWHERE
from sim.agents.residents import Work
from sim.core.table import Column, Table

SECTORS = tuple(work for work in Work if work >= Work.AGRO_PROCESSING)
"""Sectors that have firms."""

TRADABLE = (Work.AGRO_PROCESSING, Work.MANUFACTURING, Work.TOURISM_CULTURE)
"""Sectors that sell beyond the county; the others live on what is spent in it."""


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
        return self.place != NOWHERE

    @property
    def county(self) -> np.ndarray:
        """County of each row; meaningless for freed rows."""
        return self.place // 3
