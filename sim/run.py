"""The main job: replicates of a configuration, each one run in a folder of its own, and their tables as one."""

import functools
import hashlib
import importlib.metadata
import pickle
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from joblib import cpu_count

from sim import archive, baseline, engine, initial
from sim.checks import check
from sim.compose import parameter_sets, reference_run
from sim.config import Config
from sim.config.fault import RunFailed
from sim.config.files import load_ensemble, load_parameters
from sim.core import memory, revision, store
from sim.core.described import packed
from sim.indicators import components, observation, turnover
from sim.indicators.totals import OBSERVATIONS
from sim.policy import pilots
from sim.processes import migration

if TYPE_CHECKING:
    from sim.model import CountyUrbanization

DECISIVE = (
    "core",
    "state",
    "agents",
    "initial",
    "policy",
    "processes",
    "indicators",
    "baseline",
    "config",
    "model.py",
    "targets.py",
)
"""Parts of the package that decide results; a change in any of them makes another run."""

BYTES_PER_ROW, BYTES_OF_PROCESS = 70, 400_000_000
"""Memory of a run for each row, measured with `python -m benchmarks full`, and of a process at a coarse scale with
`python -m benchmarks sweep`, rounded up."""

SECONDS_PER_YEAR, SECONDS_PER_ROW, WORTH_A_POOL = 0.08, 3e-7, 3.0
"""Time of a simulated year, and for each row more, at least; and work in all, in seconds, that is done here before
other processes have started, which takes each of them about two."""

MANY = 10_000
"""Runs of which even the names take seconds."""


Progress = Callable[[int, int, str], None]
"""A function that is told the number of runs done, of all runs, and the present activity."""


class Job(NamedTuple):
    """A run: its name, which is its identity, and its configuration.

    Runs that differ by the seed alone travel to other processes with one configuration, which is written and read once.
    """

    name: str
    config: Config

    def __reduce__(self) -> tuple[Callable, tuple]:
        return _arrived, (self.name, self.config.seed, _written(self.config))


_latest: tuple[Config, bytes] | None = None


def _written(config: Config) -> bytes:
    """Return a configuration as bytes, those of the last one where only the seed is another."""
    global _latest
    if (latest := _latest) is None or not _alike(config, latest[0]):
        latest = _latest = config, pickle.dumps(config)
    return latest[1]  # other threads may write as well


def _alike(one: Config, other: Config) -> bool:
    return type(one) is type(other) and all(
        getattr(one, name) is getattr(other, name) for name in type(one).model_fields if name != "seed")


def _arrived(name: str, seed: int, config: bytes) -> Job:
    return Job(name, _read(config).model_copy(update={"seed": seed}))


_read: Callable[[bytes], Config] = functools.lru_cache(maxsize=4)(pickle.loads)


def quiet(done: int, total: int, note: str) -> None:
    """Tell nobody how far it is."""


def run(config: Config, progress: Progress = quiet) -> Path:
    """Run every replicate that is not there yet; return the folder with the tables of all of them.

    Raises RunFailed after the others are done.
    """
    folder, data = Path("outputs") / config.name, baseline.load(config.data)
    if (count := config.seeds * config.parameter_sets) >= MANY:
        progress(0, count, "looking which runs are there")
    jobs = named(replicates(config, data), data)
    simulate(jobs, folder, data, progress)
    with store.locked(folder):
        gather(jobs, folder, data)
    failed = [record for name in jobs if (record := archive.failure(folder, name))]
    if failed:
        raise RunFailed(complaint(failed, folder))
    return folder


def complaint(failed: Sequence[Mapping[str, Any]], folder: Path) -> str:
    """Return in one line which runs failed, by their records (policy, external, seed, error), and why the first did."""
    first, more = failed[0], f", and {len(failed) - 1} more runs" if len(failed) > 1 else ""
    reason = first["error"].strip().rpartition("\n")[2]
    return f"{first['policy']}, {first['external']}, seed {first['seed']}: {reason}{more} (see {folder / 'failed'})"


def replicates(config: Config, data: baseline.Baseline) -> list[Config]:
    """Return every replicate of a configuration and, with `compare`, of the policy that it is compared with.

    Raises ConfigError for what only the data reveal (`sim.checks`).
    """
    check(config, data)
    asked = [config := pilots.settled(config, data, _simulated)]
    if config.compare not in (None, config.policy.name):
        asked.append(reference_run(config))
    return [one_set.model_copy(update={"seed": config.seed + k})
            for one in asked for one_set in parameter_sets(one) for k in range(config.seeds)]


def _simulated(config: Config) -> pd.DataFrame:
    from sim.model import simulated

    return simulated(config)


def named(configs: Iterable[Config], data: baseline.Baseline) -> dict[str, Config]:
    """Return the runs of configurations by identity; alike ones are one run."""
    return {identity(config, data.hash): config for config in configs}


def simulate(jobs: Mapping[str, Config], folder: Path, data: baseline.Baseline,
             progress: Progress = quiet) -> None:
    """Run the jobs that have no complete run in this folder or one beside it; each is kept as soon as it is done, or
    why it failed.

    Raises OSError where a run cannot be kept; runs kept before stay.
    """
    store.tidy(folder)
    missing = [Job(name, job) for name, job in jobs.items() if archive.manifest(folder, name) is None]
    beside = archive.kept_beside(folder) if missing else {}
    missing = [job for job in missing
               if not archive.adopt(folder, job.name, beside.get(job.name, ()), _configuration(job.config))]
    done, failed = len(jobs) - len(missing), 0
    for part in _parts(missing, data, functools.partial(progress, done, len(jobs))):
        largest = min((job for _, job in part), key=lambda job: job.scale)
        count = workers(largest, data, len(part))
        with closing(engine.execute(replicate, part, count, largest.scheduler)) as outcomes:
            for outcome in outcomes:
                name, job = outcome.job
                if outcome.error:
                    failed += 1
                    archive.record_failure(folder, name, {**keys(job, name), "error": outcome.error})
                else:
                    archive.keep(folder, name, outcome.result)
                done += 1
                progress(done, len(jobs), f"{failed} failed" if failed else "")


def _parts(missing: list[Job], data: baseline.Baseline, note: Callable[[str], None]) -> Iterator[list[Job]]:
    """Yield the jobs; first one alone where kernels are not compiled yet, so that workers find them compiled."""
    if missing and missing[0][1].scheduler is None:
        if not initial.cached(data, missing[0][1]):
            note("building the initial state, this once (about ten seconds)")
            initial.people(data, missing[0][1])
        if not compiled():
            note("compiling the model's kernels, this once (about half a minute)")
            yield missing[:1]
            missing = missing[1:]
    if missing:
        yield missing


def gather(jobs: Iterable[str], folder: Path, data: baseline.Baseline) -> dict[str, dict[str, Any]]:
    """Write the tables of complete runs, each as one file, and those of the data that reports need; return the
    manifests of these runs."""
    for name in ("counties", "prefectures", "neighbours"):
        store.write_table(folder / f"{name}.parquet", getattr(data, name))
    store.write_json(folder / "province.json", data.province.model_dump(mode="json"))
    manifests = archive.gather(folder, jobs)
    if manifests:
        store.write_json(folder / "record.json", archive.record(manifests))
    return manifests


def replicate(job: Job, threads: int) -> dict[str, bytes]:
    """Simulate one replicate; return the files of its folder, which whoever asked writes: a worker needs no disk in
    common with it.

    Raises RuntimeError where code or data here are not those that the run is named after.
    """
    name, config = job
    if identity(config, baseline.load(config.data).hash) != name:
        raise RuntimeError("the worker's code or data package is another one than that of the process that asked")
    from sim.model import CountyUrbanization  # whoever only asks need not import it

    memory.forget_peak()
    begun, used = time.perf_counter(), time.process_time()
    model = CountyUrbanization(config=config, rng=config.seed, threads=threads, collect=False)
    model.run_until_end()
    simulation, processor = time.perf_counter() - begun, time.process_time() - used
    described = {"indicators": packed(OBSERVATIONS), "decomposition": packed(components.DESCRIBED),
                 "turnover": packed(turnover.DESCRIBED)}
    own = keys(config, name)
    files = {f"{table}.parquet": store.parquet_bytes(content, own, described.get(table))
             for table, content in _tables(model).items() if len(content.columns)}
    facts = {**_facts(config, model), "files": archive.digests(files), "peak_memory_bytes": memory.peak(),
             "processor_seconds": round(processor, 3), "ended": round(time.time(), 1),
             "seconds": {"whole": round(time.perf_counter() - begun, 3), "simulation": round(simulation, 3),
                         **{process: round(spent, 4) for process, spent in model.seconds.items()}}}
    return {**files, "manifest.json": store.json_bytes(facts)}


def _tables(model: "CountyUrbanization") -> dict[str, pd.DataFrame]:
    return {"quarterly": observation.quarterly_table(model.world), "ledger": model.ledger.table(),
            **model.world.observed.yearly()}


def keys(config: Config, name: str) -> dict[str, str | int]:
    """Return the identifying columns of a run, `archive.KEYS`, which all its tables have."""
    values = (config.policy.name, config.external.name, changes(config), config.parameter_set, config.seed, name)
    return dict(zip(archive.KEYS, values, strict=True))


def _configuration(config: Config) -> dict[str, Any]:
    """Return the configuration as a manifest records it, without what it tells elsewhere or what decides nothing."""
    elsewhere = {"parameters", "data", "workers", "engine", "scheduler", "actuals", "boundaries", "figures"}
    return config.model_dump(mode="json", exclude=elsewhere)


def _facts(config: Config, model: "CountyUrbanization") -> dict[str, Any]:
    return {
        "config": _configuration(config),
        "parameters": {name: quantity.value for name, quantity in config.quantities.items()},
        "data": model.world.baseline.hash,
        "own_figures": model.world.figures.owned(),
        "code": code(),
        "commit": revision.commit(),
        "versions": _versions(),
        "python": platform.python_version(),
        "rows": len(model.world.residents),
    }


@functools.cache
def _versions() -> dict[str, str]:
    libraries = ("mesa", "numpy", "numba", "pandas", "pyarrow")
    return {name: importlib.metadata.version(name) for name in (revision.NAME, *libraries)}


def changes(config: Config) -> str:
    """Return which parameters differ from those of the run's set, or `default`."""
    own = _set(config.parameter_set)
    named = [f"{name}={q.value:g}" for name, q in config.quantities.items() if q.value != own[name]]
    return ", ".join(named) or "default"


@functools.cache
def _set(parameter_set: int) -> Mapping[str, float]:
    """Return the parameters of a set of the ensemble; 0 are the shipped ones."""
    own = {name: q.value for name, q in load_parameters().quantities.items()}
    return own | (load_ensemble()[parameter_set] if parameter_set else {})


def identity(config: Config, data: str) -> str:
    """Return the name of a run's folder: a hash of its configuration, the data and the code that decides results."""
    return hashlib.sha256(f"{config.fingerprint()} {data} {code()}".encode()).hexdigest()[:16]


@functools.cache
def code() -> str:
    """Return a hash of the source files that decide results."""
    package = Path(__file__).parent
    files = sorted(file for part in DECISIVE for file in ([package / part] if part.endswith(".py")
                                                          else (package / part).rglob("*.py")))
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


def workers(config: Config, data: baseline.Baseline, runs: int | None = None) -> int:
    """Return the number of processes that fit the cores and half of the free memory; one where `runs`, if given, would
    be done before more had started."""
    rows = data.census_2020["resident_population"].sum() * 1.2 / config.scale
    fit = max(1, int(memory.free() / 2 / (BYTES_OF_PROCESS + rows * BYTES_PER_ROW)))
    if config.workers is None and runs is not None:
        years = config.end - config.start + 1
        if runs * years * (SECONDS_PER_YEAR + rows * SECONDS_PER_ROW) < WORTH_A_POOL:
            return 1
    return min(config.workers or cpu_count(), fit)
