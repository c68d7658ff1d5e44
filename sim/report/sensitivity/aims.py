"""Figures of targets: the cheapest package and the cost of each part of the way to them, and where they fail."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.report.charts.sheet import MARGIN, WIDTH, Sheet, sheet
from sim.report.sensitivity import words
from sim.report.sensitivity.reading import FAMILIES, Analysis
from sim.report.sensitivity.screening import bare, key, shortened
from sim.report.words import style, text, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import BODY, GRID, INK, QUIET, SMALL, Language

NAMES, BAR, LEAST = 176.0, 17.0, 240.0
"""Width of names, height of a bar with its room, least height of the panels, in points."""

CASES, LIMITS = 4, 6
"""Cases, and limits of a box, that are drawn at most."""

ROW, BARS = 172.0, 210.0
"""Height of a case and width of its bars, in points."""

GIVEN = 0.01
"""Dose from which a measure counts as part of a package."""


def package(analysis: Analysis) -> pd.DataFrame:
    """Return factor, dose and yuan of the last package, the dearest first, without doses below `GIVEN`."""
    table = analysis.table("packages")
    last = table[(table["step"] == table["step"].max()) & (table["dose"] >= GIVEN)]
    return last.sort_values("yuan", ascending=False, kind="stable", ignore_index=True)


def least_cost(analysis: Analysis, language: Language) -> Figure:
    """Draw the doses of the last package, and the cost of each part of the way to the targets."""
    chosen, money = package(analysis), units.unit("yuan").factor
    bars = max(len(chosen) * BAR, BAR)
    note = of(words.LEAST_COST_NOTE, language).format(checks=analysis.asked["checks"]) + of(analysis.note(), language)
    with style.rules():
        page = sheet(of(words.LEAST_COST, language), note, height=max(LEAST, bars) + 74)
        key(page, analysis, language, chosen["factor"])
        top = page.bottom + page.height - 38
        for x, head in ((MARGIN + NAMES, words.DOSE), (MARGIN + NAMES + 138, words.COSTS)):
            page.axes.text(x, top + 5, of(head, language), color=QUIET)
        axes = page.panel(MARGIN + NAMES, top - bars, 130, bars)
        for k, row in enumerate(chosen.itertuples()):
            place, colour = len(chosen) - 1 - k, FAMILIES[analysis.family(row.factor)].colour
            axes.barh(place, row.dose, height=0.62, color=colour)
            label = shortened(of(analysis.title(row.factor), language), NAMES - 8, 1)
            y = top - (k + 0.5) * BAR
            page.axes.text(MARGIN + NAMES - 7, y, label, ha="right", va="center_baseline", color=style.as_text(colour))
            page.axes.text(MARGIN + NAMES + 138, y, units.number(row.yuan * money), va="center_baseline")
        axes.set(xlim=(0, 1), ylim=(-0.5, max(len(chosen), 1) - 0.5))
        bare(axes)
        axes.set_xticks([0, 0.5, 1])
        left = MARGIN + NAMES + 130 + 110
        _front(page.panel(left, page.bottom + 36, WIDTH - MARGIN - left, page.height - 74), analysis, language)
    return page.figure


def _front(axes: Axes, analysis: Analysis, language: Language) -> None:
    table, money = analysis.table("front"), units.unit("yuan").factor
    axes.plot(100 * table["emulated_share"], money * table["emulated_yuan"], color=style.REFERENCE_RUN, linewidth=1.4)
    for row in table.itertuples():
        axes.plot([100 * row.share_low, 100 * row.share_high], [money * row.yuan] * 2, color=style.POLICY, linewidth=1)
        axes.plot([100 * row.share] * 2, [money * row.yuan_low, money * row.yuan_high], color=style.POLICY, linewidth=1)
        axes.plot(100 * row.share, money * row.yuan, "o", ms=5, color=style.POLICY)
    if analysis.asked["budget"]:
        axes.axhline(money * analysis.asked["budget"], color=INK, linewidth=0.8, linestyle=(0, (5, 4)))
    axes.axvline(100, color=INK, linewidth=0.8)
    axes.set_xlabel(of(words.WAY, language), color=QUIET)
    axes.set_ylabel(of(words.SPENT, language), color=QUIET)
    axes.set_ylim(bottom=0)
    axes.set_xlim(min(0, 105 * table["share_low"].min()), max(105, 103 * table["share_high"].max()))
    _numbered(axes)


def cases(analysis: Analysis) -> pd.DataFrame:
    """Return the boxes of PRIM that are drawn: those that describe best the points held out."""
    boxes = analysis.table("boxes")
    found = boxes[boxes["method"] == "prim"]
    both = found["held_coverage"] * found["held_density"].fillna(0)
    balance = both / (found["held_coverage"] + found["held_density"]).replace(0, np.nan)
    order = balance.fillna(0).sort_values(ascending=False, kind="stable").index
    return found.loc[order].head(CASES)


def limits(analysis: Analysis, outcome: str) -> pd.DataFrame:
    """Return the limits of a box of PRIM with the range of each factor, the narrowest first."""
    table = analysis.table("limits")
    mine = table[(table["outcome"] == outcome) & (table["method"] == "prim")].set_index("factor")
    ranges = analysis.table("factors").set_index("name")[["low", "high"]].add_prefix("least_")
    joined = mine.join(ranges)
    width = (joined["high"] - joined["low"]) / (joined["least_high"] - joined["least_low"])
    return joined.assign(width=width).sort_values("width", kind="stable").reset_index()


def case(analysis: Analysis, outcome: str) -> Words:
    """Return the title of a case: the outcome whose target fails, or any of them."""
    return words.ANY if outcome == "any" else analysis.outcome(outcome)


def boxed(row, language: Language) -> str:
    """Say how well a box describes where a target fails."""
    parts = {"fails": row.fails, "density": row.density, "held": row.held_density, "coverage": row.coverage,
             "held_coverage": row.held_coverage}
    return of(words.BOXED, language).format(
        **{name: units.number(100 * share, decimals=0) for name, share in parts.items()})


def discovery(analysis: Analysis, language: Language) -> Figure:
    """Draw for the cases that are described best the limits of the box, and the points in and around it."""
    shown = cases(analysis)
    note = of(words.DISCOVERY_NOTE, language) + of(analysis.note(), language)
    with style.rules():
        page = sheet(of(words.DISCOVERY, language), note, height=len(shown) * (ROW + 50) + 20)
        limited = pd.concat([limits(analysis, name)["factor"] for name in shown["outcome"]])
        key(page, analysis, language, limited)
        for k, row in enumerate(shown.itertuples()):
            bottom = page.bottom + (len(shown) - 1 - k) * (ROW + 50)
            page.axes.text(MARGIN, bottom + ROW + 16, of(case(analysis, row.outcome), language), size=BODY)
            page.axes.text(MARGIN, bottom + ROW + 3, boxed(row, language), size=SMALL, color=QUIET)
            found = limits(analysis, row.outcome)
            _limits(page, analysis, found.head(LIMITS), bottom + ROW - 12, language)
            left = MARGIN + NAMES + BARS + 100
            axes = page.panel(left, bottom + 36, WIDTH - MARGIN - left, ROW - 44)
            _points(axes, analysis, row.outcome, found, language)
    return page.figure


def _limits(page: Sheet, analysis: Analysis, found: pd.DataFrame, top: float, language: Language) -> None:
    for k, row in enumerate(found.itertuples()):
        y, left = top - (k + 0.5) * 22, MARGIN + NAMES
        colour, span = FAMILIES[analysis.family(row.factor)].colour, row.least_high - row.least_low
        label = shortened(of(analysis.title(row.factor), language), NAMES - 8, 1)
        page.axes.text(left - 7, y, label, ha="right", va="center_baseline", color=style.as_text(colour))
        page.axes.add_patch(Rectangle((left, y - 2), BARS, 4, facecolor=GRID))
        start, end = (BARS * (value - row.least_low) / span for value in (row.low, row.high))
        page.axes.add_patch(Rectangle((left + start, y - 4), end - start, 8, facecolor=colour))
        for place, value, side, inner in ((start, row.low, "right", row.low > row.least_low),
                                          (end, row.high, "left", row.high < row.least_high)):
            if inner:
                shift = -4 if side == "right" else 4
                number = f"{value:.3g}".replace("-", "−")
                page.axes.text(left + place + shift, y, number, ha=side, va="center_baseline",
                               bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})


def _points(axes: Axes, analysis: Analysis, outcome: str, found: pd.DataFrame, language: Language) -> None:
    """Draw design points by the first two limited factors, or by the first and any other where there is only one."""
    design, fails = analysis.table("design"), analysis.table("points")[outcome].to_numpy(bool)
    names = list(found["factor"]) + [name for name in design.columns[1:] if name not in set(found["factor"])]
    across, up = names[:2]
    x, y = design[across], design[up]
    axes.plot(x[~fails], y[~fails], "o", ms=3.5, mfc="white", mec=style.REFERENCE_RUN, mew=0.8)
    axes.plot(x[fails], y[fails], "o", ms=3.5, color=style.POLICY)
    ranges = analysis.table("factors").set_index("name")[["low", "high"]]
    frame = {row.factor: (row.low, row.high) for row in found.itertuples()}
    (left, right), (low, high) = (frame.get(name, tuple(ranges.loc[name])) for name in (across, up))
    axes.add_patch(Rectangle((left, low), right - left, high - low, fill=False, edgecolor=INK, linewidth=1.6))
    axes.set(xlim=_wider(*ranges.loc[across]), ylim=_wider(*ranges.loc[up]))
    room = axes.get_window_extent().width * 72 / axes.figure.dpi
    axes.set_xlabel(shortened(of(analysis.title(across), language), room, 1), size=SMALL)
    axes.set_ylabel(text.wrap(of(analysis.title(up), language), SMALL, ROW - 50), size=SMALL)
    _numbered(axes)


def _wider(low: float, high: float) -> tuple[float, float]:
    return low - 0.03 * (high - low), high + 0.03 * (high - low)


def _numbered(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(lambda value, _: units.tick(value))
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
