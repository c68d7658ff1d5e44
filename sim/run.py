"""The main job: replicates of a configuration, each one run in a folder of its own, and their tables as one."""

import functools
import hashlib
import importlib.metadata
import json
import platform
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sim import baseline, engine, initial
from sim.compose import baseline as baseline_of
from sim.compose import members
from sim.config import Config, ConfigError
from sim.config.fault import suggestion
from sim.config.files import load_ensemble, load_parameters
from sim.core import blocks, store
from sim.indicators import observation
from sim.indicators.totals import OBSERVATIONS
from sim.model import CountyUrbanization, simulated
from sim.policy import pilots
from sim.policy.plan import layers
from sim.processes import migration

TABLES = ("indicators", "quarterly", "flows", "decomposition", "ledger", "doses", "costs", "evaluation")
DECISIVE = (
    "core",
    "agents",
    "initial",
    "policy",
    "processes",
    "indicators",
    "baseline",
    "config",
    "world.py",
    "rates.py",
    "model.py",
)
"""Parts of the package that decide results; a change in any of them makes another run."""

BYTES_PER_ROW = 70
"""Memory of a run for each row, measured with `python -m benchmarks full`, rounded up."""


class RunFailed(RuntimeError):
    """Some replicates ended in an error; the message names the first, the others are kept."""


Progress = Callable[[int, int, str], None]
"""Is told runs done, runs in all and what is going on."""


def quiet(done: int, total: int, note: str) -> None:
    """Tell nobody how far it is."""


def run(config: Config, progress: Progress = quiet) -> Path:
    """Run every replicate that is not there yet; return the folder with the tables of all of them.

    Raises RunFailed after the others are done.
    """
    folder, data = Path("outputs") / config.name, baseline.load(config.data)
    simulate(replicates(config, data), folder, data, progress)
    return folder


def replicates(config: Config, data: baseline.Baseline) -> list[Config]:
    """Return every replicate of a configuration and, with `compare`, of the policy that it is compared with.

    Raises ConfigError for what only the data know to be wrong.
    """
    check(config, data)
    asked = [config := pilots.settled(config, data, simulated)]
    if config.compare and config.policy.name != baseline_of(config).policy.name:
        asked.append(baseline_of(config))
    return [member.model_copy(update={"seed": config.seed + k})
            for one in asked for member in members(one) for k in range(config.seeds)]  # fmt: skip


def simulate(jobs: Sequence[Config], folder: Path, data: baseline.Baseline, progress: Progress = quiet) -> list[str]:
    """Run the jobs that have no complete run in a folder yet, and write the tables of all of them; return the names of
    their runs.

    Raises RunFailed after the others are done.
    """
    config = jobs[0]
    names = [identity(job, data.hash) for job in jobs]
    runs = (folder / "runs").resolve()  # workers outlive a run and keep the directory that they began in
    targets = [(job, runs / name) for job, name in zip(jobs, names, strict=True)]
    missing = [(job, target) for job, target in targets if not (target / "manifest.json").exists()]
    done = len(jobs) - len(missing)
    first: list[tuple[Config, Path]] = []  # what is made once is made alone, so that workers find it
    if missing and not initial.cached(data, config):
        progress(done, len(jobs), "building the first world, this once")
        initial.people(data, config)
    if missing and not compiled():
        first, missing = missing[:1], missing[1:]
        progress(done, len(jobs), "compiling the model's kernels, this once (about half a minute)")
    failures = []
    shutil.rmtree(folder / "failed", ignore_errors=True)
    for part in (first, missing):
        for outcome in engine.execute(_replicate, part, workers(config, data)):
            done += 1
            progress(done, len(jobs), "")
            if outcome.error:
                failures.append(outcome)
                failed = outcome.job[0]
                store.write_json(folder / "failed" / f"{outcome.job[1].name}.json", {
                    "policy": failed.policy.name, "external": failed.external.name,
                    "member": failed.member, "seed": failed.seed, "error": outcome.error})  # fmt: skip
    gather(folder, names)
    for name in ("counties", "prefectures", "neighbours"):
        store.write_table(folder / f"{name}.parquet", getattr(data, name))
    if failures:
        seeds = ", ".join(dict.fromkeys(str(outcome.job[0].seed) for outcome in failures))
        raise RunFailed(f"seed {seeds}: {failures[0].reason} (see {folder / 'failed'})")
    return names


def check(config: Config, data: baseline.Baseline) -> None:
    """Refuse what only the data and the observations know to be wrong, before anything is written.

    Raises ConfigError for an unknown county or prefecture of the policy or an unknown indicator of the evaluation.
    """
    layers(config.policy, data)
    for name in config.evaluation.weights:
        if name not in OBSERVATIONS:
            raise ConfigError(f"evaluation.weights.{name}: unknown indicator; {suggestion(name, OBSERVATIONS)}")


def _replicate(job: tuple[Config, Path], threads: int) -> None:
    """Simulate one replicate and write its folder, whole or not at all."""
    config, target = job
    begun = time.perf_counter()
    model = CountyUrbanization(config=config, rng=config.seed, threads=threads)
    model.run_until_end()
    tables = {
        "indicators": model.indicators(),
        "quarterly": observation.quarterly_table(model.world),
        "flows": pd.concat(model.world.observed["flows"], ignore_index=True),
        "ledger": model.ledger.table(),
        **{name: pd.concat(model.world.observed.get(name) or [pd.DataFrame()], ignore_index=True)
           for name in ("decomposition", "doses", "costs", "evaluation")},
    }
    keys = {"policy": config.policy.name, "external": config.external.name, "parameters": changes(config),
            "member": config.member, "seed": config.seed, "run": target.name}  # fmt: skip
    with store.folder(target) as aside:
        for name, table in tables.items():
            store.write_table(aside / f"{name}.parquet", table.assign(**keys))
        store.write_json(aside / "manifest.json", _manifest(config, model, time.perf_counter() - begun))


def _manifest(config: Config, model: CountyUrbanization, seconds: float) -> dict:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    elsewhere = {"parameters", "data", "workers", "actuals", "boundaries"}
    return {
        "config": json.loads(config.model_dump_json(exclude=elsewhere)),
        "parameters": {name: quantity.value for name, quantity in config.quantities.items()},
        "data": model.world.baseline.hash,
        "code": code(),
        "versions": {
            name: importlib.metadata.version(name) for name in ("mesa", "numpy", "numba", "pandas", "pyarrow")
        },
        "python": platform.python_version(),
        "rows": len(model.world.residents),
        "seconds": {"whole": round(seconds, 3), **{k: round(v, 4) for k, v in model.seconds.items()}},
        "peak_memory_bytes": peak,
    }


def changes(config: Config) -> str:
    """Return which parameters differ from those of the run's set, or `default`."""
    own = {name: q.value for name, q in load_parameters().quantities.items()}
    own |= load_ensemble()[config.member] if config.member else {}
    named = [f"{name}={q.value:g}" for name, q in config.quantities.items() if q.value != own[name]]
    return ", ".join(named) or "default"


def gather(folder: Path, names: list[str]) -> None:
    """Write each table of the complete runs named as one file."""
    complete = [name for name in names if (folder / "runs" / name / "manifest.json").exists()]
    for table in TABLES:
        parts = [pd.read_parquet(folder / "runs" / name / f"{table}.parquet") for name in complete]
        if parts:
            store.write_table(folder / f"{table}.parquet", pd.concat(parts, ignore_index=True))


def identity(config: Config, data: str) -> str:
    """Return the name of a run's folder: a hash of its configuration, the data and the code that decides results."""
    return hashlib.sha256(f"{config.fingerprint()} {data} {code()}".encode()).hexdigest()[:16]


@functools.cache
def code() -> str:
    """Return a hash of the source files that decide results."""
    package = Path(__file__).parent
    files = sorted(file for part in DECISIVE for file in ([package / part] if part.endswith(".py")
                                                          else (package / part).rglob("*.py")))  # fmt: skip
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(package).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def compiled() -> bool:
    """Return whether the compiler's cache holds the kernels already."""
    stats = getattr(migration._move, "stats", None)
    if stats is None:  # the compiler is switched off
        return True
    folder = stats.cache_path
    return folder is not None and any(Path(folder).glob("migration._move*.nbi"))


def workers(config: Config, data: baseline.Baseline) -> int:
    """Return how many processes fit the cores and a memory budget of half of what is free."""
    rows = data.census_2020["resident_population"].sum() * 1.2 / config.scale
    return max(1, min(config.workers or blocks.cores(), int(_free_memory() / 2 / (rows * BYTES_PER_ROW))))


def _free_memory() -> float:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 8e9
