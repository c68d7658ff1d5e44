"""The counties' true shapes, as a user gives them in a GeoJSON file: read, checked and put into the plane."""

import json
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.config import ConfigError
from sim.config.fault import shorten
from sim.config.files import read_text, shown
from sim.report.tables import tiles
from sim.report.words import names, text
from sim.report.words.style import Language

Shape = list[np.ndarray]
"""Closed rings, each of shape (points, 2): outer rings run against the clock, holes with it."""


FAR = 2
"""Degrees around the counties' seats within which shapes are drawn."""


class Shapes(NamedTuple):
    """Shapes in the plane, in degrees of latitude: of counties by code, and of whatever else the file has."""

    counties: dict[str, Shape]
    around: list[Shape]
    name: str
    """Name of the file."""

    def extent(self) -> np.ndarray:
        """Return least and greatest coordinates, shape (2, 2)."""
        points = np.concatenate([ring for shape in [*self.counties.values(), *self.around] for ring in shape])
        return np.array([points.min(axis=0), points.max(axis=0)])


class Placed(NamedTuple):
    """Where a shape lies on a page: its rings, where its name goes, and how wide and high the name may be."""

    rings: Shape
    x: float
    y: float
    width: float
    height: float


def read(file: FilePath, counties: pd.DataFrame) -> Shapes:
    """Return the shapes of a GeoJSON file in longitude and latitude, true to scale at its middle latitude.

    Features carry a property `adcode`; those of one code are taken together, those of other places are drawn around
    the counties unless they lie farther away. Raises ConfigError for a file that is no such GeoJSON and for counties
    without a feature or far from their seat.
    """
    where, found = f"boundaries={shown(file)}", dict[str, Shape]()
    seats = counties[["seat_lon", "seat_lat"]].to_numpy(float)
    low, high = seats.min(axis=0) - FAR, seats.max(axis=0) + FAR
    known = set(counties["adcode"].astype(str))
    for number, (code, rings) in enumerate(_features(file), 1):
        outside = [place for ring in rings for place in ring[((ring < low) | (ring > high)).any(axis=1)].tolist()]
        if outside and code in known:
            near = f"{code} between {low.round(1).tolist()} and {high.round(1).tolist()}, where the counties' seats are"
            raise ConfigError(f"{where}, feature {number}: coordinates: {outside[0]} (expected {near})")
        if outside:  # it would shrink the counties to a speck
            continue
        found.setdefault(code, []).extend(rings)
    wanted = dict(zip(counties["adcode"].astype(str), counties["name_en"], strict=True))
    if missing := [code for code in wanted if code not in found]:
        more = f", {len(missing) - 1} more are missing" if len(missing) > 1 else ""
        raise ConfigError(f"{where}: adcode={missing[0]} ({wanted[missing[0]]}): missing (expected a feature for each "
                          f"county{more})")
    points = np.concatenate([ring for rings in found.values() for ring in rings])
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    plane = {code: [tiles.project(ring, centre) for ring in rings] for code, rings in found.items()}
    around = [shape for code, shape in plane.items() if code not in wanted]
    return Shapes({code: plane[code] for code in wanted}, around, file.name)


def put(shape: Shape, origin: np.ndarray, scale: float, step: float, *, down: float | None = None) -> Placed:
    """Return a shape scaled from an origin, without points closer than a step; `down` turns y downward from there."""
    rings = [thinned((ring - origin) * scale, step) for ring in shape]
    if down is not None:
        rings = [np.c_[ring[:, 0], down - ring[:, 1]] for ring in rings]
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    centre = _centre(largest)
    width, height = (_room(largest, centre, axis) for axis in (0, 1))
    return Placed(rings, float(centre[0]), float(centre[1]), width, height)


def thinned(ring: np.ndarray, step: float) -> np.ndarray:
    """Leave out points nearer than a step to the last one kept; at least four stay, the ends alike."""
    kept = [0]
    for k in range(1, len(ring) - 1):
        if np.hypot(*(ring[k] - ring[kept[-1]])) >= step:
            kept.append(k)
    return ring[[*kept, len(ring) - 1]] if len(kept) >= 3 else ring


def label(name: str, size: float, placed: Placed, language: Language) -> str:
    """Return a short name in lines as it fits into a shape, or nothing where it does not."""
    lines = names.fitted(name, size, 0.9 * placed.width).split("\n")
    widest = max(text.width(line, size) for line in lines)
    spacing = {"zh": 1.15, "en": 1.12}[language]
    return "\n".join(lines) if widest <= placed.width and len(lines) * size * spacing <= placed.height else ""


def _features(file: FilePath) -> Iterator[tuple[str, Shape]]:
    text = read_text(file, "GeoJSON", "boundaries")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"boundaries={shown(file)}: expected GeoJSON in UTF-8; {shorten(error)}") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise ConfigError(f"boundaries={shown(file)}: expected GeoJSON with features")
    for number, feature in enumerate(features, 1):
        try:
            yield _code(feature), _rings(feature)
        except ValueError as error:
            raise ConfigError(f"boundaries={shown(file)}, feature {number}: {error}") from None


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("adcode") if isinstance(properties, dict) else None
    if code is None:
        raise ValueError("adcode: missing (expected a property with the code of a place)")
    return str(code).removesuffix(".0")


def _rings(feature: dict) -> Shape:
    """Return the rings of a feature, each outside against the clock and each hole with it."""
    geometry = feature.get("geometry")
    geometry = geometry if isinstance(geometry, dict) else {}
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"geometry: {shorten(kind)} (expected Polygon or MultiPolygon)")
    try:
        parts = [geometry["coordinates"]] if kind == "Polygon" else list(geometry["coordinates"])
        polygons = [[np.array([place[:2] for place in ring]) for ring in part] for part in parts]
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"coordinates of a {kind}: expected rings of [longitude, latitude]") from None
    rings = [_turned(ring, outside=k == 0) for part in polygons for k, ring in enumerate(part)]
    if not rings:
        raise ValueError(f"coordinates of a {kind}: expected at least one ring")
    return rings


def _turned(ring: np.ndarray, outside: bool) -> np.ndarray:
    if ring.ndim == 2 and ring.shape[1] == 2 and (ring[0] != ring[-1]).any():
        ring = np.r_[ring, ring[:1]]  # many files leave the way back to the first place out
    if ring.ndim != 2 or ring.shape[0] < 4 or ring.shape[1] != 2:
        raise ValueError("coordinates: expected rings of three places or more")
    if ring.dtype.kind not in "if":
        raise ValueError(f"coordinates: {shorten(ring[0].tolist())} (expected numbers)")
    ring = ring.astype(float)
    if not np.isfinite(ring).all() or np.abs(ring).max(axis=0)[0] > 180 or np.abs(ring).max(axis=0)[1] > 90:
        raise ValueError(f"coordinates: {shorten(ring[0].tolist())} (expected degrees of longitude and latitude)")
    return ring if (_area(ring) > 0) == outside else ring[::-1]


def _area(ring: np.ndarray) -> float:
    """Return the area of a ring, above 0 against the clock."""
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def _room(ring: np.ndarray, centre: np.ndarray, axis: int) -> float:
    """Return how long a line along an axis may be in the middle of a ring; 0 where the centre lies outside."""
    along, across = ring[:, axis] - centre[axis], ring[:, 1 - axis] - centre[1 - axis]
    ends = np.flatnonzero((across[:-1] > 0) != (across[1:] > 0))
    share = across[ends] / (across[ends] - across[ends + 1])
    met = along[ends] + share * (along[ends + 1] - along[ends])
    if (met > 0).sum() % 2 == 0 or not (met <= 0).any():
        return 0.0
    return 2 * float(min(met[met > 0].min(), -met[met <= 0].max()))


def _centre(ring: np.ndarray) -> np.ndarray:
    """Return the centre of mass of a ring, or the middle of one without area."""
    x, y = (ring - ring[0]).T
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    if not cross.sum():
        return ring.mean(axis=0)
    return ring[0] + np.array([((v[:-1] + v[1:]) * cross).sum() for v in (x, y)]) / (3 * cross.sum())
