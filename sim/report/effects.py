"""Effects of a policy: the same seeds with and without it, from files alone."""

from pathlib import Path

import pandas as pd

from sim.config.files import load_measures
from sim.report import style, units
from sim.report.overview import COLUMNS, Column

INDICATORS = tuple(c for c in COLUMNS if not c.indicator.endswith("reclassification"))


def effects(folder: Path) -> pd.DataFrame:
    """Return paired differences to the other policy in the last year, by group and indicator.

    Columns: group, indicator, year, effect (mean), low and high of the 80 % interval over seeds, same_sign (share of
    seeds with the sign of the mean), seeds. Empty where only one policy was run.
    """
    table = pd.read_parquet(folder / "indicators.parquet")
    policies = list(dict.fromkeys(table["policy"]))
    if len(policies) < 2:
        return pd.DataFrame()
    last = table[table["year"] == table["year"].max()]
    keys = ["group", "indicator", "seed"]
    ours, theirs = (last[last["policy"] == name].set_index(keys)["value"] for name in policies[:2])
    difference = (ours - theirs).dropna().reset_index()
    rows = []
    for (group, indicator), part in difference.groupby(["group", "indicator"], sort=False):
        value = part["value"]
        mean = value.mean()
        rows.append({"group": group, "indicator": indicator, "year": int(last["year"].iloc[0]), "effect": mean,
                     "low": value.quantile(0.1), "high": value.quantile(0.9),
                     "same_sign": float(((value > 0) == (mean > 0)).mean()), "seeds": len(value)})  # fmt: skip
    return pd.DataFrame(rows)


def table(found: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the table that is printed: effects on all counties and by county type."""
    groups = [name for name in style.GROUPS if name in set(found["group"])]
    cells = found.set_index(["indicator", "group"])
    heads = ["", *(style.GROUPS[name].label("zh") for name in groups)]
    body = [["", *(style.GROUPS[name].label("en") for name in groups)]]
    for column in INDICATORS:
        body.append([_name(column), *(_cell(cells, column, group) for group in groups)])
    return heads, body


def delivery(folder: Path) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of what was planned and delivered of each measure in the last year, and what it cost.

    Doses are means over counties and seeds; money is what was paid since the start, capital and running, a mean over
    seeds. No rows where nothing was planned.
    """
    doses = pd.read_parquet(folder / "doses.parquet")
    if doses.empty:
        return [], []
    measures, counties = load_measures(), len(pd.read_parquet(folder / "counties.parquet"))
    seeds = doses["seed"].nunique()
    share = (doses["funded"] / doses["wanted"].where(doses["wanted"] > 0)).fillna(0.0)
    doses = doses.assign(paid=doses["capital_cost"] * share + doses["running_cost"])
    last = doses[doses["year"] == doses["year"].max()]
    heads = ["措施 measure", "计划 planned", "已实现 delivered", "支出 paid, 亿元 100 million yuan"]
    rows = []
    for name, part in last.groupby("measure", sort=False):
        each = counties * seeds * len(measures[name].levers)
        paid = doses.loc[doses["measure"] == name, "paid"].sum() / seeds * 1e-8
        title = measures[name].title
        rows.append([f"{title.zh} {title.en}", f"{part['target'].sum() / each:.2f}",
                     f"{part['delivered'].sum() / each:.2f}", units.number(paid)])  # fmt: skip
    return heads, rows


def _name(column: Column) -> str:
    unit = units.unit(column.unit)
    return f"{column.zh} {column.en}, {unit.change_name('en')}"


def _cell(cells: pd.DataFrame, column: Column, group: str) -> str:
    """Write an effect with its band; a dash where there is none."""
    if (column.indicator, group) not in cells.index:
        return "—"
    row, kind = cells.loc[(column.indicator, group)], units.unit(column.unit)
    factor = kind.factor
    mean, low, high = (units.difference(row[name] * factor, kind) for name in ("effect", "low", "high"))
    return mean + (f" ({low}…{high})" if row["seeds"] > 1 else "")

