"""Each external scenario moves what its question is about, where it is about, and the way it says; draws are paired."""

import numpy as np
import pytest

from sim.config.files import SCENARIOS
from sim.processes import migration, place_attributes, services
from sim.processes.production import by_cell
from sim.state.land import Use
from sim.state.observed import table
from sim.state.places import Kind
from sim.state.rates import REGISTRY
from sim.state.residents import Employer, Work

SEEDS = (1, 2, 3)
LAST = {"covid_2020_22": 2022}
"""Last year in which a scenario is looked at, where it is not 2025."""
SCALE = {"core_spillover": 100}
"""Persons behind a row, where 1,000 leave too few rows of what a scenario is about (25 commuters from the fringe)."""


@pytest.fixture(scope="module")
def run(build):
    """Return a function that runs a scenario from 2021 on with every seed, once; the models are to be read only."""
    made = {}

    def make(external, end=2025, scale=1000):
        key = external, end, scale
        if key not in made:
            models = made[key] = [build(external=external, end=end, scale=scale, seed=seed) for seed in SEEDS]
            for model in models:
                model.run_until_end()
        return made[key]

    return make


def whole(model, indicator):
    """Return an observation of all counties by year."""
    table = model.indicators().query("group == 'all_counties' and indicator == @indicator")
    return table.set_index("year")["value"].loc[2021:]


def fringe(model):
    """Return which counties belong to the circle of a core city."""
    return model.world.places.in_circle


def deaths(model):
    return whole(model, "deaths").sum()


def births(model):
    return whole(model, "births").sum()


def the_old(model):
    return whole(model, "age_65_plus").iloc[-1]


def residents(model):
    return whole(model, "residents").iloc[-1]


def hazards(model):
    return whole(model, "floods").sum() + whole(model, "heat_waves").sum()


def damage(model):
    return whole(model, "hazard_damage").sum()


def moves(model):
    return model.world.observed.table("flows")["persons"].sum()


def moves_into_own_districts(model):
    """Return people who moved from a county into the districts of its prefecture."""
    places, found = model.world.places, 0
    codes = np.array(places.prefecture_codes)[places.prefecture_of_county]
    prefecture = dict(zip(places.county_codes, codes, strict=True))
    for flows in map(table, ([part] for part in model.world.observed.parts["flows"])):
        own = flows["origin"].str.split("-").str[0].map(prefecture) + "-districts"
        found += flows.loc[flows["destination"] == own, "persons"].sum()
    return found


def people_in_core_cities(model):
    return model.world.counts.residents[model.world.places.core].sum()


def people_outside(model):
    return model.world.counts.residents[model.world.places.outside].sum()


def commuters(model):
    """Return residents of the fringe who work in districts."""
    people, places = model.world.residents, model.world.places
    works = people.living() & (people.employer == Employer.DISTRICTS) & (people.place < places.districts)
    return fringe(model)[people.place[works] // 3].sum()


def arrivals_from_core_cities(model):
    """Return people expected to move from Jinan and Qingdao into the fringe in a quarter."""
    places = model.world.places
    expected = migration.arrivals_expected(model.world)[places.core - places.districts]
    return expected.reshape(len(expected), places.counties, 3)[:, fringe(model)].sum()


def jobs(model, *sectors):
    return by_cell(model.world, model.world.firms.staff.astype(float))[:, sectors].sum()


def public_jobs(model):
    return jobs(model, Work.PUBLIC_SERVICES)


def service_jobs(model):
    return jobs(model, Work.TRADE_LOGISTICS, Work.CONSUMER_SERVICES)


def tourism_prices(model):
    return model.world.economy.price[:, Work.TOURISM_CULTURE].mean()


def industry_jobs(model):
    return jobs(model, Work.AGRO_PROCESSING, Work.MANUFACTURING)


def industry_pay(model):
    return model.world.labour.wage[:, Work.MANUFACTURING].mean()


def pay(model):
    return place_attributes.mean_pay(model.world).mean()


def firms_founded_in_fringe(model):
    return model.world.economy.founded[fringe(model)].sum()


def land_sold(model):
    return model.world.land.sold.sum()


def land_price(model):
    return model.world.land.price[:, Use.RESIDENTIAL].mean()


def land_bought_by_platforms(model):
    return model.world.land.bought_by_platforms.sum()


def village_schools(model):
    return model.world.stocks.village_schools.open.sum()


def schools_of_villages(model):
    return services.schools(model.world)[: model.world.places.districts][Kind.VILLAGE :: 3].mean()


def own_revenue(model):
    return model.world.budget.own_revenue.sum()


def received_transfers(model):
    return model.world.budget.transfers.sum()


def expenditure(model):
    return model.world.budget.general_expenditure.sum()


def investment(model):
    return model.world.budget.capital_spending.sum()


def net_land_income(model):
    return model.world.budget.land_income_net.sum()


def bonds(model):
    return model.world.budget.debt.sum()


def platform_debt(model):
    return model.world.budget.platform_debt.sum()


LESS_OF, MORE_OF = -1, 1
CLAIMS = {
    "ageing_fast": {LESS_OF: [deaths, births], MORE_OF: [the_old]},
    "big_city_pull": {LESS_OF: [residents], MORE_OF: [people_in_core_cities]},
    "climate_shock": {MORE_OF: [hazards, damage]},
    "core_spillover": {MORE_OF: [commuters, arrivals_from_core_cities, firms_founded_in_fringe]},
    "covid_2020_22": {LESS_OF: [moves, service_jobs, tourism_prices, own_revenue]},
    "debt_crackdown": {LESS_OF: [bonds, platform_debt, investment, land_bought_by_platforms]},
    "farmland_red_line": {LESS_OF: [land_sold], MORE_OF: [land_price]},
    "fiscal_stress": {LESS_OF: [received_transfers, expenditure, investment, bonds]},
    "land_market_slump": {LESS_OF: [land_sold, net_land_income, investment]},
    "low_fertility": {LESS_OF: [births]},
    "manufacturing_relocation": {MORE_OF: [industry_jobs, industry_pay, own_revenue]},
    "outside_pull": {LESS_OF: [residents], MORE_OF: [people_outside]},
    "prefecture_siphon": {LESS_OF: [own_revenue, expenditure, residents], MORE_OF: [moves_into_own_districts]},
    "school_consolidation": {LESS_OF: [village_schools, schools_of_villages]},
    "slow_growth": {LESS_OF: [pay, own_revenue, net_land_income]},
    "staff_quota_freeze": {LESS_OF: [public_jobs], MORE_OF: [investment]},
}


def test_every_scenario_claims_something():
    assert {path.stem for path in (SCENARIOS / "external").glob("*.yaml")} == {"reference", *CLAIMS}


@pytest.mark.parametrize(("external", "sign", "measure"), [
    pytest.param(external, sign, measure, id=f"{external}-{'more' if sign > 0 else 'less'}-{measure.__name__}")
    for external, claims in CLAIMS.items() for sign, measures in claims.items() for measure in measures])
def test_a_scenario_moves_what_it_is_about(run, external, sign, measure):
    asked = LAST.get(external, 2025), SCALE.get(external, 1000)
    usual, moved = (np.array([measure(model) for model in run(name, *asked)]) for name in ("reference", external))
    assert (sign * (moved - usual) > 0).all()


@pytest.fixture(scope="module")
def by_county(run):
    """Return a function that gives the ratio of a scenario to the reference by county of what counties have."""

    def make(external, measure):
        usual, moved = (sum(measure(model.world) for model in run(name)) for name in ("reference", external))
        return moved / usual

    return make


def test_the_siphon_takes_revenue_of_counties_that_prefectures_manage(run, by_county):
    ratio = by_county("prefecture_siphon", lambda world: world.budget.own_revenue)
    managed = run("reference")[0].world.budget.managed  # by the province
    assert (ratio[~managed] < 0.95).all()
    assert ratio[managed].mean() == pytest.approx(1, abs=0.01)


def test_the_siphon_draws_people_to_districts_whose_prefecture_keeps_more(run):
    usual, moved = (run(name)[0].world for name in ("reference", "prefecture_siphon"))
    places, p = usual.places, usual.parameters
    more = moved.rates["attraction"] - usual.rates["attraction"]
    share = [1 - usual.budget.managed[places.prefecture_of_county == k].mean() for k in range(places.prefectures)]
    expected = p.governance.district_pull_of_retention * p.finance.retention_share * np.array(share)
    np.testing.assert_allclose(more[places.kind == Kind.DISTRICT], expected)
    np.testing.assert_array_equal(more[places.kind != Kind.DISTRICT], 0)
    assert 0 < expected.max() <= 0.1


def test_spillover_founds_firms_in_metropolitan_circles_and_commuting_stays_near(run):
    usual, moved = run("reference"), run("core_spillover")
    beyond = ~fringe(usual[0])
    founded = [sum(model.world.economy.founded[beyond].sum() for model in models) for models in (usual, moved)]
    assert founded[1] / founded[0] == pytest.approx(1, abs=0.05)
    for model in moved:
        people, places = model.world.residents, model.world.places
        works = people.living() & (people.employer == Employer.DISTRICTS) & (people.place < places.districts)
        counties = people.place[works] // 3
        structure = model.world.parameters.establishments
        assert (places.minutes_to_core(structure)[counties] < structure.commuting_minutes).all()


def test_the_red_line_takes_quota_everywhere(by_county):
    assert (by_county("farmland_red_line", lambda world: world.land.quota) < 0.9).all()


def frozen_by_arrears(model):
    """Return which counties (bool) began a year with arrears above the declared share of general expenditure."""
    table = model.indicators().set_index(["indicator", "group", "year"])["value"]
    arrears, spent = (table[name].unstack("year").loc[model.world.places.county_codes]
                      for name in ("arrears", "general_expenditure"))
    above = arrears > model.world.parameters.finance.staff_freeze * spent
    return above.drop(columns=model.config.end).any(axis=1).to_numpy()


def test_the_freeze_takes_posts_wherever_arrears_have_not_frozen_them_already(run):
    for usual, moved in zip(run("reference"), run("staff_quota_freeze"), strict=True):
        ratio, frozen = moved.world.budget.public_staff / usual.world.budget.public_staff, frozen_by_arrears(usual)
        assert 0 < frozen.mean() < 0.5
        assert (ratio <= 1).all()
        assert (ratio[~frozen] < 1).all()
        assert (ratio[~frozen] < 0.95).mean() > 0.95


def test_consolidation_keeps_no_school_that_the_reference_closes(by_county):
    ratio = by_county("school_consolidation", lambda world: world.stocks.village_schools.open)
    assert (ratio <= 1).all()
    assert (ratio < 0.95).mean() > 0.5


def test_the_debt_cap_binds(run):
    """Most counties have less room for special bonds than projects that would earn."""
    for model in run("fiscal_stress"):
        budget = model.world.budget
        capped = budget.room_special < budget.earning_projects * budget.pace
        assert capped.mean() > 0.5


def test_after_the_restrictions_conditions_are_those_of_the_reference(run):
    usual, moved = (run(name, 2023)[0].world for name in ("reference", "covid_2020_22"))
    for name in REGISTRY:
        np.testing.assert_array_equal(usual.rates[name], moved.rates[name], name)
    last = [model.observed.parts["flows"][-1]["persons"].sum() for model in (usual, moved)]
    assert last[1] > 0.95 * last[0]
