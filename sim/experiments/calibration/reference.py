"""The reference set: one accepted set that is typical of all in what it says of the past and of policy."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.config.calibration import Calibration
from sim.experiments.calibration import matching, outcomes
from sim.experiments.calibration.matching import CUT, Emulators
from sim.experiments.calibration.points import Said, Simulate, figures, noted
from sim.experiments.calibration.target import Target
from sim.run import Progress

CANDIDATES, SEEDS = 6, 6
"""Candidates, the sets that are most typical by one run of each, and runs of each of these, whose means count."""

BOUNDS = (0.1, 0.5, 0.9)
"""Quantiles over sets: the ends of what is typical, and the median."""


class Found(NamedTuple):
    """Result of a search: sets in the unit cube with their outcomes, targets by name, and the last emulators."""

    sets: np.ndarray  # those that are kept, (set, parameter)
    outcomes: np.ndarray  # of one run of each, (set, target)
    accepted: int  # sets of the last wave that agree
    targets: list[Target]
    emulators: Emulators
    tried: int  # sets of the last wave


class Reference(NamedTuple):
    """The reference set with figures of its runs, beside effects of the policy in one run of every set."""

    place: np.ndarray  # in the unit cube, (parameter,)
    outcomes: np.ndarray  # (seed, target)
    chance: np.ndarray  # standard deviation of single runs, over all candidates, by target
    effects: np.ndarray  # (seed, effect)
    others: np.ndarray  # (set, effect)


def choose(config: Calibration, found: Found, progress: Progress, simulate: Simulate, said: Said) -> Reference:
    """Return the reference set: the candidate nearest to the medians of those whose means over seeds lie between the
    10th and the 90th percentile of the sets for every target and every effect of the policy, and whose parameters do
    that act `later`; where there is none, the one that lies least beyond. Means that disagree with a target come last.

    Not the mean of sets: a point between sets that agree need not agree.
    """
    later = [config.free.index(name) for name in config.later if name in config.free]
    others = figures(config, outcomes.package, _effects, found.sets, config.seed, noted(progress, "policy"))
    single = np.column_stack([found.outcomes, others, found.sets[:, later]])
    candidates = found.sets[order(single, single)[:CANDIDATES]]
    told = repeated(config, simulate, said, candidates, SEEDS, noted(progress, "reference"))
    does = repeated(config, outcomes.package, _effects, candidates, SEEDS, noted(progress, "reference, policy"))
    typical = order(np.column_stack([told.mean(1), does.mean(1), candidates[:, later]]), single)
    off = np.abs(matching.misfits(told.mean(1), found.targets, chance(told, found.targets))).max(1)
    best = min(typical, key=lambda k: off[k] > CUT)  # the first of those that agree
    return Reference(candidates[best], told[best], told.var(1, ddof=1).mean(0) ** 0.5, does[best], others)


def order(ours: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the rows of `ours` (set, figure), the most typical of `others` first: by how far they lie beyond their
    80 % ranges, and then by the squared distance from their medians, both in widths of the ranges."""
    low, middle, high = np.quantile(others, BOUNDS, axis=0)
    width = np.where(high > low, high - low, 1.0)
    beyond = (np.maximum(np.maximum(low - ours, ours - high), 0) / width).sum(1)
    distance = (((ours - middle) / width) ** 2).sum(1)
    return np.lexsort((distance, beyond))


def chance(told: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Return the standard deviation of single runs by target, on the scale of emulators, from several runs of each set
    (set, seed, target)."""
    return np.array([matching.scaled(told[:, :, k], one).var(1, ddof=1).mean() ** 0.5 for k, one in enumerate(targets)])


def repeated(config: Calibration, simulate: Simulate, said: Said, sets: np.ndarray, seeds: int,
             progress: Progress) -> np.ndarray:
    """Return the figures of several runs of each set, (set, seed, figure)."""
    found = figures(config, simulate, said, sets.repeat(seeds, axis=0), config.seed, progress)
    return found.reshape(len(sets), seeds, -1)


def _effects(table: pd.DataFrame) -> np.ndarray:
    return table["value"].to_numpy(float)
