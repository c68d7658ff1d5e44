"""Why a policy has its effect on urbanization, as the report tells it: the chain of sums, and what the programme waits
for."""

from typing import NamedTuple

import pandas as pd

from sim.report.tables import bound, chain
from sim.report.tables.cells import GROUP_NAMES, NOTHING, Cell, percent, short
from sim.report.tables.results import Results
from sim.report.tables.spread import LEAST_SEEDS
from sim.report.words import style, units
from sim.report.words.bilingual import Words, both

PERSONS, POINTS = units.unit("persons"), units.unit("%")
TITLES = {
    "jobs": Words("多出的岗位，万个", "Additional jobs, 10,000"),
    "filled": Words("由谁填补（政策开始以来），万人", "Who filled them (since the start), 10,000 persons"),
    "hired": Words("多录用的人住在哪里，万人次", "Where those hired in addition live, 10,000 hires"),
    "instead": Words("若无政策，这些人在做什么，万人", "What they would do without the policy, 10,000 persons"),
    "urban_residents": Words("多出的城镇常住人口，万人", "Additional urban residents, 10,000 persons"),
    "residents": Words("多出的常住人口，万人", "Additional residents, 10,000 persons"),
    "urban_share": Words("城镇化率的变化，百分点", "Change of the urban share, percentage points"),
}
SIDES = (("jobs", "filled", "instead", "hired"), ("urban_residents", "residents", "urban_share"))
"""Steps that stand beside each other: work and people."""


class Step(NamedTuple):
    """A step of the chain as a table: its title with the totals, and its components."""

    title: Words
    totals: list[Cell]
    rows: list[list[Cell]]


class Steps(NamedTuple):
    """Steps of the chain below each other, with the heads of their columns."""

    heads: list[Cell]
    steps: list[Step]


class Link(NamedTuple):
    """A link of the chain as it is drawn: what, how much, and what it is made of."""

    name: Words
    value: Words
    note: Words


def sides(results: Results) -> list[Steps]:
    """Return the chain for all counties with a column for each year, by side; empty without a second policy."""
    found = chain.chain(results)
    if found.empty:
        return []
    cells = found[found["group"] == "all_counties"].set_index(["step", "component", "year"]).sort_index()
    years = sorted(cells.index.unique("year"))

    def row(step: str, name: str) -> list[Cell]:
        return [short(cells.loc[(step, name, year)], _unit(step)) for year in years]

    heads: list[Cell] = [str(year) for year in years]
    return [Steps(heads, [Step(TITLES[step], row(step, chain.TOTAL), [
        [words, *row(step, name)] for name, words in chain.STEPS[step].items() if _moves(cells.loc[(step, name)])])
        for step in steps]) for steps in SIDES]


def by_type(results: Results) -> list[tuple[int, Steps]]:
    """Return the means of the chain by county type, for each year."""
    found, tables = chain.chain(results), []
    for year, part in found.groupby("year") if len(found) else ():
        kinds = [name for name in style.COUNTY_TYPES if name in set(part["group"])]
        cells = part.set_index(["step", "component", "group"])

        def row(step: str, name: str, kinds: list[str] = kinds, cells: pd.DataFrame = cells) -> list[Cell]:
            return [_mean(cells.loc[(step, name, kind)], step) for kind in kinds]

        steps = [Step(TITLES[step], row(step, chain.TOTAL), [[one, *row(step, name)] for name, one in names.items()])
                 for step, names in chain.STEPS.items()]
        if kinds:
            tables.append((int(year), Steps([GROUP_NAMES[kind] for kind in kinds], steps)))
    return tables


def links(results: Results) -> dict[int, list[Link]]:
    """Return the chain in a few links by year, each with what it mostly is; empty without a second policy."""
    found = chain.chain(results)
    if found.empty:
        return {}
    whole = found[found["group"] == "all_counties"]
    return {int(year): _links(results, int(year), part.set_index(["step", "component"]))
            for year, part in whole.groupby("year")}


def _links(results: Results, year: int, cells: pd.DataFrame) -> list[Link]:
    across = cells.loc[[("urban_residents", name) for name in chain.BORDERS], "effect"].sum()
    within = Words("县内由村进城{within}；与县外净迁移{across}",
                   "from villages to towns {within}; over county borders {across}").fill(
        within=_change(cells.loc[("urban_residents", "within"), "effect"]), across=_change(across))
    return [
        *_delivered(results, year),
        Link(Words("岗位", "Jobs"), _said(cells.loc[("jobs", chain.TOTAL)], PERSONS),
             Words("其中城镇{urban}", "{urban} of them in towns and seats").fill(
                 urban=_change(cells.loc[("jobs", "urban"), "effect"]))),
        *_filled(cells),
        Link(Words("城镇常住人口", "Urban residents"), _said(cells.loc[("urban_residents", chain.TOTAL)], PERSONS),
             within),
        Link(Words("城镇化率", "Urban share"), _said(cells.loc[(chain.SHARE, chain.TOTAL)], POINTS),
             _largest(cells)),
    ]


def _largest(cells: pd.DataFrame) -> Words:
    """Name the largest component of the effect on the urban share; nothing where the effect is not sure."""
    if not _sure(cells.loc[(chain.SHARE, chain.TOTAL)]):
        return NOTHING
    effects = cells.loc[chain.SHARE].drop(chain.TOTAL)["effect"]
    way = 1 if cells.loc[(chain.SHARE, chain.TOTAL), "effect"] > 0 else -1
    most = str((way * effects).idxmax())
    words = Words("其中最多来自{name}：{size}个百分点", "the largest part, {size} points: {name}")
    name = chain.PEOPLE[most]
    return words.fill(name=Words(name.zh, name.en[0].lower() + name.en[1:]),
                      size=units.difference(effects[most], POINTS))


def _delivered(results: Results, year: int) -> list[Link]:
    found = bound.delivered(results, year)
    if found is None:
        return []
    share, waits = percent(found[0]), found[1]
    note = Words("缺口主要来自{what}", "what is missing waits mostly for {what}").fill(what=waits) if waits else NOTHING
    return [Link(Words("计划剂量已建成", "Planned doses that stand"), Words(share, share), note)]


def _filled(cells: pd.DataFrame) -> list[Link]:
    """Say who filled most of the additional jobs; nothing where it is not sure that there are any."""
    if cells.loc[("jobs", chain.TOTAL), "effect"] <= 0 or not _sure(cells.loc[("jobs", chain.TOTAL)]):
        return []
    most = max(FILLERS, key=lambda name: cells.loc[("filled", name), "effect"])
    elsewhere, hired = (cells.loc[("hired", name)] for name in ("elsewhere", chain.TOTAL))
    note = NOTHING
    if _sure(elsewhere) and 0 < elsewhere["effect"] <= hired["effect"]:
        words = Words("多录用者中{share}住在县内他处", "{share} of the additional hires live elsewhere in the county")
        note = words.fill(share=percent(elsewhere["effect"] / hired["effect"]))
    return [Link(Words("填补者最多", "Most were filled by"), FILLERS[most], note)]


FILLERS = {
    "unemployed": Words("失业者", "the unemployed"),
    "entrants": Words("新进入者", "people new to work"), "farmers": Words("务农者", "farmers"),
    "movers": Words("近一年迁来者", "recent movers"),
}


class Waits(NamedTuple):
    """A row of the table of what bound the programme: a name, planned doses and each part's share of them."""

    name: Cell
    planned: str
    shares: list[float]


def years(results: Results) -> list[Waits]:
    """Return what bound the programme in all counties, by year from the first in which something stands or waits."""
    table = bound.bounds(results)
    if table.empty:
        return []
    rows = table[(table["measure"] == bound.ALL) & (table["group"] == "all_counties")]
    begun = rows.loc[rows["delivered"] > 0, "year"].min()
    return [_waits(str(row["year"]), row) for row in rows.sort_values("year").to_dict("records")
            if pd.isna(begun) or row["year"] >= begun - 1]


def kinds(results: Results) -> list[Waits]:
    """Return what bound the programme in the year of the report, by county type."""
    table = bound.bounds(results)
    if table.empty:
        return []
    rows = table[(table["measure"] == bound.ALL) & (table["year"] == results.horizon)].set_index("group")
    return [_waits(GROUP_NAMES[kind], rows.loc[kind]) for kind in style.COUNTY_TYPES if kind in rows.index]


def measures(results: Results) -> list[Waits]:
    """Return what bound each measure in all counties in the year of the report."""
    table = bound.bounds(results)
    if table.empty:
        return []
    titles = {name: Words(one["title"]["zh"], one["title"]["en"])
              for name, one in results.config.get("measures", {}).items()}
    rows = table[(table["group"] == "all_counties") & (table["year"] == results.horizon)].set_index("measure")
    return [_waits(title, rows.loc[name]) for name, title in titles.items() if name in rows.index]


def _waits(name: Cell, row) -> Waits:
    return Waits(name, f"{row['planned']:.2f}", [float(row[part] / row["planned"]) for part in bound.WAITS])


def _moves(effects: pd.DataFrame) -> bool:
    """Return whether a component can differ at all: moves between counties leave their sum as it is."""
    return bool(effects[["effect", "low", "high"]].to_numpy().any())


def _mean(row: pd.Series, step: str) -> str:
    unit = _unit(step)
    return units.difference(row["effect"] * unit.factor, unit) + ("" if _sure(row) else " ○")


def _unit(step: str) -> units.Unit:
    return POINTS if step == chain.SHARE else PERSONS


def _sure(row: pd.Series) -> bool:
    """Return whether an effect can be told from chance; of runs too few to tell nothing is said here."""
    return bool(row["clear"] or row["drawn"] < LEAST_SEEDS)


def _change(persons: float) -> Words:
    return both(lambda language: units.change(persons * PERSONS.factor, PERSONS, language))


def _said(row: pd.Series, unit: units.Unit) -> Words:
    """Write an effect, or that it cannot be told from chance."""
    if not _sure(row):
        return Words("无明确变化", "no clear change")
    return both(lambda language: units.change(row["effect"] * unit.factor, unit, language))
