"""Public finance: first accounts as imputed, taxes shared as declared, plans in the order of obligations."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.baseline.figures import Basis
from sim.indicators import finances
from sim.indicators.totals import Totals
from sim.processes import accounts, conditions, finance, plans, transfers
from sim.state.counts import Band
from sim.state.residents import Work

from ..treasury import PRICE

TYPES = {"metropolitan_fringe": 0.60, "specialised_function": 0.65, "agricultural_production": 0.35,
         "key_ecological": 0.35, "population_loss": 0.28}


@pytest.mark.parametrize(("name", "value"), TYPES.items())
def test_the_initial_state_and_the_first_year_have_the_imputed_self_sufficiency(treasury, name, value):
    world = treasury()
    mine = world.places.county_type == name
    for _ in range(2):
        b = world.budget
        assert b.own_revenue[mine].sum() / b.general_expenditure[mine].sum() == pytest.approx(value, abs=0.005)
        world.run(1)


def test_the_level_of_revenue_is_plausible(treasury):
    world = treasury()
    output = world.baseline.gdp_2020["gdp_yi"].sum() * 1e8
    assert 0.06 < world.budget.own_revenue.sum() / output < 0.07
    people = transfers.by_age(world).sum(1)
    assert world.budget.general_expenditure.sum() / people.sum() < 11_793e8 / 101.7e6  # the province, 2021


def test_figures_of_a_user_replace_imputed_ones(treasury):
    code = treasury().places.county_codes[0]
    own = {"own_revenue": 2e9, "general_expenditure": 4e9, "debt": 3e9, "platform_debt": 1e9, "land_income": 1e9}
    world = treasury(own=pd.DataFrame({"adcode": code, "variable": [*own], "value": [*own.values()]}))
    b = world.budget
    assert (b.own_revenue[0], b.debt[0], b.platform_debt[0]) == (2e9, 3e9, 1e9)
    assert b.general_expenditure[0] == pytest.approx(4e9)
    for name in own:
        assert list(world.figures.basis[name][:2]) == [Basis.OWN, Basis.IMPUTED_BY_TYPE]
    world.run(1)
    assert b.own_revenue[0] == pytest.approx(2e9 * b.pace, rel=0.01)
    assert b.debt[0] / b.own_revenue[0] == pytest.approx(1.5, rel=0.05)


def test_tax_is_shared_among_the_tiers_as_declared(treasury):
    world = treasury()
    world.run(1)
    p = world.parameters.finance
    table = world.book.table().query("year == 2021 and item == 'tax_on_output' and yuan > 0")
    part = table.groupby("holder")["yuan"].sum()
    total = part.sum()
    assert part["central_government"] / total == pytest.approx(p.central_share_output)
    local = total - part["central_government"]
    assert part["370000"] / local == pytest.approx(p.province_share)
    codes = world.places.county_codes
    managed = dict(zip(codes, world.budget.managed, strict=True))
    kept = part.reindex(world.places.prefecture_codes).sum()
    rest = part.reindex([code for code in codes if not managed[code]]).sum() + kept
    assert world.budget.managed.sum() == 41
    assert kept / rest == pytest.approx(p.retention_share)


def test_managed_counties_get_transfers_from_the_province_and_others_from_the_prefecture(treasury):
    world = treasury().run(1)
    table = world.book.table().query("item == 'transfers' and yuan > 0")
    table = table[table["holder"].isin(world.places.county_codes)]
    payer = table.set_index("holder")["counterparty"].reindex(world.places.county_codes)
    np.testing.assert_array_equal(payer == "370000", world.budget.managed)
    upper = np.array(world.places.prefecture_codes)[world.places.prefecture_of_county]
    np.testing.assert_array_equal(payer[~world.budget.managed], upper[~world.budget.managed])


def test_farming_pays_no_tax(treasury):
    plain, farms = treasury(), treasury()
    farms.first_output[:, Work.FARMING] = 1e9
    assert (farms.run(1).book.received(accounts.counties(farms, "general"), "tax_on_output")
            == plain.run(1).book.received(accounts.counties(plain, "general"), "tax_on_output")).all()


def test_homes_sold_are_taxed_once(treasury):
    world = treasury()
    world.run(2)
    tax = world.book.received(accounts.counties(world, "general"), "deed_tax") / 100
    homes = world.places.of_counties(world.yearly_homes)
    expected = world.parameters.finance.deed_tax * homes * PRICE * world.budget.pace * world.budget.effort
    np.testing.assert_allclose(tax, expected, rtol=1e-9)


def begun(world):
    """Begin the first year of a world."""
    conditions.drive(world)
    finance.budget(world)
    return world


def test_plans_fit_expected_means_and_keep_the_order(treasury):
    world = begun(treasury())
    b, plan = world.budget, {item: fen / 100 for item, fen in world.budget.plan.items()}
    assert (b.maintenance == 1).all()
    assert list(b.plan) == [*plans.ORDER]
    poor = treasury()
    poor.budget.own_revenue = poor.budget.own_revenue * 0.85
    begun(poor)
    short = {item: fen / 100 for item, fen in poor.budget.plan.items()}
    for item in (plans.PAY, plans.PENSIONS, plans.INTEREST, plans.SERVICES):
        np.testing.assert_array_equal(short[item], plan[item])
    cut = short[plans.UPKEEP] < plan[plans.UPKEEP]
    assert cut.any()
    assert (short[plans.INVESTMENT][cut] == 0).all()
    assert (poor.budget.maintenance >= world.parameters.finance.upkeep_floor).all()


def test_staff_pensions_and_interest_are_paid_in_any_case(treasury):
    world = begun(treasury())
    world.first_output[:] = 0
    world.economy.output = np.zeros_like(world.economy.output)
    world.economy.wage_bill = np.zeros_like(world.economy.output)
    world.budget.transfer_plan[:] = 0
    for _ in range(4):
        finance.collect(world)
        world.quarter += 1
    world.quarter -= 1
    finance.close(world)
    county, b = accounts.counties(world, "general"), world.budget
    for item in plans.CERTAIN:
        np.testing.assert_array_equal(world.book.paid(county, item), b.plan[item])
    assert (b.arrears > 0).all()
    np.testing.assert_allclose(b.arrears, (b.plan[plans.SERVICES] + b.plan[plans.UPKEEP]) / 100)
    assert (world.book.of(county) == 0).all()
    assert (world.book.received(county, "bridging_loans") > 0).all()


def test_no_room_for_bonds_above_the_limit(treasury):
    code = treasury().places.county_codes[0]
    world = begun(treasury(own=pd.DataFrame({"adcode": [code], "variable": ["debt"], "value": [1e11]})))
    assert world.budget.room_general[0] == world.budget.room_special[0] == 0
    assert (world.budget.room_general[1:] > 0).all()


def test_public_staff_starts_as_found_and_follows_need_slowly(treasury):
    world = treasury()
    found = world.labour.employed[: world.places.districts, Work.PUBLIC_SERVICES].reshape(-1, 3).sum(1) * 1000
    np.testing.assert_array_equal(begun(world).budget.public_staff, found)
    four_times = np.where(np.arange(len(Band)) < Band.OLDER, 4, 1)
    world.counts = dataclasses.replace(world.counts, residents=world.counts.residents * four_times)
    world.quarter += 4
    begun(world)
    np.testing.assert_allclose(world.budget.public_staff, found * (1 + world.parameters.finance.staff_change))


def test_groups_are_sums_and_ratios_of_sums(treasury):
    world = treasury().run(1)
    a = Totals(finances.totals(world))
    two = a.of_groups(np.arange(78)[None] < 2)
    assert two.own_revenue[0] == a.own_revenue[:2].sum()
    ratio = 100 * a.own_revenue[:2].sum() / a.general_expenditure[:2].sum()
    assert finances.fiscal_self_sufficiency(two)[0] == pytest.approx(ratio)
