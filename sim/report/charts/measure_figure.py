"""Doses of the measures as bars: planned, funded and delivered, the sum paid for each, and by whom."""

from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from sim.report.charts.sheet import MARGIN, WIDTH, Sheet, sheet
from sim.report.tables import answer, costs, findings, money
from sim.report.tables.results import Results
from sim.report.words import style, text, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import BODY, GRID, INK, POLICY, QUIET, SMALL, Language
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


def draw(results: Results, language: Language) -> Figure:
    """Draw every measure that was planned, and who paid; the title is the report's sentence on the money."""
    doses, paid = costs.dose_rows(results), money.payers(results)
    with style.rules():
        groups = [name for name in MEASURE_GROUPS if any(row.group == name for row in doses)]
        height = HEAD * (len(groups) + 3) + ROW * (len(doses) + len(costs.PAYERS))
        note = of(NOTE.fill(year=results.horizon, over=results.over), language)
        title = of(answer.sentences(results)[2], language).rstrip("。.")
        page = sheet(title, note + findings.scenario(results.whole(results.policy), language), height=height)
        names = [of(row.name, language) for row in doses] + [of(name, language) for name in costs.PAYERS.values()]
        left = MARGIN + max(text.width(name, SMALL) for name in names) + 12
        right = WIDTH - MARGIN - 2 * NUMBER
        top = page.bottom + height
        _heads(page, top, {left: HEADS["dose"], WIDTH - MARGIN: HEADS["paid"]}, language)
        top -= HEAD
        largest = max([1.0, *(row.planned for row in doses)])

        def x(dose: float) -> float:
            return left + (right - left) * dose / largest

        for group in groups:
            page.axes.text(MARGIN, top - 18, of(MEASURE_GROUPS[group], language), size=BODY, color=QUIET)
            top -= HEAD
            for row in (row for row in doses if row.group == group):
                y = top - ROW / 2
                page.axes.text(MARGIN, y, of(row.name, language), va="center_baseline")
                _bars(page, [(left, x(row.funded), FUNDED), (left, x(row.delivered), POLICY)], y)
                mark = [[(x(row.planned), y - BAR / 2 - 2), (x(row.planned), y + BAR / 2 + 2)]]
                page.axes.add_collection(LineCollection(mark, colors=INK, linewidths=1.4))
                written = f"{row.delivered:.2f} / {row.funded:.2f} / {row.planned:.2f}"
                page.axes.text(right + 10, y, written, va="center_baseline")
                page.axes.text(WIDTH - MARGIN, y, row.paid, ha="right", va="center_baseline")
                top -= ROW
        _heads(page, top - 6, {MARGIN: HEADS["payer"], WIDTH - MARGIN: HEADS["paid"]}, language)
        _payers(page, paid, top - HEAD - 6, left, right, language)
    return page.figure


def _payers(page: Sheet, paid, top: float, left: float, right: float, language: Language) -> None:
    mean = paid.groupby("payer")["yuan"].sum() / max(paid["seed"].nunique(), 1)
    total, unit = mean.sum() or 1.0, units.unit("yuan")
    for k, (payer, words) in enumerate(costs.PAYERS.items()):
        value, y = float(mean.get(payer, 0.0)), top - ROW * (k + 0.5)
        page.axes.text(MARGIN, y, of(words, language), va="center_baseline")
        _bars(page, [(left, left + (right - left) * value / total, POLICY)], y)
        page.axes.text(right + 10, y, f"{100 * value / total:.0f}%", va="center_baseline")
        written = units.number(value * unit.factor)
        page.axes.text(WIDTH - MARGIN, y, written, ha="right", va="center_baseline")


def _heads(page: Sheet, top: float, heads: dict[float, Words], language: Language) -> None:
    for x, words in heads.items():
        side = "right" if x > WIDTH / 2 else "left"
        page.axes.text(x, top - 12, of(words, language), color=QUIET, ha=side)
    page.axes.plot([MARGIN, WIDTH - MARGIN], [top - 17, top - 17], color=GRID, linewidth=0.8)


def _bars(page: Sheet, bars: list[tuple[float, float, str]], y: float) -> None:
    shapes = [[(a, y - BAR / 2), (b, y - BAR / 2), (b, y + BAR / 2), (a, y + BAR / 2)] for a, b, _ in bars]
    page.axes.add_collection(PolyCollection(shapes, facecolors=[colour for *_, colour in bars], linewidths=0))
