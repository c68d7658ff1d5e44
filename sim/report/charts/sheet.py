"""A page for one figure: a title on top, a footnote below, room between them; all measures in points."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from sim.report.charts.marks import Area, Chart, Dot, Line, Point, Text
from sim.report.words import text
from sim.report.words.bilingual import of
from sim.report.words.style import QUIET, SMALL, TITLE, Language

WIDTH = 756.0
"""Width of the page: landscape A4 within its margins."""
MARGIN = 18.0
TINY = 5.0
"""Size of the record in the margin."""
ALIGNED = {"start": "left", "middle": "center", "end": "right"}
"""Where a text is held, as matplotlib calls it."""
TITLE_SPACING, FOOTNOTE_SPACING = 1.45, 1.5
"""Distance of lines in sizes of type; Chinese needs more than Latin."""


class Sheet(NamedTuple):
    """A figure with one set of axes in points over the whole page, and the room left for its body."""

    figure: Figure
    axes: Axes
    width: float
    bottom: float
    height: float

    def panel(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return new axes at a place on the page, in points."""
        page_width, page_height = self.axes.get_xlim()[1], self.axes.get_ylim()[1]
        return self.figure.add_axes((left / page_width, bottom / page_height, width / page_width, height / page_height))


@contextmanager
def signed(figure: Figure, record: str) -> Iterator[None]:
    """Write a record into the lower margin of a figure for as long as it is being saved."""
    width, height = figure.get_size_inches() * 72
    line = figure.text(1 - MARGIN / width, MARGIN / 3 / height, record, size=TINY, color=QUIET, ha="right", va="center")
    try:
        yield
    finally:
        line.remove()


def sheet(title: str, footnote: str, *, height: float, width: float = WIDTH) -> Sheet:
    """Return a page whose body has the given height; title and footnote are broken to its width."""
    title = text.wrap(title, TITLE, width - 2 * MARGIN)
    footnote = text.wrap(footnote, SMALL, width - 2 * MARGIN)
    title_height = TITLE * TITLE_SPACING * len(title.splitlines()) + 14 if title else 0.0
    footnote_height = SMALL * FOOTNOTE_SPACING * len(footnote.splitlines()) + 8 if footnote else 0.0
    total = MARGIN + title_height + height + footnote_height + MARGIN

    figure = Figure(figsize=(width / 72, total / 72))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, total))
    axes.set_axis_off()
    for k, line in enumerate(title.splitlines()):
        axes.text(MARGIN, total - MARGIN - TITLE * (1 + TITLE_SPACING * k), line, size=TITLE, va="baseline")
    for k, line in enumerate(reversed(footnote.splitlines())):
        axes.text(MARGIN, MARGIN + SMALL * FOOTNOTE_SPACING * k, line, size=SMALL, color=QUIET, va="baseline")
    return Sheet(figure, axes, width, MARGIN + footnote_height, height)


def draw(page: Sheet, chart: Chart, left: float, top: float, language: Language) -> None:
    """Draw a chart on a page, its upper left corner at a place on it, in points."""
    def put(points: Sequence[Point]) -> list[Point]:
        return [(left + x, top - y) for x, y in points]

    areas = [mark for mark in chart.marks if isinstance(mark, Area)]
    page.axes.add_collection(PolyCollection([put(area.points) for area in areas], linewidths=0, zorder=1,
                                            facecolors=[to_rgba(area.colour, area.opacity) for area in areas]))
    lines = [mark for mark in chart.marks if isinstance(mark, Line)]
    page.axes.add_collection(LineCollection(
        [put(line.points) for line in lines], colors=[line.colour for line in lines], zorder=2,
        linewidths=[line.width for line in lines],
        linestyles=[(0, [part / line.width for part in line.dash]) if line.dash else "solid" for line in lines]))
    for mark in chart.marks:
        match mark:
            case Dot(at, radius, colour, fill):
                page.axes.plot(*put([at])[0], "o", color=colour, mfc=fill, ms=2 * radius, zorder=3)
            case Text((x, y), words, size, colour, anchor):  # the shipped font has one weight
                page.axes.text(left + x, top - y, of(words, language), size=size, color=colour, va="center_baseline",
                               ha=ALIGNED[anchor])
