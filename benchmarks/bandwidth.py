"""How far the loop is from what memory alone would allow."""

import time

import numpy as np
from numba import njit

from benchmarks import loop
from benchmarks.report import table
from sim.core import blocks
from sim.state.residents import Residents

LENGTH = 1 << 25
ROUNDS = 10

READ = {
    "reclassification.reclassify": "place hukou homestead",
    "conditions.begin": "place origin",
    "demography.die": "uid birth",
    "demography.give_birth": "uid birth",
    "education.learn": "birth",
    "labour.separate": "uid birth place work employer",
    "migration.move": "uid birth place schooling",
    "migration.follow": "place origin household",
    "citizenization.convert": "uid household",
    "households.settle": "place origin household",
    "counting.count": "birth place hukou flags",
}
"""Columns that a process has to look at for everyone; what happens to few is left out."""


def measure() -> None:
    """A STREAM triad, and the seconds that the loop would take if it did nothing but read its columns."""
    rate = triad(blocks.cores())
    width = {column.name: np.dtype(column.dtype).itemsize for column in Residents.columns}
    per_row = sum(width[name] for columns in READ.values() for name in columns.split())
    rounds = [loop.run(blocks.cores()) for _ in range(3)]
    seconds, row_quarters, _ = min(rounds, key=lambda one: one[0])
    bound = per_row * row_quarters / rate
    table(["", "value"], [
        ["triad, GB/s", f"{rate / 1e9:.1f}"],
        ["bytes per row and quarter", str(per_row)],
        ["bound for the loop, s", f"{bound:.3f}"],
        ["loop, best of 3, s", f"{seconds:.3f}"],
        ["loop / bound", f"{seconds / bound:.1f}"]])


def triad(threads: int) -> float:
    """Return bytes per second of a[i] = b[i] + s c[i], 24 bytes counted for each element, best of several rounds."""
    a, b, c = np.zeros(LENGTH), np.ones(LENGTH), np.ones(LENGTH)
    best = np.inf
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        blocks.run(_triad, LENGTH, threads, a, b, c, 3.0)
        best = min(best, time.perf_counter() - begun)
    return 24 * LENGTH / best


@njit(nogil=True)
def _triad(start, stop, a, b, c, factor):
    for i in range(start, stop):
        a[i] = b[i] + factor * c[i]
