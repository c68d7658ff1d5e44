"""The emulator: a Gaussian process that learns an outcome of the model from few runs, and how far off it is at others.

Points are in the unit cube of the factors. It has a length scale for each factor, so that it finds out which of them
matter, and tells the noise of single runs apart (Rasmussen and Williams 2006, Gaussian Processes for Machine Learning).
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from sim import engine
from sim.run import RunFailed

HELD_OUT = 5
"""Every fifth point is held out to measure the error."""

LEARNT = 300
"""Points, the last ones, from which lengths are learnt; their cost grows with the third power."""


def gaussian_process(points: np.ndarray, outcome: np.ndarray, seed: int) -> GaussianProcessRegressor:
    """Return a Gaussian process of an outcome, by point, at points (point, factor)."""
    kernel = (ConstantKernel(1.0, (1e-3, 1e3)) * RBF(np.full(points.shape[1], 4.0), (0.3, 100.0))
              + WhiteKernel(1e-2, (1e-6, 10.0)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a bound that is met is no fault, and the error tells
        process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=seed)
        return taught(process.fit(points[-LEARNT:], outcome[-LEARNT:]), points, outcome)


def taught(process: GaussianProcessRegressor, points: np.ndarray, outcome: np.ndarray) -> GaussianProcessRegressor:
    """Return a Gaussian process of other points and their outcomes with the same lengths and noise."""
    return clone(process).set_params(kernel=process.kernel_, optimizer=None).fit(points, outcome)


def held_out(count: int, last: int | None = None) -> np.ndarray:
    """Return which of so many points are held out, bool (point,): every fifth, or every fifth of the last ones."""
    place = np.arange(count)
    return (place % HELD_OUT == HELD_OUT - 1) & (place >= count - (last or count))


def learn(job: tuple[int, np.ndarray, np.ndarray, np.ndarray, int],
          threads: int) -> tuple[GaussianProcessRegressor, np.ndarray]:
    """Return a Gaussian process of an outcome and by how much it was off at points held out before it learnt them.

    A job is its place, points (point, factor), the outcome by point, which points are held out, and a seed.
    """
    _, points, outcome, held, seed = job
    process = gaussian_process(points[~held], outcome[~held], seed)
    return taught(process, points, outcome), process.predict(points[held]) - outcome[held]


def share_missed(missed: np.ndarray, outcome: np.ndarray, held: np.ndarray) -> float:
    """Return the share of variance that an emulator misses at points held out, beside the mean of the others."""
    whole = ((outcome[held] - outcome[~held].mean()) ** 2).mean()
    return float((missed**2).mean() / whole) if whole > 0 else 0.0


def gathered(function: Callable, jobs: Sequence[tuple], names: Sequence[str], workers: int | None) -> list[Any]:
    """Return the results of a function for jobs, one for each named outcome, in the order of the jobs' first entries,
    their places; raises RunFailed where one fails."""
    done = sorted(engine.execute(function, jobs, workers), key=lambda one: one.job[0])
    for one in done:
        if one.error:
            raise RunFailed(f"{names[one.job[0]]}: no emulator could be fitted: {one.reason}")
    return [one.result for one in done]
