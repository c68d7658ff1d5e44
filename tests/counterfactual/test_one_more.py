"""One more person changes nobody's draws and, with arrivals held fixed, nobody's state."""

import numpy as np
import pandas as pd
import pytest

from sim.agents.residents import LONG_AGO
from sim.processes import migration

UID = np.uint64(2**63 + 11)


@pytest.fixture
def fixed_arrivals(monkeypatch, world):
    """Hold the expected arrivals at those of the first world: they follow counts, and so the added person."""
    expected = migration.arrivals_expected(world)
    monkeypatch.setattr(migration, "arrivals_expected", lambda world: expected)


def add(world, age, place, uid=UID):
    people = world.residents
    row = people.allocate(1)[0]
    values = {"uid": uid, "household": row, "birth": world.quarter - 4 * age - 1, "moved": LONG_AGO,
              "place": place, "origin": place, "hukou": place, "homestead": 9_000, "sex": 0,
              "schooling": 2 if age > 11 else 0, "work": 0, "flags": 1}  # fmt: skip
    for name, value in values.items():
        getattr(people, name)[row] = value


@pytest.mark.parametrize("place", [0, 2, 3 * 40 + 1])
@pytest.mark.parametrize("age", [0, 14, 25, 70])
def test_one_more_person_changes_nobody(build, by_uid, fixed_arrivals, age, place):
    one, other = build(), build()
    add(other.world, age, place)
    for _ in range(4):
        one.step(), other.step()
        alone, together = by_uid(one.world.residents), by_uid(other.world.residents)
        new = together.index.difference(alone.index)
        assert set(new) <= {UID, *together.index[together["household"] == UID]}
        pd.testing.assert_frame_equal(alone, together.drop(new), check_exact=True)
    assert len(one.world.observed["quarterly"]) == 4


def test_added_people_live_like_anybody_else(build, by_uid):
    model = build()
    uids = UID + np.arange(400, dtype=np.uint64)
    for k, uid in enumerate(uids):
        add(model.world, 16 + k % 50, 0, uid)
    model.run_until_end()
    after = by_uid(model.world.residents)
    added = after.loc[after.index.intersection(uids)]
    assert len(added) < 400
    assert (added["place"] != 0).sum() > 3
    assert (added["work"] != 0).sum() > 50
