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
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from sim.report.charts.drawings import CIRCLE, TILE, Map, Places, county_map
from sim.report.charts.sheet import MARGIN, WIDTH, sheet
from sim.report.tables import boundaries
from sim.report.tables.tiles import outline
from sim.report.words import style, units
from sim.report.words.bilingual import LANGUAGES
from sim.report.words.style import GRID, INK, REFERENCE_RUN, SMALL, Language

Kind = Literal["level", "change", "gap"]

NARROWEST, WIDEST = 42.0, 56.0
"""Limits of the width of a tile, in points."""
NAME_SIZE = {"zh": 11.0, "en": SMALL}
BAR, BAR_HEIGHT, LINE, INSET, CLEAR = 210.0, 11.0, 15.0, 14.0, 8.0
"""Width and height of the colour bar, a line of the key, how far its outer labels reach, and how far it keeps clear of
what is drawn, in points."""
TALLEST = 560.0
"""Greatest height of a map of true shapes, in points."""
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
    places: Places,
    *,
    kind: Kind,
    title: str,
    unit: str,
    language: Language,
    footnote: str = "",
    imputed: Collection[str] = (),
) -> Figure:
    """Draw one value per county, and per prefecture's districts where `values` has the prefecture's code.

    `values` is indexed by adcode and in the given unit; a county without a finite value is cross-hatched
    grey, those in `imputed` are hatched over their colour. Where `places` have true shapes, counties are drawn as they
    are, and other places of these in white around them.
    """
    words, known = WORDS[language], units.unit(unit)
    scaled = values.set_axis(values.index.astype(str)).astype(float) * known.factor
    drawn, factor = _fitted(places, language)
    tiles = pd.DataFrame([(tile.adcode, bool(tile.rings)) for tile in drawn.tiles], columns=["code", "county"])
    tiles["value"] = scaled.reindex(tiles["code"]).to_numpy()
    there = np.isfinite(tiles["value"])
    tiles["missing"] = ~there & (tiles["county"] | tiles["code"].isin(scaled.index))
    tiles["imputed"] = there & tiles["code"].isin({str(adcode) for adcode in imputed})
    colours, norm, ticks = scale(tiles.loc[there, "value"], kind)
    tiles["colour"] = np.where(tiles["missing"], style.MISSING, "#FFFFFF")
    tiles.loc[there, "colour"] = [to_hex(colours(norm(value))) for value in tiles.loc[there, "value"]]
    keys = [key for key in HATCHES if tiles[key].any()]

    with style.rules():
        legend = 2 * LINE + BAR_HEIGHT + 8 + LINE * len(keys)
        note = words["tiles"] if places.shapes is None else words["shapes"].format(places.shapes.name)
        width, height = max(WIDTH, drawn.width * factor + 2 * MARGIN), drawn.height * factor
        aside = (width - drawn.width * factor) / 2
        (left, top), below = _corner(_reached(drawn) * factor + (aside, 0.0), (width, height), legend)
        page = sheet(title, note + footnote, height=height + below, width=width)
        left, top = left, top + page.bottom
        _draw(page.axes, drawn, tiles, np.array([aside, page.bottom + page.height]), factor, language)
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


def _fitted(places: Places, language: Language) -> tuple[Map, float]:
    """Return the map with names that fit in the sizes of the page, and points per unit of the map."""
    size = county_map(places)
    if places.shapes is None:
        factor = float(np.clip((WIDTH - 2 * MARGIN) / size.width * TILE, NARROWEST, WIDEST)) / TILE
    else:
        factor = min((WIDTH - 2 * MARGIN) / size.width, TALLEST / size.height)
    return county_map(places, dict.fromkeys(LANGUAGES, _size(places, language) / factor)), factor


def _size(places: Places, language: Language) -> float:
    """Return the size of names, in points."""
    return NAME_SIZE[language] if places.shapes is None else SMALL


def _reached(drawn: Map) -> np.ndarray:
    """Return points that a legend must keep clear of, upward from the bottom, shape (points, 2)."""
    rings = [ring for tile in drawn.tiles for ring in tile.rings] + [ring for rings in drawn.outside for ring in rings]
    circles = [(tile.x + dx, tile.y + dy) for tile in drawn.tiles if not tile.rings
               for dx, dy in ((-CIRCLE, 0), (CIRCLE, 0), (0, -CIRCLE), (0, CIRCLE))]
    points = np.concatenate([*rings, np.reshape(circles, (-1, 2))])
    return points * (1, -1) + (0, drawn.height)


def _corner(points: np.ndarray, size: tuple[float, float], legend: float) -> tuple[tuple[float, float], float]:
    """Return where a legend starts that keeps clear of points, and the room that it needs below them."""
    (x, y), (width, height) = points.T, size
    for left, top in product((width - MARGIN - BAR - INSET, MARGIN + INSET), (legend, height)):
        across = (x > left - INSET - CLEAR) & (x < left + BAR + INSET + CLEAR)
        if not (across & (y > top - legend - CLEAR) & (y < top + CLEAR)).any():
            return (left, top), 0.0
    return (MARGIN + INSET, legend), legend + LINE


def _draw(axes: Axes, drawn: Map, tiles: pd.DataFrame, corner: np.ndarray, factor: float, language: Language) -> None:
    """Draw a map whose upper left corner is at a place on the page, in points."""
    def put(points: np.ndarray) -> np.ndarray:
        return corner + np.asarray(points) * (factor, -factor)

    def patch(rings: list[np.ndarray]) -> PathPatch:
        return PathPatch(boundaries.outline([put(ring) for ring in rings]))

    axes.add_collection(PatchCollection([patch(rings) for rings in drawn.outside], facecolors="#FFFFFF",
                                        edgecolors=GRID, linewidths=0.6, zorder=0))
    circle = outline(np.arange(0, 366, 6), CIRCLE)
    patches = [patch(tile.rings or [circle + np.array([tile.x, tile.y])]) for tile in drawn.tiles]
    edges = np.where(tiles["county"], "#FFFFFF", REFERENCE_RUN)
    axes.add_collection(PatchCollection(patches, facecolors=tiles["colour"], edgecolors=edges, linewidths=0.8))
    for key in HATCHES:
        if tiles[key].any():
            _hatch(axes, [one for one, wanted in zip(patches, tiles[key], strict=True) if wanted], key)
    sides = [put(np.reshape(side, (2, 2))) for side in drawn.borders]
    axes.add_collection(LineCollection(sides, colors=INK, linewidths=1.0, capstyle="round"))
    size = NAME_SIZE[language] if drawn.borders else SMALL
    for tile, row in zip(drawn.tiles, tiles.itertuples(), strict=True):
        x, y = put(np.array([tile.x, tile.y]))
        name = "\n".join(tile.lines[LANGUAGES.index(language)])
        text = axes.text(x, y, name, size=size, ha="center", va="center", linespacing=1.12)
        text.set_color(style.text_on(str(row.colour)))
        if row.missing or row.imputed:
            text.set_path_effects([withStroke(linewidth=3, foreground=row.colour)])


def _hatch(axes: Axes, patches: list[PathPatch], key: str) -> None:
    axes.add_collection(PatchCollection(patches, facecolors="none", edgecolors=REFERENCE_RUN, linewidths=0,
                                        hatch=HATCHES[key]))


def _draw_key(axes: Axes, x: float, y: float, key: str, name: str, colours: Colormap) -> None:
    box = np.array([(x, y - 5), (x + 20, y - 5), (x + 20, y + 5), (x, y + 5), (x, y - 5)])
    colour = style.MISSING if key == "missing" else to_hex(colours(0.7))
    axes.add_collection(PolyCollection([box], facecolors=colour, edgecolors=REFERENCE_RUN, linewidths=0.5))
    _hatch(axes, [PathPatch(Path(box, closed=True))], key)
    axes.text(x + 26, y, name, va="center_baseline")
