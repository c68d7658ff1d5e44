"""Paths of indicators over the years by group of counties, and figures as files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.core import store
from sim.report.charts import panels, rendering
from sim.report.charts.panels import Drawing, Panel
from sim.report.charts.paths import Frame
from sim.report.charts.sheet import MARGIN, WIDTH, Page, page
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
) -> Page:
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
    drawings = on_shared_scales(panels.prepare(shown, table, observed, groups))
    left = max(drawing.left() for drawing in drawings)
    right = max(drawing.right(language) for drawing in drawings)
    column = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns
    for drawing in drawings:
        drawing.head = text.wrap(drawing.panel.name(language), BODY, column - left).splitlines()
    head = panels.LINE * (1 + max(len(drawing.head) for drawing in drawings)) + 6

    made = page(title, note + footnote, language, height=-(-len(shown) // columns) * ROW)
    frame = Frame(column, ROW, left, right, head, YEARS, SMALL, leader=panels.LEADER, ticks=panels.TICKS, widest=28)
    for k, drawing in enumerate(drawings):
        corner = MARGIN + (k % columns) * (column + GAP), made.top + k // columns * ROW
        made.chart.put(drawing.chart(frame, language, policy_start), *corner)
    return made


KINDS = {"png": rendering.png, "svg": rendering.svg}
"""Formats of picture files, and what makes them."""


def save(drawn: Page | Figure, folder: Path, name: str) -> tuple[Path, ...]:
    """Write a figure as PNG (200 dots per inch) and SVG (text as shapes); equal figures give equal files.

    Each file appears whole or not at all, and is signed with the record of the results whose folder it is drawn in.
    """
    written = {Path(folder) / f"{name}.{kind}": make for kind, make in KINDS.items()}
    for target, make in written.items():
        store.write_bytes(target, make(drawn, record.line(target.parent.parent)))
    return tuple(written)


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
