"""The double-entry ledger of all governments, in whole fen."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

OPENING, CLOSING = "opening", "closing"


class Account(NamedTuple):
    """One account of one or several holders, given by their rows in the ledger."""

    rows: np.ndarray
    name: str

    def of_many(self, size: int) -> "Account":
        """Return the account with a row for each of some amounts."""
        return Account(_as_many(self.rows, size), self.name)


class Flow(NamedTuple):
    """Payments of a year from one account to another under one item: rows of payers and payees, and fen."""

    payer: Account
    payee: Account
    item: str
    fen: np.ndarray


class Ledger:
    """Double-entry book of all governments in whole fen: each payment of one account is a receipt of another.

    Holders are governments, by code, and the sectors they deal with, by name. Each holder has accounts by name: the
    books of its cash, its liabilities (below zero) and its claims. All balances together are always zero.
    """

    def __init__(self) -> None:
        self.holders: list[str] = []
        self._rows: dict[str, int] = {}
        self._enrolled: dict[tuple[str, ...], np.ndarray] = {}  # rows of those who were asked for together
        self.balances: dict[str, np.ndarray] = {}  # fen by holder, for each name of account
        self.opening: dict[int, dict[str, np.ndarray]] = {}  # balances when a year began
        self._flows: dict[int, dict[tuple[str, str, str, int, bytes, bytes], Flow]] = {}
        self.begin(0)

    def enrol(self, *names: str) -> np.ndarray:
        """Return the rows of holders, of new ones too (int64, not to be written to)."""
        if names in self._enrolled:
            return self._enrolled[names]
        if new := [name for name in dict.fromkeys(names) if name not in self._rows]:
            self._rows |= {name: len(self.holders) + k for k, name in enumerate(new)}
            self.holders += new
            for account, fen in self.balances.items():
                self.balances[account] = np.pad(fen, (0, len(self.holders) - len(fen)))
        rows = self._enrolled[names] = np.array([self._rows[name] for name in names], np.int64)
        rows.flags.writeable = False
        return rows

    def begin(self, year: int) -> None:
        """Begin the accounts of a year."""
        self.year = year
        self.opening.setdefault(year, {name: fen.copy() for name, fen in self.balances.items()})
        self._flows.setdefault(year, {})

    def post(self, payer: Account, payee: Account, item: str, fen: int | np.ndarray) -> None:
        """Move amounts from one account to another, one for each pair of rows.

        Raises ValueError for an amount that is negative or not whole.
        """
        amounts = np.asarray(fen)
        if amounts.dtype.kind != "i" or amounts.min(initial=0) < 0:
            raise ValueError(f"a transfer is a whole number of fen >= 0, got {amounts!r}")
        size = max(payer.rows.size, payee.rows.size, amounts.size)
        amounts = _as_many(amounts.astype(np.int64), size)
        key = (payer.name, payee.name, item, size, payer.rows.tobytes(), payee.rows.tobytes())
        known = self._flows[self.year].get(key) or Flow(payer.of_many(size), payee.of_many(size), item, 0 * amounts)
        self._add(payer, -amounts)
        self._add(payee, amounts)
        self._flows[self.year][key] = known._replace(fen=known.fen + amounts)

    def _add(self, account: Account, amounts: np.ndarray) -> None:
        fen = self._account(account.name)
        if account.rows.size == 1:
            fen[account.rows] += amounts.sum()
        else:
            np.add.at(fen, account.rows, amounts)

    def of(self, account: Account) -> np.ndarray:
        """Return the balance of an account in fen, by row."""
        fen: np.ndarray = self._account(account.name)[account.rows]
        return fen

    def balance(self, holder: str) -> int:
        """Return the sum of a holder's accounts in fen."""
        if holder not in self._rows:
            return 0
        return sum(int(fen[self._rows[holder]]) for fen in self.balances.values())

    def flows(self, year: int | None = None) -> Iterator[Flow]:
        """Yield the payments of a year, the running one by default."""
        yield from self._flows[self.year if year is None else year].values()

    def received(self, account: Account, *items: str) -> np.ndarray:
        """Return the receipts of an account this year in fen, by row: of these items, or of all."""
        return self._moved(account, items, "payee")

    def paid(self, account: Account, *items: str) -> np.ndarray:
        """Return the payments of an account this year in fen, by row: of these items, or of all."""
        return self._moved(account, items, "payer")

    def table(self) -> pd.DataFrame:
        """Return the books of every year: year, holder, book, item, counterparty, yuan.

        Receipts are above and payments below zero; a book opens with the item `opening` and ends with `closing`.
        Names are categories.
        """
        parts = [part for year in self.opening for part in self._lines(year)]
        sizes = [len(part[-1]) for part in parts]
        years, holders, books, items, counterparties, fen = zip(*parts, strict=True) if parts else [()] * 6
        names = [*self.holders, ""]
        kind = pd.CategoricalDtype(sorted(names))
        code = kind.categories.get_indexer(names)
        known, year = np.unique(np.array(years, np.int64), return_inverse=True)
        book, item, amounts = pd.Categorical(books), pd.Categorical(items), _joined(fen)
        keys = (year.repeat(sizes), code[_joined(holders)], book.codes.repeat(sizes), item.codes.repeat(sizes),
                code[_joined(counterparties)])
        shape = (len(known), len(names), len(book.categories), len(item.categories), len(names))
        line = np.ravel_multi_index(tuple(key[amounts != 0] for key in keys), shape)  # each key as a digit
        order = np.argsort(line)
        first = np.flatnonzero(np.diff(line[order], prepend=-1))
        at = np.unravel_index(line[order][first], shape)
        return pd.DataFrame({
            "year": known[at[0]], "holder": pd.Categorical.from_codes(at[1], dtype=kind),
            "book": pd.Categorical.from_codes(at[2], dtype=book.dtype),
            "item": pd.Categorical.from_codes(at[3], dtype=item.dtype),
            "counterparty": pd.Categorical.from_codes(at[4], dtype=kind),
            "yuan": np.add.reduceat(amounts[amounts != 0][order], first) / 100})

    def _lines(self, year: int) -> Iterator[tuple[int, np.ndarray, str, str, np.ndarray, np.ndarray]]:
        """Yield year, rows of holders, book, item, rows of counterparties (-1 for none) and fen of each flow, twice,
        and of balances at both ends."""
        later = [other for other in self.opening if other > year]
        closing = self.opening[min(later)] if later else self.balances
        for flow in self.flows(year):
            for mine, other, sign in ((flow.payer, flow.payee, -1), (flow.payee, flow.payer, 1)):
                yield year, mine.rows, mine.name, flow.item, other.rows, sign * flow.fen
        for item, balances in ((OPENING, self.opening[year]), (CLOSING, closing)):
            for name, fen in balances.items():
                yield year, np.arange(len(fen)), name, item, np.full(len(fen), -1), fen

    def _moved(self, account: Account, items: tuple[str, ...], side: str) -> np.ndarray:
        fen = np.zeros(len(self.holders), np.int64)
        for flow in self.flows():
            of: Account = getattr(flow, side)
            if of.name == account.name and (not items or flow.item in items):
                np.add.at(fen, of.rows, flow.fen)
        moved: np.ndarray = fen[account.rows]
        return moved

    def _account(self, name: str) -> np.ndarray:
        if name not in self.balances:
            self.balances[name] = np.zeros(len(self.holders), np.int64)
        return self.balances[name]


def _as_many(values: np.ndarray, size: int) -> np.ndarray:
    return values if values.shape == (size,) else np.broadcast_to(values, (size,))


def _joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0, np.int64), *parts])
