"""Shares of variance of many factors from few runs: a fitted emulator in the model's place, with its error."""

import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

from sim import engine
from sim.config.sensitivity import Sensitivity
from sim.experiments.sensitivity import sobol
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.points import Points
from sim.experiments.sensitivity.problem import agreement, latin, noise_share, units
from sim.run import RunFailed

EMULATED = 1024
"""Samples of Sobol's design on the emulator, which costs next to nothing."""

HELD_OUT = 5
"""Every fifth point is held out to measure the error."""


class Fit(NamedTuple):
    """An emulator of one outcome: its kind, the share of variance it misses at points held out, and what it says."""

    kind: str
    error: float
    predicted: np.ndarray  # of emulators of all points, of the first and of the second half, at the design


def decompose(config: Sensitivity, factors: Sequence[Factor], points: Points,
              names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Fit an emulator of each outcome to a Latin hypercube of runs and return Sobol indices of it.

    Tables as of `sobol.decompose`, for the counties asked for only. In `outcomes` stand the emulator and its `error`:
    the share of variance it misses at points it has not seen, chance included. A total index whose interval reaches it
    is within the noise. Halves are of the runs, each with an emulator of its own. Raises RunFailed where none can be
    fitted.
    """
    sets = [(config.group, name) for name in names]
    runs = latin(factors, config.samples, config.seed)
    found = points.chosen(points.outcomes(factors, runs, names))  # point, seed, outcome
    design = sobol.sample(config, factors, EMULATED)
    fits = _fits(config, factors, runs, design, found.mean(1))
    mean, *halves = (np.stack([one.predicted[part] for one in fits], axis=1) for part in range(3))
    errors = np.array([one.error for one in fits])
    limits = np.tile(np.clip(errors, 0, 1), (len(units(factors)), 1))
    pairs, indices = sobol.indexed(config, factors, mean, sets, limits)

    def index(part: slice) -> np.ndarray:
        return sobol.total(halves[part.start], factors, config, slice(None))

    outcomes = pd.DataFrame(sets, columns=["counties", "outcome"]).assign(
        mean=found.mean((0, 1)), deviation=found.mean(1).std(0, ddof=1), noise_share=noise_share(found),
        emulator=[one.kind for one in fits], error=errors, **agreement(index, 2))
    return {"design": pd.DataFrame(runs, columns=[one.name for one in factors]).rename_axis("point").reset_index(),
            "indices": indices, "outcomes": outcomes, **pairs}


def _fits(config: Sensitivity, factors: Sequence[Factor], runs: np.ndarray, design: np.ndarray,
          outcomes: np.ndarray) -> list[Fit]:
    """Return an emulator for each column of outcomes by (run, outcome)."""
    low, high = (np.array([getattr(one, end) for one in factors]) for end in ("low", "high"))
    scaled = [(x - low) / (high - low) - 0.5 for x in (runs, design)]
    jobs = [(k, *scaled, column, config.seed % 2**32) for k, column in enumerate(outcomes.T)]
    return gathered(_fit, jobs, config.workers)


def gathered(function: Callable, jobs: Sequence[tuple], count: int | None) -> list:
    """Return what a function makes of jobs, in the order of their first entries; RunFailed where one fails."""
    done = sorted(engine.execute(function, jobs, count), key=lambda one: one.job[0])
    for one in done:
        if one.error:
            raise RunFailed(f"no emulator could be fitted: {one.reason}")
    return [one.result for one in done]


def learn(job: tuple, threads: int) -> tuple[GaussianProcessRegressor, float]:
    """Return a Gaussian process of an outcome and the share of variance that it misses at points held out.

    A job is its place, scaled factors by (point, factor), the outcome by point, and a seed.
    """
    _, runs, outcome, seed = job
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _process(seed).fit(runs, outcome), _missed(_process, runs, outcome, seed)


def _fit(job: tuple, threads: int) -> Fit:
    """Fit the better of both emulators of an outcome, by their error at points held out, and predict the design."""
    _, runs, design, outcome, seed = job
    if np.ptp(outcome) == 0:
        return Fit("constant", 0.0, np.full((3, len(design)), outcome[0]))
    with warnings.catch_warnings():
        # A bound that is met is no fault, and the error tells of others.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _better(runs, design, outcome, seed)


def _better(runs: np.ndarray, design: np.ndarray, outcome: np.ndarray, seed: int) -> Fit:
    errors = {kind: _missed(make, runs, outcome, seed) for kind, make in EMULATORS.items()}
    kind = min(errors, key=lambda name: errors[name])
    half = len(runs) // 2
    predicted = [EMULATORS[kind](seed).fit(runs[part], outcome[part]).predict(design)
                 for part in (slice(None), slice(0, half), slice(half, None))]
    return Fit(kind, errors[kind], np.array(predicted))


def _missed(make: Callable, runs: np.ndarray, outcome: np.ndarray, seed: int) -> float:
    """Return the share of variance that an emulator of four fifths of the points misses at the others."""
    held = np.arange(len(runs)) % HELD_OUT == HELD_OUT - 1
    missed = outcome[held] - make(seed).fit(runs[~held], outcome[~held]).predict(runs[held])
    whole = ((outcome[held] - outcome[~held].mean()) ** 2).mean()
    return float((missed**2).mean() / whole) if whole > 0 else 0.0


def _process(seed: int) -> GaussianProcessRegressor:
    """Return a Gaussian process that is linear in the factors and smooth beside it, with noise."""
    kernel = (ConstantKernel(1.0, (1e-4, 1e4)) * DotProduct(1.0, (1e-3, 1e3))
              + ConstantKernel(0.1, (1e-6, 1e3)) * RBF(2.0, (0.2, 50.0)) + WhiteKernel(1e-2, (1e-8, 10.0)))
    return GaussianProcessRegressor(kernel, normalize_y=True, random_state=seed)


def _boosting(seed: int) -> GradientBoostingRegressor:
    return GradientBoostingRegressor(n_estimators=400, learning_rate=0.05, max_depth=3, subsample=0.7,
                                     random_state=seed)


EMULATORS = {"gaussian_process": _process, "boosting": _boosting}
