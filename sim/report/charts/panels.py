"""One panel of a figure: paths by group with their bands, and labels at line ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.ticker import MaxNLocator

from sim.report.charts.sheet import QUIET, Sheet
from sim.report.tables import findings
from sim.report.words import style, units
from sim.report.words.style import BODY, GRID, INK, SMALL, Group, Language

LABEL, LEADER, LINE = 12.0, 12.0, 14.0
"""Distance of two labels, length of the line that leads to one, height of a line of the head, in points."""
DOTTED = (0, (1, 1.2))
WORDS = {"zh": ("无数据", "较{}年变化，%"), "en": ("No data", "Change since {}, %")}


class Panel(NamedTuple):
    """One indicator in a figure: its names, the unit of its values and how it is shown."""

    indicator: str
    zh: str
    en: str
    unit: str = "%"
    since_first_year: bool = False
    """Show the change in percent since the first year, for groups of very different size."""
    scale: str = ""
    """Panels that name the same scale share it."""

    def name(self, language: Language) -> str:
        """Return the name in one language."""
        return self.zh if language == "zh" else self.en


class Box(NamedTuple):
    """Where the axes of a panel lie on the page, in points."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass
class Drawing:
    """The content of a panel, scaled to its unit: bands and observed values by group and year."""

    panel: Panel
    bands: pd.DataFrame
    observed: pd.DataFrame
    years: tuple[int, int]
    limits: tuple[float, float]
    head: list[str] = field(default_factory=list)
    """Lines of the name above the panel."""

    def ticks(self) -> dict[float, str]:
        """Return the marks of the vertical axis and how they are written."""
        if self.bands.empty:
            return {}
        low, high = self.limits
        ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        return {t: units.tick(t, signed=self.panel.since_first_year) for t in ticks if low <= t <= high}

    def labels(self, groups: Mapping[str, Group], language: Language) -> dict[str, tuple[float, str]]:
        """Return for each group its last mean and the label beside it."""
        last = self.bands["mean"].groupby(level="group").last()
        return {
            name: (last[name], f"{group.label(language)} {self._written(last[name])}")
            for name, group in groups.items()
            if name in last.index
        }

    def unit(self, language: Language) -> str:
        """Return the unit of the vertical axis in words."""
        if self.panel.since_first_year:
            return WORDS[language][1].format(self.years[0])
        return units.unit(self.panel.unit).name(language)

    def _written(self, value: float) -> str:
        if self.panel.since_first_year:
            return units.number(value, signed=True)
        return units.number(value, decimals=units.unit(self.panel.unit).decimals)


def prepare(panel: Panel, table: pd.DataFrame, observed: pd.DataFrame | None) -> Drawing:
    """Return the drawing of a panel from a table with columns year, group, indicator, seed and value."""
    seen = table[:0] if observed is None else observed.assign(seed=0)
    years = pd.concat([table["year"], seen["year"]])
    factor = 1.0 if panel.since_first_year else units.unit(panel.unit).factor
    bands, circles = _bands(panel, table) * factor, _circles(panel, table, seen) * factor
    values = np.concatenate([bands.to_numpy(float).ravel(), circles.to_numpy(float).ravel()])
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return Drawing(panel, bands, circles, (int(years.min()), int(years.max())), (low - room, high + room))


def _bands(panel: Panel, table: pd.DataFrame) -> pd.DataFrame:
    rows = table[table["indicator"] == panel.indicator]
    return findings.band(findings.since_first_year(rows) if panel.since_first_year else rows).droplevel(0)


def _circles(panel: Panel, table: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return observed values as `_bands` does; changes are counted from the first year of the runs."""
    rows = seen[seen["indicator"] == panel.indicator]
    if panel.since_first_year:
        first = table[(table["indicator"] == panel.indicator) & (table["year"] == table["year"].min())]
        base = rows["group"].map(first.groupby("group")["value"].mean()).astype(float)
        rows = rows.assign(value=100 * (rows["value"] / base.where(base != 0) - 1))
    return findings.band(rows).droplevel(0)


def draw(
    page: Sheet,
    drawing: Drawing,
    box: Box,
    groups: Mapping[str, Group],
    language: Language,
    marked: int | None = None,
) -> None:
    """Draw a panel on a page: its head above the box, labels at the right, a line at the marked year."""
    axes = page.panel(*box)
    first, last = drawing.years
    span = (first, last) if first < last else (first - 0.5, last + 0.5)
    axes.set(xlim=span, ylim=drawing.limits, facecolor="none")
    _draw_grid(page.axes, axes, drawing, box)
    if marked is not None and first <= marked <= last:
        axes.axvline(marked, color=INK, linewidth=0.8)
    _draw_paths(axes, drawing, groups)
    if drawing.bands.empty:
        x, y = box.left + box.width / 2, box.bottom + box.height / 2
        page.axes.text(x, y, WORDS[language][0], ha="center", va="center", color=QUIET)
    for k, line in enumerate([drawing.unit(language), *drawing.head[::-1]]):
        y = box.bottom + box.height + 7 + LINE * k
        page.axes.text(box.left, y, line, size=BODY if k else SMALL, color=INK if k else QUIET)
    _draw_labels(page.axes, drawing.labels(groups, language), drawing.limits, box, groups)


def spread(wanted: np.ndarray, distance: float, low: float, high: float) -> np.ndarray:
    """Move positions, given in rising order, as little as possible until they are a distance apart.

    They stay between low and high where they fit, and start at low where they do not.
    """
    steps = distance * np.arange(len(wanted))
    free = _isotonic(np.asarray(wanted, float) - steps)
    return np.clip(free, low, max(low, high - steps[-1] if len(steps) else low)) + steps


def _isotonic(values: np.ndarray) -> np.ndarray:
    """Return the rising values nearest to these in least squares: pools of adjacent violators, whose means rise."""
    pools: list[tuple[float, int]] = []
    for mean, size in ((value, 1) for value in values):
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    return np.array([mean for mean, size in pools for _ in range(size)])


def _draw_grid(page: Axes, axes: Axes, drawing: Drawing, box: Box) -> None:
    """Draw grid, years and marks on the page: axes of their own would take half of the time of a figure."""
    axes.set_axis_off()
    (first, last), (low, high) = axes.get_xlim(), drawing.limits
    right = box.left + box.width

    def x(year: float) -> float:
        return box.left + box.width * (year - first) / (last - first)

    def y(value: float) -> float:
        return box.bottom + box.height * (value - low) / (high - low)

    ticks = drawing.ticks()
    grid = [[(box.left, y(tick)), (right, y(tick))] for tick in ticks]
    page.add_collection(LineCollection(grid, colors=GRID, linewidths=0.7, zorder=0))
    for tick, words in ticks.items():
        page.text(box.left - 4, y(tick), words, ha="right", va="center_baseline")
    if ticks and low < 0 < high:
        axes.axhline(0, color=INK, linewidth=0.7, zorder=1)
    begin, end = drawing.years
    marks = _year_marks(begin, end, most=max(1, int(box.width // 28)))
    for year in marks:
        page.text(x(year), box.bottom - 7, str(year), ha="center", va="top")
    down = [[(x(year), box.bottom), (x(year), box.bottom - (4 if year in marks else 2))]
            for year in range(begin, end + 1)]
    page.add_collection(LineCollection([*down, [(box.left, box.bottom), (right, box.bottom)]], colors=INK,
                                       linewidths=0.8))


def _year_marks(first: int, last: int, most: int) -> list[int]:
    """Return the years to write: the last, and back from it in the smallest step of at most so many intervals.

    A step that meets the first year is preferred.
    """
    steps = [step for step in (1, 2, 5, 10, 20, 50) if (last - first) // step <= most]
    even = [step for step in steps if (last - first) % step == 0]
    return list(range(last, first - 1, -next(iter([*even, *steps, 100]))))[::-1]


def _draw_paths(axes: Axes, drawing: Drawing, groups: Mapping[str, Group]) -> None:
    """Draw bands, then means, then observed values; of each the first group on top."""
    order, known = list(groups)[::-1], drawing.bands.index.get_level_values("group")
    paths = {name: drawing.bands.xs(name, level="group") for name in order if name in known}
    colours = [groups[name].colour for name in paths]
    bands = [np.r_[np.c_[path.index, path["low"]], np.c_[path.index, path["high"]][::-1]] for path in paths.values()]
    axes.add_collection(PolyCollection(bands, facecolors=colours, alpha=0.16, linewidths=0, zorder=1))
    styles = [DOTTED if groups[name].dotted else "solid" for name in paths]
    means = [np.c_[path.index, path["mean"]] for path in paths.values()]
    axes.add_collection(LineCollection(means, colors=colours, linewidths=1.8, linestyles=styles, zorder=3))
    for mean, colour in zip(means, colours, strict=True):
        if len(mean) == 1:
            axes.plot(*mean.T, "o", color=colour, zorder=3)
    for name in order:
        if name in drawing.observed.index.get_level_values("group"):
            path = drawing.observed.xs(name, level="group")
            axes.plot(path.index, path["mean"], "o", color=groups[name].colour, mfc="white", ms=4.5, clip_on=False,
                      zorder=4)


def _draw_labels(
    axes: Axes,
    labels: dict[str, tuple[float, str]],
    limits: tuple[float, float],
    box: Box,
    groups: Mapping[str, Group],
) -> None:
    """Write labels right of a box, in points, each joined to the end of its line."""
    ordered = sorted(labels, key=lambda name: labels[name][0])
    ends = [box.bottom + box.height * (labels[name][0] - limits[0]) / (limits[1] - limits[0]) for name in ordered]
    places = spread(np.array(ends), LABEL, box.bottom + 2, box.bottom + box.height)
    right = box.left + box.width
    for name, end, place in zip(ordered, ends, places, strict=True):
        colour = groups[name].colour
        axes.plot([right + 1, right + LEADER - 2], [end, place], color=colour, linewidth=0.7)
        axes.text(right + LEADER, place, labels[name][1], color=style.as_text(colour), va="center_baseline")
