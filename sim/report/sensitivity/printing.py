"""Tables of an analysis, for the terminal and the report: influence of factors on outcomes, and how sure that is."""

import pandas as pd

from sim.report.sensitivity import aims
from sim.report.sensitivity.reading import Analysis
from sim.report.tables.cells import Cell, Table, percent
from sim.report.words import units
from sim.report.words.bilingual import Words, both, joined

LISTED = 15
"""Factors in the table of the overall ranking."""

LEADING = 3
"""Factors named for each outcome."""

TRUST = {
    "error": Words("代理误差", "emulator misses"),
    "noise_share": Words("噪声", "noise"),
    "rank_agreement": Words("两半一致", "halves agree"),
}
"""Columns of the reliability of an outcome's indices."""

VERDICTS = {"yes": Words("达到", "reached"), "no": Words("未达到", "missed"), "unclear": Words("无法判断", "unclear")}
MONEY = Words("亿元", "100 million yuan")
OUTCOME, MEASURE = Words("结果", "outcome"), Words("措施", "measure")


def tables(analysis: Analysis) -> list[Table]:
    """Return the tables of a method; the first two columns are text."""
    if analysis.method == "least_cost":
        return [_targets(analysis), _package(analysis), _front(analysis)]
    if analysis.method == "discovery":
        return [_fails(analysis), _boxes(analysis)]
    if analysis.method == "attribution":
        return [_attribution(analysis), _outcomes(analysis)]
    return [*([_ranking(analysis)] if analysis.method == "morris" else []), _outcomes(analysis)]


def _ranking(analysis: Analysis) -> Table:
    table, count = analysis.table("ranking").head(LISTED), len(analysis.asked["outcomes"])
    heads: list[Cell] = [
        Words("因素", "factor"), Words("最影响", "most on"), Words("影响", "influence"), "95%",
        Words("前十", "first ten"), Words("两半名次", "ranks of halves"),
        Words("超出噪声", "beyond noise")]
    rows: list[list[Cell]] = [
        [analysis.title(row.factor), analysis.outcome(row.most_on), f"{row.influence:.1%}",
         f"{row.low:.1%}…{row.high:.1%}", f"{row.first_ten:.0%}",
         f"{row.rank_first_half:g}, {row.rank_second_half:g}", f"{row.beyond_noise}/{count}"]
        for row in table.itertuples()]
    return Table(heads, rows)


def _attribution(analysis: Analysis) -> Table:
    name = analysis.asked["outcomes"][0]
    unit = analysis.unit(name)
    table = analysis.mine[analysis.mine["outcome"] == name].sort_values("shapley", ascending=False, kind="stable")
    heads: list[Cell] = [
        Words("措施：{name}", "measure: {name}").fill(name=analysis.outcome(name)), Words("单位", "unit"),
        "Shapley", "95%", Words("单独", "alone"), Words("在其余之上", "on top"),
        Words("成本，{unit}", "cost, {unit}").fill(unit=MONEY)]
    rows: list[list[Cell]] = [
        [analysis.title(row.factor), both(unit.change_name), units.compact(unit.factor * row.shapley),
         f"{units.compact(unit.factor * row.shapley_low)}…{units.compact(unit.factor * row.shapley_high)}",
         units.compact(unit.factor * row.alone), units.compact(unit.factor * row.on_top), units.number(row.cost / 1e8)]
        for row in table.itertuples()]
    return Table(heads, rows)


def _targets(analysis: Analysis) -> Table:
    """List the targets of a package with emulated and simulated values, and money at the end."""
    heads: list[Cell] = [
        OUTCOME, Words("单位", "unit"), Words("目标或预算", "target or budget"), Words("无措施", "without"),
        Words("代理模型", "emulator"), Words("模型（新种子）", "model, fresh seeds"), "95%",
        Words("结论", "verdict"), TRUST["error"]]
    rows: list[list[Cell]] = []
    for name, row in analysis.outcomes.iterrows():
        unit = analysis.unit(str(name))
        target, without, emulated, mean, low, high = (
            units.number(unit.factor * row[key], decimals=2)
            for key in ("target", "without", "emulated", "mean", "low", "high"))
        rows.append([analysis.outcome(str(name)), both(unit.name), target, without, emulated, mean, f"{low}…{high}",
                     VERDICTS.get(row["reached"], "—"), f"{row['error']:.1%}"])
    return Table(heads, rows)


def _package(analysis: Analysis) -> Table:
    heads: list[Cell] = [MEASURE, Words("名称", "name"), Words("强度", "dose"), MONEY]
    rows: list[list[Cell]] = [[analysis.title(row.factor), row.factor, f"{row.dose:.2f}", units.number(row.yuan / 1e8)]
                              for row in aims.package(analysis).itertuples()]
    return Table(heads, rows)


def _front(analysis: Analysis) -> Table:
    """List the cost of each part of the way to the targets, emulated and simulated."""
    heads: list[Cell] = [
        Words("组合", "package"), Words("路程，代理模型", "of the way, emulator"),
        Words("{unit}，代理模型", "{unit}, emulator").fill(unit=MONEY), Words("路程，模型", "of the way, model"), "95%",
        Words("{unit}，模型", "{unit}, model").fill(unit=MONEY)]
    rows: list[list[Cell]] = [
        [str(row.step), f"{row.emulated_share:.0%}", units.number(row.emulated_yuan / 1e8), f"{row.share:.0%}",
         f"{row.share_low:.0%}…{row.share_high:.0%}", units.number(row.yuan / 1e8)]
        for row in analysis.table("front").itertuples()]
    return Table(heads, rows)


def _fails(analysis: Analysis) -> Table:
    heads: list[Cell] = [OUTCOME, Words("单位", "unit"), Words("目标", "target"), Words("均值", "mean"),
                         Words("离散", "deviation"), Words("未达到", "fails"), TRUST["noise_share"]]
    rows: list[list[Cell]] = []
    for name, row in analysis.outcomes.iterrows():
        unit = analysis.unit(str(name))
        numbers = (units.number(unit.factor * row[key], decimals=2) for key in ("target", "mean", "deviation"))
        rows.append([analysis.outcome(str(name)), both(unit.name), *numbers, f"{row['fails']:.0%}",
                     _written("noise_share", row["noise_share"])])
    return Table(heads, rows)


def _boxes(analysis: Analysis) -> Table:
    """List the boxes with their limits; figures of the points held out stand in brackets."""
    limits = analysis.table("limits").set_index(["outcome", "method", "box"]).sort_index()
    held = Words("（留出）", " (held out)")
    heads: list[Cell] = [
        Words("未达到的目标", "target that fails"), Words("方法", "by"),
        Words("涵盖{held}", "coverage{held}").fill(held=held), Words("密度{held}", "density{held}").fill(held=held),
        Words("设计点", "points"), Words("界限", "limits")]
    rows: list[list[Cell]] = []
    for row in analysis.table("boxes").itertuples():
        mine = limits.loc[[(row.outcome, row.method, row.box)]]
        where = joined([Words("{name} {limits}", "{name} {limits}").fill(
            name=analysis.title(one.factor), limits=f"{one.low:.3g}…{one.high:.3g}")
            for one in mine.itertuples()])
        rows.append([aims.case(analysis, row.outcome), f"{row.method.upper()} {row.box}",
                     f"{percent(row.coverage)} ({percent(row.held_coverage)})",
                     f"{percent(row.density)} ({percent(row.held_density)})", percent(row.mass), where])
    return Table(heads, rows)


def _outcomes(analysis: Analysis) -> Table:
    """List outcomes with the factors that move them most, and the reliability of these indices."""
    trust = {column: head for column, head in TRUST.items() if column in analysis.outcomes}
    rows: list[list[Cell]] = []
    for name, known in analysis.outcomes.iterrows():
        table = analysis.mine[analysis.mine["outcome"] == name]
        order = table[analysis.main].abs().fillna(0).sort_values(ascending=False, kind="stable").index
        first = table.loc[order].query("not within_noise").head(LEADING)
        leading = [Words("{name} {index}", "{name} {index}").fill(name=analysis.title(row.factor),
                                                                  index=_index(analysis, str(name), row))
                   for row in first.itertuples()]
        within = Words("—（噪声之内）", "— (within the noise)")
        rows.append([analysis.outcome(str(name)), joined(leading) if leading else within,
                     *(_written(column, known[column]) for column in trust)])
    return Table([OUTCOME, Words("主要因素", "moved most by"), *trust.values()], rows)


def _index(analysis: Analysis, name: str, row) -> str:
    if analysis.main == "ST":
        return f"{row.ST:.2f}"
    value = getattr(row, "mu" if analysis.method == "morris" else "shapley")
    return units.compact(analysis.unit(name).factor * (row.mu_star if pd.isna(value) else value))


def _written(column: str, value: float) -> str:
    if pd.isna(value):
        return "—"
    return f"{value:.2f}" if column == "rank_agreement" else f"{value:.1%}"
