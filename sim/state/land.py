"""Land of each county by use; uses always sum to the area of the county."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Use(IntEnum):
    """Uses of land. The first four are built-up land of seat and towns, IDLE was supplied and stands empty."""

    INDUSTRIAL = 0
    RESIDENTIAL = 1
    COMMERCIAL = 2
    PUBLIC = 3
    IDLE = 4
    VILLAGE = 5
    FARMLAND = 6
    OTHER = 7


SOLD_USES = (Use.INDUSTRIAL, Use.RESIDENTIAL, Use.COMMERCIAL)
"""Uses that are sold to users; the first three codes."""


@dataclass
class Land:
    """Land by county; arrays run over counties, those of uses that are sold over (county, 3)."""

    uses: np.ndarray  # m2 as whole numbers, (county, use)
    quota: np.ndarray  # m2 of farmland that may still become construction land this year
    floor: np.ndarray  # m2 of farmland that must remain
    price: np.ndarray  # yuan per m2 by use that is sold
    wanted: np.ndarray  # m2 demanded this year by use that is sold
    sold: np.ndarray  # m2 sold this year by use that is sold
    bought_by_platforms: np.ndarray  # m2 of those bought by the county's platform
    income: np.ndarray  # yuan of gross land income this year
    cost: np.ndarray  # yuan of compensation and development this year
    changes: np.ndarray  # m2 by which this year's supply will change the uses, (county, use); rows sum to zero
    converted: np.ndarray  # m2 of farmland that become construction land this year
    exchanged: np.ndarray  # m2 of village land reclaimed for quota this year
    unbuilt: np.ndarray  # m2 of floor area on residential land that is sold and not yet begun
    urban_before: np.ndarray  # urban residents at the end of last year, persons
    settlers: np.ndarray  # urban residents won last year, reclassification apart, persons
    spending_before: np.ndarray  # yuan a quarter when land was last supplied
