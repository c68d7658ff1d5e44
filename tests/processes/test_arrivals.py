"""Newcomers from districts and outside: as many as the rates give, each an adult with a row of their own."""

import numpy as np
import pytest

from sim.processes import migration
from sim.state.places import NOWHERE
from sim.state.rates import quarterly
from sim.state.residents import ADULT, Employer, Flag


def test_expected_numbers_follow_the_rates(world):
    places, expected = world.places, migration.arrivals_expected(world)
    assert expected.shape == (17, 3 * 78)
    chance = quarterly(world.rates["district_arrivals"][places.counties : places.counties + 16])
    np.testing.assert_allclose(expected[:-1].sum(1), world.districts.totals * chance)
    urban = world.counts.people[:, 1:].sum() * 1000.0
    assert expected[-1].sum() == pytest.approx(urban * quarterly(world.rates["outside_arrivals"][-1]))
    assert (expected >= 0).all()


def test_nearer_counties_and_seats_get_more(world):
    expected = migration.arrivals_expected(world).reshape(17, 78, 3)
    people = world.counts.people * 1000.0
    per_head = expected[:16].sum(2) / people[:, 1:].sum(1)
    districts = world.places.districts + np.arange(16)
    distance = world.distance_km[np.ix_(districts, 3 * np.arange(78) + 2)]
    for k in range(16):
        assert np.corrcoef(np.log(1 + distance[k] / 15), np.log(per_head[k]))[0, 1] < -0.8
    # within a county a villager counts by the declared ratio, others in full
    per_head = expected.sum(0) / people
    np.testing.assert_allclose(per_head[:, 0], world.parameters.migration.village_arrivals * per_head[:, 1])
    np.testing.assert_allclose(per_head[:, 2], per_head[:, 1])


@pytest.fixture
def arrived(world):
    """Return the world after many newcomers, the rows they got and the districts' people before."""
    world.rates.set("district_arrivals", 0.05)
    world.rates.set("outside_arrivals", 0.5)
    before, size = world.districts.persons.copy(), world.residents.size
    expected = migration.arrivals_expected(world) / 1000
    migration.arrive(world)
    return world, slice(size, None), before, expected


def test_as_many_come_as_expected_and_the_districts_lose_them(arrived):
    world, new, before, expected = arrived
    people, places = world.residents, world.places
    found = np.zeros((17, 3 * 78))
    np.add.at(found, (people.origin[new] - places.districts, people.place[new]), 1)
    assert (np.abs(found - expected) < 1).all()
    assert found.sum() == world.flows.newcomers > 1000
    lost = (before - world.districts.persons).sum((1, 2, 3))
    np.testing.assert_array_equal(lost, found[:16].sum(1) * 1000)
    assert (world.districts.persons >= 0).all()


def test_newcomers_are_adults_registered_where_they_come_from(arrived):
    world, new, _, _ = arrived
    people = world.residents
    age = (world.quarter - people.birth[new]) / 4
    assert age.min() >= ADULT
    assert age.max() < 75
    assert 20 < np.median(age) < 40
    np.testing.assert_array_equal(people.household[new], np.arange(people.size)[new])
    np.testing.assert_array_equal(people.hukou[new], people.origin[new])
    assert (people.hukou[new] >= world.places.districts).all()
    assert (people.moved[new] == world.quarter).all()
    assert len(np.unique(people.uid)) == people.size
    assert 0.4 < people.sex[new].mean() < 0.6
    np.testing.assert_array_equal(people.flags[new], np.where(age < 60, Flag.SEEKING, 0))
    assert (people.employer[new] == Employer.NONE).all()
    assert (people.home[new] == NOWHERE).all()
    share = np.bincount(people.schooling[new], minlength=6) / len(age)
    np.testing.assert_allclose(share, migration.ARRIVAL_SCHOOLING, atol=0.03)


def test_the_identity_of_a_newcomer_depends_on_the_pair_of_places_alone(world):
    uids = {}
    for rate in (0.05, 0.1):
        world.rates.set("district_arrivals", rate)
        people, size = world.residents, world.residents.size
        migration.arrive(world)
        new = slice(size, None)
        uids[rate] = set(people.uid[new].tolist())
        people.place[new] = 0
    few, many = uids.values()
    assert few < many


def test_nobody_comes_at_a_rate_of_zero(world):
    for name in ("district_arrivals", "outside_arrivals"):
        world.rates.set(name, 0.0)
    size = world.residents.size
    migration.arrive(world)
    assert world.residents.size == size
    assert world.flows.newcomers == 0
