"""The loop of the default run, process by process."""

import statistics
import time

from benchmarks.report import spread, table, verdict
from sim.core import blocks
from sim.model import CountyUrbanization

ROUNDS = 5
SCALE, COARSE = 100, 1000
GOAL_SECONDS = 1.2


def run(threads: int, scale: int = SCALE) -> tuple[float, int, dict[str, float]]:
    """Return seconds of the loop, row-quarters and seconds by process of one default run."""
    model = CountyUrbanization(scale=scale, threads=threads)
    begun = time.perf_counter()
    row_quarters = 0
    while model.running:
        model.step()
        row_quarters += len(model.world.residents)
    seconds = time.perf_counter() - begun
    processes = {name: value for name, value in model.seconds.items() if name != "initial_state"}
    return seconds, row_quarters, processes


def coarse() -> dict[str, float]:
    """The loop of 20 quarters, one row for 1,000 people, seconds."""
    return {"1 thread": run(1, COARSE)[0]}


def default() -> dict[str, float]:
    """The loop of 20 quarters, one row for 100 people, seconds."""
    return {f"{threads} thread{'s' * (threads > 1)}": run(threads)[0] for threads in dict.fromkeys((1, blocks.cores()))}


def measure() -> None:
    """The loop of 20 quarters, one row for 100 people, compiled code in the cache."""
    run(blocks.cores())
    for threads in dict.fromkeys((1, blocks.cores())):
        rounds = sorted((run(threads) for _ in range(ROUNDS)), key=lambda one: one[0])
        seconds, row_quarters, processes = rounds[len(rounds) // 2]
        processes["counting and the rest"] = seconds - sum(processes.values())
        rows = [[name, f"{value:.3f}", f"{value / row_quarters * 1e9:.1f}"] for name, value in processes.items()]
        rows.append(["whole loop", f"{seconds:.3f}", f"{seconds / row_quarters * 1e9:.1f}"])
        table([f"{threads} thread{'s' * (threads > 1)}", "seconds", "ns per row and quarter"], rows)
        middle, least_and_most = spread([one[0] for one in rounds])
        print(f"  median of {ROUNDS} rounds {middle} s ({least_and_most})\n")
    print("  " + verdict(statistics.median(one[0] for one in rounds), GOAL_SECONDS))
