"""Work over rows in fixed blocks, shared between threads.

A kernel is a compiled function `kernel(start, stop, ...)` that releases the interpreter lock and touches
only its own rows. The cuts between two calls fall on block boundaries, results come back in row order, and
sums are of integers, so that nothing depends on the number of threads.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import pairwise

BLOCK = 32_768
"""Rows of one block."""

SERIAL = 100_000
"""Below this many rows a second thread costs more than it brings."""


def cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run[T](kernel: Callable[..., T], size: int, threads: int, *arguments: object) -> list[T]:
    """Call `kernel(start, stop, *arguments)` over all rows; return the results of the calls in row order."""
    if threads == 1 or size < SERIAL:
        return [kernel(0, size, *arguments)]
    blocks = -(-size // BLOCK)
    pieces = min(blocks, 4 * threads)
    return _shared(kernel, [min(size, BLOCK * (blocks * k // pieces)) for k in range(pieces + 1)], threads, arguments)


def over(kernel: Callable[..., object], count: int, threads: int, *arguments: object) -> None:
    """Call `kernel(start, stop, *arguments)` over `count` items that do not touch each other's results."""
    if threads == 1 or count < 2:
        kernel(0, count, *arguments)
        return
    pieces = min(count, 8 * threads)
    _shared(kernel, [count * k // pieces for k in range(pieces + 1)], threads, arguments)


def _shared[T](kernel: Callable[..., T], cuts: Sequence[int], threads: int, arguments: tuple[object, ...]) -> list[T]:
    """Call a kernel for the spans between cuts, each taken by whichever thread is free, this one among them: to hand
    each over to another and be told of its end would take as long as a short kernel."""
    results: dict[int, T] = {}
    spans = iter([*enumerate(pairwise(cuts))])

    def work() -> None:
        for k, span in spans:
            results[k] = kernel(*span, *arguments)

    others = [_pool(threads, os.getpid()).submit(work) for _ in range(min(threads, len(cuts) - 1) - 1)]
    try:
        work()
    finally:
        list(spans)  # after a fault nothing more is begun
        begun = [other for other in others if not other.cancel()]  # the pool may be at another model's work
        wait(begun)
    for other in begun:
        other.result()
    return [results[k] for k in range(len(cuts) - 1)]


@cache
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads - 1, thread_name_prefix="blocks")
