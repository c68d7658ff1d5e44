"""Who buys a home, where, and what the first homes are."""

import copy

import numpy as np
import pytest

from sim.core import rng
from sim.processes import housing, migration, purchase
from sim.state.places import NOWHERE, Kind

DISTRICT, OUTSIDE, N = 3 * 78, 3 * 78 + 16, 4000
NEVER = {
    "child": (16, 2, 2),
    "just under age": (21.75, 2, 2),
    "of the districts": (28, DISTRICT, DISTRICT),
    "nobody": (28, NOWHERE, 2),
}
SOME = {
    "of a town": (28, 1, 1, [1]),
    "of a seat, registered elsewhere": (28, 5, 0, [5]),
    "villager": (28, 3, 3, [4, 5]),
    "villager registered elsewhere": (28, 3, 0, [1, 2]),
    "villager from outside": (28, 3, OUTSIDE, [4, 5]),
    "in the districts": (28, DISTRICT, 3, [4, 5]),
    "outside the province": (28, OUTSIDE, 4, [4, 5]),
}


@pytest.fixture
def bought(market, few):
    """Return a function that lets people decide for some quarters without ageing."""

    def make(age, quarters=12, prepare=lambda world: None, **columns):
        columns.setdefault("home", NOWHERE)
        world = few(np.full(N, float(age)) if np.isscalar(age) else age, **columns)
        world.housing = copy.deepcopy(world.housing)
        prepare(world)
        birth, quarter = world.residents.birth.copy(), world.quarter
        for k in range(quarters):
            world.quarter = quarter + k
            world.residents.birth[:] = birth + k
            housing.buy(world)
        return world

    return make


@pytest.mark.parametrize(("age", "place", "hukou"), NEVER.values(), ids=NEVER)
def test_who_never_buys(bought, age, place, hukou):
    world = bought(age, place=place, hukou=hukou, quarters=1 if age < 22 else 12)
    assert (world.residents.home == NOWHERE).all()
    assert not world.housing.sold.any()


@pytest.mark.parametrize(("age", "place", "hukou", "homes"), SOME.values(), ids=SOME)
def test_who_may_buy_and_where(bought, age, place, hukou, homes):
    world = bought(age, place=place, hukou=hukou, quarters=1)
    home = world.residents.home
    found = home[home != NOWHERE]
    assert 0 < len(found) < N
    assert set(found) == set(homes)
    assert (world.residents.place == place).all()  # buying is not moving
    area = 1000 * world.parameters.housing.home_area
    np.testing.assert_allclose(world.housing.sold, area * np.bincount(found, minlength=world.places.count))


def test_an_owner_where_they_live_neither_buys_nor_sells(bought):
    world = bought(28, place=2, home=2, quarters=20)
    assert (world.residents.home == 2).all()
    assert not world.housing.sold.any()
    assert not world.housing.second_homes.any()


def test_owners_who_live_elsewhere_give_the_home_up_at_the_declared_rate(bought):
    world = bought(70, place=DISTRICT, hukou=2, home=2, quarters=4)
    left = (world.residents.home == 2).mean()
    kept = np.exp(-world.parameters.housing.resale)
    assert abs(left - kept) < 4 * np.sqrt(kept * (1 - kept) / N)


def share(bought, **columns):
    return (bought(quarters=4, **columns).residents.home != NOWHERE).mean()


def test_marriage_age_children_and_schooling_raise_the_chance(bought):
    base = share(bought, age=29, place=2)
    assert share(bought, age=50, place=2) < share(bought, age=40, place=2) < base
    assert share(bought, age=22, place=2) < base
    assert share(bought, age=29, place=2, schooling=4) > base


def test_families_with_a_child_buy_more_often_from_kindergarten_on(bought):
    """Families with children of school age move for schools (Liu and Xing 2016, China Economic Review)."""
    counts = []
    for child in (1.0, 4.0, 10.0, 17.0):
        household = np.repeat(2 * np.arange(N), 2)
        world = bought(np.tile([35.0, child], N), place=0, household=household, quarters=1)
        counts.append((world.residents.home != NOWHERE).sum())
    assert counts[0] == counts[3]
    assert counts[1] == counts[2] > 1.5 * counts[0]


def test_better_schools_in_the_seat_draw_village_families(bought):
    household = np.repeat(2 * np.arange(N), 2)

    def schools(world):
        world.place_attributes = copy.deepcopy(world.place_attributes)
        world.place_attributes.schools[[1, 2]] *= 1.5

    base, better = (bought(np.tile([35.0, 8.0], N), place=0, household=household, quarters=4, prepare=change)
                    for change in (lambda world: None, schools))
    assert (better.residents.home != NOWHERE).sum() > (base.residents.home != NOWHERE).sum()


@pytest.mark.parametrize(("field", "factor", "sign"), [("price", 1.5, -1), ("occupied", 1.08, -1)])
def test_dear_or_scarce_homes_are_bought_less(bought, field, factor, sign):
    def change(world):
        setattr(world.housing, field, np.minimum(getattr(world.housing, field) * factor,
                                                 1e9 if field == "price" else world.housing.stock))

    base, other = share(bought, age=29, place=2), share(bought, age=29, place=2, prepare=change)
    assert other < base


def test_nothing_for_sale_nothing_sold(bought):
    world = bought(29, place=2, prepare=lambda world: setattr(world.housing, "occupied", world.housing.stock))
    assert not world.housing.sold.any()


def test_a_subsidy_sells_homes(bought):
    base = share(bought, age=29, place=2)
    assert share(bought, age=29, place=2, prepare=lambda w: w.rates.set("housing_subsidy", 0.0, 0.3)) > base


def test_grown_sons_buy_and_wives_do_not(bought):
    """The bridegroom's family provides the home (Wei and Zhang 2011, Journal of Political Economy)."""
    household = np.repeat(3 * np.arange(N), 3)
    world = bought(np.tile([55.0, 28.0, 54.0], N), place=2, household=household, home=np.tile([2, NOWHERE, NOWHERE], N),
                   sex=np.tile([1, 1, 0], N), quarters=4)
    owns = world.residents.home.reshape(-1, 3) != NOWHERE
    assert owns[:, 1].any()
    assert not owns[:, 2].any()
    daughters = bought(np.tile([55.0, 28.0], N), place=2, household=np.repeat(2 * np.arange(N), 2),
                       home=np.tile([2, NOWHERE], N), sex=0, quarters=4)
    assert (daughters.residents.home[1::2] == NOWHERE).all()


def test_buyers_from_villages_with_a_schoolchild_move_and_the_child_follows(bought):
    household = np.repeat(2 * np.arange(N), 2)
    world = bought(np.tile([35.0, 8.0], N), place=0, household=household, flags=np.tile([8, 0], N), quarters=1)
    people = world.residents
    bought_one = people.home[0::2] != NOWHERE
    moved = people.place[0::2] != 0
    assert (people.place[0::2][moved] == people.home[0::2][moved]).all()
    assert not moved[~bought_one].any()
    expected = world.parameters.housing.accompany_share
    n = bought_one.sum()
    assert abs(moved.sum() / n - expected) < 4 * np.sqrt(expected * (1 - expected) / n)
    assert (people.moved[0::2][moved] == world.quarter).all()
    migration.follow(world)
    np.testing.assert_array_equal(people.place[1::2], people.place[0::2])


def test_nobody_buys_with_a_chance_above_the_bound(market):
    t = purchase.tables(market)
    bound = purchase.bound(t)
    random = np.random.default_rng(0)
    for _ in range(20_000):
        age, place, schooling = random.integers(0, 100), random.integers(0, 251), random.integers(0, 6)
        home = purchase.target(random.integers(0, 2**32), place, random.integers(0, 251), t.seat)
        if home != NOWHERE:
            chance = purchase.chance(age, place, schooling, random.random() < 0.5, home, t)
            assert 0 <= chance * rng.TWO_32 <= bound[age]


def test_the_first_homes_are_those_of_the_census(market):
    h, places = market.housing, market.places
    people = market.counts.people * 1000.0
    census = market.baseline.census_2020.set_index("adcode").loc[places.county_codes]
    area = (people * h.floor_area[:DISTRICT].reshape(-1, 3)).sum(1) / people.sum(1)
    np.testing.assert_allclose(area, census["floor_area_per_capita_m2"])
    np.testing.assert_allclose(h.vacancy[:DISTRICT], h.normal_vacancy[:DISTRICT])
    price = h.price[:DISTRICT].reshape(-1, 3)
    assert (np.diff(price, axis=1) > 0).all()
    grown = np.exp(market.parameters.firms.productivity_growth * 0.375)  # from the base year's average to its end
    assert price[:, Kind.SEAT].mean() == pytest.approx(market.parameters.housing.seat_house_price * grown)
    people = market.residents
    urban = people.living() & (people.place < DISTRICT) & (people.place % 3 != Kind.VILLAGE)
    heads = urban & (people.household == np.arange(len(people))) & (market.quarter - people.birth >= 88)
    share = (people.home[heads] == people.place[heads]).mean()
    assert 0.35 < share < 0.55  # 0.23 of all households bought theirs, about half of all live in towns and seats
    members = people.living() & (people.household != np.arange(len(people)))
    assert (people.home[members] == NOWHERE).all()


def test_owners_depend_on_the_uid_alone(market, by_uid):
    before = by_uid(market.residents)["home"]
    market.residents.permute(np.random.default_rng(3).permutation(market.residents.size))
    housing.settle_owners(market)
    assert by_uid(market.residents)["home"].equals(before)


def test_price_income_ratio(market):
    p = market.parameters.housing
    income = 12 * p.earners * market.place_attributes.income[:, 2]
    np.testing.assert_allclose(housing.affordability(market), market.housing.price * p.home_area / income)
