"""One panel of a figure: paths by group with their bands, and labels at line ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from sim.report.charts import paths
from sim.report.charts.marks import Chart, Text
from sim.report.charts.paths import Frame, Path, Scales
from sim.report.tables import findings
from sim.report.words import text, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import BODY, INK, QUIET, SMALL, Group, Language

LEADER, LINE, TICKS, DOTTED = 12.0, 14.0, 5, (1.8, 2.2)
"""Length of the line that leads to a label, height of a line of the head, most intervals of the axis, and the dashes
of dotted lines."""
CHANGE = Words("较{year}年变化，%", "Change since {year}, %")


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


@dataclass
class Drawing:
    """The content of a panel, scaled to its unit: paths, the first group last and so on top, and limits of values."""

    panel: Panel
    paths: list[Path]
    years: tuple[int, int]
    limits: tuple[float, float]
    head: list[str] = field(default_factory=list)
    """Lines of the name above the panel."""

    def left(self) -> float:
        """Return the room for the marks of the vertical axis, in points."""
        written = paths.ticks(self.limits, TICKS, self.panel.since_first_year).values()
        return 6 + max((text.width(words, SMALL) for words in written), default=0.0)

    def right(self, language: Language) -> float:
        """Return the room for the labels, in points."""
        return LEADER + max((text.width(of(path.label, language), SMALL) for path in self.paths), default=0.0)

    def unit(self) -> Words:
        """Return the unit of the vertical axis."""
        if self.panel.since_first_year:
            return CHANGE.fill(year=self.years[0])
        unit = units.unit(self.panel.unit)
        return Words(unit.name("zh"), unit.name("en"))

    def chart(self, frame: Frame, language: Language, marked: int | None) -> Chart:
        """Return the chart of the panel with its head above the paths."""
        chart = paths.draw(self.paths, Scales(frame, self.years, self.limits), marked=marked,
                           signed=self.panel.since_first_year)
        for k, words in enumerate([of(self.unit(), language), *self.head[::-1]]):
            y = frame.top - 7 - LINE * k - 0.35 * BODY
            chart.marks.append(Text((frame.left, y), words, BODY if k else SMALL, INK if k else QUIET))
        return chart


def prepare(shown: Sequence[Panel], table: pd.DataFrame, observed: pd.DataFrame | None,
            groups: Mapping[str, Group]) -> list[Drawing]:
    """Return the drawing of each panel from a table with columns year, group, indicator, seed and value."""
    seen = table[:0] if observed is None else observed.assign(seed=0)
    years = pd.concat([table["year"], seen["year"]])
    names = {changes: [panel.indicator for panel in shown if panel.since_first_year == changes]
             for changes in (False, True)}
    rows = {changes: table[table["indicator"].isin(of)] for changes, of in names.items()}
    bands = {False: findings.band(rows[False]), True: findings.band(findings.since_first_year(rows[True]))}
    drawings = []
    for panel in shown:
        factor = 1.0 if panel.since_first_year else units.unit(panel.unit).factor
        band = _of(bands[panel.since_first_year], panel) * factor
        drawn = [_path(panel, name, groups[name], band) for name in _known(band, groups)]
        if len(seen):
            circles = _circles(panel, table, seen) * factor
            drawn += [Path("observed", circles.xs(name, level="group")["mean"], groups[name].colour, open=True)
                      for name in _known(circles, groups)]
        drawings.append(Drawing(panel, drawn, (int(years.min()), int(years.max())), paths.limits(drawn)))
    return drawings


def _of(bands: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    return bands[bands.index.get_level_values("indicator") == panel.indicator].droplevel("indicator")


def _known(table: pd.DataFrame, groups: Mapping[str, Group]) -> list[str]:
    """Return the groups of a table, the first on top."""
    there = set(table.index.get_level_values("group"))
    return [name for name in groups if name in there][::-1]


def _path(panel: Panel, name: str, group: Group, bands: pd.DataFrame) -> Path:
    path = bands.xs(name, level="group")
    decimals = 1 if panel.since_first_year else units.unit(panel.unit).decimals
    value = units.number(path["mean"].iloc[-1], signed=panel.since_first_year, decimals=decimals)
    label = Words(f"{group.label('zh')} {value}", f"{group.label('en')} {value}")
    return Path(name, path["mean"], group.colour, label, path[["low", "high"]], 1.8, DOTTED if group.dotted else ())


def _circles(panel: Panel, table: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return observed values as bands; changes are counted from the first year of the runs."""
    rows = seen[seen["indicator"] == panel.indicator]
    if panel.since_first_year:
        first = table[(table["indicator"] == panel.indicator) & (table["year"] == table["year"].min())]
        base = rows["group"].map(first.groupby("group")["value"].mean()).astype(float)
        rows = rows.assign(value=100 * (rows["value"] / base.where(base != 0) - 1))
    return findings.band(rows).droplevel(0)
