"""Content of the map: the tiles once, and for each choice colours and written values by county."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sim.report.charts import drawings
from sim.report.charts import maps as figures
from sim.report.charts.layers import STOPS
from sim.report.words import style, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import Language
from sim.view.live import Live
from sim.view.words import KINDS, PIN, Kind

SCALES: dict[Kind, figures.Kind] = {"value": "level", "change": "change", "gap": "gap", "difference": "change",
                                    "pinned": "change"}

BESIDE: tuple[Kind, ...] = ("difference", "pinned")
"""Kinds that show the difference to another run."""


class Shown(NamedTuple):
    """The layer of the map: an indicator or other observation, and the kind of layer."""

    indicator: str
    kind: Kind


MARGIN = 0.2
"""By how much the range of colours is wider on both sides than that of the first year."""
SIZES: dict[Language, float] = {"zh": 18.0, "en": 15.8}
"""Sizes of names in tiles: at least 14 pixels where the map is as wide as it is on a common screen."""
FIRST = Shown("resident_urbanization", "value")
"""Layer at the opening of the page; a change would be zero in the base year."""
EXTRAS = ("residents", "age_65_plus", "employment_rate", "farming_share",
          "resident_urbanization_without_reclassification")
"""Observations beside the indicators that are known for single counties."""


def tiles(live: Live, language: Language) -> dict[str, Any]:
    """Return the drawing of the tiles: names as they are broken into lines, outlines, borders and size."""
    drawn = drawings.county_map(live, SIZES)
    side = 0 if language == "zh" else 1
    size = SIZES[language]
    return {
        "tiles": [{"code": tile.adcode, "name": tile.name[side], "lines": _lines(tile.lines[side], tile.y, size),
                   "x": tile.x, "y": tile.y, "path": tile.path} for tile in drawn.tiles],
        "borders": [list(line) for line in drawn.borders], "width": drawn.width, "height": drawn.height, "size": size,
    }


def _lines(lines: Sequence[str], middle: float, size: float) -> list[dict[str, Any]]:
    return [{"text": line, "y": round(middle + (k - (len(lines) - 1) / 2) * size * 1.05 + size * 0.35, 1)}
            for k, line in enumerate(lines)]


def choices(live: Live, language: Language) -> list[dict[str, Any]]:
    """Return the choices in groups: indicators known by county, other observations known, imputed indicators."""
    shown = {name for name, _ in live.known}
    indicators = list(live.system.indicators)
    groups = {
        Words("指标", "Indicators"): [name for name in indicators if name in shown],
        Words("其他", "Others"): [name for name in EXTRAS if name in shown],
        Words("推算的指标（不按县公布）", "Imputed indicators (not by county)"):
            [name for name in indicators if name not in shown],
    }
    return [{"label": of(label, language),
             "items": [{"value": name, "text": of(live.title(name), language)} for name in names]}
            for label, names in groups.items() if names]


def kinds(live: Live, indicator: str, language: Language) -> list[dict[str, str]]:
    """Return how an indicator may be shown; gaps only where there is a target."""
    base, goal = live.years[0], live.system.target_year
    return [{"value": kind, "text": of(KINDS[kind].fill(base=base, goal=goal), language)}
            for kind in _allowed(live, indicator)]


def shown(live: Live, now: Shown, indicator: str = "", kind: str = "") -> Shown:
    """Return the layer when another indicator or kind is chosen: the value where that kind cannot be shown."""
    indicator, kind = indicator or now.indicator, kind or now.kind
    return next((Shown(indicator, one) for one in _allowed(live, indicator) if one == kind), Shown(indicator, "value"))


def _allowed(live: Live, indicator: str) -> list[Kind]:
    goal = indicator in live.system.indicators and live.years[0] == live.system.base_year
    left_out = {*([] if goal else ["gap"]), *([] if live.pinned else ["pinned"])}
    return [kind for kind in KINDS if kind not in left_out]


def values(live: Live, what: Shown) -> pd.Series:
    """Return the values of a layer by county, unscaled: NaN where they may not or cannot be shown."""
    (indicator, kind), codes = what, live.counties["adcode"]
    wide = live.values.loc[indicator].reindex(codes)
    first, now = wide[live.years[0]], wide[live.year]
    if kind == "change":
        shown = now - first
    elif kind == "gap":
        one = live.system.indicators[indicator]
        shown = now - one.target.of(first, one.better)
    elif kind in BESIDE:
        others = live.values_without if kind == "difference" else live.values_pinned
        there = live.year in others
        shown = now - others.loc[indicator].reindex(codes)[live.year] if there else now * np.nan
    else:
        shown = now
    return shown.where([(indicator, code) in live.known for code in codes])


def _range(live: Live, indicator: str) -> pd.Series:
    """Return the range of the first year's known values, a fifth wider on both sides: colours mean the same all run
    long, and values beyond have those of its ends."""
    codes = [code for code in live.counties["adcode"] if (indicator, code) in live.known]
    first = live.values.loc[indicator].reindex(codes)[live.years[0]].dropna()
    margin = MARGIN * (first.max() - first.min())
    return pd.Series([first.min() - margin, first.max() + margin] if len(first) else [], dtype=float)


def layer(live: Live, what: Shown, language: Language) -> dict[str, Any]:
    """Return colours and written values by county, and the legend."""
    indicator, kind = what
    unit = live.unit(indicator)
    scaled = values(live, what) * unit.factor
    there = scaled.dropna()
    over = _range(live, indicator) * unit.factor if kind == "value" else there
    colours, norm, ticks = figures.scale(over, SCALES[kind])
    signed = kind != "value"
    decimals = 2 if kind in BESIDE else unit.decimals
    name = unit.change_name(language) if signed else unit.name(language)
    filled = [to_hex(colour) for colour in colours(norm(scaled.to_numpy(float)))]
    seen = np.isfinite(scaled)
    return {
        "indicator": indicator, "kind": kind, "year": live.year, "title": of(live.title(indicator), language),
        "colours": [fill if known else style.MISSING for fill, known in zip(filled, seen, strict=True)],
        "inks": [style.text_on(fill) if known else style.INK for fill, known in zip(filled, seen, strict=True)],
        "written": [units.number(value, signed=signed, decimals=decimals) if np.isfinite(value) else ""
                    for value in scaled],
        "unit": name, "known": len(there), "count": len(scaled),
        "gradient": [to_hex(colours(share)) for share in np.linspace(0, 1, STOPS)],
        "ticks": [units.tick(tick, signed=signed) for tick in ticks] if len(there) else [],
        "pilots": list(live.pilots),
        "beside": of(PIN["compared"].fill(run=live.pinned.run), language) if live.pinned and kind == "pinned" else "",
    }
