"""The compiled model against the resident rules in plain Mesa, in one run.

The compiled model does more: it also buys and builds homes, keeps stocks and books, and observes.
"""

import statistics
import time
from collections.abc import Callable

from benchmarks.peer_model import Peer
from benchmarks.report import spread, table, verdict
from sim.core import blocks
from sim.model import CountyUrbanization

ROUNDS = 5
PEER = "plain Mesa"
GOALS = {"compiled, 1 thread": 150, "compiled, 2 threads": 250}


def measure() -> None:
    """Resident-steps per second of plain Mesa and of the compiled model, year by year in turn."""
    CountyUrbanization(scale=100, end=2021).run_until_end()
    peer = Peer(CountyUrbanization(scale=1000).world)
    models = {f"compiled, {threads} thread{'s' * (threads > 1)}": CountyUrbanization(scale=100, threads=threads)
              for threads in dict.fromkeys((1, blocks.cores()))}
    runs: dict[str, tuple[Callable, Callable, Callable]] = {
        PEER: (peer.step, lambda: len(peer.agents), peer.events),
        **{name: (model.step, lambda m=model: len(m.world.residents), lambda m=model: events(m))
           for name, model in models.items()}}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    happened: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, (step, rows, counts) in runs.items():
            rates[name].append(_year(step, rows))
            last = [1000 * count / rows() for count in counts()]
            happened[name] = [a + b / ROUNDS for a, b in zip(happened.get(name, [0.0] * 5), last, strict=True)]
    _print({name: rows() for name, (_, rows, _) in runs.items()}, rates, happened)


def _print(rows: dict[str, int], rates: dict[str, list[float]], happened: dict[str, list[float]]) -> None:
    base = statistics.median(rates[PEER])
    table(["", "residents", "million resident-steps / s", "least - most", "ratio of medians"], [
        [name, f"{rows[name]:,}", *spread([rate / 1e6 for rate in values]), f"{statistics.median(values) / base:.0f}"]
        for name, values in rates.items()])
    print("\n  The same things happen, per 1,000 residents and year:")
    table(["", "births", "deaths", "moves", "conversions", "hires of a quarter"],
          [[name, *(f"{value:.1f}" for value in values)] for name, values in happened.items()])
    for name, goal in GOALS.items():
        if name in rates:
            print(f"  {name}: " + verdict(statistics.median(rates[name]) / base, goal, least=True))


def events(model: CountyUrbanization) -> list[int]:
    """Return births, deaths, moves within, out of and back into the counties and conversions of the year, and hires of
    the last quarter.
    """
    flows = model.world.flows
    return [flows.births.sum(), flows.deaths.sum(), flows.moves.sum() - flows.newcomers, flows.conversions.sum(),
            model.world.labour.hires.sum()]


def _year(step: Callable[[], None], rows: Callable[[], int]) -> float:
    """Return resident-steps per second of four quarters."""
    done, begun = 0, time.perf_counter()
    for _ in range(4):
        step()
        done += rows()
    return done / (time.perf_counter() - begun)
