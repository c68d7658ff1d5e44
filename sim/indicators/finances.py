"""Public finance of counties: revenue, transfers, expenditure, land income, debts and what is unpaid."""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np

from sim.indicators.overall import share
from sim.world import World


@dataclass(frozen=True)
class Accounts:
    """Accounts of the last closed year in whole yuan at 2020 prices; arrays over counties, or over groups of them."""

    own_revenue: np.ndarray
    transfers: np.ndarray
    general_expenditure: np.ndarray
    land_income_net: np.ndarray
    debt: np.ndarray
    platform_debt: np.ndarray
    arrears: np.ndarray
    capital_spending: np.ndarray

    @classmethod
    def of(cls, world: World) -> "Accounts":
        """Take the accounts of each county."""
        return cls(*(np.rint(getattr(world.budget, name)).astype(np.int64) for name in cls.__dataclass_fields__))

    def of_groups(self, members: np.ndarray) -> "Accounts":
        """Return sums over groups of counties (bool, (groups, counties))."""
        return Accounts(*(members.astype(np.int64) @ row for row in astuple(self)))


def own_revenue(a: Accounts) -> np.ndarray:
    """Return own general revenue, without transfers, land income and bonds, in yuan a year."""
    return a.own_revenue.astype(float)


def transfers(a: Accounts) -> np.ndarray:
    """Return transfers received from the province and above in yuan a year."""
    return a.transfers.astype(float)


def general_expenditure(a: Accounts) -> np.ndarray:
    """Return expenditure of the general public budget in yuan a year."""
    return a.general_expenditure.astype(float)


def fiscal_self_sufficiency(a: Accounts) -> np.ndarray:
    """Return own revenue in general expenditure in percent."""
    return share(a.own_revenue, a.general_expenditure)


def land_income_net(a: Accounts) -> np.ndarray:
    """Return land income less compensation and development in yuan a year."""
    return a.land_income_net.astype(float)


def debt(a: Accounts) -> np.ndarray:
    """Return general and special bonds outstanding at the end of the year in yuan."""
    return a.debt.astype(float)


def debt_ratio(a: Accounts) -> np.ndarray:
    """Return bonds outstanding against own revenue, transfers and net land income in percent."""
    return share(a.debt, a.own_revenue + a.transfers + np.maximum(a.land_income_net, 0))


def platform_debt(a: Accounts) -> np.ndarray:
    """Return what platforms owe off the books at the end of the year in yuan."""
    return a.platform_debt.astype(float)


def arrears(a: Accounts) -> np.ndarray:
    """Return obligations of the general budget that are unpaid at the end of the year in yuan."""
    return a.arrears.astype(float)


def capital_spending(a: Accounts) -> np.ndarray:
    """Return public investment of budget, fund and platform in yuan a year."""
    return a.capital_spending.astype(float)


INDICATORS: tuple[Callable[[Accounts], np.ndarray], ...] = (
    own_revenue,
    transfers,
    general_expenditure,
    fiscal_self_sufficiency,
    land_income_net,
    debt,
    debt_ratio,
    platform_debt,
    arrears,
    capital_spending,
)
"""Every yearly observation of public finance; its name is the function's."""
