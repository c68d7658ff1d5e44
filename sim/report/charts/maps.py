"""Tile maps of the counties: a level, a change or a gap."""

from collections.abc import Collection
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.colors import Colormap, Normalize, to_hex

from sim.report.charts import paths
from sim.report.charts.drawings import CIRCLE, TILE, Map, Places, county_map
from sim.report.charts.marks import HATCHES, Area, Line, Shape, Text
from sim.report.charts.sheet import MARGIN, WIDTH, Page, page
from sim.report.tables.tiles import outline
from sim.report.words import style, units
from sim.report.words.bilingual import LANGUAGES
from sim.report.words.style import GRID, INK, REFERENCE_RUN, SMALL, Language

Kind = Literal["level", "change", "gap"]

NARROWEST, WIDEST = 42.0, 56.0
"""Limits of the width of a tile, in points."""
NAME_SIZE = {"zh": 11.0, "en": SMALL}
SPACING = 1.12
"""Distance of the lines of a name, in sizes of type."""
BAR, BAR_HEIGHT, LINE, INSET, CLEAR, SHADES = 210.0, 11.0, 15.0, 14.0, 8.0, 128
"""Width and height of the colour bar, a line of the key, how far its outer labels reach, how far it keeps clear of what
is drawn, in points, and the shades it is made of."""
TALLEST = 560.0
"""Greatest height of a map of true shapes, in points."""
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
) -> Page:
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

    legend = 2 * LINE + BAR_HEIGHT + 8 + LINE * len(keys)
    note = words["tiles"] if places.shapes is None else words["shapes"].format(places.shapes.name)
    width, height = max(WIDTH, drawn.width * factor + 2 * MARGIN), drawn.height * factor
    aside = (width - drawn.width * factor) / 2
    (left, top), below = _corner(_reached(drawn) * factor + (aside, 0.0), (width, height), legend)
    made = page(title, note + footnote, language, height=height + below, width=width)
    top = made.top + made.height - top
    _draw(made, drawn, tiles, np.array([aside, made.top]), factor)
    if there.any():
        name = known.name(language) if kind == "level" else known.change_name(language)
        made.write((left, top + SMALL), words["unit"].format(name), baseline=True)
        _draw_bar(made, left, top + LINE, colours, {norm(tick): units.tick(tick, signed=kind != "level")
                                                    for tick in ticks})
    for line, key in enumerate(keys):
        y = top + 2 * LINE + BAR_HEIGHT + 8 + LINE * (line + 0.5)
        _draw_key(made, left, y, key, words[key], colours)
    return made


def _draw_bar(made: Page, left: float, top: float, colours: Colormap, ticks: dict[float, str]) -> None:
    """Draw the bar of colours with its marks, given by their share of its width."""
    right, below = left + BAR, top + BAR_HEIGHT
    for share in np.arange(SHADES) / SHADES:  # each to the end, under those that follow, so that no gap shows
        start = left + BAR * share
        made.chart.marks.append(Area([(start, top), (right, top), (right, below), (start, below)],
                                     to_hex(colours(share * SHADES / (SHADES - 1))), 1.0))
    box = [(left, top), (right, top), (right, below), (left, below), (left, top)]
    made.chart.marks.append(Line(box, INK, 0.8))
    for share, written in ticks.items():
        x = left + BAR * share
        made.chart.marks.append(Line([(x, below), (x, below + 3)], INK, 0.8))
        made.write((x, below + 5 + 0.8 * SMALL), written, anchor="middle", baseline=True)


def scale(values: pd.Series, kind: Kind) -> tuple[Colormap, Normalize, np.ndarray]:
    """Return colours, their range and the marks of the bar: round, and symmetric about 0 unless a level."""
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    if kind == "level":
        low, high = (low, high) if high > low else (low - 1, high + 1)
        ticks = paths.even(low, high, 5)
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


def _draw(made: Page, drawn: Map, tiles: pd.DataFrame, corner: np.ndarray, factor: float) -> None:
    """Draw a map whose upper left corner is at a place on the page, in points."""
    def put(points: np.ndarray) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in corner + np.asarray(points) * factor]

    marks, language = made.chart.marks, made.language
    marks += [Shape([put(ring) for ring in rings], "#FFFFFF", GRID, 0.6) for rings in drawn.outside]
    circle = outline(np.arange(0, 366, 6), CIRCLE)
    size = NAME_SIZE[language] if drawn.borders else SMALL
    hatched: list[Shape] = []
    for tile, row in zip(drawn.tiles, tiles.itertuples(), strict=True):
        rings = [put(ring) for ring in tile.rings or [circle + np.array([tile.x, tile.y])]]
        marks.append(Shape(rings, str(row.colour), "#FFFFFF" if row.county else REFERENCE_RUN, 0.8))
        hatch = "missing" if row.missing else "imputed" if row.imputed else ""
        hatched += [Shape(rings, hatch=hatch)] if hatch else []
        (x, y), = put(np.array([[tile.x, tile.y]]))
        lines = tile.lines[LANGUAGES.index(language)]
        for k, line in enumerate(lines):
            at = x, y + SPACING * size * (k - (len(lines) - 1) / 2)
            marks.append(Text(at, line, size, style.text_on(str(row.colour)), "middle",
                              halo=str(row.colour) if hatch else ""))
    marks += hatched  # over the edges of neighbours
    marks += [Line(put(np.reshape(side, (2, 2))), INK, 1.0, cap="round") for side in drawn.borders]


def _draw_key(made: Page, x: float, y: float, key: str, name: str, colours: Colormap) -> None:
    box = [[(x, y - 5), (x + 20, y - 5), (x + 20, y + 5), (x, y + 5), (x, y - 5)]]
    colour = style.MISSING if key == "missing" else to_hex(colours(0.7))
    made.chart.marks.extend([Shape(box, colour, REFERENCE_RUN, 0.5), Shape(box, hatch=key)])
    made.write((x + 26, y), name)
