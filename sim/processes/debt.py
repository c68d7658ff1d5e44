"""Debt of counties: borrowing and repayment, the debt ratio, and how much more a county may borrow."""

import numpy as np

from sim.policy import tiers
from sim.processes import accounts
from sim.processes.accounts import BONDHOLDERS, CLAIMS, GENERAL_DEBT, PLATFORM_DEBT, SPECIAL_DEBT, fen, yuan
from sim.state.world import World


def owed(world: World, name: str) -> np.ndarray:
    """Return the debt of each county under a name, in yuan."""
    return yuan(-world.book.of(accounts.counties(world, name)))


def borrow(world: World, cash: str, debt: str, item: str, amount: np.ndarray) -> None:
    """Let counties borrow fen: cash comes in and the debt grows by as much."""
    world.book.post(accounts.sector(world, BONDHOLDERS), accounts.counties(world, cash), item, amount)
    world.book.post(accounts.counties(world, debt), accounts.sector(world, BONDHOLDERS, CLAIMS), item, amount)


def repay(world: World, cash: str, debt: str, amount: np.ndarray) -> None:
    """Let counties repay fen: cash goes out and the debt falls by as much."""
    world.book.post(accounts.counties(world, cash), accounts.sector(world, BONDHOLDERS), "repayment", amount)
    world.book.post(accounts.sector(world, BONDHOLDERS, CLAIMS), accounts.counties(world, debt), "repayment", amount)


def roll_over(world: World, cash: str, debt: str) -> None:
    """Repay the bonds that mature this year, and replace the declared share of them by new ones."""
    p = world.parameters.finance
    matured = fen(p.repayment * owed(world, debt))
    repay(world, cash, debt, matured)
    borrow(world, cash, debt, "refinancing_bonds", fen(p.refinanced * yuan(matured)))


def amortisation(p) -> float:
    """Return the share of bonds that a county repays each year out of its own means."""
    return p.repayment * (1 - p.refinanced)


def means(world: World) -> np.ndarray:
    """Return own revenue, transfers and net land income of the last closed year in yuan."""
    b = world.budget
    return b.own_revenue + b.transfers + np.maximum(b.land_income_net, 0)


def open_room(world: World, growth: float) -> None:
    """Set how much counties may newly borrow: growth of debt at the declared ratio, less where risk is high.

    A county has its whole room up to the ratio at which it is watched, and none from the limit on; its platform may
    let its debt grow at the trend, loans for interest included. Room is in yuan.
    """
    p, b = world.parameters.finance, world.budget
    able = means(world)
    ratio = (owed(world, GENERAL_DEBT) + owed(world, SPECIAL_DEBT)) / np.maximum(able, 1)
    safety = np.clip((p.debt_limit - ratio) / max(p.debt_limit - p.debt_watched, 1e-9), 0, 1)
    counties = slice(len(able))
    room = world.rates["bond_room"][counties] * max(growth + amortisation(p), 0) * p.room_ratio * able * safety
    room = tiers.bond_room(world, room)
    b.room_general = p.general_debt_share * room
    b.room_special = (1 - p.general_debt_share) * room
    loans = owed(world, PLATFORM_DEBT)
    interest = (1 - p.platform_operating - p.platform_support) * platform_rate(world) * loans
    b.platform_room = world.rates["platform_borrowing"][counties] * np.maximum(growth * loans - interest, 0)


def platform_rate(world: World) -> np.ndarray:
    """Return the interest rate of platforms by county, per year."""
    return world.rates["interest_cost"][: world.places.counties] + world.parameters.finance.platform_premium
