"""The cheapest package of measures that reaches targets under a budget: searched on emulators, checked by the model."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats
from sklearn.gaussian_process import GaussianProcessRegressor

from sim.config.sensitivity import PAID, Sensitivity
from sim.experiments import emulator
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.goals import signs
from sim.experiments.sensitivity.points import Points
from sim.experiments.sensitivity.problem import latin, noise_share

STEPS = 10
"""Packages of the front, each the cheapest for its part of the way to the targets."""

ROUNDS = 3
"""How often the model is run at the packages found, and the emulators learn from that."""

STARTS = 5
"""Random places from which each search begins, beside those that are known to be good."""

HARDLY = 0.01
"""Part of the spread of an outcome that a lever has to add to stay in a package."""

SMALL, REACHED = 1e-6, 1e-4
"""Step of finite differences, and by how much of an outcome's spread a constraint may be missed."""


class Task(NamedTuple):
    """The task of a search: the distance of each outcome from its value without a package to its target, and a budget.

    `sign` is 1 where more is better; `way` is not positive for a target that is met already. Without a budget more may
    be paid than any package costs.
    """

    sign: np.ndarray
    target: np.ndarray
    without: np.ndarray
    spread: np.ndarray
    budget: float

    @property
    def way(self) -> np.ndarray:
        return self.sign * (self.target - self.without)

    def short(self, found: np.ndarray, share: float) -> np.ndarray:
        """Return by how much outcomes are better than a share of the way to the targets, in spreads; a target that is
        met without a package has to stay met."""
        wanted = np.where(self.way > 0, share * self.way, self.way)
        return (self.sign * (found - self.without) - wanted) / self.spread

    def corrected(self, said: np.ndarray, tried: np.ndarray) -> "Task":
        """Return the task corrected for the errors of the emulators, from their predictions for a package and its
        values by (seed, column) with seeds that they never saw.

        Targets that the emulators reach are raised, and the budget lowered, by what the package fell short and twice
        half the width of the interval: once for these seeds, and once for those of the check.
        """
        mean, _, high = _interval(tried.T)
        error = 2 * (high - mean)
        over = max(mean[-1] + error[-1] - self.budget, 0.0)
        task = self._replace(budget=max(self.budget - over, SMALL * self.budget))
        if (self.short(said[:-1], 1.0) < -REACHED).any():
            return task
        missing = np.maximum(self.sign * (self.target - mean[:-1]) + error[:-1], 0.0)
        return task._replace(target=self.target + self.sign * missing)


class Emulators:
    """Gaussian processes of outcomes and, in the last column, of money; over doses scaled to 0 to 1."""

    def __init__(self, fitted: Sequence[GaussianProcessRegressor]):
        self.fitted = list(fitted)
        self.levers: int = self.fitted[0].n_features_in_
        self._last: tuple[bytes, np.ndarray, np.ndarray] = (b"", np.empty(0), np.empty(0))

    def __call__(self, doses: np.ndarray) -> np.ndarray:
        """Return values by (package, column) of doses by (package, lever)."""
        return np.stack([one.predict(doses) for one in self.fitted], axis=1)

    def at(self, doses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return values of one package and their slopes by (column, lever)."""
        if self._last[0] != doses.tobytes():
            found = self(np.vstack([doses, doses + SMALL * np.eye(len(doses))]))
            self._last = doses.tobytes(), found[0], (found[1:] - found[0]).T / SMALL
        return self._last[1:]

    def taught(self, doses: np.ndarray, values: np.ndarray) -> "Emulators":
        """Return emulators of all these packages with the same lengths and noise."""
        return Emulators([emulator.taught(one, doses, column)
                          for one, column in zip(self.fitted, values.T, strict=True)])


def search(config: Sensitivity, factors: Sequence[Factor], points: Points,
           names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Find the cheapest packages of levers on the way to targets and run them with seeds that the search never saw.

    `front`: packages by the share of the way to all targets; emulated and simulated share and money, with 95 %
    intervals over the fresh seeds. The last one reaches the targets, or comes closest to them under the budget.
    `packages`: doses and money of each. `outcomes`: of the last package, target, value without it, emulated and
    simulated value, and whether the target is reached. Money is the sum paid for measures, in yuan.
    """
    columns = [*names, PAID]

    def run(packages: np.ndarray, seeds: Points) -> np.ndarray:
        return seeds.chosen(seeds.outcomes(factors, _doses(factors, packages), columns))  # package, seed, column

    doses = _design(config, factors)
    seen = run(doses, points)
    values = seen.mean(1)
    fitted, errors = _learn(config, columns, doses, values)
    task, emulators = _task(config, names, seen), Emulators(fitted)
    for _ in range(ROUNDS):
        packages = front(emulators, task, config.seed)
        doses, values = np.vstack([doses, packages]), np.vstack([values, run(packages, points).mean(1)])
        emulators = emulators.taught(doses, values)
    packages = front(emulators, task, config.seed)
    tried = run(packages[-1:], _fresh(points, config.seeds))[0]
    packages = front(emulators, task.corrected(emulators(packages[-1:])[0], tried), config.seed)
    checked = run(np.vstack([np.zeros((1, len(factors))), packages]), _fresh(points, config.seeds + config.checks))
    said = emulators(packages)
    outcomes = _outcomes(config, task, columns, said[-1], checked).assign(
        emulator="gaussian_process", error=errors, noise_share=noise_share(seen))
    design = pd.DataFrame(_doses(factors, doses), columns=[one.name for one in factors])
    return {"design": design.rename_axis("point").reset_index(), "front": _front(task, said, checked),
            "packages": _packages(factors, packages, emulators), "outcomes": outcomes}


def _task(config: Sensitivity, names: Sequence[str], seen: np.ndarray) -> Task:
    """Return the task from outcomes by (package, seed, column), the first of which is without a package."""
    target = np.array([config.targets[name] for name in names])
    spread = np.maximum(seen[:, :, :-1].mean(1).std(0), 1e-12)
    return Task(signs(list(names)), target, seen[0, :, :-1].mean(0), spread,
                config.budget or 2 * max(seen[..., -1].max(), 1.0))


def _fresh(points: Points, used: int) -> Points:
    """Return points with as many seeds as checks are asked for, after those that are used."""
    config = points.config
    return Points(config.model_copy(update={"seed": config.seed + used, "seeds": config.checks}), points.progress)


def front(emulators: Emulators, task: Task, seed: int) -> np.ndarray:
    """Return the cheapest packages for growing shares of the way to the targets, by (step, lever).

    The last one reaches the targets, or comes as close as the budget lets. One empty package where nothing is missing,
    or nothing helps.
    """
    levers = emulators.levers
    if not (task.way > 0).any():
        return np.zeros((1, levers))
    random = np.random.default_rng(seed)
    starts = [np.zeros(levers), np.full(levers, 0.5), *random.random((STARTS, levers))]
    best, share = _furthest(emulators, task, starts)
    if share == 0:
        return np.zeros((1, levers))
    found = [best]
    for part in np.linspace(share, 0, STEPS, endpoint=False):
        cheapest = _cheapest(emulators, task, part, [found[-1], best * part / share, *starts[2:4]])
        found.append(found[-1] if cheapest is None else _pruned(emulators, task, part, cheapest))
    return np.clip(np.array(found[:0:-1]), 0, 1)


def _pruned(emulators: Emulators, task: Task, share: float, doses: np.ndarray) -> np.ndarray:
    """Return the cheapest package without levers that bring it hardly closer, if there is one.

    A search that minimises predictions of emulators also picks levers that seem to save money by their error alone.
    """
    without = np.where(np.eye(len(doses)), 0.0, doses)
    lost = task.short(emulators(doses[None])[:, :-1], share) - task.short(emulators(without)[:, :-1], share)
    needed = (lost > HARDLY).any(1).astype(float)
    again = _cheapest(emulators, task, share, [doses * needed], needed)
    return doses if again is None else again


def _furthest(emulators: Emulators, task: Task, starts: Sequence[np.ndarray]) -> tuple[np.ndarray, float]:
    """Return the package that goes furthest on the way to all targets under the budget, and how far, at most 1."""

    def room(z: np.ndarray) -> np.ndarray:
        return _room(emulators, task, z[:-1], z[-1])

    def slopes(z: np.ndarray) -> np.ndarray:
        along = -np.where(task.way > 0, task.way, 0) / task.spread
        return np.column_stack([_slopes(emulators, task, z[:-1]), np.r_[along, 0.0]])

    whole = np.zeros(len(starts[0]) + 1)
    whole[-1] = -1.0
    best, share = np.zeros(len(starts[0])), 0.0
    for start in starts:
        done = optimize.minimize(lambda z: -z[-1], np.r_[start, 0.0], jac=lambda z: whole, method="SLSQP",
                                 bounds=[(0, 1)] * len(whole), options={"maxiter": 200},
                                 constraints={"type": "ineq", "fun": room, "jac": slopes})
        if (room(done.x) >= -REACHED).all() and done.x[-1] > share + SMALL:
            best, share = done.x[:-1], float(done.x[-1])
        if share >= 1 - SMALL:
            break
    return best, share


def _cheapest(emulators: Emulators, task: Task, share: float, starts: Sequence[np.ndarray],
              most: np.ndarray | float = 1.0) -> np.ndarray | None:
    """Return the package that costs least of those that go a share of the way, None where no search finds one.

    Scaled doses are at most `most`.
    """
    scale = float(np.ptp(emulators(np.array([np.zeros(len(starts[0])), np.ones(len(starts[0]))]))[:, -1])) or 1.0
    best, least, bounds = None, np.inf, optimize.Bounds(0, np.broadcast_to(most, len(starts[0])))
    for start in starts:
        done = optimize.minimize(
            lambda x: emulators.at(x)[0][-1] / scale, start, jac=lambda x: emulators.at(x)[1][-1] / scale,
            method="SLSQP", bounds=bounds, options={"maxiter": 200, "ftol": 1e-8},
            constraints={"type": "ineq", "fun": lambda x: _room(emulators, task, x, share),
                         "jac": lambda x: _slopes(emulators, task, x)})
        if (_room(emulators, task, done.x, share) >= -REACHED).all() and done.fun < least:
            best, least = done.x, done.fun
    return best


def _room(emulators: Emulators, task: Task, doses: np.ndarray, share: float) -> np.ndarray:
    """Return the slack of each constraint: of the outcomes, and of the budget."""
    found, _ = emulators.at(doses)
    return np.r_[task.short(found[:-1], share), (task.budget - found[-1]) / task.budget]


def _slopes(emulators: Emulators, task: Task, doses: np.ndarray) -> np.ndarray:
    _, slope = emulators.at(doses)
    return np.vstack([slope[:-1] * (task.sign / task.spread)[:, None], -slope[-1] / task.budget])


def _design(config: Sensitivity, factors: Sequence[Factor]) -> np.ndarray:
    """Return scaled doses of packages to learn from: none, each lever alone, all, and a Latin hypercube between."""
    count = len(factors)
    between = latin([one._replace(low=0.0, high=1.0) for one in factors], config.samples, config.seed)
    return np.vstack([np.zeros(count), np.eye(count), np.ones(count), between])


def _doses(factors: Sequence[Factor], scaled: np.ndarray) -> np.ndarray:
    low, high = (np.array([getattr(one, end) for one in factors]) for end in ("low", "high"))
    return low + np.clip(scaled, 0, 1) * (high - low)


def _learn(config: Sensitivity, columns: Sequence[str], doses: np.ndarray,
           values: np.ndarray) -> tuple[list[GaussianProcessRegressor], list[float]]:
    """Return a Gaussian process of each column of values and the share of variance it misses at points held out."""
    held = emulator.held_out(len(doses))
    jobs = [(k, doses, column, held, config.seed % 2**32) for k, column in enumerate(values.T)]
    found = emulator.gathered(emulator.learn, jobs, columns, config.workers)
    return ([fitted for fitted, _ in found], [emulator.share_missed(missed, column, held)
                                              for (_, missed), column in zip(found, values.T, strict=True)])


def _packages(factors: Sequence[Factor], packages: np.ndarray, emulators: Emulators) -> pd.DataFrame:
    """Return doses by step and lever, and the emulated cost in yuan that each adds to the package."""
    parts = []
    for step, (scaled, doses) in enumerate(zip(packages, _doses(factors, packages), strict=True), 1):
        without = np.where(np.eye(len(factors)), 0.0, scaled)
        money = emulators(np.vstack([scaled, without]))[:, -1]
        parts.append(pd.DataFrame({"step": step, "factor": [one.name for one in factors], "dose": doses,
                                   "yuan": np.maximum(money[0] - money[1:], 0)}))
    return pd.concat(parts, ignore_index=True)


def _front(task: Task, said: np.ndarray, checked: np.ndarray) -> pd.DataFrame:
    """Return shares and money by step: emulated, and simulated with intervals over fresh seeds."""
    without, runs = checked[0], checked[1:]  # seed, column; package, seed, column
    share, share_low, share_high = _interval(_share(task, runs[..., :-1], without[:, :-1]))
    paid, paid_low, paid_high = _interval(runs[..., -1])
    return pd.DataFrame({
        "step": np.arange(1, len(runs) + 1), "emulated_share": _share(task, said[:, :-1], task.without),
        "share": share, "share_low": share_low, "share_high": share_high, "emulated_yuan": np.maximum(said[:, -1], 0),
        "yuan": paid, "yuan_low": paid_low, "yuan_high": paid_high})


def _share(task: Task, found: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return the least share of the way to a target that is done; 1 for those that are met without a package."""
    way = task.sign * (task.target - np.atleast_2d(without).mean(0))
    missing = (task.way > 0) & (way > 0)
    return np.where(missing, task.sign * (found - without) / np.where(missing, way, 1.0), 1.0).min(-1)


def _outcomes(config: Sensitivity, task: Task, columns: Sequence[str], said: np.ndarray,
              checked: np.ndarray) -> pd.DataFrame:
    mean, low, high = _interval(np.moveaxis(checked[-1], 0, -1))
    limit = np.array([*task.target, config.budget or np.nan])
    sign = np.r_[task.sign, -1.0]
    worst, best = np.where(sign > 0, low, -high), np.where(sign > 0, high, -low)
    reached = np.select([np.isnan(limit), worst >= sign * limit, best < sign * limit], ["", "yes", "no"], "unclear")
    return pd.DataFrame({"counties": config.group, "outcome": columns, "target": limit,
                         "without": checked[0].mean(0), "emulated": said, "mean": mean, "low": low, "high": high,
                         "reached": reached})


def _interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return means over the last axis, of seeds, with 95 % intervals (Student's t)."""
    count, mean = values.shape[-1], values.mean(-1)
    error = stats.t.ppf(0.975, count - 1) * values.std(-1, ddof=1) / np.sqrt(count)
    return mean, mean - error, mean + error
