"""A hand-made world for public finance: real counties, constant people, and output and land that grow at a trend."""

import types

import numpy as np

from sim.baseline.figures import Figures
from sim.policy import programme
from sim.processes import conditions, finance
from sim.state.counts import Counts
from sim.state.places import Places
from sim.state.rates import Rates
from sim.state.residents import Work
from sim.state.world import World

GROWTH = 0.045
OUTPUT_SHARES = {
    Work.AGRO_PROCESSING: 0.08, Work.MANUFACTURING: 0.32, Work.CONSTRUCTION: 0.06, Work.TRADE_LOGISTICS: 0.2,
    Work.CONSUMER_SERVICES: 0.17, Work.TOURISM_CULTURE: 0.03, Work.PUBLIC_SERVICES: 0.14}
PRICE = 5000.0
AGES = (0.03, 0.04, 0.08, 0.04, 0.59, 0.06, 0.16)


class Treasury(types.SimpleNamespace):
    """What public finance reads of a world."""

    year = property(lambda self: self.quarter // 4)
    parameters = property(lambda self: self.config.parameters)
    years, trend_since_2020, base_trend_since_2020, people = (
        World.years, World.trend_since_2020, World.base_trend_since_2020, World.people)

    @property
    def trend(self) -> float:
        """Growth since the base year."""
        return float(np.exp(self.growth * self.years))

    def by_type(self, name: str) -> np.ndarray:
        """Return a quantity of the county types, as a world does."""
        return World.by_type(self, name)

    def once(self, build):
        """Return what `build` gives; nothing is kept."""
        return build(self)

    def forget_year(self) -> None:
        """Forget nothing: nothing is kept."""

    def run(self, years: int, land=1.0, after=None):
        """Run years; `land` (a number, or one for each year) moves land income, `after` sees each year's end."""
        for k in range(years):
            factor = land if np.isscalar(land) else land[k]
            conditions.drive(self)
            finance.budget(self)
            for quarter in range(4):
                self.economy.output = np.rint(self.first_output * self.trend).astype(np.int64)
                self.economy.wage_bill = self.economy.output * 2 // 5
                self.housing.price = self.first_price * self.trend
                self.housing.sold = self.yearly_homes * (quarter + 1) / 4
                finance.collect(self)
                self.quarter += 1
            self.quarter -= 1
            self.land.income = self.first_land * finance.pace(self) * factor
            self.land.cost = (1 - self.config.parameters.finance.land_net_share) * self.land.income
            finance.close(self)
            if after:
                after(self)
            self.quarter += 1
        return self


UPKEEP = 300.0
"""Yuan a year for each resident."""


def with_upkeep_by_head(config):
    """Return the configuration with one stock whose running costs are all the upkeep there is."""
    doctors = config.stocks["doctors"]
    costs = {"running_cost": UPKEEP, "building_cost": 0.0}
    changed = {name: getattr(doctors, name).model_copy(update={"value": value}) for name, value in costs.items()}
    stock = doctors.model_copy(update={**changed, "public_share": 1.0})
    return config.model_copy(update={"stocks": {**config.stocks, "doctors": stock}})


def upkeep_by_head(config, residents):
    """Return stocks of which there is nothing but one for each resident."""
    none = {name: np.zeros((len(residents), 3) if stock.by_kind else len(residents))
            for name, stock in config.stocks.items()}
    return types.SimpleNamespace(values={**none, "doctors": residents}, needs=none, norm=none, lost=none)


def make(baseline, configure, growth=GROWTH, start=2021, own=None, **values):
    """Return a treasury before its first year; `own` are a user's figures of counties."""
    config = with_upkeep_by_head(configure(start=start, **values))
    places = Places(baseline)
    c, scale = places.counties, config.scale
    people = baseline.census_2020["resident_population"].to_numpy(float) / scale
    residents = np.zeros((places.count, len(AGES)), np.int64)
    residents[: places.districts] = np.repeat(np.rint(people[:, None] / 3 * AGES), 3, axis=0).astype(np.int64)
    gdp = baseline.gdp_2020
    nonfarm = gdp["gdp_yi"].to_numpy(float) * 1e8 / 4 * (1 - gdp["primary_share"].to_numpy(float))
    output = np.zeros((c, len(Work)))
    for work, share in OUTPUT_SHARES.items():
        output[:, work] = share / sum(OUTPUT_SHARES.values()) * nonfarm
    employed = np.zeros((places.count, len(Work)), np.int64)
    employed[: places.districts, Work.PUBLIC_SERVICES] = np.repeat(np.rint(people * 0.045 / 3), 3).astype(np.int64)
    world = Treasury(
        config=config, baseline=baseline, start=baseline.starts[start], places=places,
        rates=Rates(places.areas, places.count), evaluation=None,
        census=types.SimpleNamespace(urban_share=np.full(c, 0.5), urban_odds=np.zeros(c), college_odds=np.zeros(c),
                                     farming_odds=np.zeros(c), nearness=np.zeros(c)),
        attraction=types.SimpleNamespace(unknown=np.zeros((2, places.count))),
        figures=Figures(places.county_codes, own), quarter=4 * start, growth=growth, first_output=output,
        stocks=upkeep_by_head(config, residents[: places.districts].reshape(c, -1).sum(1) * float(scale)),
        counts=Counts(residents, *(np.zeros(n, np.int64) for n in (places.count, c, places.count, places.count))),
        labour=types.SimpleNamespace(employed=employed),
        economy=types.SimpleNamespace(output=np.rint(output).astype(np.int64), price=np.ones((c, len(Work))),
                                      wage_bill=np.rint(0.4 * output).astype(np.int64)),
        housing=types.SimpleNamespace(sold=np.zeros(places.count), price=np.full(places.count, PRICE)),
        land=types.SimpleNamespace(income=np.zeros(c), cost=np.zeros(c), bought_by_platforms=np.zeros(c),
                                   price=np.ones((c, 3))))
    world.first_price = world.housing.price
    world.yearly_homes = config.parameters.finance.homes_sold * residents.sum(1) * scale
    world.book = finance.open_books(world)
    world.budget = finance.initial(world)
    world.programme = programme.initial(world)
    world.first_land = world.budget.land_income_net / config.parameters.finance.land_net_share
    return world
