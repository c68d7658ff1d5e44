"""Designs come from declarations, survive interruption, and never lose a run."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.compose import compose
from sim.config import Parameters, Quantity
from sim.config.files import load_measures, load_parameters
from sim.experiments.sensitivity import attribution
from sim.experiments.sensitivity.factors import applied, chosen, package

THREE = ["migration.income_elasticity", "firms.agglomeration", "housing.supply_elasticity"]
ARGUMENTS = ("sensitivity", "outcomes=resident_urbanization", "what=parameters", "trajectories=4", "seeds=2",
             f"uncertain=[{','.join(THREE)}]", "workers=1")


def changed(*others):
    """Return the arguments with others in the place of those of the same key."""
    return list({one.partition("=")[0]: one for one in [*ARGUMENTS, *others]}.values())


def configure(*arguments):
    return compose("sensitivity", list(arguments))


def linear(positions):
    """Return a function of three parameters with some chance that depends on the seed and the point."""

    def value(config):
        x = positions(config, THREE)
        chance = np.random.default_rng([config.seed, *(1000 * x).astype(int)]).normal()
        return float([30.0, 10.0, 0.0] @ x + 0.5 * chance + config.seed)

    return value


def test_ranges_units_and_titles_are_the_declared_ones():
    factors = {one.name: one for one in chosen(configure())}
    declared, measures = load_parameters().quantities, load_measures()
    assert set(measures) <= set(factors)
    for name, one in factors.items():
        if one.kind == "lever":
            assert (one.low, one.high, one.title, one.theme) == (0, 1, measures[name].title, measures[name].group)
        elif one.kind == "parameter":
            quantity = declared[name]
            assert (one.low, one.high, one.unit) == (quantity.low, quantity.high, quantity.unit)
            assert one.title == quantity.title
    assert sum(one.kind == "effect" for one in factors.values()) == 3


def test_a_parameter_that_is_added_is_varied():
    config = configure("what=parameters", "uncertain=land")
    new = Quantity(value=1, low=0, high=2, unit="yuan", source="a test", grade="assumed")
    themes = {**config.parameters.root, "land": {**config.parameters.root["land"], "new_one": new}}
    factors = chosen(config.model_copy(update={"parameters": Parameters(themes)}))
    assert [(one.low, one.high, one.unit, one.title.en) for one in factors if one.name == "land.new_one"] == [
        (0, 2, "yuan", "land: new one")]
    assert len(factors) == len(chosen(config)) + 1


def test_a_size_of_an_effect_that_is_added_is_varied():
    config = configure("what=both", "levers=transport", "uncertain=effects")
    measure = config.measures["transport"]
    name, lever = next(iter(measure.levers.items()))
    new = lever.effects[0].model_copy(update={"rate": "new_rate", "value": 1.0, "low": 0.5, "high": 2.0, "unit": "-"})
    more = lever.model_copy(update={"effects": (*lever.effects, new)})
    changed = measure.model_copy(update={"levers": {**measure.levers, name: more}})
    config_with = config.model_copy(update={"measures": {**config.measures, "transport": changed}})
    factors = chosen(config_with)
    added = next(one for one in factors if one.name.endswith(".new_rate"))
    assert (added.low, added.high, added.kind) == (0.5, 2.0, "effect")
    assert len(factors) == len(chosen(config)) + 1
    applied_to = applied(config_with, [added], [1.5]).measures["transport"].levers[name].effects
    assert [one.value for one in applied_to if one.rate == "new_rate"] == [1.5]


def test_no_two_factors_share_a_name():
    names = [one.name for one in chosen(configure("levers=sublevers", "uncertain=[effects,migration,citizenization]"))]
    assert len(names) == len(set(names))
    assert {"land_use.quota", "citizenization.entry_rules", "investment_financing.own_revenue"} <= set(names)


def test_ranges_may_be_narrower():
    factors = chosen(configure("ranges={transport: [0, 0.5]}", "ranges.firms.agglomeration=[0.04,0.06]"))
    ranges = {one.name: (one.low, one.high) for one in factors}
    assert ranges["transport"] == (0, 0.5) and ranges["firms.agglomeration"] == (0.04, 0.06)


def test_effects_of_measures_that_nobody_plans_are_left_out():
    effects = "uncertain=[effects,firms.agglomeration,firms.park_effect]"
    assert not [one for one in chosen(configure("what=parameters", effects)) if one.kind == "effect"]
    planned = chosen(configure("what=parameters", effects, "policy=full_package"))
    assert sum(one.kind == "effect" for one in planned) > 50


def test_values_reach_the_run():
    config = configure("uncertain=[firms.agglomeration,employment_training.firm_productivity]",
                       "levers=[transport,land_use.quota,employment_training]")
    factors = chosen(config)
    low, high = ([getattr(one, end) for one in factors] for end in ("low", "high"))
    for values in (low, high):
        run, wanted = applied(config, factors, values), dict(zip([one.name for one in factors], values, strict=True))
        assert run.policy.doses == {one.name: wanted[one.name] for one in factors if one.kind == "lever"}
        assert run.policy.funding.guaranteed and run.policy.start == "2021Q1"
        assert run.parameters.firms.agglomeration == wanted["firms.agglomeration"]
        effects = run.measures["employment_training"].levers["employment_training"].effects
        size = next(one.value for one in effects if one.rate == "firm_productivity")
        assert size == wanted["employment_training.firm_productivity"]
    assert run.measures["transport"] == config.measures["transport"]


def test_groups_move_together(replace, analyse):
    replace(lambda config: 10 * config.policy.doses["transport"] + 4 * config.policy.doses["sewage"])
    table = analyse("what=levers", "groups=measures", "trajectories=4")("indices").set_index("factor")
    assert dict(table["mu_star"].round(6)) == {
        "industry": 0, "facilities": 10, "services": 0, "environment": 4, "institutions": 0}
    assert table["mu"].isna().all()  # a group has no direction


def test_themes_of_parameters_move_together():
    factors = chosen(configure("what=parameters", "groups=themes", "uncertain=[migration,land]"))
    assert {one.group for one in factors} == {"parameters of migration", "parameters of land"}
    assert len(factors) > 10


def test_what_cannot_be_told_from_chance_of_a_group_is_within_the_noise(replace, analyse):
    def chance(config):
        doses = [int(1e6 * dose) for dose in config.policy.doses.values()]
        return float(np.random.default_rng([config.seed, *doses]).normal())

    replace(chance)
    table = analyse("what=levers", "groups=measures", "trajectories=20", "seeds=3")("indices")
    assert table["within_noise"].sum() >= 3  # of five, each with 95 %
    np.testing.assert_allclose(table["mu_star"], 3 / 2 * np.sqrt(2 / 3) * np.sqrt(2 / np.pi), rtol=0.4)


def test_an_interrupted_analysis_goes_on_where_it_stopped(replace, positions, tmp_path, undrawn):
    value, calls = linear(positions), []

    def interrupted(config):
        calls.append(config.seed)
        if len(calls) == 10:
            raise KeyboardInterrupt
        return value(config)

    replace(interrupted)
    assert main(ARGUMENTS) == 130
    assert not (tmp_path / "outputs/sensitivity/indices.parquet").exists()
    assert main(ARGUMENTS) == 0
    assert len(calls) == 10 + (4 * 4 * 2 - 9)
    assert main(ARGUMENTS) == 0
    assert len(calls) == 10 + (4 * 4 * 2 - 9)


KILLED = """
import itertools, os, signal
import pandas as pd
from sim.cli import main
from sim.config.sensitivity import GROUPS
from sim.experiments.sensitivity import points

calls = itertools.count()

def simulate(config, threads):
    if next(calls) == 10:
        os.kill(os.getpid(), signal.SIGKILL)
    value = config.quantities["firms.agglomeration"].value + config.seed
    return pd.DataFrame({"group": GROUPS, "indicator": "resident_urbanization", "value": value})

points.simulate = simulate
main(ARGUMENTS)
"""


def test_an_analysis_whose_process_is_killed_goes_on_where_it_was(replace, tmp_path, undrawn):
    folder = tmp_path / "outputs/sensitivity/points"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    program = KILLED.replace("ARGUMENTS", repr(ARGUMENTS))
    ended = subprocess.run([sys.executable, "-c", program], env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert ended.returncode == -signal.SIGKILL
    kept, calls = {path.name: path.stat().st_mtime_ns for path in folder.glob("[!.]*.parquet")}, []
    assert len(kept) == 10
    assert not (tmp_path / "outputs/sensitivity/indices.parquet").exists()

    def value(config):
        calls.append(config.seed)
        return config.quantities["firms.agglomeration"].value + config.seed

    replace(value)
    assert main(ARGUMENTS) == 0
    done = {path.name: path.stat().st_mtime_ns for path in folder.glob("[!.]*.parquet")}
    assert len(done) == len(kept) + len(calls) == 4 * 4 * 2 and kept.items() <= done.items()


def test_a_run_that_fails_is_run_again(replace, positions, capsys, undrawn):
    value, calls = linear(positions), []

    def failing(config):
        calls.append(config.seed)
        if len(calls) == 5:
            raise ArithmeticError("not today")
        return value(config)

    replace(failing)
    assert main(ARGUMENTS) == 0
    assert len(calls) == 4 * 4 * 2 + 1


def test_a_run_that_fails_twice_leaves_no_indices(replace, positions, capsys, tmp_path):
    value = linear(positions)

    def failing(config):
        if config.seed == 2 and config.parameters.firms.agglomeration < 0.05:
            raise ArithmeticError("never")
        return value(config)

    replace(failing)
    assert main(ARGUMENTS) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert "runs failed twice, nothing is concluded: point " in error
    assert "seed 2: ArithmeticError: never" in error
    folder = tmp_path / "outputs/sensitivity"
    assert not list(folder.glob("*.parquet"))
    failed = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "failed").glob("*.json")]
    assert failed and all(one["seed"] == 2 and "never" in one["error"] for one in failed)


def test_an_outcome_that_is_not_a_number_leaves_no_indices(replace, capsys):
    replace(lambda config: float("nan"))
    assert main(ARGUMENTS) == 1
    assert "outcomes=resident_urbanization: not a number" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers(replace, positions, tmp_path, monkeypatch):
    replace(linear(positions))
    written = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        monkeypatch.chdir(folder)
        assert main(changed(f"workers={workers}")) == 0
        files = {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        written.append(files)
    assert written[0] == written[1]
    assert {"indices.csv", "indices.parquet", "ranking.csv", "morris.zh.png", "tornado.en.svg",
            "heat_unknowns.zh.png"} <= {path.name for path in written[0]}


def test_another_seed_gives_another_design(replace, analyse, positions):
    replace(linear(positions))
    designs = [analyse("what=parameters", f"uncertain=[{','.join(THREE)}]", f"seed={seed}")("design")
               for seed in (1, 2)]
    assert not designs[0].equals(designs[1])


def test_chance_is_told_from_influence(replace, analyse, positions):
    replace(linear(positions))
    read = analyse("what=parameters", f"uncertain=[{','.join(THREE)}]", "seeds=3")
    table = read("indices").set_index("factor")
    assert list(table.loc[THREE, "within_noise"]) == [False, False, True]
    assert 0 < read("outcomes")["noise_share"].iloc[0] < 0.01
    whole = read("convergence")
    assert sorted(set(whole["size"])) == [5, 10, 15, 20]
    assert whole[whole["size"] == 20]["agreement"].eq(1).all()


def test_the_unknowns_that_make_nine_tenths_are_named_with_grade_and_source(replace, analyse, positions):
    replace(lambda config: float([30.0, 20.0, 1.0] @ positions(config, THREE)) + 99 * config.policy.doses["transport"])
    found = analyse("levers=transport", f"uncertain=[{','.join(THREE)}]", "trajectories=4")("leading")
    assert list(found["factor"]) == THREE[:2]  # a dose is a decision
    np.testing.assert_allclose(found["share"], [900 / 1301, 400 / 1301])
    np.testing.assert_allclose(found["together"], [900 / 1301, 1300 / 1301])
    fitted, derived = load_parameters().quantities[THREE[0]], load_parameters().quantities[THREE[1]]
    assert list(found["source"]) == [fitted.source, derived.source]
    assert list(found["grade"]) == [fitted.grade, derived.grade] == ["calibrated", "derived"]
    assert list(found["prior"]) == ["assumed", "derived"]


def test_what_is_within_the_noise_and_what_moves_together_has_no_grade(replace, analyse):
    def value(config):
        chance = np.random.default_rng([config.seed, int(1e9 * config.parameters.firms.agglomeration)]).normal()
        return float(chance + 1e3 * config.parameters.migration.income_elasticity)

    replace(value)
    several = f"uncertain=[migration.distance_elasticity,{','.join(THREE)}]"
    table = analyse("what=parameters", several, "groups=themes", "seeds=2")("leading")
    assert list(table["factor"]) == ["parameters of migration"] and list(table["share"]) == [1]
    assert list(table["grade"]) == list(table["prior"]) == list(table["source"]) == [""]


def game(config):
    """Return a value in which one measure of each of two groups acts, and both more together; a third does nothing."""
    doses = config.policy.doses
    a, b = (doses.get(name, doses.get("all", 0)) for name in ("transport", "education_resources"))
    return 3 * a + 2 * b + 4 * a * b


@pytest.mark.parametrize("groups", ["measures", "none"])
def test_shapley_values_of_a_game_that_is_known(replace, analyse, groups):
    replace(game)
    read = analyse("method=attribution", "policy=full_package", "money=planned", f"groups={groups}",
                   "trajectories=2", "seeds=2")
    table = read("indices").set_index("factor")
    a, b = ("facilities", "services") if groups == "measures" else ("transport", "education_resources")
    assert table["shapley"].sum() == pytest.approx(9)
    assert read("outcomes")["effect"].iloc[0] == pytest.approx(9)
    for name, alone, on_top, shapley in ((a, 3, 7, 5), (b, 2, 6, 4)):
        row = table.loc[name]
        assert (row["alone"], row["on_top"]) == (pytest.approx(alone), pytest.approx(on_top))
        assert row["shapley"] == pytest.approx(shapley)  # an order with its reverse is exact for pairs
    assert (table.drop([a, b])["shapley"] == 0).all()


def test_measures_that_do_nothing_are_told_from_few_seeds(replace, analyse):
    def chance(config):
        doses = [int(1e6 * dose) for dose in config.policy.doses.values()]
        return float(np.random.default_rng([config.seed, len(doses), *doses]).normal())

    replace(chance)
    read = analyse("method=attribution", "policy=full_package", "money=planned", "trajectories=6", "seeds=3")
    table = read("indices")
    # The normal quantile in the place of Student's t would leave about four of five.
    assert len(table) == len(load_measures()) and table["within_noise"].mean() > 0.85


def test_equal_money_is_equal_as_far_as_doses_go():
    config = configure("method=attribution", "policy=full_package")
    factors = package(config)
    players = list(dict.fromkeys(one.group for one in factors))
    full, planned = attribution.budgets(config.model_copy(update={"money": "planned"}), factors, players)
    doses, cost = attribution.budgets(config, factors, players)
    middle = np.median(planned)
    np.testing.assert_allclose(cost, np.minimum(planned, middle))
    for plan, one in zip(doses, planned, strict=True):
        assert max(plan.values()) == pytest.approx(min(1, middle / one))
    assert len(full) == len(load_measures())


def test_the_report_is_one_page_that_is_written_again(replace, positions, tmp_path, capsys):
    replace(linear(positions))
    assert main(ARGUMENTS) == 0
    page = tmp_path / "outputs/sensitivity/report.html"
    text = page.read_bytes()
    page.unlink()
    assert main(["report", "sensitivity"]) == 0
    assert page.read_bytes() == text
    written = text.decode("utf-8")
    for words in ("哪些措施和哪些未知因素影响各项结果？", "Which measures and which unknowns move the outcomes?",
                  "migration.income_elasticity", "rank correlation", "占方差九成的未知因素",
                  "Unknowns that make nine tenths of the variance",
                  load_parameters().quantities["migration.income_elasticity"].source):
        assert words in written
    assert written.count('<img class="zh"') == written.count('<img class="en"') == 4
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", written)
    assert main(["report", "sensitivity", "actuals=x.csv"]) == 2


def test_another_method_leaves_nothing_of_the_one_before(replace, positions, tmp_path, undrawn):
    replace(linear(positions))
    assert main(ARGUMENTS) == 0
    folder = tmp_path / "outputs/sensitivity"
    assert (folder / "ranking.parquet").exists() and (folder / "figures/morris.zh.png").exists()
    others = [one for one in ARGUMENTS if not one.startswith("trajectories=")]
    assert main([*others, "method=emulator", "samples=20"]) == 0
    assert not (folder / "ranking.parquet").exists() and not (folder / "figures/morris.zh.png").exists()
    assert (folder / "figures/sobol.zh.png").exists()


def test_the_model_itself(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = main(["sensitivity", "end=2021", "seeds=1", "trajectories=2", "levers=employment_training", "workers=1",
                 "uncertain=firms.productivity_growth", "outcomes=[output_per_resident]"])
    output = capsys.readouterr()
    assert code == 0, output.err
    assert "Growth of productivity" in output.out
    table = pd.read_parquet(tmp_path / "outputs/sensitivity/indices.parquet").set_index(["counties", "factor"])
    assert table.loc[("all_counties", "firms.productivity_growth"), "mu"] > 100
    assert (tmp_path / "outputs/sensitivity/figures/morris.zh.png").stat().st_size > 10_000
