"""Tables of a study of pilots, for the terminal and the page."""

import numpy as np
import pandas as pd

from sim.report.pilots.reading import DESIGNS, ERRORS, ESTIMATORS, RULES, Study, design
from sim.report.tables.cells import Cell, Table, percent
from sim.report.words import style, units
from sim.report.words.bilingual import Words

GROUPS = {
    **{name: Words(group.label("zh"), group.label("en")) for name, group in style.PILOTS.items()},
    "all_counties": Words("全部县（市）", "all counties"), "province": Words("全省", "the province"),
}
BILLION, THOUSANDS = Words("支出，亿元", "paid, 100 million yuan"), 1e-4


def tables(study: Study) -> list[Table]:
    """Return the tables of a study; the first column is text."""
    return [chosen(study), effects(study), others(study), worth(study), around(study), lasting(study), seen(study),
            designs(study), estimators(study), sums(study)]


def chosen(study: Study) -> Table:
    """Name the pilots of every rule and those recommended."""
    table = study.table("pilots")
    names = {"recommended": Words("建议", "recommended"), "compared_with": Words("配对对照县", "paired with"), **RULES}
    order = ["recommended", "compared_with", *(rule for rule in RULES)]
    rows: list[list[Cell]] = []
    for rule in order:
        part = table[table["rule"] == rule]
        if len(part):
            rows.append([names[rule], Words("、".join(part["name_zh"]), ", ".join(part["name_en"]))])
    return Table([Words("规则", "rule"), Words("试点县（市）", "pilots")], rows)


def effects(study: Study) -> Table:
    """List the effects of every rule on the outcome that decides, by group of counties, and what they cost."""
    found = study.effects.query("outcome == @study.first and years == @study.years")
    heads: list[Cell] = [
        Words("规则：{name}，{unit}", "rule: {name}, {unit}").fill(name=study.outcome(study.first),
                                                           unit=study.unit(study.first)),
        *GROUPS.values(), Words("优于随机抽取", "beats draws")]
    rows: list[list[Cell]] = []
    for rule, part in found.groupby("rule", sort=False):
        by = part.set_index("group")
        beats = percent(by.loc["all_counties", "beats_expected"])
        rows.append([RULES[str(rule)], *(_effect(by, group) for group in GROUPS), beats])
    note = Words(
        "第{years}年末；括号内为均值的95%区间（规则用{seeds}个未用于选择的种子，随机抽取为{draws}次抽取）；"
        "○表示区间含0。县的均值按常住人口加权，全部县（市）与全省为观测值。“优于随机抽取”按单个试点效果之和计算，"
        "不受随机波动影响；凭这些效果选出的规则不列。",
        "After {years} years; in brackets the 95 % interval of the mean (over {seeds} seeds that no rule chose with, "
        "and over {draws} random draws); ○ where it holds 0. Means of counties are weighted by residents; all "
        "counties and the province are as observed. “Beats draws” compares sums of single effects, which chance does "
        "not widen; not given for rules that choose by them.")
    return Table(heads, rows, note.fill(years=study.years, seeds=study.asked["seeds"], draws=study.asked["draws"]))


def others(study: Study) -> Table:
    """List the effects of every rule on pilots and all counties, for the other outcomes."""
    found = study.effects.query("outcome != @study.first and years == @study.years")
    names = list(dict.fromkeys(found["outcome"]))
    heads: list[Cell] = [Words("规则", "rule"), *(
        Words("{outcome}：{group}，{unit}", "{outcome}: {group}, {unit}").fill(
            outcome=study.outcome(name), group=GROUPS[group], unit=study.unit(name))
        for name in names for group in ("pilots", "all_counties"))]
    rows: list[list[Cell]] = []
    for rule, part in found.groupby("rule", sort=False):
        rows.append([RULES[str(rule)], *(_effect(part[part["outcome"] == name].set_index("group"), group)
                                         for name in names for group in ("pilots", "all_counties"))])
    return Table(heads, rows)


def worth(study: Study) -> Table:
    """List what the money of pilots brings in urban residents."""
    found = study.table("money").query("years == @study.years")
    whole = study.effects.query("outcome == @study.first and years == @study.years and group == 'all_counties'")
    each = 10 * whole.set_index("rule")["per_billion"]
    heads: list[Cell] = [Words("规则", "rule"), BILLION,
                         Words("每百亿元：{outcome}，{unit}", "per 10 billion yuan: {outcome}, {unit}").fill(
                             outcome=study.outcome(study.first), unit=study.unit(study.first)),
                         Words("新增城镇人口，万人", "more urban residents, 10,000 persons"),
                         Words("每百万元，人", "persons per million yuan")]
    rows: list[list[Cell]] = [
        [RULES[row.rule], units.number(row.paid / 1e8), small(each[row.rule]),
         band(row.urban_residents, row.low, row.high, THOUSANDS), units.number(row.per_million)]
        for row in found.itertuples()]
    return Table(heads, rows, Words("全部县（市）合计；{years}年。", "All counties together; {years} "
                                                          "years.").fill(years=study.years))


def around(study: Study) -> Table:
    """List what pilots do to residents of their neighbours, diversion and spill-over apart."""
    found = study.table("around").query("years == @study.years")
    parts = {
        "pilots": GROUPS["pilots"], "neighbours": GROUPS["neighbours_of_pilots"],
        "diversion": Words("其中：被试点吸走", "of these: diversion to pilots"),
        "spill_over": Words("其中：溢出", "of these: spill-over"), "other_counties": GROUPS["other_counties"]}
    heads: list[Cell] = [Words("常住人口，万人", "residents, 10,000 persons"), *parts.values()]
    rows: list[list[Cell]] = []
    for rule, part in found.groupby("rule", sort=False):
        by = part.set_index("part")
        rows.append([RULES[str(rule)], *(
            band(by.loc[name, "persons"], by.loc[name, "low"], by.loc[name, "high"], THOUSANDS) for name in parts)])
    note = Words("吸走：试点以来邻县净迁往试点的人数比没有试点时多多少（对邻县记负）；溢出：邻县人口的其余变化。",
                 "Diversion: by how many more people moved from neighbours to pilots, net, than without pilots, with "
                 "its sign for the neighbours; spill-over: what else changed there.")
    return Table(heads, rows, note)


def lasting(study: Study) -> Table:
    """List what is left of the effect on pilots when all counties are pilots."""
    found = study.table("scaled").query("years == @study.years and outcome == @study.first")
    unit = study.unit(study.first)
    heads: list[Cell] = [Words("规则：{unit}", "rule: {unit}").fill(unit=unit), Words("只有这些试点", "alone"),
                         Words("全部县（市）试点", "when all are pilots"), Words("失去", "lost")]
    rows: list[list[Cell]] = [
        [RULES[row.rule], small(row.alone), small(row.together), band(row.lost, row.low, row.high)]
        for row in found.itertuples()]
    return Table(heads, rows, Words("同样的县、同样的种子。", "The same counties and seeds."))


def seen(study: Study) -> Table:
    """List what an evaluator could see of the recommended pilots, by outcome."""
    heads: list[Cell] = [Words("指标", "figure"), Words("真实效果（试点）", "true effect on pilots"),
                         Words("估计均值", "mean estimate"), Words("可检出的最小效果", "smallest effect found"),
                         Words("检出比例", "found in"), Words("需要的试点数", "pilots needed")]
    rows: list[list[Cell]] = [
        [Words("{name}，{unit}", "{name}, {unit}").fill(name=study.outcome(row.outcome), unit=study.unit(row.outcome)),
         small(row.truth), small(row.estimate), small(row.detectable), percent(row.found),
         f"{row.least_n:.0f}" if np.isfinite(row.least_n) else "—"] for row in study.recommendation.itertuples()]
    note = Words("{years}年平均；置换检验，5%；“最小效果”在100次评估中能检出80次；"
                 "“需要的试点数”在所考虑的{most}个以内。",
                 "Mean of {years} years; permutation test at 5 %; the smallest effect is found in 80 of 100 "
                 "evaluations; pilots needed among the numbers considered, up to {most}.")
    return Table(heads, rows, note.fill(years=study.years, most=study.power["n"].max()))


def designs(study: Study) -> Table:
    """List what design, number of pilots and years change, for the outcome that decides."""
    found = study.power.query("outcome == @study.first and estimator == 'difference_in_differences' "
                              "and source == 'sums' and errors == 'published'")
    years = sorted(found["years"].unique())
    heads: list[Cell] = [
        Words("设计", "design"), Words("试点数", "pilots"),
        *(Words("{years}年后", "after {years}").fill(years=year) for year in years),
        Words("偏差", "bias"), Words("选择偏差", "of selection"), Words("覆盖率", "coverage"),
        Words("检出", "found"), Words("安慰剂检出", "placebo found")]
    rows: list[list[Cell]] = []
    order = {one: k for k, one in enumerate(dict.fromkeys([*DESIGNS, *RULES]))}
    for (name, n), part in sorted(found.groupby(["design", "n"]), key=lambda one: (order[one[0][0]], one[0][1])):
        by = part.set_index("years")
        last = by.loc[years[-1]]
        rows.append([design(str(name)), str(n), *(small(by.loc[year, "permutation_detectable"]) for year in years),
                     f"{small(last['bias'])} ± {small(1.96 * last['bias_error']).lstrip('+')}",
                     small(last["selection"]), percent(last["coverage"]), percent(last["permutation"]),
                     percent(last["permutation_placebo"])])
    note = Words("{name}，{unit}，{trials}次评估。年份栏为可检出的最小效果（置换检验）；其余为第{years}年："
                 "偏差为估计减模型真值，选择偏差为没有任何效果时的估计，覆盖率为95%区间含真值的比例，"
                 "检出为模型效果被发现的比例。",
                 "{name}, {unit}, {trials} evaluations. Years: the smallest effect that is found (permutation test); "
                 "the rest after {years} years: bias is the estimate less the model's truth, that of selection the "
                 "estimate without any effect; coverage of 95 % intervals; found: the model's effect.")
    return Table(heads, rows, note.fill(name=study.outcome(study.first), unit=study.unit(study.first),
                                        trials=int(found["trials"].max()), years=years[-1]))


def estimators(study: Study) -> Table:
    """List estimators and errors of figures, for every outcome with the simple draw after the most years."""
    found = study.power[study.power["n"] == study.asked["n"]].query("design == 'random' and years == @study.years")
    order = {name: k for k, name in enumerate(study.asked["outcomes"])}
    found = found.assign(place=found["outcome"].map(order)).sort_values("place", kind="stable")
    heads: list[Cell] = [
        Words("指标", "figure"), Words("估计方法", "estimator"), Words("误差", "errors"), Words("来源", "source"),
        Words("真值", "truth"), Words("偏差", "bias"), Words("标准差", "spread"), Words("覆盖率", "coverage"),
        Words("检出", "found"), Words("最小效果", "smallest found"), Words("次数", "trials")]
    source = {"sums": Words("效果之和", "sums"), "runs": Words("实跑", "full runs")}
    rows: list[list[Cell]] = [
        [study.outcome(row.outcome), ESTIMATORS[row.estimator], ERRORS[row.errors], source[row.source],
         small(row.truth), f"{small(row.bias)} ± {small(1.96 * row.bias_error).lstrip('+')}",
         small(row.spread).lstrip("+"), percent(row.coverage), percent(row.found), small(row.detectable),
         str(int(row.trials))] for row in found.itertuples()]
    note = Words("“实跑”为{draws}次随机抽取各自的完整模拟；“效果之和”为单个试点效果相加而得的评估，两者应一致。"
                 "检出与最小效果按95%区间。",
                 "Full runs are the {draws} random draws themselves; sums are evaluations made of single effects, and "
                 "the two ought to agree. Found and smallest by 95 % intervals.")
    return Table(heads, rows, note.fill(draws=study.asked["draws"]))


def sums(study: Study) -> Table:
    """List how well single effects add up, and how estimators of two libraries agree."""
    heads: list[Cell] = [Words("单个试点效果之和", "sums of single effects"), Words("组", "group"),
                         Words("抽取间标准差", "spread of draws"), Words("误差", "error"),
                         Words("同一试点、不同种子", "same pilots, other seeds"), Words("解释", "explained"),
                         Words("两半相关", "halves agree")]
    rows: list[list[Cell]] = [
        [study.outcome(row.outcome), GROUPS[row.group], f"{row.spread:.3f}", f"{row.error:.3f}", f"{row.chance:.3f}",
         percent(row.explained), units.number(row.halves, decimals=2)]
        for row in study.table("additivity").itertuples()]
    checks = Words("；".join(f"{row.estimate}（{row.one} / {row.other}）相差至多 {row.difference:.2g}"
                             for row in study.table("agreement").itertuples()),
                   "; ".join(f"{row.estimate} ({row.one} / {row.other}) differ by at most {row.difference:.2g}"
                             for row in study.table("agreement").itertuples()))
    note = Words("误差为对未用于学习的另一半抽取的预测误差；与“同一试点、不同种子”的标准差相近时，效果可加。"
                 "估计方法互核：{checks}。",
                 "Error: of predictions for the half of the draws that was not learnt from; where it is about the "
                 "standard deviation over seeds of the same pilots, effects add up. Estimators held against each "
                 "other: {checks}.")
    return Table(heads, rows, note.fill(checks=checks))


def band(value: float, low: float, high: float, factor: float = 1.0) -> str:
    """Write an effect with its interval; ○ where that holds 0."""
    return f"{interval(value, low, high, factor)}{'' if low > 0 or high < 0 else ' ○'}"


def interval(value: float, low: float, high: float, factor: float = 1.0) -> str:
    """Write an effect with its interval."""
    size, first, last = (small(one * factor) for one in (value, low, high))
    return f"{size} ({first}…{last})"


def small(value: float) -> str:
    """Write a difference with the decimals that it needs."""
    if not np.isfinite(value):
        return "—"
    return units.number(value, signed=True, decimals=3 if abs(value) < 0.1 else 2 if abs(value) < 10 else 1)


def _effect(by: pd.DataFrame, group: str) -> Cell:
    if group not in by.index:
        return "—"
    row = by.loc[group]
    return band(row["effect"], row["low"], row["high"])
