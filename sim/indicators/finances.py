"""Public finance of counties: revenue, transfers, expenditure, land income, debts and arrears."""

import numpy as np

from sim.baseline.figures import Basis
from sim.indicators.totals import Totals, observation, share
from sim.state.world import World

AMOUNTS = ("own_revenue", "transfers", "general_expenditure", "land_income_net", "debt", "platform_debt", "arrears",
           "capital_spending")


def totals(world: World) -> dict[str, np.ndarray]:
    """Return the accounts of the last closed year by county, in whole yuan at 2020 prices."""
    return {name: np.rint(getattr(world.budget, name)) for name in AMOUNTS}


@observation("yuan", "own_revenue", zh="一般公共预算自有收入", en="Own revenue of the general budget")
def own_revenue(t: Totals) -> np.ndarray:
    """Return own general revenue of the year in yuan: taxes and other own revenue, no land income, no bonds."""
    return t.own_revenue


@observation("yuan", Basis.ASSUMED, zh="上级转移支付", en="Transfers from above")
def transfers(t: Totals) -> np.ndarray:
    """Return transfers received in the year in yuan."""
    return t.transfers


@observation("yuan", "general_expenditure", zh="一般公共预算支出", en="Expenditure of the general budget")
def general_expenditure(t: Totals) -> np.ndarray:
    """Return expenditure of the general public budget in the year in yuan."""
    return t.general_expenditure


@observation("%", "own_revenue", "general_expenditure", zh="财政自给率", en="Fiscal self-sufficiency")
def fiscal_self_sufficiency(t: Totals) -> np.ndarray:
    """Return own revenue against general expenditure in percent; no land income, no bonds."""
    return share(t.own_revenue, t.general_expenditure)


@observation("yuan", Basis.ASSUMED, zh="土地出让净收入", en="Net land income")
def land_income_net(t: Totals) -> np.ndarray:
    """Return land income of the year less compensation and development in yuan."""
    return t.land_income_net


@observation("yuan", "debt", zh="政府债务（2020年价）", en="Government debt at 2020 prices")
def debt(t: Totals) -> np.ndarray:
    """Return general and special bonds outstanding in yuan."""
    return t.debt


@observation("%", Basis.ASSUMED, zh="债务率", en="Debt to yearly means")
def debt_ratio(t: Totals) -> np.ndarray:
    """Return bonds outstanding against own revenue, transfers and net land income in percent."""
    return share(t.debt, t.own_revenue + t.transfers + np.maximum(t.land_income_net, 0))


@observation("yuan", "platform_debt", zh="融资平台债务（2020年价）", en="Debt of platforms at 2020 prices")
def platform_debt(t: Totals) -> np.ndarray:
    """Return the off-budget debt of financing platforms in yuan."""
    return t.platform_debt


@observation("yuan", Basis.ASSUMED, zh="拖欠款项", en="Obligations unpaid")
def arrears(t: Totals) -> np.ndarray:
    """Return obligations unpaid at the end of the year in yuan."""
    return t.arrears


@observation("yuan", Basis.ASSUMED, zh="公共投资", en="Public investment")
def capital_spending(t: Totals) -> np.ndarray:
    """Return public investment of the year in yuan, that of the fund and the platform included."""
    return t.capital_spending
