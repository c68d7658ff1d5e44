"""What a visitor chooses becomes the scenario that is simulated, and a file that runs elsewhere."""

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.compose import compose
from sim.config import ConfigError
from sim.config.files import load_measures
from sim.model import CountyUrbanization
from sim.policy import plan
from sim.report.words.style import COUNTY_TYPES
from sim.run import run
from sim.view import panel
from sim.view.choices import ALL, PILOTS, SCOPES, TOWNS, Choices, as_yaml, changed, preset, shown

POLICIES = ("full_package", "type_differentiated", "uniform", "pilots_funded", "pilot_towns")
"""Policies that plan in each of the ways there are."""


def doses(policy, baseline):
    """Return planned doses by (lever, county), as the programme lays them."""
    levers = plan.levers_of(load_measures())
    index = pd.MultiIndex.from_tuples([(*lever.partition(".")[::2],) for lever in levers], names=["measure", "lever"])
    return pd.DataFrame(plan.doses(plan.layers(policy, baseline), levers), index=index,
                        columns=baseline.counties["adcode"])


def members(baseline, kind):
    """Return the counties of a type but for those that follow the plan for counties that lose people."""
    counties = baseline.counties
    own = (counties["population_loss_flag"].astype(str) != "1") | (kind == "population_loss")
    return counties.loc[(counties["county_type"] == kind) & own, "adcode"]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_can_be_shown(policy):
    found = shown(Choices(policy=policy).planned())
    assert list(found)[:len(SCOPES)] == list(SCOPES) and {*found} <= {*SCOPES, PILOTS, TOWNS}
    assert all(set(part) == set(load_measures()) for part in found.values())
    assert all(0 <= dose <= 1 for part in found.values() for dose in part.values())


def test_doses_of_pilots_are_shown_as_what_they_are(baseline):
    pilots, towns = (Choices(policy=name).planned() for name in ("pilots_funded", "pilot_towns"))
    assert set(shown(pilots)[PILOTS].values()) == {1.0} and set(shown(pilots)[ALL].values()) == {0.0}
    assert TOWNS not in shown(pilots) and PILOTS not in shown(towns)
    assert {name for name, dose in shown(towns)[TOWNS].items() if dose} == set(towns.pilots.towns.doses)
    names = ("pilots_funded", "pilot_towns", "type_differentiated", "full_package", "no_new_policy")
    assert [panel.opening(Choices(policy=name).planned()) for name in names] == [PILOTS, TOWNS, SCOPES[1], ALL, ALL]
    assert panel.opening(panel.planned(Choices(policy="nowhere"))) == ALL
    known = panel.doses(Choices(policy="full_package").planned(), PILOTS, "en")
    assert known["scope"] == ALL and PILOTS not in {one["value"] for one in known["scopes"]}
    assert "Pilot counties" in panel.doses(Choices(policy="pilots_funded").planned(), ALL, "en")["note"]


def test_a_dose_for_pilots_reaches_the_pilots_only(baseline):
    choices = Choices(policy="pilots_funded").with_doses(PILOTS, {"land_use": 0.15})
    before, after = (doses(one.planned(), baseline) for one in (Choices(policy="pilots_funded"), choices))
    named = baseline.counties.loc[baseline.counties["provincial_pilot_2023"] == 1, "adcode"]
    assert len(named) and np.allclose(after.loc["land_use"][named], 0.15)
    assert np.allclose(after.drop(columns=named), before.drop(columns=named))
    assert shown(choices.planned())[PILOTS]["land_use"] == 0.15
    towns = Choices(policy="pilot_towns").with_doses(TOWNS, {"sewage": 0.25}).planned()
    assert towns.pilots.towns.doses["sewage"] == 0.25 and shown(towns)[TOWNS]["sewage"] == 0.25
    with pytest.raises(ConfigError, match="no pilots"):
        Choices(policy="full_package").with_doses(PILOTS, {"land_use": 0.15}).config()


def test_plans_for_single_counties_are_told_of(tmp_path):
    file = tmp_path / "single.yaml"
    text = "title: {zh: 单县, en: Single}\nquestion: {zh: 问, en: a}\ndiffers: {zh: 异, en: b}\nwhy: {zh: 因, en: c}\n"
    text += "by_county: {'371428': {doses: {land_use: 1}}}\n"
    file.write_text(text, encoding="utf-8")
    assert "1 single" in panel.doses(Choices(policy=str(file)).planned(), ALL, "en")["note"]


def test_a_dose_for_all_counties_reaches_all_without_a_plan_of_their_own(baseline):
    choices = Choices(policy="no_new_policy").with_doses(ALL, {"citizenization": 0.4})
    found = doses(choices.config().policy, baseline)
    assert np.allclose(found.loc["citizenization"], 0.4)
    assert np.allclose(found.drop("citizenization", level="measure"), 0)


@pytest.mark.parametrize("kind", COUNTY_TYPES)
def test_a_dose_for_a_type_reaches_that_type_only(baseline, kind):
    policy = "full_package" if kind == "population_loss" else "type_differentiated"
    before = doses(Choices(policy=policy).planned(), baseline)
    after = doses(Choices(policy=policy).with_doses(kind, {"land_use": 0.15}).planned(), baseline)
    assert np.allclose(after.loc["land_use"][members(baseline, kind)], 0.15)
    others = [code for other in set(COUNTY_TYPES) - {kind} for code in members(baseline, other)]
    assert np.allclose(after[others], before[others])
    assert np.allclose(after.drop("land_use", level="measure"), before.drop("land_use", level="measure"))


@pytest.mark.parametrize("kind", COUNTY_TYPES)
def test_the_preset_of_a_type_is_its_plan_in_the_policy_by_type(baseline, kind):
    wanted = doses(compose("run", ["policy=type_differentiated"]).policy, baseline)
    given = doses(Choices(policy="no_new_policy").with_preset(kind).config().policy, baseline)
    inside = members(baseline, kind)
    assert len(inside)
    assert np.allclose(given[inside], wanted[inside])
    assert preset(kind)


def test_what_was_changed_last_holds():
    choices = Choices(policy="no_new_policy")
    choices = choices.with_doses(ALL, {"land_use": 0.2}).with_doses(ALL, {"land_use": 0.7})
    assert shown(choices.planned())[ALL]["land_use"] == 0.7
    assert choices.with_value("policy", "full_package").changes == {}
    assert choices.with_value("seed", " 3 ").changes == choices.changes


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("seed", "-1", "seed=-1"), ("seed", "abc", "seed=abc"), ("scale", "abc", "scale=abc"), ("end", "1999", "end=1999"),
     ("policy", "full_packet", "did you mean full_package"), ("external", "", "external="), ("seed", "1,2", "seed"),
     ("seed", "1 policy=no_new_policy", "seed")],
)
def test_a_wrong_value_is_one_line(key, value, said):
    with pytest.raises(ConfigError, match=said) as caught:
        Choices().with_value(key, value).config()
    assert "\n" not in str(caught.value)


def test_only_what_may_be_chosen_can_be():
    with pytest.raises(ValueError, match="data"):
        Choices().with_value("data", "/")


def test_what_the_command_was_given_stays():
    overrides = ["scale=1000", "port=0", "parameters.reclassification.rate=0.002", "start=2011"]
    choices = Choices.of(compose("view", overrides), overrides)
    assert (choices.policy, choices.scale) == ("full_package", "1000")
    assert choices.given == ("parameters.reclassification.rate=0.002", "start=2011")
    config = choices.with_value("seed", "7").config()
    assert (config.seed, config.start, config.scale) == (7, 2011, 1000)
    assert config.quantities["reclassification.rate"].value == 0.002


@pytest.mark.parametrize("policy", POLICIES)
def test_the_file_of_a_policy_is_that_policy(policy, baseline, tmp_path, monkeypatch):
    choices = Choices(policy=policy, scale="1000")
    write(choices, tmp_path, monkeypatch)
    again = compose("run", ["policy=my_scenario", "scale=1000", "end=2025"])
    ours = choices.config()
    name = {"name", "title", "question", "differs", "why"}
    assert again.policy.model_dump(exclude=name) == ours.policy.model_dump(exclude=name)


def test_the_file_of_changed_doses_runs(tmp_path, monkeypatch, baseline):
    choices = Choices(policy="full_package", scale="1000", end="2021", seed="3")
    choices = choices.with_doses(ALL, {"land_use": 0.35}).with_doses("key_ecological", {"citizenization": 0.6})
    text = write(choices, tmp_path, monkeypatch)
    command = next(line for line in text.splitlines() if "county run" in line).split()[2:]
    assert command == ["run", "policy=my_scenario", "external=reference", "scale=1000", "seed=3", "end=2021",
                       "name=my_scenario"]
    again = compose("run", [*command[1:], "parameter_sets=1", "seeds=1", "compare=false"])
    assert np.allclose(doses(again.policy, baseline), doses(choices.config().policy, baseline))
    table = pd.read_parquet(run(again) / "indicators.parquet")
    model = CountyUrbanization(config=choices.config(), rng=3)
    model.run_until_end()
    assert np.array_equal(table["value"], model.indicators()["value"], equal_nan=True)


def write(choices, folder, monkeypatch):
    """Write the scenario where the command line finds it; return the text."""
    monkeypatch.chdir(folder)
    text = as_yaml(choices)
    assert yaml.safe_load(text)
    target = folder / "scenarios" / "policy" / "my_scenario.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    return text


def test_changes_leave_the_policy_itself_alone():
    policy = Choices(policy="type_differentiated").planned()
    before = policy.model_dump()
    changed(policy, {(ALL, "land_use"): 0.1})
    assert policy.model_dump() == before
