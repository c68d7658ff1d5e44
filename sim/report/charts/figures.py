"""Paths of indicators over the years by group of counties, and figures as files."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from sim.core import store
from sim.report.charts import panels
from sim.report.charts.panels import Drawing, Panel
from sim.report.charts.paths import Frame
from sim.report.charts.sheet import MARGIN, WIDTH, draw, sheet, signed
from sim.report.tables import findings, spread
from sim.report.words import record, style, text
from sim.report.words.style import BODY, SMALL, Group, Language

ROW, YEARS, GAP = 192.0, 26.0, 16.0
"""Height of a row of panels, room in it for the years, and room between columns, in points."""

WORDS = {
    "zh": {"start": "竖线为政策起始的{}年。", "observed": "圆圈为观测值。"},
    "en": {
        "start": "The vertical line is {}, when the policy starts. ",
        "observed": "Circles are observed values. ",
    },
}


def paths(
    table: pd.DataFrame,
    shown: Sequence[Panel],
    *,
    language: Language,
    people_per_row: int,
    title: str | None = None,
    footnote: str = "",
    columns: int = 3,
    groups: Mapping[str, Group] = style.GROUPS,
    policy_start: int | None = None,
    observed: pd.DataFrame | None = None,
) -> Figure:
    """Draw each indicator by group: the mean over runs within the 80 % interval over them.

    `table` has the columns year, group, indicator, seed and value, `observed` the same but for seed; circles that no
    panel shows are not spoken of. Unless
    given, the title is the finding of the first panel for the first of `groups` in the table.
    """
    if strangers := sorted(set(table["group"].unique()) - set(groups)):
        raise ValueError(f"unknown groups: {', '.join(strangers)} (known: {', '.join(groups)})")
    note = findings.caption(*spread.counts(table), people_per_row, language)
    note += WORDS[language]["start"].format(policy_start) if policy_start is not None else ""
    if observed is not None and not {panel.indicator for panel in shown} & set(observed["indicator"]):
        observed = None
    note += WORDS[language]["observed"] if observed is not None else ""
    title = _finding(table, shown[0], groups, language) if title is None else title
    with style.rules():
        drawings = on_shared_scales(panels.prepare(shown, table, observed, groups))
        left = max(drawing.left() for drawing in drawings)
        right = max(drawing.right(language) for drawing in drawings)
        column = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns
        for drawing in drawings:
            drawing.head = text.wrap(drawing.panel.name(language), BODY, column - left).splitlines()
        head = panels.LINE * (1 + max(len(drawing.head) for drawing in drawings)) + 6

        rows = -(-len(shown) // columns)
        page = sheet(title, note + footnote, height=rows * ROW)
        frame = Frame(column, ROW, left, right, head, YEARS, SMALL, leader=panels.LEADER, ticks=panels.TICKS, widest=28)
        for k, drawing in enumerate(drawings):
            corner = MARGIN + (k % columns) * (column + GAP), page.bottom + page.height - k // columns * ROW
            draw(page, drawing.chart(frame, language, policy_start), *corner, language)
    return page.figure


KINDS, DOTS = ("png", "svg"), 200
"""Formats of picture files, and dots to the inch."""


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, ...]:
    """Write a figure as PNG (200 dots per inch) and SVG (text as shapes); equal figures give equal files.

    Each file appears whole or not at all, and is signed with the record of the results whose folder it is drawn in.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with style.rules(), signed(figure, record.line(folder.parent)):
        return tuple(_saved(figure, folder / f"{name}.{kind}") for kind in KINDS)


def _saved(figure: Figure, target: Path) -> Path:
    kind = target.suffix[1:]
    aside = target.with_name(store.aside_of(target))
    try:
        if kind == "png":
            _flat(figure).save(aside, format=kind, dpi=(DOTS, DOTS), compress_level=1)  # a third quicker, 6 % larger
        else:
            figure.savefig(aside, format=kind, dpi=DOTS, metadata={"Date": None, "Creator": None})
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return target


def _flat(figure: Figure) -> Image.Image:
    """Return a figure as a picture without transparency, of which there is none: it is written in two thirds of the
    time."""
    figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _finding(table: pd.DataFrame, panel: Panel, groups: Mapping[str, Group], language: Language) -> str:
    rows = table[table["indicator"] == panel.indicator]
    first = next((name for name in groups if name in set(rows["group"])), None)
    if first is None:
        return panel.name(language)
    group, name = groups[first].name(language), panel.name(language)
    subject = f"{group}{name}" if language == "zh" else f"{name} in {group[0].lower()}{group[1:]}"
    rows = rows[rows["group"] == first]
    return findings.sentence(rows, subject=subject, unit=panel.unit, language=language)


def on_shared_scales(drawings: list[Drawing]) -> list[Drawing]:
    """Give panels that name the same scale the same limits."""
    for scale in {drawing.panel.scale for drawing in drawings} - {""}:
        together = [d for d in drawings if d.panel.scale == scale and d.paths]
        low = min((d.limits[0] for d in together), default=0.0)
        high = max((d.limits[1] for d in together), default=1.0)
        for drawing in together:
            drawing.limits = (low, high)
    return drawings
