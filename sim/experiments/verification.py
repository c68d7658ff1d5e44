"""Whether kept results are what they say: every file against its digest, and runs made again, byte for byte."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pydantic import ValidationError

from sim import archive, baseline, engine
from sim.compose import shipped
from sim.config import Config, ConfigError
from sim.core import revision, store
from sim.run import Job, Progress, code, identity, quiet, replicate, workers

AGREES, AGAIN = "一致 agrees", "重算一致 made again: the same bytes"


class Finding(NamedTuple):
    """What was found of a run, by its identity, or of a table of all runs."""

    what: str
    verdict: str
    agrees: bool


def verify(folder: Path, data: baseline.Baseline, again: int | None = None,
           progress: Progress = quiet) -> list[Finding]:
    """Return what was found of each run and table of a folder; `again` runs, evenly chosen, are made again (None: all).

    Raises ConfigError for a folder without runs.
    """
    runs = sorted(path.name for path in (folder / "runs").glob("*") if not path.name.startswith("."))
    if not runs:
        raise ConfigError(f"{folder}: no folder with runs")
    found = {run: _kept(folder, run) for run in runs}
    whole = [run for run, one in found.items() if one.agrees]
    count = len(whole) if again is None else min(again, len(whole))
    chosen = [whole[k * len(whole) // count] for k in range(count)]
    jobs = []
    for run in chosen:
        manifest = archive.manifest(folder, run) or {}
        try:
            jobs.append(Job(run, _config(manifest, run, data)))
        except ConfigError as error:
            found[run] = Finding(run, f"不能重算 cannot be made again: {error}", False)
    if jobs:
        with closing(engine.execute(replicate, jobs, workers(jobs[0][1], data, len(jobs)))) as outcomes:
            for done, outcome in enumerate(outcomes, start=1):
                run = outcome.job[0]
                found[run] = _compared(folder, run, outcome)
                progress(done, len(jobs), "")
    return [*found.values(), *_tables(folder, whole)]


def _kept(folder: Path, run: str) -> Finding:
    """Hold the files of a run against the digests of its manifest."""
    place = folder / "runs" / run
    try:
        digests = store.read_json(place / "manifest.json")["files"]
        kept = {name: (place / name).read_bytes() for name in digests if (place / name).is_file()}
    except (OSError, ValueError, KeyError, TypeError):
        return Finding(run, "记录缺失或损坏 manifest.json is missing or torn", False)
    now = archive.digests(kept)
    other = [name for name, digest in digests.items() if now.get(name) != digest]
    return Finding(run, f"文件已变 not as it was written: {', '.join(other)}" if other else AGREES, not other)


def _config(manifest: Mapping[str, Any], run: str, data: baseline.Baseline) -> Config:
    """Return the configuration that a run's manifest records; raises ConfigError where it is not that of the run."""
    if manifest["code"] != code():
        made = manifest["versions"].get(revision.NAME, "another version")
        raise ConfigError(f"it was made by other code ({made})")
    if manifest["data"] != data.hash:
        raise ConfigError("it was made with other data; expected data=FOLDER with them")
    known = shipped()  # in the order of their files, which manifests do not keep
    values = {**manifest["config"], **known._asdict(), "parameters": known.parameters.changed(manifest["parameters"]),
              "workers": None, "data": data.folder}
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"its manifest is not that of a run: {error.errors()[0]['loc']}") from None
    if identity(config, data.hash) != run:
        raise ConfigError("its manifest is not that of the run, or declares measures or stocks of its own")
    return config


def _compared(folder: Path, run: str, outcome: engine.Outcome) -> Finding:
    if outcome.error:
        return Finding(run, f"重算失败 fails when made again: {outcome.reason}", False)
    place = folder / "runs" / run
    other = [name for name, made in outcome.result.items()
             if name != "manifest.json" and (place / name).read_bytes() != made]
    return Finding(run, f"重算不一致 made again: other bytes in {', '.join(other)}" if other else AGAIN, not other)


def _tables(folder: Path, whole: Sequence[str]) -> list[Finding]:
    """Gather the tables of all runs anew, in the order that they are in, and hold them against those that are kept."""
    found = []
    with tempfile.TemporaryDirectory() as aside:
        (Path(aside) / "runs").symlink_to((folder / "runs").absolute())
        order = _order(folder, whole)
        archive.gather(Path(aside), order)
        for name in (f"{table}.parquet" for table in archive.TABLES):
            kept, made = folder / name, Path(aside) / name
            if kept.is_file() or made.is_file():
                same = kept.is_file() and made.is_file() and kept.read_bytes() == made.read_bytes()
                found.append(Finding(name, AGREES if same else "与各次运行不符 not what its runs say", same))
    return found


def _order(folder: Path, whole: Sequence[str]) -> list[str]:
    """Return the runs of the folder's tables in their order; all that are whole where the table cannot be read."""
    try:
        listed = pd.read_parquet(folder / "indicators.parquet", columns=["run"])["run"].unique()
    except (OSError, ValueError):
        return list(whole)
    return [run for run in listed if run in whole]
