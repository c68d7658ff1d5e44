"""What looking for candidates costs: passes over residents in which a draw is held against a bound first."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from unittest import mock

from benchmarks.report import table
from sim.core import blocks
from sim.model import CountyUrbanization
from sim.processes import citizenization, demography, migration, purchase

ROUNDS, QUARTERS = 5, 8
PASSES = {"deaths": (demography._die, -1), "births": (demography._give_birth, -1), "moves": (migration._move, -3),
          "purchases": (purchase.buy, -3), "conversions": (citizenization._convert, -5)}
"""Each pass, and where its bound stands among its arguments."""


def measure() -> None:
    """Passes with their bounds and with such that nobody is below: the most that a calendar of candidates spares."""
    for scale in (1000, 100):
        as_it_is, idle = zip(*((_run(scale, False), _run(scale, True)) for _ in range(ROUNDS)), strict=True)
        rows = [[name, *(f"{_least(runs, name):.2f}" for runs in (as_it_is, idle))] for name in (*PASSES, "loop")]
        table([f"one row for {scale:,} people, 1 thread, ms a quarter", "as it is", "nobody below the bound"], rows)
        loop = _least(as_it_is, "loop")
        spared = sum(_least(idle, name) for name in PASSES)
        print(f"  if nobody had to be looked at, the loop would be {loop / (loop - spared):.2f} times as fast\n")


def _least(runs: Sequence[dict[str, float]], name: str) -> float:
    return 1e3 * min(seconds[name] for seconds in runs) / QUARTERS


def _run(scale: int, nobody: bool) -> dict[str, float]:
    """Return seconds of some quarters on one thread, and of each pass among them."""
    seconds: dict[str, float] = defaultdict(float)
    known = {kernel: (name, at) for name, (kernel, at) in PASSES.items()}
    plain = blocks.run

    def timed(kernel: Callable, size: int, threads: int, *arguments: object) -> list:
        name, at = known.get(kernel, ("others", None))
        given = [*arguments]
        if nobody and at is not None:
            given[at] = given[at] * 0
        begun = time.perf_counter()
        results = plain(kernel, size, threads, *given)
        seconds[name] += time.perf_counter() - begun
        return results

    model = CountyUrbanization(scale=scale, threads=1, rng=1)
    model.step()  # the first quarter makes what lasts
    with mock.patch.object(blocks, "run", timed):
        begun = time.perf_counter()
        for _ in range(QUARTERS):
            model.step()
        seconds["loop"] = time.perf_counter() - begun
    return seconds
