"""Everything that exists at one moment of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np

from sim.agents.budgets import Budget
from sim.agents.districts import Districts
from sim.agents.evaluation import Evaluation
from sim.agents.firms import Firms
from sim.agents.housing import Housing
from sim.agents.land import Land
from sim.agents.ledger import Ledger
from sim.agents.places import Places
from sim.agents.programme import Programme
from sim.agents.residents import Residents
from sim.agents.stocks import Stocks
from sim.baseline import Baseline
from sim.baseline.figures import Figures
from sim.config import Config
from sim.rates import Rates


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


@dataclass
class Offers:
    """What places offer to those who choose among them; arrays run over place codes."""

    income: np.ndarray  # expected yuan a month by (place, schooling): wage times the chance of a job
    employment: np.ndarray  # chance of work by place
    housing_price: np.ndarray  # yuan per m2
    home_cost: np.ndarray  # price of a home in yearly household incomes
    services: np.ndarray  # public services one can use with full access, seat of a mean county = 1
    schools: np.ndarray  # quality and reach of schools, seat of a mean county = 1


@dataclass
class Flows:
    """Events of the running year, counted in rows; a table of moves and what crosses borders of areas."""

    births: np.ndarray  # by place
    deaths: np.ndarray  # by place
    births_registered: np.ndarray  # by place of registration
    deaths_registered: np.ndarray  # by place of registration
    moves: np.ndarray  # (origin place, destination place, village / urban hukou, age band)
    arrivals: np.ndarray  # by area
    departures: np.ndarray  # by area
    returns: np.ndarray  # by place: arrivals of people who were registered in the area already
    conversions: np.ndarray  # (place of old registration, place of new registration)
    reclassified: np.ndarray  # (county, residents / registered)
    deaths_at_work: np.ndarray  # of people with a job in a firm of a town or seat, by county of the firm
    newcomers: int = 0  # people of districts and outside who got a row; their moves are counted above too

    @classmethod
    def empty(cls, places: Places) -> "Flows":
        """Return a year without events."""
        n, areas, counties = places.count, places.areas, places.counties
        shapes = {"births": n, "deaths": n, "births_registered": n, "deaths_registered": n, "moves": (n, n, 2, 3),
                  "arrivals": areas, "departures": areas, "returns": n, "conversions": (n, n),
                  "reclassified": (counties, 2), "deaths_at_work": counties}
        return cls(**{name: np.zeros(shape, np.int64) for name, shape in shapes.items()})


@dataclass
class Counts:
    """Who is where at the end of a quarter, in rows."""

    residents: np.ndarray  # (place, age band)
    registered: np.ndarray  # by place
    absent: np.ndarray  # registered people who live outside their county, by county
    reclassified_residents: np.ndarray  # by place: urban by reclassification since the start
    reclassified_registered: np.ndarray  # by place

    def by_county(self, column: np.ndarray) -> np.ndarray:
        """Return a column over places as (county, village / town / seat)."""
        return column[: 3 * len(self.absent)].reshape(len(self.absent), 3)


@dataclass
class Labour:
    """The labour markets of the counties, in rows of people; arrays run over counties, sectors by code of work."""

    wage: np.ndarray  # yuan a month of a worker with junior-secondary schooling, (county, sector)
    seekers: np.ndarray  # people who looked for work this quarter
    vacancies: np.ndarray  # jobs that firms offered this quarter
    hires: np.ndarray  # jobs of firms that were filled this quarter
    tightness: np.ndarray  # vacancies for each seeker, smoothed
    employed: np.ndarray  # people in work by place of residence and sector, (place, sector)
    unemployed: np.ndarray  # people who looked for work and found none, by place of residence
    new_urban_jobs: np.ndarray  # this year: people hired into towns and seats less those who left for good


@dataclass
class Economy:
    """What counties produce and earn, in yuan at 2020 prices; arrays run over (county, sector by code of work)."""

    output: np.ndarray  # value added of the quarter, whole yuan
    wage_bill: np.ndarray  # of firms in the quarter, whole yuan
    price: np.ndarray  # price of the sector's output against that of 2020
    turnover: np.ndarray  # value of output of an establishment against the first quarter and the trend
    year_output: np.ndarray  # value added of the running year, whole yuan
    year_wage_bill: np.ndarray  # of the running year, whole yuan
    spending: np.ndarray  # what people of the county earn or receive in the quarter, yuan, by county
    industrial_land_wanted: np.ndarray  # m2 that firms want beyond what they have, by county, this year
    founded: np.ndarray  # establishments founded this year
    closed: np.ndarray  # establishments closed this year


@dataclass(frozen=True)
class Technology:
    """What the first world says of production; arrays run over (county, sector by code of work) unless said."""

    level: np.ndarray  # productivity of a firm with a staff of one person
    wedge: np.ndarray  # what the last worker costs against the value of what they make
    output: np.ndarray  # yuan in the first quarter
    turnover: np.ndarray  # yuan of an establishment in the first quarter
    spending: np.ndarray  # yuan in the first quarter, by county
    staff: np.ndarray  # of firms in persons
    reach: np.ndarray  # people within reach, by county
    farm: np.ndarray  # farm output in yuan a quarter of one farmer alone, by county
    wage: np.ndarray  # yuan a month
    homes_begun: np.ndarray  # m2 under construction, by county
    public_investment: np.ndarray  # yuan a year, by county


@dataclass
class World:
    """State of one run: who lives where, what places offer, the rates in force and what was observed."""

    config: Config
    baseline: Baseline
    places: Places
    residents: Residents
    districts: Districts
    firms: Firms
    rates: Rates
    figures: Figures
    quarter: int
    seed: int
    threads: int
    births_before: np.ndarray  # people aged 0 of the census, by county
    distance_km: np.ndarray  # (place, place)
    urban_edge: np.ndarray  # by county: homesteads of a lower rank have become urban
    seat_weight: np.ndarray  # by county: share of urban growth that falls to the seat
    outside_weight: np.ndarray  # by county: pull on people of other provinces
    urban_share: np.ndarray  # of the residents of the census, by county
    urban_odds: np.ndarray  # log odds of living in town or seat against the mean of counties, by county, of the census
    college_odds: np.ndarray  # log odds of having been to college against the mean of counties, by county
    urban_growth: np.ndarray  # by county: pace of the urban edge by last year's growth, 1 on the average
    urban_before: np.ndarray  # by county: urban residents at the end of last year, in rows
    unknown_attraction: np.ndarray = field(init=False)  # (towns against villages / county, place), standard normal
    fertility_by_county: np.ndarray = field(init=False)  # births of the census against the schedule
    childbearing: float = field(init=False)  # births for each resident that the schedule gives in the first world
    reach: tuple[np.ndarray, np.ndarray] = field(init=False)
    women: np.ndarray = field(init=False)  # of the first world by (place, age 0-110), in rows
    employment_level: np.ndarray = field(init=False)  # people in work at the start against the age curve, by place
    offers: Offers = field(init=False)
    labour: Labour = field(init=False)
    seekers: Any = field(init=False)  # who looks for work this quarter, until jobs are filled
    economy: Economy = field(init=False)
    technology: Technology = field(init=False)
    housing: Housing = field(init=False)
    land: Land = field(init=False)
    stocks: Stocks = field(init=False)
    book: Ledger = field(init=False)  # of all governments
    budget: Budget = field(init=False)
    programme: Programme = field(init=False)
    evaluation: Evaluation | None = None  # of the last year
    flows: Flows = field(init=False)
    counts: Counts = field(init=False)
    incomes: np.ndarray = field(init=False)  # of residents in the year, whole yuan by (place, source)
    counts_before: Counts = field(init=False)  # at the end of last year
    converted: np.ndarray = field(init=False)  # rows whose hukou changed this quarter
    converted_from: np.ndarray = field(init=False)  # where they were registered before
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

    def by_type(self, name: str) -> np.ndarray:
        """Return a quantity of `configs/county_types` by county; one value for all where the type may not be known.

        County types are defined by the change of 2010-2020, which a start before 2021 must not know.
        """
        profile = self.config.profiles[name]
        if self.config.start <= 2020:
            return np.full(self.places.counties, profile.all_counties)
        return np.array([profile.values[name] for name in self.places.county_type], float)

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.quarter // 4

    @property
    def years(self) -> float:
        """Years from the middle of the base year, whose averages the first world takes, to that of the quarter."""
        return (self.quarter + 0.5) / 4 - (self.config.start - 0.5)

    @property
    def trend(self) -> float:
        """Growth of output per worker, wages and prices of land and homes since the base year: 1 on its average."""
        return float(np.exp(self.parameters.firms.productivity_growth * self.years))

    @property
    def level(self) -> float:
        """The trend against 2020 rather than the base year: what parameters in yuan of 2020 are multiplied with."""
        return self.trend * self.level_of_base

    @property
    def level_of_base(self) -> float:
        """The trend of the base year against 2020, 1 for a start of 2021."""
        return float(np.exp(self.parameters.firms.productivity_growth * (self.config.start - 2021)))

    @property
    def parameters(self):
        """Behavioural parameters by theme."""
        return self.config.parameters
