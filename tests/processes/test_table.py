"""Tables of columns grow, shrink, are put in another order and stored without losing data or links."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.table import Column
from sim.state.places import NOWHERE
from sim.state.residents import Residents


def table(size):
    people = Residents(size)
    people.uid[:] = np.arange(size) + 10**12
    people.household[:] = np.arange(size) // 3 * 3
    return people


def state(people):
    return {column.name: getattr(people, column.name).copy() for column in people.columns}


def assert_same(people, before, rows):
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(people, name)[rows], values[rows])


@pytest.mark.parametrize("count", [1, 4000, 5000, 100_000])
def test_growth_beyond_the_slack_keeps_data_and_links(count):
    people = table(999)
    before, capacity = state(people), people.capacity
    rows = people.allocate(count)
    assert rows.tolist() == list(range(999, 999 + count))
    assert (people.capacity > capacity) == (999 + count > capacity)
    assert len(people) == people.size == 999 + count
    assert_same(people, before, np.arange(999))
    people.uid[rows] = 7
    assert people.uid.size == people.size
    assert (people.uid[999:] == 7).all()
    assert not people.flags[rows].any()


def test_growth_is_rare():
    people, grown = table(1000), 0
    for _ in range(2000):
        capacity = people.capacity
        people.allocate(50)
        grown += people.capacity != capacity
    assert grown < 25
    assert people.capacity < 1.1 * people.size + 4096


def test_freed_rows_come_first_and_in_order():
    people = table(20)
    people.release(np.array([7, 3]))
    people.release(np.array([11]))
    assert len(people) == 17
    assert people.allocate(2).tolist() == [7, 3]
    assert people.allocate(3).tolist() == [11, 20, 21]
    assert people.size == len(people) == 22


@given(st.integers(1, 40), st.integers(0, 2**32), st.integers(0, 10))
def test_another_order_moves_people_with_their_links(size, seed, freed):
    random = np.random.default_rng(seed)
    people = table(size)
    people.household[:] = random.integers(0, size, size)
    gone = random.choice(size, min(freed, size), replace=False)
    people.place[gone] = NOWHERE
    people.release(gone)
    before, of = state(people), people.uid[people.household].copy()
    order = random.permutation(size)
    people.permute(order)
    for name in before:
        if name != "household":
            np.testing.assert_array_equal(getattr(people, name), before[name][order])
    np.testing.assert_array_equal(people.uid[people.household], of[order])
    np.testing.assert_array_equal(people.uid[people.free], before["uid"][gone])
    np.testing.assert_array_equal(np.sort(people.free), np.flatnonzero(people.place == NOWHERE))


def test_a_stored_table_is_whole_without_its_slack_and_can_grow():
    people = table(500)
    people.release(np.array([4]))
    stored = pickle.dumps(people)
    assert len(stored) < people.nbytes()
    copy = pickle.loads(stored)
    assert_same(copy, state(people), np.arange(500))
    assert copy.allocate(3).tolist() == [4, 500, 501]
    assert_same(copy, state(people), np.delete(np.arange(500), 4))
    copy.uid[0] = 1
    assert people.uid[0] == 10**12


class Patients(Residents):
    columns = (*Residents.columns, Column("ward", np.uint16, "code", "where they lie", default=NOWHERE),
               Column("beds", np.int32, "-", "beds they take"),
               Column("due", np.int16, "day", "day they leave", default=-1))


@given(st.integers(0, 20), st.lists(st.tuples(st.booleans(), st.integers(0, 6000)), max_size=12), st.randoms())
def test_rows_start_from_the_declared_defaults_whoever_was_there_before(size, changes, random):
    patients = Patients(size)
    rows = np.arange(size)
    held: set[int] = set()
    for taken, count in [(True, 0), *changes]:
        if taken:
            rows = np.concatenate([rows, patients.allocate(count)])
            assert not held & set(rows.tolist())
            for column in Patients.columns:
                np.testing.assert_array_equal(getattr(patients, column.name)[rows], column.default)
                getattr(patients, column.name)[rows] = 17
            held |= set(rows.tolist())
            rows = np.empty(0, np.int64)
        else:
            gone = random.sample(sorted(held), min(count, len(held)))
            patients.release(np.array(gone, np.int64))
            held -= set(gone)
        assert len(patients) == len(held)
        for column in Patients.columns:
            assert (getattr(patients, column.name)[sorted(held)] == 17).all()


def test_bytes_of_a_resident():
    people = Residents(1_000_000)
    assert sum(np.dtype(column.dtype).itemsize for column in people.columns) <= 34
    assert people.nbytes() <= 34 * people.capacity
