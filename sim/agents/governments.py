"""Governments of three tiers: Mesa agents, because they decide one by one; they share one double-entry ledger."""

import mesa

from sim.agents.ledger import Ledger

__all__ = ["County", "Government", "Ledger", "Prefecture", "Province"]


class Government(mesa.Agent):
    """One government: its code and names, the tier above it and the book it keeps its accounts in."""

    def __init__(self, model: mesa.Model, code: str, name_zh: str, name_en: str, ledger: Ledger,
                 superior: "Government | None" = None):
        super().__init__(model)
        self.code, self.name_zh, self.name_en = code, name_zh, name_en
        self.ledger, self.superior = ledger, superior
        ledger.enrol(code)

    @property
    def balance(self) -> int:
        """Sum of its accounts in fen: what it holds and is owed less what it owes."""
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
