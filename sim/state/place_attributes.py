"""Attributes of places as alternatives in location choice."""

from dataclasses import dataclass

import numpy as np

from sim.state.places import Places
from sim.state.residents import Schooling


@dataclass
class PlaceAttributes:
    """Attributes of places on which location choice depends; arrays run over place codes."""

    income: np.ndarray  # expected yuan a month by (place, schooling): wage times the chance of a job
    pay: np.ndarray  # of firms there, yuan a month by (place of a county, schooling)
    farm: np.ndarray  # income of an own-account farmer by county, yuan a month
    jobs: np.ndarray  # jobs of firms within reach against those when the run began
    home_cost: np.ndarray  # price of a home in yearly household incomes
    services: np.ndarray  # public services one can use with full access, seat of a mean county = 1
    amenity: np.ndarray  # natural amenity against its declared trend
    schools: np.ndarray  # quality and reach of schools, seat of a mean county = 1

    @classmethod
    def none(cls, places: Places) -> "PlaceAttributes":
        """Return attributes of zero for every place, as they stand before the first year."""
        return cls(np.zeros((places.count, len(Schooling))), np.zeros((places.districts, len(Schooling))),
                   np.zeros(places.counties), *(np.zeros(places.count) for _ in range(5)))
