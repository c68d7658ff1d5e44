"""Stocks of services, infrastructure and environment by county."""

from dataclasses import dataclass, field

import numpy as np

LEAST = 0.05
"""Share of a stock's typical level below which it counts as that much: an index against nothing has no meaning."""


@dataclass
class VillageSchools:
    """Village primary schools; arrays run over counties.

    Schools of a county differ in size; `closed_rank` is the size rank, as a standard normal number, below which
    they are closed. It never falls: a closed school stays closed.
    """

    sites: np.ndarray  # schools there are or were
    first_rank: np.ndarray  # closed rank when the run began
    closed_rank: np.ndarray
    first_children: np.ndarray  # village children of primary age when the run began, persons
    open: np.ndarray  # schools, whole numbers
    closures: np.ndarray  # schools closed in the year that ends
    town_schools: np.ndarray  # primary schools of towns and seat
    area_km2: np.ndarray
    first_km: np.ndarray  # distance to school when the run began

    @property
    def distance_km(self) -> np.ndarray:
        """Distance to the nearest school."""
        return distance_km(self.area_km2, self.open + self.town_schools)


@dataclass
class Stocks:
    """Named stocks and the needs they serve; arrays run over counties, or over (county, kind of place).

    `values[name]` is the stock in its unit, `needs[name]` the need it serves (persons, pupils, tonnes), and
    `first[name]` the stock per unit of need when the run began, against which indices are taken.
    """

    neighbours: np.ndarray  # (county, county)
    village_schools: VillageSchools
    first_staff: np.ndarray  # of public services per resident when the run began
    struck: dict[str, np.ndarray]  # hazards of the running year by kind
    damage: np.ndarray  # yuan that hazards destroyed this year
    values: dict[str, np.ndarray] = field(default_factory=dict)
    needs: dict[str, np.ndarray] = field(default_factory=dict)
    first: dict[str, np.ndarray] = field(default_factory=dict)
    typical: dict[str, np.ndarray] = field(default_factory=dict)  # per need where no county has a figure of its own
    declared: dict[str, np.ndarray] = field(default_factory=dict)  # per need, along the declared trend since the start
    norm: dict[str, np.ndarray] = field(default_factory=dict)  # per need, the level that full upkeep maintains
    lost: dict[str, np.ndarray] = field(default_factory=dict)  # to hazards in the running year

    def per_need(self, name: str) -> np.ndarray:
        """Return a stock per unit of need."""
        stock: np.ndarray = self.values[name] / self.needs[name]
        return stock

    def index(self, name: str) -> np.ndarray:
        """Return the index of a stock per unit of need, 1 in the initial state."""
        return self._ratio(name, self.first[name])

    def against_trend(self, name: str) -> np.ndarray:
        """Return a stock per unit of need against its declared trend: 1 at the start and under full upkeep."""
        return self._ratio(name, self.declared[name])

    def _ratio(self, name: str, reference: np.ndarray) -> np.ndarray:
        least = LEAST * self.typical[name]
        ratio: np.ndarray = np.maximum(self.per_need(name), least) / np.maximum(reference, least)
        return ratio

    def product(self, elasticities: dict[str, float]) -> np.ndarray:
        """Return the product of stocks against their declared trends, each to its elasticity, by county."""
        logs = [power * np.log(self.against_trend(name)) for name, power in elasticities.items()]
        return np.exp(np.sum(logs, axis=0))

    def served(self, name: str) -> np.ndarray:
        """Return the need, in its unit, that a stock shared by neighbours serves: at home first, then next door.

        A county's surplus goes to its neighbours in proportion to their deficits.
        """
        stock, need = self.values[name], self.needs[name]
        home = np.minimum(stock, need)
        lack = need - home
        share = self.neighbours * lack
        wanted = share.sum(1)
        spare = np.divide(stock - home, wanted, out=np.zeros(len(stock)), where=wanted > 0)
        served: np.ndarray = home + np.minimum((share * spare[:, None]).sum(0), lack)
        return served


@dataclass(frozen=True)
class ServiceOutcomes:
    """Outcomes of public services at the end of the year, for observation; arrays run over counties."""

    visitors: np.ndarray  # demand of visitors against the trends, as all indices here
    amenity: np.ndarray
    pollution: np.ndarray
    infrastructure: np.ndarray
    services: np.ndarray  # public services against those of the start, mean over residents
    parity: np.ndarray  # share of services open to people registered elsewhere
    upkeep_cost: np.ndarray  # yuan a year
    extension_cost: np.ndarray  # yuan in the year
    extension_paid: np.ndarray  # yuan of it


def distance_km(area_km2: np.ndarray, schools: np.ndarray) -> np.ndarray:
    """Return the mean distance to the nearest of schools strewn at random: 0.5 / sqrt(density) (Clark and Evans 1954).
    """
    distance: np.ndarray = 0.5 * np.sqrt(area_km2 / schools)
    return distance


def total(column: np.ndarray) -> np.ndarray:
    """Return a stock or need by county, that of its villages, towns and seat together."""
    return column if column.ndim == 1 else column.sum(1)
