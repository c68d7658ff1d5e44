"""What the command prints: who moves the outcomes, how much, and how sure that is."""

import pandas as pd

from sim.report import units
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
    if analysis.method == "attribution":
        return [_attribution(analysis), _outcomes(analysis)]
    return [*([_ranking(analysis)] if analysis.method == "morris" else []), _outcomes(analysis)]


def _ranking(analysis: Analysis) -> Printed:
    table = analysis.table("ranking").head(LISTED)
    heads = ["因素 factor", "最影响 most on", "影响 influence", "95%", "前十 first ten", "两半名次 ranks of halves",
             "超出噪声 beyond noise"]  # fmt: skip
    rows = [[" ".join(analysis.title(row.factor)), " ".join(analysis.outcome(row.most_on)), f"{row.influence:.1%}",
             f"{row.low:.1%}…{row.high:.1%}", f"{row.first_ten:.0%}", f"{row.rank_first_half} {row.rank_second_half}",
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
