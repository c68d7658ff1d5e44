"""Adding a measure or a policy is adding data: one entry, one file, no code."""

import shutil

import pandas as pd
import pytest

from sim.cli import main
from sim.compose import compose
from sim.config import ConfigError
from sim.config.files import CONFIGS, load_measures
from sim.model import CountyUrbanization

MEASURE = """
orchard_towns:
  title: {zh: 果园小镇, en: Orchard towns}
  decides: county
  build_years: 1
  lag_years: 0
  saturation: 0
  not_expected: "Anything but farm output."
  expected: [{indicator: rural_income, sign: up, why: "made up for a test"}]
  levers:
    orchard_towns:
      title: {zh: 果园小镇, en: Orchard towns}
      capital_cost: {value: 10, low: 5, high: 20, grade: assumed, source: "made up for a test"}
      running_cost: {value: 1, low: 0, high: 2, grade: assumed, source: "made up for a test"}
      effects:
        - {rate: farm_productivity, value: 0.2, low: 0.1, high: 0.3, unit: relative, grade: assumed, source: "made up"}
"""

POLICY = """
title: {zh: 果园, en: Orchards}
question: What if a measure is added?
differs: One measure in one county.
why: It needs no code.
by_county: {邹平市: {doses: {sewage: 1}, start: 2021Q1}}
funding: {guaranteed: true}
"""


def test_a_new_measure_is_one_entry(tmp_path, own_cache, make_policy):
    folder = tmp_path / "measures"
    shutil.copytree(CONFIGS / "measures", folder)
    with (folder / "environment.yaml").open("a", encoding="utf-8") as file:
        file.write(MEASURE)
    measures = load_measures(folder)
    assert len(measures) == len(load_measures()) + 1
    found = {}
    for dose in (0.0, 1.0):
        policy = make_policy(doses={"orchard_towns": dose}, start="2021Q1", funding={"guaranteed": True})
        config = compose("run", ["scale=1000", "end=2023"]).model_copy(update={"measures": measures, "policy": policy})
        model = CountyUrbanization(config=config, rng=1)
        model.run_until_end()
        table = model.indicators().query("group == 'all_counties' and indicator == 'rural_income' and year == 2023")
        found[dose] = table["value"].iloc[0]
    assert found[1.0] > 1.02 * found[0.0]


def test_a_new_policy_is_one_file(tmp_path, monkeypatch, capsys, undrawn):
    folder = tmp_path / "scenarios" / "policy"
    folder.mkdir(parents=True)
    (folder / "orchards.yaml").write_text(POLICY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["run", "policy=orchards", "scale=1000", "members=1", "seeds=1", "end=2022", "name=mine"]) == 0
    assert "Effects of orchards against no_new_policy" in capsys.readouterr().out
    doses = pd.read_parquet(tmp_path / "outputs" / "mine" / "doses.parquet")
    assert set(doses["adcode"]) == {"371681"}
    assert set(doses["measure"]) == {"sewage"}
    costs = pd.read_parquet(tmp_path / "outputs" / "mine" / "costs.parquet")
    assert {"planned", "province"} <= set(costs["payer"])


def test_any_measure_is_a_keyword_of_the_model(own_cache):
    model = CountyUrbanization(policy="service_led", scale=1000, end=2021, rng=1, citizenization=0.8, sewage=0.3)
    p = model.world.programme
    counties = p.target[:, : p.counties]
    assert (counties[[lever.startswith("citizenization.") for lever in p.levers]] == 0.8).all()
    assert (counties[p.levers.index("sewage.sewage")] == 0.3).all()
    assert (counties[p.levers.index("medical_services.medical_services")] == 1).all()
    assert not counties[p.levers.index("heritage.heritage")].any()


@pytest.mark.parametrize(("doses", "said"), [
    ({"citizenisation": 1}, "citizenisation: unknown measure; did you mean citizenization?"),
    ({"sewage": 1.2}, "doses.sewage=1.2: expected at most 1"),
    ({"sewage": "much"}, "doses.sewage=much: expected a number"),
])
def test_wrong_doses_of_the_model_are_refused(doses, said):
    with pytest.raises(ConfigError) as error:
        CountyUrbanization(scale=1000, **doses)
    assert said in str(error.value)
