"""Figures that a user may bring for single counties: the one list of names, units and what is possible."""

from typing import NamedTuple

from sim.config.files import load_stocks
from sim.config.stocks import KINDS, level_unit


class Variable(NamedTuple):
    """A figure of a county: its unit, the least and the greatest value that can be true, and what it is."""

    unit: str
    low: float
    high: float
    meaning: str


MONEY = {
    "house_price_seat": Variable("yuan per m2", 300, 100_000, "price of homes in the seat"),
    "house_price_town": Variable("yuan per m2", 300, 100_000, "price of homes in towns"),
    "house_price_village": Variable("yuan per m2", 100, 100_000, "price of village homes"),
    "vacancy": Variable("share", 0, 0.9, "homes of seat and towns that nobody uses"),
    "own_revenue": Variable("yuan a year", 1e7, 1e12, "own revenue of the general public budget"),
    "general_expenditure": Variable("yuan a year", 1e7, 1e12, "expenditure of the general public budget"),
    "land_income": Variable("yuan a year", 0, 1e12, "gross income from land of the government fund"),
    "debt": Variable("yuan", 0, 1e12, "government debt outstanding"),
    "platform_debt": Variable("yuan", 0, 1e12, "debt of the county's platform companies"),
    "built_up_area": Variable("m2", 1e5, 2e9, "built-up area of the seat and the towns"),
    "village_schools": Variable("schools", 0, 5_000, "primary schools that stand in villages"),
}
"""Figures that are no stocks of `configs/stocks.yaml`."""


def variables() -> dict[str, Variable]:
    """Return every figure that can be given for a county: money, land, homes, and each stock at its level.

    A stock of schools has one figure for each kind of place.
    """
    stocks, known = load_stocks(), dict(MONEY)
    for name, stock in stocks.items():
        for suffix, where in [(f"_{kind}", f" of {kind}s") for kind in KINDS] if stock.by_kind else [("", "")]:
            meaning = f"{stock.title.zh} {stock.title.en.lower()}{where}"
            known[name + suffix] = Variable(level_unit(name, stocks), 0, stock.most, meaning)
    return known
