"""The initial state comes from data, scale, start and parameters alone, and its people form households."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim import initial
from sim.initial import CACHED, FIRMS, absence, households, margins
from sim.state.places import Places
from sim.state.residents import Flag

STARTS = pytest.mark.parametrize("start", [2011, 2021])


@STARTS
def test_from_the_cache_it_is_the_world_that_was_built(baseline, configure, start, tmp_path, monkeypatch):
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path))
    built, firms, accounts = initial.people(baseline, configure(start=start))
    assert len(list((tmp_path / "worlds").iterdir())) == 1

    def refuse(*_):
        raise AssertionError("built again")

    monkeypatch.setattr(initial, "build", refuse)
    cached, cached_firms, cached_accounts = initial.people(baseline, configure(start=start))
    for name in CACHED:
        np.testing.assert_array_equal(getattr(cached, name), getattr(built, name))
        assert getattr(cached, name).dtype == getattr(built, name).dtype
    for name in FIRMS:
        np.testing.assert_array_equal(getattr(cached_firms, name), getattr(firms, name))
    np.testing.assert_array_equal(cached_accounts.persons, accounts.persons)
    assert cached.capacity == built.capacity
    cached.place[0] = 7  # what a run changes is not the file
    again, *_ = initial.people(baseline, configure(start=start))
    assert again.place[0] == built.place[0]


@pytest.mark.parametrize("name", ["uid", "place", "firm_uid", "firm_staff"])
def test_a_torn_file_of_the_cache_is_told(baseline, configure, tmp_path, monkeypatch, name):
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path))
    initial.people(baseline, configure())
    (path,) = tmp_path.rglob(name)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(OSError, match="it is torn"):
        initial.people(baseline, configure())


def test_what_decides_it_decides_its_place_in_the_cache(baseline, configure):
    different = [
        configure(), configure(start=2011), configure(scale=100),
        configure(parameters=(("population.gravity_distance_km", 20),)),
        configure(parameters=(("work.migrants_in_trade", 0.2),)),
        configure(parameters=(("establishments.size_tail", 1.2),))]
    folders = {initial._cache_folder(baseline, config) for config in different}
    assert len(folders) == len(different)
    other = dataclasses.replace(baseline, hash="other")
    assert initial._cache_folder(other, configure()) not in folders
    same = [configure(seed=5), configure(end=2030), configure(external="low_fertility")]
    assert {initial._cache_folder(baseline, config) for config in same} == {
        initial._cache_folder(baseline, configure())
    }


@STARTS
def test_the_seed_of_a_run_enters_who_looks_for_work_alone(build, by_uid, start):
    people = [by_uid(build(start=start, seed=seed).world.residents) for seed in (1, 2)]
    seeking = [frame["flags"] & np.uint8(Flag.SEEKING) > 0 for frame in people]
    assert (seeking[0] != seeking[1]).any()
    assert abs(seeking[0].sum() - seeking[1].sum()) < 6 * np.sqrt(seeking[0].sum())
    for frame in people:
        frame["flags"] &= np.uint8(~(Flag.SEEKING | Flag.LOST_WORK) & 255)
    pd.testing.assert_frame_equal(*people)


@STARTS
def test_cores_change_nothing(baseline, configure, start, monkeypatch):
    config = configure(start=start)
    places, census = Places(baseline), margins.read(baseline, config)
    built = []
    for cores in (1, 5):
        monkeypatch.setattr(initial.blocks, "cores", lambda cores=cores: cores)
        built.append(initial.build(census, places, config))
    for name in CACHED:
        np.testing.assert_array_equal(getattr(built[0][0], name), getattr(built[1][0], name))
    for name in FIRMS:
        np.testing.assert_array_equal(getattr(built[0][1], name), getattr(built[1][1], name))


@STARTS
def test_land_rights_follow_registration(build, start):
    people, p = build(start=start).world.residents, build(start=start).config.parameters.population
    holds = people.flags & Flag.LAND_RIGHTS > 0
    local = people.hukou < 3 * 78
    village = local & (people.hukou % 3 == 0)
    assert not holds[~local].any()
    for who, share in ((village, p.land_rights_share_village_hukou),
                       (local & ~village, p.land_rights_share_urban_hukou)):
        assert abs(holds[who].mean() - share) < 4 * np.sqrt(share * (1 - share) / who.sum())


@STARTS
def test_members_of_a_household_share_a_homestead(build, start):
    people = build(start=start).world.residents
    np.testing.assert_array_equal(people.homestead, people.homestead[people.household])


@STARTS
def test_mothers_are_of_an_age_to_be_mothers(build, start):
    people = build(start=start).world.residents
    age = (4 * start - people.birth) // 4
    child = (age < 16) & (people.household != np.arange(people.size))
    gap = age[people.household[child]] - age[child]
    assert np.mean((gap > 14) & (gap < 50)) > 0.85
    assert child.sum() / (age < 16).sum() > 0.99


@STARTS
def test_absent_people_are_where_the_table_of_absence_puts_them(build, baseline, configure, start):
    config = configure(start=start)
    world = build(start=start).world
    people, places = world.residents, world.places
    located = absence.locate(margins.read(baseline, config), places, config)
    home = people.hukou < places.districts
    for column, code in ((located.to_outside, places.outside), (located.to_district[:, 0], places.districts)):
        rows = np.bincount(people.hukou[home & (people.place == code)] // 3, minlength=78)
        # spouses and children of one household may have been put together in one place
        assert abs(rows.sum() - column.sum()) < 0.1 * column.sum()
    away = np.bincount(people.hukou[home & (people.place >= places.districts)] // 3, minlength=78)
    np.testing.assert_array_equal(away, located.to_outside + located.to_district.sum(1))


def test_families_are_found_by_home_and_nearest_age_in_turn():
    pool = households._Pool(np.array([0, 0, 0, 2]), np.array([30, 30, 40, 30]), np.array([10, 11, 12, 13]))
    homes, ages, otherwise = np.array([0, 0, 0, 0, 2, 1]), np.array([30, 31, 30, 37, 25, 30]), np.arange(6)
    assert pool.find(homes, ages, otherwise).tolist() == [10, 11, 10, 12, 13, 5]
