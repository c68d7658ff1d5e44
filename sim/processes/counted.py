"""From numbers to entries: each of those counted on its own."""

import numpy as np


def one_by_one(counts: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Return the cell of everything counted, an array of positions for each axis, and its ordinal within the cell."""
    cells = np.flatnonzero(counts)
    many = counts.ravel()[cells]
    ordinal = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.unravel_index(np.repeat(cells, many), counts.shape), ordinal
