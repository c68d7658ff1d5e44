"""Measures are data: nothing without doses, delivered as far as money goes, and moving what they declare."""

import numpy as np
import pandas as pd
import pytest

from sim.config.files import load_measures
from sim.policy import plan, programme
from sim.state.rates import REGISTRY

MEASURES = load_measures()
LEVERS = plan.levers_of(MEASURES)

@pytest.fixture(scope="module")
def nothing(run):
    return run()


@pytest.fixture(scope="module")
def everything(run):
    return run(doses={"all": 1}, funding={"guaranteed": True})


@pytest.fixture(scope="module")
def unfunded(run):
    return run(doses={"all": 1}, funding={"reprioritised": 0.3})


def paid_by_county(model):
    return model.world.programme.by_county(model.world.programme.paid)


def whole(model, indicator, year=2026):
    table = model.indicators().query("group == 'all_counties' and indicator == @indicator and year == @year")
    return table["value"].iloc[0]


def test_the_measures_are_in_the_five_groups_of_the_document_and_none_is_empty():
    sizes = pd.Series([one.group for one in MEASURES.values()]).value_counts()
    assert sizes.to_dict() == {"industry": 5, "facilities": 5, "services": 6, "environment": 6, "institutions": 4}
    assert all(lever.effects for one in MEASURES.values() for lever in one.levers.values())
    assert all(len(MEASURES[name].levers) >= 4 for name in ("citizenization", "land_use", "investment_financing"))


@pytest.mark.parametrize("name", MEASURES)
def test_effects_name_known_rates_places_types_and_measures(name, world):
    for lever in MEASURES[name].levers.values():
        for effect in lever.effects:
            assert effect.rate in REGISTRY
            assert not effect.kinds or REGISTRY[effect.rate].scope == "place"
            assert set(effect.needs) <= set(MEASURES) - {name}
            assert set(effect.types) <= set(world.places.county_type)
            assert len(effect.source) > 3
            if effect.rate in ("attraction", "consideration", "conversion"):
                assert name in ("transport", "citizenization") or effect.grade == "derived", "no evidence, no moves"


def test_zero_doses_are_the_baseline_bit_for_bit(run, nothing, assert_equal):
    zero = run(doses={"all": 0}, by_type={"key_ecological": {"doses": {"sewage": 0}}}, priority=["sewage"],
               funding={"grant": 100, "guaranteed": True, "match": 1})
    assert_equal(nothing, zero)
    pd.testing.assert_frame_equal(nothing.ledger.table(), zero.ledger.table())


def test_doses_are_delivered_after_they_are_paid_and_never_beyond_the_plan(everything):
    doses = everything.world.observed.table("doses")
    assert (doses["delivered"] <= doses["target"] + 1e-12).all()
    assert (doses["funded"] <= doses["wanted"] + 1e-12).all()
    by_year = doses.groupby("year")["delivered"].mean()
    assert (by_year.loc[:2023] == 0).all()  # begun in 2023, paid when that year is closed
    assert by_year[2024] > 0
    assert (by_year.diff().dropna() >= -1e-12).all()


def test_money_that_is_not_there_delivers_less(everything, unfunded):
    funded, lacking = (model.world.programme.delivered.mean() for model in (everything, unfunded))
    assert 0 < lacking < 0.7 * funded


def test_a_land_slump_cuts_delivery_most_where_land_income_was_highest(run, unfunded):
    slump = run(doses={"all": 1}, funding={"reprioritised": 0.3}, external="land_market_slump")
    counties = slump.world.places.counties
    with_market, without = (model.world.programme.delivered[:, :counties].mean(0) for model in (unfunded, slump))
    assert without.mean() < with_market.mean()
    share = unfunded.world.budget.land_income_net / unfunded.world.budget.general_expenditure
    high = share > np.median(share)
    lost = with_market - without
    assert lost[high].mean() > lost[~high].mean()


def test_what_is_paid_is_in_the_ledger_and_the_books_close(everything):
    table = everything.ledger.table()
    measures = table[(table["item"] == "measures") & (table["book"] == "fund")]
    paid = measures[measures["year"] == 2026].set_index("holder")["yuan"]
    codes = everything.world.places.county_codes
    np.testing.assert_allclose(-paid.reindex(codes).fillna(0), paid_by_county(everything), atol=0.01)
    moved = table[~table["item"].isin(["opening", "closing"])]
    assert abs(moved["yuan"].sum()) < 1
    grants = table[table["item"] == "measure_grants"]
    assert grants["yuan"].gt(0).any()


@pytest.mark.parametrize("lever", LEVERS)
def test_each_lever_moves_its_rates_in_the_declared_direction(lever, world):
    """The rule alone: a full dose that stands, and all that it needs, change the rate by the declared size."""
    world.programme = programme.initial(world)
    name, _, part = lever.partition(".")
    p = world.programme
    p.target[LEVERS.index(lever)] = 1
    for other in range(len(LEVERS)):
        if LEVERS[other] == lever or any(LEVERS[other].startswith(f"{need}.") for effect in
                                         MEASURES[name].levers[part].effects for need in effect.needs):
            p.funded[other] = 1
    for _ in range(MEASURES[name].lag_years + 1):
        programme.deliver(world)
    for effect in MEASURES[name].levers[part].effects:
        if effect.value == 0:
            assert effect.rate not in world.rates.moved, "no evidence, no effect"
            continue
        change = programme.change(world, name, lever, effect)
        assert any(change is one or np.array_equal(change, one) for one in world.rates.moved[effect.rate])
        factor = np.array([effect.types.get(kind, 1.0) for kind in world.places.county_type])
        if effect.population_loss_only:
            factor = factor * (world.baseline.counties["population_loss_flag"].to_numpy(int) == 1)
        if REGISTRY[effect.rate].scope == "area":
            np.testing.assert_allclose(change[: world.places.counties], effect.value * factor)
        else:
            kinds = [effect.kinds.get(kind, 0.0 if effect.kinds else 1.0) for kind in programme.KINDS]
            np.testing.assert_allclose(world.places.by_kind(change), effect.value * np.outer(factor, kinds))
            assert not change[world.places.districts :].any()


@pytest.mark.parametrize(("dose", "saturation"), [(0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.5, 0.0)])
def test_saturation_leaves_the_ends_where_they_are(dose, saturation):
    assert programme.saturated(np.array(dose), saturation) == pytest.approx(dose)


def test_high_doses_add_less():
    steps = np.diff(programme.saturated(np.linspace(0, 1, 11), 1.0))
    assert (np.diff(steps) < 0).all()


def test_a_missing_partner_weakens_a_measure(world):
    """Parity of services is of little use without school places (design page of measures: interactions)."""
    world.programme = programme.initial(world)
    p = world.programme
    p.target[:] = 1
    p.funded[LEVERS.index("citizenization.service_parity")] = 1
    programme.deliver(world)
    alone = sum(world.rates.moved["service_parity"])[0]
    p.funded[LEVERS.index("education_resources.education_resources")] = 1
    programme.deliver(world)
    assert sum(world.rates.moved["service_parity"])[0] == pytest.approx(2 * alone)


def test_the_narrower_entry_wins(world, make_policy):
    code = world.places.county_codes[3]
    kind = world.places.county_type[3]
    policy = make_policy(
        doses={"all": 0.1, "sewage": 0.2}, by_type={kind: {"doses": {"sewage": 0.3, "land_use": 0.4}}},
        by_county={code: {"doses": {"sewage": 0.5, "land_use.quota": 0.0}}})
    world.config = world.config.model_copy(update={"policy": policy})
    planned = dict(zip(LEVERS, programme.targets(world, policy, LEVERS)[:, 3], strict=True))
    assert planned["sewage.sewage"] == 0.5
    assert planned["land_use.quota"] == 0.0
    assert planned["land_use.idle_land"] == 0.4
    assert planned["heritage.heritage"] == 0.1


def test_funded_measures_move_the_indicators_they_are_meant_for(run, nothing):
    """Paired by seed: half of what a full dose declares stands three years after the start."""
    names = ("medical_services", "elderly_childcare", "sewage", "solid_waste", "citizenization", "trade_logistics")
    some = run(doses=dict.fromkeys(names, 1.0), funding={"guaranteed": True})
    for name, least in (("hospital_beds", 0.3), ("sewage_collection", 5.5), ("childcare_places", 0.75),
                        ("nursing_beds_share", 3.5), ("waste_incineration", 4), ("output", 1e9),
                        ("rural_income", 50), ("hukou_urbanization", 0.02)):
        assert whole(some, name) - whole(nothing, name) > least, name


def test_money_goes_by_priority_and_the_others_share(world, make_policy):
    world.config = world.config.model_copy(update={"policy": make_policy(
        doses={"all": 1}, priority=["sewage"], start="2021Q1")})
    world.programme = programme.initial(world)
    programme.request(world)
    p, counties = world.programme, world.places.counties
    sewage = LEVERS.index("sewage.sewage")
    cost = p.capital_cost[:, :counties]
    means = cost[sewage] + 0.25 * (cost.sum(0) - cost[sewage])
    paid = programme.fund(world, means)
    np.testing.assert_allclose(paid, means)
    share = (p.funded[:, :counties] / np.where(p.capital_cost > 0, p.wanted, np.nan)[:, :counties])
    np.testing.assert_allclose(share[sewage], 1)
    others = np.delete(share, sewage, axis=0)
    np.testing.assert_allclose(others[np.isfinite(others)], 0.25)
