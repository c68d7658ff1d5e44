"""Everything that exists at one moment of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.agents.districts import Districts
from sim.agents.places import Places
from sim.agents.residents import Residents
from sim.baseline import Baseline
from sim.config import Config
from sim.rates import Rates


@dataclass
class Offers:
    """What places offer to those who choose among them; arrays run over place codes."""

    income: np.ndarray  # expected yuan a month by (place, schooling): wage times the chance of a job
    employment: np.ndarray  # chance of work by place
    housing_price: np.ndarray  # yuan per m2
    services: np.ndarray  # public services one can use with full access, seat of a mean county = 1
    schools: np.ndarray  # quality and reach of schools, seat of a mean county = 1


@dataclass
class Flows:
    """Events of the running year, counted in rows; a table of moves and what crosses borders of areas."""

    births: np.ndarray  # by place
    deaths: np.ndarray  # by place
    moves: np.ndarray  # (origin place, destination place, village / urban hukou, age band)
    arrivals: np.ndarray  # by area
    departures: np.ndarray  # by area
    conversions: np.ndarray  # by place of new registration
    reclassified: np.ndarray  # (county, residents / registered)
    newcomers: int = 0  # people of districts and outside who got a row; their moves are counted above too

    @classmethod
    def empty(cls, places: Places) -> "Flows":
        """Return a year without events."""
        n = places.count
        return cls(np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros((n, n, 2, 3), np.int64),
                   np.zeros(places.areas, np.int64), np.zeros(places.areas, np.int64),
                   np.zeros(n, np.int64), np.zeros((places.counties, 2), np.int64))  # fmt: skip


@dataclass
class Counts:
    """Who is where at the end of a quarter, in rows."""

    residents: np.ndarray  # (place, age band 0-14 / 15-64 / 65+)
    registered: np.ndarray  # by place
    absent: np.ndarray  # registered people who live outside their county, by county
    reclassified_residents: np.ndarray  # by place: urban by reclassification since the start
    reclassified_registered: np.ndarray  # by place

    def by_county(self, column: np.ndarray) -> np.ndarray:
        """Return a column over places as (county, village / town / seat)."""
        return column[: 3 * len(self.absent)].reshape(len(self.absent), 3)


@dataclass
class World:
    """State of one run: who lives where, what places offer, the rates in force and what was observed."""

    config: Config
    baseline: Baseline
    places: Places
    residents: Residents
    districts: Districts
    rates: Rates
    quarter: int
    seed: int
    threads: int
    births_before: np.ndarray  # people aged 0 of the census, by county
    distance_km: np.ndarray  # (place, place)
    urban_edge: np.ndarray  # by county: homesteads of a lower rank have become urban
    seat_weight: np.ndarray  # by county: share of urban growth that falls to the seat
    outside_weight: np.ndarray  # by county: pull on people of other provinces
    urban_growth: np.ndarray  # by county: pace of the urban edge by last year's growth, 1 on the average
    urban_before: np.ndarray  # by county: urban residents at the end of last year, in rows
    fertility_by_county: np.ndarray = field(init=False)  # births of the census against the schedule
    reach: tuple[np.ndarray, np.ndarray] = field(init=False)
    women: np.ndarray = field(init=False)  # of the first world by (place, age 0-110), in rows
    employed: np.ndarray = field(init=False)  # of the first world by place, in rows
    sector_mix: np.ndarray = field(init=False)
    employment_level: np.ndarray = field(init=False)
    offers: Offers = field(init=False)
    flows: Flows = field(init=False)
    counts: Counts = field(init=False)
    converted: np.ndarray = field(init=False)  # rows whose hukou changed this quarter
    gone: list[np.ndarray] = field(default_factory=list)  # rows that fall free at the end of the quarter
    district_events: dict[str, np.ndarray] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)  # what processes derive from the year's rates
    observed: dict[str, list] = field(default_factory=dict)

    def yearly(self, build: Callable[["World"], Any]) -> Any:
        """Return what `build` makes of the year's rates; it is made once a year and never outlives it."""
        key = f"{build.__module__}.{build.__qualname__}"
        if key not in self.tables:
            self.tables[key] = build(self)
        return self.tables[key]

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.quarter // 4

    @property
    def parameters(self):
        """Behavioural parameters by theme."""
        return self.config.parameters
