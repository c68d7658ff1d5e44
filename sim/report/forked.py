"""Work on the results of a run in other processes while this one does something else."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from sim.core import blocks, parent
from sim.report.tables.results import Results

MOST = 8
"""Most processes: all are started, whether there is work for them or not."""


class Submit(Protocol):
    """Has a function of the results, and of what else is given, called elsewhere."""

    def __call__[T, **P](self, work: "Callable[..., T]", *given: object) -> "Future[T]":
        """Return what will be the function's result."""
        ...


@contextmanager
def beside(results: Results) -> Iterator[Submit]:
    """Give what has work done in other processes, forked from this one: they have the tables that were read and what
    was imported. At the end all of it is done; what fails there is raised here, and after a fault nothing is begun."""
    pool = ProcessPoolExecutor(min(blocks.cores(), MOST), multiprocessing.get_context("fork"), _take, (results,))
    futures: list[Future] = []

    def submit(work, *given):
        futures.append(pool.submit(_call, work, *given))
        return futures[-1]

    try:
        yield submit
        for future in futures:
            future.result()
    finally:
        pool.shutdown(cancel_futures=True)


_taken: Results


def _take(results: Results) -> None:
    """Keep what this process works on; whoever forked it is told of an interruption and stops it."""
    global _taken
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent.end_with_it()
    gc.freeze()  # what was there before need not be looked through for what is over
    _taken = results


def _call(work, *given):
    return work(_taken, *given)
