"""The shipped reference set is typical of the shipped ensemble; no simulation is needed to see it."""

import numpy as np
import pandas as pd

from sim.compose import compose
from sim.config.files import EFFECTS, FIT, TARGETS, load_ensemble
from sim.experiments.calibration import choices, outcomes, published


def test_it_lies_inside_the_ensemble_for_nearly_every_target_and_effect():
    """Where its mean lies beyond the 80 % range, of one target in ten at most, it is by less than a third of the range;
    the column `inside` says where."""
    tables = [pd.read_csv(path)[["reference", "low", "high", "inside"]] for path in (TARGETS, EFFECTS)]
    table = pd.concat(tables, ignore_index=True)
    inside = table["reference"].between(table["low"], table["high"])
    assert (inside == table["inside"]).all()
    assert inside.mean() >= 0.9
    beyond = np.maximum(table["low"] - table["reference"], table["reference"] - table["high"])
    assert (beyond / (table["high"] - table["low"])).max() < 1 / 3


def test_effects_are_those_that_are_looked_at():
    table = pd.read_csv(EFFECTS)
    wanted = [(name, year) for name in outcomes.EFFECTS for year in outcomes.EFFECT_YEARS]
    assert [*table[["indicator", "year"]].itertuples(index=False, name=None)] == wanted


def test_published_effects_are_among_the_targets():
    names = set(pd.read_csv(TARGETS)["name"])
    assert {one.name for one in (*published.targets(), *choices.targets())} <= names


def test_parameters_that_act_later_are_typical_in_it():
    table, sets = pd.read_csv(FIT).set_index("parameter"), load_ensemble()
    for name in compose("calibrate").later:
        low, high = np.quantile([one[name] for one in sets[1:]], [0.1, 0.9])
        assert sets[0][name] == table.loc[name, "reference"]
        assert max(low - sets[0][name], sets[0][name] - high) < (high - low) / 3
