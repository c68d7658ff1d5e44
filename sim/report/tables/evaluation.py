"""The yearly evaluation of counties over runs: who would be named, and in how many runs; from files alone."""

import pandas as pd

from sim.report.tables.cells import Cell, Table, percent
from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

CLASSES = {
    "province_managed": Words("省财政直管县", "province-managed"),
    "developed": Words("经济发达县", "developed"),
    "other": Words("其他县", "other"),
}
OFTEN = 0.5
"""Share of runs from which on a county is listed as one that would be named."""
NOTE = Words(
    "所列为至少一半模拟中入选的县（市），按代码排列：单县结果的随机成分大，不排名次。",
    "Listed are the counties named in at least half of the runs, in the order of their codes: results of single "
    "counties hold much chance and give no ranking.")


def named(results: Results) -> pd.DataFrame:
    """Return the counties that the evaluation names in the year of the report under the policy asked for, by adcode.

    Columns: class, advanced and progress (shares of runs in which the county is named for its score and its gain).
    Empty where nobody was evaluated.
    """
    table = results.of("evaluation", results.policy)
    if table.empty:
        return pd.DataFrame()
    last = table[(table["year"] == results.horizon) & (table["rank"] > 0)]
    found = last.groupby(["group", "class"])[["advanced", "progress"]].mean().reset_index("class")
    return found[(found[["advanced", "progress"]] >= OFTEN).any(axis=1)].rename_axis("adcode").sort_index()


def table(results: Results) -> Table | None:
    """Return the counties that would be named, with how often; nothing where there are none."""
    found = named(results)
    if found.empty:
        return None
    names = results.counties.set_index("adcode")
    rows: list[list[Cell]] = [
        [Words("{name}（{kind}）", "{name} ({kind})").fill(
            name=Words(names.loc[row.Index, "name_zh"], names.loc[row.Index, "name_en"]), kind=CLASSES[row[1]]),
         percent(row.advanced), percent(row.progress)] for row in found.itertuples()]
    return Table([Words("县（市）与类", "County and class"), Words("列先进的模拟占比", "Runs that name it advanced"),
                  Words("列进步的模拟占比", "Runs that name it in progress")], rows, NOTE)
