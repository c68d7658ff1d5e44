"""Geometry of the map of the counties and of flows, in units of their view boxes."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from sim.report.tables import boundaries, tiles
from sim.report.words import names, style
from sim.report.words.bilingual import LANGUAGES, Words
from sim.report.words.style import Language


class Tile(NamedTuple):
    """A tile of the map: a hexagon or the true shape of a county, or a circle of a prefecture's districts."""

    adcode: str
    name: Words
    lines: tuple[list[str], list[str]]
    """The short name as it is broken into lines, in Chinese and in English."""
    x: float
    y: float
    path: str
    """Outline of the county; empty for a circle."""


class Map(NamedTuple):
    """The map: tiles, counties first and in their order, prefecture borders, other places around, and its size."""

    tiles: list[Tile]
    borders: list[tuple[float, ...]]
    around: list[str]
    width: float
    height: float


TILE = 74.0
"""Width of a tile."""
SIZES: dict[Language, float] = {"zh": 18.0, "en": 14.0}
"""Sizes of names in tiles."""
WIDEST, TALLEST, STEP = 1050.0, 900.0, 0.8
"""Greatest width and height of a map of true shapes, and the least distance of its points."""


class Places(Protocol):
    """Where counties lie: those of a run or of a study."""

    @property
    def counties(self) -> pd.DataFrame:
        """The counties of the data package, in file order."""
        ...

    @property
    def shapes(self) -> boundaries.Shapes | None:
        """True shapes of the counties, where the user gives them."""
        ...

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the data package."""
        ...


def county_map(results: Places, sizes: Mapping[Language, float] = SIZES) -> Map:
    """Return the map of the counties, of hexagons or of the true shapes where they are given; y runs downward.

    Names are broken to fit their tiles in the sizes given.
    """
    if results.counties.empty:
        return Map([], [], [], 0.0, 0.0)
    return _tile_map(results, sizes) if results.shapes is None else _shape_map(results, results.shapes, sizes)


def _shape_map(results: Places, shapes: boundaries.Shapes, sizes: Mapping[Language, float]) -> Map:
    low, high = shapes.extent()
    scale = min(WIDEST / (high[0] - low[0]), TALLEST / (high[1] - low[1]))
    width, height = (high - low) * scale
    counties = results.counties
    shown = {key: names.apart(counties[f"name_{key}"], results.table("prefectures")[f"name_{key}"], key)
             for key in LANGUAGES}
    found = []
    for k, (code, shape) in enumerate(shapes.counties.items()):
        part = boundaries.put(shape, low, scale, STEP, down=height)
        lines = [boundaries.label(shown[key][k], sizes[key], part, key).split("\n") for key in LANGUAGES]
        name = Words(counties["name_zh"].iloc[k], counties["name_en"].iloc[k])
        found.append(Tile(code, name, (lines[0], lines[1]), round(part.x, 1), round(part.y, 1), _outline(part.rings)))
    around = [_outline(boundaries.put(shape, low, scale, STEP, down=height).rings) for shape in shapes.around]
    return Map(found, [], around, round(width, 1), round(height, 1))


def _outline(rings: list[np.ndarray]) -> str:
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring[:-1]) + "Z" for ring in rings)


def _tile_map(results: Places, sizes: Mapping[Language, float]) -> Map:
    counties, prefectures = results.counties, results.table("prefectures")
    neighbours = results.table("neighbours")
    place = tiles.place(counties, prefectures, neighbours if len(neighbours) else None)
    width, height = (place["x"].max() + 1) * TILE, (place["y"].max() + 2 * tiles.RADIUS) * TILE
    x = (place["x"] + 0.5) * TILE
    y = height - (place["y"] + tiles.RADIUS) * TILE
    shown = {key: names.apart(counties[f"name_{key}"], prefectures[f"name_{key}"], key) for key in ("zh", "en")}
    full = {key: [*counties[f"name_{key}"], *prefectures[f"name_{key}"]] for key in ("zh", "en")}
    corners = tiles.outline(np.arange(30, 390, 60), tiles.RADIUS * TILE)
    found = []
    for k, row in enumerate(place.itertuples()):
        room = 0.86 * TILE * (0.86 if row.district else 1)
        broken = [names.fitted(shown[key][k], sizes[key], room).split("\n") for key in LANGUAGES]
        path = "M" + "L".join(f"{x[k] + dx:.1f},{y[k] + dy:.1f}" for dx, dy in corners) + "Z"
        found.append(Tile(row.adcode, Words(full["zh"][k], full["en"][k]), (broken[0], broken[1]), round(x[k], 1),
                          round(y[k], 1), "" if row.district else path))
    sides = tiles.borders(place["x"], place["y"], place["prefecture_adcode"])
    lines = [((a[0] + 0.5) * TILE, height - (a[1] + tiles.RADIUS) * TILE, (b[0] + 0.5) * TILE,
              height - (b[1] + tiles.RADIUS) * TILE) for a, b in sides]
    rounded = [tuple(round(float(v), 1) for v in line) for line in lines]
    return Map(found, rounded, [], round(width, 1), round(height, 1))


class Ribbon(NamedTuple):
    """A stream of people from a source to a goal."""

    source: str
    goal: str
    path: str
    colour: str
    persons: float


class Node(NamedTuple):
    """A kind of places on one side of the flows, with its persons."""

    kind: str
    y: float
    height: float
    persons: float


FLOWS, FLOWS_HEIGHT, GAP, BAR = 400.0, 460.0, 18.0, 10.0
"""Width and height of the flows, room between nodes, width of a node."""
SHADES = dict(zip(("village", "town", "seat", "districts", "core", "outside"),
                  ("#8C6D31", "#5B8C85", "#6A3D9A", "#7F7F7F", "#4C5F7A", "#B0A08E"), strict=True))
"""Colours of sources; none is that of a county type."""


def flows(matrix: pd.DataFrame) -> tuple[list[Node], list[Node], list[Ribbon]]:
    """Return sources, goals and ribbons of a matrix of persons by source (rows) and goal."""
    if matrix.empty or not matrix.to_numpy().sum():
        return [], [], []
    total = matrix.to_numpy().sum()
    scale = (FLOWS_HEIGHT - GAP * (max(matrix.shape) - 1)) / total
    left, right = (_nodes(matrix.sum(axis=axis), scale) for axis in (1, 0))
    top = {"left": {n.kind: n.y for n in left}, "right": {n.kind: n.y for n in right}}
    ribbons = []
    for source in matrix.index:
        for goal in matrix.columns:
            persons = float(matrix.loc[source, goal])
            if persons <= 0:
                continue
            thick = persons * scale
            a, b = top["left"][source], top["right"][goal]
            top["left"][source], top["right"][goal] = a + thick, b + thick
            x, middle, z = BAR, FLOWS / 2, FLOWS - BAR
            path = (f"M{x},{a:.1f}C{middle},{a:.1f} {middle},{b:.1f} {z},{b:.1f}V{b + thick:.1f}"
                    f"C{middle},{b + thick:.1f} {middle},{a + thick:.1f} {x},{a + thick:.1f}Z")
            ribbons.append(Ribbon(source, goal, path, SHADES.get(source, style.REFERENCE_RUN), persons))
    return left, right, ribbons


def _nodes(sums: pd.Series, scale: float) -> list[Node]:
    found, y = [], 0.0
    spare = FLOWS_HEIGHT - sums.sum() * scale
    gap = spare / max(len(sums) - 1, 1)
    for kind, persons in sums.items():
        found.append(Node(str(kind), round(y, 1), round(persons * scale, 1), float(persons)))
        y += persons * scale + gap
    return found
