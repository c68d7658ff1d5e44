"""Points of the space of parameters and the runs of them, which are kept so that a fit that was stopped goes on."""

import hashlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim import baseline
from sim.compose import reference_run
from sim.config import Config, Quantity
from sim.config.calibration import Calibration
from sim.config.files import QUASI_EXPERIMENTS
from sim.experiments import kept, treatments
from sim.experiments.calibration import choices, outcomes, published
from sim.run import Progress, code

Simulate = Callable[[Config, int], pd.DataFrame]
"""A function of `outcomes`: from a configuration and a number of threads to a table of outcomes."""
Said = Callable[[pd.DataFrame], np.ndarray]
"""A function that returns figures from a table of outcomes."""

DIGITS = 4
"""Digits of a parameter's value."""

LOGARITHMIC = 8.0
"""A positive range whose end is so many times its beginning is uniform in logarithms."""


def figures(config: Calibration, simulate: Simulate, said: Said, sets: np.ndarray, seed: int,
            progress: Progress) -> np.ndarray:
    """Return the figures of a run of each set, each run with a seed of its own from `seed` on."""
    return np.array([said(table) for table in runs(config, simulate, sets, seed, progress)])


def runs(config: Calibration, simulate: Simulate, sets: np.ndarray, seed: int,
         progress: Progress) -> list[pd.DataFrame]:
    """Return the outcomes of a run of each set; they are kept in outputs/<name>/points and never made twice.

    Runs have no new policy, but for those that tell what the policy of the configuration does.
    """
    folder, key = Path("outputs") / config.name, _key(config, simulate)
    usual = config if simulate is outcomes.package else reference_run(config)
    jobs = []
    for k, one in enumerate(sets):
        values = dict(zip(config.free, unscaled(config, one), strict=True))
        changed = usual.model_copy(update={"parameters": config.parameters.changed(values), "seed": seed + k})
        name = hashlib.sha256(f"{changed.fingerprint()} {key}".encode()).hexdigest()[:20]
        jobs.append(kept.Job(k, changed, (folder / "points" / f"{name}.parquet").resolve()))
    kept.run(simulate, jobs, folder, progress)
    return [pd.read_parquet(job.target) for job in jobs]


def unscaled(config: Calibration, one: np.ndarray) -> list[float]:
    """Return values of the free parameters at a point of the unit cube, rounded."""
    values = []
    for name, share in zip(config.free, one, strict=True):
        q = config.quantities[name]
        low, high = _ends(q)
        value = low + share * (high - low)
        value = float(f"{np.exp(value) if _logarithmic(q) else value:.{DIGITS}g}")
        values.append(min(max(value, q.low), q.high))
    return values


def noted(progress: Progress, note: str) -> Progress:
    """Return a progress report whose notes begin with `note`."""
    return lambda done, total, own: progress(done, total, f"{note}{': ' + own if own else ''}")


def _logarithmic(q: Quantity) -> bool:
    return q.low > 0 and q.high >= LOGARITHMIC * q.low


def _ends(q: Quantity) -> tuple[float, float]:
    return (float(np.log(q.low)), float(np.log(q.high))) if _logarithmic(q) else (q.low, q.high)


def _key(config: Calibration, simulate: Simulate) -> str:
    own = [inspect.getsource(module) for module in (outcomes, published, choices, treatments)]
    return json.dumps([simulate.__name__, baseline.load(config.data).hash, code(), *own,
                       QUASI_EXPERIMENTS.read_text(encoding="utf-8")])
