"""Tables of measures and money: doses, payers, cost per effect, accounts."""

import re
from functools import partial
from typing import NamedTuple

from sim.report.tables import money
from sim.report.tables.cells import Cell, Table, named, percent, short, spread
from sim.report.tables.results import Results
from sim.report.words import units
from sim.report.words.bilingual import Words, both, of
from sim.report.words.style import Language

PAYERS = {
    "province": Words("省：补助", "Province: grants"),
    "prefecture": Words("市：配套资金", "Prefectures: matching funds"),
    "special_bonds": Words("县：专项债券", "Counties: special bonds"),
    "county": Words("县：让出的其他建设资金", "Counties: other capital projects given up"),
}
ONE = {"万人": Words("人", "person"), "亿元": Words("元", "yuan"), "万元": Words("元/人", "yuan per person")}
"""The single unit of which each large unit is a multiple."""


class Dose(NamedTuple):
    """A measure with its doses and its money, as written."""

    name: Words
    group: str
    counties: int
    planned: float
    funded: float
    delivered: float
    paid: str


def dose_rows(results: Results) -> list[Dose]:
    """Return the planned, funded and delivered doses of each measure."""
    factor = units.unit("yuan").factor
    return [
        Dose(Words(r.zh, r.en), r.group, r.counties, r.planned, r.funded, r.delivered, units.number(r.paid * factor))
        for r in money.doses(results).itertuples()
    ]


def printed(results: Results) -> list[tuple[list[str], list[list[str]]]]:
    """Return heads and rows of the tables that are printed: doses and money by measure, and who paid."""
    rows = [
        [" ".join(row.name), str(row.counties), f"{row.planned:.2f}", f"{row.funded:.2f}",
         f"{row.delivered:.2f}", row.paid]
        for row in dose_rows(results)
    ]
    if not rows:
        return []
    money_unit = "亿元 100 million yuan"
    heads = ["措施 measure", "县数 counties", "计划 planned", "已付 funded", "已建成 delivered",
             f"支出 paid, {money_unit}"]
    found = payers(results)
    who = [[" ".join(name), *(of(cell, "en") for cell in cells)] for name, *cells in found.rows] if found else []
    return [(heads, rows), (["承担者 payer", money_unit, "占比 share"], who)]


def payers(results: Results) -> Table | None:
    """Return who paid how much for measures."""
    paid = money.payers(results)
    if paid.empty:
        return None
    factor = units.unit("yuan").factor
    total = paid.groupby("seed")["yuan"].sum()
    rows: list[list[Cell]] = []
    for name, words in PAYERS.items():
        values = paid[paid["payer"] == name].set_index("seed")["yuan"].reindex(total.index).fillna(0.0)
        rows.append([words, spread(values * factor, results), percent((values / total).mean())])
    rows.append([Words("合计", "Together"), spread(total * factor, results), "100%"])
    heads: list[Cell] = [Words("承担者", "Payer"), Words("亿元（当年价）", "100 million yuan, current prices"),
                         Words("占比", "Share")]
    return Table(heads, rows)


def cost_per_effect(results: Results) -> Table | None:
    """Return the expenditure on all measures per unit of each clear gain."""
    found = money.cost_per_effect(results)
    if found.empty:
        return None
    rows: list[list[Cell]] = []
    for row in found.itertuples():
        unit = results.unit(row.indicator)
        cost = both(partial(_yuan, row.yuan_per_unit))
        single = re.sub(r"s$|s(?= per)", "", unit.change_name("en"), count=1)
        one = ONE.get(unit.zh, Words(f"1{unit.change_name('zh')}", single))
        rows.append([named(results, row.indicator), units.difference(row.effect * unit.factor, unit),
                     Words("每{one}{cost}", "{cost} per {one}").fill(one=one, cost=cost)])
    heads: list[Cell] = [Words("改善", "Gain"), Words("政策效果", "Effect"),
                         Words("全部措施支出与效果之比", "Spent on all measures for it")]
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
                     *([short(row, units.unit("yuan"))] if compared else [])]
                    for row in part.to_dict("records") if abs(row["value"] * factor) >= 0.05]
            found.append((Words("{title}：{what}", "{title}: {what}").fill(title=title, what=what), Table(heads, rows)))
    debts = table[table["side"] == "owed"].to_dict("records")
    rows = [[money.DEBTS[row["book"]], units.number(row["value"] * factor),
             *([short(row, units.unit("yuan"))] if compared else [])] for row in debts]
    return [*found, (Words("年末债务", "Debt at the end of the year"), Table(heads, rows))]


def _yuan(value: float, language: Language) -> str:
    """Write yuan in the unit that suits their size."""
    if language == "zh" and value < 1e8:
        return f"{units.number(value * 1e-4)}万元" if value >= 1e4 else f"{units.number(value)}元"
    return units.amount(value * 1e-8, units.unit("yuan"), language) if value >= 1e3 else f"{units.number(value)} yuan"
