"""Governments of three tiers: Mesa agents, because they decide one by one, each with a double-entry ledger."""

from collections import defaultdict

import mesa


class Ledger:
    """Double-entry book of all governments in whole fen: what one side pays another receives.

    Accounts are keys (holder, name); balances always sum to zero.
    """

    def __init__(self):
        self.balances: dict[tuple[str, str], int] = defaultdict(int)

    def transfer(self, payer: tuple[str, str], payee: tuple[str, str], fen: int) -> None:
        """Move an amount from one account to another.

        Raises ValueError for an amount that is negative or not whole.
        """
        if not isinstance(fen, int) or fen < 0:
            raise ValueError(f"a transfer is a whole number of fen >= 0, got {fen!r}")
        self.balances[payer] -= fen
        self.balances[payee] += fen

    def balance(self, holder: str) -> int:
        """Return the sum of a holder's accounts in fen."""
        return sum(fen for (who, _), fen in self.balances.items() if who == holder)


class Government(mesa.Agent):
    """One government: its code and names, the tier above it and the book it keeps its accounts in."""

    def __init__(self, model: mesa.Model, code: str, name_zh: str, name_en: str, ledger: Ledger,
                 superior: "Government | None" = None):  # fmt: skip
        super().__init__(model)
        self.code, self.name_zh, self.name_en = code, name_zh, name_en
        self.ledger, self.superior = ledger, superior

    @property
    def balance(self) -> int:
        """Sum of its accounts in fen."""
        return self.ledger.balance(self.code)


class Province(Government):
    """The province guides."""


class Prefecture(Government):
    """A prefecture-level city answers for its counties."""


class County(Government):
    """A county implements; it has a type and, where the province manages its finance, deals with it directly."""

    def __init__(self, model, code, name_zh, name_en, ledger, superior, county_type: str):
        super().__init__(model, code, name_zh, name_en, ledger, superior)
        self.county_type = county_type
