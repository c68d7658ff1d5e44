"""Power: what an evaluator would estimate of pilots from published figures, beside what is true in the model.

Each trial is an evaluation: a draw of pilots, a history without pilots, effects of these pilots on top of it, and the
errors of what is published. Effects are those that single pilots add up to (see `additivity`).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.experiments.pilots.designs import LEVEL, Design, Estimate
from sim.experiments.pilots.estimators import NEVER, Found

POWER = 0.8
PERMUTATIONS = 299
"""Draws of a permutation test."""
HALVINGS = 18
"""Steps of the search for the smallest effect found."""


class World(NamedTuple):
    """What happens to one outcome: `histories` (history, county, year) without pilots; effects by year since the start
    of a pilot on itself `own` (county, year), on a pilot that adjoins it `among` (year), on another county that adjoins
    it `near`, and on any other county `far`; which counties adjoin, bool (county, county); the standard deviation of
    published errors by (county, year); and the place of the first year of pilots."""

    histories: np.ndarray
    own: np.ndarray
    among: np.ndarray
    near: np.ndarray
    far: np.ndarray
    adjoining: np.ndarray
    error: np.ndarray
    first: int


class Trials(NamedTuple):
    """Evaluations: panels as published (trial, county, year), the same had there been no effect, and when counties
    begin (trial, county), as places of years, `NEVER` for no pilot."""

    panels: np.ndarray
    without: np.ndarray
    starts: np.ndarray


def trials(world: World, starts: np.ndarray, chance: float, error: float, seed: int) -> Trials:
    """Return a trial for each row of starts (trial, county), in years from 1 on that count from the first of pilots.

    `chance` scales the deviations of histories from their mean, `error` the published errors.
    """
    random = np.random.default_rng(seed)
    mean = world.histories.mean(0)
    which = random.integers(0, len(world.histories), len(starts))
    without = mean + chance * (world.histories[which] - mean)
    without += error * world.error * random.standard_normal(without.shape)
    change = effect(world, starts)
    return Trials(without + change, without, np.where(starts > 0, world.first - 1 + starts, NEVER))


def effect(world: World, starts: np.ndarray) -> np.ndarray:
    """Return the effects (trial, county, year) of pilots that start in these years, counted from 1; 0 for no pilot."""
    years, long = world.histories.shape[2], world.own.shape[1]
    found = np.zeros((*starts.shape, years))
    for start in np.unique(starts[starts > 0]):
        begun, first = starts == start, world.first - 1 + int(start)
        beside = (begun.astype(float) @ world.adjoining)[..., None]
        pilot, count = (starts > 0)[..., None], begun.sum(1)[:, None, None]
        part = np.where(pilot, world.among * beside, world.near * beside + world.far * count)
        part = part + np.where(begun[..., None], world.own, 0.0)
        last = min(years, first + long)
        found[..., first:last] += part[..., : last - first]
    return found


def judged(design: Design, found: Trials, first: int, years: int, seed: int) -> dict[str, float]:
    """Return how a design does by the difference in differences, `years` years from the start (see `summary`)."""
    last, treated = first + years, found.starts > NEVER
    changes, placebo = (values[..., first:last].mean(2) - values[..., :first].mean(2)
                        for values in (found.panels, found.without))
    truth = _true(found, first, last)
    estimate = design.estimate(changes, treated)
    without = design.estimate(placebo, treated)
    weights = design.again(treated, PERMUTATIONS, np.random.default_rng([seed, 1]))
    spread = float(np.median(without.half)) or 1.0

    lever = _weighed(weights, treated.astype(float))

    def seen(values: np.ndarray) -> Callable[[float], float]:
        """Return the share of trials in which a permutation test sees values with a constant effect on pilots."""
        own, others = design.estimate(values, treated).value, _weighed(weights, values)

        def share(constant: float) -> float:
            beyond = np.abs(others + constant * lever) >= np.abs(own + constant)[:, None] - 1e-12
            return float(((1 + beyond.sum(1)) / (1 + PERMUTATIONS) <= 1 - LEVEL).mean())

        return share

    by_lot = seen(placebo)
    return {**summary(estimate, truth, without), "permutation": seen(changes)(0.0), "permutation_placebo": by_lot(0.0),
            "permutation_detectable": least(by_lot, 4 * spread)}


def by_library(estimator: Callable[[np.ndarray, np.ndarray], Found], found: Trials, last: int) -> dict[str, float]:
    """Return how an estimator of single panels does, of years before `last` (see `summary`)."""
    each = [estimator(panel[:, :last], starts) for panel, starts in zip(found.panels, found.starts, strict=True)]
    none = [estimator(panel[:, :last], starts) for panel, starts in zip(found.without, found.starts, strict=True)]
    first = int(found.starts[found.starts > NEVER].min())
    return summary(Estimate(*np.array(each).T), _true(found, first, last), Estimate(*np.array(none).T))


def summary(estimate: Estimate, truth: np.ndarray, without: Estimate) -> dict[str, float]:
    """Return how estimates do beside the truth, and without any effect.

    trials; truth, estimate (means); bias and bias_error (its standard error); spread (standard deviation of estimates
    less truths); coverage (share of 95 % intervals that hold the truth); found (share that leave out 0); placebo (the
    same without any effect); selection (mean estimate without any effect); detectable (smallest constant effect that 80
    of 100 trials find).
    """
    missed, count = estimate.value - truth, len(truth)
    return {"trials": count, "truth": float(truth.mean()), "estimate": float(estimate.value.mean()),
            "bias": float(missed.mean()), "bias_error": float(missed.std(ddof=1) / count**0.5),
            "spread": float(missed.std(ddof=1)), "coverage": float((np.abs(missed) <= estimate.half).mean()),
            "found": float((np.abs(estimate.value) > estimate.half).mean()),
            "placebo": float((np.abs(without.value) > without.half).mean()), "selection": float(without.value.mean()),
            "detectable": float(np.quantile(without.half - without.value + without.value.mean(), POWER))}


def least(share: Callable[[float], float], most: float) -> float:
    """Return the smallest constant that is found with the power asked for, not a number beyond 16 times `most`."""
    low, high = 0.0, most
    while share(high) < POWER:
        low, high = high, 2 * high
        if high > 16 * most:
            return float("nan")
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if share(middle) >= POWER else (middle, high)
    return high


def together(treated: np.ndarray) -> np.ndarray:
    """Return starts of pilots (bool) that begin in the first year."""
    return treated.astype(int)


def in_waves(treated: np.ndarray, apart: int, random: np.random.Generator) -> np.ndarray:
    """Return starts of pilots (bool, (trial, county)) of which half, by lot, begin so many years later."""
    order = np.argsort(np.argsort(np.where(treated, random.random(treated.shape), 2.0), axis=1), axis=1)
    early = order < treated.sum(1, keepdims=True) / 2
    return np.where(treated, np.where(early, 1, 1 + apart), 0)


def _true(found: Trials, first: int, last: int) -> np.ndarray:
    """Return the true mean effect on pilots, over the years from their start until before `last`."""
    began = np.where(found.starts > NEVER, found.starts, last)
    since = np.arange(found.panels.shape[2]) >= began[..., None]
    since[..., last:] = False
    change = found.panels - found.without
    return (change * since).sum((1, 2)) / since.sum((1, 2))


def _weighed(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return sums of values (trial, county) by weights (trial or 1, draw, county), by (trial, draw)."""
    if len(weights) == 1:
        return values @ weights[0].T
    return np.matmul(weights, values[..., None])[..., 0]
