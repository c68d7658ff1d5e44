"""Everything that exists at one moment of a run."""

import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from sim.baseline import Baseline
from sim.baseline.figures import Figures
from sim.baseline.start import Start
from sim.config import Config, Parameters
from sim.state.budgets import Budget
from sim.state.counts import Counts
from sim.state.districts import Districts
from sim.state.economy import BaseInvestment, Economy, Technology
from sim.state.evaluation import Evaluation
from sim.state.firms import Firms
from sim.state.flows import Flows, Pending
from sim.state.housing import Housing
from sim.state.labour import Incomes, Labour
from sim.state.land import Land
from sim.state.ledger import Ledger
from sim.state.observed import Observed
from sim.state.place_attributes import PlaceAttributes
from sim.state.places import Places
from sim.state.programme import Programme
from sim.state.rates import Rates
from sim.state.residents import Residents
from sim.state.settlement import Attraction, Census, Fertility, Reach, UrbanEdge
from sim.state.stocks import ServiceOutcomes, Stocks


@dataclass
class Setting:
    """Configuration, places and data, which no event changes, and the residents and firms when the run begins."""

    config: Config
    baseline: Baseline
    places: Places
    figures: Figures  # of counties, the user's own and how each is known
    census: Census
    distance_km: np.ndarray  # (place, place)
    seed: int
    threads: int
    residents: Residents
    firms: Firms
    districts: Districts


class World(Setting):
    """State of one run by theme: residents, firms, attributes of places, the rates in force, observations.

    It is made of a setting and of the functions that return the first state of each theme, called in their order; a
    function may read the themes before it. Raises TypeError where they leave a theme without a state.
    """

    counts: Counts
    reach: Reach
    labour: Labour
    attraction: Attraction
    fertility: Fertility
    economy: Economy
    technology: Technology
    housing: Housing
    land: Land
    stocks: Stocks
    service_outcomes: ServiceOutcomes
    book: Ledger  # of all governments
    budget: Budget
    base_investment: BaseInvestment
    programme: Programme
    urban_edge: UrbanEdge

    def __init__(self, setting: Setting, initial_state: Sequence[Callable[["World"], object]]):
        super().__init__(**vars(setting))
        self.quarter = 4 * self.config.start
        self.rates = Rates(self.places.areas, self.places.count)
        self.flows = Flows.empty(self.places)
        self.pending = Pending()
        self.place_attributes = PlaceAttributes.none(self.places)
        self.incomes = Incomes.none(self.places)
        self.evaluation: Evaluation | None = None  # of the last year
        self.observed = Observed()
        self._of_year: dict[Callable[[World], object], object] = {}
        self._of_stocks: dict[Callable[[World], object], object] = {}
        self._for_good: dict[Callable[[World], object], object] = {}
        for prepare in initial_state:
            states = prepare(self)
            for state in states if isinstance(states, tuple) else (states,):
                setattr(self, THEMES[type(state)], state)
        if missing := [name for name in THEMES.values() if name not in vars(self)]:
            raise TypeError(f"no initial state of {', '.join(missing)}")
        self.counts_before = self.counts  # at the end of last year

    def once[T](self, build: Callable[["World"], T]) -> T:
        """Return the result of `build`, which nothing in a run changes; it is computed once."""
        if build not in self._for_good:
            self._for_good[build] = build(self)
        return cast(T, self._for_good[build])

    def yearly[T](self, build: Callable[["World"], T]) -> T:
        """Return the result of `build`, which depends on rates and outside conditions of the year; it is computed once
        a year."""
        if build not in self._of_year:
            self._of_year[build] = build(self)
        return cast(T, self._of_year[build])

    def standing[T](self, build: Callable[["World"], T]) -> T:
        """Return the result of `build`, which depends on stocks alone; it is computed once for them as they stand.

        Whoever changes stocks calls `forget_stocks`. An array that is returned cannot be written to.
        """
        if build not in self._of_stocks:
            found = self._of_stocks[build] = build(self)
            if isinstance(found, np.ndarray):
                found.flags.writeable = False
        return cast(T, self._of_stocks[build])

    def forget_stocks(self) -> None:
        """Forget results that were computed from stocks as they were."""
        self._of_stocks.clear()

    def forget_year(self) -> None:
        """Forget results that were computed from last year's rates."""
        self._of_year.clear()

    def by_type(self, name: str) -> np.ndarray:
        """Return a quantity of `configs/county_types` by county; one value for all where the type may not be known.

        County types are defined by the change between two censuses, which a start at the first must not know.
        """
        profile = self.config.profiles[name]
        if not self.start.classified:
            return np.full(self.places.counties, profile.all_counties)
        return np.array([profile.values[name] for name in self.places.county_type], float)

    @property
    def start(self) -> Start:
        """What is known when the run begins."""
        return self.baseline.starts[self.config.start]

    @property
    def people(self) -> np.ndarray:
        """Residents of counties by (county, village / town / seat) in persons."""
        return self.counts.people * float(self.config.scale)

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.quarter // 4

    @property
    def years(self) -> float:
        """Years from the middle of the base year, to which the initial state refers, to that of the quarter."""
        return (self.quarter + 0.5) / 4 - (self.config.start - 0.5)

    @property
    def trend(self) -> float:
        """Growth of output per worker, wages and prices of land and homes since the base year: 1 on its average."""
        return float(np.exp(self.parameters.firms.productivity_growth * self.years))

    @property
    def last_trend(self) -> float:
        """The trend a quarter ago: when the run begins, that of the base year's last quarter."""
        return self.trend * float(np.exp(-self.parameters.firms.productivity_growth / 4))

    @property
    def trend_since_2020(self) -> float:
        """The trend against 2020 rather than the base year: the factor for parameters in yuan of 2020."""
        return self.trend * self.base_trend_since_2020

    @property
    def base_trend_since_2020(self) -> float:
        """The trend of the base year against 2020, 1 for a start of 2021."""
        return float(np.exp(self.parameters.firms.productivity_growth * (self.config.start - 2021)))

    @property
    def parameters(self) -> Parameters:
        """Behavioural parameters by theme."""
        return self.config.parameters


THEMES = {kind: name for name, kind in typing.get_type_hints(World).items() if name not in Setting.__annotations__}
"""The theme of each kind of state."""
