"""The cheapest package is found where it is known, and what no package reaches is said."""

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.compose import compose
from sim.experiments.sensitivity.goals import goals

LEVERS = ["transport", "sewage", "education_resources"]
GAINS, PRICES = np.array([6.0, 3.0, 1.0]), np.array([3e9, 1e9, 1e9])
ARGUMENTS = ["method=least_cost", f"levers=[{','.join(LEVERS)}]", "samples=30", "seeds=2", "checks=4"]


def changed(*others):
    """Return the arguments with others in the place of those of the same key."""
    return list({one.partition("=")[0]: one for one in [*ARGUMENTS, *others]}.values())


def market(config):
    """Return urbanization and money of a package whose levers have a gain and a price each, and some chance."""
    doses = np.array([config.policy.doses.get(name, 0.0) for name in LEVERS])
    chance = np.random.default_rng([config.seed, *(1e6 * doses).astype(int)]).normal()
    return {"resident_urbanization": 50 + doses @ GAINS + 0.01 * chance, "paid_for_measures": float(doses @ PRICES)}


def test_the_cheapest_package_takes_the_best_value_first(replace, analyse):
    replace(market)
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=56")
    front, packages = read("front"), read("packages")
    last = packages[packages["step"] == packages["step"].max()].set_index("factor")["dose"]
    # Sewage has 3 points for a billion, transport 2, schools 1: all of the first, and half of the second.
    np.testing.assert_allclose(last[["sewage", "transport", "education_resources"]], [1, 0.5, 0], atol=0.02)
    assert front["yuan"].iloc[-1] == pytest.approx(2.5e9, rel=0.02)
    np.testing.assert_allclose(front["emulated_yuan"], front["yuan"], atol=5e7)
    np.testing.assert_allclose(front["share"], np.linspace(0.1, 1, 10), atol=0.02)
    known = [share * 6 / 3 * 1e9 if share * 6 <= 3 else 1e9 + (share * 6 - 3) / 2 * 1e9 for share in front["share"]]
    np.testing.assert_allclose(front["yuan"], known, rtol=0.03, atol=3e7)


def test_under_a_budget_the_package_comes_as_close_as_it_can(replace, analyse):
    replace(market)
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=58", "budget=2e9")
    assert read("front")["yuan"].iloc[-1] == pytest.approx(2e9, rel=0.02)
    assert read("front")["share"].iloc[-1] == pytest.approx(5 / 8, abs=0.02)
    outcomes = read("outcomes").set_index("outcome")
    assert outcomes.loc["resident_urbanization", "reached"] == "no"
    assert outcomes.loc["resident_urbanization", "target"] == 58
    assert outcomes.loc["paid_for_measures", "target"] == 2e9


def test_what_no_package_reaches_is_said(replace, analyse, capsys):
    replace(market)
    analyse(*ARGUMENTS, "targets.resident_urbanization=70")
    assert "No package of these levers reaches the targets" in capsys.readouterr().out


def test_a_target_that_is_met_costs_nothing(replace, analyse):
    replace(market)
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=49")
    assert (read("packages")["dose"] == 0).all() and read("front")["yuan"].eq(0).all()
    assert read("outcomes")["reached"].iloc[0] == "yes"


def test_packages_are_checked_with_seeds_that_the_search_never_saw(replace, analyse, capsys):
    """A gain that only the seeds of the search have is not found again: the trap of picking what chance favours."""
    seen = []

    def lucky(config):
        seen.append(config.seed)
        found = market(config)
        luck = 5 * config.policy.doses.get("education_resources", 0) if config.seed <= 2 else 0
        return {**found, "resident_urbanization": found["resident_urbanization"] + luck}

    replace(lucky)
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=63")
    assert set(seen) == set(range(1, 11))  # of the search, of a first trial, and of the check
    row = read("outcomes").set_index("outcome").loc["resident_urbanization"]
    assert row["emulated"] > 63
    assert row["high"] < 60.1 and row["reached"] == "no"
    assert "the model does not confirm" in capsys.readouterr().out


def test_a_target_within_reach_is_reached_with_seeds_of_the_check(replace, analyse):
    def noisy(config):
        found = market(config)
        chance = np.random.default_rng([config.seed, 7]).normal()
        return {**found, "resident_urbanization": found["resident_urbanization"] + 0.1 * chance}

    replace(noisy)
    rows = [analyse(*ARGUMENTS, "targets.resident_urbanization=56", f"seed={seed}")("outcomes").iloc[0]
            for seed in (1, 101, 201)]
    assert [row["reached"] for row in rows].count("yes") >= 2
    assert all(row["mean"] < 57 for row in rows)  # and not by far too much


def test_declared_targets_are_those_of_the_indicators():
    config = compose("sensitivity", ["method=least_cost", "outcomes=[piped_gas,resident_urbanization]"])
    found = goals(config)
    assert found["piped_gas"] == 96
    assert found["resident_urbanization"] == pytest.approx(51.9 + 4.95, abs=1)
    assert len(goals(compose("sensitivity", ["method=least_cost"]))) == 19


def test_the_model_itself(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    few = changed("levers=[employment_training,sewage]", "samples=8", "checks=2", "seeds=1", "end=2021", "workers=1")
    code = main(["sensitivity", *few, "targets.resident_urbanization=53", "targets.sewage_collection=65"])
    assert code == 0, capsys.readouterr().err
    folder = tmp_path / "outputs/sensitivity"
    outcomes = pd.read_parquet(folder / "outcomes.parquet").set_index("outcome")
    assert {"resident_urbanization", "sewage_collection", "paid_for_measures"} == set(outcomes.index)
    assert np.isfinite(outcomes[["without", "emulated", "mean", "error"]]).all(axis=None)
    assert (folder / "figures/least_cost.zh.png").stat().st_size > 10_000
