"""Doses of the measures as bars: planned, funded and delivered, the sum paid for each, and by whom."""

import pandas as pd

from sim.report.charts.marks import Anchor, Area, Line
from sim.report.charts.sheet import MARGIN, WIDTH, Page, page
from sim.report.tables import answer, costs, findings, money
from sim.report.tables.results import Results
from sim.report.words import text, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import BODY, INK, POLICY, QUIET, SMALL, Language
from sim.report.words.terms import MEASURE_GROUPS

ROW, BAR, HEAD = 14.0, 7.0, 24.0
"""Height of a row, of its bar, and of a head, in points."""
NUMBER = 96.0
"""Room for each column of numbers, in points."""
FUNDED = "#CDBBE0"
HEADS = {"dose": Words("剂量：已建成 / 已付 / 计划", "Dose: delivered / funded / planned"),
         "paid": Words("支出，亿元", "Paid, 100 million yuan"),
         "payer": Words("谁来承担", "Who pays")}
NOTE = Words("剂量为制定该计划的各县均值，{year}年：深色为已建成，浅色为已付（次年建成），竖线为计划。"
             "金额为政策开始以来合计，当年价，{over}的均值。",
             "Doses are means over the counties that plan them, {year}: dark is delivered, light is funded (and stands "
             "a year later), the line is the plan. Money is the sum since the start at current prices, mean over "
             "{over}. ")


def draw(results: Results, language: Language) -> Page:
    """Draw every measure that was planned, and who paid; the title is the report's sentence on the money."""
    doses, paid = costs.dose_rows(results), money.payers(results)
    groups = [name for name in MEASURE_GROUPS if any(row.group == name for row in doses)]
    note = of(NOTE.fill(year=results.horizon, over=results.over), language)
    title = of(answer.sentences(results)[2], language).rstrip("。.")
    made = page(title, note + findings.scenario(results.whole(results.policy), language), language,
                height=HEAD * (len(groups) + 3) + ROW * (len(doses) + len(costs.PAYERS)))
    names = [of(row.name, language) for row in doses] + [of(name, language) for name in costs.PAYERS.values()]
    left = MARGIN + max(text.width(name, SMALL) for name in names) + 12
    right = WIDTH - MARGIN - 2 * NUMBER
    _heads(made, made.top, {left: HEADS["dose"], WIDTH - MARGIN: HEADS["paid"]})
    top = made.top + HEAD
    largest = max([1.0, *(row.planned for row in doses)])

    def x(dose: float) -> float:
        return left + (right - left) * dose / largest

    for group in groups:
        made.write((MARGIN, top + 18), of(MEASURE_GROUPS[group], language), BODY, QUIET, baseline=True)
        top += HEAD
        for row in (row for row in doses if row.group == group):
            y = top + ROW / 2
            made.write((MARGIN, y), of(row.name, language))
            _bar(made, left, x(row.funded), y, FUNDED)
            _bar(made, left, x(row.delivered), y, POLICY)
            planned = x(row.planned)
            made.chart.marks.append(Line([(planned, y - BAR / 2 - 2), (planned, y + BAR / 2 + 2)], INK, 1.4))
            made.write((right + 10, y), f"{row.delivered:.2f} / {row.funded:.2f} / {row.planned:.2f}")
            made.write((WIDTH - MARGIN, y), row.paid, anchor="end")
            top += ROW
    _heads(made, top + 6, {MARGIN: HEADS["payer"], WIDTH - MARGIN: HEADS["paid"]})
    _payers(made, paid, top + HEAD + 6, left, right)
    return made


def _payers(made: Page, paid: pd.DataFrame, top: float, left: float, right: float) -> None:
    mean = paid.groupby("payer")["yuan"].sum() / max(paid["seed"].nunique(), 1)
    total, unit = mean.sum() or 1.0, units.unit("yuan")
    for k, (payer, words) in enumerate(costs.PAYERS.items()):
        value, y = float(mean.get(payer, 0.0)), top + ROW * (k + 0.5)
        made.write((MARGIN, y), of(words, made.language))
        _bar(made, left, left + (right - left) * value / total, y, POLICY)
        made.write((right + 10, y), f"{100 * value / total:.0f}%")
        made.write((WIDTH - MARGIN, y), units.number(value * unit.factor), anchor="end")


def _heads(made: Page, top: float, heads: dict[float, Words]) -> None:
    for x, words in heads.items():
        anchor: Anchor = "end" if x > WIDTH / 2 else "start"
        made.write((x, top + 12), of(words, made.language), SMALL, QUIET, anchor, baseline=True)
    made.rule(top + 17)


def _bar(made: Page, left: float, right: float, y: float, colour: str) -> None:
    above, below = y - BAR / 2, y + BAR / 2
    made.chart.marks.append(Area([(left, above), (right, above), (right, below), (left, below)], colour, 1.0))
