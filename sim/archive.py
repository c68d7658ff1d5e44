"""Finished runs on disk: each in a folder of its own, whole as its manifest says, and their tables as one."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sim.core import blocks, revision, store

TABLES = ("indicators", "quarterly", "flows", "decomposition", "turnover", "ledger", "doses", "costs", "evaluation")
KEYS = ("policy", "external", "parameters", "parameter_set", "seed", "run")
"""Columns of every table that tell runs apart."""


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each of a run's files, as its manifest records it."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def manifest(folder: Path, run: str) -> dict[str, Any] | None:
    """Return the manifest of a run whose files are all as it records them; None where one is missing or torn."""
    place = folder / "runs" / run
    try:
        found = store.read_json(place / "manifest.json")
        files = {name: (place / name).read_bytes() for name in found["files"]}
    except (OSError, ValueError, KeyError):
        return None
    return found if digests(files) == found["files"] else None


def keep(folder: Path, run: str, files: Mapping[str, bytes]) -> None:
    """Write the files of a run, all or none, unless another process has done so; it has not failed then."""
    if manifest(folder, run) is None:
        with store.folder(folder / "runs" / run) as aside:
            for name, content in files.items():
                (aside / name).write_bytes(content)
    _failure(folder, run).unlink(missing_ok=True)


def kept_beside(folder: Path) -> dict[str, list[Path]]:
    """Return the folders of single runs that other folders of results beside this one keep, by name of the run."""
    found: dict[str, list[Path]] = {}
    for place in sorted(folder.parent.glob("*/runs/[!.]*/")):
        if place.parents[1].name != folder.name:
            found.setdefault(place.name, []).append(place)
    return found


def adopt(folder: Path, run: str, places: Iterable[Path], config: Mapping[str, Any]) -> bool:
    """Make a whole run that is kept elsewhere one of this folder under its own configuration, its tables shared where
    the disk can; return whether there was one.

    Its tables name the parameter set: one of another set that happens to have the same values is not taken.
    """
    for place in places:
        found = manifest(place.parents[1], run)
        if found is None or found["config"]["parameter_set"] != config["parameter_set"]:
            continue
        with store.folder(folder / "runs" / run) as aside:
            for name in found["files"]:
                store.link(place / name, aside / name)
            (aside / "manifest.json").write_bytes(store.json_bytes({**found, "config": dict(config)}))
        return True
    return False


def record_failure(folder: Path, run: str, facts: Mapping[str, Any]) -> None:
    """Write why a run failed, among it `error`; the record stays until the run is done."""
    store.write_json(_failure(folder, run), dict(facts))


def failure(folder: Path, run: str) -> dict[str, Any] | None:
    """Return the record of a run's failure; nothing without one, or where the run has been completed since."""
    path, made = _failure(folder, run), folder / "runs" / run / "manifest.json"
    return store.read_json(path) if path.exists() and not made.exists() else None


def gather(folder: Path, runs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Write each table of the complete runs among these as one file; return their manifests, as every run is read and
    held against its own only once."""
    with ThreadPoolExecutor(blocks.cores()) as pool:
        names = list(runs)
        found = zip(names, pool.map(lambda run: manifest(folder, run), names), strict=True)
        complete = {run: one for run, one in found if one is not None}
        list(pool.map(lambda name: _gather(folder, [*complete], name), TABLES))
    return complete


def record(manifests: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what results of these runs are known by: the version and commit that made the first of them, the user's
    own figures that it read (codes of counties by figure), and a hash of the names of all and of the digests of their
    files, the same wherever they are made again."""
    first = next(iter(manifests.values()))
    content = json.dumps(sorted((run, sorted(one["files"].items())) for run, one in manifests.items()))
    return {"version": first["versions"][revision.NAME], "commit": first.get("commit"),
            "own_figures": first.get("own_figures", {}), "content": hashlib.sha256(content.encode()).hexdigest()}


def _gather(folder: Path, runs: Sequence[str], name: str) -> None:
    parts = [folder / "runs" / run / f"{name}.parquet" for run in runs]
    if parts := [part for part in parts if part.exists()]:
        store.concatenate(folder / f"{name}.parquet", parts, KEYS)
    else:
        (folder / f"{name}.parquet").unlink(missing_ok=True)


def _failure(folder: Path, run: str) -> Path:
    return folder / "failed" / f"{run}.json"
