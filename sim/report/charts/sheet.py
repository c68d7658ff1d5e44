"""A page for one figure: a title on top, a footnote below, room between them; all measures in points.

A `Page` is filled with marks, from the upper left corner; a `Sheet` with what matplotlib draws, from the lower left.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report.charts.marks import RISE, Anchor, Chart, Line, Point, Text
from sim.report.words import text
from sim.report.words.style import GRID, INK, QUIET, SMALL, TITLE, Language

WIDTH = 756.0
"""Width of the page: landscape A4 within its margins."""
MARGIN = 18.0
TINY = 5.0
"""Size of the record in the margin."""
TITLE_SPACING, FOOTNOTE_SPACING = 1.45, 1.5
"""Distance of lines in sizes of type; Chinese needs more than Latin."""


class Page(NamedTuple):
    """A figure as a chart of the whole page, with the room left for its body."""

    chart: Chart
    language: Language
    title: str
    top: float
    height: float

    @property
    def width(self) -> float:
        """Return the width of the page."""
        return self.chart.width

    def write(self, at: Point, words: str, size: float = SMALL, colour: str = INK, anchor: Anchor = "start",
              baseline: bool = False) -> None:
        """Add a line of text; `at` is its middle in height or its baseline, and where `anchor` says in width."""
        x, y = at
        self.chart.marks.append(Text((x, y - RISE * size if baseline else y), words, size, colour, anchor))

    def rule(self, y: float) -> None:
        """Add a line from margin to margin."""
        self.chart.marks.append(Line([(MARGIN, y), (self.width - MARGIN, y)], GRID, 0.8))

    def signed(self, record: str) -> Chart:
        """Return the chart with a record in its lower margin."""
        at = self.width - MARGIN, self.chart.height - MARGIN / 3
        return self.chart._replace(marks=[*self.chart.marks, Text(at, record, TINY, QUIET, "end")])


def page(title: str, footnote: str, language: Language, *, height: float, width: float = WIDTH) -> Page:
    """Return a page whose body has the given height; title and footnote are broken to its width."""
    head = text.wrap(title, TITLE, width - 2 * MARGIN).splitlines()
    foot = text.wrap(footnote, SMALL, width - 2 * MARGIN).splitlines()
    top = MARGIN + (TITLE * TITLE_SPACING * len(head) + 14 if head else 0.0)
    below = (SMALL * FOOTNOTE_SPACING * len(foot) + 8 if foot else 0.0) + MARGIN
    total = top + height + below
    made = Page(Chart(width, total, []), language, title, top, height)
    for k, line in enumerate(head):
        made.write((MARGIN, MARGIN + TITLE * (1 + TITLE_SPACING * k)), line, TITLE, baseline=True)
    for k, line in enumerate(reversed(foot)):
        made.write((MARGIN, total - MARGIN - SMALL * FOOTNOTE_SPACING * k), line, colour=QUIET, baseline=True)
    return made


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
    """Return a page, as `page` does, that matplotlib draws on."""
    made = page(title, footnote, "en", height=height, width=width)
    total = made.chart.height
    figure = Figure(figsize=(width / 72, total / 72))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, total))
    axes.set_axis_off()
    for mark in made.chart.marks:
        if isinstance(mark, Text):
            x, y = mark.at
            axes.text(x, total - y - RISE * mark.size, str(mark.text), size=mark.size, color=mark.colour, va="baseline")
    return Sheet(figure, axes, width, total - made.top - height, height)
