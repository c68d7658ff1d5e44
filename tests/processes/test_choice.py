"""The choice of a place is the nested logit that is declared, over the places within reach."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.processes import choice, migration
from sim.state.rates import quarterly

DISTRICT, OUTSIDE = 3 * 78, 3 * 78 + 16
GRID = (np.arange(20_000) + 0.5) / 20_000


@given(st.lists(st.tuples(st.floats(-4, 4), st.integers(0, 5)), min_size=1, max_size=12), st.floats(0.3, 1))
def test_shares_are_those_of_a_nested_logit(alternatives, similarity):
    utility, nest = (np.array(column) for column in zip(*alternatives, strict=True))
    scaled = np.exp(utility / similarity)
    within = np.bincount(nest, scaled, minlength=6)
    expected = scaled / within[nest] * within[nest] ** similarity / (within[within > 0] ** similarity).sum()
    found = np.zeros(len(utility))
    for draw in GRID[::10]:
        k = choice._nested(draw, scaled, nest, len(utility), similarity, np.empty(choice.NESTS))
        found[k] += 10 / len(GRID)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    assert expected.sum() == pytest.approx(1)


@given(st.floats(0, 1, exclude_max=True), st.integers(16, 100), st.integers(0, OUTSIDE), st.integers(0, OUTSIDE),
       st.one_of(st.just(choice.NO_PLACE), st.integers(0, OUTSIDE)),
       st.one_of(st.just(choice.NO_PLACE), st.just(choice.ON_OWN_FARM), st.integers(0, DISTRICT - 1)),
       st.integers(0, 5), st.integers(0, 31))
def test_the_place_chosen_is_within_reach_or_at_home(prepared, draw, age, place, hukou, home, works_at, schooling,
                                                     flags):
    world, tables = prepared
    if place >= DISTRICT and hukou >= DISTRICT:
        return  # nobody of the model is there
    odds = choice.odds(tables)
    found = choice.destination(draw, age, place, hukou, home, works_at, schooling, np.uint8(flags), odds,
                               *choice.scratch(odds))
    area = world.places.area
    assert found in tables.reach[place] or area[found] == area[hukou]
    assert found < world.places.count


@pytest.fixture(scope="module")
def prepared(build):
    model = build()
    model.step()
    return model.world, choice.tables(model.world)


def test_within_reach_are_the_own_places_the_prefecture_the_core_cities_and_outside(prepared):
    world, tables = prepared
    places = world.places
    for county in (0, 5, 77):
        mine = places.prefecture_of_county == places.prefecture_of_county[county]
        seats = {3 * c + 2 for c in np.flatnonzero(mine)}
        own = {3 * county, 3 * county + 1, 3 * county + 2}
        wanted = own | seats | {DISTRICT + places.prefecture_of_county[county], *places.core, OUTSIDE}
        for place in own:
            reach = tables.reach[place][tables.reach[place] != choice.NO_PLACE]
            assert set(reach) == wanted
            assert len(set(reach)) == len(reach)
    assert len(places.core) == 2


def shares(tables, age=30, place=0, hukou=0, schooling=2, flags=0, home=choice.NO_PLACE, works_at=choice.NO_PLACE):
    """Return the share of each place among even draws."""
    odds = choice.odds(tables)
    room = choice.scratch(odds)
    found = [choice.destination(draw, age, place, hukou, home, works_at, schooling, np.uint8(flags), odds, *room)
             for draw in GRID]
    return np.bincount(found, minlength=OUTSIDE + 1) / len(GRID)


def test_destinations_follow_the_utilities(prepared):
    _, tables = prepared
    before = shares(tables)
    for place in (0, 2, DISTRICT, OUTSIDE):
        value = tables.value.copy()
        value[place] += 1
        after = shares(tables._replace(value=value))
        assert after[place] > before[place] > 0
        others = np.arange(OUTSIDE + 1) != place
        assert (after[others] <= before[others]).all()


def test_services_count_as_far_as_they_are_open(prepared):
    _, tables = prepared
    assert (tables.closed > 0).all()
    open_now = tables._replace(closed=np.zeros_like(tables.closed), closed_schools=np.zeros_like(tables.closed))
    away = shares(tables)[3:].sum()
    assert shares(open_now)[3:].sum() > away
    assert shares(open_now, flags=8)[3:].sum() > shares(tables, flags=8)[3:].sum()
    at_home = open_now._replace(closed=np.where(np.arange(len(tables.closed)) == 0, 9.0, 0.0))
    np.testing.assert_array_equal(shares(at_home), shares(open_now))  # one is registered there


def test_exclusion_costs_alike_in_villages_and_in_seats(prepared):
    """Utility is elasticity x ln(access x services): the logarithm of access comes off wherever one is a stranger."""
    world, tables = prepared
    parity = world.rates["service_parity"][0]
    elasticity = world.parameters.migration.service_elasticity
    np.testing.assert_allclose(tables.closed[0], -elasticity * np.log(parity))


def test_who_works_in_the_county_is_drawn_to_the_place_of_the_job_by_the_way(prepared):
    world, tables = prepared
    at_home = shares(tables, works_at=0)
    for work in (1, 2):
        there = shares(tables, works_at=work)
        assert there[work] > at_home[work]
        km = world.places.commuting_km(world.parameters.establishments)[0]
        p = world.parameters.migration
        gain = tables.job[work, work] - tables.job[0, work] + tables.value[work] - tables.value[0]
        alike = tables.job[work, 0] - tables.job[0, 0] + tables.value[work] - tables.value[0]
        np.testing.assert_allclose(gain - alike, p.income_elasticity * p.commuting_cost * (km[0, work] + km[work, 0]))
    np.testing.assert_array_equal(shares(tables, works_at=5 * 3), shares(tables))  # a job elsewhere counts for nothing


def test_a_farmer_gives_up_farm_income_on_leaving_the_village(prepared):
    _, tables = prepared
    poor = tables._replace(farming=tables.farming - 1.0)
    assert shares(poor, works_at=choice.ON_OWN_FARM)[0] < shares(tables, works_at=choice.ON_OWN_FARM)[0]
    np.testing.assert_array_equal(shares(poor), shares(tables))


def test_who_works_elsewhere_considers_moving_more(prepared):
    _, tables = prepared
    uid = np.uint64(7)
    here, there, farm, none = (choice.consideration(1, uid, 30, 0, at, 2, np.uint8(0), tables)
                               for at in (0, 2, choice.ON_OWN_FARM, choice.NO_PLACE))
    assert here == farm == none
    assert np.log1p(-there) / np.log1p(-here) == pytest.approx(tables.commuter_factor)


def test_schools_draw_those_with_a_child_of_school_age(prepared):
    _, tables = prepared
    better = tables._replace(schools=np.where(np.arange(OUTSIDE + 1) == 2, 3.0, 0.0))
    level = tables._replace(schools=np.zeros_like(tables.schools))
    assert shares(better, flags=8)[2] > shares(level, flags=8)[2]
    np.testing.assert_array_equal(shares(better), shares(level))


def test_home_holds_and_holds_older_people_more(prepared):
    _, tables = prepared

    def home(age):
        return shares(tables, age=age, place=DISTRICT, hukou=0)[:3].sum()

    assert home(45) > home(44) == home(20)
    homeless = tables._replace(home=0.0, older_home=0.0)
    assert shares(homeless, place=DISTRICT)[:3].sum() < home(30)


def test_a_home_of_ones_own_holds_and_draws_as_far_as_it_spares_its_price(prepared):
    _, tables = prepared
    for home in (2, DISTRICT):
        assert shares(tables, home=home)[home] > shares(tables)[home]
    free = tables._replace(own_home=np.zeros_like(tables.own_home))
    np.testing.assert_array_equal(shares(free, home=2), shares(free))
    far = next(place for place in range(2, DISTRICT, 3) if place not in tables.reach[0])
    np.testing.assert_array_equal(shares(tables, home=far), shares(tables))


def test_the_profile_of_age_peaks_where_declared_and_ends_at_the_floor():
    ages = np.arange(0, 111, 0.25)
    curve = choice.rogers_castro(ages, 23, 0.08, 0.1)
    assert ages[curve.argmax()] == pytest.approx(23 - np.log(0.08 / 0.4) / 0.4, abs=0.25)
    assert curve.max() == 1
    assert curve[ages < 10].max() < 0.12
    assert 0.1 < curve[-1] < 0.12


def test_movers_are_as_many_as_hazard_and_choice_give(few):
    size = 200_000
    world = few([30.0] * size, place=0, schooling=3, flags=1)
    tables = choice.tables(world)
    migration.move(world)
    people = world.residents
    rate = tables.rate[0, 30] * tables.by_schooling[3] * tables.land_factor
    taste = np.exp(tables.taste_width * np.linspace(-1, 1, 2001))
    considering = quarterly(rate * taste).mean()
    expected = considering * shares(tables, schooling=3, flags=1) * size
    found = np.bincount(people.place, minlength=OUTSIDE + 1)
    others = np.arange(OUTSIDE + 1) != 0
    assert (np.abs(found - expected)[others] <= 4 * np.sqrt(expected[others]) + 1).all()
    gone = people.place != 0
    assert (people.moved[gone] == world.quarter).all()
    assert (people.moved[~gone] != world.quarter).all()


def test_children_never_decide(few):
    world = few([15.75] * 50_000, place=DISTRICT, hukou=0)
    tables = choice.tables(world)
    assert not tables.rate[:, :16].any()
    migration.move(world)
    assert (world.residents.place == DISTRICT).all()
