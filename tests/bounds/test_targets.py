"""Achievement, verdicts and composites keep what they promise for any value, base and target."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim import targets
from sim.config.files import load_indicators
from sim.config.indicators import Target

SYSTEM = load_indicators()
AMOUNT = st.floats(0.01, 1e6)
WAY = st.sampled_from(["up", "down"])
WHY = {"grade": "assumed", "source": "a test"}


@given(AMOUNT, AMOUNT, AMOUNT, WAY)
def test_achievement_is_one_exactly_from_the_target_on(value, base, goal, better):
    sign = 1 if better == "up" else -1
    # far enough apart that rounding decides nothing
    assume(abs(value - goal) > 1e-6 * goal and abs(base - goal) > 1e-6 * goal)
    done = targets.achievement(value, base, goal, better)
    assert 0 <= done <= targets.MOST
    assert (done >= 1) == (sign * (value - goal) > 0)
    assert targets.achievement(goal, base, goal, better) == 1


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT, WAY)
def test_better_values_never_achieve_less(one, other, base, goal, better):
    worse, best = sorted((one, other), reverse=better == "down")
    assert targets.achievement(worse, base, goal, better) <= targets.achievement(best, base, goal, better)


def test_achievement_is_the_part_of_the_way_in_both_directions():
    np.testing.assert_allclose(targets.achievement([50, 51, 55, 56, 49], 50, 55), [0, 0.2, 1, 1.2, 0])
    np.testing.assert_allclose(targets.achievement([2.2, 2.1, 2.0, 2.3], 2.2, 2.0, "down"), [0, 0.5, 1, 0])


def test_where_the_base_is_no_worse_than_the_target_keeping_it_is_enough():
    np.testing.assert_allclose(targets.achievement([70, 60, 55, 44], 60, 55), [1, 1, 1, 0.8])
    np.testing.assert_allclose(targets.achievement([1.8, 2.0, 2.5], 1.9, 2.0, "down"), [1, 1, 0.8])


def test_what_is_not_known_is_not_judged():
    assert np.isnan(targets.achievement([np.nan, 1.0], [1.0, np.nan], 2.0)).tolist() == [True, True]
    assert targets.verdicts([np.nan, 1.0, 0.8, 0.79, 0.0], SYSTEM).tolist() == ["", "met", "close", "missed", "missed"]


@pytest.mark.parametrize(("rule", "better", "expected"), [
    ({"rule": "level", "value": 96}, "up", [96, 96]), ({"rule": "increment", "value": 4.95}, "up", [54.95, 64.95]),
    ({"rule": "ratio_to_base", "value": 1.1}, "up", [55, 66]), ({"rule": "hold", "tolerance": 2}, "up", [48, 58]),
    ({"rule": "hold", "tolerance": 2}, "down", [52, 62])])
def test_each_rule_says_its_target(rule, better, expected):
    np.testing.assert_allclose(Target(**rule, **WHY).of(np.array([50.0, 60.0]), better), expected)


def frame(rows):
    """Return achievements by aspect of some groups."""
    return pd.DataFrame(rows, columns=list(SYSTEM.aspects), index=pd.Index(list("abc")[: len(rows)], name="group"))


def test_equal_weights_give_the_mean_and_what_is_unknown_does_not_count():
    found = targets.composite(frame([[1, 0.5, 0.5, 0, 0.5], [1, np.nan, 0.5, 0, 0.5]]), targets.weights(SYSTEM))
    np.testing.assert_allclose(found, [0.5, 0.5])


def test_the_weights_of_the_file_decide_the_composite():
    aspects = {name: one.model_copy(update={"weight": 3.0 * (name == "services")})
               for name, one in SYSTEM.aspects.items()}
    system = SYSTEM.model_copy(update={"aspects": aspects})
    np.testing.assert_allclose(targets.composite(frame([[1, 1, 1, 0.3, 1]]), targets.weights(system)), [0.3])


def test_a_group_ahead_in_everything_is_first_at_any_weights_and_others_depend_on_them():
    found = targets.rank_sensitivity(frame([[1, 1, 1, 1, 1], [0.9, 0, 0, 0, 0.9], [0, 0.4, 0.4, 0.4, 0]]), SYSTEM)
    assert found.loc["a", ["rank_low", "rank_median", "rank_high", "first"]].tolist() == [1, 1, 1, 1]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found.loc["b", ["rank_low", "rank_high"]].tolist() == [2, 3]
    pd.testing.assert_frame_equal(found, targets.rank_sensitivity(
        frame([[1, 1, 1, 1, 1], [0.9, 0, 0, 0, 0.9], [0, 0.4, 0.4, 0.4, 0]]), SYSTEM))


def test_the_share_of_weights_that_put_one_of_two_first_is_that_of_the_simplex():
    # a wins where its one aspect weighs more than a half: (1/2)^4 of the weights of five aspects
    found = targets.rank_sensitivity(frame([[1, 0, 0, 0, 0], [0, 1, 1, 1, 1]]), SYSTEM, draws=40_000)
    assert found.loc["a", "first"] == pytest.approx(1 / 16, abs=0.005)
