"""The yearly evaluation of counties over runs: who would be named, and how sure their rank is; from files alone."""

import pandas as pd

from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

CLASSES = {
    "province_managed": Words("省财政直管县", "province-managed"),
    "developed": Words("经济发达县", "developed"),
    "other": Words("其他县", "other"),
}
BEST, GAINED = 10, 5
"""How many counties are printed for their score and for their gain."""


def ranking(results: Results) -> pd.DataFrame:
    """Return the ranks of the year of the report under the policy asked for, by county, the best first.

    Columns: adcode, class, score (mean), rank (median), low and high of its 80 % interval over runs, advanced and
    progress (shares of seeds in which the county is named), seeds. Empty where nobody was evaluated.
    """
    table = results.of("evaluation", results.policy)
    if table.empty:
        return pd.DataFrame()
    last = table[(table["year"] == results.horizon) & (table["rank"] > 0)]
    by_county = last.groupby(["group", "class"])
    rank = by_county["rank"]
    found = pd.DataFrame({
        "score": by_county["score"].mean(), "rank": rank.median(), "low": rank.quantile(LOW),
        "high": rank.quantile(HIGH), "advanced": by_county["advanced"].mean(),
        "progress": by_county["progress"].mean(), "seeds": rank.size()})
    found = found.reset_index().rename(columns={"group": "adcode"})
    return found.sort_values(["rank", "score", "adcode"], ascending=[True, False, True])


def table(results: Results) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the table that is printed: the counties ranked first, and those named for their gain."""
    found = ranking(results)
    if found.empty:
        return [], []
    names = results.counties.set_index("adcode")
    rows = []
    for row in shown(found).itertuples():
        county = names.loc[row.adcode]
        interval = f" ({row.low:.0f}…{row.high:.0f})" if row.seeds > 1 else ""
        rows.append([f"{county['name_zh']} {county['name_en']}", " ".join(CLASSES[row[2]]), f"{row.rank:.0f}{interval}",
                     f"{row.advanced:.0%}", f"{row.progress:.0%}"])
    heads = ["县（市） county", "类 class", "名次 rank", "先进 advanced", "进步 in progress"]
    return heads, rows


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return the counties that are shown: those ranked first, and those named most often for their gain."""
    gained = found[found["progress"] > 0].nlargest(GAINED, "progress", keep="first")
    return pd.concat([found.head(BEST), gained]).drop_duplicates("adcode")
