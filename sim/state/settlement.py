"""Fixed differences between places and counties: census figures, places within reach, fertility, urban growth."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Census:
    """County figures from the census before the start; arrays run over counties."""

    births: np.ndarray  # people aged 0
    seat_share: np.ndarray  # share of the seat in urban residents and in their growth
    from_outside: np.ndarray  # pull on people of other provinces
    urban_share: np.ndarray  # share of the residents who live in towns and seat
    urban_odds: np.ndarray  # log odds of living in town or seat against the mean of counties
    college_odds: np.ndarray  # log odds of having been to college against the mean of counties
    farming_odds: np.ndarray  # log odds of farming among those in work against the mean of counties
    nearness: np.ndarray  # log of the distance to the districts of the prefecture, the mean of counties less their own


@dataclass(frozen=True)
class Reach:
    """Which places people consider, by place they live in; both (place, n), padded with 65535."""

    places: np.ndarray  # place codes
    nests: np.ndarray  # nest of each in the choice


@dataclass(frozen=True)
class Fertility:
    """How often women of a county bear children against the schedule of ages."""

    by_county: np.ndarray  # births of the census against the schedule
    childbearing: float  # births for each resident that the schedule gives at the start


@dataclass(frozen=True)
class Attraction:
    """Permanent unobserved attraction of places: standard normal deviates."""

    unknown: np.ndarray  # (towns against villages / county, place)


@dataclass
class UrbanEdge:
    """How far towns and seat of each county have grown into its villages; arrays run over counties."""

    rank: np.ndarray  # homesteads of a lower rank have become urban
    pace: np.ndarray  # of the edge by last year's urban growth, 1 on the average
    urban_before: np.ndarray  # urban residents at the end of last year, in rows
