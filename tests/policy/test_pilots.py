"""Pilots are chosen by rule, paid, and observed apart from their neighbours and the rest."""

import numpy as np
import pandas as pd
import pytest

from sim.compose import compose, reference_run
from sim.config import ConfigError
from sim.config.policies import Pilots
from sim.model import CountyUrbanization
from sim.policy import pilots, programme


def never(config):
    raise AssertionError("only greedy_effect simulates")


def chosen(baseline, simulate=never, **fields):
    config = compose("run", ["scale=1000"])
    policy = config.policy.model_copy(update={"pilots": Pilots(**fields)})
    return pilots.settled(config.model_copy(update={"policy": policy}), baseline, simulate).policy.pilots.counties


@pytest.mark.parametrize("rule", pilots.RULES)
def test_every_rule_finds_as_many_counties_as_are_asked_for(rule, baseline):
    found = chosen(baseline, rule=rule, count=10)
    assert len(set(found)) == 10
    assert set(found) <= set(baseline.counties["adcode"])
    assert found == chosen(baseline, rule=rule, count=10)


def test_rules_choose_what_they_say(baseline):
    counties = baseline.counties.set_index("adcode")
    types = counties.loc[list(chosen(baseline, rule="stratified_by_type"))]["county_type"]
    assert set(types.value_counts()) == {2}
    assert counties.loc[list(chosen(baseline, rule="one_per_prefecture"))]["prefecture_adcode"].is_unique
    assert set(counties.loc[list(chosen(baseline, rule="national_demonstration_2020"))]["name_zh"]) == {
        "郓城县", "齐河县", "桓台县", "宁阳县", "广饶县", "海阳市", "诸城市", "龙口市", "滕州市", "新泰市"}
    output = baseline.gdp_2020.set_index("adcode")
    assert output["gdp_yi"].nlargest(10).index.isin(chosen(baseline, rule="top_output")).all()
    assert output["gdp_per_capita_yuan"].nsmallest(10).index.isin(chosen(baseline, rule="worst_off")).all()
    assert chosen(baseline, rule="random") != chosen(baseline, rule="random", draw=2)


def test_named_counties_come_first_and_a_rule_fills_up(baseline):
    found = chosen(baseline, counties=["邹平市", "Pingyin"], rule="top_output", count=4)
    assert found[:2] == ("371681", "370124")
    assert len(set(found)) == 4


def test_more_pilots_than_a_rule_can_find_are_refused(baseline):
    with pytest.raises(ConfigError, match="expected at most 10 by national_demonstration_2020"):
        chosen(baseline, rule="national_demonstration_2020", count=11)


def test_the_greedy_rule_takes_the_counties_of_greatest_gain(baseline):
    codes = list(baseline.counties["adcode"])
    gain, seeds = {code: (k * 7) % 78 for k, code in enumerate(codes)}, set()

    def simulate(config):
        seeds.add(config.seed)
        treated = config.policy.pilots is not None
        return pd.DataFrame({"year": config.end, "group": codes, "indicator": "resident_urbanization",
                             "value": [50 + treated * gain[code] for code in codes]})

    found = chosen(baseline, simulate, rule="greedy_effect", count=5)
    assert list(found) == sorted(codes, key=gain.get, reverse=True)[:5]
    assert min(seeds) > 2**60  # never those of replicates, for whose luck a county could have been picked


@pytest.fixture(scope="module")
def piloted(run):
    return run(pilots={"rule": "stratified_by_type", "count": 10, "doses": {"all": 1}, "start": "2022Q1", "grant": 1e7},
               doses={"sewage": 0.2}, funding={"reprioritised": 0.3}, end=2024)


def test_only_pilots_plan_what_pilots_plan(piloted):
    codes = np.array(piloted.world.places.county_codes)
    inside = np.isin(codes, piloted.config.policy.pilots.counties)
    p = piloted.world.programme
    target = p.target[:, : len(codes)]
    assert (target[:, inside] == 1).all()
    assert (target[:, ~inside].sum(0) == pytest.approx(0.2))
    assert (p.start[:, : len(codes)][:, inside] == 2022).all()
    assert (p.start[:, : len(codes)][:, ~inside] == 2023).all()


def test_grants_reach_pilots_only(piloted):
    table = piloted.ledger.table()
    paid = table[(table["item"] == "measure_grants") & (table["book"] == "fund") & (table["year"] == 2023)]
    assert set(paid["holder"]) <= set(piloted.config.policy.pilots.counties)
    assert 0 < paid["yuan"].max() <= 1e7 * 1.2


def test_pilots_neighbours_and_the_rest_are_observed_apart(piloted):
    table = piloted.indicators().query("indicator == 'residents' and year == 2024").set_index("group")["value"]
    whole = table["all_counties"]
    assert table["pilots"] + table["neighbours_of_pilots"] + table["other_counties"] == pytest.approx(whole)
    assert table[list(piloted.config.policy.pilots.counties)].sum() == pytest.approx(table["pilots"])


def test_the_policy_compared_with_observes_the_same_counties_and_changes_nothing(piloted, run, assert_equal):
    compared = CountyUrbanization(config=reference_run(piloted.config), rng=1)
    compared.run_until_end()
    assert {"pilots", "neighbours_of_pilots"} <= set(compared.indicators()["group"])
    assert compared.world.config.policy.pilots.grant == 0
    plain = run(end=2024)
    np.testing.assert_array_equal(compared.world.residents.place, plain.world.residents.place)
    pd.testing.assert_frame_equal(compared.ledger.table(), plain.ledger.table())


def test_pilot_towns_get_slots_by_their_residents_and_act_on_their_part(run):
    model = run(pilots={"towns": {"count": 100, "doses": {"sewage": 1, "education_resources": 1}, "start": "2021Q1",
                                  "grant": 5e6}}, doses={"sewage": 0.4}, start="2021Q1", end=2023,
                funding={"reprioritised": 0.3})
    world, p = model.world, model.world.programme
    counties = world.places.counties
    assert p.town_slots.sum() == 100
    assert ((p.town_share >= 0) & (p.town_share <= 1)).all()
    sewage = p.levers.index("sewage.sewage")
    assert set(p.target[sewage, counties:][p.town_slots > 0]) == {0.6}  # on top of what the county does
    doses = world.observed.table("doses")
    assert set(doses["area"]) == {"county", "pilot_towns"}
    assert doses.query("area == 'pilot_towns' and year == 2023")["delivered"].max() > 0
    capital, _ = programme.full_cost(world, world.programme.town_share)
    education = p.levers.index("education_resources.education_resources")
    assert (capital[education, counties:] <= capital[education, :counties] + 1e-6).all()


def test_pilots_without_anybody_are_refused():
    with pytest.raises(ValueError, match="expected counties, a rule or towns"):
        Pilots()
