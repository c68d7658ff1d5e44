"""The chart of paths over years: lines with their bands, and beside each line what it ends at."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim.report.charts.marks import Area, Chart, Dot, Line, Mark, Text
from sim.report.words import style, text, units
from sim.report.words.bilingual import LANGUAGES, Words, of
from sim.report.words.style import GRID, INK, QUIET

OPACITY = 0.17
"""Of a band."""
ROOM = 0.07
"""Room above and below the paths, in heights of what they span."""
NOTHING = Words("无数据", "No data")


class Path(NamedTuple):
    """Values by year, in the unit that is shown, and how they are drawn: a line, or circles where `open`."""

    name: str
    values: pd.Series
    colour: str
    label: Words | str = ""
    """What is written at its end."""
    band: pd.DataFrame | None = None
    """Low and high by year."""
    width: float = 2.0
    dash: tuple[float, ...] = ()
    bold: bool = False
    open: bool = False
    ended: bool = False
    """Whether its end is a dot."""


class Frame(NamedTuple):
    """Measures of a chart: its box, the room around the paths, the size of its text and what belongs to it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    size: float
    leader: float = 9.0
    """Length of the line from the end of a path to its label."""
    ticks: int = 4
    """Most intervals of the vertical axis."""
    widest: float = 60.0
    """Least distance of two years that are written."""


class Scales(NamedTuple):
    """From years and values to places in a frame."""

    frame: Frame
    years: tuple[int, int]
    limits: tuple[float, float]

    def x(self, year: float) -> float:
        """Return where a year stands; a single year stands in the middle."""
        (first, last), (left, width) = self.years, (self.frame.left, self.frame.width - self.frame.right)
        return left + (width - left) * ((year - first) / (last - first) if last > first else 0.5)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        (low, high), below = self.limits, self.frame.height - self.frame.bottom
        return below - (below - self.frame.top) * (value - low) / (high - low)

    def line(self, values: pd.Series) -> list[tuple[float, float]]:
        """Return the points of a path."""
        return [(self.x(year), self.y(value)) for year, value in values.dropna().items()]


def limits(paths: Sequence[Path]) -> tuple[float, float]:
    """Return the least and the greatest value of paths and bands, with room around."""
    parts = [part for path in paths for part in (path.values, path.band) if part is not None]
    values = np.concatenate([np.ravel(np.asarray(part, float)) for part in parts] or [np.zeros(0)])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    room = ROOM * (high - low) or 0.05 * abs(high) or 1.0
    return low - room, high + room


def draw(paths: Sequence[Path], on: Scales, *, marked: float | None = None, signed: bool = False) -> Chart:
    """Return the chart of paths, later ones above earlier ones; `marked` is a time with a line across."""
    frame = on.frame
    marks: list[Mark] = [*_grid(on, signed)]
    if marked is not None and on.years[0] <= marked <= on.years[1]:
        marks.append(Line([(on.x(marked), frame.top), (on.x(marked), frame.height - frame.bottom)], QUIET, 0.6))
    for path in paths:
        if path.band is not None and len(path.band) > 1:
            around = [*on.line(path.band["low"]), *on.line(path.band["high"])[::-1]]
            marks.append(Area(around, path.colour, OPACITY, path.name))
    for path in paths:
        points = on.line(path.values)
        if path.open:
            marks += [Dot(point, 0.3 * frame.size, path.colour, "#fff", path.name) for point in points]
        elif len(points) > 1:
            marks.append(Line(points, path.colour, path.width, path.dash, path.name))
        if points and not path.open and (path.ended or len(points) == 1):
            marks.append(Dot(points[-1], 1.4 * path.width, path.colour, path.colour, path.name))
    if not any(len(path.values.dropna()) for path in paths):
        middle = (frame.left + frame.width - frame.right) / 2, (frame.top + frame.height - frame.bottom) / 2
        marks.append(Text(middle, NOTHING, frame.size, QUIET, "middle"))
    return Chart(frame.width, frame.height, [*marks, *_labels(paths, on)])


def ticks(limits: tuple[float, float], most: int, signed: bool = False) -> dict[float, str]:
    """Return the values that the vertical axis shows, in at most so many intervals, and how they are written."""
    low, high = limits
    return {tick: units.tick(tick, signed=signed) for tick in even(low, high, most) if low <= tick <= high}


def even(low: float, high: float, most: int) -> np.ndarray:
    """Return round values at even distances from the first at or below a least to the last at or above a greatest, in
    at most so many intervals within, whatever the user's own matplotlib settings are."""
    with matplotlib.rc_context({"axes.autolimit_mode": "data"}):
        return np.asarray(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))


def _grid(on: Scales, signed: bool) -> list[Mark]:
    """Return lines at round values, a stronger one at zero and at the bottom, and the years below."""
    frame, (low, high) = on.frame, on.limits
    right, below = frame.width - frame.right, frame.height - frame.bottom
    marks: list[Mark] = []
    for value, written in ticks(on.limits, frame.ticks, signed).items():
        colour = INK if value == 0 and low < 0 < high else GRID
        marks.append(Line([(frame.left, on.y(value)), (right, on.y(value))], colour, 0.7))
        marks.append(Text((frame.left - 0.45 * frame.size, on.y(value)), written, frame.size, QUIET, "end"))
    marks.append(Line([(frame.left, below), (right, below)], INK, 0.8))
    shown = years(*on.years, most=max(1, int((right - frame.left) // frame.widest)))
    for year in range(on.years[0], on.years[1] + 1):
        marks.append(Line([(on.x(year), below), (on.x(year), below + (4 if year in shown else 2))], INK, 0.8))
    for year in shown:
        at = (on.x(year), below + 4 + 0.75 * frame.size)
        marks.append(Text(at, str(year), frame.size, QUIET, "middle"))
    return marks


def years(first: int, last: int, most: int) -> list[int]:
    """Return the years to write: the last, and back from it in the smallest step of at most so many intervals.

    A step that meets the first year is preferred.
    """
    steps = [step for step in (1, 2, 5, 10, 20, 50) if (last - first) // step <= most]
    even = [step for step in steps if (last - first) % step == 0]
    return list(range(last, first - 1, -next(iter([*even, *steps, 100]))))[::-1]


class End(NamedTuple):
    """The end of a path, and how wide what is written beside it is."""

    path: Path
    x: float
    y: float
    width: float


def _labels(paths: Sequence[Path], on: Scales) -> list[Mark]:
    """Return the label right of the end of each path, joined to it: labels that share a width stand as far apart as
    their lines are high, and none reaches the axis."""
    frame, marks = on.frame, list[Mark]()
    below = frame.height - frame.bottom - 0.45 * frame.size
    ends = [End(path, *points[-1], max(text.width(of(path.label, one), frame.size) for one in LANGUAGES))
            for path in paths if path.label and (points := on.line(path.values))]
    for row in _rows(ends, frame):
        wanted = sorted(((end.y + frame.size * _lean(end, ends), end) for end in row), key=lambda one: one[0])
        places = spread(np.array([y for y, _ in wanted]), 1.15 * frame.size, frame.top, below)
        for (_, end), place in zip(wanted, places, strict=True):
            path, beside = end.path, end.x + frame.leader
            marks.append(Line([(end.x + 1, end.y), (beside - 1, float(place))], path.colour, 0.7))
            marks.append(Text((beside + 1, float(place)), path.label, frame.size, style.as_text(path.colour),
                              bold=path.bold, name=path.name))
    return marks


def _lean(end: End, ends: list[End]) -> float:
    """Return by how many sizes of type a label would rather be lower: away from a path that goes on."""
    further = [other for other in ends if other.x > end.x + 1]
    if not further:
        return 0.0
    return 0.8 if min(further, key=lambda other: abs(other.y - end.y)).y < end.y else -0.8


def _rows(ends: list[End], frame: Frame) -> list[list[End]]:
    """Return the ends in groups whose labels share no width."""
    found, reached = list[list[End]](), -np.inf
    for end in sorted(ends, key=lambda end: end.x):
        if end.x + frame.leader >= reached:
            found.append([])
        found[-1].append(end)
        reached = max(reached, end.x + frame.leader + 2 + end.width)
    return found


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
