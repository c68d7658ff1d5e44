"""Rows: one identity each, freed rows marked, and used again from the next quarter on."""

import numpy as np
import pytest

from sim.state.places import NOWHERE

pytestmark = pytest.mark.parametrize("start", [2011, 2021])


def test_uids_are_unique_and_never_come_back(build, start):
    model = build(start=start)
    people = model.world.residents
    seen, before = set(people.uid.tolist()), set(people.uid.tolist())
    while model.running:
        model.step()
        living = people.uid[people.living()].tolist()
        assert len(set(living)) == len(living) == len(people)
        new = set(living) - before
        assert new
        assert not new & seen
        before = set(living)
        seen |= new


def test_freed_rows_are_marked_and_used_from_the_next_quarter_on(build, start):
    model = build(start=start)
    people = model.world.residents
    reused = 0
    while model.running:
        size, free, uid = people.size, people.free.copy(), people.uid.copy()
        living = people.living().copy()
        model.step()
        np.testing.assert_array_equal(np.sort(people.free), np.flatnonzero(people.place == NOWHERE))
        # the row of whoever lived when the quarter began is nobody else's when it ends
        np.testing.assert_array_equal(people.uid[:size][living], uid[living])
        taken = (people.uid[:size] != uid).sum()
        newcomers = taken + people.size - size
        assert taken == min(newcomers, len(free))
        reused += taken
    assert reused > 0


def test_everybody_has_a_place_a_registration_and_codes_within_range(build, start):
    model = build(start=start)
    world = model.world
    people, places = world.residents, world.places
    while model.running:
        model.step()
        living = people.living()
        place, hukou = people.place[living], people.hukou[living]
        assert place.max() < places.count
        assert hukou.max() < places.count
        assert not ((place >= places.districts) & (hukou >= places.districts)).any()
        assert people.schooling[living].max() <= 5
        assert people.work[living].max() <= 8
        assert people.sex[living].max() <= 1
        assert people.birth[living].max() < world.quarter
        assert not people.work[living & (world.quarter - people.birth < 60)].any()
