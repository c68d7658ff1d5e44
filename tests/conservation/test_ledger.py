"""Money: what one account pays another receives, in whole fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.governments import Ledger

ACCOUNTS = st.tuples(st.sampled_from(["province", "prefecture", "county"]), st.sampled_from(["general", "land"]))
TRANSFERS = st.lists(st.tuples(ACCOUNTS, ACCOUNTS, st.integers(0, 10**18)), max_size=30)


@given(TRANSFERS)
def test_balances_sum_to_zero_and_follow_every_transfer(transfers):
    ledger = Ledger()
    expected = {}
    for payer, payee, fen in transfers:
        ledger.transfer(payer, payee, fen)
        expected[payer] = expected.get(payer, 0) - fen
        expected[payee] = expected.get(payee, 0) + fen
        assert sum(ledger.balances.values()) == 0
    assert ledger.balances == expected
    for holder in ("province", "prefecture", "county"):
        assert ledger.balance(holder) == sum(fen for (who, _), fen in expected.items() if who == holder)


@given(st.one_of(st.integers(max_value=-1), st.floats(), st.just("1"), st.none()))
def test_an_amount_that_is_negative_or_not_whole_is_refused_and_changes_nothing(fen):
    ledger = Ledger()
    with pytest.raises(ValueError, match="whole number of fen"):
        ledger.transfer(("province", "general"), ("county", "general"), fen)
    assert not ledger.balances


def test_governments_share_one_book(finished):
    holders = [finished.province, *finished.prefectures.values(), *finished.counties.values()]
    assert len({id(government.ledger) for government in holders}) == 1
    assert len(holders) == len({government.code for government in holders}) == 1 + 16 + 78
    assert all(county.superior in holders for county in finished.counties.values())
    managed = [county for county in finished.counties.values() if county.superior is finished.province]
    assert len(managed) == 41
