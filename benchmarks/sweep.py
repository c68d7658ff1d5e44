"""What a sweep costs beside its simulations: time for each run, the share of the cores used, and memory."""

import os
import resource
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from joblib.externals.loky import get_reusable_executor

from benchmarks.report import table, verdict
from sim import archive
from sim.core import blocks
from sim.experiments import combinations, sweep
from sim.model import CountyUrbanization

RUNS = 1000
OVERHEAD, MINUTES, SHARE = 0.020, 4.0, 0.9
"""Goals: seconds beside the simulation for each run, minutes for all of them, share of the cores."""


def measure(runs: int = RUNS) -> None:
    """A thousand runs at scale 1000 to 2025 as one sweep: time, time beside the simulations, cores and memory."""
    cost, cores = _cost(runs), blocks.cores()
    minutes, share = cost.wall / 60, cost.processor / cost.wall / cores
    first, last = (statistics.median(part) / 2**20
                   for part in (cost.peaks[: cost.runs // 10], cost.peaks[-cost.runs // 10 :]))
    table([f"{cost.runs} runs, {cores} cores, load {cost.load:.1f} before", ""], [
        ["wall time, with comparing", f"{minutes:.2f} min"],
        ["processor time of a run, of which the simulation",
         f"{cost.processor / cost.runs:.3f} s, {cost.simulated / cost.runs:.3f} s"],
        ["beside the simulation, processor time", f"{1000 * cost.beside:.1f} ms"],
        ["share of the cores used", f"{share:.0%}"],
        ["share of the time in which a process for each core was at a run", f"{cost.busy / cost.wall / cores:.0%}"],
        ["memory of workers, first and last tenth of runs", f"{first:.0f} MiB, {last:.0f} MiB"],
        ["memory of the caller, after a tenth and at the end",
         f"{cost.memory[cost.runs // 10] / 2**20:.0f} MiB, {cost.memory[cost.runs] / 2**20:.0f} MiB"]])
    scaled = minutes * RUNS / cost.runs
    for value, goal, least in ((cost.beside, OVERHEAD, False), (scaled, MINUTES, False), (share, SHARE, True)):
        print("  " + verdict(value, goal, least))


class Cost(NamedTuple):
    """The cost of a sweep: its runs, seconds (wall, processor, of which simulated; busy: of all runs), the load
    before, the memory of workers by run and that of the caller by runs done, bytes."""

    runs: int
    wall: float
    processor: float
    simulated: float
    busy: float
    load: float
    peaks: list[int]
    memory: dict[int, int]

    @property
    def beside(self) -> float:
        """Processor time of a run that is not its simulation, seconds."""
        return (self.processor - self.simulated) / self.runs


def _cost(runs: int) -> Cost:
    asked = ["policy=land_led,service_led,industry_led,finance_led", "external=reference,low_fertility", "scale=1000",
             f"seeds={runs // 10}"]
    CountyUrbanization(scale=1000)  # the initial state is made once
    here, memory = Path.cwd(), {}
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            load, begun, used = os.getloadavg()[0], time.perf_counter(), _processor()
            variants = combinations.variants(asked)
            found = sweep.sweep(variants, lambda done, total, note: memory.setdefault(done, _resident()))
            wall = time.perf_counter() - begun
            get_reusable_executor().shutdown(wait=True)  # what workers used is known when they have ended
            processor = _processor() - used
            manifests = [archive.manifest(found.folder, run) for run in found.catalogue["run"]]
        finally:
            os.chdir(here)
    manifests.sort(key=lambda one: one["ended"])
    return Cost(len(manifests), wall, processor, sum(one["processor_seconds"] for one in manifests),
                sum(one["seconds"]["whole"] for one in manifests), load,
                [one["peak_memory_bytes"] for one in manifests], memory)


def _processor() -> float:
    """Return the processor time of this process and of those it started that have ended, in seconds."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(who)[:2]) for who in whose)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
