"""The matrix of county type and policy: what each policy reaches in each kind of county, at what cost, how surely."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize, to_hex

from sim.compose import NOTHING_NEW
from sim.config.files import load_measures
from sim.report.tables.cells import GROUP_NAMES, NOTHING, Cell, Table, percent
from sim.report.tables.naming import CASE, titles
from sim.report.tables.spread import LEAST_SEEDS
from sim.report.words import style, units
from sim.report.words.bilingual import Words, joined

WHOLE = "all_counties"


class Shade(NamedTuple):
    """A table whose cells are coloured by size: the table, and background and ink of each cell in its rows."""

    table: Table
    colours: list[list[tuple[str, str]]]


class Quantity(NamedTuple):
    """What a matrix shows: its column, title, how a cell is written, and whether more is better."""

    column: str
    title: Words
    write: Callable[[pd.Series], str]
    more: bool


QUANTITIES = (
    Quantity("met", Words("达到的目标数（19项中，各情形平均）", "Targets met, of 19 (mean over all cases)"),
             lambda row: f"{row['met']:.1f}", True),
    Quantity("achievement", Words("综合达成度（各情形平均）", "Composite achievement (mean over all cases)"),
             lambda row: f"{row['achievement']:.2f}", True),
    Quantity("held", Words("走完一半路程的模拟占比（各情形、参数组与种子）",
                           "Futures in which half of the way is done (cases, parameter sets and seeds)"),
             lambda row: percent(row["held"]), True),
    Quantity("cost", Words("措施支出，元/人（累计，当年价）",
                           "Spent on measures, yuan a resident (in all, current prices)"),
             lambda row: units.number(row["cost"], decimals=0), False),
    Quantity("debt_ratio", Words("债务率，%", "Debt ratio, %"), lambda row: units.number(row["debt_ratio"]), False),
)


def kinds(table: pd.DataFrame) -> list[str]:
    """Return the groups of a table of types in the order in which they are shown, all counties last."""
    known = set(table["group"])
    return [*(name for name in style.COUNTY_TYPES if name in known), WHOLE]


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return the means over all cases by (group, policy)."""
    return table.groupby(["group", "policy"])[[quantity.column for quantity in QUANTITIES]].mean()


def matrices(table: pd.DataFrame, policies: list[str]) -> list[tuple[Words, Shade]]:
    """Return for each quantity the matrix of policies (rows, in the order given) and county types (columns)."""
    of, columns, names = means(table), kinds(table), titles("policy", policies)
    heads: list[Cell] = [Words("政策", "Policy"), *(GROUP_NAMES[name] for name in columns)]
    found = []
    for quantity in QUANTITIES:
        rows: list[list[Cell]] = [
            [names[policy], *(quantity.write(of.loc[(kind, policy)]) for kind in columns)] for policy in policies]
        values = of[quantity.column].unstack("group").reindex(index=policies, columns=columns).to_numpy()
        found.append((quantity.title, Shade(Table(heads, rows), _colours(values, quantity.more))))
    return found


def _colours(values: np.ndarray, more: bool) -> list[list[tuple[str, str]]]:
    """Return background and ink by cell: the darker, the better within its column."""
    found = []
    for column in values.T:
        low, high = np.nanmin(column), np.nanmax(column)
        scale = Normalize(low, max(high, low + 1e-9))
        shade = [float(scale(value)) if more else 1 - float(scale(value)) for value in column]
        backs = [to_hex(style.levels()(0.75 * one)) for one in shade]
        found.append([(back, style.text_on(back)) for back in backs])
    return [list(row) for row in zip(*found, strict=True)]


def best(table: pd.DataFrame) -> dict[str, str]:
    """Return the policy that achieves most in each group over all cases."""
    achieved = means(table)["achievement"].unstack("policy")
    return {kind: str(achieved.loc[kind].idxmax()) for kind in kinds(table)}


def sentences(table: pd.DataFrame) -> list[Words]:
    """Say for each county type which policy reaches most, how many targets, at what cost, and how sure that is."""
    of, chosen = means(table), best(table)
    names = titles("policy", table["policy"].unique())
    found = []
    for kind in kinds(table)[:-1]:
        policy, row = chosen[kind], of.loc[(kind, chosen[kind])]
        words = Words(
            "{kind}：{policy}达成最多，综合达成度{achievement}，平均达到19项目标中的{met}项{beside}，人均支出{cost}元；"
            "在{held}的模拟中走完一半路程；{sure}。",
            "{kind}: {policy} achieves most, composite achievement {achievement}, {met} of 19 targets met on average"
            "{beside}, at {cost} yuan a resident; half of the way is done in {held} of futures; {sure}.")
        found.append(words.fill(
            kind=Words(style.COUNTY_TYPES[kind].zh, style.COUNTY_TYPES[kind].en), policy=names[policy],
            achievement=f"{row['achievement']:.2f}", met=f"{row['met']:.1f}",
            beside=_beside(of["met"][kind], policy, names), cost=units.number(row["cost"], decimals=0),
            held=percent(row["held"]), sure=_sure(table[table["group"] == kind], policy)))
    return found


def _beside(met: pd.Series, policy: str, names: dict[str, Words]) -> Words:
    """Say how many targets are met without new policy, and by the policy that meets most where it is another one."""
    said, most = [], str(met.idxmax())
    if NOTHING_NEW in met.index and NOTHING_NEW not in (policy, most):
        said.append(Words("{name}{met}项", "{met} under {name}").fill(
            name=names[NOTHING_NEW], met=f"{met[NOTHING_NEW]:.1f}"))
    if met[most] > met[policy]:
        said.append(Words("最多的是{name}，{met}项", "the most, {met}, under {name}").fill(
            name=names[most], met=f"{met[most]:.1f}"))
    return Words("（{said}）", " ({said})").fill(said=Words(
        "；".join(one.zh for one in said), "; ".join(one.en for one in said))) if said else NOTHING


def _sure(part: pd.DataFrame, policy: str) -> Words:
    """Say whether a policy's interval lies above all others' in every case."""
    if part["policy"].nunique() == 1:
        return Words("没有别的政策可比", "there is no other policy to compare")
    if part["seeds"].min() < 2:
        return Words("单次模拟，不能排除随机", "single runs, which may be chance")
    if part["seeds"].min() < LEAST_SEEDS:
        return Words("模拟次数太少，不能判断是否领先", "too few runs to tell whether it is ahead")
    ahead = [one.loc[one["policy"] == policy, "low"].min() > one.loc[one["policy"] != policy, "high"].max()
             for _, one in part.groupby(CASE)]
    words = Words("{count}种情形中有{ahead}种其80%区间高于其他所有政策",
                  "its 80 % interval lies above those of all others in {ahead} of {count} cases")
    return words.fill(ahead=sum(ahead), count=len(ahead))


def packages(folder: Path, table: pd.DataFrame) -> Table | None:
    """Return which measures the best package of each county type plans there, with their mean doses."""
    doses = pd.read_parquet(folder / "doses.parquet", columns=["policy", "adcode", "area", "measure", "target", "year"])
    doses = doses[(doses["area"] == "county") & (doses["year"] == doses["year"].max())]
    if doses.empty:
        return None
    counties = pd.read_parquet(folder / "counties.parquet", columns=["adcode", "county_type"])
    kind = doses["adcode"].astype(str).map(counties.set_index("adcode")["county_type"])
    planned = doses.assign(kind=kind).groupby(["kind", "policy", "measure"], observed=True)["target"].mean()
    known, names = load_measures(), titles("policy", table["policy"].unique())
    rows: list[list[Cell]] = []
    for group, policy in best(table).items():
        if group == WHOLE or (group, policy) not in planned.index.droplevel("measure"):
            continue
        doses = planned.loc[(group, policy)].round(2)
        held = [_at_dose(dose, [Words(known[name].title.zh, known[name].title.en) for name in part.index], len(known))
                for dose, part in sorted(doses[doses > 0].groupby(doses), reverse=True)]
        said = Words("；".join(part.zh for part in held), "; ".join(part.en for part in held))
        rows.append([GROUP_NAMES[group], names[policy], said if held else Words("无", "none")])
    heads: list[Cell] = [Words("县（市）类型", "County type"), Words("达成最多的政策", "Policy that achieves most"),
                         Words("其中的措施与强度（0—1）", "Measures it holds there, with their doses (0 to 1)")]
    return Table(heads, rows) if rows else None


def _at_dose(dose: float, measures: list[Words], all_measures: int) -> Words:
    """Name the measures that are planned at one dose."""
    if len(measures) == all_measures:
        return Words("全部{count}项措施：{dose}", "all {count} measures: {dose}").fill(
            count=all_measures, dose=f"{dose:.2f}")
    return Words("{dose}：{measures}", "{dose}: {measures}").fill(dose=f"{dose:.2f}", measures=joined(measures))
