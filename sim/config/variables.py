"""Figures that a user may bring for single counties: the one list of names, units and bounds."""

from typing import NamedTuple

from sim.config.files import load_stocks
from sim.config.stocks import KINDS, level_unit


class Variable(NamedTuple):
    """A figure of a county: its unit, the least and the greatest possible value, and its meaning."""

    unit: str
    low: float
    high: float
    meaning: str


FIGURES = {
    "house_price_seat": Variable("yuan per m2", 300, 100_000, "price of homes in the seat"),
    "house_price_town": Variable("yuan per m2", 300, 100_000, "price of homes in towns"),
    "house_price_village": Variable("yuan per m2", 100, 100_000, "price of village homes"),
    "urban_vacancy": Variable("share", 0, 0.9, "floor area of homes in seat and towns that nobody uses"),
    "village_vacancy": Variable("share", 0, 0.9, "floor area of village homes that nobody uses"),
    "floor_area_per_person": Variable("m2", 5, 150, "floor area of homes per resident"),
    "purchased_tenure_share": Variable("share", 0, 1, "households that live in a home they bought"),
    "own_revenue": Variable("yuan a year", 1e7, 1e12, "own revenue of the general public budget"),
    "general_expenditure": Variable("yuan a year", 1e7, 1e12, "expenditure of the general public budget"),
    "land_income": Variable("yuan a year", 1e6, 1e12, "gross income from land of the government fund"),
    "debt": Variable("yuan", 1e6, 1e12, "government debt outstanding"),
    "platform_debt": Variable("yuan", 1e6, 1e12, "debt of the county's platform companies"),
    "urban_land": Variable("m2", 1e5, 2e9, "built-up land of the seat and the towns, land that stands idle included"),
    "idle_land_share": Variable("share", 0, 1, "part of it that stands idle"),
    "village_land": Variable("m2", 1e5, 2e9, "built-up land of villages"),
    "farmland": Variable("m2", 0, 2e10, "farmland"),
    "village_schools": Variable("schools", 0, 5_000, "primary schools that stand in villages"),
}
"""Figures that are no stocks of `configs/stocks.yaml`."""


def variables() -> dict[str, Variable]:
    """Return every figure that can be given for a county: money, land, homes, and each stock at its level.

    A stock of schools has one figure for each kind of place.
    """
    stocks, known = load_stocks(), dict(FIGURES)
    for name, stock in stocks.items():
        for suffix, where in [(f"_{kind}", f" of {kind}s") for kind in KINDS] if stock.by_kind else [("", "")]:
            meaning = f"{stock.title.zh} {stock.title.en.lower()}{where}"
            known[name + suffix] = Variable(level_unit(name, stocks), 0, stock.most, meaning)
    return known
