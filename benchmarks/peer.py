"""The compiled model against the same rules in plain Mesa, in one run."""

import statistics
import time
from collections.abc import Callable

from benchmarks.peer_model import Peer
from benchmarks.report import spread, table, verdict
from sim.core import blocks
from sim.model import CountyUrbanization

ROUNDS = 5
GOALS = {1: 150, 2: 250}


def measure() -> None:
    """Resident-steps per second of plain Mesa and of the compiled model, year by year in turn."""
    CountyUrbanization(scale=1000, end=2021).run_until_end()
    peer = Peer(CountyUrbanization(scale=1000).world, every=2)
    runs = {"plain Mesa objects": (peer.step, lambda: len(peer.agents))}
    for threads in dict.fromkeys((1, blocks.cores())):
        model = CountyUrbanization(scale=100, threads=threads)
        runs[f"compiled, {threads} thread{'s' * (threads > 1)}"] = (model.step, lambda m=model: len(m.world.residents))
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (step, rows) in runs.items():
            rates[name].append(_year(step, rows))
    base = statistics.median(rates["plain Mesa objects"])
    head = ["", "residents", "million resident-steps / s", "least - most", "ratio of medians"]
    table(head, [
        [name, f"{runs[name][1]():,}", *spread([rate / 1e6 for rate in values]),
         f"{statistics.median(values) / base:.0f}"] for name, values in rates.items()])  # fmt: skip
    for threads, goal in GOALS.items():
        values = rates.get(f"compiled, {threads} thread{'s' * (threads > 1)}")
        if values:
            print(f"  {threads} thread{'s' * (threads > 1)}: "
                  + verdict(statistics.median(values) / base, goal, least=True))  # fmt: skip


def _year(step: Callable[[], None], rows: Callable[[], int]) -> float:
    """Return resident-steps per second of four quarters."""
    done, begun = 0, time.perf_counter()
    for _ in range(4):
        step()
        done += rows()
    return done / (time.perf_counter() - begun)
