"""How long a screening of levers and unknowns takes: measured on a part of the design, or as a whole."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.report import table, verdict
from sim import baseline, engine
from sim.compose import compose
from sim.core import blocks
from sim.experiments.sensitivity import points
from sim.experiments.sensitivity.factors import applied, chosen
from sim.experiments.sensitivity.problem import problem
from sim.model import CountyUrbanization
from sim.run import workers

MEASURED = 60
"""Runs that are timed; the first of each process are not, as they load the kernels."""

GOAL_MINUTES = 20.0


def figures() -> dict[str, float]:
    """Runs of the default screening on all cores: seconds of a run on one core."""
    _, _, seconds, alone = _pace()
    return {"one run": seconds * blocks.cores(), "of which the simulation": alone}


def measure() -> None:
    """Time of a design point of the default screening on all cores, and of all of them at that pace."""
    size, factors, seconds, alone = _pace()
    config = compose("sensitivity", [])
    runs = size * config.seeds
    rows = [["one run, of which the simulation", f"{seconds * blocks.cores():.2f} s, {alone:.2f} s"],
            ["one design point of 3 seeds, both cores", f"{config.seeds * seconds:.2f} s"],
            [f"{size} points of {factors} factors, {config.seeds} seeds: {runs} runs",
             f"{runs * seconds / 60:.1f} min"]]
    table([f"{blocks.cores()} cores, scale {config.scale}, to {config.end}", "time"], rows)
    print("  " + verdict(runs * seconds / 60, GOAL_MINUTES))


def _pace() -> tuple[int, int, float, float]:
    """Return points and factors of the default design, seconds that a run takes on all cores, and of its simulation."""
    config = compose("sensitivity", [])
    factors = chosen(config)
    spec = problem(factors, ["outcome"])
    design = spec.sample_morris(config.trajectories, num_levels=4, seed=config.seed).samples
    jobs = [applied(config, factors, row).model_copy(update={"seed": config.seed + k % config.seeds})
            for k, row in enumerate(design[:MEASURED])]
    return len(design), len(factors), *pace(points.simulate, config, jobs)


def pace(simulate: Callable[[Any, int], object], config: Any, jobs: Sequence[Any]) -> tuple[float, float]:
    """Return the seconds that one of some runs takes on all cores, and of its simulation."""
    count = workers(config, baseline.load(config.data))
    function = functools.partial(_timed, simulate)
    CountyUrbanization(config=config)  # the initial state is made once
    list(engine.execute(function, jobs[: 2 * count], count))
    begun = time.perf_counter()
    alone = [outcome.result for outcome in engine.execute(function, jobs, count)]
    return (time.perf_counter() - begun) / len(jobs), sum(alone) / len(alone)


def _timed(simulate, config, threads: int) -> float:
    begun = time.perf_counter()
    simulate(config, threads)
    return time.perf_counter() - begun
