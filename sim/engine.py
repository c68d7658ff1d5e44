"""Many jobs at once: joblib processes on this machine, or the one at hand when there is only one."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from joblib import Parallel, delayed

from sim.core import blocks


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its result, or the error that ended it."""

    job: Any
    result: Any = None
    error: str = ""

    @property
    def reason(self) -> str:
        """The last line of the error."""
        return self.error.strip().rpartition("\n")[2]


def execute(function: Callable, jobs: Sequence, workers: int | None = None) -> Iterator[Outcome]:
    """Yield an outcome for each job, `function(job, threads)`, in the order they finish.

    Processes share the cores: with one job or one worker it runs in this process on all of them. A job that
    raises is reported and the others go on.
    """
    cores = blocks.cores()
    count = min(workers or cores, len(jobs))
    if count <= 1:
        for job in jobs:
            yield _attempt(function, job, cores)
        return
    parallel = Parallel(n_jobs=count, return_as="generator_unordered", batch_size=1)
    yield from parallel(_delayed(function, jobs, max(1, cores // count)))


def _delayed(function: Callable, jobs: Sequence, threads: int) -> Iterable:
    return (delayed(_attempt)(function, job, threads) for job in jobs)


def _attempt(function: Callable, job: Any, threads: int) -> Outcome:
    try:
        return Outcome(job, function(job, threads))
    except Exception:
        return Outcome(job, error=traceback.format_exc())
