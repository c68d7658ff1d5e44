"""Whole processes: wall time and peak memory as a user meets them."""

import atexit
import functools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import spread, table, verdict
from sim.core import blocks

ROOT = Path(__file__).parents[1]
GIB = 1 << 30


def run() -> dict[str, float]:
    """The default job at one row for 1,000 people as a command, county run scale=1000, seconds."""
    return _spent(["-m", "sim", "run", "scale=1000"])


def report() -> dict[str, float]:
    """Summaries, figures and report of the default job from its files, county report run, seconds."""
    return _spent(["-m", "sim", "report", "run"], folder=_default_job())


def swept() -> dict[str, float]:
    """A sweep at one row for 1,000 people as a command, two policies under two conditions: seconds; for each run, all
    processes together, also what it takes beside its simulation."""
    asked = ["policy=land_led,service_led", "external=reference,low_fertility", "scale=1000", "seeds=20"]
    with tempfile.TemporaryDirectory() as folder:
        spent = _spent(["-m", "sim", "sweep", *asked], folder=folder)
        runs = [json.loads(path.read_bytes()) for path in Path(folder).glob("outputs/*/runs/*/manifest.json")]
    simulated = sum(run["processor_seconds"] for run in runs)
    return {"whole process": spent["whole process"], "a run's simulation": simulated / len(runs),
            "a run's processor time beside it": (spent["processor time"] - simulated) / len(runs)}


def listed() -> dict[str, float]:
    """A command that simulates nothing, county list externals, seconds."""
    return {"whole process": _seconds(["-m", "sim", "list", "externals"])}


@functools.cache
def _default_job() -> str:
    """Return a folder in which the default job has run; it goes with this process."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    _seconds(["-m", "sim", "run", "scale=1000"], folder=folder)
    return folder


def everyone() -> dict[str, float]:
    """One row per person, 20 quarters from the initial state in the cache, all cores; seconds and GiB."""
    run = _measured({}, scale=1)
    return {"loop, s": run["loop"], "peak of memory, GiB": run["peak"] / GIB}


def process() -> None:
    """One replicate of the default run as a command, compiled code and initial state in the cache."""
    command = ["-m", "sim", "run", "seeds=1", "name=bench"]
    _seconds(command)
    _print([_seconds(command) for _ in range(5)], goal=4)


def first() -> None:
    """The same command for the first time ever: nothing compiled, no initial state."""
    with tempfile.TemporaryDirectory() as empty:
        caches = {"COUNTY_CACHE": f"{empty}/worlds", "NUMBA_CACHE_DIR": f"{empty}/compiled"}
        _print([_seconds(["-m", "sim", "run", "seeds=1", "name=bench"], caches)], goal=90)


def writing() -> None:
    """Summaries, figures and report of the default job from its files: county report run."""
    with tempfile.TemporaryDirectory() as folder:
        _seconds(["-m", "sim", "run"], folder=folder)
        _print([_seconds(["-m", "sim", "report", "run"], folder=folder) for _ in range(5)], goal=10)
        rows = []
        for _ in range(5):
            done = subprocess.run([sys.executable, "-c", PARTS], cwd=folder, check=True, text=True, capture_output=True,
                                  env=_environment())
            rows.append(json.loads(done.stdout))
    table(["", "median, s", "least - most"], [[name, *spread([row[name] for row in rows], ".2f")] for name in rows[0]])


PARTS = """
import json, time
begun = time.perf_counter()
from sim.report.charts import pictures
from sim.report.pages import page
from sim.report.tables import summary
from sim.report.tables.results import Results, find
seconds = {"imports": time.perf_counter() - begun}
results = Results(find("run"))
for name, write in (("tables", summary.write), ("figures", pictures.draw), ("report", page.write)):
    begun = time.perf_counter()
    write(results)
    seconds[name] = time.perf_counter() - begun
print(json.dumps(seconds))
"""
"""Writes the results of a run part by part; what several parts read is counted with the first of them."""


def listing() -> None:
    """A command that simulates nothing: county list externals."""
    command = ["-m", "sim", "list", "externals"]
    _seconds(command)
    _print([_seconds(command) for _ in range(5)], goal=1)


def full() -> None:
    """One row per person, 20 quarters: initial state built, then the run from the cache."""
    with tempfile.TemporaryDirectory() as empty:
        made = {"COUNTY_CACHE": f"{empty}/worlds"}
        runs = {"initial state built": _measured(made, scale=1, steps=0), "20 quarters": _measured(made, scale=1)}
    table(["", "rows", "build or load, s", "loop, s", "whole process, s", "peak, GiB"], [
        [name, f"{run['rows']:,}", f"{run['build']:.1f}", f"{run['loop']:.1f}", f"{run['wall']:.1f}",
         f"{run['peak'] / GIB:.2f}"] for name, run in runs.items()])
    print(f"  {blocks.cores()} threads; loop {verdict(runs['20 quarters']['loop'], 160)}")
    print(f"  peak of the run {verdict(runs['20 quarters']['peak'] / GIB, 6)}")


def _measured(environment: dict[str, str], **arguments: int) -> dict[str, float]:
    """Return what a process of its own measured of a model, and its wall time."""
    options = [f"{name}={value}" for name, value in arguments.items()]
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "benchmarks.single", *options], cwd=ROOT, check=True, text=True,
                          stdout=subprocess.PIPE, env={**os.environ, **environment})
    return {**json.loads(done.stdout.splitlines()[-1]), "wall": time.perf_counter() - begun}


def _seconds(command: list[str], environment: dict[str, str] | None = None, folder: str | None = None) -> float:
    """Return the wall time of a Python command that runs in a folder, or in an empty one."""
    with tempfile.TemporaryDirectory() as empty:
        begun = time.perf_counter()
        subprocess.run([sys.executable, *command], cwd=folder or empty, check=True, capture_output=True,
                       env={**_environment(), **(environment or {})})
        return time.perf_counter() - begun


def _spent(command: list[str], folder: str | None = None) -> dict[str, float]:
    """Return wall time and processor time of a Python command and of the processes that it started."""
    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    return {"whole process": _seconds(command, folder=folder),
            "processor time": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before}


def _environment() -> dict[str, str]:
    """Return the environment in which a process finds this package from anywhere."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}


def _print(seconds: list[float], goal: float) -> None:
    middle, least_and_most = spread(seconds, ".2f")
    several = f" median of {len(seconds)} rounds ({least_and_most})" if len(seconds) > 1 else ""
    print(f"  {middle} s{several}; {verdict(statistics.median(seconds), goal)}")
