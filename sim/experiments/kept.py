"""Runs whose outcomes are kept on disk one by one: a run that fails is run once more, and none is ever dropped."""

import functools
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim import baseline, engine, initial
from sim.config import Config
from sim.core import store
from sim.run import RunFailed, compiled, workers

Progress = Callable[[int, int, str], None]


class Job(NamedTuple):
    """One run: the point of the design it belongs to, its configuration with its seed, and where its outcome goes."""

    point: int
    config: Config
    target: Path


def run(simulate: Callable[[Any, int], pd.DataFrame], jobs: Sequence[Job], folder: Path,
        progress: Progress) -> None:  # fmt: skip
    """Run the jobs whose outcome is not there yet and write what `simulate(config, threads)` returns of each.

    Raises RunFailed for runs that fail twice, after all others are done, and writes their errors to `folder`/failed.
    """
    missing = [job for job in jobs if not job.target.exists()]
    shutil.rmtree(folder / "failed", ignore_errors=True)
    if not missing:
        return
    done, every = len(jobs) - len(missing), max(1, len(jobs) // 100)
    function, data = functools.partial(_run, simulate), baseline.load(missing[0].config.data)
    count = workers(missing[0].config, data)
    failed: list[engine.Outcome] = []
    for part in _parts(missing, data, progress):
        for outcome in engine.execute(function, part, count):
            failed += [outcome] if outcome.error else []
            done += not outcome.error
            if done % every == 0 or done == len(jobs):
                progress(done, len(jobs), "")
    if failed:
        progress(done, len(jobs), f"running {len(failed)} once more")
        again = engine.execute(function, [outcome.job for outcome in failed], count)
        _report([outcome for outcome in again if outcome.error], folder)


def _parts(missing: list[Job], data: baseline.Baseline, progress: Progress) -> Iterator[list[Job]]:
    """Yield the runs that make what is made once, and then all others."""
    alone = not (compiled() and initial.cached(data, missing[0].config))
    if alone:
        progress(0, len(missing), "compiling the kernels or building the first world, this once")
        yield missing[:1]
    yield missing[1:] if alone else missing


def _report(failed: list[engine.Outcome], folder: Path) -> None:
    for outcome in failed:
        job = outcome.job
        store.write_json(folder / "failed" / f"{job.target.stem}.json",
                         {"point": job.point, "seed": job.config.seed, "error": outcome.error})  # fmt: skip
    if failed:
        where = ", ".join(f"point {outcome.job.point} seed {outcome.job.config.seed}" for outcome in failed[:3])
        raise RunFailed(f"{len(failed)} runs failed twice, nothing is concluded: {where}: {failed[0].reason} "
                        f"(see {folder / 'failed'})")  # fmt: skip


def _run(simulate: Callable[[Any, int], pd.DataFrame], job: Job, threads: int) -> None:
    store.write_table(job.target, simulate(job.config, threads).reset_index(drop=True))
