"""History matching: where in the space of parameters runs agree with targets, found with emulators wave by wave.

Each wave is run, an emulator of each target learns from the last two waves, and the next wave is drawn from the sets
that the emulators, their own errors counted, find plausible (Craig, Goldstein, Seheult and Smith 1997; Andrianakis and
others 2015, PLOS Computational Biology 11). Sets are points of the unit cube.
"""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from sim import engine
from sim.experiments.calibration.targets import Target
from sim.run import RunFailed

CUT = 3.0
"""Standard deviations at which a set is implausible (Pukelsheim 1994, The American Statistician 48)."""

HELD_OUT = 5
"""Every fifth run is held out to measure an emulator's error."""

CHAINS, STEPS = 400, 600
"""Chains of the sampler at least, and their length; where they end are the draws."""

CENT = 1e-4
"""Least and greatest share that a logit is taken of."""

FAR = 10.0
"""Tolerances from a target at which values begin to be drawn in."""

LEARNT = 300
"""Runs, the last ones, from which lengths are learnt; their cost grows with the third power."""


class Emulators(NamedTuple):
    """Emulators of all targets on their scales: Gaussian processes with a length for each parameter."""

    seen: np.ndarray  # sets that they have learnt from
    goals: np.ndarray  # by target
    tolerances: np.ndarray  # of targets
    errors: np.ndarray  # at runs they have not seen, the chance of one run included
    constants: np.ndarray  # by target
    lengths: np.ndarray  # (target, parameter)
    weights: np.ndarray  # (target, set seen)
    slopes: np.ndarray  # (target, parameter): mean slope over the runs they have seen

    def predict(self, sets: np.ndarray) -> np.ndarray:
        """Return what they say of each set, by (set, target)."""
        said = np.empty((len(sets), len(self.goals)))
        for k, (length, weight) in enumerate(zip(self.lengths, self.weights, strict=True)):
            asked, seen = sets / length, self.seen / length
            squared = (asked**2).sum(1)[:, None] + (seen**2).sum(1) - 2 * asked @ seen.T
            said[:, k] = self.constants[k] + np.exp(-0.5 * np.maximum(squared, 0)) @ weight
        return said

    def misfits(self, sets: np.ndarray) -> np.ndarray:
        """Return how many standard deviations each set is off each target, their own errors counted."""
        return (self.predict(sets) - self.goals) / np.hypot(self.tolerances, self.errors)


def scaled(values: np.ndarray, target: Target) -> np.ndarray:
    """Return values on the scale of a target's emulator; far from the target they are drawn in, so that extremes bend
    no emulator where it matters."""
    middle, tolerance = goal(target)
    off = (_raw(np.asarray(values, float), target) - middle) / (FAR * tolerance)
    return middle + FAR * tolerance * np.arcsinh(off)


def _raw(values: np.ndarray, target: Target) -> np.ndarray:
    if target.scale == "log":
        return np.log(np.maximum(values, 1e-6 * target.value))
    if target.scale == "logit":
        share = np.clip(values / 100, CENT, 1 - CENT)
        return np.log(share / (1 - share))
    return values


def goal(target: Target) -> tuple[float, float]:
    """Return the value of a target and its tolerance on the scale of its emulator."""
    ends = _raw(np.array([target.value - target.tolerance, target.value, target.value + target.tolerance]), target)
    return float(ends[1]), float((ends[2] - ends[0]) / 2)


def emulators(sets: np.ndarray, outcomes: np.ndarray, targets: Sequence[Target], recent: int, seed: int,
              workers: int | None) -> Emulators:
    """Return emulators of the targets from outcomes by (set, target); their errors are those at every fifth of the
    last `recent` runs. Raises RunFailed where one cannot be fitted."""
    columns = [scaled(outcomes[:, k], target) for k, target in enumerate(targets)]
    jobs = [(k, sets, column, recent, seed) for k, column in enumerate(columns)]
    done = sorted(engine.execute(_fit, jobs, workers), key=lambda one: one.job[0])
    for one in done:
        if one.error:
            raise RunFailed(f"{targets[one.job[0]].name}: no emulator could be fitted: {one.reason}")
    goals, tolerances = np.array([goal(target) for target in targets]).T
    line = np.column_stack([np.ones(len(sets)), sets])
    slopes = np.linalg.lstsq(line, np.column_stack(columns), rcond=None)[0][1:].T
    errors, constants, lengths, weights = (np.array(part) for part in zip(*(one.result for one in done), strict=True))
    return Emulators(sets, goals, tolerances, errors, constants, lengths, weights, slopes)


def _fit(job: tuple, threads: int) -> tuple:
    """Return an emulator's error, constant, lengths and weights."""
    _, sets, outcome, recent, seed = job
    late = np.arange(len(sets)) >= len(sets) - recent
    held = late & (np.arange(len(sets)) % HELD_OUT == HELD_OUT - 1)
    kernel = ConstantKernel(1.0, (1e-3, 1e3)) * RBF(np.full(sets.shape[1], 4.0), (0.3, 100.0))
    process = GaussianProcessRegressor(kernel + WhiteKernel(1e-2, (1e-6, 10.0)), normalize_y=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a bound that is met is no fault, and the error tells
        process.fit(sets[~held][-LEARNT:], outcome[~held][-LEARNT:])
    process.set_params(kernel=process.kernel_, optimizer=None)
    error = np.sqrt(np.mean((process.fit(sets[~held], outcome[~held]).predict(sets[held]) - outcome[held]) ** 2))
    process.fit(sets, outcome)
    product = process.kernel_.k1
    weight = process.alpha_ * process._y_train_std * product.k1.constant_value
    return error, process._y_train_mean, product.k2.length_scale, weight


def plausible(known: Emulators, count: int, seed: int) -> np.ndarray:
    """Return draws of sets in the proportion in which the emulators find them plausible, shape (count, parameters).

    The priors are uniform. Chains begin where the emulators' slopes alone would have them (a linear update of normal
    priors) and move along the difference of two others (ter Braak 2006, Statistics and Computing 16), reflected at the
    bounds.
    """
    random = np.random.default_rng(seed)
    chains = _reflected(_linear_update(known, max(CHAINS, count), random))
    fit = _likelihood(known, chains)
    size, dimensions = chains.shape
    for step in range(STEPS):
        first, second = (random.integers(0, size, size) for _ in range(2))
        stretch = 1.0 if step % 10 == 9 else 2.38 / np.sqrt(2 * dimensions) * random.uniform(0.2, 1.2)
        asked = _reflected(chains + stretch * (chains[first] - chains[second]) + random.normal(0, 1e-3, chains.shape))
        then = _likelihood(known, asked)
        moves = np.log(random.random(size)) < then - fit
        chains[moves], fit[moves] = asked[moves], then[moves]
    return chains[random.permutation(size)[:count]]


def _linear_update(known: Emulators, count: int, random: np.random.Generator) -> np.ndarray:
    """Return draws from normal priors of the uniform ones' mean and variance, updated along the slopes."""
    tolerance = np.hypot(known.tolerances, known.errors)
    told = known.slopes / tolerance[:, None]
    variance = np.linalg.inv(told.T @ told + 12 * np.eye(told.shape[1]))
    middle = known.seen.mean(0)
    off = (known.goals - known.predict(known.seen).mean(0)) / tolerance
    mean = variance @ (told.T @ (off + told @ middle) + 12 * 0.5)
    return random.multivariate_normal(mean, variance, count, method="cholesky")


def _reflected(sets: np.ndarray) -> np.ndarray:
    return 1 - np.abs(1 - np.abs(sets) % 2)


def _likelihood(known: Emulators, sets: np.ndarray) -> np.ndarray:
    return -0.5 * (known.misfits(sets) ** 2).sum(1)


def misfits(outcomes: np.ndarray, targets: Sequence[Target], chance: np.ndarray) -> np.ndarray:
    """Return how many standard deviations each run is off each target, by (run, target), the chance of one run (on the
    scale of emulators, by target) counted as tolerance."""
    columns = []
    for k, target in enumerate(targets):
        value, tolerance = goal(target)
        columns.append((scaled(outcomes[:, k], target) - value) / np.hypot(tolerance, chance[k]))
    return np.column_stack(columns)
