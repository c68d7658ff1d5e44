"""The overview of a run: a table by county type, a figure of paths and a map of the counties, from files alone."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.report import figures, findings, maps, style, units
from sim.report.bilingual import LANGUAGES
from sim.report.findings import HIGH, LOW
from sim.report.panels import Panel
from sim.report.results import Results
from sim.report.spread import shares
from sim.report.style import Language

PANELS = (
    Panel("resident_urbanization", "常住人口城镇化率", "Resident urbanization", "%", scale="residents"),
    Panel("resident_urbanization_without_reclassification", "常住人口城镇化率（不含就地改划）",
          "Resident urbanization without reclassification", "%", scale="residents"),
    Panel("hukou_urbanization", "户籍人口城镇化率", "Hukou urbanization", "%"),
    Panel("residents", "常住人口", "Residents", "persons", since_first_year=True),
    Panel("net_migration_rate", "净迁移率", "Net migration", "per 1,000"),
    Panel("age_65_plus", "65岁及以上人口占比", "Aged 65 and over", "%"),
)

ECONOMY = (
    Panel("output", "地区生产总值（2020年价）", "Output at 2020 prices", "yuan", since_first_year=True),
    Panel("jobs", "企业与公共部门岗位", "Jobs in firms and public services", "persons", since_first_year=True),
    Panel("unemployment_rate", "失业率（寻找工作者）", "Unemployment (seekers)", "%"),
    Panel("monthly_pay", "平均月工资（2020年价）", "Mean pay at 2020 prices", "yuan a month"),
    Panel("urban_rural_income_ratio", "城乡居民收入比", "Urban to rural income", "ratio"),
    Panel("house_price", "城镇住房价格（2020年价）", "Price of urban homes at 2020 prices", "yuan per m2"),
    Panel("housing_vacancy", "城镇住房空置率", "Vacancy of urban homes", "%"),
    Panel("built_up_land", "城镇建设用地", "Built-up land of seat and towns", "m2", since_first_year=True),
    Panel("fiscal_self_sufficiency", "财政自给率", "Fiscal self-sufficiency", "%"),
    Panel("land_income", "土地出让收入（2020年价）", "Gross land income at 2020 prices", "yuan"),
    Panel("debt_ratio", "债务率", "Debt to yearly means", "%"),
    Panel("platform_debt", "平台债务（2020年价）", "Debt of platforms at 2020 prices", "yuan", since_first_year=True),
)


class Column(NamedTuple):
    """A column of the summary table: an indicator, its heads and its unit."""

    indicator: str
    zh: str
    en: str
    unit: str


EVENTS = ("net_migration", "unemployment_rate")
"""Columns that the base year has no value of."""

COLUMNS = (
    Column("resident_urbanization", "常住城镇化率", "urban residents", "%"),
    Column("resident_urbanization_without_reclassification", "不含改划", "w/o reclass.", "%"),
    Column("hukou_urbanization", "户籍城镇化率", "urban hukou", "%"),
    Column("hukou_urbanization_without_reclassification", "不含改划", "w/o reclass.", "%"),
    Column("residents", "常住人口", "residents", "persons"),
    Column("net_migration", "净迁移", "net migration", "persons"),
    Column("age_65_plus", "65岁以上", "aged 65+", "%"),
    Column("output", "地区生产总值", "output", "yuan"),
    Column("jobs", "岗位", "jobs", "persons"),
    Column("unemployment_rate", "失业率", "unemployment", "%"),
    Column("monthly_pay", "月工资", "pay", "yuan a month"),
    Column("house_price", "房价", "homes", "yuan per m2"),
    Column("built_up_land", "建设用地", "built-up land", "m2"),
    Column("debt", "政府债务", "debt", "yuan"),
    Column("debt_ratio", "债务率", "debt to means", "%"),
)
TABLES = (COLUMNS[:4], COLUMNS[4:7], COLUMNS[7:11], COLUMNS[11:])
"""Columns of each table that is printed: urbanization, people, work, homes and money."""


def summarize(results: Results) -> pd.DataFrame:
    """Return first and last year by group and indicator: base, mean, low and high of the 80 % interval over
    replicates, how many these are (seeds), and the share of their variance that parameter sets have (of_parameters)."""
    first, last = results.years
    table = results.asked[results.asked["group"].isin(style.GROUPS)]
    keys = ["group", "indicator"]
    begin, end = (table[table["year"] == year].groupby(keys)["value"] for year in (first, last))
    summary = pd.DataFrame({"mean": end.mean(), "low": end.quantile(LOW), "high": end.quantile(HIGH)})
    summary["base"] = begin.mean()
    summary["of_parameters"] = shares(table[table["year"] == last], keys)["parameters"]
    summary = summary.reset_index().assign(base_year=first, year=last, seeds=results.replicates)
    return summary[[*keys, "base_year", "year", "base", "mean", "low", "high", "seeds", "of_parameters"]]


def tables(summary: pd.DataFrame) -> list[tuple[list[str], list[list[str]]]]:
    """Return heads and rows of the tables that are printed: urbanization, people, work, homes and money."""
    return [_table(summary, columns) for columns in TABLES]


def _table(summary: pd.DataFrame, columns: tuple[Column, ...]) -> tuple[list[str], list[list[str]]]:
    first, last = summary["base_year"].iloc[0], summary["year"].iloc[0]
    heads = ["", *(f"{c.zh} {units.unit(c.unit).name('zh')}" for c in columns)]
    body = [
        ["", *(f"{c.en}, {units.unit(c.unit).name('en')}" for c in columns)],
        ["", *(f"{last}" if c.indicator in EVENTS else f"{first}→{last}" for c in columns)],
    ]
    cells = summary.set_index(["group", "indicator"])
    known = cells.index.get_level_values("group")  # county types are not known to a hindcast
    for name, group in style.GROUPS.items():
        if name in known:
            label = f"{group.label('zh')} {group.label('en')}"
            body.append([label, *(_cell(cells, name, column) for column in columns)])
    return heads, body


def _cell(cells: pd.DataFrame, group: str, column: Column) -> str:
    """Write base and last year with the band over runs: 51.9→53.8 (53.7…53.9)."""
    if (group, column.indicator) not in cells.index:
        return "—"
    row, factor = cells.loc[(group, column.indicator)], units.unit(column.unit).factor
    event = column.indicator in EVENTS
    signed = column.indicator == "net_migration"
    mean, low, high = (units.number(row[k] * factor, signed=signed) for k in ("mean", "low", "high"))
    base = "" if event else f"{units.number(row['base'] * factor)}→"
    return f"{base}{mean}" + (f" ({low}…{high})" if row["seeds"] > 1 else "")


def draw(results: Results) -> list[Path]:
    """Draw the paths, the economy and the map of a run in both languages; return the picture files."""
    table, folder = results.asked, results.folder / "figures"
    drawn = [panel.indicator for panel in (*PANELS, *ECONOMY)]
    grouped, observed = (rows[rows["group"].isin(style.GROUPS) & rows["indicator"].isin(drawn)]
                         for rows in (table, results.actuals))
    written: list[Path] = []
    for language in LANGUAGES:
        under = findings.scenario(table, language)
        for name, shown in (("paths", PANELS), ("economy", ECONOMY)):
            figure = figures.paths(
                grouped, shown, language=language, people_per_row=results.config["scale"], footnote=under,
                observed=observed if len(observed) else None)
            written += figures.save(figure, folder, f"{name}.{language}")
        written += figures.save(_map(results, language), folder, f"map.{language}")
    return written


def _map(results: Results, language: Language) -> Figure:
    table, counties = results.asked, results.counties
    prefectures, neighbours = results.table("prefectures"), results.table("neighbours")
    name = "resident_urbanization"
    first, last = table["year"].min(), table["year"].max()
    mean = table[table["indicator"] == name].groupby(["group", "year"])["value"].mean().unstack()
    change = (mean[last] - mean[first]).reindex(counties["adcode"])
    rising, unit = int((change > 0).sum()), units.unit("%")
    middle = units.change(change.median(), unit, language)
    title = {
        "zh": f"{first}—{last}年{len(change)}个县（市）中{rising}个常住人口城镇化率上升，中位数{middle}",
        "en": f"Resident urbanization rises in {rising} of {len(change)} counties from {first} to {last}; "
              f"the median county changes by {middle}",
    }[language]
    note = {
        "zh": f"所示为{table['seed'].nunique()}次模拟的平均变化。",
        "en": f"Shown is the mean change over {table['seed'].nunique()} simulated replicates. ",
    }[language]
    return maps.tile_map(change, counties, prefectures, kind="change", title=title, unit="%", language=language,
                         footnote=note + findings.scenario(table, language), neighbours=neighbours,
                         shapes=results.shapes)
