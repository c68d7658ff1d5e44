"""A problem for SALib from factors, the common parts of designs, and the reliability of indices."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from SALib import ProblemSpec
from scipy.stats import spearmanr

from sim.experiments.sensitivity.factors import Factor

TOP = 10
"""How many factors are named as the most influential."""

PARTS = (0.25, 0.5, 0.75, 1.0)
"""Parts of a design from which indices are computed to see whether they settle."""


def problem(factors: Sequence[Factor], outputs: Sequence[str]) -> ProblemSpec:
    """Return SALib's specification of a problem: names, ranges, groups and outputs."""
    spec = {"names": [one.name for one in factors], "bounds": [[one.low, one.high] for one in factors],
            "outputs": list(outputs)}
    if is_grouped(factors):
        spec["groups"] = [one.group for one in factors]
    return ProblemSpec(spec)


def latin(factors: Sequence[Factor], samples: int, seed: int) -> np.ndarray:
    """Return a Latin hypercube in which every factor varies on its own, also those of one group.

    A design that moves groups together would tell a fitted emulator nothing of the separate effects of their members.
    """
    spec = problem([one._replace(group=one.name) for one in factors], ["outcome"])
    spec.sample_latin(samples, seed=seed)
    return np.asarray(spec.samples)


def is_grouped(factors: Sequence[Factor]) -> bool:
    """Return whether some factors are moved together."""
    return len(units(factors)) < len(factors)


def units(factors: Sequence[Factor]) -> list[str]:
    """Return the names of the groups that are moved, in their order; a factor alone is a group."""
    return list(dict.fromkeys(one.group for one in factors))


def membership(factors: Sequence[Factor]) -> np.ndarray:
    """Return which factors belong to which unit, bool (factor, unit)."""
    return np.array([[one.group == name for name in units(factors)] for one in factors])


def noise_share(values: np.ndarray) -> np.ndarray:
    """Return the share of the variance of mean outcomes over points that is chance, by column.

    `values` has (point, seed, column). With the same seeds at every point a seed's common effect cancels in indices;
    chance is the residual after points and seeds (two-way analysis of variance), over the number of seeds. Not a number
    for one seed or an outcome that never changes.
    """
    points, seeds = values.shape[:2]
    if seeds < 2:
        return np.full(values.shape[2], np.nan)
    mean = values.mean(1)
    rest = values - mean[:, None] - values.mean(0) + values.mean((0, 1))
    chance = (rest**2).sum((0, 1)) / ((points - 1) * (seeds - 1)) / seeds
    whole = mean.var(0, ddof=1)
    return np.divide(chance, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def agreement(index: Callable[[slice], np.ndarray], length: int) -> dict[str, np.ndarray]:
    """Return how far indices of two halves of a design agree, by column: Spearman's rank correlation (`rank_agreement`)
    and how many of the first ten factors both name (`shared_top`).

    `index` gives indices (unit, column) of a part of the design.
    """
    first, second = index(slice(0, length // 2)), index(slice(length // 2, 2 * (length // 2)))
    columns = range(first.shape[1])
    ranks = np.array([correlation(first[:, k], second[:, k]) for k in columns])
    tops = [[set(np.argsort(-half[:, k], kind="stable")[:TOP]) for half in (first, second)] for k in columns]
    return {"rank_agreement": ranks, "shared_top": np.array([len(one & other) for one, other in tops])}


def growing(index: Callable[[slice], np.ndarray], length: int, names: Sequence[str], sets: Sequence[tuple[str, str]],
            columns: Sequence[int]) -> pd.DataFrame:
    """Return indices of some columns from growing parts of a design, and their rank correlation with the whole one's.

    Columns: counties, outcome, size (trajectories or samples), factor, value, agreement.
    """
    whole = index(slice(0, length))
    parts = []
    for size in sorted({max(2, round(length * share)) for share in PARTS}):
        part = index(slice(0, size))
        parts += [pd.DataFrame({"counties": sets[k][0], "outcome": sets[k][1], "size": size, "factor": names,
                                "value": part[:, k], "agreement": correlation(part[:, k], whole[:, k])})
                  for k in columns]
    return pd.concat(parts, ignore_index=True)


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Spearman's rank correlation; not a number where one side does not vary."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(spearmanr(one, other).statistic)


def overall(index: np.ndarray) -> np.ndarray:
    """Return one influence by unit for all columns of (unit, column): the mean of its shares of each column's sum."""
    whole = index.sum(0)
    known = whole > 0
    return (index[:, known] / whole[known]).mean(1) if known.any() else np.zeros(len(index))
