"""County money over the years: steady under steady conditions, and moving the way the sources say under shocks."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.indicators import finances
from sim.indicators.totals import OBSERVATIONS, Totals
from sim.processes import accounts, transfers


def whole(world):
    """Return the observations of all counties together after a year, by name."""
    together = Totals(finances.totals(world)).of_groups(np.ones((1, world.places.counties), bool))
    measures = [one.measure for one in OBSERVATIONS.values() if one.measure.__module__ == finances.__name__]
    return {measure.__name__: measure(together)[0] for measure in measures}


def years(world, count, **shocks):
    """Run a world; return the observations of each year and every county's accounts, by year."""
    path, counties = {2020: whole(world)}, {2020: Totals(finances.totals(world))}

    def keep(w):
        path[w.year], counties[w.year] = whole(w), Totals(finances.totals(w))

    world.run(count, after=keep, **shocks)
    return pd.DataFrame(path).T, counties


@pytest.fixture(scope="module")
def steady(treasury):
    """Return 15 years in which output, wages and land income grow at the trend."""
    return years(treasury(), 15)


@pytest.fixture(scope="module")
def slump(treasury):
    """Return a world whose land income is 0.56 of the trend from the second year on, and its years."""
    world = treasury()
    return world, *years(world, 5, land=[1, 0.56, 0.56, 0.56, 0.56])


def test_fifteen_steady_years_change_nothing_that_matters(steady):
    path, counties = steady
    assert path["fiscal_self_sufficiency"].between(47, 51).all()
    assert path["debt_ratio"].between(85, 97).all()
    assert (path["transfers"] / path["general_expenditure"]).between(0.41, 0.45).all()
    assert (path["capital_spending"] / path["general_expenditure"]).between(0.13, 0.15).all()
    assert (path["platform_debt"] / path["own_revenue"]).between(1.6, 1.75).all()
    assert (path["arrears"] == 0).all()
    for year in range(2021, 2036):
        ratio = finances.debt_ratio(counties[year]) / finances.debt_ratio(counties[2020])
        assert ((ratio > 0.82) & (ratio < 1.05)).all()


@pytest.mark.parametrize("growth", [0.0, 0.02, 0.06, -0.01])
def test_other_trends_are_steady_too(treasury, growth):
    path, _ = years(treasury(growth=growth), 15)
    assert (path["arrears"] <= 0.001 * path["general_expenditure"]).all()
    assert path["fiscal_self_sufficiency"].between(47, 51).all()
    assert path["debt_ratio"].between(80, 105).all()


def test_a_start_of_2011_is_steady_too(treasury):
    world = treasury(start=2011, end=2020)
    assert not world.budget.managed.any()
    assert whole(world)["fiscal_self_sufficiency"] == pytest.approx(50, abs=0.5)
    world.run(10)
    after = whole(world)
    assert after["fiscal_self_sufficiency"] == pytest.approx(50, abs=1.5)
    assert after["arrears"] == 0


def test_a_land_slump_cuts_capital_spending_and_raises_debt_ratios(steady, slump):
    """National land income fell to 0.77, 0.67 and 0.56 of 2021 in 2022-2024 (domain.md 2.6), here at once."""
    (before, _), (_, after, _) = steady, slump
    fall = after.loc[2022:, "capital_spending"] / before.loc[2022:2025, "capital_spending"]
    assert (fall < 0.8).all()
    assert (after.loc[2022:, "debt_ratio"] > before.loc[2022:2025, "debt_ratio"] + 3).all()
    assert after.loc[2022, "arrears"] > 0
    assert (after.loc[2022:, "land_income_net"] < 0.6 * before.loc[2022:2025, "land_income_net"]).all()


def test_arrears_come_first_where_land_mattered_most(slump):
    """Land sales were about a third of local incomes in 2010-12 (He, Nelson, Su, Zhang and Zhang): where it is more,
    its fall hurts first."""
    _, _, counties = slump
    base, first = counties[2020], counties[2022]
    dependence = base.land_income_net / base.general_expenditure
    hit = first.arrears > 0
    assert 0 < hit.sum() < len(hit)
    assert dependence[hit].min() > np.median(dependence)
    rank = pd.Series(dependence).corr(pd.Series(first.arrears / first.general_expenditure), method="spearman")
    assert rank > 0.5


def test_upkeep_is_cut_before_arrears_grow_and_services_adapt(slump):
    world, path, _ = slump
    assert world.budget.maintenance.min() < 1
    assert path.loc[2025, "arrears"] < path.loc[2022, "arrears"]
    assert world.budget.standard.min() < 0.95


def test_less_transfers_hurt_those_who_depend_on_them(treasury):
    world = treasury(drivers=(("transfers", "2020: 1, 2021: 0.85"),))
    world.run(2)
    other = treasury().run(2)
    fall = world.budget.general_expenditure / other.budget.general_expenditure
    poor = world.places.county_type == "population_loss"
    rich = world.places.county_type == "specialised_function"
    assert fall[poor].mean() < fall[rich].mean() < 1


def test_dearer_money_leaves_less_for_projects(treasury):
    dear = treasury(drivers=(("interest", "2020: 1.5"),)).run(3)
    cheap = treasury().run(3)
    assert (dear.budget.capital_spending < cheap.budget.capital_spending).all()


def test_equalisation_gives_more_for_need_and_less_for_capacity(treasury):
    world, more_old, richer = treasury(), treasury(), treasury()
    residents = more_old.counts.residents.copy()
    residents[:3, 5:] *= 2
    more_old.counts = dataclasses.replace(more_old.counts, residents=residents)
    richer.first_output[0] *= 1.3
    base, old, rich = (w.run(2).budget.transfers[0] for w in (world, more_old, richer))
    assert old > base > rich


def test_platforms_that_buy_land_owe_more_and_hold_land_income_up(treasury):
    world, without = treasury(), treasury().run(1)
    world.land.bought_by_platforms[:] = 1e6
    world.land.price[:, 1] = 2000.0
    world.run(1)
    room = without.budget.platform_room
    expected = np.maximum(world.land.bought_by_platforms * 2000.0 - room, 0)
    owed = world.budget.platform_debt - without.budget.platform_debt
    np.testing.assert_allclose(owed[expected == 0], 0)
    assert (owed[expected > 0] > 0).all()
    assert (expected > 0).any()
    np.testing.assert_allclose(world.budget.land_income_net, without.budget.land_income_net)


@pytest.mark.parametrize(("name", "change", "measure", "sign"), [
    ("tax_effort", 0.2, "own_revenue", 1), ("transfer_coverage", 0.3, "transfers", 1),
    ("bond_room", -1, "debt", -1), ("platform_borrowing", 1, "platform_debt", 1),
    ("retention_share", 0.1, "own_revenue", -1), ("transfer_retention", 0.1, "transfers", -1),
    ("capital_grant", 1e8, "capital_spending", 1),
    ("interest_cost", 0.5, "capital_spending", -1)])
def test_each_rate_moves_what_it_should(treasury, monkeypatch, name, change, measure, sign):
    plain, moved = treasury().run(2), treasury()
    set_rate = moved.rates.set
    monkeypatch.setattr(moved.rates, "set", lambda rate, value, *changes: set_rate(
        rate, value, *changes, *([change] if rate == name else [])))
    moved.run(2)
    assert sign * (whole(moved)[measure] - whole(plain)[measure]) > 0


def test_what_prefectures_keep_they_keep_of_their_counties(treasury):
    """The province pays as much as before; who deals with it directly is left alone."""
    usual, siphon = treasury().run(1), treasury(drivers=(("retention", "2020: 2"),)).run(1)
    kept = usual.config.parameters.finance.transfer_retention
    managed = usual.budget.managed
    ratio = siphon.budget.transfers / usual.budget.transfers
    np.testing.assert_allclose(ratio[~managed], (1 - 2 * kept) / (1 - kept))
    np.testing.assert_array_equal(ratio[managed], 1)
    given = [world.book.received(accounts.prefectures(world), transfers.TRANSFERS) for world in (usual, siphon)]
    np.testing.assert_allclose(given[1], given[0], rtol=1e-9)
    assert (siphon.budget.own_revenue[~managed] < 0.95 * usual.budget.own_revenue[~managed]).all()


@pytest.mark.parametrize("filled", [0.0, 0.4])
def test_posts_that_are_not_filled_are_lost(treasury, filled):
    usual, fewer = treasury(), treasury(drivers=(("public_staff", f"2020: {filled}"),))
    first = usual.budget.public_staff.copy()
    usual.run(1), fewer.run(1)
    leaving = usual.config.parameters.finance.staff_change * first
    hired = usual.budget.public_staff - first + leaving
    np.testing.assert_allclose(fewer.budget.public_staff, first - leaving + filled * hired)


def test_dearer_staff_leave_less_for_investment(treasury, monkeypatch):
    plain, moved = treasury().run(2), treasury()
    set_rate = moved.rates.set
    monkeypatch.setattr(moved.rates, "set", lambda rate, value, *changes: set_rate(
        rate, value, *changes, *([0.03] if rate == "public_wage" else [])))
    moved.run(2)
    assert moved.budget.capital_spending.sum() < plain.budget.capital_spending.sum()
    assert moved.budget.debt.sum() >= plain.budget.debt.sum()
