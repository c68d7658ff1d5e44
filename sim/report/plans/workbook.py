"""The plans of all counties in one workbook, a sheet for each of their tables."""

import pandas as pd

from sim.report.plans import sentences
from sim.report.plans.tables import Plans
from sim.report.tables import summary
from sim.report.tables.money import PLANNED
from sim.report.words import record
from sim.report.words.terms import BASES

HEADS = {
    "adcode": "代码", "name": "县（市）", "county": "本县", "basis": "依据", "gap": "与目标之差",
    "achievement": "达成度",
    "met": "达标的模拟占比",
    "start": "起步", "priority": "付款顺序",
    "asked": "当年计划所需（元）",
    "special_bonds": "专项债券", "province": "省", "prefecture": "市", "neighbour": "邻县", "plans": "自有计划",
    "moves": "从本县净迁入", "targets_met": "达标项数", "targets_met_without": "无计划达标项数", "type": "类型",
    "paid_yuan": "实际支出（元）", "residents": "常住人口", "jobs": "岗位",
    "resident_urbanization": "常住人口城镇化率"}
"""Chinese heads of columns that summaries do not have."""


def made(plans: Plans) -> bytes:
    """Return the workbook: counties, indicators, measures, money and neighbours."""
    called = {**summary.spelled(plans.results), "basis": BASES}
    return summary.workbook({name: table for name, table in sheets(plans).items() if len(table)},
                            record.line(plans.results.folder), called, HEADS)


def sheets(plans: Plans) -> dict[str, pd.DataFrame]:
    """Return the sheets by name; money in yuan, indicators in the units of the tables."""
    results, year = plans.results, plans.results.horizon
    indicators = plans.indicators.reset_index()
    described = [results.observations[name] for name in indicators["indicator"]]
    indicators.insert(2, "zh", [one.zh for one in described])
    indicators.insert(3, "en", [one.en for one in described])
    indicators.insert(4, "unit", [one.unit for one in described])
    system = results.system.indicators
    sign = indicators["indicator"].map(lambda name: 1 if system[name].better == "up" else -1)
    met = pd.DataFrame({
        "targets_met": indicators["verdict"] == "met",
        "targets_met_without": sign * (indicators["without"] - indicators["target"]) >= 0}).groupby(
        indicators["adcode"]).sum()
    counties = results.counties.set_index("adcode")[["county_type", "prefecture_zh"]].rename(
        columns={"county_type": "type", "prefecture_zh": "prefecture"}).join(met)
    money = plans.money.reset_index().rename(columns={PLANNED: "asked"})
    if len(money):
        paid = money[money["year"] <= year].groupby("adcode")["paid"].sum()
        counties["paid_yuan"] = paid.reindex(counties.index).fillna(0.0)
    package = plans.package.reset_index()
    if len(package):
        titles = [sentences.measure(plans, name) for name in package["measure"]]
        package.insert(2, "zh", [one.zh for one in titles])
        package.insert(3, "en", [one.en for one in titles])
        package["priority"] += 1
    beside = plans.neighbours.reset_index()
    if len(beside):
        beside["neighbour"] = beside["neighbour"].map(results.counties.set_index("adcode")["name_zh"])
    found = {"counties": counties.reset_index(), "indicators": indicators, "measures": package, "money": money,
             "neighbours": beside}
    return {name: _named(plans, table) for name, table in found.items()}


def _named(plans: Plans, table: pd.DataFrame) -> pd.DataFrame:
    """Put the county's name after its code."""
    if len(table):
        names = plans.results.counties.set_index("adcode")
        name = names["name_zh"] + " " + names["name_en"]
        table.insert(table.columns.get_loc("adcode") + 1, "name", table["adcode"].map(name))
    return table
