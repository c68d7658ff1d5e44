"""Shares of variance of many factors from few runs: a fitted emulator in the model's place, with its error."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor

from sim.config.sensitivity import Sensitivity
from sim.experiments.emulator import gathered, gaussian_process, held_out, share_missed
from sim.experiments.sensitivity import sobol
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.points import Points
from sim.experiments.sensitivity.problem import agreement, latin, noise_share, units

EMULATED = 1024
"""Samples of Sobol's design on the emulator, which costs next to nothing."""

class Fit(NamedTuple):
    """An emulator of one outcome: its kind, the share of variance it misses at points held out, and predictions."""

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
    fits = _fits(config, factors, runs, design, found.mean(1), names)
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


def _fits(config: Sensitivity, factors: Sequence[Factor], runs: np.ndarray, design: np.ndarray, outcomes: np.ndarray,
          names: Sequence[str]) -> list[Fit]:
    """Return an emulator for each column of outcomes by (run, outcome)."""
    low, high = (np.array([getattr(one, end) for one in factors]) for end in ("low", "high"))
    scaled = [(x - low) / (high - low) for x in (runs, design)]
    jobs = [(k, *scaled, column, config.seed % 2**32) for k, column in enumerate(outcomes.T)]
    return gathered(_fit, jobs, names, config.workers)


def _fit(job: tuple[int, np.ndarray, np.ndarray, np.ndarray, int], threads: int) -> Fit:
    """Fit the better of both emulators of an outcome, by their error at points held out, and predict the design."""
    _, runs, design, outcome, seed = job
    if np.ptp(outcome) == 0:
        return Fit("constant", 0.0, np.full((3, len(design)), outcome[0]))
    held = held_out(len(runs))
    errors = {kind: share_missed(fitted(runs[~held], outcome[~held], seed).predict(runs[held]) - outcome[held],
                                 outcome, held) for kind, fitted in EMULATORS.items()}
    kind = min(errors, key=lambda name: errors[name])
    half = len(runs) // 2
    predicted = [EMULATORS[kind](runs[part], outcome[part], seed).predict(design)
                 for part in (slice(None), slice(0, half), slice(half, None))]
    return Fit(kind, errors[kind], np.array(predicted))


def _boosting(points: np.ndarray, outcome: np.ndarray, seed: int) -> GradientBoostingRegressor:
    return GradientBoostingRegressor(n_estimators=400, learning_rate=0.05, max_depth=3, subsample=0.7,
                                     random_state=seed).fit(points, outcome)


EMULATORS = {"gaussian_process": gaussian_process, "boosting": _boosting}
