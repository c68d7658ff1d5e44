"""Runs whose outcomes are kept on disk one by one: a run that fails is run once more, and none is ever dropped."""

import functools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim import baseline, engine, initial
from sim.config import Config
from sim.core import store
from sim.run import Progress, RunFailed, compiled, workers


class Job(NamedTuple):
    """One run: the point of the design it belongs to, its configuration with its seed, and where its outcome goes."""

    point: int
    config: Config
    target: Path


def run(simulate: Callable[[Any, int], pd.DataFrame], jobs: Sequence[Job], folder: Path,
        progress: Progress) -> None:
    """Run the jobs whose outcome is not there yet and write the result of `simulate(config, threads)` for each.

    Raises RunFailed for runs that fail twice, after all others are done, and writes their errors to `folder`/failed.
    """
    store.tidy(folder)
    missing = [job for job in jobs if not job.target.exists()]
    done, every = len(jobs) - len(missing), max(1, len(jobs) // 100)
    failed: list[engine.Outcome] = []
    progress(done, len(jobs), "")
    for part in _parts(missing, progress):
        for outcome in _execute(simulate, part):
            failed += [outcome] if outcome.error else []
            done += not outcome.error
            if done % every == 0 or done == len(jobs):
                progress(done, len(jobs), "")
    shutil.rmtree(folder / "failed", ignore_errors=True)
    if failed:
        progress(done, len(jobs), f"running {len(failed)} once more")
        again = _execute(simulate, [outcome.job for outcome in failed])
        _report([outcome for outcome in again if outcome.error], folder)


def _execute(simulate: Callable[[Any, int], pd.DataFrame], jobs: Sequence[Job]) -> Iterator[engine.Outcome]:
    """Run jobs and write their results here: workers elsewhere have no disk in common with this process."""
    if not jobs:
        return
    config = jobs[0].config
    count = workers(config, baseline.load(config.data))
    with closing(engine.execute(functools.partial(_run, simulate), jobs, count, config.scheduler)) as outcomes:
        for outcome in outcomes:
            if not outcome.error:
                store.write_table(outcome.job.target, outcome.result)
            yield outcome


def _parts(missing: list[Job], progress: Progress) -> Iterator[list[Job]]:
    """Yield first the runs that compile kernels or build an initial state, and then all others."""
    if not missing:
        return
    config = missing[0].config
    local = config.scheduler is None
    alone = local and not (compiled() and initial.cached(baseline.load(config.data), config))
    if alone:
        progress(0, len(missing), "compiling the kernels or building the initial state, this once (about a minute)")
        yield missing[:1]
    yield missing[1:] if alone else missing


def _report(failed: list[engine.Outcome], folder: Path) -> None:
    for outcome in failed:
        job = outcome.job
        store.write_json(folder / "failed" / f"{job.target.stem}.json",
                         {"point": job.point, "seed": job.config.seed, "error": outcome.error})
    if failed:
        where = ", ".join(f"point {outcome.job.point} seed {outcome.job.config.seed}" for outcome in failed[:3])
        raise RunFailed(f"{len(failed)} runs failed twice, nothing is concluded: {where}: {failed[0].reason} "
                        f"(see {folder / 'failed'})")


def _run(simulate: Callable[[Any, int], pd.DataFrame], job: Job, threads: int) -> pd.DataFrame:
    return simulate(job.config, threads).reset_index(drop=True)
