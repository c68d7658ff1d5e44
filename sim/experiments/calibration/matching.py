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

from sim import engine
from sim.experiments.calibration.targets import Target
from sim.experiments.sensitivity.emulator import gaussian_process
from sim.run import RunFailed

CUT = 3.0
"""Standard deviations at which a set is implausible (Pukelsheim 1994, The American Statistician 48)."""

HELD_OUT = 5
"""Every fifth run is held out to measure an emulator's error."""

CHAINS, STEPS = 400, 600
"""Chains of the sampler at least, and their length; where they end are the draws."""

CENT = 1e-4
"""Least and greatest share that a logit is taken of."""


class Emulators(NamedTuple):
    """Emulators of all targets on their scales: Gaussian processes, linear in the parameters and smooth beside it.

    They have learnt from the same runs, so that a prediction takes one table of distances.
    """

    seen: np.ndarray  # sets that they have learnt from
    goals: np.ndarray  # by target
    tolerances: np.ndarray  # of targets
    errors: np.ndarray  # at runs they have not seen, the chance of one run included
    slopes: np.ndarray  # (target, parameter): mean slope over the runs they have seen
    constants: np.ndarray  # by target
    lines: np.ndarray  # (target, parameter): the linear part
    weights: np.ndarray  # (target, set seen): of the smooth part
    reaches: np.ndarray  # by target: length of the smooth part

    def predict(self, sets: np.ndarray) -> np.ndarray:
        """Return what they say of each set, by (set, target)."""
        squared = np.maximum((sets**2).sum(1)[:, None] + (self.seen**2).sum(1) - 2 * sets @ self.seen.T, 0)
        smooth = [np.exp(squared / (-2 * reach**2)) @ weight
                  for weight, reach in zip(self.weights, self.reaches, strict=True)]  # fmt: skip
        return self.constants + sets @ self.lines.T + np.column_stack(smooth)

    def misfits(self, sets: np.ndarray) -> np.ndarray:
        """Return how many standard deviations each set is off each target, their own errors counted."""
        return (self.predict(sets) - self.goals) / np.hypot(self.tolerances, self.errors)


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


def emulators(sets: np.ndarray, outcomes: np.ndarray, targets: Sequence[Target], recent: int, seed: int,
              workers: int | None) -> Emulators:  # fmt: skip
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
    parts = zip(*(one.result for one in done), strict=True)
    errors, constants, lines, weights, reaches = (np.array(part) for part in parts)
    return Emulators(sets, goals, tolerances, errors, slopes, constants, lines, weights, reaches)


def _fit(job: tuple, threads: int) -> tuple:
    """Return an emulator's error, constant, linear part, weights and length of its smooth part."""
    _, sets, outcome, recent, seed = job
    late = np.arange(len(sets)) >= len(sets) - recent
    held = late & (np.arange(len(sets)) % HELD_OUT == HELD_OUT - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a bound that is met is no fault, and the error tells
        process = gaussian_process(seed).fit(sets[~held], outcome[~held])
        error = float(np.sqrt(np.mean((process.predict(sets[held]) - outcome[held]) ** 2)))
        process.set_params(kernel=process.kernel_, optimizer=None).fit(sets, outcome)
    kernel = process.kernel_.get_params()
    weight = process.alpha_ * process._y_train_std
    linear, smooth = kernel["k1__k1__k1__constant_value"], kernel["k1__k2__k1__constant_value"]
    constant = process._y_train_mean + linear * kernel["k1__k1__k2__sigma_0"] ** 2 * weight.sum()
    return error, constant, linear * sets.T @ weight, smooth * weight, kernel["k1__k2__k2__length_scale"]


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
