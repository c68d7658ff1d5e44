"""Heads of the columns of a chart."""

from collections.abc import Iterable

from matplotlib.axes import Axes

from sim.report.words import text
from sim.report.words.style import SMALL

LINE, NARROW, LONGEST = 12.0, 52.0, 150.0
"""Height of a line of a head, width of a column below which heads are turned, and the longest line then, in points."""


class Heads:
    """The heads of columns of a width in points: upright where that is wide enough, else turned."""

    def __init__(self, heads: Iterable[str], width: float):
        self.turned = width < NARROW
        self.heads = [text.wrap(head, SMALL, LONGEST if self.turned else width - 6) for head in heads]
        lines = [line for head in self.heads for line in head.splitlines()]
        self.room = 16 + (max(text.width(line, SMALL) for line in lines) if self.turned
                          else LINE * max(len(head.splitlines()) for head in self.heads))
        """Height that they take."""

    def write(self, axes: Axes, column: int, x: float, top: float) -> None:
        """Write a head above a place in points, all heads on the same lines."""
        if self.turned:
            axes.text(x, top + 8, self.heads[column], size=SMALL, ha="center", va="bottom", rotation=90)
            return
        for k, line in enumerate(reversed(self.heads[column].splitlines())):
            axes.text(x, top + 8 + LINE * k, line, size=SMALL, ha="center", va="baseline")
