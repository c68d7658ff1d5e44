"""Random doses to learn from: every county has its own."""

import numpy as np
from scipy.stats import qmc

SPREAD = 0.5
"""By how much the level of doses of single counties departs from that of the whole run, either way."""


def scattered(runs: int, counties: int, levers: int, varied: np.ndarray, seed: int) -> np.ndarray:
    """Return doses by (run, county, lever); those of levers that are not `varied` are 0.

    A Latin hypercube in which the level of doses differs between runs and between counties, so that some plan next to
    nothing and some nearly everything, with many doses of 0 and 1.
    """
    random = np.random.default_rng(seed)
    even = qmc.LatinHypercube(levers, rng=random).random(runs * counties).reshape(runs, counties, levers)
    level = qmc.LatinHypercube(1, rng=random).random(runs)[:, :, None]
    level = np.clip(level + SPREAD * (2 * random.random((runs, counties, 1)) - 1), 0, 1)
    return np.clip(2 * (even - 1 + level), 0, 1) * varied
