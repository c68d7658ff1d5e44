"""No resident appears or vanishes without an event, by county and every quarter."""

import numpy as np
import pytest

from sim.state.places import NOWHERE

RUNS = [(start, seed) for start in (2011, 2021) for seed in (1, 2, 2**63 - 1)]


def by_county(world, place):
    """Count living rows by county straight from a column of places."""
    places = world.places
    living = place[(world.residents.place != NOWHERE) & (place < places.districts)]
    return np.bincount(living // 3, minlength=places.counties)


@pytest.mark.parametrize(("start", "seed"), RUNS)
def test_residents_change_by_births_deaths_arrivals_and_departures(build, start, seed):
    model = build(start=start, seed=seed)
    world = model.world
    before = by_county(world, world.residents.place) * 1000
    while model.running:
        model.step()
        _, residents, (births, deaths, arrivals, departures) = world.observed.quarterly[-1]
        np.testing.assert_array_equal(residents, before + births - deaths + arrivals - departures)
        np.testing.assert_array_equal(residents, by_county(world, world.residents.place) * 1000)
        before = residents
    assert len(world.observed.quarterly) == 8
    events = np.array([events for _, _, events in world.observed.quarterly])
    assert (events >= 0).all()
    assert (events.sum((0, 2)) > 0).all()


@pytest.mark.parametrize("start", [2011, 2021])
def test_every_event_of_the_accounts_is_found_in_the_rows(build, by_uid, start):
    model = build(start=start)
    world = model.world
    area = world.places.area
    before = by_uid(world.residents)
    while model.running:
        model.step()
        after = by_uid(world.residents)
        born = after[after["birth"] == world.quarter - 1].query("place < @world.places.districts")
        _, _, (births, _, arrivals, departures) = world.observed.quarterly[-1]
        # a newborn may already have left the county of birth with its mother, hence the sum
        assert abs(births.sum() / 1000 - len(born)) <= 3
        both = before.index.intersection(after.index)
        here, there = area[before.loc[both, "place"]], area[after.loc[both, "place"]]
        came = np.bincount(there[here != there], minlength=world.places.areas)[: world.places.counties]
        left = np.bincount(here[here != there], minlength=world.places.areas)[: world.places.counties]
        assert (came <= arrivals / 1000).all()
        assert (left <= departures / 1000).all()
        before = after


@pytest.mark.parametrize("start", [2011, 2021])
def test_registered_people_change_by_birth_death_conversion_and_leaving(build, by_uid, start):
    model = build(start=start)
    world, area = model.world, model.world.places.area
    counties = world.places.counties
    before, registered = by_uid(world.residents), by_county(world, world.residents.hukou)
    while model.running:
        model.step()
        after = by_uid(world.residents)
        now = by_county(world, world.residents.hukou)
        np.testing.assert_array_equal(now, world.counts.of_counties(world.counts.registered).sum(1))
        lost, gained = before.index.difference(after.index), after.index.difference(before.index)
        both = before.index.intersection(after.index)
        old, new = before.loc[both, "hukou"].to_numpy(), after.loc[both, "hukou"].to_numpy()
        change = np.zeros(world.places.areas, np.int64)
        np.add.at(change, area[after.loc[gained, "hukou"]], 1)
        np.add.at(change, area[before.loc[lost, "hukou"]], -1)
        np.add.at(change, area[new], 1)
        np.add.at(change, area[old], -1)
        np.testing.assert_array_equal(now - registered, change[:counties])
        # whoever is registered elsewhere than before has converted or lives where the built-up edge passed
        other = both[old != new]
        converted = world.residents.uid[world.pending.converted]
        in_situ = area[old] == area[new]
        assert set(both[(old != new) & ~in_situ]) <= set(converted)
        flagged = after.loc[other.difference(converted), "flags"].to_numpy()
        assert (flagged & 4).all()
        before, registered = after, now


def test_conversions_are_counted_where_people_register(finished):
    world = finished.world
    conversions = world.flows.conversions.sum(0)
    assert conversions.sum() > 0
    assert not conversions[world.places.villages].any()
    assert conversions[world.places.outside] == 0


def test_moves_between_places_add_up_to_arrivals_and_departures(finished):
    world = finished.world
    places, moves = world.places, world.flows.moves.sum((2, 3))
    crossing = moves * (places.area[:, None] != places.area)
    for counted, axis in ((world.flows.arrivals, 0), (world.flows.departures, 1)):
        np.testing.assert_array_equal(counted, np.bincount(places.area, crossing.sum(axis), places.areas))
    assert not np.diag(moves).any()
