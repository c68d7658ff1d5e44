"""The Mesa model: what exists, and the year as two visible tuples."""

import logging
import time

import mesa
import pandas as pd

from sim import baseline as data
from sim import initial
from sim.agents.enterprises import Enterprises
from sim.agents.governments import County, Ledger, Prefecture, Province
from sim.agents.population import Population
from sim.compose import compose
from sim.config import Config
from sim.core import blocks
from sim.indicators import counting, observation
from sim.policy import evaluation, pilots, programme
from sim.processes import (
    attraction,
    citizenization,
    conditions,
    demography,
    districts,
    education,
    entry,
    environment,
    finance,
    firms,
    first_jobs,
    households,
    housing,
    incomes,
    labour,
    land,
    migration,
    offers,
    production,
    reclassification,
    services,
)
from sim.world import Flows, World

logging.getLogger("MESA").setLevel(logging.WARNING)

EVERY_YEAR = (
    programme.deliver,  # paid measures move rates
    conditions.drive,  # outside conditions move rates
    finance.budget,  # counties plan their year
    evaluation.learn,  # counties copy the best rated
    programme.wish,  # measures wanted this year
    land.supply,  # land is offered and sold
    offers.offer,  # places offer income, homes, schools
    education.mark_guardians,  # who cares for a schoolchild
)
EVERY_QUARTER = (
    reclassification.reclassify,  # village homes become urban
    environment.strike,  # floods and heat damage stocks
    conditions.begin,  # remember who lives where
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
)


class CountyUrbanization(mesa.Model):
    """Residents, firms and governments of a province's counties, quarter by quarter.

    Parameters are those of `county run`: `policy` and `external` by name, `scale` people per row, `start`
    and `end` years, `rng` the seed (that of the configuration by default); or a whole `config`. Any measure by name
    is its dose in all counties, on top of the policy: `citizenization=0.8`. `scenario` is what Mesa's page passes along
    with the parameters; it holds nothing that is asked here. Raises ConfigError for anything unknown.
    """

    def __init__(self, policy: str = "no_new_policy", external: str = "reference", scale: int = 1000,
                 start: int = 2021, end: int = 2025, *, rng=None, config: Config | None = None,
                 threads: int | None = None, scenario: object = None, **doses: float):
        config = config or compose("run", [
            f"policy={policy}", f"external={external}", f"scale={scale}", f"start={start}", f"end={end}"])
        config = config.dosed(doses)
        super().__init__(rng=config.seed if rng is None else rng)
        baseline = data.load(config.data)
        self.config = config = pilots.settled(config, baseline, simulated)
        seed = config.seed if rng is None else rng if isinstance(rng, int) else int(self.rng.integers(2**63))
        self.seconds: dict[str, float] = {}
        begun = time.perf_counter()
        self.world: World = initial.world(baseline, self.config, seed, threads or blocks.cores())
        self._govern(baseline)
        self.world.book = self.ledger
        self._prepare()
        self.world.urban_before = self.world.counts.by_county(self.world.counts.residents.sum(1))[:, 1:].sum(1)
        observation.observe_year(self.world)
        self.world.quarter += 1
        self.datacollector = mesa.DataCollector(model_reporters={
            "resident_urbanization": resident_urbanization, "residents": residents})
        self.datacollector.collect(self)
        self.seconds["first_world"] = time.perf_counter() - begun

    def _prepare(self) -> None:
        """Let each process make its first state; the base year is that before the first quarter."""
        world = self.world
        world.flows = Flows.empty(world.places)
        world.quarter -= 1
        world.counts = counting.count(world)
        world.quarter += 1
        for process in (first_jobs, attraction, demography, migration, firms, housing, land, services, finance,
                        production, evaluation, programme):
            process.prepare(world)
        world.quarter -= 1  # observed at its last quarter
        incomes.distribute(world)

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
        self.datacollector.collect(self)
        if world.quarter % 4 == 3:
            self._walk(YEAR_END)
        world.quarter += 1
        self.running = world.quarter < 4 * (self.config.end + 1)

    def run_until_end(self) -> None:
        """Run to the last quarter of the horizon."""
        while self.running:
            self.step()

    def indicators(self) -> pd.DataFrame:
        """Return the yearly observations so far: year, group, indicator, value."""
        table = pd.concat(self.world.observed["indicators"], ignore_index=True)
        return table.astype({name: str for name in ("group", "indicator", "basis")})

    def _walk(self, processes) -> None:
        for process in processes:
            begun = time.perf_counter()
            process(self.world)
            name = f"{process.__module__.rpartition('.')[2]}.{process.__name__}"
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun

    def _govern(self, baseline: data.Baseline) -> None:
        """Create the agents: three tiers of government, who share one book, and the populations of people and firms."""
        self.ledger = Ledger()
        self.population = Population(self, self.world.residents, self.world.places)
        self.enterprises = Enterprises(self, self.world.firms, self.world.places)
        code = baseline.prefectures["adcode"].iloc[0][:2] + "0000"
        self.province = Province(self, code, "省", "Province", self.ledger)
        self.prefectures = {
            row.adcode: Prefecture(self, row.adcode, row.name_zh, row.name_en, self.ledger, self.province)
            for row in baseline.prefectures.itertuples()}
        self.counties = {
            row.adcode: County(self, row.adcode, row.name_zh, row.name_en, self.ledger,
                               self.province if row.province_managed_finance
                               else self.prefectures[row.prefecture_adcode], row.county_type)
            for row in baseline.counties.itertuples()}


def simulated(config: Config) -> pd.DataFrame:
    """Return the indicators of a configuration, run to its end with its own seed."""
    model = CountyUrbanization(config=config, rng=config.seed)
    model.run_until_end()
    return model.indicators()


def resident_urbanization(model: CountyUrbanization) -> float:
    """Return the urban share of the counties' residents in percent."""
    by_place = model.world.counts.by_county(model.world.counts.residents.sum(1))
    return 100.0 * by_place[:, 1:].sum() / by_place.sum()


def residents(model: CountyUrbanization) -> int:
    """Return the residents of the counties in persons."""
    counts = model.world.counts
    return int(counts.by_county(counts.residents.sum(1)).sum()) * model.config.scale
