"""The overview of a run as figures: paths of people and of the economy, and a map of the counties."""

from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from sim.report.charts import figures, maps
from sim.report.charts.panels import Panel
from sim.report.charts.sheet import Page
from sim.report.tables import findings
from sim.report.tables.results import Results
from sim.report.words import style, units
from sim.report.words.style import Language


class Shown(NamedTuple):
    """An observation in a figure of paths, and how it is shown there (see `Panel`)."""

    indicator: str
    since_first_year: bool = False
    scale: str = ""


PATHS = (
    Shown("resident_urbanization", scale="residents"),
    Shown("resident_urbanization_without_reclassification", scale="residents"),
    Shown("hukou_urbanization"),
    Shown("residents", since_first_year=True),
    Shown("net_migration_rate"),
    Shown("age_65_plus"),
)

ECONOMY = (
    Shown("output", since_first_year=True),
    Shown("jobs", since_first_year=True),
    Shown("unemployment_rate"),
    Shown("monthly_pay"),
    Shown("urban_rural_income_ratio"),
    Shown("house_price"),
    Shown("housing_vacancy"),
    Shown("built_up_land", since_first_year=True),
    Shown("fiscal_self_sufficiency"),
    Shown("land_income"),
    Shown("debt_ratio"),
    Shown("platform_debt", since_first_year=True),
)


def paths(results: Results, language: Language, shown: tuple[Shown, ...]) -> Page:
    """Draw the paths of some observations by group of counties."""
    grouped, observed = _grouped(results)
    every = {one.indicator for one in (*PATHS, *ECONOMY)}
    observed = observed[observed["indicator"].isin(every)]
    return figures.paths(
        grouped, [_panel(results, one) for one in shown], language=language, people_per_row=results.config["scale"],
        footnote=findings.scenario(grouped, language), observed=observed if len(observed) else None)


@lru_cache(maxsize=1)
def _grouped(results: Results) -> list[pd.DataFrame]:
    """Return the observations of groups above the county, and the actual values."""
    return [rows[rows["group"].isin(style.GROUPS)] for rows in (results.asked, results.actuals)]


def _panel(results: Results, one: Shown) -> Panel:
    named = results.observations[one.indicator]
    return Panel(one.indicator, named.zh, named.en, named.unit, one.since_first_year, one.scale)


def county_map(results: Results, language: Language) -> Page:
    """Draw the map of the counties: how far resident urbanization rises or falls in each."""
    table, counties = results.asked, results.counties
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
    return maps.tile_map(change, results, kind="change", title=title, unit="%", language=language,
                         footnote=note + findings.scenario(results.whole(results.policy), language))
