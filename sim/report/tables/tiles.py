"""A tile map: one hexagon per county, one circle per prefecture's districts, on one hexagonal grid."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.core import cache as folders
from sim.core import store

ROW = np.sqrt(3) / 2
"""Distance between rows, in widths of a hexagon with a corner on top."""
RADIUS = 1 / np.sqrt(3)
"""Distance from the centre of a hexagon to its corners, in its width."""

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
    distance = np.linalg.norm(beyond.reshape(-1, 1, 2) - at, axis=2)
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
    """Return a layout from the cache; the first time it is searched for, which takes longer than drawing the map."""
    code = Path(__file__).with_name("grid.py").read_bytes()
    key = hashlib.sha256(code + repr((points, pairs, groups)).encode()).hexdigest()[:24]
    kept = folders.folder("tiles") / f"{key}.json"
    try:
        found = store.read_json(kept)
    except (OSError, ValueError):
        from sim.report.tables.grid import arrange

        columns, share = arrange(points, pairs, groups)
        found = {"columns": columns, "kept": share}
        with suppress(OSError):  # a cache that cannot be written only costs the time again
            store.write_json(kept, found)
    column, row, x, y = arrays = [np.array(values) for values in found["columns"]]
    for array in arrays:
        array.setflags(write=False)
    return Layout(column, row, x, y, found["kept"])
