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
NAMED = ("advanced", "progress")
OFTEN = 0.5
"""Share of runs from which on a county is listed as one that would be named."""
NOTE = Words(
    "所列为至少一半模拟中入选的县（市），按代码排列，此外没有：单县结果的随机成分大，不排名次。",
    "Listed are the counties named in at least half of the runs, and no others, in the order of their codes: results "
    "of single counties hold much chance and give no ranking.")


def often(results: Results) -> pd.DataFrame:
    """Return the counties that the evaluation names in half of the runs or more, in the year of the report under the
    policy asked for, by adcode.

    Columns: kind (the class), advanced and progress (shares of runs in which the county is named for its score and its
    gain). Empty where nobody was evaluated.
    """
    table = results.of("evaluation", results.policy)
    if table.empty:
        return pd.DataFrame()
    last = table[(table["year"] == results.horizon) & (table["rank"] > 0)]
    found = last.rename(columns={"group": "adcode", "class": "kind"}).groupby(["adcode", "kind"])[[*NAMED]].mean()
    return found[(found >= OFTEN).any(axis=1)].reset_index("kind").sort_index()


def table(results: Results) -> Table | None:
    """Return the counties that would be named, with how often; nothing where nobody was evaluated."""
    if results.of("evaluation", results.policy).empty:
        return None
    found = often(results)
    names = results.counties.set_index("adcode")
    rows: list[list[Cell]] = [
        [Words("{name}（{kind}）", "{name} ({kind})").fill(
            name=Words(names.loc[row.Index, "name_zh"], names.loc[row.Index, "name_en"]), kind=CLASSES[row.kind]),
         percent(row.advanced), percent(row.progress)] for row in found.itertuples()]
    return Table([Words("县（市）与类", "County and class"), Words("列先进的模拟占比", "Runs that name it advanced"),
                  Words("列进步的模拟占比", "Runs that name it in progress")], rows, NOTE)
