"""History matching: where in the space of parameters runs agree with targets, found with emulators wave by wave.

Each wave is run, an emulator of each target learns from the last two waves, and the next wave is drawn from the sets
that the emulators, their own errors counted, find plausible (Craig, Goldstein, Seheult and Smith 1997; Andrianakis and
others 2015, PLOS Computational Biology 11). Sets are points of the unit cube.
"""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import qmc
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor

from sim import engine
from sim.experiments.calibration.targets import Target
from sim.experiments.sensitivity.emulator import gaussian_process
from sim.run import RunFailed

CUT = 3.0
"""Standard deviations at which a set is implausible (Pukelsheim 1994, The American Statistician 48)."""

HELD_OUT = 5
"""Every fifth run is held out to measure an emulator's error."""

WALKERS, STEPS = 256, 600
"""Chains of the sampler and their length; where they end are the draws."""

CENT = 1e-4
"""Least and greatest share that a logit is taken of."""


class Emulator(NamedTuple):
    """An emulator of one target on its scale, what it is compared with, and the variances that make its tolerance."""

    process: GaussianProcessRegressor
    goal: float
    tolerance: float  # of the target on the scale of the emulator
    error: float  # of the emulator at runs it has not seen, the chance of one run included
    slope: np.ndarray  # mean slope over the runs it has seen

    def misfit(self, sets: np.ndarray) -> np.ndarray:
        """Return how many standard deviations each set is off the target."""
        return (self.process.predict(sets) - self.goal) / np.hypot(self.tolerance, self.error)


def scaled(values: np.ndarray, target: Target) -> np.ndarray:
    """Return values on the scale of a target's emulator."""
    if target.scale == "log":
        return np.log(np.maximum(values, 1e-6 * target.value))
    if target.scale == "logit":
        share = np.clip(values / 100, CENT, 1 - CENT)
        return np.log(share / (1 - share))
    return np.asarray(values, float)


def goal(target: Target) -> tuple[float, float]:
    """Return the value of a target and its tolerance on the scale of its emulator."""
    ends = scaled(np.array([target.value - target.tolerance, target.value, target.value + target.tolerance]), target)
    return float(ends[1]), float((ends[2] - ends[0]) / 2)


def emulators(sets: np.ndarray, outcomes: np.ndarray, targets: Sequence[Target], seed: int,
              workers: int | None) -> list[Emulator]:  # fmt: skip
    """Return an emulator of each target from outcomes by (set, target). Raises RunFailed where one cannot be fitted."""
    jobs = [(k, sets, scaled(outcomes[:, k], target), *goal(target), seed) for k, target in enumerate(targets)]
    done = sorted(engine.execute(_fit, jobs, workers), key=lambda one: one.job[0])
    for one in done:
        if one.error:
            raise RunFailed(f"{targets[one.job[0]].name}: no emulator could be fitted: {one.reason}")
    return [one.result for one in done]


def _fit(job: tuple, threads: int) -> Emulator:
    _, sets, outcome, value, tolerance, seed = job
    held = np.arange(len(sets)) % HELD_OUT == HELD_OUT - 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a bound that is met is no fault, and the error tells
        process = gaussian_process(seed).fit(sets[~held], outcome[~held])
        error = float(np.sqrt(np.mean((process.predict(sets[held]) - outcome[held]) ** 2)))
        process.set_params(kernel=process.kernel_, optimizer=None).fit(sets, outcome)
    line = np.column_stack([np.ones(len(sets)), sets - 0.5])
    slope = np.linalg.lstsq(line, outcome, rcond=None)[0][1:]
    return Emulator(process, value, tolerance, error, slope)


def plausible(known: Sequence[Emulator], dimensions: int, count: int, seed: int) -> np.ndarray:
    """Return draws of sets in the proportion in which the emulators find them plausible, shape (count, dimensions).

    The priors are uniform; the sampler moves each chain along the difference of two others (ter Braak 2006, Statistics
    and Computing 16) and reflects it at the bounds.
    """
    random = np.random.default_rng(seed)
    chains = qmc.LatinHypercube(dimensions, rng=random).random(max(WALKERS, count))
    fit = _likelihood(known, chains)
    size = len(chains)
    for step in range(STEPS):
        first, second = (random.integers(0, size, size) for _ in range(2))
        stretch = 1.0 if step % 10 == 9 else 2.38 / np.sqrt(2 * dimensions) * random.uniform(0.2, 1.2)
        asked = chains + stretch * (chains[first] - chains[second]) + random.normal(0, 1e-3, chains.shape)
        asked = 1 - np.abs(1 - np.abs(asked) % 2)
        then = _likelihood(known, asked)
        moves = np.log(random.random(size)) < then - fit
        chains[moves], fit[moves] = asked[moves], then[moves]
    return chains[random.permutation(size)[:count]]


def _likelihood(known: Sequence[Emulator], sets: np.ndarray) -> np.ndarray:
    return -0.5 * np.sum([one.misfit(sets) ** 2 for one in known], axis=0)


def misfits(outcomes: np.ndarray, targets: Sequence[Target], chance: np.ndarray) -> np.ndarray:
    """Return how many standard deviations each run is off each target, by (run, target), the chance of one run (on the
    scale of emulators, by target) counted as tolerance."""
    columns = []
    for k, target in enumerate(targets):
        value, tolerance = goal(target)
        columns.append((scaled(outcomes[:, k], target) - value) / np.hypot(tolerance, chance[k]))
    return np.column_stack(columns)
