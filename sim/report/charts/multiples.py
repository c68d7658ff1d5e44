"""Small multiples: the paths of an indicator with and without the policy, its target and what was observed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.report.charts import paths
from sim.report.charts.marks import Chart, Dot
from sim.report.charts.paths import Frame, Path, Scales
from sim.report.tables import findings
from sim.report.tables.results import Results
from sim.report.tables.scorecard import WHOLE
from sim.report.words import units
from sim.report.words.bilingual import Words
from sim.report.words.style import INK, POLICY, REFERENCE_RUN

FRAME = Frame(330.0, 180.0, 46.0, 106.0, 12.0, 26.0, 14.0)
"""Of a chart in the report."""
LABELS = {"policy": Words("政策 {value}", "Policy {value}"), "reference": Words("对照 {value}", "Without {value}"),
          "alone": Words("模拟 {value}", "Run {value}"), "target": Words("目标 {value}", "Target {value}"),
          "pinned": Words("留存 {value}", "Pinned {value}")}
DASH = (5.0, 4.0)
"""Of targets."""


class Beside(NamedTuple):
    """What a chart shows beside a run, in the unit of the observation: the low and high of a band by year, and the
    values of another run by year with their colour."""

    band: pd.DataFrame
    other: pd.Series
    colour: str


def multiple(results: Results, indicator: str, target: float, labels: Mapping[str, Words] = LABELS,
             frame: Frame = FRAME, group: str = WHOLE, beside: Beside | None = None) -> Chart:
    """Return the chart of an indicator in a group of counties, with a target in the unit of the observation; `labels`
    say what stands beside each line, and `beside` what else is drawn."""
    unit = results.unit(indicator)
    ours, theirs = (_path(results, name, indicator, group) * unit.factor
                    for name in (results.policy, results.reference))
    seen = results.actuals[(results.actuals["indicator"] == indicator) & (results.actuals["group"] == group)]
    observed, goal = seen.set_index("year")["value"].astype(float) * unit.factor, target * unit.factor
    first, last = results.years

    def label(kind: str, value: float) -> Words:
        return labels[kind].fill(value=units.number(value, decimals=unit.decimals))

    drawn = []
    if len(theirs):
        means = theirs["mean"]
        drawn.append(Path("reference", means, REFERENCE_RUN, label("reference", means.iloc[-1])))
    if beside and len(beside.other):
        other = beside.other * unit.factor
        drawn.append(Path("pinned", other, beside.colour, label("pinned", other.iloc[-1])))
    kind = "policy" if len(theirs) else "alone"
    band = beside.band * unit.factor if beside else ours[["low", "high"]]
    drawn.append(Path(kind, ours["mean"], POLICY, label(kind, ours["mean"].iloc[-1]), band, 2.2,
                      bold=True))
    if np.isfinite(goal):
        level = pd.Series(goal, index=[first, last] if last > first else [first])
        drawn.append(Path("target", level, INK, label("target", goal), width=1.0, dash=DASH))
    drawn.append(Path("observed", observed, INK, open=True))
    on = Scales(frame, (first, last), paths.limits(drawn))
    chart = paths.draw(drawn, on, marked=begun(results))
    if np.isfinite(goal) and results.horizon < last:
        chart.marks.append(Dot((on.x(results.horizon), on.y(goal)), 0.3 * frame.size, INK, "#fff", "target"))
    return chart


def _path(results: Results, policy: str | None, indicator: str, group: str) -> pd.DataFrame:
    bands = {} if policy is None else _bands(results, policy, group)
    return bands.get(indicator, pd.DataFrame(columns=["mean", "low", "high"], dtype=float))


@lru_cache(maxsize=8)
def _bands(results: Results, policy: str, group: str) -> dict[str, pd.DataFrame]:
    """Return mean, low and high over runs by year, for each indicator."""
    table = results.of("indicators", policy)
    bands = findings.band(table[table["group"] == group]).droplevel("group")
    return {str(name): band.droplevel("indicator") for name, band in bands.groupby(level="indicator")}


def begun(results: Results) -> float | None:
    """Return the end of the year, or part of it, before the policy begins; none where that is the base year."""
    start = results.config.get("policy", {}).get("start", "")
    if not start or not results.of("doses", results.policy).size:
        return None
    time = int(start[:4]) + (int(start[5]) - 1) / 4 - 1
    return time if results.years[0] < time < results.years[1] else None
