"""Paths of indicators over the years, by group of counties, and files of figures."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator
from scipy.optimize import isotonic_regression

from sim.report import findings, style, text, units
from sim.report.sheet import MARGIN, QUIET, WIDTH, sheet
from sim.report.style import BODY, GRID, GROUPS, SMALL, Group, Language

ROW, HEAD, FOOT, GAP = 178.0, 34.0, 24.0, 18.0
"""Height of a row of panels, room in it for the name above and the years below, and room between columns."""
SPACING = 12.0
"""Distance of two labels at line ends, in points."""
LEADER = 14.0
"""Length of the line from the end of a path to its label."""


class Panel(NamedTuple):
    """One indicator in a figure of paths, with its names and the unit that its values have."""

    indicator: str
    zh: str
    en: str
    unit: str = "%"
    scale: str = ""
    """Panels that name the same scale share it."""

    def name(self, language: Language) -> str:
        """Return the name in one language."""
        return self.zh if language == "zh" else self.en


def paths(
    table: pd.DataFrame,
    panels: Sequence[Panel],
    *,
    language: Language,
    people_per_row: int,
    title: str | None = None,
    footnote: str = "",
    columns: int = 3,
    policy_start: int | None = None,
    observed: pd.DataFrame | None = None,
) -> Figure:
    """Draw each indicator's path by group: the mean over seeds in the 80 % interval over them.

    `table` has the columns year, group, indicator, seed and value, `observed` the same without seed. The title
    is the finding of the first panel, unless given.
    """
    bands = findings.band(table)
    shown = [panel for panel in panels]
    seeds = table["seed"].nunique()
    if title is None:
        title = findings.sentence(table, shown[0], language)
    note = findings.note(seeds, people_per_row, language, observed is not None)
    rows = -(-len(shown) // columns)
    with style.rules():
        page = sheet(title, note + footnote, height=rows * ROW)
        ...
    return page.figure
