"""Where the tiles of a map lie on one hexagonal grid.

Seats are first spread until they are one tile apart, neighbours pulled together; then each takes the cell
that makes the sum of squared displacements smallest. Of several grids that one is kept whose tiles moved
least, whose true neighbours most often touch and whose groups stay in one piece.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, QhullError
from scipy.spatial.distance import cdist

from sim.report.tables.tiles import ROW, project

SPACINGS = (0.95, 1.0, 1.05, 1.1)
"""Widths of a tile to try, in median distances between neighbours."""
OFFSETS = tuple(product(np.arange(12) / 12, np.arange(6) / 6 * ROW))
ROUNDS, REPULSION, ATTRACTION, HOME = 80, 0.25, 0.05, 0.03
DISPLACEMENT, SPLIT = 0.1, 0.02
"""Weight of the mean displacement (tiles) and of each split of a group, against the share of pairs kept."""


def arrange(points: tuple, pairs: tuple | None, groups: tuple) -> tuple[list[list[float]], float]:
    """Return columns, rows and centres (x, y) of tiles for points in degrees, and the share of pairs that touch."""
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
    return [column.tolist() for column in columns], kept


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
            touch = touching(at)
            kept = float(touch[linked[:, 0], linked[:, 1]].mean()) if len(linked) else 1.0
            moved = float(np.linalg.norm(at - here, axis=1).mean())
            score = kept - DISPLACEMENT * moved - SPLIT * splits(touch, group)
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


def touching(at: np.ndarray) -> np.ndarray:
    """Return which of the tiles at these centres touch, as a matrix."""
    return np.abs(cdist(at, at) - 1) < 0.1


def splits(touch: np.ndarray, group: np.ndarray) -> int:
    """Return how many pieces the groups have in excess of one each."""
    together = touch & (group[:, None] == group)
    return connected_components(coo_array(together), directed=False)[0] - (int(group.max()) + 1)
