"""Who moves from where to where: moves between places summed to kinds of places."""

from collections.abc import Collection
from functools import lru_cache

import pandas as pd

from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

KINDS = {
    "village": Words("村庄", "Villages"),
    "town": Words("乡镇驻地", "Towns"),
    "seat": Words("县城", "County seats"),
    "other_county": Words("其他县（市）", "Other counties"),
    "districts": Words("市辖区", "City districts"),
    "core": Words("核心城市市区", "Core cities"),
    "outside": Words("省外", "Outside the province"),
}
KEYS = ["seed", "source", "goal", "part", "hukou", "age"]


@lru_cache(maxsize=8)
def moves(results: Results, policy: str | None) -> pd.DataFrame:
    """Return moves between places in persons a year, by seed, source, goal, part, hukou and age.

    Means over the simulated years until that of the report. A move inside a county goes to one of its own places,
    one to another county to `other_county`; `part` is the kind of place where it ends. Every move counts once.
    """
    table = results.of("flows", policy)
    if table.empty:
        return pd.DataFrame(columns=[*KEYS, "persons"])
    table = table[table["year"] <= results.horizon]
    years = table["year"].nunique()
    names = pd.concat([table["origin"], table["destination"]]).unique()
    kinds = {name: kind(name, results.province.cores) for name in names}
    units = {name: name.partition("-")[0] for name in names}
    source, goal = table["origin"].map(kinds), table["destination"].map(kinds)
    county = ("village", "town", "seat")
    away = source.isin(county) & goal.isin(county) & (table["origin"].map(units) != table["destination"].map(units))
    parts = table.assign(source=source, goal=goal.where(~away, "other_county"), part=goal)
    return parts.groupby(KEYS, as_index=False)["persons"].sum().assign(persons=lambda t: t["persons"] / years)


def kinds(results: Results) -> dict[str, Words]:
    """Return what kinds of places are called: core cities by their names, beside other districts."""
    if not results.province.cores:
        return KINDS
    return {**KINDS, "districts": Words("其他市辖区", "Other city districts"), "core": results.province.core}


def kind(name: str, cores: Collection[str] = ()) -> str:
    """Return the kind of a place from its name in the table of flows, and the prefectures that are core cities."""
    unit, _, part = name.partition("-")
    if part == "districts":
        return "core" if unit in cores else "districts"
    return part or "outside"


def matrix(results: Results, policy: str | None) -> pd.DataFrame:
    """Return persons a year by source (rows) and goal, means over runs, in the order of KINDS."""
    table = moves(results, policy)
    if table.empty:
        return pd.DataFrame()
    sums = table.groupby(["source", "goal"])["persons"].sum().unstack(fill_value=0.0) / table["seed"].nunique()
    rows, columns = ([name for name in KINDS if name in have] for have in (sums.index, sums.columns))
    return sums.loc[rows, columns]
