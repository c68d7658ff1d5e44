"""A tile map: one hexagon per county, one circle per prefecture's districts, on one hexagonal grid.

Seats are first spread until they are one tile apart, neighbours pulled together; then each takes the cell
that makes the sum of squared displacements smallest. Of several grids that one is kept whose tiles moved
least, whose true neighbours most often touch and whose groups stay in one piece.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, QhullError
from scipy.spatial.distance import cdist

ROW = np.sqrt(3) / 2
"""Distance between rows, in widths of a hexagon with a corner on top."""
RADIUS = 1 / np.sqrt(3)
"""Distance from the centre of a hexagon to its corners, in its width."""

SPACINGS = (0.95, 1.0, 1.05, 1.1)
"""Widths of a tile to try, in median distances between neighbours."""
OFFSETS = tuple(product(np.arange(12) / 12, np.arange(6) / 6 * ROW))
ROUNDS, REPULSION, ATTRACTION, HOME = 80, 0.25, 0.05, 0.03
DISPLACEMENT, SPLIT = 0.1, 0.02
"""Weight of the mean displacement (tiles) and of each split of a group, against the share of pairs kept."""


class Layout(NamedTuple):
    """Where tiles lie, hexagons first, then the extra circles; one unit is the width of a hexagon."""

    column: np.ndarray
    row: np.ndarray
    x: np.ndarray
    y: np.ndarray
    kept: float
    """Share of the neighbouring pairs that touch."""


def layout(
    longitude: Sequence[float],
    latitude: Sequence[float],
    *,
    extra: Sequence[tuple[float, float]] = (),
    neighbours: Sequence[tuple[int, int]] | None = None,
    groups: Sequence[str] | None = None,
) -> Layout:
    """Return a cell of its own for each place (degrees) and each extra (longitude, latitude).

    `neighbours` are pairs of positions, extras counted after the places; without them, those that adjoin
    count as neighbours. `groups` names, extras included, what should stay in one piece. The result is shared
    between calls, hence read-only.
    """
    points = tuple((float(x), float(y)) for x, y in [*zip(longitude, latitude, strict=True), *extra])
    if not np.isfinite(points).all():
        raise ValueError("every place needs a longitude and a latitude")
    pairs = None if neighbours is None else tuple((int(a), int(b)) for a, b in neighbours)
    return _layout(points, pairs, tuple(groups) if groups is not None else ("",) * len(points))


def place(counties: pd.DataFrame, prefectures: pd.DataFrame, neighbours: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row per tile: adcode, prefecture_adcode, district (a circle, not a hexagon), x and y.

    The tables are those of the data package: adcode, seat_lon, seat_lat and, for counties, prefecture_adcode;
    adcode_a and adcode_b, where a district stands for all those of its prefecture.
    """
    code = [*counties["adcode"].astype(str), *prefectures["adcode"].astype(str)]
    prefecture = [*counties["prefecture_adcode"].astype(str), *prefectures["adcode"].astype(str)]
    tiles = layout(
        counties["seat_lon"],
        counties["seat_lat"],
        extra=list(zip(prefectures["seat_lon"], prefectures["seat_lat"], strict=True)),
        neighbours=None if neighbours is None else _pairs(neighbours, code),
        groups=prefecture,
    )
    district = np.arange(len(code)) >= len(counties)
    return pd.DataFrame(
        {"adcode": code, "prefecture_adcode": prefecture, "district": district, "x": tiles.x, "y": tiles.y}
    )


def project(points: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return plane coordinates of longitudes and latitudes in degrees of latitude; true to scale at the centre's."""
    return (points - centre) * [np.cos(np.radians(centre[1])), 1.0]


def borders(x: Sequence[float], y: Sequence[float], groups: Sequence[str]) -> np.ndarray:
    """Return the sides where a tile meets another group or nothing, shape (sides, 2 ends, 2 coordinates)."""
    at = np.c_[x, y]
    group = np.unique(groups, return_inverse=True)[1]
    angles = np.arange(0, 360, 60)
    beyond = at[:, None] + outline(angles)
    distance = cdist(beyond.reshape(-1, 2), at)
    inside = (distance.min(axis=1) < 0.1) & (group[distance.argmin(axis=1)] == np.repeat(group, 6))
    ends = outline(angles[:, None] + [-30, 30], RADIUS)
    return (at[:, None, None] + ends).reshape(-1, 2, 2)[~inside]


def outline(degrees: np.ndarray, radius: float = 1.0) -> np.ndarray:
    """Return the points of a circle at some angles, shape (..., 2)."""
    return radius * np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=-1)


def _pairs(neighbours: pd.DataFrame, code: list[str]) -> list[tuple[int, int]]:
    """Return the distinct pairs of positions, in order; pairs with a unit that has no tile are left out."""
    position = {adcode: k for k, adcode in enumerate(code)}
    ends = [
        [position.get(adcode, position.get(f"{adcode[:4]}00")) for adcode in neighbours[column].astype(str)]
        for column in ("adcode_a", "adcode_b")
    ]
    return sorted({(min(a, b), max(a, b)) for a, b in zip(*ends, strict=True) if None not in (a, b)})


@cache
def _layout(points: tuple, pairs: tuple | None, groups: tuple) -> Layout:
    at = np.array(points)
    home = project(at, (at.min(axis=0) + at.max(axis=0)) / 2)
    linked = _adjoining(home) if pairs is None else np.array(pairs, int).reshape(-1, 2)
    linked = linked[linked[:, 0] != linked[:, 1]]
    ends = home[linked] if len(linked) else home[_adjoining(home)]
    lengths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    spacing = (np.median(lengths) if len(lengths) else 0) or 1.0
    group = np.unique(groups, return_inverse=True)[1]

    _, kept, cells, at = max(_trials(home, linked, spacing, group), key=lambda trial: trial[0])
    columns = (cells[:, 0], cells[:, 1], at[:, 0] - at[:, 0].min(), at[:, 1] - at[:, 1].min())
    for column in columns:
        column.setflags(write=False)
    return Layout(*columns, kept)


def _trials(
    home: np.ndarray, linked: np.ndarray, spacing: float, group: np.ndarray
) -> Iterator[tuple[float, float, np.ndarray, np.ndarray]]:
    """Yield the score of each grid, the share of pairs kept, the cells and their centres."""
    for factor in SPACINGS:
        here = home / (spacing * factor)
        spread = _spread(here, linked)
        for offset in OFFSETS:
            cells = _assign(spread, offset)
            at = _centres(cells) + offset
            touching = _touching(at)
            kept = float(touching[linked[:, 0], linked[:, 1]].mean()) if len(linked) else 1.0
            moved = float(np.linalg.norm(at - here, axis=1).mean())
            score = kept - DISPLACEMENT * moved - SPLIT * _splits(touching, group)
            yield round(score, 9), kept, cells, at


def _adjoining(at: np.ndarray) -> np.ndarray:
    """Return the pairs of points whose regions adjoin, without the long edges along the outline."""
    try:
        corners = Delaunay(at).simplices
    except (QhullError, ValueError):  # fewer than three points, or all in a line
        order = np.lexsort(at.T)
        return np.c_[order[:-1], order[1:]]
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    lengths = np.linalg.norm(at[pairs[:, 0]] - at[pairs[:, 1]], axis=1)
    return pairs[lengths <= 1.8 * np.median(lengths)]


def _spread(home: np.ndarray, linked: np.ndarray) -> np.ndarray:
    """Push apart positions closer than a tile, pull neighbours together that are further, stay near home."""
    at = home + 1e-6 * np.c_[np.arange(len(home)), np.arange(len(home))[::-1]]  # two places may share a seat
    for _ in range(ROUNDS):
        apart = at[:, None] - at
        distance = np.linalg.norm(apart, axis=2)
        np.fill_diagonal(distance, np.inf)
        force = (REPULSION * np.maximum(1 / distance - 1, 0)[..., None].clip(max=10) * apart).sum(axis=1)
        gap = at[linked[:, 0]] - at[linked[:, 1]]
        pull = ATTRACTION * np.maximum(1 - 1 / np.linalg.norm(gap, axis=1).clip(1e-9), 0)[:, None] * gap
        np.add.at(force, linked[:, 0], -pull)
        np.add.at(force, linked[:, 1], pull)
        at = at + force + HOME * (home - at)
    return at


def _assign(at: np.ndarray, offset: tuple[float, float]) -> np.ndarray:
    """Return the (column, row) cell of each point that makes the sum of squared distances smallest."""
    low, high = (at - offset).min(axis=0), (at - offset).max(axis=0)
    columns = np.arange(np.floor(low[0]) - 2, np.ceil(high[0]) + 2, dtype=int)
    rows = np.arange(np.floor(low[1] / ROW) - 1, np.ceil(high[1] / ROW) + 2, dtype=int)
    cells = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    return cells[linear_sum_assignment(cdist(at, _centres(cells) + offset, "sqeuclidean"))[1]]


def _centres(cells: np.ndarray) -> np.ndarray:
    return np.c_[cells[:, 0] + 0.5 * (cells[:, 1] % 2), cells[:, 1] * ROW]


def _touching(at: np.ndarray) -> np.ndarray:
    return np.abs(cdist(at, at) - 1) < 0.1


def _splits(touching: np.ndarray, group: np.ndarray) -> int:
    """Return how many pieces the groups have in excess of one each."""
    together = touching & (group[:, None] == group)
    return connected_components(coo_array(together), directed=False)[0] - (int(group.max()) + 1)
