"""What a sweep costs beside its simulations: time for each run, the share of the cores used, and memory."""

import os
import resource
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import table, verdict
from sim import archive, engine
from sim.core import blocks
from sim.experiments import sweep
from sim.model import CountyUrbanization

RUNS = int(os.environ.get("COUNTY_BENCHMARK_RUNS", "1000"))
OVERHEAD, MINUTES, SHARE = 0.020, 4.0, 0.9
"""Goals: seconds beside the simulation for each run, minutes for 1,000 runs, share of the cores."""


def measure() -> None:
    """A thousand runs at scale 1000 to 2025 as one sweep: time, overhead, share of the cores and memory."""
    policies = "land_led,service_led,industry_led,finance_led"
    per_case = max(1, RUNS // 10)  # four policies and the one compared with, under two external conditions
    asked = [f"policy={policies}", "external=reference,low_fertility", "scale=1000", f"seeds={per_case}"]
    count, here = blocks.cores(), Path.cwd()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            begun, used = time.perf_counter(), _used()
            planned = sweep.plan(sweep.variants(sweep.given(asked)))
            prepared = time.perf_counter() - begun
            CountyUrbanization(config=next(iter(planned.runs.values())))  # the first world is made once
            warm, pool = time.perf_counter(), _warm(planned, count)
            begun, used = begun + time.perf_counter() - warm, used + pool
            load, watch = os.getloadavg()[0], Watch()
            found = sweep.sweep(sweep.variants(sweep.given(asked)))
            wall, spent = time.perf_counter() - begun, _used() - used
            half = watch.stop()
            seconds = [archive.manifest(found.folder, run)["seconds"] for run in found.catalogue["run"]]
        finally:
            os.chdir(here)
    runs, alone = len(seconds), sum(one["simulation"] for one in seconds)
    return runs, prepared, wall, spent, alone, load, half, count


class Watch:
    """Looks at the memory of this process and its workers."""
