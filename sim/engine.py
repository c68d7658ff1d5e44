"""Many jobs at once: processes of this machine, a Dask cluster, or the process at hand for little.

Jobs go out a few at a time and outcomes come back as they are done, so that memory does not grow with their number.
"""

import functools
import gc
import multiprocessing
import socket
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import cloudpickle
from joblib import cpu_count

from sim.config import Config, ConfigError
from sim.core import blocks, copies, memory

if TYPE_CHECKING:
    from distributed import Client

    from sim.baseline import Baseline

MODEL = "sim.run"
"""What processes have imported before they are given jobs."""

QUICK, WAIT = 2, 15
"""Seconds in which the address of a Dask scheduler has to answer; and the scheduler itself, with its first worker."""
EXPECTED = "expected the address of a Dask scheduler that runs, as tcp://host:8786"

BYTES_PER_ROW, BYTES_OF_PROCESS = 70, 400_000_000
"""Memory of a run for each row, measured with `python -m benchmarks full`, and of a process at a coarse scale with
`python -m benchmarks sweep`, rounded up."""

SECONDS_PER_YEAR, SECONDS_PER_ROW, WORTH_A_POOL = 0.08, 3e-7, 3.0
"""Time of a simulated year, and for each row more, at least; and work in all, in seconds, that is done here before
other processes have started, which takes each of them about two."""

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


def workers(config: Config, data: "Baseline", runs: int | None = None) -> int:
    """Return the number of processes that fit the cores and half of the free memory; one where `runs`, if given, would
    be done before more had started."""
    rows = data.census_2020["resident_population"].sum() * 1.2 / config.scale
    fit = max(1, int(memory.free() / 2 / (BYTES_OF_PROCESS + rows * BYTES_PER_ROW)))
    if config.workers is None and runs is not None and _seconds(config, runs, rows) < WORTH_A_POOL:
        return 1
    return min(config.workers or cpu_count(), fit)


def _seconds(config: Config, runs: int, rows: float) -> float:
    return runs * (config.end - config.start + 1) * (SECONDS_PER_YEAR + rows * SECONDS_PER_ROW)


def prepare(config: Config, runs: int | None = None) -> None:
    """Have a process import the model already, for as many runs as are worth several at any scale; without a number it
    is taken that they are."""
    several = config.scheduler is None and config.workers != 1 and blocks.cores() > 1
    if several and (runs is None or _seconds(config, runs, 0) >= WORTH_A_POOL):
        copies.prepare(MODEL)


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
    count = 1 if _is_worker() else min(workers or cpu_count(), len(jobs))  # no pools in pools
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
    if _is_worker():
        gc.collect()
        _leave_out_imports()
    elif seconds > LONG:
        gc.collect()


def _is_worker() -> bool:
    return copies.inside() or multiprocessing.parent_process() is not None


@functools.cache
def _leave_out_imports() -> None:
    gc.freeze()


def _in_processes(function: Callable, jobs: Sequence, count: int, threads: int) -> Iterator[Outcome]:
    """Run jobs in processes of this machine.

    The job of a process that is killed is run again after all others, with none beside it, and has failed if it is
    killed again.
    """
    killed = list[Any]()
    yield from _shared_out(function, jobs, count, threads, killed)
    for job in killed:
        again = list[Any]()
        yield from _shared_out(function, [job], 1, threads, again)
        if again:
            yield Outcome(job, error="its process was killed twice with no other beside it; is there enough memory?")


def _shared_out(function: Callable, jobs: Sequence, count: int, threads: int, killed: list[Any]) -> Iterator[Outcome]:
    """Yield outcomes as processes have them, and list the jobs whose process is killed."""
    waiting, busy = deque(jobs), dict[Connection, Any]()
    with copies.source(MODEL) as source:

        def give(worker: Connection) -> None:
            if waiting:
                busy[worker] = waiting.popleft()
                with suppress(OSError):  # it is at its end, as will be seen below
                    worker.send_bytes(cloudpickle.dumps(busy[worker]))
            else:
                worker.close()

        for _ in range(count):
            give(source.copy(functools.partial(_answer, function, threads)))
        while busy:
            ready = wait(list(busy))
            for worker in [one for one in busy if one in ready]:
                job = busy.pop(worker)
                try:
                    answer = worker.recv_bytes()
                except (EOFError, OSError):
                    worker.close()
                    killed.append(job)
                    if waiting:
                        give(source.copy(functools.partial(_answer, function, threads)))
                    continue
                give(worker)
                result, error = cloudpickle.loads(answer)
                yield Outcome(job, result, error)


def _answer(function: Callable, threads: int, message: bytes) -> bytes:
    """Run the job of a message; return its result and error."""
    outcome = _attempt(lambda job, threads: cloudpickle.dumps((function(cloudpickle.loads(job), threads), "")),
                       message, threads)
    return cloudpickle.dumps((None, outcome.error)) if outcome.error else outcome.result


def _told(function: Callable, job: Any, threads: int) -> tuple[Any, str]:
    """Run a job and return its result and error: the job itself need not travel back."""
    outcome = _attempt(function, job, threads)
    return outcome.result, outcome.error


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
                future = client.submit(_told, function, job, 1, pure=False)
                running[future] = job
                finished.add(future)
            if not running:
                return
            future = next(finished)
            job = running.pop(future)
            if future.status == "finished":
                result, error = future.result()
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
