"""History matching finds what is there to be found, keeps what no figure tells apart, and says when nothing fits."""

import numpy as np
import pandas as pd
import pytest

from sim.compose import compose
from sim.experiments.calibration import ensemble, matching, outcomes, reference
from sim.experiments.calibration.target import Target
from sim.run import RunFailed

FREE = ("migration.revealed_attraction", "reclassification.rate", "demography.mortality_level_2011",
        "districts.rural_to_urban")
TRUE = np.array([0.3, 0.7, 0.4, 0.6])
"""Where in the ranges of these parameters the truth lies."""


def pretended(config, threads):
    """Return outcomes of a model of three parameters that only tells the sum of two apart from the third."""
    x = [(q.value - q.low) / (q.high - q.low) for q in (config.quantities[name] for name in FREE)]
    noise = np.random.default_rng(config.seed).normal(0, 0.01, 2)
    values = {"sum": 50 + 10 * (x[0] + x[1]) + noise[0], "curved": 100 * np.exp(x[2] * (1 + 0.2 * x[0])) + noise[1]}
    return pd.DataFrame({"group": "whole", "name": list(values), "value": list(values.values())})


def package(config, threads):
    """Return effects of a policy that depend on what no target tells."""
    quantity = config.quantities[FREE[3]]
    share = (quantity.value - quantity.low) / (quantity.high - quantity.low)
    names = [f"{name}_{year}" for name in outcomes.EFFECTS for year in outcomes.EFFECT_YEARS]
    return pd.DataFrame({"group": "whole", "name": names, "value": 10 * share + np.arange(len(names))})


def said(table):
    return table.set_index("name")["value"].loc[["sum", "curved"]].to_numpy()


def target(name, value, tolerance, scale="linear"):
    return Target(name, value, tolerance, 0.0, "", "2020", "a test", scale)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("calibration"))
        patch.setattr(outcomes, "package", package)
        patch.setattr(matching, "STEPS", 150)
        yield compose("calibrate", [f"free=[{','.join(FREE)}]", "points=40", "waves=3", "sets=25", "workers=1"])


def quiet(done, total, note):
    pass


WANTED = [target("sum", 60.0, 0.3), target("curved", 100 * np.exp(0.4 * 1.06), 2.0, "log")]


@pytest.fixture(scope="module")
def found(config):
    return ensemble.search(config, WANTED, quiet, pretended, said)


@pytest.fixture(scope="module")
def chosen(config, found):
    return reference.choose(config, found, quiet, pretended, said)


def test_accepted_sets_agree_with_every_target(found):
    assert len(found.sets) == 25
    assert np.abs(found.outcomes[:, 0] - 60).max() < 1.0
    assert np.abs(found.outcomes[:, 1] / WANTED[1].value - 1).max() < 0.07


def test_what_the_data_tell_is_narrow_and_what_they_do_not_tell_keeps_its_spread(config, found, chosen):
    table = ensemble.fit(config, found, chosen).set_index("parameter")
    assert table.loc[FREE[2], "narrowed"] > 0.7
    assert abs(found.sets[:, 2].mean() - TRUE[2]) < 0.1
    assert table.loc[FREE[3], "narrowed"] < 0.25
    assert np.ptp(found.sets[:, 0]) > 0.4  # only the sum with the next is known
    assert np.corrcoef(found.sets[:, 0], found.sets[:, 1])[0, 1] < -0.9
    assert table.loc[FREE[0], "data"].startswith("sum")


def test_the_same_seed_gives_the_same_sets_and_runs_are_not_made_again(config, found, chosen, monkeypatch):
    def pretended(config, threads):
        raise AssertionError("a run that is kept was made again")

    def package(config, threads):
        raise AssertionError("a run that is kept was made again")

    monkeypatch.setattr(outcomes, "package", package)
    again = ensemble.search(config, WANTED, quiet, pretended, said)
    np.testing.assert_array_equal(found.sets, again.sets)
    np.testing.assert_array_equal(chosen.place, reference.choose(config, again, quiet, pretended, said).place)


def test_the_reference_set_is_an_accepted_one_inside_the_range_of_all_for_targets_and_effects(config, found, chosen):
    assert (found.sets == chosen.place).all(1).any()
    agreed, does = ensemble.agreement(found, chosen), ensemble.effects(chosen)
    assert list(agreed["name"]) == ["sum", "curved"]
    assert len(does) == len(outcomes.EFFECTS) * len(outcomes.EFFECT_YEARS)
    for table in (agreed, does):
        assert table["inside"].all()
        np.testing.assert_array_equal(table["inside"], table["reference"].between(table["low"], table["high"]))
    first = ensemble.ensemble(config, found, chosen).iloc[0]
    assert does["reference"].iloc[0] == pytest.approx(10 * share_of(config, FREE[3], first[FREE[3]]))


def share_of(config, name, value):
    quantity = config.quantities[name]
    return (value - quantity.low) / (quantity.high - quantity.low)


def test_the_most_typical_is_inside_first_and_near_the_medians_then():
    others = np.column_stack([np.linspace(0, 1, 101), np.linspace(0, 10, 101)])
    ours = np.array([[0.5, 9.5], [0.2, 8.0], [0.6, 5.0], [0.5, 9.2]])
    assert list(reference.order(ours, others)) == [2, 1, 3, 0]


def test_targets_that_contradict_each_other_are_said_to(config):
    wanted = [target("sum", 60.0, 0.1), target("curved", 400.0, 0.5)]
    with pytest.raises(RunFailed, match=r"no two parameter sets agree with all targets: (curved|sum) excludes most"):
        ensemble.search(config, wanted, quiet, pretended, said)


def test_shares_are_emulated_on_their_logits_and_tolerances_follow():
    one = target("share", 50.0, 1.0, "logit")
    value, tolerance = matching.goal(one)
    assert value == pytest.approx(0.0)
    assert tolerance == pytest.approx(0.04, rel=1e-3)
    assert np.isfinite(matching.scaled(np.array([0.0, 100.0]), one)).all()


def test_emulators_say_what_a_function_gives_where_they_have_not_seen_it(config):
    """With lengths of their own they find out which parameters matter and which do not."""
    random = np.random.default_rng(3)
    sets, asked = random.random((80, len(FREE))), random.random((40, len(FREE)))

    def function(x):
        return 50 + 10 * (x[:, 0] + x[:, 1]) + 3 * np.sin(6 * x[:, 2])

    known = matching.emulators(sets, function(sets)[:, None], [WANTED[0]], 80, 1, 1)
    expected = matching.scaled(function(asked), WANTED[0])
    np.testing.assert_allclose(known.predict(asked)[:, 0], expected, atol=0.1 * np.ptp(expected))
    lengths = known.fitted[0].kernel_.get_params()["k1__k2__length_scale"]
    assert lengths[3] > 5 * lengths[2]
    assert known.errors[0] < 0.05 * np.ptp(expected)


class Curved:
    """An emulator of a function that is known."""

    def predict(self, sets):
        return sets[:, 0] + 0.6 * np.sin(4 * sets[:, 1]) + sets[:, 2] * sets[:, 3]


def test_draws_are_spread_as_what_is_plausible_is():
    """The truth is a weighted sum over a fine design of the whole cube."""
    random = np.random.default_rng(5)
    seen, everywhere = random.random((200, 4)), random.random((400_000, 4))
    line = np.column_stack([np.ones(len(seen)), seen])
    slopes = np.linalg.lstsq(line, Curved().predict(seen), rcond=None)[0][1:]
    one = np.ones(1)
    known = matching.Emulators(seen, 1.3 * one, 0.1 * one, 0.05 * one, slopes[None], [Curved()])
    weights = np.exp(-0.5 * known.misfits(everywhere)[:, 0] ** 2)
    mean = np.average(everywhere, axis=0, weights=weights)
    spread = np.sqrt(np.average((everywhere - mean) ** 2, axis=0, weights=weights))
    draws = matching.plausible(known, 2000, 1)
    np.testing.assert_allclose(draws.mean(0), mean, atol=0.1 * spread.min())
    np.testing.assert_allclose(draws.std(0), spread, rtol=0.06)
