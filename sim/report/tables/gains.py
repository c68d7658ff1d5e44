"""Tables of who gains and who loses by a policy."""

from sim.report.tables import effects, fairness, movement
from sim.report.tables.cells import GROUP_NAMES, Cell, Table, named, short
from sim.report.tables.results import Results
from sim.report.words import style, units
from sim.report.words.bilingual import Words, both

SIDES = {"hukou": Words("户籍", "Hukou"), "age": Words("年龄", "Age")}
WHO = {
    "neighbours": Words("未实施措施的相邻县", "Adjoining counties without measures"),
    "districts": Words("{place}：来自县域的净流入", "{place}: net gain from elsewhere"),
    "core": Words("{place}：净流入", "{place}: net gain"),
    "outside": Words("{place}：净流入", "{place}: net gain"),
}
ENDS = {
    "jobs": Words("岗位变化由{low}%（{least}）到{high}%（{most}）",
                  "jobs change by {low}% ({least}) to {high}% ({most})"),
    "debt_ratio": Words("债务率变化由{low}个百分点（{least}）到{high}个百分点（{most}）",
                        "the debt ratio changes by {low} points ({least}) to {high} points ({most})"),
}
"""What is said of the types at both ends, jobs in percent of those without the policy."""


def by_type(results: Results) -> Table | None:
    """Return the effects of the policy by county type."""
    found = fairness.by_type(results)
    if found.empty:
        return None
    cells = found.set_index(["indicator", "group"])
    kinds = [name for name in style.COUNTY_TYPES if name in set(found["group"])]
    rows: list[list[Cell]] = [[GROUP_NAMES[kind], *(short(cells.loc[(name, kind)], results.unit(name))
                                                  for name in fairness.TYPES)] for kind in kinds]
    return Table([Words("县（市）类型", "County type"), *(named(results, name) for name in fairness.TYPES)], rows)


def sentence(results: Results) -> Words | None:
    """Say between which county types the policy's effects on jobs and on the debt ratio lie; nothing where fewer than
    two of them have a sure sign."""
    found = fairness.by_type(results)
    if found.empty:
        return None
    base = results.pair(lambda one, policy: one.of("indicators", policy))[1]
    base = base[base["year"] == results.horizon].groupby(["group", "indicator"], observed=True)["value"].mean()
    parts = []
    for name, words in ENDS.items():
        rows = found[(found["indicator"] == name) & found["clear"]]
        if len(rows) < 2:
            continue
        kind = units.unit("%") if name == "jobs" else results.unit(name)
        size = rows.set_index("group")["effect"]
        if name == "jobs":
            size = 100 * size / [base[group, name] for group in size.index]
        low, high = ({"kind": Words(style.COUNTY_TYPES[group].zh, style.COUNTY_TYPES[group].en.lower()),
                      "size": units.difference(size[group], kind)} for group in (size.idxmin(), size.idxmax()))
        parts.append(words.fill(low=low["size"], least=low["kind"], high=high["size"], most=high["kind"]))
    if not parts:
        return None
    return Words("分类型看，{parts}（只计方向确定的类型）。",
                 "By type of county, {parts} (types with a sure sign).").fill(
        parts=Words("；".join(one.zh for one in parts), "; ".join(one.en for one in parts)))


def pilots(results: Results) -> Table | None:
    """Return the effects of the policy on pilot counties, those that border on them, and the others."""
    found = effects.effects(results, results.horizon)
    if found.empty or not set(style.PILOTS) & set(found["group"]):
        return None
    cells = found[found["indicator"].isin(fairness.TYPES)].set_index(["indicator", "group"])
    known = [name for name in style.PILOTS if name in cells.index.get_level_values("group")]
    rows: list[list[Cell]] = [[Words(style.PILOTS[name].zh, style.PILOTS[name].en),
                               *(short(cells.loc[(of, name)], results.unit(of)) for of in fairness.TYPES)]
                              for name in known]
    return Table([Words("县（市）", "Counties"), *(named(results, name) for name in fairness.TYPES)], rows)


def sides(results: Results) -> dict[str, Table]:
    """Return the effects of the policy on people, by hukou and by age."""
    found = fairness.sides(results)
    title = Words("{name}，{unit}", "{name}, {unit}")
    parts: dict[str, list[list[Cell]]] = {"hukou": [], "age": []}
    for row in found.to_dict("records"):
        unit = results.unit(row["indicator"])
        words = title.fill(name=Words(row["zh"], row["en"]), unit=both(unit.change_name))
        parts[row["side"]].append([words, short(row, unit)])
    people = units.unit("persons")
    for row in fairness.movers(results).to_dict("records"):
        who = (fairness.HUKOU if row["by"] == "hukou" else fairness.AGES)[row["name"]]
        words = Words("每年迁入乡镇驻地和县城者，{who}", "Movers into towns and seats a year, {who}").fill(who=who)
        parts[row["by"]].append([title.fill(name=words, unit=both(people.name)), short(row, people)])
    effect = Words("政策效果", "Effect of the policy")
    return {side: Table([SIDES[side], effect], rows) for side, rows in parts.items() if rows}


def neighbours(results: Results) -> Table | None:
    """Return the effects of the policy on places without measures."""
    found = fairness.neighbours(results)
    if found.empty:
        return None
    people = units.unit("persons")
    words, kinds = {"balance": Words("每年", "a year")}, movement.kinds(results)
    rows: list[list[Cell]] = []
    for row in found.to_dict("records"):
        name = Words("{who}（{what}），{unit}", "{who} ({what}), {unit}")
        what = words.get(row["indicator"]) or results.title(row["indicator"])
        who = WHO[row["who"]].fill(place=kinds.get(row["who"], ""))
        rows.append([name.fill(who=who, what=what, unit=both(people.name)), short(row, people)])
    note: Cell = ""
    if not fairness.untreated_neighbours(results):
        note = Words(
            "没有未实施措施而与实施县相邻的县，因此不能比较相邻县。",
            "No county without measures adjoins one with measures: there are no neighbours to compare.",
        )
    return Table([Words("对象", "Who"), Words("政策效果", "Effect of the policy")], rows, note)
