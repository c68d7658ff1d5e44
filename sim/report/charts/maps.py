"""Tile maps of the counties: a level, a change or a gap."""

from collections.abc import Collection
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PatchCollection, PolyCollection
from matplotlib.colors import Colormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from sim.report.charts.sheet import MARGIN, WIDTH, Sheet, sheet
from sim.report.tables import boundaries, tiles
from sim.report.tables.boundaries import Placed, Shapes
from sim.report.words import names, style, units
from sim.report.words.style import GRID, INK, REFERENCE_RUN, SMALL, Language

Kind = Literal["level", "change", "gap"]

NARROWEST, WIDEST = 42.0, 56.0
"""Limits of the width of a tile, in points."""
CIRCLE, NAME = 0.43, 0.85
"""Radius of a circle and room for a name, in widths of a tile."""
NAME_SIZE = {"zh": 11.0, "en": SMALL}
BAR, BAR_HEIGHT, LINE, INSET = 210.0, 11.0, 15.0, 14.0
"""Width and height of the colour bar, a line of the key, and how far its outer labels reach, in points."""
TALLEST, STEP = 560.0, 0.4
"""Greatest height of a map of true shapes, and the least distance of its points that is drawn, in points."""
HATCHES = {"missing": "xxxx", "imputed": "////"}
LIMITS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
"""Round limits of a scale of differences, times a power of ten; their halves are round as well."""

WORDS = {
    "zh": {
        "unit": "单位：{}",
        "missing": "无数据",
        "imputed": "推算值",
        "tiles": "六边形为县（市），位置近似；圆为各市的市辖区；黑线为市界。",
        "shapes": "边界由用户提供（{}）；放不下的县名从略。",
    },
    "en": {
        "unit": "Unit: {}",
        "missing": "No data",
        "imputed": "Imputed, not observed",
        "tiles": "A hexagon is a county, near its true position; a circle is the districts of a prefecture; "
        "black lines are prefecture borders. ",
        "shapes": "Boundaries are the user's ({}); names that do not fit are left out. ",
    },
}


def tile_map(
    values: pd.Series,
    counties: pd.DataFrame,
    prefectures: pd.DataFrame,
    *,
    kind: Kind,
    title: str,
    unit: str,
    language: Language,
    footnote: str = "",
    neighbours: pd.DataFrame | None = None,
    imputed: Collection[str] = (),
    shapes: Shapes | None = None,
) -> Figure:
    """Draw one value per county, and per prefecture's districts where `values` has the prefecture's code.

    `values` is indexed by adcode and in the given unit; a county without a finite value is cross-hatched
    grey, those in `imputed` are hatched over their colour. The tables are those of the data package. With true
    `shapes` counties are drawn as they are, and other places of these in white around them.
    """
    words, known = WORDS[language], units.unit(unit)
    scaled = values.set_axis(values.index.astype(str)).astype(float) * known.factor
    place = tiles.place(counties, prefectures, neighbours)
    place["name"] = names.apart(counties[f"name_{language}"], prefectures[f"name_{language}"], language)
    place = place if shapes is None else place[~place["district"]].copy()
    place["value"] = scaled.reindex(place["adcode"]).to_numpy()
    there = np.isfinite(place["value"])
    place["missing"] = ~there & (~place["district"] | place["adcode"].isin(scaled.index))
    place["imputed"] = there & place["adcode"].isin({str(adcode) for adcode in imputed})
    colours, norm, ticks = scale(place.loc[there, "value"], kind)
    place["colour"] = np.where(place["missing"], style.MISSING, "#FFFFFF")
    place.loc[there, "colour"] = [to_hex(colours(norm(value))) for value in place.loc[there, "value"]]
    keys = [key for key in HATCHES if place[key].any()]

    with style.rules():
        legend = 2 * LINE + BAR_HEIGHT + 8 + LINE * len(keys)
        if shapes is None:
            page, tile, (left, top) = _lay_out(place, title, words["tiles"] + footnote, legend)
            _draw_tiles(page.axes, place, tile, NAME_SIZE[language])
        else:
            note = words["shapes"].format(shapes.name) + footnote
            page, placed, around, (left, top) = _lay_out_shapes(shapes, title, note, legend)
            _draw_shapes(page.axes, place, placed, around, language)
        if there.any():
            name = known.name(language) if kind == "level" else known.change_name(language)
            page.axes.text(left, top, words["unit"].format(name), va="top")
            bar = page.panel(left, top - LINE - BAR_HEIGHT, BAR, BAR_HEIGHT)
            page.figure.colorbar(ScalarMappable(norm, colours), cax=bar, orientation="horizontal")
            bar.set_xticks(ticks, [units.tick(tick, signed=kind != "level") for tick in ticks])
            bar.tick_params(length=3)
        for line, key in enumerate(keys):
            y = top - 2 * LINE - BAR_HEIGHT - 8 - LINE * (line + 0.5)
            _draw_key(page.axes, left, y, key, words[key], colours)
    return page.figure


def scale(values: pd.Series, kind: Kind) -> tuple[Colormap, Normalize, np.ndarray]:
    """Return colours, their range and the marks of the bar: round, and symmetric about 0 unless a level."""
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    if kind == "level":
        low, high = (low, high) if high > low else (low - 1, high + 1)
        ticks = np.asarray(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high))
        return style.levels(), Normalize(ticks[0], ticks[-1]), ticks
    furthest = max(abs(low), abs(high)) or 1.0
    power = 10.0 ** np.floor(np.log10(furthest))
    limit = next((step * power for step in LIMITS if step * power >= furthest * (1 - 1e-9)), 10 * power)
    return style.differences(), Normalize(-limit, limit), limit * np.array([-1, -0.5, 0, 0.5, 1])


def _lay_out(place: pd.DataFrame, title: str, footnote: str, legend: float) -> tuple[Sheet, float, tuple[float, float]]:
    """Put tiles on a new page, in points; return it, the width of a tile and where the legend starts."""
    across, up = place["x"].max() + 1, place["y"].max() + 2 * tiles.RADIUS
    tile = float(np.clip((WIDTH - 2 * MARGIN) / across, NARROWEST, WIDEST))
    width, height = max(WIDTH, across * tile + 2 * MARGIN), up * tile
    x = (place["x"] + 0.5) * tile + (width - across * tile) / 2
    y = (place["y"] + tiles.RADIUS) * tile
    corner, below = _corner(x, y, (width, height), legend, 0.6 * tile)
    page = sheet(title, footnote, height=height + below, width=width)
    place["x"], place["y"] = x, y + page.bottom + below
    return page, tile, (corner[0], corner[1] + page.bottom)


def _corner(x: pd.Series, y: pd.Series, size: tuple[float, float], legend: float,
            reach: float) -> tuple[tuple[float, float], float]:
    """Return where a legend starts that keeps clear of points by their reach, and the room it needs below them."""
    width, height = size
    for left, top in product((width - MARGIN - BAR - INSET, MARGIN + INSET), (legend, height)):
        across = x.between(left - INSET - reach, left + BAR + INSET + reach)
        if not (across & y.between(top - legend - reach - 0.1 * reach, top + reach + 0.1 * reach)).any():
            return (left, top), 0.0
    return (MARGIN + INSET, legend), legend + LINE


def _lay_out_shapes(shapes: Shapes, title: str, footnote: str,
                    legend: float) -> tuple[Sheet, list[Placed], list[Placed], tuple[float, float]]:
    """Put shapes on a new page, in points; return it, the counties, the others, and where the legend starts."""
    low, high = shapes.extent()
    across, up = high - low
    scale = min((WIDTH - 2 * MARGIN) / across, TALLEST / up)
    height = up * scale
    origin = low - [(WIDTH / scale - across) / 2, 0.0]
    parts = [boundaries.put(shape, origin, scale, STEP) for shape in [*shapes.counties.values(), *shapes.around]]
    points = pd.DataFrame(np.concatenate([ring for part in parts for ring in part.rings]), columns=["x", "y"])
    corner, below = _corner(points["x"], points["y"], (WIDTH, height), legend, 8.0)
    page = sheet(title, footnote, height=height + below)
    lift = np.array([0.0, page.bottom + below])
    moved = [p._replace(rings=[ring + lift for ring in p.rings], y=p.y + lift[1]) for p in parts]
    count = len(shapes.counties)
    return page, moved[:count], moved[count:], (corner[0], corner[1] + page.bottom)


def _draw_shapes(axes: Axes, place: pd.DataFrame, placed: list[Placed], around: list[Placed],
                 language: Language) -> None:
    outside = PatchCollection([PathPatch(boundaries.outline(part.rings)) for part in around], facecolors="#FFFFFF",
                              edgecolors=GRID, linewidths=0.6, zorder=0)
    axes.add_collection(outside)
    patches = [PathPatch(boundaries.outline(part.rings)) for part in placed]
    axes.add_collection(PatchCollection(patches, facecolors=place["colour"], edgecolors="#FFFFFF", linewidths=0.7))
    for key in HATCHES:
        wanted = [patch for patch, flag in zip(patches, place[key], strict=True) if flag]
        if wanted:
            axes.add_collection(PatchCollection(wanted, facecolors="none", edgecolors=REFERENCE_RUN, linewidths=0,
                                                hatch=HATCHES[key]))
    for county, part in zip(place.itertuples(), placed, strict=True):
        name = boundaries.label(str(county.name), SMALL, part, language)
        drawn = axes.text(part.x, part.y, name, size=SMALL, ha="center", va="center", linespacing=1.12)
        drawn.set_color(style.text_on(str(county.colour)))
        if county.missing or county.imputed:
            drawn.set_path_effects([withStroke(linewidth=3, foreground=county.colour)])


def _draw_tiles(axes: Axes, place: pd.DataFrame, tile: float, size: float) -> None:
    hexagon = tiles.outline(np.arange(30, 390, 60), tiles.RADIUS * tile)
    circle = tiles.outline(np.arange(0, 360, 6), CIRCLE * tile)
    shapes = [(circle if t.district else hexagon) + (t.x, t.y) for t in place.itertuples()]
    edges = np.where(place["district"], REFERENCE_RUN, "#FFFFFF")
    axes.add_collection(PolyCollection(shapes, facecolors=place["colour"], edgecolors=edges, linewidths=0.8))
    for key in HATCHES:
        if place[key].any():
            _hatch(axes, [shape for shape, wanted in zip(shapes, place[key], strict=True) if wanted], key)
    sides = tiles.borders(place["x"] / tile, place["y"] / tile, place["prefecture_adcode"]) * tile
    axes.add_collection(LineCollection(list(sides), colors=INK, linewidths=1.0, capstyle="round"))
    for t in place.itertuples():
        name = names.fitted(t.name, size, tile * NAME * (2 * CIRCLE if t.district else 1))
        drawn = axes.text(t.x, t.y, name, size=size, ha="center", va="center", linespacing=1.12)
        drawn.set_color(style.text_on(t.colour))
        if t.missing or t.imputed:
            drawn.set_path_effects([withStroke(linewidth=3, foreground=t.colour)])


def _hatch(axes: Axes, shapes: list[np.ndarray], key: str) -> None:
    pattern = PolyCollection(shapes, facecolors="none", edgecolors=REFERENCE_RUN, linewidths=0, hatch=HATCHES[key])
    axes.add_collection(pattern)


def _draw_key(axes: Axes, x: float, y: float, key: str, name: str, colours: Colormap) -> None:
    box = np.array([(x, y - 5), (x + 20, y - 5), (x + 20, y + 5), (x, y + 5)])
    colour = style.MISSING if key == "missing" else to_hex(colours(0.7))
    axes.add_collection(PolyCollection([box], facecolors=colour, edgecolors=REFERENCE_RUN, linewidths=0.5))
    _hatch(axes, [box], key)
    axes.text(x + 26, y, name, va="center_baseline")
