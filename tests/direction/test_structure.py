"""Structure: expected incomes equalise, counties are exchangeable, and the size of a row decides nothing."""

import dataclasses
import pickle

import numpy as np
import pytest

from sim import baseline as data
from sim.model import CountyUrbanization
from sim.processes import choice, initial_jobs, labour, migration, participation, place_attributes, production
from sim.processes.production import by_cell

FARMS, TOWN = 0, 1


@pytest.fixture(scope="module")
def two_regions():
    """Return a function that makes the tables of a farm region and a town, alike in all but expected income."""

    def make(income, elasticity):
        value = elasticity * np.log(np.asarray(income, float))
        nothing = np.zeros(2)
        return choice.Tables(
            rate=np.ones((2, choice.AGES)), by_schooling=np.ones(6), taste_width=0.0, child_factor=1.0,
            land_factor=1.0, commuter_factor=1.0, value=np.tile(value[:, None], 6), farming=np.zeros((1, 6)),
            job=np.zeros((3, 3, 6)), own_home=nothing, schools=nothing, closed=nothing, closed_schools=nothing,
            distance=np.zeros((2, 2)), reach=np.array([[0, 1], [0, 1]]),
            nest=np.zeros((2, 2), np.int64), area=np.zeros(2, np.int64), counties=1, home=0.0, older_home=0.0,
            similarity=1.0)

    return make


def share_of_farms(tables, place):
    """Return the share of draws that choose the farms, which are the lowest ones: the draw at which choice turns."""
    low, high, odds = 0.0, 1.0, choice.odds(tables)
    while high - low > 1e-7:
        middle = (low + high) / 2
        chosen = choice.destination(middle, 30, place, 0, choice.NO_PLACE, choice.NO_PLACE, 2, np.uint8(0), odds,
                                    *choice.scratch(odds))
        low, high = (middle, high) if chosen == FARMS else (low, middle)
    return low


def at_rest(two_regions, elasticity, jobs=0.3, wage=3.0):
    """Let a tenth of a per cent move again and again; return people in town and expected incomes when it rests.

    Farms yield less for each the more farm; town pays a fixed wage to those of its people who get one of its jobs.
    """
    town = 0.2
    for _ in range(3000):
        income = np.array([(1 - town) ** -0.65, wage * min(1.0, jobs / town)])
        tables = two_regions(income, elasticity)
        stay, come = (share_of_farms(tables, place) for place in (FARMS, TOWN))
        assert stay == come  # nothing but income counts
        move = (1 - town) * (1 - stay) - town * come
        town += 0.2 / elasticity * move
        if abs(move) < 1e-6:
            return town, income
    raise AssertionError("no rest")


def test_expected_incomes_equalise_without_other_differences(two_regions):
    """Harris and Todaro (1970), American Economic Review 60: people move until farm income equals the town's wage
    times the chance of a job, at which the town has people without one."""
    town, income = at_rest(two_regions, elasticity=300)
    assert income[TOWN] == pytest.approx(income[FARMS], rel=0.01)
    assert town > 0.3  # more people than jobs
    assert income[TOWN] < 3.0
    more, _ = at_rest(two_regions, elasticity=300, jobs=0.32)
    assert more - town > 0.015  # new jobs draw people, and leave nearly as many without one as before


def test_tastes_leave_the_gap_that_the_logit_says(two_regions):
    """With tastes of one's own (McFadden 1974) people are spread as expected incomes to the power of the elasticity."""
    for elasticity in (1.0, 3.0, 10.0):
        town, income = at_rest(two_regions, elasticity)
        assert town / (1 - town) == pytest.approx((income[TOWN] / income[FARMS]) ** elasticity, rel=1e-3)


def test_nobody_moves_where_every_other_place_is_infinitely_far(build):
    model = build()
    model.step()
    tables = choice.tables(model.world)
    far = np.full_like(tables.distance, 1e6)
    np.fill_diagonal(far, 0)
    odds = choice.odds(tables._replace(distance=far))
    for place in range(0, model.world.places.districts, 7):
        for draw in (0.0, 0.5, 1 - 1e-9):
            assert choice.destination(draw, 25, place, place, choice.NO_PLACE, choice.NO_PLACE, 3, np.uint8(0), odds,
                                      *choice.scratch(odds)) == place


def swapped(world, a, b):
    """Return a copy of the world in which two counties have changed their numbers, in every column and table."""
    world = pickle.loads(pickle.dumps(world))
    places = world.places
    county = np.arange(places.counties)
    county[[a, b]] = b, a
    place = np.r_[(3 * county[:, None] + np.arange(3)).ravel(), np.arange(places.districts, places.count)]
    area = np.r_[county, np.arange(places.counties, places.areas)]
    orders = {places.counties: county, places.districts: place[: places.districts], places.count: place,
              places.areas: area}

    def follow(values):
        for axis, length in enumerate(values.shape):
            if length in orders:
                values = values.take(orders[length], axis)
        return values

    themes = {id(theme): theme for theme in vars(world).values() if dataclasses.is_dataclass(theme)}  # each once
    for record in (world, *themes.values()):
        for name, values in vars(record).items():
            if isinstance(values, np.ndarray):
                object.__setattr__(record, name, follow(values))
    for name, values in world.rates.values.items():
        world.rates.values[name] = follow(values)
    for table, names in ((world.residents, ("place", "origin", "hukou")), (world.firms, ("place",))):
        for name in names:
            column = getattr(table, name)
            inside = column < places.districts
            column[inside] = place[column[inside]]
    world.forget_year()
    world._for_good.clear()  # what is kept for the run knows the old numbers
    for name in ("prefecture_of_county", "county_type", "area_km2", "remoteness"):
        setattr(places, name, getattr(places, name)[county])
    for name in ("longitude", "latitude", "prefecture"):
        setattr(places, name, getattr(places, name)[place])
    world.reach = choice.reach(world)
    return world, county, place


RULES = {
    "productivity": production.conditions, "prices": production.demand, "people within reach": production.reach,
    "farm output": lambda world: production.farm_output(world, world.labour.employed[:234, 1].reshape(78, 3).sum(1)),
    "spending": lambda world: production.spending(world, world.economy.output, world.economy.wage_bill, 1.0),
    "mean pay": place_attributes.mean_pay, "farm income": place_attributes.farm_income,
    "chance of work": place_attributes.chance_of_work,
    "who begins to look": lambda world: participation.hazards(world).enter,
    "newcomers": lambda world: migration.arrivals_expected(world).sum(0),
    "utility": lambda world: choice.tables(world).value,
    "pay": lambda world: (labour.set_wages(world), world.labour.wage)[1]}


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_knows_a_county_by_its_number(build, rule):
    model = build()
    model.step()
    world = model.world
    world.quarter -= 1
    a, b = 3, 70
    other, county, place = swapped(world, a, b)
    before, after = RULES[rule](world), RULES[rule](other)
    order = {78: county, 234: place[:234], 251: place}[len(before)]
    assert not np.allclose(before[order], before, rtol=1e-7)
    np.testing.assert_allclose(after, before[order], rtol=1e-9)


@pytest.fixture
def twins(baseline):
    """Return the data with a county that has all the columns of another one of its prefecture, and both numbers."""
    a, b = np.flatnonzero(baseline.counties["prefecture_adcode"] == baseline.counties["prefecture_adcode"].iloc[20])[:2]
    codes = baseline.counties["adcode"]
    one, other = codes.iloc[a], codes.iloc[b]

    def copied(table):
        if "adcode" not in table.columns:
            return table
        table = table[table["adcode"] != other]
        twin = table[table["adcode"] == one].assign(adcode=other)
        table = table.iloc[:0] if table.empty else type(table)(
            np.concatenate([table.to_numpy(object), twin.to_numpy(object)]), columns=table.columns
        ).astype(table.dtypes)
        order = {code: k for k, code in enumerate(codes)}
        return table.sort_values("adcode", key=lambda column: column.map(order), kind="stable", ignore_index=True)

    tables = {field.name: copied(getattr(baseline, field.name)) for field in dataclasses.fields(baseline)
              if field.name not in ("folder", "hash", "province", "units", "prefectures")}
    return dataclasses.replace(baseline, hash="twins", **tables), a, b


def test_twin_counties_are_exchangeable(twins, configure, monkeypatch):
    """Two counties with the same data start alike and differ by draws alone."""
    baseline, a, b = twins
    monkeypatch.setattr(data, "load", lambda folder=None: baseline)
    found = []
    for seed in range(10):
        model = CountyUrbanization(config=configure(), rng=seed, threads=1)
        world = model.world
        if seed == 0:
            np.testing.assert_allclose(initial_jobs.first_wages(world)[a], initial_jobs.first_wages(world)[b])
            for sectors in (slice(1, 2), slice(2, 5), slice(5, 9)):
                np.testing.assert_allclose(world.economy.output[[a, b], sectors].sum(1).std(), 0, atol=10)
            rows = world.counts.people
            assert np.abs(rows[a] - rows[b]).max() <= 1
        model.run_until_end()
        staff = by_cell(world, world.firms.staff).sum(1)
        people = world.counts.people.sum(1)
        seeking = world.labour.unemployed[:234].reshape(78, 3).sum(1)
        pay = 1000 * np.log(place_attributes.mean_pay(world))
        found.append([staff, people, seeking, pay])
    gap = np.array([[values[a] - values[b] for values in one] for one in found])
    error = gap.std(0, ddof=1) / np.sqrt(len(gap))
    # the initial state is one draw for all seeds: counts of a county are rounded to rows, its people drawn
    start = np.array([3.0, 3.0, 3.0, 12.0])
    assert (np.abs(gap.mean(0)) < 4 * error + start).all(), gap.mean(0)


SEEDS = 6


@pytest.fixture(scope="module")
def scales(build):
    """Return what a year ends with at the scales 1000 (several seeds) and 100, and the sizes of the samples."""
    return [np.array([_state(build(scale=scale, seed=seed, end=2021, threads=2)) for seed in range(seeds)])
            for scale, seeds in ((1000, SEEDS), (100, 2))]


STATE = ("employment rate", "unemployment rate", "jobs in firms", "pay", "output")


def _state(model):
    model.run_until_end()
    world = model.world
    counties = slice(0, world.places.districts)
    work, seek = (column[counties].sum() for column in (world.labour.employed, world.labour.unemployed))
    adults = world.counts.residents[counties, 4:6].sum()
    staff = world.firms.staff.sum()
    pay = world.economy.wage_bill.sum() / 3 / (staff * world.config.scale)
    return work / adults, seek / (work + seek), staff / adults, pay, world.economy.year_output.sum()


@pytest.fixture(scope="module")
def finest(build):
    """Return what the same year ends with at scale 10."""
    return np.array(_state(build(scale=10, seed=1, end=2021, threads=2)))


GROUPING = np.array([0.003, 0.05, 0.007, 0.002, 0.004])
"""Allowed besides sampling: a row of firms is a group of at least four rows of people. Smaller groups have stronger
shocks of their own, and so more hires and lay-offs (measured: 0.3, 4, 0.7, 0.1 and 0.3 %)."""

THIN = np.array([0.005, 0.05, 0.008, 0.006, 0.005])
"""Allowed at scale 1000: with a handful of seekers and openings in a county's sector one side is often short, so that
more of them meet across sectors than in a large market (measured: 0.2, 0, 0.3, 0.3 and 0.2 %)."""


def test_a_row_of_100_people_or_of_10_makes_little_difference(scales, finest):
    coarse, fine = scales
    # variance goes with the size of a row: that of 1000 over a number of seeds gives that of 100
    error = coarse.std(0, ddof=1) / np.sqrt(10) * np.sqrt(1 / len(fine) + 0.1)
    assert (error / finest < np.array([0.003, 0.03, 0.001, 0.001, 0.002])).all(), "a test of no use"
    gap = np.abs(fine.mean(0) - finest)
    assert (gap < 4 * error + GROUPING * finest).all(), dict(zip(STATE, gap / finest, strict=True))


def test_a_row_of_1000_people_differs_by_thin_markets_alone(scales):
    coarse, fine = scales
    spread = coarse.std(0, ddof=1)
    error = spread * np.sqrt(1 / len(coarse) + 0.1 / len(fine))
    gap = np.abs(coarse.mean(0) - fine.mean(0))
    allowed = 4 * error + THIN * fine.mean(0)
    assert (gap < allowed).all(), dict(zip(STATE, gap / fine.mean(0), strict=True))
