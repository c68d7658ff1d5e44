"""Ways to draw the charts of a page: marks as SVG, as a file with text as shapes, by matplotlib, and by Vega-Lite where
it is installed."""

import io
import statistics
import time
from collections.abc import Callable
from importlib import import_module

import numpy as np
import pandas as pd

from benchmarks.report import table
from sim.report.charts import marks, paths, rendering
from sim.report.charts.multiples import DASH, FRAME
from sim.report.charts.paths import Path, Scales
from sim.report.charts.sheet import Page
from sim.report.words import style
from sim.report.words.bilingual import LANGUAGES, Words
from sim.report.words.style import INK, POLICY, REFERENCE_RUN

COUNT, TIMES, YEARS = 19, 5, range(2020, 2026)


def measure() -> None:
    """The 19 charts of a report in both languages, processor time and size; `pip install vl-convert-python` for all."""
    charts = _charts()
    ways: dict[str, Callable[[], list[str]]] = {
        "marks as SVG": lambda: [marks.svg(_drawn(one), "x") for one in charts],
        "marks as SVG files, text as shapes": lambda: [_file(one, language) for one in charts
                                                       for language in LANGUAGES],
        "marks by matplotlib, saved as SVG": lambda: [_figure(one, language) for one in charts
                                                      for language in LANGUAGES]}
    try:
        convert = import_module("vl_convert").vegalite_to_svg
        ways["Vega-Lite by vl-convert"] = lambda: [convert(_specification(one, k)) for one in charts for k in (0, 1)]
    except ModuleNotFoundError:
        print("vl_convert is not installed: Vega-Lite is left out")
    rows = []
    for name, way in ways.items():
        written, seconds = way(), []
        for _ in range(TIMES):
            begun = time.process_time()
            way()
            seconds.append(time.process_time() - begun)
        rows.append([name, f"{statistics.median(seconds):.3f}", f"{sum(map(len, written)) / 1e3:.0f}"])
    table(["", "processor time, s", "kB"], rows)


def _charts() -> list[list[Path]]:
    """Return the paths of made-up indicators, the same each time."""
    draws, found = np.random.default_rng(1), []
    for _ in range(COUNT):
        mean = pd.Series(50 + draws.normal(1, 0.3, len(YEARS)).cumsum(), index=YEARS)
        band = pd.DataFrame({"low": mean - 0.3, "high": mean + 0.3})
        found.append([
            Path("reference", mean - 0.2, REFERENCE_RUN, Words("对照 1.0", "Without 1.0")),
            Path("policy", mean, POLICY, Words("政策 1.0", "Policy 1.0"), band),
            Path("target", pd.Series(57.0, index=YEARS), INK, Words("目标 1.0", "Target 1.0"), dash=DASH)])
    return found


def _drawn(one: list[Path]) -> marks.Chart:
    return paths.draw(one, Scales(FRAME, (YEARS[0], YEARS[-1]), paths.limits(one)))


def _file(one: list[Path], language: style.Language) -> str:
    return rendering.svg(Page(_drawn(one), language, "", 0, FRAME.height), "").decode()


def _figure(one: list[Path], language: style.Language) -> str:
    with style.rules():
        content = io.StringIO()
        rendering.figure(_drawn(one), language).savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return content.getvalue()


def _specification(one: list[Path], side: int) -> dict:
    """Return the same chart in Vega-Lite, its labels not kept apart."""
    rows = [{"year": int(year), "value": float(value), "path": path.label[side], "low": low, "high": high}
            for path in one for year, value in path.values.items()
            for low, high in [(float(value), float(value)) if path.band is None else path.band.loc[year].tolist()]]
    x = {"field": "year", "type": "quantitative", "axis": {"format": "d", "title": None}}
    y = {"field": "value", "type": "quantitative", "scale": {"zero": False}, "title": None}
    colour = {"field": "path", "type": "nominal", "legend": None}
    area = {"mark": {"type": "area", "opacity": 0.17},
            "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "color": colour}}
    line = {"mark": "line", "encoding": {"x": x, "y": y, "color": colour}}
    last = [{"filter": f"datum.year == {YEARS[-1]}"}]
    label = {"mark": {"type": "text", "align": "left", "dx": 6}, "transform": last,
             "encoding": {"x": x, "y": y, "text": {"field": "path"}, "color": colour}}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": FRAME.width, "height": FRAME.height,
            "data": {"values": rows}, "layer": [area, line, label]}
