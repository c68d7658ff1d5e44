"""Maps of all factors by all outcomes: the influence of each factor, its sign, and how sure that is."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.report.charts.sheet import MARGIN, WIDTH, sheet
from sim.report.sensitivity import words
from sim.report.sensitivity.reading import FAMILIES, Analysis
from sim.report.sensitivity.screening import key, shortened
from sim.report.words import style, units
from sim.report.words.bilingual import of
from sim.report.words.style import SMALL, Language

NAMES, HEADS, CELL = 158.0, 132.0, 19.0
"""Width of the names, height of the heads and of a row, in points."""

WIDEST, LINE = 60.0, 11.5
"""Greatest width of a column, and height of a line of its head, in points."""

KINDS = {"measures": ["lever"], "unknowns": ["parameter", "effect"]}
TITLES = {"measures": (words.MEASURES, words.MEASURE_GROUPS), "unknowns": (words.UNKNOWNS, words.UNKNOWN_GROUPS)}
"""Titles of a map of single factors, and of one of groups of them."""

NOTES = {"mu": words.MU, "mu_star": words.MU_STAR, "shapley": words.SHAPLEY, "ST": words.ST}
"""Explanations of the numbers, by index."""

SIGNED = ("mu", "shapley")
"""Indices that have a direction."""


def maps(analysis: Analysis, language: Language) -> dict[str, Figure]:
    """Return a map of the measures and one of the unknowns, each where there are any."""
    found = {}
    for name, kinds in KINDS.items():
        factors = list(analysis.factors.index[analysis.factors["kind"].isin(kinds)])
        if factors:
            found[f"heat_{name}"] = _map(analysis, name, factors, language)
    return found


def _map(analysis: Analysis, name: str, factors: list[str], language: Language) -> Figure:
    outcomes = list(analysis.asked["outcomes"])
    index = "mu" if "mu" in analysis.mine and analysis.mine["mu"].notna().any() else analysis.main
    values, within = (analysis.mine.pivot(index="factor", columns="outcome", values=column).loc[factors, outcomes]
                      for column in (index, "within_noise"))
    values = values * [100.0 if index == "ST" else analysis.unit(one).factor for one in outcomes]
    named = ("、" if language == "zh" else ", ").join(
        dict.fromkeys(filter(None, (analysis.unit(one).change_name(language) for one in outcomes))))
    note = of(NOTES[index], language).format(units=named) + of(analysis.note(), language)
    grouped = bool((analysis.factors.loc[factors, "name"] != factors).any())
    title = of(TITLES[name][grouped], language).format(factors=len(factors), outcomes=len(outcomes))
    with style.rules():
        page = sheet(title, note, height=HEADS + 22 + len(factors) * CELL)
        key(page, analysis, language, factors)
        left, top = MARGIN + NAMES, page.bottom + len(factors) * CELL
        width = min((WIDTH - MARGIN - left) / len(outcomes), WIDEST)
        for column, outcome in enumerate(outcomes):
            head = shortened(of(analysis.outcome(outcome), language), HEADS - 8, max(1, int(width // LINE)))
            page.axes.text(left + (column + 0.5) * width, top + 4, head, rotation=90, ha="center", va="bottom",
                           linespacing=1.1)
        colours = _colours(analysis, values, index)
        for row, factor in enumerate(factors):
            y = top - (row + 1) * CELL
            label = shortened(of(analysis.title(factor), language), NAMES - 6, 1)
            page.axes.text(left - 6, y + CELL / 2, label, ha="right", va="center_baseline",
                           color=style.as_text(FAMILIES[analysis.family(factor)].colour))
            for column in range(len(outcomes)):
                written = "" if within.iat[row, column] else units.compact(values.iat[row, column])
                if index not in SIGNED:
                    written = written.lstrip("+")
                _cell(page.axes, left + column * width, y, width, colours[row][column], written)
    return page.figure


def _colours(analysis: Analysis, values: pd.DataFrame, index: str) -> list[list[str]]:
    """Return the colour of each cell against the greatest of its column; signed indices by the better direction."""
    greatest = values.abs().max().to_numpy(float)
    shade = np.nan_to_num(values.to_numpy(float) / np.where(greatest > 0, greatest, 1))
    if index in SIGNED:
        shade = (1 + shade * [analysis.better(one) for one in values.columns]) / 2
        return [[to_hex(style.differences()(one)) for one in row] for row in shade]
    return [[to_hex(style.levels()(one)) for one in row] for row in shade]


def _cell(axes: Axes, x: float, y: float, width: float, colour: str, written: str) -> None:
    """Draw a cell with its number, or a grey dot where nothing is written."""
    axes.add_patch(Rectangle((x, y), width, CELL, facecolor=colour if written else "#FAFAFA", edgecolor="white",
                             linewidth=1))
    if written:
        axes.text(x + width / 2, y + CELL / 2, written, ha="center", va="center_baseline", size=SMALL,
                  color=style.text_on(colour))
    else:
        axes.plot(x + width / 2, y + CELL / 2, "o", ms=2, color="#BBBBBB")
