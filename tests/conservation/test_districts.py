"""The districts' own people change by births, deaths, net arrivals and the moves of residents, and by nothing else."""

import numpy as np
import pytest

from sim.processes import districts
from sim.state.districts import RURAL, URBAN, Districts


@pytest.fixture
def moved(monkeypatch):
    """Record whom the accounts give and take, by prefecture."""
    events = {"give": np.zeros(16, np.int64), "take": np.zeros(16, np.int64)}

    def spy(name):
        original = getattr(Districts, name)

        def record(self, prefecture, sex, age, persons):
            events[name] += np.bincount(prefecture, minlength=16) * persons
            original(self, prefecture, sex, age, persons)

        monkeypatch.setattr(Districts, name, record)

    spy("give"), spy("take")
    return events


@pytest.mark.parametrize("start", [2011, 2021])
def test_accounts_close_by_prefecture(build, moved, start):
    model = build(start=start)
    world = model.world
    rate = world.parameters.districts.net_arrivals_from_outside
    while model.running:
        before = world.districts.totals
        given, taken = (moved[name].copy() for name in ("give", "take"))
        model.step()
        change = world.districts.totals - before - (moved["give"] - given) + (moved["take"] - taken)
        if world.quarter % 4:
            assert not change.any()
        else:
            natural = world.districts.births - world.districts.deaths
            # by single age and sex each cell is rounded by a draw, 202 cells in all
            net = change - natural
            assert np.abs(net - before * rate).max() < 202 + 0.02 * np.abs(before * rate).max()
        assert (world.districts.persons >= 0).all()
    assert moved["give"].sum() > 0
    assert moved["take"].sum() > 0


def test_a_resident_who_leaves_or_comes_counts_for_as_many_persons_as_a_row(build, moved, by_uid):
    model = build(parameters=(("citizenization.ceiling", 0.005),))  # who comes from outside keeps that registration
    world = model.world
    people, places = world.residents, world.places
    before = by_uid(people)
    model.step()
    after = by_uid(people)
    new = after.loc[after.index.difference(before.index)]
    came = new[(new["birth"] < world.quarter - 4) & (new["origin"] < places.outside)]
    assert moved["take"].sum() == 1000 * (came["hukou"] < places.outside).sum() > 0
    assert moved["give"].sum() % 1000 == 0


def test_rural_people_stand_in_where_urban_ones_are_lacking():
    accounts = Districts(np.full((2, 2, 2, 101), 5))
    accounts.take(np.array([1]), np.array([0]), np.array([120]), 7)
    assert accounts.persons[1, URBAN, 0, 100] == 0
    assert accounts.persons[1, RURAL, 0, 100] == 3
    assert accounts.totals.tolist() == [2020, 2013]
    accounts.give(np.array([1, 1]), np.array([0, 0]), np.array([30, 30]), 4)
    assert accounts.persons[1, URBAN, 0, 30] == 13


def test_a_cohort_ages_by_a_year_and_keeps_its_people(world):
    persons = world.districts.persons
    persons[:] = 0
    persons[:, :, :, 40] = 10_000
    persons[:, :, :, 99:] = 1_000
    world.quarter += 3
    world.config = world.config.model_copy(
        update={"parameters": world.parameters.changed({"districts.net_arrivals_from_outside": 0})})
    districts.advance(world)
    deaths = world.districts.deaths
    assert persons[..., :41].sum() == world.districts.births.sum()
    assert (persons.sum((1, 2, 3)) == 48_000 + world.districts.births - deaths).all()
    assert (persons[..., 41].sum((1, 2)) > 39_700).all()
    assert (persons[..., 100].sum((1, 2)) > 3_000).all()
    assert not persons[..., [42, 98, 99]].any()
    # from the country to town, at the declared rate
    share = persons[:, RURAL, :, 41].sum() / persons[..., 41].sum()
    assert share == pytest.approx(0.5 * (1 - world.parameters.districts.rural_to_urban), abs=1e-3)


def test_nobody_is_taken_who_is_not_there(world):
    accounts = world.districts
    before = accounts.persons.copy()
    prefecture, age = np.full(40, 15), np.full(40, 30)
    accounts.take(prefecture, np.zeros(40, np.int64), age, 1000)
    assert (accounts.persons >= 0).all()
    lost = before - accounts.persons
    assert lost.sum() == lost[15, :, 0].sum() == 40_000
    assert lost[15, :, 0, 25:36].sum() > 30_000
