"""Kinds of folders of results: what made one, and how its report is written again."""

from pathlib import Path
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of results: the file by which it is known, the command that made it, and what writes its report (a module
    of this package and a function of the folder), nothing where that command alone does."""

    file: str
    command: str
    write: str = ""


KINDS = (
    Kind("sensitivity.json", "sensitivity", "studies:write_analysis"),
    Kind("pilots.json", "pilots", "studies:write_pilots"),
    Kind("optimise.json", "optimise", "studies:write_packages"),
    Kind("compare.json", "compare", "comparing:write"),
    Kind("catalogue.parquet", "sweep", "sweeps:write"),
    Kind("waves.parquet", "calibrate"),
    Kind("validation.html", "validate"),
    Kind("indicators.parquet", "run"),
)
"""All kinds; a folder is of the first one whose file it has."""


def kind_of(folder: Path) -> Kind | None:
    """Return of which kind a folder is; None where it holds no results."""
    return next((kind for kind in KINDS if (folder / kind.file).is_file()), None)
