"""The spread of replicates is split between parameter sets and chance, in values and in effects."""

import numpy as np
import pandas as pd
import pytest

from sim.report.tables import effects, spread


def drawn(of_sets, of_seeds, left, sets=400, seeds=400, effect=0.0):
    """Return replicates whose parts have these standard deviations."""
    random = np.random.default_rng(1)
    cube = (effect + random.normal(0, 1, (sets, 1)) * of_sets + random.normal(0, 1, (1, seeds)) * of_seeds
            + random.normal(0, 1, (sets, seeds)) * left)
    member, seed = np.indices(cube.shape)
    return pd.DataFrame({"indicator": "x", "parameter_set": member.ravel(), "chance": seed.ravel(),
                         "seed": np.arange(cube.size), "value": cube.ravel()})


@pytest.mark.parametrize(("of_sets", "of_seeds", "left"), [(2.0, 1.0, 1.0), (1.0, 2.0, 0.5), (0.0, 1.0, 1.0)])
def test_shares_are_those_of_the_variances(of_sets, of_seeds, left):
    found = spread.shares(drawn(of_sets, of_seeds, left), ["indicator"]).loc["x"]
    expected = of_sets**2 / (of_sets**2 + of_seeds**2 + left**2)
    assert found["parameters"] == pytest.approx(expected, abs=0.07)
    assert found["parameters"] + found["chance"] == pytest.approx(1)


def test_chance_is_not_taken_for_parameters_with_few_seeds():
    """Means of sets over five seeds differ by chance as well; that part is taken away."""
    random = np.random.default_rng(2)
    values = random.normal(size=(2000, 4, 5))
    indicator, member, seed = (one.ravel() for one in np.indices(values.shape))
    table = pd.DataFrame({"indicator": indicator, "parameter_set": member, "chance": seed, "value": values.ravel()})
    means = np.maximum(values.mean(2).var(1, ddof=1), 0).mean()  # what would be found without
    found = spread.shares(table, ["indicator"])["parameters"]
    assert found.mean() < 0.11 < means / values.var(ddof=1)
    assert (found == 0).mean() > 0.4


def test_nothing_is_split_with_one_set_or_one_seed_or_without_variation():
    table = drawn(1, 1, 1, sets=3, seeds=4)
    assert spread.shares(table[table["parameter_set"] == 0], ["indicator"]).isna().all(axis=None)
    assert spread.shares(table[table["chance"] == 0], ["indicator"]).isna().all(axis=None)
    assert spread.shares(table[table["seed"] > 0], ["indicator"]).isna().all(axis=None)  # one replicate is missing
    assert spread.shares(table.assign(value=7.0), ["indicator"]).isna().all(axis=None)


def test_parameters_widen_an_interval_but_prove_nothing_against_chance():
    """The interval over replicates holds both; the paired test goes over seeds, of means over sets."""
    table = drawn(1.0, 0.05, 0.05, sets=6, seeds=5, effect=2.0)
    found = effects.spread(table, ["indicator"]).iloc[0]
    alone = effects.spread(table[table["parameter_set"] == 0], ["indicator"]).iloc[0]
    assert found["high"] - found["low"] > 5 * (alone["high"] - alone["low"])
    assert found["detectable"] < 0.3
    assert found["seeds"] == 30
    assert found["of_parameters"] > 0.9


def test_words_say_over_what_and_of_what():
    assert spread.over(1, 1).en == "1 seed"
    assert spread.over(4, 3).en == "4 parameter sets with 3 seeds each"
    assert spread.over(4, 3).zh == "4组参数各3个随机种子"
    assert "alone" in spread.holds(1).en
    assert "parameters" in spread.holds(4).en
