"""How long a run of the fit to the past takes, and a fit at that pace."""

import numpy as np
from scipy.stats import qmc

from benchmarks.report import table
from benchmarks.sensitivity import pace
from sim.compose import compose, reference_run
from sim.core import blocks
from sim.experiments.calibration import outcomes, points

MEASURED = 24
"""Runs that are timed; the first of each process are not, as they load the kernels."""


def figures() -> dict[str, float]:
    """Runs of sets drawn as those of the first wave of the default fit, on all cores: seconds of a run on one core."""
    seconds, alone = _pace()
    return {"one run of a fit": seconds * blocks.cores(), "of which the simulation": alone}


def measure() -> None:
    """Time of a run of the default fit, and of all runs of its waves at that pace, emulators apart."""
    seconds, alone = _pace()
    config = compose("calibrate", [])
    runs = config.waves * config.points
    table([f"{blocks.cores()} cores, scale {config.scale}", "time"], [
        ["one run, of which the simulation", f"{seconds * blocks.cores():.2f} s, {alone:.2f} s"],
        [f"{config.waves} waves of {config.points} runs", f"{runs * seconds / 60:.1f} min"]])


def _pace() -> tuple[float, float]:
    """Return seconds that a run takes on all cores, and of its simulation."""
    config = compose("calibrate", [])
    usual, jobs = reference_run(config), []
    sets = qmc.LatinHypercube(len(config.free), rng=np.random.default_rng(config.seed)).random(MEASURED)
    for k, one in enumerate(sets):
        values = dict(zip(config.free, points.unscaled(config, one), strict=True))
        jobs.append(usual.model_copy(update={"parameters": config.parameters.changed(values), "seed": config.seed + k}))
    return pace(outcomes.everything, usual, jobs)
