"""Where targets fail is found where it is known, and nothing is said where nothing can be."""

import builtins

import numpy as np
import pandas as pd
import pytest

from sim.cli import main

THREE = ["migration.income_elasticity", "firms.agglomeration", "housing.supply_elasticity"]
ARGUMENTS = ("method=discovery", "what=parameters", f"uncertain=[{','.join(THREE)}]", "samples=150")


@pytest.fixture(scope="module", autouse=True)
def workbench():
    """Skip where the workbench, whose import takes seconds, is not installed."""
    pytest.importorskip("ema_workbench")


def corner(positions):
    """Return urbanization that fails a target of 60 where the first factor is above 0.6 and the second below 0.5."""

    def value(config):
        x = positions(config, THREE)
        return 50.0 if x[0] > 0.6 and x[1] < 0.5 else 70.0

    return value


def test_the_box_of_failures_that_is_known(replace, analyse, positions):
    replace(corner(positions))
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=60")
    boxes, limits = read("boxes"), read("limits")
    ranges = read("factors").set_index("name")
    for method in ("prim", "cart"):
        box = boxes[boxes["method"] == method].iloc[0]
        assert min(box["coverage"], box["density"], box["held_coverage"], box["held_density"]) > 0.8
        mine = limits[(limits["method"] == method) & (limits["box"] == 1)].set_index("factor")
        assert set(mine.index) == set(THREE[:2])
        low, high = (((mine[end] - ranges["low"]) / (ranges["high"] - ranges["low"])).reindex(THREE[:2])
                     for end in ("low", "high"))
        np.testing.assert_allclose(low, [0.6, 0], atol=0.05)
        np.testing.assert_allclose(high, [1, 0.5], atol=0.05)
    assert read("outcomes")["fails"].iloc[0] == pytest.approx(0.2, abs=0.03)


def test_chance_has_no_box_that_holds(replace, analyse, positions):
    def chance(config):
        return 60 + np.random.default_rng((1e6 * positions(config, THREE)).astype(int)).normal()

    replace(chance)
    boxes = analyse(*ARGUMENTS, "targets.resident_urbanization=60", "samples=300")("boxes")
    prim = boxes[boxes["method"] == "prim"]  # none where all limits may be chance
    assert (prim["held_density"] < 0.75).all()


def test_a_target_that_never_fails_has_no_box(replace, analyse, positions, capsys):
    replace(corner(positions))
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=40", figures=True)
    assert read("boxes").empty and read("outcomes")["fails"].iloc[0] == 0
    assert "Reached at every point" in capsys.readouterr().out


def test_several_targets_are_also_told_together(replace, analyse, positions):
    def two(config):
        value = corner(positions)(config)
        return {"resident_urbanization": value, "piped_gas": 100 - positions(config, THREE)[2] * 10}

    replace(two)
    read = analyse(*ARGUMENTS, "targets.resident_urbanization=60", "targets.piped_gas=93", figures=True)
    fails = read("points").set_index("point")
    assert (fails["any"] == fails[["resident_urbanization", "piped_gas"]].any(axis=1)).all()
    assert {"any", "resident_urbanization", "piped_gas"} == set(read("boxes")["outcome"])


def test_without_the_extra_it_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    plain = builtins.__import__

    def without(name, *rest):
        if name.startswith("ema_workbench"):
            raise ImportError(name)
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["sensitivity", *ARGUMENTS]) == 2
    output = capsys.readouterr()
    assert "expected the extra workbench; pip install 'county-urbanization[workbench]'" in output.err
    assert output.err.count("\n") == 1 and not (tmp_path / "outputs").exists()


def test_the_model_itself(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = main(["sensitivity", "method=discovery", "end=2021", "seeds=1", "samples=12", "workers=1", "what=parameters",
                 "uncertain=[firms.productivity_growth,firms.agglomeration]",
                 "targets.output_per_resident=60000"])
    assert code == 0, capsys.readouterr().err
    outcomes = pd.read_parquet(tmp_path / "outputs/sensitivity/outcomes.parquet")
    assert outcomes["mean"].iloc[0] > 40_000
