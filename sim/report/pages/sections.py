"""Tables of indicators, effects, counties, components and moves, each computed from the files of a run."""

from typing import NamedTuple

import pandas as pd

from sim.report.charts import layers
from sim.report.tables import change, effects, movement, scorecard
from sim.report.tables.cells import (
    GROUP_NAMES,
    NOTHING,
    Cell,
    Table,
    around,
    difference,
    named,
    percent,
    short,
    writer,
)
from sim.report.tables.results import Results
from sim.report.tables.spread import shares
from sim.report.words import units
from sim.report.words.bilingual import Words, both


class Row(NamedTuple):
    """A row of the scorecard."""

    indicator: str
    aspect: str
    name: Words
    unit: Words
    base: str
    without: str
    value: str
    band: Words
    target: str
    verdict: str
    without_verdict: str
    status: Words
    rule: Words


OTHERS = ("residents", "net_migration", "jobs", "unemployment_rate", "monthly_pay", "output", "house_price", "debt",
          "debt_ratio")
"""Observations shown beside the indicators."""
VARYING = Words("{status}；基期为模拟值，因参数组而异，目标随之",
                "{status}; the base is simulated and differs between parameter sets, and the target with it")


def score_rows(results: Results) -> list[Row]:
    """Return the scorecard as it is written."""
    rows = []
    for row in scorecard.scorecard(results).itertuples():
        one, unit = results.system.indicators[row.indicator], results.unit(row.indicator)
        status = results.system.statuses[row.status]
        write = writer(unit)
        low, high = write(row.low), write(row.high)
        band = Words(f"{low}—{high}", f"{low}–{high}") if results.replicates > 1 else NOTHING
        rows.append(Row(
            row.indicator, row.aspect, results.title(row.indicator), both(unit.name), write(row.base),
            write(row.without), write(row.value), band, write(row.target), row.verdict, row.without_verdict,
            VARYING.fill(status=status) if row.base_varies else Words(status.zh, status.en), both(one.target.words)))
    return rows


def effects_by_type(results: Results) -> Table | None:
    """Return effects on all counties and by type, with interval, share of seeds of one sign and detectable effect."""
    found = effects.effects(results, results.horizon)
    if found.empty:
        return None
    groups = [name for name in results.groups if name != "province"]
    known = set(found["indicator"].unique())
    shown = [name for name in (*results.system.indicators, *OTHERS) if name in known]
    cells = found.set_index(["indicator", "group"])
    rows = [[named(results, name), *(_effect(cells, results, name, group) for group in groups)] for name in shown]
    return Table([Words("指标", "Indicator"), *(GROUP_NAMES[name] for name in groups)], rows)


def spread_of(results: Results) -> Table | None:
    """Return the shares of parameter sets and of seeds in the variance of each indicator and of the policy's effect on
    it; nothing with one set or one seed."""
    table = results.whole(results.policy)
    if results.parameter_sets < 2:
        return None
    names = list(results.system.indicators)
    parts = {"value": shares(table[table["year"] == results.horizon], ["indicator"])}
    found = effects.effects(results, results.horizon)
    if len(found):
        whole = found[found["group"] == "all_counties"].set_index("indicator")["of_parameters"]
        parts["effect"] = pd.DataFrame({"parameters": whole, "chance": 1 - whole})
    if parts["value"]["parameters"].isna().all():
        return None
    rows: list[list[Cell]] = [
        [results.title(name), *(percent(part[of].get(name, float("nan"))) for part in parts.values() for of in part)]
        for name in names if name in parts["value"].index]
    heads: list[Cell] = [Words("指标", "Indicator"), Words("数值：参数", "Value: parameters"),
                         Words("数值：随机", "Value: chance"), Words("效果：参数", "Effect: parameters"),
                         Words("效果：随机", "Effect: chance")]
    return Table(heads[: 1 + 2 * len(parts)], rows)


class Decomposition(NamedTuple):
    """The decomposition of the change of one urban share: a table by county type, and bars for all counties."""

    title: Words
    table: Table
    bars: list[tuple[float, float]]
    """Start and length of the bar of each row, in percent of the room for it; the total is the last row but one."""
    zero: float


def decomposition(results: Results) -> list[Decomposition]:
    """Return the components of both shares' changes until the year of the report, in percentage points."""
    found = change.components(results)
    if found.empty:
        return []
    called, groups = change.names(results), [name for name in results.groups if name in set(found["group"])]
    parts = []
    for rate, part in found.groupby("rate", sort=False):
        cells = part.set_index(["component", "group"])
        names = list(dict.fromkeys(part["component"]))
        sums = part.groupby("group")[["points", "emptying"]].sum()
        rows: list[list[Cell]] = [[called[str(rate), name], *(_component(cells.loc[(name, g)], results, g == groups[0])
                                                              for g in groups)] for name in names]
        points = units.unit("%")
        for name, column in (
            (Words("合计", "Together"), "points"),
            (Words("其中：仅因乡村人口变化（分母）", "Of it: only because village people change"), "emptying"),
        ):
            rows.append([name, *(units.difference(sums.loc[g, column], points) for g in groups)])
        values = [float(cells.loc[(name, groups[0]), "points"]) for name in names]
        values += [float(sums.loc[groups[0], "points"]), float(sums.loc[groups[0], "emptying"])]
        low, high = min(0.0, *values), max(0.0, *values)
        scale = 100 / ((high - low) or 1.0)
        bars = [(round((min(v, 0.0) - low) * scale, 1), round(abs(v) * scale, 1)) for v in values]
        heads: list[Cell] = [Words("组成，百分点", "Component, percentage points"), *(GROUP_NAMES[g] for g in groups)]
        parts.append(Decomposition(results.title(str(rate)), Table(heads, rows), bars, round(-low * scale, 1)))
    return parts


def flags(results: Results) -> list[Words]:
    """Return the red flags of the decomposition in words."""
    words = Words("{group}，{title}：{flag}（{share}的年份与种子）",
                  "{group}, {title}: {flag} (in {share} of years and seeds)")
    return [words.fill(group=GROUP_NAMES[row.group], title=results.title(row.rate), flag=change.FLAGS[row.flag],
                       share=percent(row.share)) for row in change.flags(results).itertuples()]


def arrived(results: Results) -> Table | None:
    """Return which share of each effect at the end of the run is there in the target year."""
    found = effects.arrived(results)
    if found.empty:
        return None
    last = results.years[1]
    rows: list[list[Cell]] = []
    for row in found.itertuples():
        unit = results.unit(row.indicator)
        share: Cell = percent(row.share) if row.clear else Words("效果不明确", "effect not clear")
        now, end = difference(row.effect, unit), difference(row.at_end, unit)
        rows.append([named(results, row.indicator), now, end, share])
    year = results.horizon
    heads: list[Cell] = [
        Words("指标", "Indicator"), Words(f"{year}年效果", f"Effect in {year}"),
        Words(f"{last}年效果", f"Effect in {last}"), Words(f"{year}年已实现", f"Arrived by {year}")]
    return Table(heads, rows)


def counties(results: Results) -> Table:
    """Return the values of single counties that may be shown, in the year of the report."""
    names = list(layers.showable(results))
    names = [name for name in results.system.indicators if name in names]
    columns = {name: layers.values(results, name, "value")["value"] for name in names}
    changes = {name: layers.values(results, name, "change")["value"] for name in names}
    title = Words("{name}，{unit}", "{name}, {unit}")
    heads = [title.fill(name=results.title(name), unit=both(results.unit(name).name)) for name in names]
    rows: list[list[Cell]] = []
    for county in results.counties.to_dict("records"):
        code = county["adcode"]
        cells: list[Cell] = []
        for name in names:
            unit = results.unit(name)
            value, change = columns[name][code], changes[name][code]
            cells.append("—" if pd.isna(value) else f"{writer(unit)(value)} ({difference(change, unit)})")
        rows.append([Words(county["name_zh"], county["name_en"]), *cells])
    return Table([Words("县（市）", "County"), *heads], rows)


def moves(results: Results) -> Table | None:
    """Return moves a year by source and goal."""
    found = movement.matrix(results, results.policy)
    if found.empty:
        return None
    factor, kinds = units.unit("persons").factor, movement.kinds(results)
    rows: list[list[Cell]] = [
        [kinds[source], *(units.number(value * factor) if value else "—" for value in found.loc[source])]
        for source in found.index
    ]
    corner = Words("从 ＼ 到，万人", "From \\ to, 10,000 persons")
    return Table([corner, *(kinds[goal] for goal in found.columns)], rows)


def _effect(cells: pd.DataFrame, results: Results, indicator: str, group: str) -> Cell:
    """Write an effect with its interval, the number of seeds that share its sign and the least detectable effect."""
    if (indicator, group) not in cells.index:
        return "—"
    row, unit = cells.loc[(indicator, group)], results.unit(indicator)
    if row["seeds"] < 2:
        return short(row, unit)
    least = row["detectable"] * unit.factor
    least = "<0.01" if least < 0.01 else units.tick(float(f"{least:.2g}"))
    size = units.difference(row["effect"] * unit.factor, unit) + ("" if row["clear"] else " ○")
    low, high = (units.difference(row[name] * unit.factor, unit) for name in ("low", "high"))
    words = Words("{size}\n{low}至{high}\n{share} · {least}", "{size}\n{low} to {high}\n{share} · {least}")
    return words.fill(size=size, low=low, high=high, share=percent(row["same_sign"]), least=least)


def _component(row: pd.Series, results: Results, with_interval: bool) -> Words:
    """Write the points of a component, for all counties with their interval."""
    unit = units.unit("%")
    size = units.difference(row["points"], unit)
    if not with_interval or results.replicates < 2:
        return Words(size, size)
    return around(size, units.difference(row["low"], unit), units.difference(row["high"], unit))
