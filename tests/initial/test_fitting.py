"""Tables of whole numbers meet their margins exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.initial.fitting import apportion, fit, split

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6))


def tables(largest=50):
    """Return whole tables, many of whose cells are empty."""
    cells = st.one_of(st.just(0), st.integers(0, largest))
    return SHAPES.flatmap(lambda shape: arrays.arrays(np.int64, shape, elements=cells))


@given(tables(), st.integers(0, 2**32))
def test_margins_are_met_exactly(table, seed):
    random = np.random.default_rng(seed)
    found = split(random.random(table.shape) + 0.01, table.sum(1), table.sum(0), random)
    np.testing.assert_array_equal(found.sum(1), table.sum(1))
    np.testing.assert_array_equal(found.sum(0), table.sum(0))
    assert (found >= 0).all()
    assert found.dtype == np.int64


@given(tables(), st.integers(0, 2**32))
def test_margins_are_met_exactly_even_where_the_odds_forbid_it(table, seed):
    random = np.random.default_rng(seed)
    odds = random.random(table.shape) * (random.random(table.shape) < 0.5)
    found = split(odds, table.sum(1), table.sum(0), random)
    np.testing.assert_array_equal(found.sum(1), table.sum(1))
    np.testing.assert_array_equal(found.sum(0), table.sum(0))
    assert (found >= 0).all()


@given(tables(), st.integers(0, 2**32))
def test_cells_without_odds_stay_empty_where_the_margins_allow(table, seed):
    random = np.random.default_rng(seed)
    odds = np.where(table > 0, random.random(table.shape) + 0.01, 0.0)
    found = split(odds, table.sum(1), table.sum(0), random)
    assert not found[table == 0].any()


@pytest.mark.parametrize("size", [3, 4, 6])
def test_units_are_traded_between_rows_where_the_last_ones_would_not_fit(size):
    forbidden = np.eye(size, dtype=bool)
    for seed in range(200):
        found = split(1.0 - forbidden, np.ones(size), np.ones(size), np.random.default_rng(seed))
        assert not found[forbidden].any()
        np.testing.assert_array_equal(found.sum(0), 1)
        np.testing.assert_array_equal(found.sum(1), 1)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32))
def test_independent_odds_give_the_product_of_the_margins(height, width, seed):
    random = np.random.default_rng(seed)
    rows, columns = random.integers(0, 500, height), random.integers(1, 500, width)
    rows[0] += max(0, columns.sum() - rows.sum())
    columns[0] += rows.sum() - columns.sum()
    expected = np.outer(rows, columns) / rows.sum()
    np.testing.assert_allclose(fit(np.ones((height, width)), rows, columns), expected, rtol=1e-9)
    found = split(np.ones((height, width)), rows, columns, random)
    assert np.abs(found - expected).max() <= height + width


def test_rounding_favours_no_cell():
    odds, random = np.array([[1.0, 1.0, 1.0, 3.0]]), np.random.default_rng(1)
    counts = sum(split(np.repeat(odds, 6, 0), np.ones(6, int), np.array([1, 1, 1, 3]), random) for _ in range(4000))
    assert np.abs(counts / 4000 - odds / 6).max() < 4 * np.sqrt(0.25 / 4000)


def test_margins_that_differ_are_refused():
    with pytest.raises(ValueError, match="row sums 3 and column sums 4 differ"):
        split(np.ones((1, 2)), np.array([3]), np.array([2, 2]), np.random.default_rng(1))


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=30).filter(lambda values: sum(values) > 1e-3),
       st.integers(0, 10**6))
def test_apportionment_is_whole_exact_and_within_one(values, total):
    found = apportion(np.array(values), total)
    assert found.sum() == total
    assert (found >= 0).all()
    assert np.abs(found - np.array(values) * (total / sum(values))).max() < 1 + 1e-6
    assert not found[np.array(values) == 0].any()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_apportioning_whole_numbers_to_their_sum_returns_them(values):
    assert apportion(np.array(values), sum(values)).tolist() == values


@given(tables(1000), st.integers(0, 2**32))
def test_fitting_keeps_odds_ratios(table, seed):
    random = np.random.default_rng(seed)
    odds = random.random(table.shape) + 0.1
    rows, columns = table.sum(1) + 1.0, table.sum(0) + table.shape[0] / table.shape[1]
    found = fit(odds, rows, columns, rounds=2000)
    np.testing.assert_allclose(found.sum(1), rows)
    np.testing.assert_allclose(found.sum(0), columns, rtol=1e-4, atol=1e-4)
    ratio = found / odds
    np.testing.assert_allclose(ratio * ratio[0, 0], np.outer(ratio[:, 0], ratio[0]), rtol=1e-6)
