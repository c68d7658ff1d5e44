"""One more person changes nobody's draws and, with arrivals and markets held fixed, nobody's state."""

import numpy as np
import pandas as pd
import pytest

from sim import model as schedule
from sim.core import rng
from sim.processes import decisions, firms, matching, migration, place_attributes, purchase
from sim.state.residents import Flag, Work

UID = np.uint64(2**63 + 11)
MARKET = ["work", "employer", "home"]
"""Columns that other people may change, in the markets of work and homes, beside the flags of who looks for work."""


@pytest.fixture
def fixed_arrivals(monkeypatch, world):
    """Hold the expected arrivals at those of the initial state: they follow counts, and so the added person."""
    expected = migration.arrivals_expected(world)
    monkeypatch.setattr(migration, "arrivals_expected", lambda world: expected)


@pytest.fixture
def fixed_offers(monkeypatch):
    """Hold what places offer at what they offer when the run begins, and the market of homes at that of the first of
    two runs: the chance of work follows who looks for it, and homes for sale who lives where."""

    def first(world):
        if world.quarter % 4 == 0:
            place_attributes.update(world)

    homes: dict[int, purchase.Tables] = {}
    tables = purchase.tables
    monkeypatch.setattr(purchase, "tables", lambda world: homes.setdefault(world.quarter, tables(world)))
    monkeypatch.setattr(schedule, "EVERY_QUARTER", tuple(
        first if process is place_attributes.update else process for process in schedule.EVERY_QUARTER))


@pytest.fixture
def fixed_markets(monkeypatch):
    """Let each seeker find work by a draw of their own, and jobs end at the ordinary rate.

    All work for the first public firm of their county, which never closes.
    """

    def individual(world):
        people, staff = world.residents, world.firms
        public = [np.flatnonzero((staff.sector == Work.PUBLIC_SERVICES) & (staff.county == county))[0]
                  for county in range(world.places.counties)]
        found = np.full(len(world.pending.seekers), -1, np.int64)
        for k, row in enumerate(world.pending.seekers):
            drawn = rng.uniform(world.seed, decisions.SEARCH, world.quarter, people.uid[row])
            if people.place[row] < world.places.districts and drawn < 0.4:
                found[k] = public[people.place[row] // 3]
        return found

    def ordinary(world):
        return np.full(world.firms.size, int(0.05 * 2**32), np.uint64)

    monkeypatch.setattr(matching, "assign", individual)
    monkeypatch.setattr(firms, "leaving", ordinary)


def add(world, age, place, uid=UID):
    people = world.residents
    row = people.allocate(1)[0]
    values = {"uid": uid, "household": row, "birth": world.quarter - 4 * age - 1, "place": place, "origin": place,
              "hukou": place, "homestead": 9_000, "schooling": 2 if age > 11 else 0, "flags": 1}
    for name, value in values.items():
        getattr(people, name)[row] = value


@pytest.mark.parametrize("place", [0, 2, 3 * 40 + 1])
@pytest.mark.parametrize("age", [0, 14, 25, 70])
def test_one_more_person_changes_nobody(build, by_uid, fixed_arrivals, fixed_markets, fixed_offers, age, place):
    one, other = build(), build()
    add(other.world, age, place)
    for _ in range(4):
        one.step(), other.step()
        alone, together = by_uid(one.world.residents), by_uid(other.world.residents)
        new = together.index.difference(alone.index)
        assert set(new) <= {UID, *together.index[together["household"] == UID]}
        pd.testing.assert_frame_equal(alone, together.drop(new), check_exact=True)
    assert len(one.world.observed.quarterly) == 4


def test_more_people_change_others_through_markets_alone(build, by_uid, fixed_arrivals, fixed_offers):
    one, other = build(), build()
    uids = UID + np.arange(300, dtype=np.uint64)
    for uid in uids:
        add(other.world, 25, 2, uid)
    changed = 0
    for _ in range(4):
        one.step(), other.step()
        alone, together = by_uid(one.world.residents), by_uid(other.world.residents)
        together = together.drop(together.index.difference(alone.index))
        changed += (alone["employer"] != together["employer"]).sum()
        for frame in (alone, together):
            frame["flags"] &= np.uint8(~(Flag.SEEKING | Flag.LOST_WORK) & 255)
        pd.testing.assert_frame_equal(alone.drop(columns=MARKET), together.drop(columns=MARKET))
    assert changed > 10


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
