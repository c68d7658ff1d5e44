"""Land uses sum to the area of the county; homes neither appear nor vanish when villages become urban."""

import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.processes import building, housing, land
from sim.state.land import Use
from sim.state.places import Kind

COUNTIES = 78


def area(world):
    return np.round(world.baseline.counties["area_km2"].to_numpy(float) * 1e6).astype(np.int64)


def assert_whole(world):
    uses = world.land.uses
    assert uses.dtype == np.int64
    np.testing.assert_array_equal(uses.sum(1), area(world))
    assert (uses >= 0).all()
    assert (uses[:, Use.FARMLAND] >= world.land.floor).all()


def test_the_first_uses_sum_to_the_area(market):
    assert_whole(market)
    assert not market.land.changes.any()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quota=st.floats(0, 3), exchange=st.floats(0, 0.5), recovery=st.floats(0, 1), industry=st.floats(0, 0.6),
       platforms=st.floats(0, 1), wanted=st.floats(0, 1e8), builders=st.floats(0, 1e8),
       reclassified=st.integers(0, 300), settlers=st.floats(0, 1e6), spending=st.floats(0.1, 10),
       floor=st.floats(0.9, 1))
def test_uses_sum_to_the_area_whatever_is_supplied(market, quota, exchange, recovery, industry, platforms, wanted,
                                                   builders, reclassified, settlers, spending, floor):
    world = pickle.loads(pickle.dumps(market))
    rates, here = world.rates, world.land
    here.floor = np.floor(here.uses[:, Use.FARMLAND] * floor)
    for name, value in (("land_quota", quota), ("village_land_exchange", exchange), ("idle_recovery", recovery),
                        ("industrial_land_share", industry), ("platform_land_purchases", platforms)):
        rates.set(name, value)
    for _ in range(3):
        world.economy.industrial_land_wanted[:] = wanted
        world.housing.wanted[:] = builders
        world.economy.spending = world.economy.spending * spending
        here.settlers[:] = settlers
        land.supply(world)
        assert (here.changes.sum(1) == 0).all()
        assert (here.converted <= here.quota + 1e-6).all()
        assert (here.sold >= 0).all()
        assert np.isfinite(here.income).all()
        assert (here.cost >= 0).all()
        world.flows.reclassified[:] = reclassified
        land.account(world)
        assert_whole(world)


def test_reclassified_homes_move_with_their_people(market):
    h, before = market.housing, market.housing.stock.copy()
    needed = h.needed.copy()
    villages = market.counts.people[:, Kind.VILLAGE]
    market.flows.reclassified[:, 0] = villages // 10
    people = building.follow_reclassified(market)
    by_kind = people[: 3 * COUNTIES].reshape(-1, 3)
    residents = market.counts.people * 1000.0
    np.testing.assert_allclose(by_kind.sum(1), residents.sum(1))
    np.testing.assert_allclose(by_kind[:, 0], (villages - villages // 10) * 1000)
    share = (villages // 10) / villages
    for column, old in ((h.stock, before), (h.needed, needed)):
        new, old = (values[: 3 * COUNTIES].reshape(-1, 3) for values in (column, old))
        np.testing.assert_allclose(new.sum(1), old.sum(1))
        np.testing.assert_allclose(new[:, 0], old[:, 0] * (1 - share))
        assert (new[:, 1:] >= old[:, 1:]).all()
    np.testing.assert_array_equal(building.follow_reclassified(market), market.counts.residents.sum(1) * 1000.0)


def test_the_floor_area_of_reclassified_people_goes_along(market):
    h = market.housing
    villages = market.counts.people[:, Kind.VILLAGE]
    second = h.needed - market.counts.residents.sum(1) * 1000.0 * h.floor_area
    market.flows.reclassified[:, 0] = villages // 5
    people = building.follow_reclassified(market)
    moved = h.needed.copy()
    h.second_homes = np.zeros_like(h.second_homes)
    building.occupy(market, people)
    np.testing.assert_allclose((h.needed + second)[: 3 * COUNTIES], moved[: 3 * COUNTIES], rtol=1e-9, atol=1)


def test_what_is_begun_is_built_on_land_that_was_sold(market, walk):
    here, p = market.land, market.parameters.land
    for _ in range(3):
        unbuilt = here.unbuilt.copy()
        walk(market, 1)
        begun = market.housing.started[: 3 * COUNTIES].reshape(-1, 3)[:, Kind.TOWN :].sum(1)
        sold = here.sold[:, Use.RESIDENTIAL] * p.floor_area_ratio
        assert (here.unbuilt + begun <= unbuilt + sold + 1).all()
        assert (here.unbuilt + begun >= unbuilt + sold * (1 - p.left_idle) - 2).all()


def test_second_homes_are_those_of_owners_who_live_elsewhere(market):
    housing.buy(market)
    people = market.residents
    elsewhere = people.living() & (people.home != 65_535) & (people.home != people.place)
    counted = np.bincount(people.home[elsewhere], minlength=market.places.count)
    np.testing.assert_array_equal(market.housing.second_homes, counted)


@pytest.mark.parametrize("years", [2])
def test_vacancy_stays_a_share(market, walk, years):
    walk(market, years)
    h = market.housing
    assert (h.vacancy >= 0).all()
    assert (h.vacancy <= 1).all()
    assert (h.occupied <= h.stock).all()
