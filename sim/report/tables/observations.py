"""Titles and units of observations, as the files of a run or an analysis give them."""

from pathlib import Path

from sim.config import ConfigError
from sim.config.files import shown
from sim.core import store
from sim.core.described import Described, unpacked


class Observations(dict[str, Described]):
    """Titles and unit by name; one that the file does not describe raises ConfigError."""

    def __init__(self, path: Path, described: dict[str, Described]):
        super().__init__(described)
        self._path = path

    def __missing__(self, name: str) -> Described:
        raise ConfigError(f"{shown(self._path)}: expected title and unit of {name} in its metadata; the file is of "
                          "another version, simulate again")


def read(path: Path) -> Observations:
    """Return titles and unit of each observation of a Parquet file, in the order of declaration; raises ConfigError for
    a file that is damaged or has none."""
    try:
        return Observations(path, unpacked(store.read_metadata(path)))
    except (OSError, KeyError, ValueError):
        raise ConfigError(f"{shown(path)}: expected titles and units of observations in its metadata; the file is "
                          "damaged or of another version, simulate again") from None
