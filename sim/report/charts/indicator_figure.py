"""Small multiples of the indicators by aspect: policy with its band, reference behind, target with value and status."""

from typing import NamedTuple

import pandas as pd
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.report.charts import panels
from sim.report.charts.panels import Box
from sim.report.charts.sheet import MARGIN, QUIET, WIDTH, Sheet, sheet
from sim.report.tables import answer, findings
from sim.report.tables.results import Results
from sim.report.tables.scorecard import WHOLE, scorecard
from sim.report.words import style, text, units
from sim.report.words.bilingual import Words, both, of
from sim.report.words.style import BODY, GRID, INK, POLICY, REFERENCE_RUN, SMALL, Language
from sim.report.words.terms import VERDICTS

COLUMNS, GAP, PLOT, YEARS, HEAD = 5, 12.0, 74.0, 18.0, 27.0
"""Panels in a row, room between them, height of the paths, of the years, and of the name of an aspect, in points."""
TICKS, LABELS, LINE = 26.0, 42.0, 12.5
"""Room for the marks of the axis and for labels, and height of a line of the name, in points."""
NOTE = Words("{group}。紫：政策，{band}；灰：无新增政策；虚线：{goal}年目标，"
             "数值旁为结果（✓达到，≈接近，×未达到）。",
             "{group}. Purple: the policy, {band}; grey: no new policy; dashed: the target of {goal}, "
             "with its value and whether it is met (✓), close (≈) or missed (×). ")
BAND = Words("色带为{over}的80%区间（{holds}）", "the band is the 80% interval over {over} ({holds})")
SINGLE = Words("单次模拟，无区间", "a single run, without an interval")
CIRCLES = Words("圆圈为实际值。", "Circles are actual values. ")


class Multiple(NamedTuple):
    """The content of one panel, scaled to its unit."""

    name: list[str]
    unit: str
    decimals: int
    ours: pd.DataFrame
    theirs: pd.DataFrame
    actual: pd.Series
    target: float
    mark: str

    def limits(self) -> tuple[float, float]:
        """Return the least and greatest value shown, with room around."""
        parts = [self.ours.stack(), self.theirs["mean"], self.actual, pd.Series([self.target])]
        values = pd.concat([part.reset_index(drop=True) for part in parts], ignore_index=True).dropna()
        room = 0.08 * (values.max() - values.min()) or 0.05 * abs(values.max()) or 1.0
        return values.min() - room, values.max() + room


def draw(results: Results, language: Language, group: str = WHOLE) -> Figure:
    """Draw the indicators of a group that have a base, in rows by aspect; the title says how many reach targets."""
    card = scorecard(results, group)
    width = (WIDTH - 2 * MARGIN - GAP * (COLUMNS - 1)) / COLUMNS
    with style.rules():
        rows = [(aspect, [_multiple(results, row, language, width, group) for row in part.to_dict("records")])
                for aspect in results.system.aspects if len(part := card[card["aspect"] == aspect])]
        heights = [HEAD + LINE * (1 + max(len(m.name) for m in many)) + PLOT + YEARS + 8 for _, many in rows]
        title = of(answer.indicators(results, card), language).rstrip("。.")
        page = sheet(title, _note(results, language, group), height=sum(heights))
        top = page.bottom + sum(heights)
        for (aspect, many), height in zip(rows, heights, strict=True):
            name = getattr(results.system.aspects[aspect].title, language)
            page.axes.text(MARGIN, top - 12, name, size=BODY, color=QUIET)
            page.axes.plot([MARGIN, WIDTH - MARGIN], [top - 16, top - 16], color=GRID, linewidth=0.8)
            for k, multiple in enumerate(many):
                left = MARGIN + k * (width + GAP) + TICKS
                box = Box(left, top - height + YEARS + 8, width - TICKS - LABELS, PLOT)
                _draw(page, multiple, box, results.years)
            top -= height
    return page.figure


def _multiple(results: Results, row: dict, language: Language, width: float, group: str) -> Multiple:
    name, unit = row["indicator"], results.unit(row["indicator"])
    title = of(results.title(name), language)
    ours, theirs = (_path(results, policy, name, group) * unit.factor for policy in (results.policy, results.reference))
    seen = results.actuals[(results.actuals["group"] == group) & (results.actuals["indicator"] == name)]
    actual = seen.set_index("year")["value"].astype(float) * unit.factor
    head = text.wrap(title, BODY, width).splitlines()
    return Multiple(head, unit.name(language), unit.decimals, ours, theirs, actual,
                    row["target"] * unit.factor, VERDICTS.get(row["verdict"], ""))


def _path(results: Results, policy: str | None, indicator: str, group: str) -> pd.DataFrame:
    table = results.of("indicators", policy)
    return findings.band(table[(table["indicator"] == indicator) & (table["group"] == group)]).droplevel([0, 1])


def _draw(page: Sheet, one: Multiple, box: Box, years: tuple[int, int]) -> None:
    """Draw a panel in points of the page."""
    axes, (low, high), (first, last) = page.axes, one.limits(), years
    right, top = box.left + box.width, box.bottom + box.height

    def x(year):
        return box.left + box.width * (year - first) / max(last - first, 1)

    def y(value):
        return box.bottom + box.height * (value - low) / (high - low)

    def line(path: pd.Series) -> list[tuple[float, float]]:
        return [(x(year), y(value)) for year, value in path.items()]

    for k, words in enumerate([one.unit, *one.name[::-1]]):
        axes.text(box.left - TICKS, top + 7 + LINE * k, words, size=BODY if k else SMALL, color=INK if k else QUIET)
    ticks = [t for t in MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
    axes.add_collection(LineCollection([[(box.left, y(t)), (right, y(t))] for t in ticks], colors=GRID, linewidths=0.7))
    for tick in ticks:
        axes.text(box.left - 4, y(tick), units.tick(tick), ha="right", va="center_baseline", color=QUIET)
    for year, side in ((first, "left"), (last, "right")) if last > first else ((first, "center"),):
        axes.text(x(year), box.bottom - 13, str(year), ha=side, color=QUIET)
    axes.plot([box.left, right], [box.bottom, box.bottom], color=INK, linewidth=0.8)
    if len(one.theirs):
        axes.plot(*zip(*line(one.theirs["mean"]), strict=True), color=REFERENCE_RUN, linewidth=1.6)
    band = [*line(one.ours["low"]), *line(one.ours["high"])[::-1]]
    axes.add_collection(PolyCollection([band], facecolors=POLICY, alpha=0.18, linewidths=0))
    axes.plot(*zip(*line(one.ours["mean"]), strict=True), color=POLICY, linewidth=1.8)
    if pd.notna(one.target):
        axes.plot([box.left, right], [y(one.target)] * 2, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    if len(one.actual):
        axes.plot(*zip(*line(one.actual), strict=True), "o", color=INK, mfc="white", ms=4.5)
    _label(page, one, y, box)


def _label(page: Sheet, one: Multiple, y, box: Box) -> None:
    """Write the last values and the target right of a panel, each joined to the end of its line."""
    ends = [(one.ours["mean"].iloc[-1], style.as_text(POLICY), "")]
    ends += [(one.theirs["mean"].iloc[-1], style.as_text(REFERENCE_RUN), "")] if len(one.theirs) else []
    ends += [(one.target, INK, one.mark)] if pd.notna(one.target) else []
    ends.sort(key=lambda end: end[0])
    wanted = pd.Series([y(value) for value, *_ in ends]).to_numpy()
    places = panels.spread(wanted, LINE - 1, box.bottom - 4, box.bottom + box.height + 4)
    right = box.left + box.width
    for (value, colour, mark), end, place in zip(ends, wanted, places, strict=True):
        page.axes.plot([right + 1, right + 7], [end, place], color=colour, linewidth=0.6)
        written = f"{units.number(value, decimals=one.decimals)} {mark}".rstrip()
        page.axes.text(right + 9, place, written, color=colour, va="center_baseline")


def _note(results: Results, language: Language, group: str) -> str:
    band = BAND.fill(over=results.over, holds=results.holds) if results.replicates > 1 else SINGLE
    note = of(NOTE.fill(group=both(style.GROUPS[group].name), band=band, goal=results.system.target_year), language)
    note += of(CIRCLES, language) if (results.actuals["group"] == group).any() else ""
    return note + findings.scenario(results.asked, language)
