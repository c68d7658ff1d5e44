"""History matching: where in the space of parameters runs agree with targets, found with emulators wave by wave.

Each wave is run, an emulator of each target learns from the last two waves, and the next wave is drawn from the sets
that the emulators, their own errors counted, find plausible (Craig, Goldstein, Seheult and Smith 1997; Andrianakis and
others 2015, PLOS Computational Biology 11). Sets are points of the unit cube.
"""

from collections.abc import Sequence
from typing import NamedTuple

import emcee
import numpy as np
from scipy.special import ndtr
from sklearn.gaussian_process import GaussianProcessRegressor

from sim.experiments import emulator
from sim.experiments.calibration.target import Target

CUT = 3.0
"""Standard deviations at which a set is implausible (Pukelsheim 1994, The American Statistician 48)."""

CHAINS, STEPS = 400, 600
"""Chains of the sampler at least, and their length; where they end are the draws."""

JUMPS = 0.1
"""Share of steps as long as the whole difference between two chains, which lead from one mode to another."""

CENT = 1e-4
"""Least and greatest share that a logit is taken of."""

FAR = 10.0
"""Tolerances from a target at which values begin to be drawn in."""


class Emulators(NamedTuple):
    """Emulators of all targets on their scales."""

    seen: np.ndarray  # sets that they have learnt from
    goals: np.ndarray  # by target
    tolerances: np.ndarray  # of targets
    errors: np.ndarray  # at runs they have not seen, the chance of one run included
    slopes: np.ndarray  # (target, parameter): mean slope over the runs they have seen
    fitted: list[GaussianProcessRegressor]  # by target

    def predict(self, sets: np.ndarray) -> np.ndarray:
        """Return the predicted value of each target for each set, by (set, target)."""
        return np.column_stack([one.predict(sets) for one in self.fitted])

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
    held = emulator.held_out(len(sets), recent)
    jobs = [(k, sets, column, held, seed) for k, column in enumerate(columns)]
    found = emulator.gathered(emulator.learn, jobs, [one.name for one in targets], workers)
    goals, tolerances = np.array([goal(target) for target in targets]).T
    line = np.column_stack([np.ones(len(sets)), sets])
    slopes = np.linalg.lstsq(line, np.column_stack(columns), rcond=None)[0][1:].T
    errors = np.array([np.sqrt((missed**2).mean()) for _, missed in found])
    return Emulators(sets, goals, tolerances, errors, slopes, [fitted for fitted, _ in found])


def plausible(known: Emulators, count: int, seed: int) -> np.ndarray:
    """Return draws of sets in the proportion in which the emulators find them plausible, shape (count, parameters).

    The uniform priors are standard normal ones on the scale of the sampler, which has no bounds. Its chains move along
    the difference of two others (ter Braak 2006, Statistics and Computing 16).
    """
    random = np.random.default_rng(seed)
    begun = _linear_update(known, max(CHAINS, count), random)
    whole, part = emcee.moves.DEMove(gamma0=1.0), emcee.moves.DEMove(sigma=0.5)
    sampler = emcee.EnsembleSampler(*begun.shape, lambda normal: _log_probability(known, normal), vectorize=True,
                                    moves=[(whole, JUMPS), (part, 1 - JUMPS)])
    sampler.random_state = np.random.RandomState(seed % 2**32).get_state()
    ended = sampler.run_mcmc(begun, STEPS, store=False)
    return ndtr(ended.coords[random.permutation(len(begun))[:count]])


def _linear_update(known: Emulators, count: int, random: np.random.Generator) -> np.ndarray:
    """Return draws, on the scale of the sampler, where the emulators' slopes alone would have them."""
    tolerance = np.hypot(known.tolerances, known.errors)[:, None]
    told = known.slopes / np.sqrt(12) / tolerance  # of a uniform prior's standard deviation
    middle = known.predict(known.seen).mean(0) + known.slopes @ (0.5 - known.seen.mean(0))
    variance = np.linalg.inv(told.T @ told + np.eye(told.shape[1]))
    mean = variance @ told.T @ ((known.goals - middle) / tolerance[:, 0])
    return random.multivariate_normal(mean, variance, count, method="cholesky")


def _log_probability(known: Emulators, normal: np.ndarray) -> np.ndarray:
    return -0.5 * ((known.misfits(ndtr(normal)) ** 2).sum(1) + (normal**2).sum(1))


def misfits(outcomes: np.ndarray, targets: Sequence[Target], chance: np.ndarray) -> np.ndarray:
    """Return how many standard deviations each run is off each target, by (run, target), the chance of one run (on the
    scale of emulators, by target) counted as tolerance."""
    columns = []
    for k, target in enumerate(targets):
        value, tolerance = goal(target)
        columns.append((scaled(outcomes[:, k], target) - value) / np.hypot(tolerance, chance[k]))
    return np.column_stack(columns)
