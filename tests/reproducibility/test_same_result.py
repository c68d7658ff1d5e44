"""The same seed gives the same result, whatever runs beside it and in whatever order people stand."""

import operator
import pickle
import threading

import numpy as np
import pandas as pd
import pytest

from sim import initial
from sim.core import blocks
from sim.state.residents import Employer

pytestmark = pytest.mark.parametrize("start", [2011, 2021])


def ran(build, **values):
    model = build(**values)
    model.run_until_end()
    return model


@pytest.fixture(scope="module")
def expected(build):
    """Return finished models, to be read only, by the year they start in and their seed."""
    return {(start, seed): ran(build, start=start, seed=seed) for start in (2011, 2021) for seed in (1, 2)}


def test_same_seed_same_result_and_another_seed_another(build, start, assert_equal, tables, expected):
    one, other = expected[start, 1], expected[start, 2]
    assert_equal(one, ran(build, start=start))
    for a, b in zip(tables(one), tables(other), strict=True):
        assert not a.equals(b)


def shuffle(residents, firms, random):
    """Put residents and firms in another order; employers follow the rows of the firms."""
    residents.permute(random.permutation(residents.size))
    order = random.permutation(firms.size)
    firms.permute(order)
    works = residents.employer < Employer.OUTSIDE
    position = np.argsort(order).astype(np.uint32)
    residents.employer[works] = position[residents.employer[works]]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("block", [1024, 5000])
def test_threads_and_blocks_change_nothing(build, start, assert_equal, monkeypatch, expected, threads, block):
    one = expected[start, 1]
    monkeypatch.setattr(blocks, "SERIAL", 0)
    monkeypatch.setattr(blocks, "BLOCK", block)
    assert_equal(one, ran(build, start=start, threads=threads))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(build, start, assert_equal, monkeypatch, expected, many_blocks, seed):
    one, first = expected[start, 1], build(start=start)
    original = initial.people

    def shuffled(baseline, config):
        residents, firms, districts = original(baseline, config)
        shuffle(residents, firms, np.random.default_rng(seed))
        return residents, firms, districts

    monkeypatch.setattr(initial, "people", shuffled)
    other = build(start=start, threads=2)
    assert not np.array_equal(first.world.residents.uid[:1000], other.world.residents.uid[:1000])
    assert not np.array_equal(first.world.firms.uid[:1000], other.world.firms.uid[:1000])
    for name in ("labour.employment_level", "fertility.by_county"):
        initial_level = operator.attrgetter(name)
        np.testing.assert_array_equal(initial_level(other.world), initial_level(first.world), err_msg=name)
    other.run_until_end()
    assert_equal(one, other)


def test_an_order_of_rows_in_midrun_changes_nothing(build, start, assert_equal, expected):
    one, other = expected[start, 1], build(start=start)
    random = np.random.default_rng(3)
    while other.running:
        shuffle(other.world.residents, other.world.firms, random)
        other.step()
    assert_equal(one, other)


def test_two_models_at_once_in_two_threads(build, start, assert_equal, expected, many_blocks):
    models = {seed: build(start=start, seed=seed, threads=2) for seed in (1, 2)}
    threads = [threading.Thread(target=model.run_until_end) for model in models.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, model in models.items():
        assert not model.running
        assert_equal(expected[start, seed], model)


@pytest.mark.parametrize("quarters", [0, 4, 6])
def test_a_model_stored_in_midrun_goes_on_as_if_nothing_had_happened(build, start, assert_equal, expected, quarters):
    model = build(start=start)
    for _ in range(quarters):
        model.step()
    copy = pickle.loads(pickle.dumps(model))
    assert copy.population.residents is copy.world.residents
    model.run_until_end()
    assert copy.world.quarter == 4 * start + quarters
    copy.run_until_end()
    assert_equal(model, copy)
    for a, b in ((model, copy), (copy, expected[start, 1])):
        pd.testing.assert_frame_equal(
            a.datacollector.get_model_vars_dataframe(), b.datacollector.get_model_vars_dataframe())
