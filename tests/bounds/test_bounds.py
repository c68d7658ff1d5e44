"""No kernel reads or writes outside its arrays; only with NUMBA_BOUNDSCHECK=1 can that be seen."""

import numpy as np
import pytest
from numba import njit
from numba.core import config

from sim.indicators import counting
from sim.processes import households
from sim.state.places import NOWHERE

pytestmark = pytest.mark.boundscheck
checked = pytest.mark.skipif(config.BOUNDSCHECK != 1, reason="bounds are checked with NUMBA_BOUNDSCHECK=1 only")


@pytest.mark.parametrize(("start", "external"), [(2011, "reference"), (2021, "big_city_pull")])
def test_a_year_in_many_blocks_on_two_threads(build, many_blocks, start, external):
    model = build(start=start, external=external, threads=2)
    for _ in range(4):
        model.step()
    assert model.world.counts.residents.sum() == len(model.world.residents)


def test_a_year_in_which_everything_happens_often(build, many_blocks):
    lively = (("migration.consideration", 0.8), ("migration.absent_consideration", 2.0),
              ("citizenization.ceiling", 0.5), ("migration.outside_arrivals", 0.02))
    model = build(start=2011, threads=2, seed=2**63 - 1, parameters=lively)
    for _ in range(5):
        model.step()
    assert model.world.flows.moves.sum() > 1000


def test_people_of_every_age_and_kind_at_the_end_of_the_horizon(build):
    model = build(start=2011, end=2035)
    people = model.world.residents
    random = np.random.default_rng(1)
    model.world.quarter = 4 * 2035
    people.birth[:] = 4 * 2035 - random.integers(0, 4 * 127, people.size)
    people.schooling[:] = random.integers(0, 6, people.size)
    model.step()
    assert len(people) > 0


@checked
def test_a_read_behind_the_end_is_seen():
    @njit
    def behind(values):
        return values[len(values)]

    with pytest.raises(IndexError):
        behind(np.zeros(3))


@checked
def test_a_kernel_given_too_short_a_column_is_seen():
    with pytest.raises(IndexError):
        households._moved(0, 10, np.zeros(10, np.uint16), np.zeros(9, np.uint16))


@checked
def test_a_place_that_does_not_exist_is_seen(world, many_blocks):
    world.threads = 2
    world.residents.place[-1] = world.places.count
    with pytest.raises(IndexError):
        counting.count(world)
    world.residents.place[-1] = NOWHERE
    counting.count(world)
