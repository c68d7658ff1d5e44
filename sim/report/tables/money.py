"""The cost of measures and who pays, and the accounts of the counties together; from doses and ledger."""

from functools import lru_cache

import pandas as pd

from sim.config.files import load_measures
from sim.report.tables import effects
from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

TOWNS, PLANNED, ABOVE = "pilot_towns", "planned", ("province", "prefecture")
GAINS = {"resident_urbanization": "up", "hukou_urbanization": "up", "residents": "up", "jobs": "up", "output": "up"}
"""Observations whose cost is given, and which way is better: those that all measures together are for."""
ITEMS = {
    "general": {
        "tax_on_output": Words("生产环节税收", "Taxes on output"),
        "tax_on_wages": Words("工资税收", "Taxes on wages"),
        "deed_tax": Words("契税", "Deed tax"),
        "other_own_revenue": Words("其他自有收入", "Other own revenue"),
        "transfers": Words("上级转移支付", "Transfers from above"),
        "fund_to_general": Words("从政府性基金调入", "From the government fund"),
        "general_bonds": Words("新增一般债券", "New general bonds"),
        "refinancing_bonds": Words("再融资债券", "Refinancing bonds"),
        "public_pay": Words("公职人员工资", "Public pay"),
        "basic_services": Words("基本公共服务", "Basic services"),
        "upkeep": Words("设施运行维护", "Upkeep of facilities"),
        "pensions": Words("养老支出", "Pensions"),
        "spending_on_districts": Words("用于市辖区的支出", "Spending on districts"),
        "investment": Words("预算内投资", "Investment"),
        "interest": Words("利息", "Interest"),
        "repayment": Words("债券还本", "Repayment of bonds"),
        "old_arrears": Words("清偿往年欠款", "Old arrears paid"),
        "support_of_fund": Words("补助政府性基金", "Support of the fund"),
    },
    "fund": {
        "land_income": Words("土地出让收入", "Land income"),
        "land_cost": Words("征地和开发成本", "Cost of land"),
        "special_bonds": Words("新增专项债券", "New special bonds"),
        "refinancing_bonds": Words("再融资债券", "Refinancing bonds"),
        "capital_grants": Words("上级建设补助", "Capital grants from above"),
        "measure_grants": Words("省对措施的补助", "Grants of the province for measures"),
        "matching_funds": Words("市配套资金", "Matching funds of the prefecture"),
        "awards": Words("评价奖励", "Awards of the evaluation"),
        "measures": Words("措施支出", "Measures"),
        "capital_projects": Words("其他建设项目", "Other capital projects"),
        "fund_to_general": Words("调入一般公共预算", "To the general budget"),
        "interest": Words("利息", "Interest"),
        "repayment": Words("债券还本", "Repayment of bonds"),
        "support_of_platform": Words("补助融资平台", "Support of the platform"),
        "support_of_fund": Words("一般公共预算补助", "Support by the general budget"),
    },
}
"""Items of each book in the order of the accounts; whatever else is booked follows under its own name."""
BALANCES = ("opening", "closing", "debt_of_first_world")
BOOKS = {
    "general": Words("一般公共预算", "General public budget"),
    "fund": Words("政府性基金", "Government fund"),
}
DEBTS = {
    "general_debt": Words("一般债务", "General debt"),
    "special_debt": Words("专项债务", "Special debt"),
    "platform_debt": Words("融资平台债务", "Debt of platforms"),
}


@lru_cache(maxsize=8)
def doses(results: Results) -> pd.DataFrame:
    """Return one row per measure: doses in the year of the report and the money until then, means over runs.

    Columns: measure, area (county, or pilot_towns, whose doses stand on top of those of the county), group, zh, en;
    counties (that plan it); planned, funded and delivered (doses, means over those counties and levers; funded doses
    are delivered a year later); paid (yuan at current prices). Empty where nothing was planned.
    """
    table = results.of("doses", results.policy)
    measures = results.config.get("measures", {})
    if table.empty or not measures:
        return pd.DataFrame()
    table = table[table["year"] <= results.horizon]
    keys = ["measure", "area"]
    every, last = (part.groupby(keys) for part in (table, table[table["year"] == table["year"].max()]))
    rows = pd.DataFrame({
        "counties": last["adcode"].nunique(), "planned": last["target"].mean(), "delivered": last["delivered"].mean(),
        "funded": every["funded"].sum() / last.size(), "paid": every["paid"].sum() / results.replicates})
    order = list(dict.fromkeys([*load_measures(), *measures]))
    rows = rows.loc[sorted(rows.index, key=lambda pair: (order.index(pair[0]), pair[1]))]
    titles = pd.DataFrame([{"group": measures[name]["group"], **_title(measures[name]["title"], area)}
                           for name, area in rows.index], index=rows.index)
    return titles.join(rows).reset_index()


def _title(title: dict[str, str], area: str) -> dict[str, str]:
    towns = area == TOWNS
    return {"zh": title["zh"] + "（试点镇）" * towns, "en": title["en"] + " (pilot towns)" * towns}


@lru_cache(maxsize=8)
def county_books(results: Results, policy: str | None) -> pd.DataFrame:
    """Return the books of all counties together in the year of the report, in yuan at current prices: seed, book, item,
    yuan."""
    ledger, columns = results.table("ledger", results.horizon), ["seed", "book", "item", "yuan"]
    if ledger.empty:
        return pd.DataFrame(columns=columns)
    ours = ledger.loc[(ledger["policy"] == policy) & ledger["holder"].isin(set(results.counties["adcode"])), columns]
    return ours.groupby(columns[:3], as_index=False)["yuan"].sum()


@lru_cache(maxsize=8)
def payers(results: Results, policy: str | None = None) -> pd.DataFrame:
    """Return who paid for measures until the year of the report, under the policy asked for or another: payer, seed and
    yuan at current prices.

    Payers: province (grants), prefecture (matching funds), special_bonds and county (projects given up).
    """
    table = results.of("costs", policy or results.policy)
    if table.empty:
        return pd.DataFrame(columns=["payer", "seed", "yuan"])
    paid = table[(table["payer"] != PLANNED) & (table["year"] <= results.horizon)]
    return paid.groupby(["payer", "seed"], as_index=False)["yuan"].sum()


def from_above(paid: pd.DataFrame) -> float:
    """Return the share of province and prefectures in the payments that `payers` returns."""
    return float(paid.loc[paid["payer"].isin(ABOVE), "yuan"].sum() / paid["yuan"].sum())


def accounts(results: Results) -> pd.DataFrame:
    """Return the accounts of the counties together in the year of the report, yuan at current prices, means over runs.

    Columns: book, item, side (in, out, or owed at the end of the year), value, and the paired effect of the policy
    with its interval; all amounts above zero in their own direction.
    """
    tables = results.pair(county_books) if results.reference else [county_books(results, results.policy)]
    parts = [_by_item(books) for books in tables]
    if parts[0].empty:
        return pd.DataFrame()
    items = parts[0].index if len(parts) == 1 else parts[0].index.union(parts[1].index)
    ours, *others = (part.reindex(items, fill_value=0.0).fillna(0.0) for part in parts)
    side = ours.mean(axis=1) if not others else ours.mean(axis=1) + others[0].mean(axis=1)
    sign = pd.Series([1.0 if total > 0 else -1.0 for total in side], index=items)
    table = pd.DataFrame({"value": sign * ours.mean(axis=1), "side": ["in" if s > 0 else "out" for s in sign]})
    if others:
        change = (ours - others[0]).mul(sign, axis=0).stack().rename("value").reset_index()
        table = table.join(effects.spread(change, ["book", "item"]).set_index(["book", "item"]))
    table.loc[table.index.get_level_values("book").isin(DEBTS), "side"] = "owed"
    order = {(book, item): k for k, (book, item) in enumerate((b, i) for b, items in ITEMS.items() for i in items)}
    order |= {(debt, "closing"): len(order) + k for k, debt in enumerate(DEBTS)}
    rows = [key for key in table.index if key in order or (key[0] in BOOKS and key[1] not in BALANCES)]
    return table.loc[sorted(rows, key=lambda key: order.get(key, len(order)))].reset_index()


def cost_per_effect(results: Results) -> pd.DataFrame:
    """Return clear gains of all counties in the year of the report beside the money paid for measures until then.

    Columns: indicator, effect, yuan_per_unit (yuan paid since the start for each unit of the effect). The money is that
    of all measures together, so that it is no price of one effect alone.
    """
    paid, found = payers(results), effects.effects(results, results.horizon)
    if paid.empty or found.empty:
        return pd.DataFrame(columns=["indicator", "effect", "yuan_per_unit"])
    cost = paid.groupby("seed")["yuan"].sum().mean()
    better = GAINS
    whole = found[(found["group"] == "all_counties") & found["clear"] & found["indicator"].isin(better)]
    gain = (whole["effect"] > 0) == (whole["indicator"].map(better) == "up")
    whole = whole.loc[gain, ["indicator", "effect"]]
    whole = whole.sort_values("indicator", key=lambda names: names.map(list(better).index))
    return whole.assign(yuan_per_unit=cost / whole["effect"].abs()).reset_index(drop=True)


def _by_item(books: pd.DataFrame) -> pd.DataFrame:
    return books.pivot_table(index=["book", "item"], columns="seed", values="yuan", aggfunc="sum")
