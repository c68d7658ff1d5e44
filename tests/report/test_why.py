"""The chain from jobs to the urban share and what bound the programme are sums, and the report says what they say."""

import re

import numpy as np
import pandas as pd
import pytest

from sim.report.tables import bound, chain, effects, money, observations, summary, why
from sim.report.tables.results import Results

INDICATORS = {"jobs": "jobs", "filled": "jobs", "instead": "jobs", "urban_residents": "urban_residents",
              "residents": "residents", "urban_share": "resident_urbanization"}


@pytest.fixture(scope="module")
def results(folder):
    return Results(folder)


@pytest.fixture(scope="module")
def table(results):
    return chain.chain(results)


def test_components_sum_to_the_effect_of_every_step_and_group(results, table):
    found = table.set_index(["group", "step", "component", "year"])["effect"]
    total = found.xs(chain.TOTAL, level="component")
    parts = found.drop(chain.TOTAL, level="component").groupby(["group", "step", "year"]).sum()
    np.testing.assert_allclose(parts.reindex(total.index), total, atol=1e-6)
    assert set(total.index.unique("step")) == set(chain.STEPS)
    of_run = effects.effects(results, results.horizon).set_index(["group", "indicator"])["effect"]
    for (group, step, _), value in total.items():
        if step in INDICATORS:
            assert value == pytest.approx(of_run[group, INDICATORS[step]], abs=1e-6), (group, step)
    whole = total.xs("all_counties", level="group").drop(chain.SHARE, level="step")
    types = total.drop("all_counties", level="group").groupby(["step", "year"]).sum()
    np.testing.assert_allclose(types.reindex(whole.index), whole)
    assert whole["jobs"].min() > 10_000


def test_hires_by_home_are_hires_by_source(results, table):
    flows = [results.of("turnover", policy) for policy in (results.policy, results.reference)]
    hires = [one[one["persons"] > 0]["persons"].sum() / results.replicates for one in flows]
    found = table[(table["group"] == "all_counties") & (table["step"] == "hired")].set_index("component")["effect"]
    assert found[chain.TOTAL] == pytest.approx(hires[0] - hires[1])


def test_every_flow_is_described_and_known_in_words(results, folder):
    described = observations.read(folder / "turnover.parquet")
    assert set(results.table("turnover")["flow"]) == set(described)
    assert set(described) - {"lost"} == set(chain.STEPS["filled"])


def test_parts_of_planned_doses_sum_to_them(results):
    table = bound.bounds(results)
    np.testing.assert_allclose(table[[*bound.WAITS]].sum(axis=1), table["planned"], atol=1e-8)
    whole = table[(table["measure"] == bound.ALL) & (table["group"] == "all_counties")].set_index("year")
    doses = results.of("doses", results.policy)
    standing = doses.groupby(["year", "measure"])["delivered"].mean().groupby("year").mean()
    np.testing.assert_allclose(whole["delivered"], standing.loc[whole.index], atol=1e-8)
    said = money.doses(results)  # what the first sentence of the report says stands
    share = said["delivered"].sum() / said["planned"].sum()
    assert whole.loc[results.horizon, "delivered"] / whole.loc[results.horizon, "planned"] == pytest.approx(share)
    assert set(table["measure"]) == {bound.ALL, *doses["measure"]}
    assert {row.planned for row in why.years(results)} == {"1.00"}


def test_both_tables_are_written_with_names_in_both_languages(results):
    tables = summary.tables(results)
    for name in ("chain", "bounds"):
        assert list(tables[name].columns[:2]) == ["policy", "external"]
        assert set(summary.HEADS) >= set(tables[name].columns)
    assert tables["chain"][["zh", "en", "unit"]].notna().all(axis=None)
    assert set(tables["chain"]["unit"]) == {"persons", "points"}


def test_the_report_tells_both_near_the_beginning(results, html, table):
    answer, section, rest = (html.index(f'<section id="{name}">') for name in ("answer", "why", "indicators-table"))
    assert answer < section < rest
    text = re.sub(r"<[^>]+>", " ", html[section:rest])
    jobs = table.set_index(["group", "step", "component"])["effect"]["all_counties", "jobs", chain.TOTAL]
    for words in ("What bound the programme", "什么约束了政策", "Additional jobs, 10,000", "多出的岗位，万个",
                  f"{jobs / 1e4:+.1f}"):
        assert words in text, words


def test_without_another_policy_nothing_is_explained(results, monkeypatch):
    alone = Results(results.folder)
    monkeypatch.setattr(Results, "reference", None)
    assert chain.chain(alone).empty
    assert not why.sides(alone) and not why.links(alone) and not why.by_type(alone)
    assert isinstance(bound.bounds(alone), pd.DataFrame)
