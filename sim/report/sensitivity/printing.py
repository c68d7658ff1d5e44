"""What the command prints: who moves the outcomes, how much, and how sure that is."""

import pandas as pd

from sim.report import units
from sim.report.sensitivity import aims
from sim.report.sensitivity.reading import Analysis, compact

Printed = tuple[list[str], list[list[str]]]
LISTED = 15
"""Factors in the table of the overall ranking."""

LEADING = 3
"""Factors named for each outcome."""

TRUST = {"error": "代理误差 emulator misses", "noise_share": "噪声 noise", "rank_agreement": "两半一致 halves agree"}
"""What is known of an outcome's indices."""


def printed(analysis: Analysis) -> list[Printed]:
    """Return heads and rows of the tables of a method; the first two columns are text."""
    if analysis.method == "least_cost":
        return [_targets(analysis), _package(analysis), _front(analysis)]
    if analysis.method == "discovery":
        return [_fails(analysis), _boxes(analysis)]
    if analysis.method == "attribution":
        return [_attribution(analysis), _outcomes(analysis)]
    return [*([_ranking(analysis)] if analysis.method == "morris" else []), _outcomes(analysis)]


def _ranking(analysis: Analysis) -> Printed:
    table = analysis.table("ranking").head(LISTED)
    heads = ["因素 factor", "最影响 most on", "影响 influence", "95%", "前十 first ten", "两半名次 ranks of halves",
             "超出噪声 beyond noise"]  # fmt: skip
    rows = [[" ".join(analysis.title(row.factor)), " ".join(analysis.outcome(row.most_on)), f"{row.influence:.1%}",
             f"{row.low:.1%}…{row.high:.1%}", f"{row.first_ten:.0%}",
             f"{row.rank_first_half:g} {row.rank_second_half:g}",
             f"{row.beyond_noise}/{len(analysis.asked['outcomes'])}"] for row in table.itertuples()]  # fmt: skip
    return heads, rows


def _attribution(analysis: Analysis) -> Printed:
    name = analysis.asked["outcomes"][0]
    unit = analysis.unit(name)
    table = analysis.mine[analysis.mine["outcome"] == name].sort_values("shapley", ascending=False, kind="stable")
    heads = [f"措施 measure: {' '.join(analysis.outcome(name))}", "单位 unit", "Shapley", "95%", "单独 alone",
             "在其余之上 on top", "成本 cost"]  # fmt: skip
    rows = [[" ".join(analysis.title(row.factor)), unit.change_name("en"), compact(unit.factor * row.shapley),
             f"{compact(unit.factor * row.shapley_low)}…{compact(unit.factor * row.shapley_high)}",
             compact(unit.factor * row.alone), compact(unit.factor * row.on_top),
             f"{units.number(row.cost / 1e8)}亿元"] for row in table.itertuples()]  # fmt: skip
    return heads, rows


def _targets(analysis: Analysis) -> Printed:
    """List the targets of a package: what the emulator says beside what the model gives, and money at the end."""
    verdicts = {"yes": "达到 reached", "no": "未达到 missed", "unclear": "无法判断 unclear", "": ""}
    heads = ["结果 outcome", "单位 unit", "目标或预算 target or budget", "无措施 without", "代理模型 emulator",
             "模型 model (新种子 fresh seeds)", "95%", "结论 verdict", TRUST["error"]]  # fmt: skip
    rows = []
    for name, row in analysis.outcomes.iterrows():
        unit = analysis.unit(str(name))
        written = {key: units.number(unit.factor * row[key], decimals=2)
                   for key in ("target", "without", "emulated", "mean", "low", "high")}  # fmt: skip
        rows.append([" ".join(analysis.outcome(str(name))), unit.name("en"), written["target"], written["without"],
                     written["emulated"], written["mean"], f"{written['low']}…{written['high']}",
                     verdicts[row["reached"]], f"{row['error']:.1%}"])  # fmt: skip
    return heads, rows


def _package(analysis: Analysis) -> Printed:
    rows = [[" ".join(analysis.title(row.factor)), row.factor, f"{row.dose:.2f}", units.number(row.yuan / 1e8)]
            for row in aims.package(analysis).itertuples()]  # fmt: skip
    return ["措施 measure", "", "强度 dose", "亿元 100 million yuan"], rows


def _front(analysis: Analysis) -> Printed:
    """List what each part of the way to the targets costs, by the emulator and by the model."""
    rows = [[str(row.step), "", f"{row.emulated_share:.0%}", units.number(row.emulated_yuan / 1e8), f"{row.share:.0%}",
             f"{row.share_low:.0%}…{row.share_high:.0%}", units.number(row.yuan / 1e8)]
            for row in analysis.table("front").itertuples()]  # fmt: skip
    return ["组合 package", "", "路程 way, 代理 emulator", "亿元, 代理 emulator", "路程 way, 模型 model", "95%",
            "亿元, 模型 model"], rows  # fmt: skip


def _fails(analysis: Analysis) -> Printed:
    rows = []
    for name, row in analysis.outcomes.iterrows():
        unit = analysis.unit(str(name))
        rows.append([" ".join(analysis.outcome(str(name))), unit.name("en"),
                     *(units.number(unit.factor * row[key], decimals=2) for key in ("target", "mean", "deviation")),
                     f"{row['fails']:.0%}", _written("noise_share", row["noise_share"])])  # fmt: skip
    return ["结果 outcome", "单位 unit", "目标 target", "均值 mean", "离散 deviation", "未达到 fails",
            TRUST["noise_share"]], rows  # fmt: skip


def _boxes(analysis: Analysis) -> Printed:
    """List the boxes with their limits; what was held out stands in brackets."""
    limits, rows = analysis.table("limits").set_index(["outcome", "method", "box"]).sort_index(), []
    for row in analysis.table("boxes").itertuples():
        mine = limits.loc[[(row.outcome, row.method, row.box)]]
        where = "; ".join(f"{one.factor} {one.low:.3g}…{one.high:.3g}" for one in mine.itertuples())
        rows.append([" ".join(aims.case(analysis, row.outcome)), f"{row.method.upper()} {row.box}",
                     f"{row.coverage:.0%} ({row.held_coverage:.0%})", f"{row.density:.0%} ({row.held_density:.0%})",
                     f"{row.mass:.0%}", where])  # fmt: skip
    return ["目标未达到 fails", "方法 by", "涵盖 coverage (留出 held out)", "密度 density (留出 held out)", "点 points",
            "界限 limits"], rows  # fmt: skip


def _outcomes(analysis: Analysis) -> Printed:
    """List outcomes with what moves them most, and what is known of the trust in that."""
    trust = {column: head for column, head in TRUST.items() if column in analysis.outcomes}
    rows = []
    for name, known in analysis.outcomes.iterrows():
        table = analysis.mine[analysis.mine["outcome"] == name]
        order = table[analysis.main].abs().fillna(0).sort_values(ascending=False, kind="stable").index
        first = table.loc[order].query("not within_noise").head(LEADING)
        leading = "; ".join(f"{' '.join(analysis.title(row.factor))} {_index(analysis, str(name), row)}"
                            for row in first.itertuples())  # fmt: skip
        rows.append([" ".join(analysis.outcome(str(name))), leading or "— (噪声之内 within the noise)",
                     *(_written(column, known[column]) for column in trust)])  # fmt: skip
    return ["结果 outcome", "主要因素 moved most by", *trust.values()], rows


def _index(analysis: Analysis, name: str, row) -> str:
    if analysis.main == "ST":
        return f"{row.ST:.2f}"
    value = getattr(row, "mu" if analysis.method == "morris" else "shapley")
    return compact(analysis.unit(name).factor * (row.mu_star if pd.isna(value) else value))


def _written(column: str, value: float) -> str:
    if pd.isna(value):
        return "—"
    return f"{value:.2f}" if column == "rank_agreement" else f"{value:.1%}"
