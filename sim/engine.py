"""Many jobs at once: joblib processes on this machine, a Dask cluster, or the process at hand for little.

Jobs go out a few at a time and outcomes come back as they are done, so that memory does not grow with their number.
"""

import functools
import gc
import multiprocessing
import socket
import time
import traceback
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from joblib import Parallel, cpu_count, delayed

from sim.config import ConfigError
from sim.core import blocks, parent

if TYPE_CHECKING:
    from distributed import Client

QUICK, WAIT = 2, 15
"""Seconds in which the address of a Dask scheduler has to answer; and the scheduler itself, with its first worker."""
EXPECTED = "expected the address of a Dask scheduler that runs, as tcp://host:8786"

LONG = 2.0
"""Seconds of a job beside which freeing its memory takes no time."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a job: its result, or the error that ended it."""

    job: Any
    result: Any = None
    error: str = ""

    @property
    def reason(self) -> str:
        """The last line of the error."""
        return self.error.strip().rpartition("\n")[2]


def execute(function: Callable, jobs: Sequence, workers: int | None = None,
            scheduler: str | None = None) -> Generator[Outcome]:
    """Yield an outcome for each job, `function(job, threads)`, in the order they finish; close it to stop them all.

    Processes share the cores: with one job or one worker it runs in this process on all of them. With the address of
    a Dask scheduler jobs run on its workers instead, each on one core. A job that raises is reported and the others go
    on, as they do where a process is killed. Raises ConfigError for a cluster that cannot be used and ConnectionError
    for one that is lost.
    """
    if scheduler is not None:
        yield from _on_cluster(function, jobs, scheduler)
        return
    cores = blocks.cores()
    count = 1 if multiprocessing.parent_process() else min(workers or cpu_count(), len(jobs))  # no pools in pools
    if count > 1:
        yield from _in_processes(function, jobs, count, max(1, cores // count))
        return
    for job in jobs:
        yield _attempt(function, job, cores)


def _attempt(function: Callable, job: Any, threads: int) -> Outcome:
    begun = time.monotonic()
    try:
        return Outcome(job, function(job, threads))
    except Exception:
        return Outcome(job, error=traceback.format_exc())
    finally:
        _free_memory(time.monotonic() - begun)


def _free_memory(seconds: float) -> None:
    """Free a model that has just run: it is part of a cycle and would outlive several others.

    A full collection takes a tenth of a second, and next to nothing where imported objects are exempt; the exemption
    is permanent, and so only made in processes that do nothing else.
    """
    if multiprocessing.parent_process():
        gc.collect()
        _leave_out_imports()
    elif seconds > LONG:
        gc.collect()


@functools.cache
def _leave_out_imports() -> None:
    gc.freeze()


def _in_processes(function: Callable, jobs: Sequence, count: int, threads: int) -> Iterator[Outcome]:
    """Run jobs in processes of this machine.

    A process that is killed takes the whole pool with it. Whose fault it was is not known: jobs that were under way or
    next are then run one by one, the one whose process ends twice has failed, and the rest go on in a new pool.
    """
    waiting = dict(enumerate(jobs))
    while waiting:
        drawn: set[int] = set()
        try:
            with _pool(count, _drawn(function, dict(waiting), drawn, threads)) as finished:
                for number, result, error in finished:
                    yield Outcome(waiting.pop(number), result, error)
        except BrokenExecutor:
            for number in sorted(drawn & waiting.keys()):
                yield _alone(function, waiting.pop(number), threads)


def _drawn(function: Callable, waiting: dict[int, Any], drawn: set[int], threads: int) -> Iterator:
    for number, job in waiting.items():
        drawn.add(number)
        yield delayed(_in_pool)(function, number, job, threads)


def _in_pool(function: Callable, number: int, job: Any, threads: int) -> tuple[int, Any, str]:
    parent.end_with_it()
    return _numbered(function, number, job, threads)


def _numbered(function: Callable, number: int, job: Any, threads: int) -> tuple[int, Any, str]:
    """Run a job and return its number, result and error: the job itself need not travel back."""
    outcome = _attempt(function, job, threads)
    return number, outcome.result, outcome.error


@contextmanager
def _pool(count: int, tasks: Iterator) -> Iterator[Any]:
    results = Parallel(n_jobs=count, return_as="generator_unordered", batch_size=1)(tasks)
    try:
        yield results
    finally:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # it asks whether stopping jobs was meant
            results.close()


def _alone(function: Callable, job: Any, threads: int) -> Outcome:
    for _ in range(2):
        with suppress(BrokenExecutor):
            with _pool(2, iter([delayed(_in_pool)(function, 0, job, threads)])) as finished:
                _, result, error = next(finished)
            return Outcome(job, result, error)
    return Outcome(job, error="its process was killed twice with no other beside it; is there enough memory?")


def _on_cluster(function: Callable, jobs: Sequence, scheduler: str) -> Iterator[Outcome]:
    """Run jobs on a Dask cluster, as many as its workers have threads and as many more in waiting.

    Dask itself runs the jobs of a worker that dies on another one.
    """
    with _client(scheduler) as client:
        from distributed import as_completed

        waiting, running = iter(jobs), dict[Any, Any]()
        finished = as_completed()
        while True:
            room = 2 * sum(client.nthreads().values()) - len(running)
            for job in islice(waiting, max(room, 0 if running else 1)):
                future = client.submit(_numbered, function, 0, job, 1, pure=False)
                running[future] = job
                finished.add(future)
            if not running:
                return
            future = next(finished)
            job = running.pop(future)
            if future.status == "finished":
                _, result, error = future.result()
                yield Outcome(job, result, error)
            elif future.status == "error":
                yield Outcome(job, error=f"{type(future.exception()).__name__}: {future.exception()}")
            else:
                raise ConnectionError(f"{scheduler}: the scheduler is gone; finished runs are kept")


def reachable(scheduler: str) -> None:
    """Refuse an address at which nobody answers, before Dask waits for it, and a Dask that is not there; raises
    ConfigError."""
    if find_spec("distributed") is None:
        raise ConfigError("engine=dask: expected the extra dask; pip install 'county-urbanization[dask]'")
    try:
        place = urlsplit(scheduler)
        if place.scheme not in ("tcp", "tls"):
            raise ValueError(f"{place.scheme or 'no'} protocol")
        with socket.create_connection((place.hostname or "", place.port or 8786), timeout=QUICK):
            pass
    except (OSError, ValueError) as error:
        raise ConfigError(f"scheduler={scheduler}: {EXPECTED}; {error}") from None


def _client(scheduler: str) -> "Client":
    reachable(scheduler)
    from distributed import Client

    try:
        client = Client(scheduler, timeout=WAIT)
    except Exception as error:  # whatever something else than a scheduler answers
        raise ConfigError(f"scheduler={scheduler}: {EXPECTED}; {error}") from None
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        client.close()
        raise ConfigError(f"scheduler={scheduler}: expected workers, none has joined in {WAIT} s") from None
    return client
