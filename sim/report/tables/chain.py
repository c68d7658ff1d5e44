"""The effect of a policy on urbanization as a chain of sums: jobs, who holds them, moves, people, the urban share."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pandas as pd

from sim.report.tables import effects, movement
from sim.report.tables.results import Results
from sim.report.words import style
from sim.report.words.bilingual import Words

TOTAL = "total"
NATURAL = Words("出生减死亡", "Births less deaths")
LINE = Words("就地改划", "Reclassification")
BORDERS = {
    "counties": Words("与其他县（市）之间净迁移", "To and from other counties, net"),
    "districts": Words("与市辖区之间净迁移", "To and from city districts, net"),
    "outside": Words("与省外之间净迁移", "To and from outside the province, net"),
}
"""Whom a county exchanges people with over its border."""
PEOPLE = {"within": Words("县内由村进城（净）", "From villages to towns and seat, net"), **BORDERS, "natural": NATURAL,
          "reclassification": LINE}
STEPS: dict[str, dict[str, Words]] = {
    "jobs": {
        "urban": Words("在县城和乡镇驻地", "In towns and seats"),
        "village": Words("在村庄", "In villages"),
    },
    "filled": {
        "unemployed": Words("失业者（再就业减失业）", "The unemployed (hired again less jobs lost)"),
        "entrants": Words("新进入劳动力市场者", "People who begin to work"),
        "farmers": Words("原自营务农者", "Own-account farmers"),
        "movers": Words("近一年迁来现居地者", "People who moved in the last year"),
        "left": Words("减：退休、去世或迁走者", "Less: retired, died or moved away"),
    },
    "hired": {
        "same": Words("居住在岗位所在类地点", "Live in the kind of place where the job is"),
        "elsewhere": Words("居住在县内他处（通勤）", "Live elsewhere in the county and commute"),
    },
    "instead": {
        "unemployed": Words("失业者减少", "Fewer are unemployed"),
        "farming": Words("自营务农者减少", "Fewer farm on their own account"),
        "away": Words("到市辖区就业者减少", "Fewer work in city districts"),
        "idle": Words("不工作也不求职者减少", "Fewer neither work nor look for work"),
        "residents": Words("常住人口增加", "More residents"),
    },
    "urban_residents": PEOPLE,
    "residents": {name: PEOPLE[name] for name in (*BORDERS, "natural")},
    "urban_share": PEOPLE,
}
"""Components of each step of the chain, which sum to its total, in words. Totals are the effects on jobs (jobs, filled,
instead), on all hires since the start (hired), and on urban residents, residents and the urban share."""
SHARE = "urban_share"
"""The step in percentage points; all others are persons."""
RATE = "resident_urbanization"
KEYS = ["parameter_set", "chance", "seed", "group"]


@lru_cache(maxsize=8)
def chain(results: Results) -> pd.DataFrame:
    """Return the effect on each component, in the year of the report and the last, by group of counties.

    Columns: year, group, step, component (of `STEPS`, or `TOTAL`, their sum), and those of `effects.spread`. Paired by
    parameter set and seed. Empty without a second policy or without the tables.
    """
    wanted = ("turnover", "decomposition", "flows")
    if results.reference is None or any(results.table(name).empty for name in wanted):
        return pd.DataFrame()
    parts = []
    for year in dict.fromkeys((results.horizon, results.years[1])):
        ours, theirs = (_amounts(results, policy, year) for policy in (results.policy, results.reference))
        change = (ours - theirs.reindex(columns=ours.columns)).dropna(how="all")
        values = change.stack(["step", "component"], future_stack=True).rename("value").reset_index()
        parts.append(effects.spread(values, ["group", "step", "component"]).assign(year=year))
    table, groups, steps = pd.concat(parts), _groups(results), [*STEPS]
    order = {(step, name): k for k, (step, name) in enumerate(
        (step, name) for step in steps for name in (TOTAL, *STEPS[step]))}
    place = [(row.year, groups.index(row.group), order[row.step, row.component]) for row in table.itertuples()]
    return table.iloc[sorted(range(len(table)), key=place.__getitem__)].reset_index(drop=True)


def _amounts(results: Results, policy: str | None, year: int) -> pd.DataFrame:
    """Return every component under a policy by replicate and group (rows) and step and component (columns)."""
    parts = dict(part for read in (_jobs, _instead, _people) for part in read(results, policy, year))
    rows = parts["instead"].index
    table = pd.concat({step: parts[step].reindex(index=rows, columns=[*names], fill_value=0.0)
                       for step, names in STEPS.items()}, axis=1, names=["step", "component"])
    for step in STEPS:
        table[step, TOTAL] = table[step].sum(axis=1)
    return table


Parts = Iterator[tuple[str, pd.DataFrame]]
"""Components (columns) of a step, by replicate and group (rows)."""


def _jobs(results: Results, policy: str | None, year: int) -> Parts:
    """Yield jobs since the start of the run by place, by who was hired, and hires by where they live."""
    table = results.of("turnover", policy)
    table = _grouped(results, table[table["year"] <= year], ["place", "flow", "home"])
    table = table.assign(place=np.where(table["place"] == "village", "village", "urban"),
                         flow=table["flow"].replace("lost", "unemployed"))
    for step, column in (("jobs", "place"), ("filled", "flow"), ("hired", "home")):
        yield step, _sums(table[table[column] != ""], column)


def _instead(results: Results, policy: str | None, year: int) -> Parts:
    """Yield what residents do who have no job in the county, below 0, and residents: they sum to jobs."""
    table = results.of("indicators", policy)
    table = table[(table["year"] == year) & table["group"].isin(_groups(results))]
    one = table.pivot(index=KEYS, columns="indicator", values="value")
    unemployed = one["employed"] * one["unemployment_rate"] / (100 - one["unemployment_rate"])
    farming = one["employed"] * one["farming_share"] / 100
    away, idle = one["employed"] - farming - one["jobs"], one["residents"] - one["employed"] - unemployed
    yield "instead", pd.DataFrame({"unemployed": -unemployed, "farming": -farming, "away": -away, "idle": -idle,
                                   "residents": one["residents"]})


def _people(results: Results, policy: str | None, year: int) -> Parts:
    """Yield components of the change of residents, of urban ones and of their share since the start of the run."""
    table = results.of("decomposition", policy)
    table = table[(table["rate"] == RATE) & (table["year"] <= year) & table["group"].isin(_groups(results))]
    names = {"births": "natural", "deaths": "natural", "moves_within": "within", "reclassification": "reclassification"}
    own = table[table["component"].isin(names)].assign(component=table["component"].map(names))
    across = _across(results, policy, year).merge(_points_of_a_person(table), on=[*KEYS, "year", "acts_on"])
    across = across.assign(points=across["persons"] * across["points"], component=across["other"])
    both = pd.concat([own, across])
    yield "urban_residents", _sums(both[both["acts_on"] != "village"], "component")
    yield "residents", _sums(both[both["acts_on"] != "both"], "component")
    yield SHARE, _sums(both, "component", "points")


def _across(results: Results, policy: str | None, year: int) -> pd.DataFrame:
    """Return moves over county borders in persons: arrivals above 0, departures below, by the kind of place in the
    county (acts_on) and the other side."""
    table = results.of("flows", policy)
    table = table[table["year"] <= year]
    sides = ["origin", "destination"]
    table = table.groupby([*KEYS[:3], "year", *sides], as_index=False, observed=True)["persons"].sum()
    names = pd.concat([table[side] for side in sides]).unique()
    unit = {name: name.partition("-")[0] for name in names}
    kind = {name: movement.kind(name) for name in names}
    other = {name: kind[name] if kind[name] in ("districts", "outside") else "counties" for name in names}
    table = table[table["origin"].map(unit) != table["destination"].map(unit)]
    parts = []
    for here, there, sign in ((sides[1], sides[0], 1), (sides[0], sides[1], -1)):
        acts_on = table[here].map({name: "village" if kind[name] == "village" else "urban" for name in names})
        parts.append(table.assign(adcode=table[here].map(unit), acts_on=acts_on, other=table[there].map(other),
                                  persons=sign * table["persons"]))
    keys = ["year", "acts_on", "other"]
    return _grouped(results, pd.concat(parts), keys).groupby([*KEYS, *keys], as_index=False)["persons"].sum()


def _points_of_a_person(table: pd.DataFrame) -> pd.DataFrame:
    """Return the points that one person adds, by replicate, group, year and acts_on: the same for every component."""
    largest = table.assign(size=table["persons"].abs()).sort_values("size", kind="stable")
    one = largest.drop_duplicates([*KEYS, "year", "acts_on"], keep="last")
    points = (one["points"] / one["persons"]).where(one["persons"] != 0, 0.0)
    return one.assign(points=points)[[*KEYS, "year", "acts_on", "points"]]


def _sums(table: pd.DataFrame, column: str, value: str = "persons") -> pd.DataFrame:
    return table.groupby([*KEYS, column])[value].sum().astype(float).unstack(column, fill_value=0.0)


def _groups(results: Results) -> list[str]:
    return [name for name in results.groups if name != "province"]


def _grouped(results: Results, table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return persons of counties (`adcode`) by keys, once for all counties and, where the run knows types, once for
    each type."""
    types = table["adcode"].map(results.counties.set_index("adcode")["county_type"].astype(str))
    of = [*KEYS, *keys]
    sums = table.assign(group=types).groupby(of, as_index=False, observed=True)["persons"].sum()
    known = set(_groups(results)) & set(style.COUNTY_TYPES)
    return pd.concat([sums.assign(group="all_counties"), sums[sums["group"].isin(known)]])
