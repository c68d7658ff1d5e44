"""The built-up edge turns exactly the village homes inside it urban, for residents and absent people alike."""

import numpy as np
import pytest

from sim.processes import choice, conditions, migration, reclassification
from sim.processes.reclassification import RANKS, becomes_seat
from sim.state.places import NOWHERE, Kind

DISTRICT = 3 * 78


@pytest.fixture
def edge_at(few):
    """Return a function that makes people with homesteads and moves the edge of all counties to a rank."""

    def make(edge, homestead, place, hukou):
        world = few(np.full(len(homestead), 30.0), homestead=homestead, place=place, hukou=hukou)
        world.rates.set("reclassification", 0.0)
        world.urban_edge.rank[:] = edge
        conditions.begin(world)
        reclassification.reclassify(world)
        return world

    return make


def test_homes_inside_become_urban_and_no_other(edge_at):
    homestead = np.array([0, 999, 1000, 65_535] * 5)
    place = np.repeat([3, 3, DISTRICT, 5, NOWHERE], 4)
    hukou = np.repeat([3, DISTRICT, 3, 4, 3], 4)
    world = edge_at(1000.9, homestead, place, hukou)
    people = world.residents
    inside = homestead < 1000
    lives, registered = place == 3, (hukou == 3) & (place != NOWHERE)
    np.testing.assert_array_equal(people.place != place, inside & lives)
    np.testing.assert_array_equal(people.hukou != hukou, inside & registered)
    np.testing.assert_array_equal(people.flags & 2 > 0, inside & lives)
    np.testing.assert_array_equal(people.flags & 4 > 0, inside & registered)
    urban = np.where([becomes_seat(int(rank), round(world.census.seat_share[1] * RANKS)) for rank in homestead], 5, 4)
    np.testing.assert_array_equal(people.place[inside & lives], urban[inside & lives])
    np.testing.assert_array_equal(people.hukou[inside & registered], urban[inside & registered])
    expected = np.zeros((78, 2), int)
    expected[1] = (inside & lives).sum(), (inside & registered).sum()
    np.testing.assert_array_equal(world.flows.reclassified, expected)


def test_nobody_moves_and_none_is_lost(world):
    people = world.residents
    before = {name: getattr(people, name).copy() for name in ("place", "hukou", "moved", "work")}
    world.rates.set("reclassification", 0.1)
    for _ in range(3):
        reclassification.reclassify(world)
    conditions.begin(world)
    area = world.places.area
    for name in ("place", "hukou"):
        now = getattr(people, name)
        changed = now != before[name]
        np.testing.assert_array_equal(area[now], area[before[name]])
        village = world.places.kind[before[name]] == Kind.VILLAGE
        edge = np.floor(world.urban_edge.rank)[np.minimum(before[name] // 3, 77)]
        np.testing.assert_array_equal(changed, village & (people.homestead < edge))
    for name in ("moved", "work"):
        np.testing.assert_array_equal(getattr(people, name), before[name])
    assert not world.flows.moves.any()
    assert not world.flows.arrivals.any()
    assert world.flows.reclassified.sum() == (people.flags & 2 > 0).sum() + (people.flags & 4 > 0).sum()


def test_the_edge_takes_the_yearly_share_of_what_remains(world):
    world.rates.set("reclassification", 0.05)
    world.urban_edge.pace[:] = np.linspace(0, 2, 78)
    for _ in range(4):
        reclassification.reclassify(world)
    np.testing.assert_allclose(1 - world.urban_edge.rank / RANKS, np.exp(-0.05 * world.urban_edge.pace))


@pytest.mark.parametrize("share", [0, 1, 30_000, RANKS])
def test_the_seat_gets_its_share_of_the_ranks(share):
    assert sum(becomes_seat(rank, share) for rank in range(RANKS)) == share


@pytest.mark.parametrize("rank", [100, 101, 102, 103, 104, 105])
def test_who_returns_to_a_home_that_became_urban_comes_to_the_place_it_became(few, monkeypatch, rank):
    size = 40
    world = few([25.0] * size, place=DISTRICT, hukou=0, homestead=rank)
    world.urban_edge.rank[:] = 1000
    tables = choice.tables(world)
    value = np.full_like(tables.value, -50.0)
    value[0] = 50.0
    keen = tables._replace(rate=np.full_like(tables.rate, 1e9), value=value)
    monkeypatch.setattr(choice, "tables", lambda world: keen)
    migration.move(world)
    seat = becomes_seat(rank, round(world.census.seat_share[0] * RANKS))
    assert (world.residents.place == (Kind.SEAT if seat else Kind.TOWN)).all()


def test_growth_of_towns_and_seats_sets_the_pace(world):
    urban = world.counts.urban_people.astype(float)
    p = world.parameters.reclassification
    world.urban_edge.urban_before = urban / 1.03
    reclassification.remember_growth(world)
    np.testing.assert_allclose(world.urban_edge.pace, 1)
    # one county ahead of the others by a unit of growth
    world.urban_edge.urban_before = urban / 1.01
    world.urban_edge.urban_before[0] = urban[0] / (1.01 + p.growth_unit)
    reclassification.remember_growth(world)
    assert world.urban_edge.pace[0] == pytest.approx(1 + p.growth_response, rel=0.02)
    assert (world.urban_edge.pace[1:] < 1).all()
    np.testing.assert_allclose(np.average(world.urban_edge.pace, weights=urban), 1, atol=1e-3)
    # what reclassification itself added is not growth
    world.urban_edge.urban_before = urban - 100
    world.flows.reclassified[:, 0] = 100
    reclassification.remember_growth(world)
    np.testing.assert_allclose(world.urban_edge.pace, 1)
