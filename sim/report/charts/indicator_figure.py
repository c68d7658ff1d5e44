"""Small multiples of the indicators by aspect: policy with its band, reference behind, target with value and status."""

from collections.abc import Callable
from typing import NamedTuple

from sim.report.charts.marks import Chart
from sim.report.charts.multiples import LABELS, Beside, begun, multiple
from sim.report.charts.paths import Frame
from sim.report.charts.sheet import MARGIN, WIDTH, Page, page
from sim.report.tables import answer, findings
from sim.report.tables.results import Results
from sim.report.tables.scorecard import WHOLE, scorecard
from sim.report.words import style, text
from sim.report.words.bilingual import Words, both, of
from sim.report.words.style import BODY, INK, QUIET, SMALL, Language
from sim.report.words.terms import VERDICTS

COLUMNS, GAP, HEIGHT, YEARS, HEAD = 5, 12.0, 106.0, 24.0, 27.0
"""Charts in a row, room between them, height of a chart, of its years, and of the name of an aspect, in points."""
TICKS, WRITTEN, LINE = 26.0, 42.0, 12.5
"""Room for the marks of the axis and for labels, and height of a line of the name, in points."""
BARE = Words("{value}", "{value}")
NOTE = Words("{group}。紫：政策，{band}；灰：无新增政策；虚线：{goal}年目标，"
             "数值旁为结果（✓达到，≈接近，×未达到）。",
             "{group}. Purple: the policy, {band}; grey: no new policy; dashed: the target of {goal}, "
             "with its value and whether it is met (✓), close (≈) or missed (×). ")
BAND = Words("色带为{over}的80%区间（{holds}）", "the band is the 80% interval over {over} ({holds})")
SINGLE = Words("单次模拟，无区间", "a single run, without an interval")
ONE = Words("单次模拟", "a single run")
START = Words("竖线为政策起始。", "The vertical line is where the policy starts. ")
CIRCLES = Words("圆圈为实际值。", "Circles are actual values. ")


class Titled(NamedTuple):
    """A chart, its name in lines and the unit of its values."""

    name: list[str]
    unit: str
    chart: Chart


def draw(results: Results, language: Language, group: str = WHOLE, beside: Callable[[str], Beside] | None = None,
         said: Words | None = None) -> Page:
    """Draw the indicators of a group that have a base, in rows by aspect; the title says how many reach targets.

    `beside` gives what else is drawn with an indicator, and `said` says what that is.
    """
    card = scorecard(results, group)
    width = (WIDTH - 2 * MARGIN - GAP * (COLUMNS - 1)) / COLUMNS
    rows = [(aspect, [_titled(results, row, language, width, group, beside) for row in part.to_dict("records")])
            for aspect in results.system.aspects if len(part := card[card["aspect"] == aspect])]
    heads = [HEAD + LINE * (1 + max(len(one.name) for one in many)) for _, many in rows]
    title = of(answer.indicators(results, card), language).rstrip("。.")
    made = page(title, _note(results, language, group, said), language, height=sum(heads) + HEIGHT * len(rows))
    top = made.top
    for (aspect, many), head in zip(rows, heads, strict=True):
        name = getattr(results.system.aspects[aspect].title, language)
        made.write((MARGIN, top + 12), name, BODY, QUIET, baseline=True)
        made.rule(top + 16)
        for k, one in enumerate(many):
            left = MARGIN + k * (width + GAP)
            for line, words in enumerate([one.unit, *one.name[::-1]]):
                size, colour = (BODY, INK) if line else (SMALL, QUIET)
                made.write((left, top + head - LINE * line), words, size, colour, baseline=True)
            made.chart.put(one.chart, left, top + head)
        top += head + HEIGHT
    return made


def _titled(results: Results, row: dict, language: Language, width: float, group: str,
            beside: Callable[[str], Beside] | None) -> Titled:
    name = row["indicator"]
    mark = VERDICTS.get(row["verdict"], "")
    labels = dict.fromkeys(LABELS, BARE) | {"target": Words(*(f"{words} {mark}".rstrip() for words in BARE))}
    frame = Frame(width, HEIGHT, TICKS, WRITTEN, 7.0, YEARS, SMALL, leader=7.0, ticks=3, widest=40.0)
    return Titled(text.wrap(of(results.title(name), language), BODY, width).splitlines(),
                  results.unit(name).name(language), multiple(results, name, row["target"], labels, frame, group,
                           beside(name) if beside else None))


def _note(results: Results, language: Language, group: str, said: Words | None) -> str:
    single = ONE if said else SINGLE
    band = BAND.fill(over=results.over, holds=results.holds) if results.replicates > 1 else single
    note = of(NOTE.fill(group=both(style.GROUPS[group].name), band=band, goal=results.system.target_year), language)
    note += of(START, language) if begun(results) is not None else ""
    note += of(CIRCLES, language) if (results.actuals["group"] == group).any() else ""
    note += of(said, language) + (" " if language == "en" else "") if said else ""
    return note + findings.scenario(results.whole(results.policy), language)
