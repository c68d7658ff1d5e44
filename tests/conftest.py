"""What tests share: a cache of their own, composed configurations, and models and worlds that take seconds."""

import copy
import functools
import json
import os
import pickle
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from sim import baseline as data
from sim import model as schedule
from sim.compose import compose
from sim.core import blocks
from sim.indicators import counting, observation
from sim.model import CountyUrbanization
from sim.processes import conditions, housing, land, place_attributes, services
from sim.report.charts import figures
from sim.state.firms import Firms
from sim.state.flows import Flows, Pending
from sim.state.places import NOWHERE
from sim.state.residents import Employer, Residents, Work
from sim.state.world import World

from .treasury import make as make_treasury

settings.register_profile("suite", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Keep initial states in a folder of this session, which all its workers share; nothing of the user is read."""
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTY_CACHE", str((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"))
        yield


@pytest.fixture(scope="session")
def baseline(own_cache):
    """Return the shipped data."""
    return data.load()


@pytest.fixture(scope="session")
def configure():
    """Return a function that composes the configuration of a run, at scale 1000 unless said."""

    @functools.cache
    def make(**values):
        given = {"scale": 1000, "policy": "no_new_policy", **values}
        given.setdefault("end", given.get("start", 2021) + 1)
        given |= {f"parameters.{name}": value for name, value in given.pop("parameters", ())}
        drivers = [f"+external.series.{name}={{index: {{{years}}}, grade: assumed, source: a test}}"
                   for name, years in given.pop("drivers", ())]
        return compose("run", [*(f"{key}={value}" for key, value in given.items()), *drivers])

    return make


@pytest.fixture(scope="session")
def build(own_cache, configure):
    """Return a function that builds a model; `parameters` and `drivers` ("year: index, ...") are pairs with a name."""

    def make(*, seed=1, threads=1, **values):
        return CountyUrbanization(config=configure(**values), rng=seed, threads=threads)

    return make


@pytest.fixture(scope="session")
def finished(build):
    """Return a model of scale 1000 after the years 2021 and 2022, to be read only."""
    model = build()
    model.run_until_end()
    return model


@pytest.fixture(scope="session")
def _prepared(build):
    model = build()
    for process in (*schedule.EVERY_YEAR, place_attributes.update):
        process(model.world)
    return pickle.dumps(model.world)


@pytest.fixture
def world(_prepared):
    """Return a world of scale 1000 at the start of 2021 with that year's rates, one's own to change."""
    return pickle.loads(_prepared)


@pytest.fixture
def write_search():
    """Return a function that writes the folder of a search that offers two packages for one type of counties."""

    def write(folder, kind="specialised_function"):
        (folder / "policy").mkdir(parents=True)
        rows = []
        for name, dose, achievement, cost, debt in (("step_1", 0.25, 0.55, 900.0, 100.0),
                                                    ("best", 0.75, 0.602, 2299.0, 101.0)):
            (folder / "policy" / f"{name}.yaml").write_text(
                "title: {zh: 组合, en: A package}\nquestion: {zh: 问, en: what}\n"
                "differs: {zh: 剂量, en: doses}\nwhy: {zh: 试, en: a test}\n"
                f"by_type: {{{kind}: {{doses: {{sewage: {dose}}}}}}}\n", "utf-8")
            rows.append({"unit": kind, "package": name, "reaches": False, "met": 0.25, "reach": 0.65,
                         "achievement_without": 0.4, "achievement": achievement, "cost": cost, "debt": debt,
                         "promised_achievement": achievement + 0.009, "promised_cost": cost + 46,
                         "promised_debt": debt - 3, "achievement_band": 0.022, "cost_band": 321.0, "debt_band": 7.0})
        tables = {"checked": rows, "units": [{"unit": kind, "counties": 3, "zh": kind, "en": kind}],
                  "front": [{"unit": kind, "cost": cost, "achievement": achieved, "debt": 100.0}
                            for cost, achieved in ((0.0, 0.4), (1500.0, 0.58), (3000.0, 0.64))]}
        for name, table in tables.items():
            pd.DataFrame(table).to_parquet(folder / f"{name}.parquet")
        asked = {"external": "reference", "scale": 1000, "start": 2021, "end": 2025}
        (folder / "optimise.json").write_text(json.dumps(asked), "utf-8")

    return write


class LandOfPeople:
    """Land of a county of which every resident of seat and towns has as much."""

    def __init__(self, world):
        self.world = world

    @property
    def uses(self):
        """Return m2 by (county, use)."""
        return np.outer(164 * self.world.counts.urban_people * self.world.config.scale, np.arange(8) == 0)


class LabourOfPeople:
    """Work of which every resident has as much."""

    def __init__(self, world):
        self.world = world

    @property
    def employed(self):
        """Return as many staff of public services as there are residents, by (place, sector)."""
        return np.outer(self.world.counts.residents.sum(1), np.arange(len(Work)) == Work.PUBLIC_SERVICES)


@pytest.fixture
def held(world):
    """Return that world with the stocks of its first quarter and nothing that moves them, one's own to change.

    Upkeep is funded; public staff and land follow people, so that needs follow counts of people alone.
    """
    world.labour, world.land = LabourOfPeople(world), LandOfPeople(world)
    enough = np.full(world.places.counties, 1e15)
    world.budget = SimpleNamespace(maintenance=np.ones_like(enough), capital_spending=enough)
    world.stocks = services.initial(world)
    return world


@pytest.fixture(scope="session")
def populate():
    """Return a function that puts hand-made people into a copy of a world; columns by name, and `age` in years."""

    def make(world, age, **columns):
        people = Residents(len(age))
        people.uid[:] = np.arange(len(age)) + 7_000_000
        people.household[:] = np.arange(len(age))
        people.birth[:] = world.quarter - (4 * np.asarray(age, float)).astype(np.int64)
        people.homestead[:] = 65_535
        people.schooling[:] = 2
        for name, values in columns.items():
            getattr(people, name)[:] = values
        if "hukou" not in columns:
            people.hukou[:] = people.place
        if "origin" not in columns:
            people.origin[:] = people.place
        made = copy.copy(world)
        made.residents, made.flows, made.pending = people, Flows.empty(world.places), Pending()
        made.rates, made.labour = copy.deepcopy(world.rates), copy.deepcopy(world.labour)
        made._of_year = {}
        return made

    return make


@pytest.fixture
def few(world, populate):
    """Return a function that puts hand-made people into the world at the start of 2021."""
    return functools.partial(populate, world)


@pytest.fixture(scope="session")
def hand_made_firms():
    """Return a function that makes firms, each one establishment with the staff it wants, and columns by name."""

    def make(place, sector, **columns):
        firms = Firms(len(place))
        firms.uid[:] = np.arange(len(place)) + 9_000_000
        firms.place[:], firms.sector[:], firms.establishments[:] = place, sector, 1
        firms.capital[:] = firms.productivity[:] = firms.wage[:] = 1.0
        for name, values in columns.items():
            getattr(firms, name)[:] = values
        return firms

    return make


@pytest.fixture
def undrawn(monkeypatch):
    """Have figures made and named but not drawn, which takes half a second each."""

    def save(figure, folder, name):
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / f"{name}.png", folder / f"{name}.svg"
        for path in paths:
            path.touch()
        return paths

    monkeypatch.setattr(figures, "save", save)


@pytest.fixture
def many_blocks(monkeypatch):
    """Cut even small worlds into many blocks, so that two threads share them."""
    monkeypatch.setattr(blocks, "SERIAL", 0)
    monkeypatch.setattr(blocks, "BLOCK", 1024)


@pytest.fixture(scope="session")
def by_uid():
    """Return a function that lists the living by uid, their household by the uid of its reference adult.

    Given firms, employers that are one of them are named by uid, the others by their number.
    """

    def make(residents: Residents, firms: Firms | None = None) -> pd.DataFrame:
        columns = {column.name: getattr(residents, column.name) for column in residents.columns}
        columns["household"] = residents.uid[residents.household]
        if firms is not None:
            of_firm = residents.employer < Employer.OUTSIDE
            columns["employer"] = residents.employer.astype(np.uint64)
            columns["employer"][of_firm] = firms.uid[residents.employer[of_firm]]
        frame = pd.DataFrame(columns)[residents.place != NOWHERE]
        return frame.set_index("uid").sort_index()

    return make


@pytest.fixture(scope="session")
def tables():
    """Return a function that gives tables of a model: indicators, quarterly accounts, flows and decomposition."""

    def make(model: CountyUrbanization) -> list[pd.DataFrame]:
        observed = model.world.observed
        return [model.indicators(), observation.quarterly_table(model.world), observed.table("flows"),
                observed.table("decomposition")]

    return make


@pytest.fixture(scope="session")
def assert_equal(tables, by_uid):
    """Return a function that requires two models to agree in every table, person, firm and district account."""

    def check(one: CountyUrbanization, other: CountyUrbanization) -> None:
        for a, b in zip(tables(one), tables(other), strict=True):
            pd.testing.assert_frame_equal(a, b, check_exact=True)
        people = [by_uid(model.world.residents, model.world.firms) for model in (one, other)]
        pd.testing.assert_frame_equal(*people, check_exact=True)
        firms = [_living_firms(model.world.firms) for model in (one, other)]
        pd.testing.assert_frame_equal(*firms, check_exact=True)
        for record in ("labour", "economy"):
            for name, values in vars(getattr(one.world, record)).items():
                np.testing.assert_array_equal(values, getattr(getattr(other.world, record), name), name)
        np.testing.assert_array_equal(one.world.districts.persons, other.world.districts.persons)
        assert len(one.world.residents) == len(other.world.residents)

    return check


def _living_firms(firms: Firms) -> pd.DataFrame:
    columns = {column.name: getattr(firms, column.name) for column in firms.columns}
    return pd.DataFrame(columns)[firms.living()].set_index("uid").sort_index()


WAGE, GROWTH = 4000.0, 0.045
"""Yuan a month at the start, and its growth per year, of the markets below."""


@pytest.fixture
def market(world, monkeypatch):
    """Return that world with homes and land, and with wages, incomes and spending as if firms were simulated.

    `walk` runs its homes and land.
    """
    monkeypatch.setattr(World, "trend", property(lambda w: np.exp(GROWTH * w.years)))
    people, places = world.residents, world.places
    living = people.living()
    employed = np.zeros((places.count, len(Work)), np.int64)
    np.add.at(employed, (people.place[living], people.work[living]), 1)
    employed[:, Work.NONE] = 0
    world.counts = counting.count(world)
    world.labour = SimpleNamespace(employed=employed, wage=np.full((places.counties, len(Work)), WAGE))
    spending = places.of_counties(employed.sum(1)) * WAGE
    world.first_income, world.first_spending = world.place_attributes.income, spending
    world.economy = SimpleNamespace(industrial_land_wanted=np.zeros(places.counties), spending=spending)
    world.housing = housing.initial(world)
    world.land = land.initial(world)
    return world


@pytest.fixture
def walk():
    """Return a function that runs homes and land of a market for some years while its people stay as they are.

    Wages, incomes and spending grow at trend; `each(world)` is called before every quarter.
    """

    def run(world, years, each=lambda world: None):
        people, places, first = world.residents, world.places, world.quarter
        birth, place = people.birth.copy(), people.place.copy()
        for _ in range(4 * years):
            if world.quarter % 4 == 0:
                world.flows = Flows.empty(places)
                conditions.drive(world)
            world.labour.wage = np.full((places.counties, len(Work)), WAGE) * world.trend
            world.place_attributes.income = world.first_income * world.trend
            world.economy.spending = world.first_spending * world.trend
            people.birth[:], people.place[:] = birth + (world.quarter - first), place
            each(world)
            if world.quarter % 4 == 0:
                land.supply(world)
            housing.buy(world)
            housing.build(world)
            housing.price(world)
            if world.quarter % 4 == 3:
                land.account(world)
            world.quarter += 1
        return world

    return run


@pytest.fixture(scope="session")
def treasury(baseline, configure):
    """Return a function that makes a hand-made world with open books, in which output and people stay as given."""
    return functools.partial(make_treasury, baseline, configure)
