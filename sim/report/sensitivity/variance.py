"""Figures of shares with intervals: first and total Sobol indices, and contributions of a package's measures."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.report.charts.sheet import MARGIN, WIDTH, Sheet, sheet
from sim.report.sensitivity import words
from sim.report.sensitivity.reading import FAMILIES, Analysis
from sim.report.sensitivity.screening import bare, key, percent, shortened
from sim.report.words import style, text, units
from sim.report.words.bilingual import of
from sim.report.words.style import BODY, INK, QUIET, SMALL, Language

LISTED = 10
"""Factors in a panel."""

BAR, COLUMN, NAMES = 17.0, 352.0, 150.0
HEAD, FOOT = 40.0, 30.0
"""Room above and below the rows of a panel, in points."""


class Marks(NamedTuple):
    """The marks of a row in a panel, in the unit of the panel: the main value with its interval, and others."""

    value: float
    low: float
    high: float
    tick: float
    triangle: float
    hollow: bool


def shares(analysis: Analysis, language: Language) -> Figure:
    """Draw first and total indices of the first factors, a panel for each outcome."""
    note = of(words.EMULATOR_NOTE if analysis.method == "emulator" else words.SOBOL_NOTE, language)
    note = note.format(samples=analysis.asked["samples"])

    def marks(row) -> Marks:
        return Marks(row.ST, row.ST_low, row.ST_high, row.S1, np.nan, row.within_noise)

    def under(name: str) -> str:
        known = analysis.outcomes.loc[name]
        told = of(words.MISSED if "error" in known else words.NOISE, language)
        return told.format(percent(known.get("error", np.nan)), percent(known["noise_share"]))

    return _panels(analysis, of(words.SOBOL, language), note, marks, under, language)


def attributed(analysis: Analysis, language: Language) -> Figure:
    """Draw the contribution of each measure of a package, a panel for each outcome."""
    money = words.EQUAL if analysis.asked["money"] == "equal" else words.PLANNED
    note = of(words.ATTRIBUTION_NOTE.fill(money=money), language)

    def marks(row) -> Marks:
        factor = analysis.unit(row.outcome).factor
        return Marks(factor * row.shapley, factor * row.shapley_low, factor * row.shapley_high, factor * row.on_top,
                     factor * row.alone, row.within_noise)

    def under(name: str) -> str:
        unit, known = analysis.unit(name), analysis.outcomes.loc[name]
        written = units.difference(unit.factor * known["effect"], unit)
        return of(words.EFFECT, language).format(written, unit.change_name(language))

    return _panels(analysis, of(words.ATTRIBUTION, language), note, marks, under, language)


def _panels(analysis: Analysis, title: str, note: str, marks: Callable[..., Marks], under: Callable[[str], str],
            language: Language) -> Figure:
    shown = analysis.shown
    tables = {name: _first(analysis, name) for name in shown}
    rows, longest = -(-len(shown) // 2), max(len(table) for table in tables.values())
    height = HEAD + longest * BAR + FOOT
    with style.rules():
        page = sheet(title, note + of(analysis.note(), language), height=rows * height + 20)
        key(page, analysis, language)
        for k, name in enumerate(shown):
            left = MARGIN + (k % 2) * (WIDTH - 2 * MARGIN - COLUMN)
            bottom = page.bottom + (rows - 1 - k // 2) * height + FOOT
            head = text.wrap(of(analysis.outcome(name), language), BODY, COLUMN)
            page.axes.text(left, bottom + longest * BAR + 18, head, size=BODY)
            page.axes.text(left, bottom + longest * BAR + 5, under(name), size=SMALL, color=QUIET)
            axes = page.panel(left + NAMES, bottom, COLUMN - NAMES, longest * BAR)
            _rows(axes, analysis, tables[name], [marks(row) for row in tables[name].itertuples()])
            axes.set_ylim(len(tables[name]) - longest - 0.5, len(tables[name]) - 0.5)
            _names(page, analysis, list(tables[name]["factor"]), left + NAMES, bottom + longest * BAR, language)
    return page.figure


def _first(analysis: Analysis, name: str) -> pd.DataFrame:
    table = analysis.mine[analysis.mine["outcome"] == name]
    order = table[analysis.main].abs().fillna(0).sort_values(ascending=False, kind="stable").index
    return table.loc[order].head(LISTED)


def _rows(axes: Axes, analysis: Analysis, table: pd.DataFrame, marks: list[Marks]) -> None:
    if analysis.main == "ST":
        axes.axvspan(0, float(np.nan_to_num(table["noise"].median())), color="#EEEEEE", zorder=0)
    for k, (factor, mark) in enumerate(zip(table["factor"], marks, strict=True)):
        place, family = len(marks) - 1 - k, FAMILIES[analysis.family(factor)]
        colour = style.REFERENCE_RUN if mark.hollow else family.colour
        axes.plot([mark.low, mark.high], [place, place], color=colour, linewidth=1.4)
        axes.plot(mark.value, place, "o", ms=6, mec=colour, mfc="white" if mark.hollow else colour, zorder=3)
        axes.plot(mark.tick, place, "|", ms=10, color=INK, mew=1.4, zorder=4)
        axes.plot(mark.triangle, place, "^", ms=5, mec=INK, mfc="none", zorder=2)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    bare(axes)


def _names(page: Sheet, analysis: Analysis, factors: list[str], right: float, top: float, language: Language) -> None:
    for k, factor in enumerate(factors):
        label = shortened(of(analysis.title(factor), language), NAMES - 9, 1)
        page.axes.text(right - 7, top - (k + 0.5) * BAR, label, ha="right", va="center_baseline",
                       color=style.as_text(FAMILIES[analysis.family(factor)].colour))
