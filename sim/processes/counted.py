"""From expected numbers to whole ones, and from these to entries, one for each of those counted."""

import numpy as np

from sim.core import rng
from sim.processes.decisions import ROUNDING
from sim.state.world import World


def whole(world: World, expected: np.ndarray, first: int = 0) -> np.ndarray:
    """Return expected numbers rounded to whole ones with a draw for each cell (int64); draws are numbered from `first`.
    """
    draws = np.empty(expected.size, np.uint64)
    rng.fill(world.seed, ROUNDING, world.quarter, np.arange(first, first + expected.size, dtype=np.uint64), draws)
    return np.floor(expected + draws.reshape(expected.shape) / rng.TWO_32).astype(np.int64)


def one_by_one(counts: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Return the cell of everything counted, an array of positions for each axis, and its ordinal within the cell."""
    cells = np.flatnonzero(counts)
    many = counts.ravel()[cells]
    ordinal = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.unravel_index(np.repeat(cells, many), counts.shape), ordinal
