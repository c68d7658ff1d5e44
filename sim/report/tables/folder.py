"""A folder of results as its command has left it."""

from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from sim.core import store


class Folder:
    """The options and the tables of one folder; a kind of results is known by the file of its options."""

    file: ClassVar[str]

    def __init__(self, folder: Path):
        self.folder = Path(folder)

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The options that the command was given."""
        return store.read_json(self.folder / self.file)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, empty where there is none."""
        path = self.folder / f"{name}.parquet"
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame()
