"""Figures of sweeps stay readable with few and with many policies and conditions, and tell noise from effects."""

import numpy as np
import pandas as pd
import pytest

from sim.config.files import load_indicators, scenarios
from sim.experiments.comparison import robustness
from sim.indicators.observation import OBSERVATIONS
from sim.report.sweeps import drawn, matrix, moved, tables
from sim.report.tables.cells import printed
from sim.report.words import style

POLICIES = ["industry_led", "service_led", "environment_led", "citizenization_led", "land_led", "finance_led",
            "type_differentiated", "uniform", "no_new_policy"]


def ranked(policies, externals, parameters=("default",), seeds=5):
    random = np.random.default_rng(1)
    rows = [{"external": external, "parameters": sets, "setting": "", "policy": policy,
             "achievement": (value := random.uniform(0.35, 0.55)), "low": value - 0.02, "high": value + 0.02,
             "satisfied": 0.2, "regret": 0.55 - value, "cost": random.uniform(0, 6e10), "debt": 4.5e11,
             "efficient": random.random() < 0.4, "seeds": seeds, "parameter_sets": 1}
            for external in externals for sets in parameters for policy in policies]
    return pd.DataFrame(rows)


def effects(policies, seeds=5, clear=True):
    random = np.random.default_rng(2)
    return pd.DataFrame([
        {"policy": policy, "against": "no_new_policy", "external": "reference", "parameters": "default", "setting": "",
         "indicator": name, "year": 2025, "effect": random.normal() * 10.0 ** random.integers(-5, 3), "seeds": seeds,
         "clear": clear and random.random() < 0.7}
        for policy in policies for name in load_indicators().indicators])


def written(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("policies", "externals", "sets"), [
    (POLICIES, ["reference", "land_market_slump", "fiscal_stress", "big_city_pull"], ["default"]),
    (POLICIES[:2], ["reference"], ["default"]),
    (POLICIES, sorted(scenarios("external")), ["default"]),
    (POLICIES, ["reference", "low_fertility"], [f"finance.absorption={k / 100:g}" for k in range(12)]),
], ids=["usual", "few", "all conditions", "many parameter sets"])
def test_figures_are_readable(check, language, policies, externals, sets):
    table = ranked(policies, externals, sets)
    for figure in drawn(table, robustness(table), effects(policies[:-1]), OBSERVATIONS, language).values():
        check(figure)


def test_what_is_within_the_noise_has_a_dot_and_no_number():
    found = effects(["land_led"], clear=False)
    figure = moved.heat_map(found, OBSERVATIONS, "en")
    assert not [text for text in written(figure) if text.startswith(("+", "−"))]
    assert "none of 19 effects can be told from chance" in written(figure)[0]
    found.loc[found["indicator"] == "hospital_beds", ["effect", "clear"]] = (0.25, True)
    assert [text for text in written(moved.heat_map(found, OBSERVATIONS, "zh")) if text.startswith("+")] == ["+0.25"]


@pytest.mark.parametrize(("value", "said"), [
    (0.25, "+0.25"), (-0.0312, "−.031"), (0.00002, "+2e−5"), (-0.00031, "−3e−4"), (12345.0, "+12,345"), (0.0, "0"),
])
def test_effects_are_short_and_never_nothing(value, said):
    assert moved.written(value) == said


def test_no_policy_is_called_best_where_intervals_overlap():
    table = ranked(["land_led", "service_led"], ["reference"])
    table["achievement"], table["low"], table["high"] = [0.5, 0.4], [0.47, 0.37], [0.53, 0.46]
    figures = drawn(table, robustness(table), pd.DataFrame(), OBSERVATIONS, "en")
    assert any("comes closest" in text for text in written(figures["policies"]))
    table["high"] = [0.53, 0.48]
    figures = drawn(table, robustness(table), pd.DataFrame(), OBSERVATIONS, "en")
    assert any("no policy is clearly ahead" in text for text in written(figures["policies"]))
    assert "effects" not in figures  # nothing was compared


def test_one_case_is_ranked_and_several_are_summed_up():
    one, two = ranked(POLICIES, ["reference"]), ranked(POLICIES, ["reference", "low_fertility"])
    assert len(tables(one, robustness(one), by_type(one))) == 2
    ranking, robust, met = tables(two, robustness(two), by_type(two))
    assert len(ranking.rows) == 18
    assert len(robust.rows) == len(met.rows) == 9
    assert "最大遗憾 greatest regret" in printed(robust)[0]


def by_type(table):
    """Return the table of types of a ranking, the same in each type."""
    groups = [*style.COUNTY_TYPES, "all_counties"]
    wide = table.merge(pd.DataFrame({"group": groups}), how="cross")
    return wide.assign(met=wide["achievement"] * 19, of=19, held=wide["satisfied"], debt_ratio=80.0)


def test_a_policy_is_ahead_in_a_type_only_where_its_interval_lies_above_all_others():
    table = by_type(ranked(["land_led", "service_led"], ["reference", "low_fertility"]))
    lead = table["policy"] == "land_led"
    table["achievement"] = table["low"] = table["high"] = np.where(lead, 0.5, 0.4)
    assert all("in 2 of 2 cases" in said.en and "Land first" in said.en for said in matrix.sentences(table))
    table.loc[lead & (table["external"] == "reference"), "low"] = 0.39
    assert all("in 1 of 2 cases" in said.en for said in matrix.sentences(table))
    assert all("single runs" in said.en for said in matrix.sentences(table.assign(seeds=1)))


def test_the_best_cell_of_a_column_is_the_darkest():
    table = by_type(ranked(POLICIES, ["reference"]))
    of = matrix.means(table)
    for quantity, (_, shade) in zip(matrix.QUANTITIES, matrix.matrices(table, POLICIES), strict=True):
        values = of[quantity.column].unstack("group").reindex(POLICIES)["all_counties"].to_numpy()
        best = values.argmax() if quantity.more else values.argmin()
        light = [int(back[1:3], 16) for back, _ in (row[-1] for row in shade.colours)]
        assert light[best] == min(light)
