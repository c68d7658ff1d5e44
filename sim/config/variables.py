"""Figures that a user may bring for single counties: the one list of names, units and bounds."""

from typing import NamedTuple

from sim.config.files import load_stocks
from sim.config.stocks import KINDS, level_unit, level_unit_zh


class Variable(NamedTuple):
    """A figure of a county: its unit in English and Chinese, the least and the greatest possible value, its meaning in
    both languages, and what is read where no figure is given: `census`, a parameter, a profile of types or a stock."""

    unit: str
    unit_zh: str
    low: float
    high: float
    zh: str
    en: str
    else_from: str

    @property
    def meaning(self) -> str:
        """The meaning in both languages."""
        return f"{self.zh} {self.en}"

    @property
    def units(self) -> str:
        """The unit in both languages."""
        return self.unit if self.unit_zh == self.unit else f"{self.unit_zh} {self.unit}"


PRICE, SHARE, YEARLY, YUAN, AREA = (
    ("yuan per m2", "元/平方米"), ("share of 1", "比例（0至1）"), ("yuan a year", "元/年"), ("yuan", "元"),
    ("m2", "平方米"))

FIGURES = {
    "house_price_seat": Variable(*PRICE, 300, 100_000, "县城住房价格", "price of homes in the seat",
                                 "housing.seat_house_price"),
    "house_price_town": Variable(*PRICE, 300, 100_000, "镇区住房价格", "price of homes in towns",
                                 "housing.town_house_price"),
    "house_price_village": Variable(*PRICE, 100, 100_000, "村庄住房价格", "price of village homes",
                                    "housing.village_house_price"),
    "urban_vacancy": Variable(*SHARE, 0, 0.9, "县城和镇区空置住房面积占比",
                              "floor area of homes in seat and towns that nobody uses", "housing.urban_vacancy"),
    "village_vacancy": Variable(*SHARE, 0, 0.9, "村庄空置住房面积占比", "floor area of village homes that nobody uses",
                                "housing.village_vacancy"),
    "floor_area_per_person": Variable("m2 per resident", "平方米/人", 5, 150, "人均住房建筑面积",
                                      "floor area of homes per resident", "census"),
    "purchased_tenure_share": Variable(*SHARE, 0, 1, "购买住房的家庭户占比",
                                       "households that live in a home they bought", "census"),
    "own_revenue": Variable(*YEARLY, 1e7, 1e12, "一般公共预算收入", "own revenue of the general public budget",
                            "finance.tax_rate_industry"),
    "general_expenditure": Variable(*YEARLY, 1e7, 1e12, "一般公共预算支出", "expenditure of the general public budget",
                                    "finance.self_sufficiency"),
    "land_income": Variable(*YEARLY, 1e6, 1e12, "政府性基金土地出让收入",
                            "gross income from land of the government fund", "finance.land_income"),
    "debt": Variable(*YUAN, 1e6, 1e12, "政府债务余额", "government debt outstanding", "finance.debt"),
    "platform_debt": Variable(*YUAN, 1e6, 1e12, "融资平台债务", "debt of the county's platform companies",
                              "finance.platform_debt"),
    "urban_land": Variable(*AREA, 1e5, 2e9, "县城和镇区建设用地（含闲置）",
                           "built-up land of the seat and the towns, land that stands idle included",
                           "land.urban_land_per_person"),
    "idle_land_share": Variable(*SHARE, 0, 1, "县城和镇区闲置建设用地占比",
                                "built-up land of the seat and the towns that stands idle", "land.idle_share"),
    "village_land": Variable(*AREA, 1e5, 2e9, "村庄建设用地", "built-up land of villages",
                             "land.village_land_per_person"),
    "farmland": Variable(*AREA, 0, 2e10, "耕地", "farmland", "land.farmland_share_of_open_land"),
    "village_schools": Variable("schools", "所", 0, 5_000, "村庄小学", "primary schools that stand in villages",
                                "services.children_per_village_school"),
}
"""Figures that are no stocks of `configs/stocks.yaml`."""

WHERE = {"village": "（村庄）", "town": "（镇区）", "seat": "（县城）"}


def variables() -> dict[str, Variable]:
    """Return every figure that can be given for a county: money, land, homes, and each stock at its level.

    A stock of schools has one figure for each kind of place.
    """
    stocks, known = load_stocks(), dict(FIGURES)
    for name, stock in stocks.items():
        places = [(f"_{kind}", WHERE[kind], f" of {kind}s") for kind in KINDS] if stock.by_kind else [("", "", "")]
        for suffix, zh, en in places:
            known[name + suffix] = Variable(level_unit(name, stocks), level_unit_zh(name, stocks), 0, stock.most,
                                            stock.title.zh + zh, stock.title.en.lower() + en, name)
    return known
