"""Tables of the accuracy of a run against actual values."""

import pandas as pd

from sim.report.tables import actuals
from sim.report.tables.cells import Cell, Table, difference, percent, writer
from sim.report.tables.results import Results
from sim.report.words import style, units
from sim.report.words.bilingual import Words, both

LEVELS = {
    "all_counties": Words("全部县市", "All counties"), "province": Words("全省", "Province"),
    "county_type": Words("县（市）类型", "County types"), "prefecture": Words("设区市", "Prefectures"),
    "county": Words("单个县（市）", "Single counties"),
}
INSIDE = {True: Words("✓ 在内", "✓ inside"), False: Words("× 在外", "× outside")}


def finding(results: Results) -> Words:
    """Say how many values there are to compare with, and how many lie inside the interval."""
    scored = results.scores
    if scored.empty:
        return Words("没有可以比较的实际值。", "There is no actual value to compare with.")
    words = Words("{count}个实际值（{indicators}项指标）中，{inside}个在模拟的80%区间之内。",
                  "Of {count} actual values ({indicators} indicators), {inside} lie inside the simulated 80% "
                  "interval.")
    if results.replicates < 2:
        words = Words("共有{count}个实际值（{indicators}项指标）；单次模拟，无区间。",
                      "There are {count} actual values ({indicators} indicators); a single run has no "
                      "interval.")
    return words.fill(count=len(scored), indicators=scored["indicator"].nunique(), inside=int(scored["inside"].sum()))


def by_indicator(results: Results) -> Table | None:
    """Return mean and root mean squared error, bias and coverage by indicator and kind of group."""
    if results.scores.empty:
        return None
    rows: list[list[Cell]] = []
    for row in actuals.accuracy(results.scores).to_dict("records"):
        unit = results.unit(row["indicator"])
        sizes = [units.number(row[name] * unit.factor, decimals=2) for name in ("mae", "rmse")]
        covered = percent(row["coverage"]) if results.replicates > 1 else "—"
        rows.append([_named(results, row["indicator"]), LEVELS[row["level"]], str(row["values"]), *sizes,
                     difference(row["bias"], unit), covered])
    heads: list[Cell] = [
        Words("指标", "Indicator"), Words("组别", "Groups"), Words("数值个数", "Values"),
        Words("平均绝对误差", "Mean absolute error"), Words("均方根误差", "Root mean squared error"),
        Words("偏差", "Bias"), Words("80%区间覆盖率", "Coverage of the 80% interval")]
    return Table(heads, rows)


def each(results: Results) -> Table | None:
    """Return every actual value of groups above the county beside the simulated one."""
    scored = results.scores
    if scored.empty or scored["level"].eq("county").all():
        return None
    prefectures = results.table("prefectures").set_index("adcode")
    rows: list[list[Cell]] = []
    for row in scored[scored["level"] != "county"].to_dict("records"):
        unit = results.unit(row["indicator"])
        write = writer(unit)
        band = f"({write(row['low'])}–{write(row['high'])})" if results.replicates > 1 else ""
        rows.append([_named(results, row["indicator"]), _group(row["group"], prefectures), str(row["year"]),
                     write(row["actual"]), f"{write(row['mean'])} {band}".strip(), difference(row["error"], unit),
                     units.number(row["absolute_error"] * unit.factor, decimals=2),
                     INSIDE[bool(row["inside"])] if results.replicates > 1 else "—"])
    heads: list[Cell] = [
        Words("指标", "Indicator"), Words("组", "Group"), Words("年份", "Year"), Words("实际值", "Actual"),
        Words("模拟（80%区间）", "Simulated (80% interval)"), Words("误差", "Error"),
        Words("绝对误差", "Absolute error"), Words("区间", "Interval")]
    return Table(heads, rows)


def _named(results: Results, indicator: str) -> Words:
    unit = results.unit(indicator)
    words = Words("{name}，{unit}", "{name}, {unit}") if unit.zh else Words("{name}", "{name}")
    return words.fill(name=results.title(indicator), unit=both(unit.name))


def _group(group: str, prefectures: pd.DataFrame) -> Words:
    if group in style.GROUPS:
        return Words(style.GROUPS[group].label("zh"), style.GROUPS[group].label("en"))
    return Words(prefectures.loc[group, "name_zh"], prefectures.loc[group, "name_en"])
