"""What the programme of measures waits for: shares of planned doses that stand, and what keeps the others from it."""

from functools import lru_cache

import pandas as pd

from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

WAITS = {
    "delivered": Words("已建成", "Delivered"),
    "time": Words("缺时间", "Time"),
    "works": Words("缺工程量", "Works"),
    "money": Words("缺资金", "Money"),
}
"""Parts of planned doses, which sum to them, in words."""
MISSING = {
    "time": Words("建设时间", "time to build"), "works": Words("年度工程量", "works a year can take"),
    "money": Words("资金", "money"),
}
"""What planned doses that do not stand wait for, in words."""
ALL, LEAST = "all", 0.005


@lru_cache(maxsize=8)
def bounds(results: Results) -> pd.DataFrame:
    """Return planned doses of counties and pilot towns and their parts, means over counties that plan them and runs.

    Columns: year, group (all counties or a type), measure (or `ALL`, the mean of measures), counties (how many),
    planned, and the parts `WAITS`, in doses. Empty where nothing was planned.
    """
    table = results.of("doses", results.policy)
    if table.empty or results.counties.empty:
        return pd.DataFrame()
    kind = results.counties.set_index("adcode")["county_type"]
    table = table[table["target"] > 0].assign(
        planned=table["target"], time=table["target"] - table["unhindered"],
        works=table["short_of_works"], money=table["short_of_money"])
    groups = pd.concat([table.assign(group="all_counties"), table.assign(group=table["adcode"].map(kind))])
    groups = groups[groups["group"].isin(results.groups)]
    by = groups.groupby(["year", "group", "measure"], sort=False)
    single = by[["planned", *WAITS]].mean().round(9)  # sums are paid in whole fen
    single.insert(0, "counties", by["adcode"].nunique())
    whole = single.groupby(["year", "group"], sort=False).mean().assign(
        counties=groups.groupby(["year", "group"])["adcode"].nunique(), measure=ALL)
    return pd.concat([whole.reset_index(), single.reset_index()], ignore_index=True)


def delivered(results: Results, year: int) -> tuple[float, Words | None] | None:
    """Return the share of planned doses that stands in all counties, and what most of the rest waits for, where it is
    half a percent or more; nothing where no dose is planned."""
    table = bounds(results)
    if table.empty:
        return None
    rows = table[(table["measure"] == ALL) & (table["group"] == "all_counties") & (table["year"] == year)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    most = max(MISSING, key=row.__getitem__)
    share = float(row["delivered"] / row["planned"])
    return share, MISSING[most] if share < 1 - LEAST else None
