"""The tables of the report: heads and cells in both languages, each computed from the files of a run."""

import re
from functools import partial
from typing import NamedTuple

import pandas as pd

from sim.report import change, effects, fairness, layers, money, movement, observations, scorecard, style, units
from sim.report.bilingual import Words, both
from sim.report.findings import HIGH, LOW
from sim.report.results import Results
from sim.report.style import Language

Cell = Words | str


NOTHING = Words("", "")


class Table(NamedTuple):
    """A table: heads, rows of cells, and notes below; the first column is text, the others are figures."""

    heads: list[Cell]
    rows: list[list[Cell]]
    note: Cell = ""


class Row(NamedTuple):
    """A row of the scorecard."""

    indicator: str
    aspect: str
    name: Words
    unit: Words
    base: str
    baseline: str
    value: str
    band: Words
    target: str
    verdict: str
    baseline_verdict: str
    status: Words
    rule: Words


GROUP_NAMES = {name: Words(group.label("zh"), group.label("en")) for name, group in style.GROUPS.items()}
OTHERS = ("residents", "net_migration", "jobs", "unemployment_rate", "monthly_pay", "output", "house_price", "debt",
          "debt_ratio")  # fmt: skip
"""Observations shown beside the indicators."""
PAYERS = {
    "above": Words("上级补助（经省下达）", "Grants from above, through the province"),
    "bonds": Words("县：比对照多发的专项债券", "Counties: special bonds beyond those without the policy"),
    "projects": Words("县：让出的其他建设资金", "Counties: other capital projects given up"),
}
SIDES = {"hukou": Words("户籍", "Hukou"), "age": Words("年龄", "Age")}
ONE = {"万人": Words("人", "person"), "亿元": Words("元", "yuan"), "万元": Words("元/人", "yuan per person")}
"""One of what large units count."""
WHO = {
    "neighbours": Words("未实施措施的相邻县", "Adjoining counties without measures"),
    "districts": Words("其他市辖区：来自县域的净流入", "Other city districts: net gain from elsewhere"),
    "core": Words("济南、青岛市区：净流入", "Jinan and Qingdao: net gain"),
    "outside": Words("省外：净流入", "Outside the province: net gain"),
}


def name_of(results: Results, indicator: str) -> Words:
    """Return the title of an indicator or of another observation."""
    return results.title(indicator) if indicator in results.system.indicators else observations.words(indicator)


def unit_of(results: Results, indicator: str) -> units.Unit:
    """Return how values of an indicator or another observation are written."""
    return results.unit(indicator) if indicator in results.system.indicators else observations.unit(indicator)


def score_rows(results: Results) -> list[Row]:
    """Return the scorecard as it is written."""
    rows = []
    for row in scorecard.scorecard(results).itertuples():
        one, unit = results.system.indicators[row.indicator], results.unit(row.indicator)
        status = results.system.statuses[row.status]
        write = _writer(unit)
        low, high = write(row.low), write(row.high)
        band = Words(f"{low}—{high}", f"{low}–{high}") if results.seeds > 1 else NOTHING
        rows.append(Row(
            row.indicator, row.aspect, results.title(row.indicator), both(unit.name), write(row.base),
            write(row.baseline), write(row.value), band, write(row.target), row.verdict, row.baseline_verdict,
            Words(status.zh, status.en), both(one.target.words)))  # fmt: skip
    return rows


def effects_by_type(results: Results) -> Table | None:
    """Return effects on all counties and by type, with interval, share of seeds of one sign and what is detectable."""
    found = effects.effects(results, results.horizon)
    if found.empty:
        return None
    groups = [name for name in results.groups if name != "province"]
    shown = [name for name in (*results.system.indicators, *OTHERS) if name in set(found["indicator"])]
    cells = found.set_index(["indicator", "group"])
    rows = [[_named(results, name), *(_effect(cells, results, name, group) for group in groups)] for name in shown]
    return Table([Words("指标", "Indicator"), *(GROUP_NAMES[name] for name in groups)], rows)


def by_type(results: Results) -> Table | None:
    """Return what the policy changes for each county type."""
    found = fairness.by_type(results)
    if found.empty:
        return None
    cells = found.set_index(["indicator", "group"])
    kinds = [name for name in style.COUNTY_TYPES if name in set(found["group"])]
    rows: list[list[Cell]] = [[GROUP_NAMES[kind], *(_short(cells.loc[(name, kind)], unit_of(results, name))
                                                  for name in fairness.TYPES)] for kind in kinds]  # fmt: skip
    return Table([Words("县（市）类型", "County type"), *(_named(results, name) for name in fairness.TYPES)], rows)


def sides(results: Results) -> dict[str, Table]:
    """Return what the policy changes for people, by hukou and by age."""
    found = fairness.sides(results)
    named = Words("{name}，{unit}", "{name}, {unit}")
    parts: dict[str, list[list[Cell]]] = {"hukou": [], "age": []}
    for row in found.to_dict("records"):
        unit = observations.unit(row["indicator"])
        words = named.fill(name=Words(row["zh"], row["en"]), unit=both(unit.change_name))
        parts[row["side"]].append([words, _short(row, unit)])
    people = units.unit("persons")
    for row in fairness.movers(results).to_dict("records"):
        who = (fairness.HUKOU if row["by"] == "hukou" else fairness.AGES)[row["name"]]
        words = Words("每年迁入乡镇驻地和县城者，{who}", "Movers into towns and seats a year, {who}").fill(who=who)
        parts[row["by"]].append([named.fill(name=words, unit=both(people.name)), _short(row, people)])
    effect = Words("政策效果", "Effect of the policy")
    return {side: Table([SIDES[side], effect], rows) for side, rows in parts.items() if rows}


def neighbours(results: Results) -> Table | None:
    """Return what the policy changes for places without measures."""
    found = fairness.neighbours(results)
    if found.empty:
        return None
    people = units.unit("persons")
    words = {"balance": Words("每年", "a year")}
    rows: list[list[Cell]] = []
    for row in found.to_dict("records"):
        name = Words("{who}（{what}），{unit}", "{who} ({what}), {unit}")
        what = words.get(row["indicator"], observations.words(row["indicator"]))
        rows.append([name.fill(who=WHO[row["who"]], what=what, unit=both(people.name)), _short(row, people)])
    note: Cell = ""
    if not fairness.untreated_neighbours(results):
        note = Words(
            "没有未实施措施而与实施县相邻的县，因此不能比较相邻县。",
            "No county without measures adjoins one with measures: there are no neighbours to compare.",
        )
    return Table([Words("对象", "Who"), Words("政策效果", "Effect of the policy")], rows, note)


class Dose(NamedTuple):
    """A measure with its doses and its money, as written."""

    name: Words
    group: str
    planned: float
    funded: float
    delivered: float
    paid: str


def dose_rows(results: Results) -> list[Dose]:
    """Return what was planned, funded and delivered of each measure."""
    factor = units.unit("yuan").factor
    return [
        Dose(Words(r.zh, r.en), r.group, r.planned, r.funded, r.delivered, units.number(r.paid * factor))
        for r in money.doses(results).itertuples()
    ]


def payers(results: Results) -> Table | None:
    """Return who paid how much for measures."""
    paid = money.payers(results)
    if paid.empty:
        return None
    factor = units.unit("yuan").factor
    total = paid.groupby("seed")["yuan"].sum()
    rows: list[list[Cell]] = []
    for name, words in PAYERS.items():
        values = paid[paid["payer"] == name].set_index("seed")["yuan"]
        rows.append([words, _spread(values * factor, results), _percent((values / total).mean())])
    rows.append([Words("合计", "Together"), _spread(total * factor, results), "100%"])
    heads: list[Cell] = [Words("承担者", "Payer"), Words("亿元（当年价）", "100 million yuan, current prices"),
                         Words("占比", "Share")]  # fmt: skip
    return Table(heads, rows)


def cost_per_effect(results: Results) -> Table | None:
    """Return what was spent on all measures for each unit of a clear gain."""
    found = money.cost_per_effect(results)
    if found.empty:
        return None
    rows: list[list[Cell]] = []
    for row in found.itertuples():
        unit = unit_of(results, row.indicator)
        cost = both(partial(_yuan, row.yuan_per_unit))
        single = re.sub(r"s$|s(?= per)", "", unit.change_name("en"), count=1)
        one = ONE.get(unit.zh, Words(f"1{unit.change_name('zh')}", single))
        rows.append([_named(results, row.indicator), units.difference(row.effect * unit.factor, unit),
                     Words("每{one}{cost}", "{cost} per {one}").fill(one=one, cost=cost)])  # fmt: skip
    heads: list[Cell] = [Words("改善", "Gain"), Words("政策效果", "Effect"),
                         Words("全部措施支出与效果之比", "Spent on all measures for it")]  # fmt: skip
    return Table(heads, rows)


def ledger(results: Results) -> list[tuple[Words, Table]]:
    """Return the accounts of the counties together, one table per book, and their debts."""
    table = money.accounts(results)
    if table.empty:
        return []
    factor = units.unit("yuan").factor
    compared = "effect" in table
    heads: list[Cell] = [Words("项目", "Item"), Words("亿元", "100 million yuan")]
    heads += [Words("政策效果", "Effect of the policy")] if compared else []
    found = []
    for book, title in money.BOOKS.items():
        for side, what in (("in", Words("收入", "receipts")), ("out", Words("支出", "payments"))):
            part = table[(table["book"] == book) & (table["side"] == side)]
            rows = [[money.ITEMS[book].get(row["item"], row["item"]), units.number(row["value"] * factor),
                     *([_short(row, units.unit("yuan"))] if compared else [])]
                    for row in part.to_dict("records") if abs(row["value"] * factor) >= 0.05]  # fmt: skip
            found.append((Words("{title}：{what}", "{title}: {what}").fill(title=title, what=what), Table(heads, rows)))
    debts = table[table["side"] == "owed"].to_dict("records")
    rows = [[money.DEBTS[row["book"]], units.number(row["value"] * factor),
             *([_short(row, units.unit("yuan"))] if compared else [])] for row in debts]  # fmt: skip
    return [*found, (Words("年末债务", "Debt at the end of the year"), Table(heads, rows))]


class Decomposition(NamedTuple):
    """What the change of one urban share is made of: a table by county type, and bars for all counties."""

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
    groups = [name for name in results.groups if name in set(found["group"])]
    parts = []
    for rate, part in found.groupby("rate", sort=False):
        cells = part.set_index(["component", "group"])
        names = list(dict.fromkeys(part["component"]))
        sums = part.groupby("group")[["points", "emptying"]].sum()
        rows: list[list[Cell]] = [[change.NAMES[rate, name], *(_component(cells.loc[(name, g)], results, g == groups[0])
                                                              for g in groups)] for name in names]  # fmt: skip
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
                  "{group}, {title}: {flag} (in {share} of years and seeds)")  # fmt: skip
    return [words.fill(group=GROUP_NAMES[row.group], title=results.title(row.rate), flag=change.FLAGS[row.flag],
                       share=_percent(row.share)) for row in change.flags(results).itertuples()]  # fmt: skip


def arrived(results: Results) -> Table | None:
    """Return which share of each effect at the end of the run is there in the target year."""
    found = effects.arrived(results)
    if found.empty:
        return None
    last = results.years[1]
    rows: list[list[Cell]] = []
    for row in found.itertuples():
        unit = results.unit(row.indicator)
        share: Cell = _percent(row.share) if row.clear else Words("效果不明确", "effect not clear")
        now, end = _difference(row.effect, unit), _difference(row.at_end, unit)
        rows.append([_named(results, row.indicator), now, end, share])
    year = results.horizon
    heads: list[Cell] = [
        Words("指标", "Indicator"), Words(f"{year}年效果", f"Effect in {year}"),
        Words(f"{last}年效果", f"Effect in {last}"), Words(f"{year}年已实现", f"Arrived by {year}")]  # fmt: skip
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
            cells.append("—" if pd.isna(value) else f"{_writer(unit)(value)} ({_difference(change, unit)})")
        rows.append([Words(county["name_zh"], county["name_en"]), *cells])
    return Table([Words("县（市）", "County"), *heads], rows)


def moves(results: Results) -> Table | None:
    """Return moves a year by source and goal."""
    found = movement.matrix(results, results.policy)
    if found.empty:
        return None
    factor = units.unit("persons").factor
    rows: list[list[Cell]] = [
        [movement.KINDS[source], *(units.number(value * factor) if value else "—" for value in found.loc[source])]
        for source in found.index
    ]
    corner = Words("从 ＼ 到，万人", "From \\ to, 10,000 persons")
    return Table([corner, *(movement.KINDS[goal] for goal in found.columns)], rows)


def _named(results: Results, indicator: str) -> Words:
    unit = unit_of(results, indicator)
    words = Words("{name}，{unit}", "{name}, {unit}") if unit.zh else Words("{name}", "{name}")
    return words.fill(name=name_of(results, indicator), unit=both(unit.change_name))


def _effect(cells: pd.DataFrame, results: Results, indicator: str, group: str) -> Cell:
    """Write an effect with its interval, how many seeds share its sign and what would be detectable."""
    if (indicator, group) not in cells.index:
        return "—"
    row, unit = cells.loc[(indicator, group)], unit_of(results, indicator)
    if row["seeds"] < 2:
        return _short(row, unit)
    least = units.tick(float(f"{row['detectable'] * unit.factor:.2g}"))
    size = units.difference(row["effect"] * unit.factor, unit) + ("" if row["clear"] else " ○")
    low, high = (units.difference(row[name] * unit.factor, unit) for name in ("low", "high"))
    words = Words("{size}\n{low}至{high}\n{share} · {least}", "{size}\n{low} to {high}\n{share} · {least}")
    return words.fill(size=size, low=low, high=high, share=_percent(row["same_sign"]), least=least)


def _short(row, unit: units.Unit) -> Words:
    """Write an effect with its interval; one that cannot be told from chance says so with a mark."""
    size = units.difference(row["effect"] * unit.factor, unit)
    if row["seeds"] < 2:
        return Words(size, size)
    low, high = (units.difference(row[name] * unit.factor, unit) for name in ("low", "high"))
    return _around(size, low, high, "" if row["clear"] else " ○")


def _component(row: pd.Series, results: Results, with_interval: bool) -> Words:
    """Write the points of a component, for all counties with their interval."""
    unit = units.unit("%")
    size = units.difference(row["points"], unit)
    if not with_interval or results.seeds < 2:
        return Words(size, size)
    return _around(size, units.difference(row["low"], unit), units.difference(row["high"], unit))


def _around(size: str, low: str, high: str, mark: str = "") -> Words:
    return Words(f"{size}（{low}至{high}）{mark}", f"{size} ({low} to {high}){mark}")


def _spread(values: pd.Series, results: Results) -> Cell:
    mean = units.number(values.mean())
    if results.seeds < 2:
        return mean
    return _around(mean, units.number(values.quantile(LOW)), units.number(values.quantile(HIGH)))


def _writer(unit: units.Unit):
    return lambda value: units.number(value * unit.factor, decimals=unit.decimals)


def _difference(value: float, unit: units.Unit) -> str:
    return units.difference(value * unit.factor, unit) if pd.notna(value) else "—"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if pd.notna(share) else "—"


def _yuan(value: float, language: Language) -> str:
    """Write yuan in the unit that suits their size."""
    if language == "zh" and value < 1e8:
        return f"{units.number(value * 1e-4)}万元" if value >= 1e4 else f"{units.number(value)}元"
    return units.amount(value * 1e-8, units.unit("yuan"), language) if value >= 1e3 else f"{units.number(value)} yuan"
