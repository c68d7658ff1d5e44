"""The Mesa model: the initial state, the year and the quarter as visible tuples."""

import functools
import logging
import operator
import time
from collections.abc import Callable, Iterator

import mesa
import numpy as np
import pandas as pd

from sim import baseline as data
from sim import initial
from sim.agents.enterprises import Enterprises
from sim.agents.governments import County, Prefecture, Province
from sim.agents.population import Population
from sim.compose import compose
from sim.config import SEED_LIMIT, Config, ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import load_indicators
from sim.config.overrides import quoted
from sim.core import blocks
from sim.indicators import counting, observation
from sim.policy import bounds, deciding, evaluation, pilots, programme
from sim.processes import (
    accounts,
    attraction,
    choice,
    citizenization,
    conditions,
    demography,
    districts,
    education,
    entry,
    environment,
    finance,
    firms,
    households,
    housing,
    incomes,
    initial_jobs,
    labour,
    land,
    migration,
    place_attributes,
    production,
    reclassification,
    services,
)
from sim.state.flows import Flows
from sim.state.world import World

logging.getLogger("MESA").setLevel(logging.WARNING)

INITIAL_STATE = (
    counting.initial,  # who lives where
    choice.reach,  # which places people consider
    initial_jobs.initial,  # who works, at which wage
    attraction.initial,  # unobserved attraction of places
    demography.initial,  # how many children are born
    firms.initial,  # technology and output of firms
    housing.initial,  # homes, prices, who owns one
    land.initial,  # uses of land
    services.initial,  # stocks of services and infrastructure
    services.initial_outcomes,  # services that the stocks give
    finance.open_books,  # the ledger of all governments
    finance.initial,  # accounts and debts of counties
    production.initial,  # investment of the base year
    reclassification.initial,  # where towns end
    programme.initial,  # every county's plan of measures
)
EVERY_YEAR = (
    programme.deliver,  # paid measures move rates
    conditions.drive,  # outside conditions move rates
    finance.budget,  # counties plan their year
    evaluation.learn,  # counties copy the best rated
    deciding.decide,  # counties plan anew
    programme.request,  # measures wanted this year
    land.supply,  # land is offered and sold
    education.mark_guardians,  # who cares for a schoolchild
)
EVERY_QUARTER = (
    reclassification.reclassify,  # village homes become urban
    environment.strike,  # floods and heat damage stocks
    conditions.begin,  # remember who lives where
    services.build,  # works of measures are finished
    place_attributes.update,  # places offer income, homes, schools
    demography.die,  # people die
    demography.give_birth,  # children are born
    education.learn,  # pupils pass to next level
    migration.move,  # adults decide to move
    housing.buy,  # households buy homes
    migration.follow,  # households go along or split
    migration.arrive,  # newcomers from districts and outside
    citizenization.convert,  # people register where they live
    households.settle,  # rows and guardians put right
    firms.plan,  # firms decide on staff
    entry.enter,  # new firms open
    labour.separate,  # jobs end, people seek work
    labour.match,  # openings are filled
    labour.set_wages,  # pay answers to tightness
    firms.produce,  # output, pay and investment
    housing.build,  # homes are begun and finished
    housing.price,  # prices answer to vacancy
    finance.collect,  # taxes in, obligations paid
)
YEAR_END = (
    services.reorganise_schools,  # small village schools close
    land.account,  # land changes its use
    finance.close,  # county books are closed
    services.maintain,  # stocks wear, are kept up
    incomes.distribute,  # residents' incomes are added up
    districts.advance,  # districts' own people age
    observation.observe_year,  # indicators are observed
    evaluation.evaluate,  # counties are rated and ranked
    reclassification.remember_growth,  # urban growth of the year
    bounds.account,  # what missing doses wait for
)


KEYWORDS = ("policy", "external", "scale", "start", "end", "rng", "config", "threads", "collect")
"""Parameters of the model beside measures."""


SOURCES = (type(None), np.random.Generator, np.random.BitGenerator, np.random.SeedSequence)
"""What random numbers may come from beside a seed."""


class CountyUrbanization(mesa.Model):
    """Residents, firms and governments of a province's counties, quarter by quarter.

    Parameters are those of `county run`: `policy` and `external` by name, `scale` people per row, `start`
    and `end` years; or a whole `config`. Any measure by name is its dose in all counties, on top of the policy:
    `citizenization=0.8`. `rng` is the seed; without one it is that of `config`, and where there is none, a new one.
    Without `collect` Mesa's data collector stays empty, as in runs that are read by their tables. `scenario` is passed
    by Mesa's page along with the parameters and ignored. Raises ConfigError for anything unknown.
    """

    def __init__(self, policy: str = "no_new_policy", external: str = "reference", scale: int = 1000,
                 start: int = 2021, end: int = 2025, *, rng=None, config: Config | None = None,
                 threads: int | None = None, collect: bool = True, scenario: object = None, **doses: float):
        rng = int(rng) if isinstance(rng, np.integer) else getattr(config, "seed", None) if rng is None else rng
        if not (isinstance(rng, SOURCES) or (type(rng) is int and 0 <= rng < SEED_LIMIT)):
            raise ConfigError(f"rng={shorten(rng)}: expected a whole number of at least 0, less than 2**63")
        if not isinstance(config, Config | None):
            raise ConfigError(f"config={shorten(config)}: expected a configuration, as sim.compose.compose returns it")
        if threads is not None and not (type(threads) is int and threads >= 1):
            raise ConfigError(f"threads={shorten(threads)}: expected a whole number of at least 1")
        if not isinstance(collect, bool):
            raise ConfigError(f"collect={shorten(collect)}: expected True or False")
        super().__init__(rng=rng)
        config = config or compose("run", [f"policy={quoted(str(policy))}", f"external={quoted(str(external))}",
                                           *(f'{key}="{value}"' if isinstance(value, str) else f"{key}={value}"
                                             for key, value in (("scale", scale), ("start", start), ("end", end)))])
        for name in doses.keys() - config.measures.keys():
            hint = "expected rng, the seed" if name == "seed" else suggestion(name, [*KEYWORDS, *config.measures])
            raise ConfigError(f"{name}: unknown parameter or measure; {hint}")
        baseline = data.load(config.data)
        deciding.check(config)
        self.config = config = pilots.settled(config.dosed(doses), baseline, simulated)
        seed = rng if isinstance(rng, int) else int(self.rng.integers(2**63))
        self.seconds: dict[str, float] = {}
        begun = time.perf_counter()
        self.world = World(initial.setting(baseline, config, seed, threads or blocks.cores()), INITIAL_STATE)
        self.ledger = self.world.book
        self._create_agents()
        self._observe_base_year()
        self.datacollector = mesa.DataCollector(model_reporters=MODEL_REPORTERS,
                                                agenttype_reporters={County: COUNTY_REPORTERS})
        self._collects = collect
        if collect:
            self.datacollector.collect(self)
        self.seconds["initial_state"] = time.perf_counter() - begun

    def step(self) -> None:
        """Advance by one quarter."""
        world = self.world
        if world.quarter % 4 == 0:
            world.flows = Flows.empty(world.places)
            self._walk(EVERY_YEAR)
        before = observation.accounts(world)
        self._walk(EVERY_QUARTER)
        world.counts = counting.count(world)
        observation.observe_quarter(world, before)
        if world.quarter % 4 == 3:
            self._walk(YEAR_END)
        if self._collects:
            self.datacollector.collect(self)
        world.quarter += 1
        self.running = world.quarter < 4 * (self.config.end + 1)

    def run_until_end(self) -> None:
        """Run to the last quarter of the horizon."""
        while self.running:
            self.step()

    def indicators(self) -> pd.DataFrame:
        """Return the yearly observations so far: year, group, indicator, value."""
        table = self.world.observed.table("indicators")
        return table.astype({name: str for name in ("group", "indicator", "basis")})

    def _observe_base_year(self) -> None:
        """Observe the year before the first, which is not simulated, as it was at its end."""
        self.world.quarter -= 1
        incomes.distribute(self.world)
        observation.observe_year(self.world)
        self.world.quarter += 1

    def _walk(self, processes) -> None:
        for process in processes:
            begun = time.perf_counter()
            process(self.world)
            name = _named(process)
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun

    def _create_agents(self) -> None:
        """Create the agents: the populations of people and firms, and three tiers of government."""
        world, places = self.world, self.world.places
        self.population = Population(self, world.residents, places)
        self.enterprises = Enterprises(self, world.firms, places)
        self.province = Province(self, accounts.province_code(world), "省", "Province", range(places.counties))
        self.prefectures = {
            code: Prefecture(self, code, zh, en, np.flatnonzero(places.prefecture_of_county == k), self.province)
            for k, (code, zh, en) in enumerate(_rows(world.baseline.prefectures, "adcode", "name_zh", "name_en"))}
        self.counties = {
            code: County(self, code, zh, en, [k], self.province if direct else self.prefectures[prefecture], kind)
            for k, (code, zh, en, direct, prefecture, kind) in enumerate(_rows(
                world.baseline.counties, "adcode", "name_zh", "name_en", "province_managed_finance",
                "prefecture_adcode", "county_type"))}


@functools.cache
def _named(process: Callable[[World], object]) -> str:
    return f"{process.__module__.rpartition('.')[2]}.{process.__name__}"


def _rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple]:
    return zip(*(table[name] for name in columns), strict=True)


def simulated(config: Config) -> pd.DataFrame:
    """Return the indicators of a configuration, run to its end with its own seed."""
    model = CountyUrbanization(config=config)
    model.run_until_end()
    return model.indicators()


def resident_urbanization(model: CountyUrbanization) -> float:
    """Return the urban share of the counties' residents in percent."""
    return 100.0 * model.province.urban_share


def residents(model: CountyUrbanization) -> int:
    """Return the residents of the counties in persons."""
    return model.province.residents


def of_last_year(name: str, model: CountyUrbanization) -> float:
    """Return an indicator of all counties in the last year observed; not a number where it is not known."""
    return model.province.indicator(name)


MODEL_REPORTERS = {**{name: functools.partial(of_last_year, name) for name in load_indicators().indicators},
                   "resident_urbanization": resident_urbanization, "residents": residents}
"""Model reporters: the nineteen indicators of the last year, and urban share and residents of today."""

COUNTY_REPORTERS = {
    "county": operator.attrgetter("code"),
    **{f"county_{name}": operator.attrgetter(name)
       for name in ("residents", "urban_share", "output", "own_revenue", "debt", "debt_ratio")}}
"""Agent reporters: the attribute of a county government by column."""
