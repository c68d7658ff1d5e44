"""Figures of a screening: mu* against sigma, effects by county type, and the overall ranking."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.report.charts.paths import spread
from sim.report.charts.sheet import MARGIN, WIDTH, Sheet, sheet
from sim.report.sensitivity import words
from sim.report.sensitivity.reading import FAMILIES, Analysis
from sim.report.words import style, text, units
from sim.report.words.bilingual import of
from sim.report.words.style import BODY, GRID, INK, QUIET, SMALL, Language

NAMED = 6
"""Factors that a panel names."""

LONGEST = 12
"""Bars of a tornado."""

LISTED = 20
"""Factors in the ranking."""

ROW, COLUMN, LABELS, AXIS = 206.0, 352.0, 146.0, 40.0
"""Height of a row of panels, width of a panel, of its labels and of its vertical axis, in points."""

BAR = 19.0
"""Height of a bar with its room, in points."""

SURE = 0.95
"""Share of resamples in which a factor must be among the first ten to count as one of them."""


def scatter(analysis: Analysis, language: Language) -> Figure:
    """Draw mu* against sigma, a panel for each outcome, with the first factors named and the groups of all coloured."""
    shown = analysis.shown
    rows = -(-len(shown) // 2)
    note = of(words.MORRIS_NOTE, language) + of(analysis.note(), language)
    with style.rules():
        page = sheet(of(words.MORRIS, language), note, height=rows * ROW + 22)
        key(page, analysis, language)
        for k, name in enumerate(shown):
            left = MARGIN + (k % 2) * (WIDTH - 2 * MARGIN - COLUMN) + AXIS
            bottom = page.bottom + (rows - 1 - k // 2) * ROW + 34
            _panel(page, analysis, name, left, bottom, language)
    return page.figure


def _panel(page: Sheet, analysis: Analysis, name: str, left: float, bottom: float, language: Language) -> None:
    width, height = COLUMN - AXIS - LABELS, ROW - 34 - 44
    unit = analysis.unit(name)
    table = analysis.mine[analysis.mine["outcome"] == name].copy()
    table[["mu_star", "sigma"]] *= unit.factor
    axes = page.panel(left, bottom, width, height)
    axes.set_facecolor("none")  # lines to names lie below
    _points(axes, analysis, table)
    _frame(axes)
    across = {"zh": f"μ*（{unit.change_name('zh')}）", "en": f"mu* ({unit.change_name('en')})"}[language]
    axes.set_xlabel(across, size=SMALL)
    axes.set_ylabel({"zh": "σ", "en": "sigma"}[language], size=SMALL)
    title = text.wrap(of(analysis.outcome(name), language), BODY, COLUMN - AXIS)
    page.axes.text(left, bottom + height + 20, title, size=BODY)
    page.axes.text(left, bottom + height + 7, _chance(analysis, name, language), size=SMALL, color=QUIET)
    top = table[~table["within_noise"]].nlargest(NAMED, "mu_star")
    ends = [axes.transData.transform((row.mu_star, row.sigma)) for row in top.itertuples()]
    _names(page, analysis, list(top["factor"]), np.array(ends), left + width, bottom, height, language)


def _points(axes: Axes, analysis: Analysis, table: pd.DataFrame) -> None:
    for row in table.sort_values("mu_star").itertuples():
        family = FAMILIES[analysis.family(row.factor)]
        colour = style.REFERENCE_RUN if row.within_noise else family.colour
        axes.plot(row.mu_star, row.sigma, family.mark, ms=5.5, mec=colour, mfc="white" if row.within_noise else colour,
                  mew=1.0, clip_on=False, zorder=2 if row.within_noise else 3)
    far = max(table["mu_star"].max(), 1e-12), max(table["sigma"].max(), 1e-12)
    axes.set(xlim=(0, 1.05 * far[0]), ylim=(0, 1.08 * far[1]))


def _names(page: Sheet, analysis: Analysis, factors: list[str], ends: np.ndarray, right: float, bottom: float,
           height: float, language: Language) -> None:
    """Write the names of points right of a panel, each joined to its point."""
    if not factors:
        return
    points = page.axes.transData.inverted().transform(ends)
    order = np.argsort(points[:, 1], kind="stable")
    places = spread(points[order, 1], 25.0, bottom - 4, bottom + height)
    for place, k in zip(places, order, strict=True):
        colour = FAMILIES[analysis.family(factors[k])].colour
        page.axes.plot([points[k, 0], right + 8], [points[k, 1], place], color=colour, linewidth=0.6, alpha=0.7)
        label = shortened(of(analysis.title(factors[k]), language), LABELS - 12, 2)
        page.axes.text(right + 11, place, label, color=style.as_text(colour), va="center", linespacing=1.15)


def tornado(analysis: Analysis, language: Language) -> Figure:
    """Draw the mean effects of the first factors on the first outcome, a column for each county type."""
    name = analysis.asked["outcomes"][0]
    unit = analysis.unit(name)
    table = analysis.indices[analysis.indices["outcome"] == name]
    index = "mu" if table["mu"].notna().any() else "mu_star"
    groups = [group for group in style.GROUPS if group in set(table["counties"])]
    factors = list(table[table["counties"] == groups[0]].nlargest(LONGEST, "mu_star")["factor"])
    values = {group: table[table["counties"] == group].set_index("factor").loc[factors] for group in groups}
    far = 1.08 * unit.factor * max(values[group][index].abs().max() for group in groups) or 1.0
    mark, names, gap, bars = _round(0.7 * far), 176.0, 10.0, len(factors) * BAR
    width = (WIDTH - 2 * MARGIN - names - gap * (len(groups) - 1)) / len(groups)
    note = of(words.TORNADO_NOTE, language).format(unit=unit.change_name(language)) + of(analysis.note(), language)
    with style.rules():
        title = of(words.TORNADO, language).format(outcome=of(analysis.outcome(name), language))
        page = sheet(title, note, height=bars + 56)
        bottom = page.bottom + 28
        for k, factor in enumerate(factors):
            _named(page, analysis, factor, MARGIN + names - 8, bottom + bars - (k + 0.5) * BAR, names - 8, language)
        for k, group in enumerate(groups):
            left, colour = MARGIN + names + k * (width + gap), style.GROUPS[group].colour
            axes = page.panel(left, bottom, width, bars)
            _bars(axes, values[group][index].to_numpy() * unit.factor, values[group]["within_noise"].to_numpy(), colour)
            axes.set_xlim((-far, far) if index == "mu" else (0, far))
            axes.set_xticks([-mark, 0, mark] if index == "mu" else [0, mark])
            label = text.wrap(style.GROUPS[group].label(language), BODY, width)
            page.axes.text(left + width / 2, bottom + bars + 6, label, size=BODY, ha="center",
                           color=style.as_text(colour))
    return page.figure


def _bars(axes: Axes, values: np.ndarray, hollow: np.ndarray, colour: str) -> None:
    places = np.arange(len(values))[::-1]
    axes.barh(places, values, height=0.64, color=["white" if one else colour for one in hollow],
              edgecolor=[style.REFERENCE_RUN if one else colour for one in hollow], linewidth=0.8)
    axes.set_ylim(-0.5, len(values) - 0.5)
    bare(axes)


def ranking(analysis: Analysis, language: Language) -> Figure:
    """Draw the factors with the greatest influence on all outcomes, with intervals."""
    table = analysis.table("ranking").head(LISTED)
    agreement = units.number(analysis.outcomes["rank_agreement"].median(), decimals=2)
    note = of(words.RANKING_NOTE, language).format(outcomes=len(analysis.outcomes), agreement=agreement)
    names, bars = 268.0, len(table) * BAR
    with style.rules():
        page = sheet(of(words.RANKING, language).format(count=len(table)), note + of(analysis.note(), language),
                     height=bars + 46)
        key(page, analysis, language)
        bottom = page.bottom + 22
        axes = page.panel(MARGIN + names, bottom, WIDTH - 2 * MARGIN - names, bars)
        for k, row in enumerate(table.itertuples()):
            family, place = FAMILIES[analysis.family(row.factor)], len(table) - 1 - k
            axes.plot([100 * row.low, 100 * row.high], [place, place], color=family.colour, linewidth=1.6)
            axes.plot(100 * row.influence, place, family.mark, ms=7, mec=family.colour, zorder=3,
                      mfc=family.colour if row.first_ten >= SURE else "white")
            _named(page, analysis, row.factor, MARGIN + names - 8, bottom + (place + 0.5) * BAR, names - 8, language)
        axes.set(ylim=(-0.5, len(table) - 0.5), xlim=(0, 105 * max(table["high"].max(), 1e-9)))
        bare(axes)
    return page.figure


def _named(page: Sheet, analysis: Analysis, factor: str, x: float, y: float, room: float, language: Language) -> None:
    """Write the name of a factor in a line that ends at x."""
    colour = style.as_text(FAMILIES[analysis.family(factor)].colour)
    label = shortened(of(analysis.title(factor), language), room, 1)
    page.axes.text(x, y, label, ha="right", va="center_baseline", color=colour)


def key(page: Sheet, analysis: Analysis, language: Language, factors: Iterable[str] | None = None) -> None:
    """Write the colours and marks of factors, of all or of those shown, in a line on top of a page."""
    present = {analysis.family(name) for name in (analysis.factors.index if factors is None else factors)}
    x, y = MARGIN, page.bottom + page.height - 8
    for name, family in FAMILIES.items():
        if name in present:
            page.axes.plot(x + 4, y + 3, family.mark, color=family.colour, ms=6)
            page.axes.text(x + 12, y, of(family.name, language), color=style.as_text(family.colour))
            x += 26 + text.width(of(family.name, language), SMALL)


def bare(axes: Axes) -> None:
    """Leave a panel of rows its zero line, a grid across and numbers below."""
    axes.axvline(0, color=INK, linewidth=0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: units.tick(value))
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)


def _frame(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(lambda value, _: units.tick(value))
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=2, pad=3)


def shortened(label: str, available: float, lines: int) -> str:
    """Return a label broken into so many lines of the available points, with three dots where it goes on."""
    wrapped = text.wrap(label, SMALL, available).splitlines()
    if len(wrapped) <= lines:
        return "\n".join(wrapped)
    last = wrapped[lines - 1]
    while last and text.width(last + "…", SMALL) > available:
        last = last[:-1]
    return "\n".join([*wrapped[: lines - 1], last.rstrip() + "…"])


def percent(share: float) -> str:
    """Write a share in percent with one decimal, 100 at most; a dash where it is not a number."""
    if not np.isfinite(share):
        return "—"
    return "<0.1" if share < 0.0005 else f"{100 * min(share, 1):.1f}"


def _chance(analysis: Analysis, name: str, language: Language) -> str:
    return of(words.NOISE, language).format("", percent(analysis.outcomes.loc[name, "noise_share"]))


def _round(value: float) -> float:
    """Return the greatest 1, 2 or 5 times a power of ten up to a value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * max(step for step in (1, 2, 5) if step * power <= value * (1 + 1e-9)))
