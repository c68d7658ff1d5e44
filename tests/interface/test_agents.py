"""Mesa users find what they expect: agents with attributes in persons and yuan, collected indicators, fresh seeds."""

import mesa
import numpy as np
import pandas as pd
import pytest

from sim import CountyUrbanization
from sim.agents.governments import County, Government, Prefecture, Province
from sim.config.files import load_indicators


@pytest.fixture(scope="module")
def model(build):
    """Return a model of the full package at the end of 2022."""
    model = build(policy="full_package")
    model.run_until_end()
    return model


@pytest.fixture(scope="module")
def observed(model):
    """Return the observations of 2022 by group and indicator."""
    table = model.indicators().query("year == 2022")
    return table.pivot(index="group", columns="indicator", values="value")


def test_counties_know_themselves_in_persons_and_yuan(model, observed):
    for county in model.agents_by_type[County]:
        own = observed.loc[county.code]
        assert county.residents == own["residents"]
        assert county.urban_share == pytest.approx(own["resident_urbanization"] / 100)
        assert county.output == own["output"]
        assert county.own_revenue == pytest.approx(own["own_revenue"], abs=1)
        assert county.debt == pytest.approx(own["debt"], abs=1)
        assert county.debt_ratio == pytest.approx(own["debt_ratio"] / 100)
        pd.testing.assert_series_equal(county.indicators, own.dropna(), check_names=False)


def test_tiers_add_up_and_answer_to_each_other(model, observed):
    whole = observed.loc["all_counties"]
    for kind in (County, Prefecture, Province):
        agents = model.agents_by_type[kind]
        assert agents.agg("residents", sum) == whole["residents"]
        assert agents.agg("debt", sum) == pytest.approx(whole["debt"])
    assert model.province.urban_share == pytest.approx(whole["resident_urbanization"] / 100)
    for prefecture in model.prefectures.values():
        assert prefecture.superior is model.province
        assert prefecture.indicators["residents"] == prefecture.residents


def test_within_a_year_yearly_figures_are_those_of_the_year_before(build, observed):
    model = build(policy="full_package", end=2023)
    while model.world.quarter < 4 * 2023 + 2:
        model.step()
    county = next(iter(model.counties.values()))
    assert county.output == observed.loc[county.code, "output"]
    assert county.debt_ratio == pytest.approx(observed.loc[county.code, "debt_ratio"] / 100)


def test_agents_are_selected_by_what_they_are(model):
    counties = model.agents_by_type[County]
    deep = counties.select(lambda county: county.debt_ratio > 1)
    assert 0 < len(deep) < len(counties)
    assert all(county.debt_ratio > 1 for county in deep)
    assert all(isinstance(one, Government) for one in counties)


def test_a_county_knows_its_plan_and_its_doses(model):
    programme = model.world.programme
    for k, county in enumerate(model.counties.values()):
        np.testing.assert_array_equal(county.plan["dose"], programme.target[:, k])
        np.testing.assert_array_equal(county.doses, programme.delivered[:, k])
    county = model.counties["370181"] if "370181" in model.counties else next(iter(model.counties.values()))
    assert county.plan.loc["citizenization.service_parity", "dose"] == 1
    assert 0 <= county.doses["citizenization.service_parity"] <= 1


def test_the_collector_holds_the_indicators_of_the_last_year_and_of_each_county(model, observed):
    collected = model.datacollector.get_model_vars_dataframe().iloc[-1]
    for name in load_indicators().indicators:
        assert collected[name] == pytest.approx(observed.loc["all_counties", name])
    counties = model.datacollector.get_agenttype_vars_dataframe(County).loc[model.steps].set_index("county")
    assert len(counties) == 78
    np.testing.assert_allclose(counties["county_residents"], observed.loc[counties.index, "residents"])


def test_the_collector_stays_empty_where_it_is_not_asked_for_and_changes_nothing(configure):
    one, other = (CountyUrbanization(config=configure(end=2021), rng=1, threads=1, collect=asked)
                  for asked in (True, False))
    for model in (one, other):
        model.run_until_end()
    assert other.datacollector.get_model_vars_dataframe().empty
    pd.testing.assert_frame_equal(one.indicators(), other.indicators())


def test_batch_runs_return_indicators_and_every_iteration_is_another_run():
    rows = pd.DataFrame(mesa.batch_run(
        CountyUrbanization, {"policy": "no_new_policy", "scale": 1000, "end": 2021}, number_processes=1,
        display_progress=False, rng=[None] * 3))
    runs = rows.groupby("RunId")
    assert runs["residents"].first().nunique() == 3
    assert (runs.size() == 78).all()
    assert {*load_indicators().indicators, "county_debt_ratio"} <= set(rows)


def test_without_a_seed_every_model_draws_one_and_with_one_it_is_that(build, configure, assert_equal):
    one, other = (CountyUrbanization(end=2021, threads=1) for _ in range(2))
    assert one.world.seed != other.world.seed
    assert CountyUrbanization(config=configure(), threads=1).world.seed == configure().seed
    numpys, ours = CountyUrbanization(config=configure(), rng=np.int64(7), threads=1), build(seed=7)
    for model in (numpys, ours):
        model.run_until_end()
    assert_equal(numpys, ours)
