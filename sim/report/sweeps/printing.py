"""The tables of a sweep that are printed."""

import pandas as pd

from sim.report import units
from sim.report.sweeps.naming import CASE, cases, titles

Table = tuple[list[str], list[list[str]]]


def tables(ranked: pd.DataFrame, robust: pd.DataFrame) -> list[Table]:
    """Return heads and rows of the ranking of policies in each case, and of how robust they are over all."""
    found = [_ranking(ranked)]
    return found if len(ranked[CASE].drop_duplicates()) == 1 else [*found, _robustness(robust)]


def _ranking(ranked: pd.DataFrame) -> Table:
    policies, known = titles("policy", ranked["policy"]), cases(ranked)
    money, rows = units.unit("yuan").factor, []
    for row in ranked.itertuples():
        band = f" ({row.low:.2f}…{row.high:.2f})" if row.seeds > 1 else ""
        rows.append([" ".join(dict.fromkeys(known[row.external, row.parameters, row.setting])),
                     " ".join(policies[row.policy]), f"{row.achievement:.2f}{band}", f"{row.regret:.2f}",
                     f"{row.satisfied:.0%}", units.number(row.cost * money), units.number(row.debt * money),
                     "✓" if row.efficient else ""])
    heads = ["情形 case", "政策 policy", "综合达成度 achievement", "遗憾 regret", "达到半程 half-way",
             "支出 cost, 亿元", "债务 debt, 亿元", "有效 efficient"]
    return heads, rows


def _robustness(robust: pd.DataFrame) -> Table:
    policies = titles("policy", robust["policy"])
    rows = [[" ".join(policies[row.policy]), f"{row.mean_achievement:.2f}", f"{row.least_achievement:.2f}",
             f"{row.max_regret:.2f}", f"{row.satisfied}/{row.cases}", f"{row.efficient}/{row.cases}"]
            for row in robust.itertuples()]
    heads = ["各情形 over all cases", "平均达成度 mean achievement", "最低达成度 least achievement",
             "最大遗憾 greatest regret", "达到半程 half-way", "有效 efficient"]
    return heads, rows
