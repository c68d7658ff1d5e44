"""Draws: the published generator, the same by any route, even and independent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.core import rng
from sim.processes import decisions
from sim.state import firms

ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
"""Counter, key and result of Philox 4x32-10 as its authors publish them (Random123, known-answer tests)."""

DRAWS = 200_000


def numbers(text):
    return [np.uint64(int(word, 16)) for word in text.split()]


def draws(seed, decision, quarter, uid):
    out = np.empty(len(uid), np.uint64)
    rng.fill(seed, decision, quarter, uid, out)
    return out


@pytest.mark.parametrize(("counter", "key", "result"), ANSWERS)
def test_known_answers(counter, key, result):
    assert list(rng.philox(*numbers(key), *numbers(counter))) == numbers(result)


@pytest.mark.parametrize(("counter", "key", "result"), ANSWERS)
def test_seed_is_the_key_and_uid_quarter_and_decision_are_the_counter(counter, key, result):
    shift = np.uint64(32)
    low, high = numbers(key)
    first, second, quarter, decision = numbers(counter)
    words = rng.words(low | high << shift, decision, quarter, first | second << shift)
    assert list(words) == numbers(result)


WORD = st.integers(0, 2**64 - 1).map(np.uint64)


@given(WORD, st.integers(1, 60), st.integers(8000, 8200), st.lists(WORD, min_size=1, max_size=40))
def test_filling_equals_drawing_one_by_one(seed, decision, quarter, uids):
    uids = np.array(uids, np.uint64)
    single = [rng.draw(seed, decision, quarter, uid) for uid in uids]
    np.testing.assert_array_equal(draws(seed, decision, quarter, uids), single)
    assert rng.uniform(seed, decision, quarter, uids[0]) == single[0] / 2**32
    assert rng.words(seed, decision, quarter, uids[0])[0] == single[0]


@given(st.integers(0, 2**63 - 1))
def test_a_seed_as_python_holds_it_is_the_same_seed(seed):
    uids = np.arange(3, dtype=np.uint64)
    np.testing.assert_array_equal(draws(seed, 1, 8084, uids), draws(np.uint64(seed), 1, 8084, uids))


@pytest.mark.parametrize("uids", [np.arange(DRAWS), (np.arange(DRAWS) << 40) + 5], ids=["neighbours", "far apart"])
def test_draws_are_even(uids):
    counts = np.bincount(draws(1, decisions.DEATH, 8084, uids.astype(np.uint64)) >> np.uint64(22), minlength=1024)
    assert 1e-4 < stats.chisquare(counts).pvalue < 1 - 1e-4


def changed(part):
    uid = np.arange(DRAWS, dtype=np.uint64)
    one = {"seed": 1, "decision": decisions.DEATH, "quarter": 8084, "uid": uid}
    return draws(**one), draws(**{**one, part: one[part] + one[part].__class__(1) if part != "uid" else uid + 1})


@pytest.mark.parametrize("part", ["seed", "decision", "quarter", "uid"])
def test_neighbours_are_independent(part):
    one, other = changed(part)
    assert (one != other).mean() > 0.999
    shift = np.uint64(28)
    table = np.zeros((16, 16))
    np.add.at(table, (one >> shift, other >> shift), 1)
    assert stats.chi2_contingency(table).pvalue > 1e-4
    assert abs(np.corrcoef(one.astype(float), other.astype(float))[0, 1]) < 4 / np.sqrt(DRAWS)


def test_the_words_of_one_draw_are_independent():
    words = np.array([rng.words(1, decisions.MOVE, 8084, np.uint64(uid)) for uid in range(20_000)], float)
    correlation = np.corrcoef(words.T)[np.triu_indices(4, 1)]
    assert np.abs(correlation).max() < 4 / np.sqrt(len(words))


def test_descendants_are_distinct_and_need_no_seed():
    uids = np.arange(50_000, dtype=np.uint64)
    made = {rng.descendant(decisions.NEWBORN, 8084, uid) for uid in uids}
    made |= {rng.descendant(decisions.NEWBORN, 8085, uid) for uid in uids}
    made |= {rng.descendant(decisions.ARRIVAL, 8084, uid, 1) for uid in uids}
    assert len(made) == 3 * len(uids)


def test_decisions_have_streams_of_their_own():
    streams = [value for name, value in vars(decisions).items() if name.isupper()]
    assert len({*streams, firms._FOUNDING}) == len(streams) + 1 > 25


@given(st.floats(0, 1))
def test_a_threshold_is_the_share_of_draws_below_it(probability):
    found = int(rng.threshold(probability))
    assert abs(found - probability * 2**32) <= 1
    assert 0 <= found < 2**32


def test_thresholds_are_clipped():
    assert rng.threshold([-1, 0, 2]).tolist() == [0, 0, 2**32 - 1]
