"""The accounts of public finance: who holds them, what they are called, and yuan in whole fen."""

import numpy as np

from sim.state.ledger import Account
from sim.state.world import World

GENERAL, FUND, PLATFORM = "general", "fund", "platform"
"""Books that hold a government's cash: general public budget, government fund, and the platform off the books."""

GENERAL_DEBT, SPECIAL_DEBT, PLATFORM_DEBT, ARREARS = "general_debt", "special_debt", "platform_debt", "arrears"
"""Accounts of a county's liabilities; their balances are below zero."""

CASH, CLAIMS = "cash", "claims"
"""Accounts of the sectors outside government."""

SECTORS = (CENTRE, FIRMS, RESIDENTS, LAND_BUYERS, LANDHOLDERS, BONDHOLDERS, CONTRACTORS, PROVIDERS, STAFF, PENSIONERS,
           DISTRICTS) = ("central_government", "firms", "residents", "land_buyers", "landholders", "bondholders",
                         "contractors", "service_providers", "public_staff", "pensioners", "districts")


def counties(world: World, name: str) -> Account:
    """Return an account of every county."""
    return Account(world.once(_county_rows), name)


def prefectures(world: World) -> Account:
    """Return the general budget of every prefecture."""
    return Account(world.once(_prefecture_rows), GENERAL)


def superiors(world: World) -> Account:
    """Return the general budget of each county's prefecture."""
    return Account(world.once(_superior_rows), GENERAL)


def province(world: World) -> Account:
    """Return the general budget of the province."""
    return Account(world.book.enrol(province_code(world)), GENERAL)


def _county_rows(world: World) -> np.ndarray:
    return world.book.enrol(*world.places.county_codes)


def _prefecture_rows(world: World) -> np.ndarray:
    return world.book.enrol(*world.places.prefecture_codes)


def _superior_rows(world: World) -> np.ndarray:
    return world.once(_prefecture_rows)[world.places.prefecture_of_county]


def province_code(world: World) -> str:
    """Return the code of the province, of which those of its prefectures are made."""
    return world.places.prefecture_codes[0][:2] + "0000"


def sector(world: World, name: str, account: str = CASH) -> Account:
    """Return an account of a sector outside government."""
    return Account(world.book.enrol(name), account)


def fen(yuan) -> np.ndarray:
    """Return yuan as whole fen (int64), negative amounts as zero."""
    return np.rint(100 * np.maximum(yuan, 0.0)).astype(np.int64)


def yuan(amount: np.ndarray) -> np.ndarray:
    """Return fen as yuan (float64)."""
    return amount / 100.0
