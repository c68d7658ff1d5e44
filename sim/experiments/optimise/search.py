"""The search on the emulator: fronts of targets met, achievement, cost and debt, by NSGA-III (Deb and Jain 2014)."""

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from sim.config import ConfigError
from sim.experiments.optimise.scoring import Scores

Scored = Callable[[np.ndarray], Scores]
"""A function that returns scores of packages with doses by (package, factor)."""

PARTITIONS = 7
"""Of the front's directions: 120 for four objectives."""

STEP = 0.1
"""By how much a dose grows in packages that the search starts from."""

GRID = 0.05
"""Doses are multiples of this."""

HARDLY = 1e-4
"""Achievement that a dose has to add to stay in a package."""

BLOCK = 128
"""Packages scored at once."""

HALVINGS = 16
"""Steps by which the size of a random package is found that costs as much as another."""


class Limits(NamedTuple):
    """The most that a package may cost, yuan per resident, and the highest mean debt ratio, %; infinite: no limit."""

    budget: float
    debt: float


class Front(NamedTuple):
    """Packages none of which is better in everything: doses by (package, factor) and scores by (package, future)."""

    doses: np.ndarray
    scores: Scores


def optimiser() -> ModuleType:
    """Return the optimisation package pymoo; ConfigError where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about optional libraries
            import pymoo.algorithms.moo.nsga3
            import pymoo.core.problem
            import pymoo.optimize
            import pymoo.util.nds.non_dominated_sorting
            import pymoo.util.ref_dirs
    except ImportError:
        raise ConfigError("county optimise: expected the extra optimise; "
                          "pip install 'county-urbanization[optimise]'") from None
    return pymoo


def front(scored: Scored, factors: int, limits: Limits, generations: int, seed: int) -> Front:
    """Return the front of packages within limits; only the empty one where no other keeps them.

    Objectives are means over futures of targets met, cost and debt, and the least achievement of any future.
    """
    found = optimiser()
    problem = _problem(found, scored, factors, limits)
    start = _start(scored, factors, limits)
    directions = found.util.ref_dirs.get_reference_directions("das-dennis", 4, n_partitions=PARTITIONS)
    random = np.random.default_rng(seed)
    size = len(directions) + -len(directions) % 4
    sparse = random.random((size, factors)) * (random.random((size, factors)) < random.random((size, 1)))
    sampling = np.vstack([start, sparse])[: max(size, len(start))]
    algorithm = found.algorithms.moo.nsga3.NSGA3(directions, pop_size=len(sampling), sampling=sampling)
    done = found.optimize.minimize(problem, algorithm, ("n_gen", generations), seed=seed % 2**32, verbose=False)
    every = np.vstack([start, *([one.X for one in done.pop] if done.pop is not None else [])])
    doses = np.unique(np.round(np.vstack([np.zeros((1, factors)), every]) / GRID) * GRID, axis=0)
    scores = blockwise(scored, doses)
    kept = _within(scores, limits)
    kept[~doses.any(1)] = True  # who does nothing keeps every limit that can be kept
    best = found.util.nds.non_dominated_sorting.NonDominatedSorting().do(
        objectives(scores)[kept], only_non_dominated_front=True)
    rows = np.flatnonzero(kept)[best]
    return Front(doses[rows], Scores(*(part[rows] for part in scores)))


def objectives(scores: Scores) -> np.ndarray:
    """Return what is minimised, by (package, objective)."""
    return np.column_stack([-scores.met.mean(1), -scores.achievement.min(1), scores.cost.mean(1), scores.debt.mean(1)])


def blockwise(scored: Scored, doses: np.ndarray) -> Scores:
    """Return scores of many packages, few at a time, so that memory stays small."""
    parts = [scored(doses[k : k + BLOCK]) for k in range(0, len(doses), BLOCK)]
    return Scores(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def ladder(scored: Scored, found: Front, count: int) -> np.ndarray:
    """Return so many packages of a front in even steps of cost, by (package, factor): at each the one that achieves
    most on average, without doses that hardly add to it."""
    cost, achieved = found.scores.cost.mean(1), found.scores.achievement.mean(1)
    steps = cost[np.argmax(achieved)] * np.arange(1, count + 1) / count
    chosen = [np.argmax(np.where(cost <= most + 1e-9, achieved, -np.inf)) for most in steps]
    return np.array([pruned(scored, found.doses[k]) for k in chosen])


def cheapest(scored: Scored, found: Front, wanted: float) -> np.ndarray | None:
    """Return the cheapest package of a front that achieves so much on average, None where none does."""
    reaching = found.scores.achievement.mean(1) >= wanted
    if not reaching.any():
        return None
    return pruned(scored, found.doses[np.argmin(np.where(reaching, found.scores.cost.mean(1), np.inf))])


def pruned(scored: Scored, doses: np.ndarray) -> np.ndarray:
    """Return a package without doses that cost and hardly add to what it achieves, neither in targets nor in debt."""
    given = np.flatnonzero(doses)
    if not len(given):
        return doses
    without = np.where(np.eye(len(doses))[given], 0.0, doses)
    scores = scored(np.vstack([doses, without]))
    achieved, debt = scores.achievement.mean(1), scores.debt.mean(1)
    idle = (achieved[0] - achieved[1:] < HARDLY) & (debt[1:] <= debt[0] + HARDLY)
    return np.where(np.isin(np.arange(len(doses)), given[idle]), 0.0, doses)


def rivals(cost: Callable[[np.ndarray], np.ndarray], factors: int, paid: float, count: int, seed: int) -> np.ndarray:
    """Return random packages that cost as much, as far as doses can, by (package, factor); `cost` returns the mean
    costs of packages."""
    random = np.random.default_rng(seed)
    drawn = random.random((count, factors)) * (random.random((count, factors)) < random.random((count, 1)))
    low, high = np.zeros(count), np.full(count, 1 / GRID)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        over = cost(np.minimum(drawn * middle[:, None], 1)) > paid
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.minimum(drawn * low[:, None], 1)


def _start(scored: Scored, factors: int, limits: Limits) -> np.ndarray:
    """Return packages that grow from nothing by the dose that achieves most for its money, as long as one helps."""
    doses = np.zeros(factors)
    path, before = [doses], scored(doses[None])
    while True:
        tried = np.minimum(doses + STEP * np.eye(factors), 1)
        scores = scored(tried)
        gain = scores.achievement.mean(1) - before.achievement.mean(1)
        spent = np.maximum(scores.cost.mean(1) - before.cost.mean(1), 1.0)
        worth = np.where((gain > HARDLY) & _within(scores, limits), gain / spent, 0.0)
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            return np.array(path)
        doses, before = tried[best], Scores(*(part[best : best + 1] for part in scores))
        path.append(doses)


def _within(scores: Scores, limits: Limits) -> np.ndarray:
    return np.asarray((scores.cost.mean(1) <= limits.budget) & (scores.debt.mean(1) <= limits.debt))


def _problem(found: ModuleType, scored: Scored, factors: int, limits: Limits) -> Any:
    class Packages(found.core.problem.Problem):  # type: ignore[name-defined]
        """Doses from 0 to 1, and the limits as constraints."""

        def __init__(self) -> None:
            super().__init__(n_var=factors, n_obj=4, n_ieq_constr=2, xl=0.0, xu=1.0)

        def _evaluate(self, x: np.ndarray, out: dict[str, Any], *args: object, **kwargs: object) -> None:
            scores = blockwise(scored, x)
            out["F"] = objectives(scores)
            over = [scores.cost.mean(1) - limits.budget, scores.debt.mean(1) - limits.debt]
            out["G"] = np.nan_to_num(np.column_stack(over), neginf=-1.0)

    return Packages()
