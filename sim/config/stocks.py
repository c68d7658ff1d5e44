"""Stocks of services, infrastructure and environment that counties hold: one entry each in `configs/stocks.yaml`."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, StrictBool, model_validator

from sim.config.fault import suggestion
from sim.config.parameters import Frozen, Grade, Number, Text, Title

NEEDS = {
    "residents": ("resident", "residents", "人"),
    "village_residents": ("resident of villages", "residents of villages", "名村庄居民"),
    "seat_residents": ("resident of the seat", "residents of the seat", "名县城居民"),
    "older_residents": ("resident aged 60 and over", "residents aged 60 and over", "名60岁及以上居民"),
    "kindergarten_pupils": ("child in kindergarten", "children in kindergarten", "名在园儿童"),
    "primary_pupils": ("pupil of primary schools", "pupils of primary schools", "名小学生"),
    "junior_pupils": ("pupil of junior-secondary schools", "pupils of junior-secondary schools", "名初中生"),
    "built_up_area": ("m2 of built-up area of the seat", "m2 of built-up area of the seat", "平方米县城建成区"),
    "household_waste": ("t of household waste a day", "t of household waste a day", "吨每日生活垃圾"),
    "county": ("county", "counties", "县（市）"),
}
"""Needs that a stock can serve, besides another stock; in words, singular and plural in English, and in Chinese."""

UNITS = {
    "% of new building": "新建建筑的%", "beds": "张", "doctors": "人", "kW": "千瓦", "m2": "平方米", "places": "个",
    "points": "分", "residents connected": "人（已接入）", "residents protected": "人（受保护）",
    "residents served": "人（已覆盖）", "residents' load": "人（污水量）", "t a day": "吨（每日）",
    "yuan of 2020": "元（2020年价）",
}
"""Units of stocks in Chinese; another is called as it is written."""
NUMBERS = {1: "", 10: "十", 100: "百", 1000: "千", 10_000: "万"}

KindName = Literal["village", "town", "seat"]

KINDS: tuple[KindName, ...] = ("village", "town", "seat")
"""Kinds of place within a county, in the order of their codes."""

Hazard = Literal["flood", "heat"]


class Range(Frozen):
    """A number with its range."""

    value: Number
    low: Number
    high: Number

    @model_validator(mode="after")
    def _within_range(self) -> "Range":
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is not within {self.low:g} to {self.high:g}")
        return self


class Stock(Frozen):
    """A stock: its level in the initial state, depreciation, trend under full upkeep, and unit costs.

    `level` counts units for every `per` units of need. `trend` is the yearly growth of the stock per need under
    2022 practice, `public_share` the part of its cost that the county's budget bears. Costs are yuan at 2020 prices.
    """

    title: Title
    unit: Text
    need: Text
    per: Number = Field(1, gt=0)
    level: Range
    by_kind: dict[KindName, Number] | None = None
    by_type: dict[str, Number] | None = None
    most: Number
    depreciation: Range
    trend: Range
    building_cost: Range
    running_cost: Range
    public_share: Number = Field(1, ge=0, le=1)
    shared: StrictBool = False
    exposed_to: tuple[Hazard, ...] = ()
    grade: Grade
    source: Text
    costs_source: Text
    basis: Literal["imputed_by_type", "assumed"]

    @model_validator(mode="after")
    def _consistent(self) -> "Stock":
        if self.by_kind and len(self.by_kind) < len(KINDS):
            raise ValueError(f"by_kind: expected {', '.join(KINDS)}")
        for name, value in [*(self.by_kind or {}).items(), *(self.by_type or {}).items()]:
            if not self.level.low <= value <= self.level.high:
                raise ValueError(f"{name}: {value:g} is not within {self.level.low:g} to {self.level.high:g}")
        if self.level.high > self.most:
            raise ValueError(f"most {self.most:g} is below level.high {self.level.high:g}")
        if self.level.low < 0 or self.depreciation.low < 0 or self.depreciation.high >= 1:
            raise ValueError("expected levels from 0 and depreciation from 0 to below 1")
        return self


def level_unit(name: str, stocks: Mapping[str, Stock]) -> str:
    """Return the unit of a stock's level in words, such as "beds per 1,000 residents"."""
    stock = stocks[name]
    one, many, _ = NEEDS.get(stock.need) or 3 * (stocks[stock.need].title.en.lower(),)
    return f"{stock.unit} per {one}" if stock.per == 1 else f"{stock.unit} per {stock.per:,.0f} {many}"


def level_unit_zh(name: str, stocks: Mapping[str, Stock]) -> str:
    """Return the unit of a stock's level in Chinese, such as 张/千人."""
    stock = stocks[name]
    unit = UNITS.get(stock.unit, stock.unit)
    if stock.need == "county":
        return unit
    if stock.need in NEEDS:
        need = NEEDS[stock.need][2]
    else:
        other = stocks[stock.need]
        need = UNITS.get(other.unit, "") + other.title.zh
    return f"{unit}/{NUMBERS.get(int(stock.per), f'{stock.per:,.0f}')}{need}"


def unknown_need(name: str, earlier: Mapping[str, Stock], need: str) -> str | None:
    """Return the fault in the need of a stock, or nothing where it is a known need or a stock declared before."""
    if need in NEEDS or need in earlier:
        return None
    return f"{name}.need={need}: expected a need or a stock further up; {suggestion(need, {**NEEDS, **earlier})}"
