"""A household whose reference adult dies or leaves gets the one nearest to a parent, in the same quarter."""

import numpy as np
import pytest

from sim.processes import households, migration
from sim.state.places import NOWHERE

DISTRICT, OUTSIDE, SEAT = 3 * 78, 3 * 78 + 16, 2


def bereaved(few, ages, place=0, **columns):
    """Let the first person die, who leads all others, and close the quarter."""
    world = few(ages, household=0, place=place, hukou=0, **columns)
    world.residents.place[0] = NOWHERE
    world.pending.died.append(np.array([0]))
    households.settle(world)
    assert world.residents.free.tolist() == [0]
    return world


CASES = {
    "spouse and children": ([40, 38, 5, 8], [0, 0, 0, 0], 1),
    "only a child is left": ([40, 5], [0, 0], 1),
    "the eldest of children alone": ([40, 5, 14, 9], [0, 0, 0, 0], 2),
    "the youngest adult of an age to be a parent": ([60, 58, 30, 21, 5], [0] * 5, 2),
    "the old rather than the very young": ([40, 70, 18, 5], [0] * 4, 1),
    "the young rather than nobody": ([40, 18, 5], [0] * 3, 1),
    "who is here rather than who is away": ([70, 35, 69, 5], [0, DISTRICT, 0, 0], 2),
    "who is away rather than nobody": ([70, 35, 5], [0, DISTRICT, 0], 1),
    "a grown person away rather than the young": ([70, 17, 35, 5], [0, 0, DISTRICT, 0], 2),
}


@pytest.mark.parametrize("ages, place, successor", CASES.values(), ids=CASES)
def test_succession(few, ages, place, successor):
    world = bereaved(few, ages, place)
    people = world.residents
    assert (people.household[1:] == successor).all()
    child = np.asarray(ages) < 16
    child[0] = False
    assert (people.place[child] == place[successor]).all()
    assert (people.place[1:][~child[1:]] == np.asarray(place)[1:][~child[1:]]).all()


def test_who_joins_someone_elsewhere_has_moved(few):
    world = bereaved(few, [70, 35, 5], [0, DISTRICT, 0], flags=2 | 1)
    people = world.residents
    assert world.flows.moves[0, DISTRICT, 0, 0] == world.flows.moves.sum() == 1
    assert world.flows.departures[0] == world.flows.arrivals[78] == 1
    assert people.moved[2] == world.quarter
    assert people.flags[2] == 1, "the new home has not been reclassified"


def test_who_joins_someone_where_they_are_registered_outside_the_counties_leaves_the_model(few):
    world = few([70, 35, 5], household=0, place=[0, DISTRICT, 0], hukou=[0, 0, DISTRICT])
    world.residents.place[0] = NOWHERE
    world.pending.died.append(np.array([0]))
    before = world.districts.totals
    households.settle(world)
    assert sorted(world.residents.free) == [0, 2]
    assert world.flows.departures[0] == 1
    assert (world.districts.totals - before)[0] == 1000


def test_succession_does_not_depend_on_the_order_of_rows(few):
    ages = np.array([70, 35, 35, 35, 5, 5])
    expected = None
    for seed in range(6):
        order = np.r_[0, 1 + np.random.default_rng(seed).permutation(5)]
        world = few(ages[order], household=0, uid=np.arange(6)[order] + 50)
        world.residents.place[0] = NOWHERE
        world.pending.died.append(np.array([0]))
        households.settle(world)
        successor = world.residents.uid[world.residents.household[1:]]
        expected = successor[0] if expected is None else expected
        assert (successor == expected).all()


def test_whoever_has_neither_home_nor_registration_here_leaves_the_model(few):
    place = [DISTRICT, OUTSIDE, DISTRICT, 0, DISTRICT]
    world = few([30, 40, 50, 60, 8], place=place, hukou=[DISTRICT, OUTSIDE, 0, OUTSIDE, DISTRICT],
                household=[0, 1, 2, 3, 0], origin=0)
    before = world.districts.totals
    households.settle(world)
    assert sorted(world.residents.free) == [0, 1, 4]
    assert (world.districts.totals - before).tolist() == [2000] + [0] * 15
    assert world.residents.place.tolist() == [NOWHERE, NOWHERE, DISTRICT, 0, NOWHERE]


FAMILIES = 400


def families(few, ages, origin, target):
    """Return a world in which the first person of each of many families has just moved from origin to target."""
    size = len(ages)
    first = np.repeat(np.arange(FAMILIES) * size, size)
    world = few(np.tile(ages, FAMILIES), household=first, place=origin)
    world.residents.place[::size] = target
    migration.follow(world)
    people = world.residents
    return world, people.place.reshape(-1, size), people.household.reshape(-1, size) - first[::size, None]


def share_close_to(observed, share):
    return abs(observed.mean() - share) < 4 * np.sqrt(share * (1 - share) / observed.size)


@pytest.mark.parametrize("target", [DISTRICT, OUTSIDE])
def test_who_leaves_a_village_may_leave_the_children_with_a_grandparent(few, target):
    world, place, household = families(few, [35, 66, 6, 9], 0, target)
    left = household[:, 2] == 1
    assert share_close_to(left, world.parameters.migration.leave_children_share)
    assert (household[left] == 1).all()
    assert (place[left, 1:] == 0).all()
    assert (household[~left] == 0).all()
    assert (place[~left, 2:] == target).all()
    assert (place[:, 0] == target).all()
    assert share_close_to(place[~left, 1] == target, world.parameters.migration.elder_follows)


def test_without_an_adult_at_home_children_follow(few):
    _, place, household = families(few, [35, 20, 6], 0, DISTRICT)
    assert not household.any()
    assert (place[:, 2] == DISTRICT).all()


@pytest.mark.parametrize(("origin", "target"), [(SEAT, DISTRICT), (0, SEAT), (0, 5)])
def test_on_other_moves_children_follow_and_spouses_by_a_draw(few, origin, target):
    world, place, household = families(few, [35, 34, 66, 6], origin, target)
    assert not household.any()
    assert (place[:, 3] == target).all()
    p = world.parameters.migration
    assert share_close_to(place[:, 1] == target, p.spouse_follows)
    assert share_close_to(place[:, 2] == target, p.elder_follows)
    went = np.flatnonzero(place.ravel() == target)
    assert (world.residents.moved[went[went % 4 > 0]] == world.quarter).all()


def test_adults_who_live_elsewhere_or_move_themselves_do_not_follow(few):
    world = few([35, 34, 33, 30, 40], household=[0, 0, 0, 3, 3], place=0)
    people = world.residents
    people.place[:] = [DISTRICT, SEAT, OUTSIDE, 0, 0]
    people.origin[:] = [0, SEAT, 0, 0, 0]
    migration.follow(world)
    assert people.place.tolist() == [DISTRICT, SEAT, OUTSIDE, 0, 0]


def test_who_comes_back_to_the_county_of_registration_returns_unless_registered_there_just_now(few):
    # 0: back home; 1: to another county; 2: registered there this quarter; 3: never left the county; 4: left for good
    world = few([30] * 5, origin=[DISTRICT] * 3 + [0] * 2, place=[1, 4, 1, 1, DISTRICT], hukou=[0, 0, 1, 0, 0])
    world.pending.converted, world.pending.converted_from = np.array([2]), np.array([5], np.uint16)
    households.settle(world)
    assert world.flows.returns[1] == world.flows.returns.sum() == 1
    assert world.flows.arrivals[:2].tolist() == [2, 1]
