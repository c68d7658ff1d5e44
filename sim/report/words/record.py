"""The line on every page, figure and download that says what made it: version, commit and the hash of the results."""

import json
from pathlib import Path

import pandas as pd

from sim.core import revision, store

FILE = "record.json"
COLUMN = "record"
"""Last column of CSV files and last sheet of workbooks."""


def line(folder: Path | None = None) -> str:
    """Return the record of a folder of results, or of the program where the folder keeps none."""
    path = folder / FILE if folder is not None else None
    if path is None or not path.is_file():
        return _written(revision.version(), revision.commit())
    kept = json.loads(path.read_text(encoding="utf-8"))
    own = kept.get("own_figures", {})
    counties = {code for codes in own.values() for code in codes}
    told = [f"自有数据 own figures {sum(map(len, own.values()))}, 县（市）counties {len(counties)}"] if own else []
    return _written(kept["version"], kept["commit"], f"results {kept['content'][:12]}", *told)


def own_figures(folder: Path) -> dict[str, list[str]]:
    """Return the codes of the counties whose own figures a folder of results rests on, by what the figures are of."""
    path = folder / FILE
    return json.loads(path.read_text(encoding="utf-8")).get("own_figures", {}) if path.is_file() else {}


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file with the record of its folder as the last column: a comment would be no CSV, and a file beside
    it is lost when it is sent on."""
    store.write_csv(path, table.assign(**{COLUMN: line(path.parent)}))


def _written(version: str, commit: str | None, *more: str) -> str:
    known = [f"commit {commit[:7]}"] if commit else []
    return " · ".join([f"{revision.NAME} {version}", *known, *more])
