"""The tables of a sweep, for the terminal and the report: policies in each case, over all of them, and by type."""

import pandas as pd

from sim.report.sweeps import matrix
from sim.report.tables.cells import Cell, Table
from sim.report.tables.naming import CASE, cases, titles
from sim.report.words import units
from sim.report.words.bilingual import Words


def tables(ranked: pd.DataFrame, robust: pd.DataFrame, types: pd.DataFrame) -> list[Table]:
    """Return the ranking of policies in each case, how robust they are over all, and targets met by county type; the
    first two columns of a ranking are text."""
    found = [_ranking(ranked)]
    if len(ranked[CASE].drop_duplicates()) > 1:
        found.append(_robustness(robust))
    title, met = matrix.matrices(types, list(robust["policy"]))[0]
    return [*found, Table([title, *met.table.heads[1:]], met.table.rows)]


def _ranking(ranked: pd.DataFrame) -> Table:
    policies, known = titles("policy", ranked["policy"]), cases(ranked)
    money = units.unit("yuan").factor
    rows: list[list[Cell]] = []
    for row in ranked.itertuples():
        band = f" ({row.low:.2f}…{row.high:.2f})" if row.seeds > 1 else ""
        rows.append([known[row.external, row.parameters, row.setting], policies[row.policy],
                     f"{row.achievement:.2f}{band}", f"{row.regret:.2f}", f"{row.satisfied:.0%}",
                     units.number(row.cost * money), units.number(row.debt * money), "✓" if row.efficient else ""])
    heads: list[Cell] = [
        Words("情形", "case"), Words("政策", "policy"), Words("综合达成度", "achievement"), Words("遗憾", "regret"),
        Words("达到半程", "half-way"), Words("支出，亿元", "cost, 100 million yuan"),
        Words("债务，亿元", "debt, 100 million yuan"), Words("非劣", "efficient")]
    return Table(heads, rows)


def _robustness(robust: pd.DataFrame) -> Table:
    policies = titles("policy", robust["policy"])
    rows: list[list[Cell]] = [
        [policies[row.policy], f"{row.mean_achievement:.2f}", f"{row.least_achievement:.2f}",
         f"{row.max_regret:.2f}", f"{row.satisfied}/{row.cases}", f"{row.efficient}/{row.cases}"]
        for row in robust.itertuples()]
    heads: list[Cell] = [
        Words("各情形", "over all cases"), Words("平均达成度", "mean achievement"),
        Words("最低达成度", "least achievement"), Words("最大遗憾", "greatest regret"),
        Words("达到半程", "half-way"), Words("非劣", "efficient")]
    return Table(heads, rows)
