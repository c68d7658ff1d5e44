"""The overview of a run as a table by county type, from files alone."""

from typing import NamedTuple

import pandas as pd

from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.results import Results
from sim.report.tables.spread import shares
from sim.report.words import style, units


class Column(NamedTuple):
    """A column of the summary table: an observation and its heads, for which its titles are too long."""

    indicator: str
    zh: str
    en: str


EVENTS = ("net_migration", "unemployment_rate")
"""Columns that the base year has no value of."""

COLUMNS = (
    Column("resident_urbanization", "常住城镇化率", "urban residents"),
    Column("resident_urbanization_without_reclassification", "不含改划", "w/o reclass."),
    Column("hukou_urbanization", "户籍城镇化率", "urban hukou"),
    Column("hukou_urbanization_without_reclassification", "不含改划", "w/o reclass."),
    Column("residents", "常住人口", "residents"),
    Column("net_migration", "净迁移", "net migration"),
    Column("age_65_plus", "65岁以上", "aged 65+"),
    Column("output", "地区生产总值", "output"),
    Column("jobs", "岗位", "jobs"),
    Column("unemployment_rate", "失业率", "unemployment"),
    Column("monthly_pay", "月工资", "pay"),
    Column("house_price", "房价", "homes"),
    Column("built_up_land", "建设用地", "built-up land"),
    Column("debt", "政府债务", "debt"),
    Column("debt_ratio", "债务率", "debt to means"),
)
TABLES = (COLUMNS[:4], COLUMNS[4:7], COLUMNS[7:11], COLUMNS[11:])
"""Columns of each table that is printed: urbanization, people, work, homes and money."""


def summarize(results: Results) -> pd.DataFrame:
    """Return first and last year by group and indicator: base, mean, low and high of the 80 % interval over
    replicates, their number (seeds), and the share of their variance between parameter sets (of_parameters)."""
    first, last = results.years
    table = results.asked[results.asked["group"].isin(style.GROUPS)]
    keys = ["group", "indicator"]
    begin, end = (table[table["year"] == year].groupby(keys)["value"] for year in (first, last))
    summary = pd.DataFrame({"mean": end.mean(), "low": end.quantile(LOW), "high": end.quantile(HIGH)})
    summary["base"] = begin.mean()
    summary["of_parameters"] = shares(table[table["year"] == last], keys)["parameters"]
    summary = summary.reset_index().assign(base_year=first, year=last, seeds=results.replicates)
    return summary[[*keys, "base_year", "year", "base", "mean", "low", "high", "seeds", "of_parameters"]]


def tables(results: Results, summary: pd.DataFrame) -> list[tuple[list[str], list[list[str]]]]:
    """Return heads and rows of the tables that are printed: urbanization, people, work, homes and money."""
    return [_table(results, summary, columns) for columns in TABLES]


def _table(results: Results, summary: pd.DataFrame, columns: tuple[Column, ...]) -> tuple[list[str], list[list[str]]]:
    first, last = summary["base_year"].iloc[0], summary["year"].iloc[0]
    heads = ["", *(f"{c.zh} {results.unit(c.indicator).name('zh')}" for c in columns)]
    body = [
        ["", *(f"{c.en}, {results.unit(c.indicator).name('en')}" for c in columns)],
        ["", *(f"{last}" if c.indicator in EVENTS else f"{first}→{last}" for c in columns)],
    ]
    cells = summary.set_index(["group", "indicator"])
    known = cells.index.get_level_values("group")  # county types are not known to a hindcast
    for name, group in style.GROUPS.items():
        if name in known:
            label = f"{group.label('zh')} {group.label('en')}"
            body.append([label, *(_cell(cells, name, c.indicator, results.unit(c.indicator)) for c in columns)])
    return heads, body


def _cell(cells: pd.DataFrame, group: str, name: str, unit: units.Unit) -> str:
    """Write base and last year with the band over runs: 51.9→53.8 (53.7…53.9)."""
    if (group, name) not in cells.index:
        return "—"
    row, signed = cells.loc[(group, name)], name == "net_migration"
    mean, low, high = (units.number(row[k] * unit.factor, signed=signed) for k in ("mean", "low", "high"))
    base = "" if name in EVENTS else f"{units.number(row['base'] * unit.factor)}→"
    return f"{base}{mean}" + (f" ({low}…{high})" if row["seeds"] > 1 else "")
