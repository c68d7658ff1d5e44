"""Every ledger of public finance closes to zero every year, whatever land, taxes and transfers do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .test_ledger import closes

CASH = ("general", "fund", "platform")
OWED = ("general_debt", "special_debt", "platform_debt", "arrears")


@settings(max_examples=8)
@given(st.lists(st.floats(0, 3), min_size=2, max_size=2), st.floats(0, 2), st.floats(-0.1, 0.1))
def test_every_ledger_closes_in_good_years_and_bad(treasury, land, transfers, growth):
    world = treasury(growth=growth, drivers=(("transfers", f"2020: {transfers}"),))
    world.land.bought_by_platforms[::2] = 1e6
    world.run(2, land=land)
    table = closes(world.book)
    codes = world.places.county_codes
    closing = table[(table["item"] == "closing") & table["holder"].isin(codes)]
    assert (closing.loc[closing["book"].isin(CASH), "yuan"] >= 0).all()
    assert (closing.loc[closing["book"].isin(OWED), "yuan"] <= 0).all()
    assert (closing.loc[closing["book"].isin(CASH[1:]), "yuan"] == 0).all()
    above = table[(table["item"] == "closing") & table["holder"].isin([*world.places.prefecture_codes, "370000"])]
    assert above.empty  # nothing is left over


@pytest.fixture(scope="module")
def slump(treasury):
    """Return a treasury after a slump of land, and what it owed at the end of each year."""
    owed = []
    world = treasury().run(4, land=[1, 0.4, 0.4, 0.6], after=lambda w: owed.append(w.budget.debt.copy()))
    return world, owed


def test_debt_is_what_was_borrowed_less_what_was_repaid(slump):
    world, _ = slump
    table = world.book.table()
    table = table[table["holder"].isin(world.places.county_codes)]
    for book in ("general_debt", "special_debt", "platform_debt"):
        moves = table[(table["book"] == book) & ~table["item"].isin(["opening", "closing"])]
        owed = -moves.groupby("holder")["yuan"].sum().reindex(world.places.county_codes, fill_value=0.0)
        ledger = -world.book.balances[book][world.book.enrol(*world.places.county_codes)] / 100
        np.testing.assert_allclose(owed, ledger, rtol=1e-12)
    borrowed = table[table["item"].isin(["general_bonds", "bridging_loans"])]
    assert len(borrowed[borrowed["book"] == "general"]) == len(borrowed[borrowed["book"] == "general_debt"]) > 0


def test_arrears_are_obligations_less_payments_and_are_paid_first_next_year(slump):
    world, _ = slump
    table = world.book.table()
    mine = table[table["holder"].isin(world.places.county_codes)]
    made = mine[(mine["book"] == "arrears") & (mine["item"] == "arrears")].groupby("year")["yuan"].sum()
    paid = mine[(mine["book"] == "general") & (mine["item"] == "old_arrears")].groupby("year")["yuan"].sum()
    assert made[2022] < 0
    assert paid[2023] == pytest.approx(made[2022])
    assert -made.sum() + paid.sum() == pytest.approx(world.budget.arrears.sum())


def test_observed_accounts_are_those_of_the_ledger(slump):
    world, owed = slump
    b, table = world.budget, world.book.table()
    table = table[(table["year"] == 2024) & table["holder"].isin(world.places.county_codes)]
    general = table[table["book"] == "general"].groupby("item")["yuan"].sum()
    assert b.transfers.sum() == pytest.approx(general["transfers"])
    assert b.own_revenue.sum() == pytest.approx(
        general[["tax_on_output", "tax_on_wages", "deed_tax", "other_own_revenue"]].sum())
    closing = table[(table["item"] == "closing") & table["book"].isin(["general_debt", "special_debt"])]
    assert b.debt.sum() == pytest.approx(-closing["yuan"].sum())
    np.testing.assert_array_equal(b.debt, owed[-1])
