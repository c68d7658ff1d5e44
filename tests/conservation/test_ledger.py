"""Money: what one account pays another receives, in whole fen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.state.ledger import Account, Ledger

HOLDERS = ("province", "prefecture", "county")
ROWS = st.lists(st.integers(0, 2), min_size=3, max_size=3).map(np.array)
ACCOUNTS = st.tuples(ROWS, st.sampled_from(["general", "fund", "debt"]))
POSTINGS = st.lists(
    st.tuples(ACCOUNTS, ACCOUNTS, st.sampled_from(["tax", "land"]), st.lists(st.integers(0, 10**15), min_size=3,
                                                                            max_size=3), st.booleans()),
    max_size=20)


def closes(ledger):
    """Require opening + receipts - payments = closing of every book in every year, and each year to sum to zero."""
    table = ledger.table()
    fen = np.rint(100 * table["yuan"]).astype(np.int64)
    ends = table["item"] == "closing"
    sums = (fen * np.where(ends, -1, 1)).groupby([table["year"], table["holder"], table["book"]]).sum()
    assert (sums == 0).all()
    for part in (~table["item"].isin(["opening", "closing"]), table["item"] == "opening", ends):
        assert (fen[part].groupby(table["year"][part]).sum() == 0).all()
    return table


@given(POSTINGS)
def test_any_postings_close_to_zero_every_year(postings):
    ledger, expected = Ledger(), {}
    ledger.enrol(*HOLDERS)
    for (payers, out), (payees, into), item, fen, next_year in postings:
        ledger.post(Account(payers, out), Account(payees, into), item, np.array(fen))
        for payer, payee, amount in zip(payers, payees, fen, strict=True):
            expected[payer, out] = expected.get((payer, out), 0) - amount
            expected[payee, into] = expected.get((payee, into), 0) + amount
        assert sum(int(balance.sum()) for balance in ledger.balances.values()) == 0
        if next_year:
            ledger.begin(ledger.year + 1)
    for (row, name), amount in expected.items():
        assert ledger.of(Account(np.array([row]), name)) == amount
    for row, holder in enumerate(HOLDERS):
        assert ledger.balance(holder) == sum(amount for (who, _), amount in expected.items() if who == row)
    closes(ledger)


def test_receipts_and_payments_of_the_year_are_kept_by_item():
    ledger = Ledger()
    county, firms = (Account(ledger.enrol(name), book) for name, book in (("county", "general"), ("firms", "cash")))
    ledger.begin(2021)
    ledger.post(firms, county, "tax", 5)
    ledger.post(firms, county, "tax", 2)
    ledger.post(county, firms, "grant", 3)
    assert (ledger.received(county), ledger.received(county, "grant"), ledger.paid(county, "grant")) == (7, 0, 3)
    ledger.begin(2022)
    assert (ledger.received(county), ledger.of(county)) == (0, 4)
    table = ledger.table().query("holder == 'county'").set_index(["year", "item"])["yuan"]
    assert table.to_dict() == {
        (2021, "tax"): 0.07, (2021, "grant"): -0.03, (2021, "closing"): 0.04, (2022, "opening"): 0.04,
        (2022, "closing"): 0.04}


@pytest.mark.parametrize("fen", [-1, [1, -1], 0.5, 1.0, "1", None, 2**64, True])
def test_an_amount_that_is_negative_or_not_whole_is_refused_and_changes_nothing(fen):
    ledger = Ledger()
    rows = ledger.enrol("province", "county")
    with pytest.raises(ValueError, match="whole number of fen"):
        ledger.post(Account(rows, "general"), Account(rows[::-1], "general"), "grant", fen)
    assert not ledger.balances
    assert not list(ledger.flows())


def test_holders_keep_their_rows_when_others_come():
    ledger = Ledger()
    first = ledger.enrol("a", "b")
    ledger.post(Account(first[:1], "general"), Account(first[1:], "general"), "grant", 4)
    assert list(ledger.enrol("b", "c", "a")) == [1, 2, 0]
    assert list(ledger.balances["general"]) == [-4, 4, 0]
    assert (ledger.balance("a"), ledger.balance("c"), ledger.balance("nobody")) == (-4, 0, 0)


def test_governments_share_one_book(finished):
    holders = [finished.province, *finished.prefectures.values(), *finished.counties.values()]
    assert finished.ledger is finished.world.book
    assert all(government.balance == finished.ledger.balance(government.code) / 100 for government in holders)
    assert {government.code for government in holders} <= set(finished.ledger.holders)
    assert len(holders) == len({government.code for government in holders}) == 1 + 16 + 78
    assert all(county.superior in holders for county in finished.counties.values())
    managed = [county for county in finished.counties.values() if county.superior is finished.province]
    assert len(managed) == 41


@pytest.mark.parametrize("rows", [(2, 3), (1, 0), (0, 2)])
def test_rows_that_are_not_as_many_are_refused_and_change_nothing(rows):
    ledger = Ledger()
    known = ledger.enrol("province", "county", "firms")
    payer, payee = (Account(known[:count], "general") for count in rows)
    with pytest.raises(ValueError):
        ledger.post(payer, payee, "grant", 1)
    assert not ledger.balances
    assert not list(ledger.flows())
