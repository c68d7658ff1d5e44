"""The line below every page and figure that says what made it: version, commit and the hash of the results."""

import json
from pathlib import Path

from sim.core import revision

FILE = "record.json"


def line(folder: Path | None = None) -> str:
    """Return the record of a folder of results, or of the program where the folder keeps none."""
    path = folder / FILE if folder is not None else None
    if path is None or not path.is_file():
        return _written(revision.version(), revision.commit())
    kept = json.loads(path.read_text(encoding="utf-8"))
    return _written(kept["version"], kept["commit"], f"results {kept['content'][:12]}")


def _written(version: str, commit: str | None, *more: str) -> str:
    known = [f"commit {commit[:7]}"] if commit else []
    return " · ".join([f"{revision.NAME} {version}", *known, *more])
