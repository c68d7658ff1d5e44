"""What observations are called and measured in, as the files of a run or an analysis say."""

from pathlib import Path

from sim.config import ConfigError
from sim.config.files import shown
from sim.core import store
from sim.core.described import Described, unpacked


def read(path: Path) -> dict[str, Described]:
    """Return titles and unit of what a Parquet file names, in the order of declaration; raises ConfigError for a file
    that is damaged or does not say."""
    try:
        return unpacked(store.read_metadata(path))
    except (OSError, KeyError, TypeError, ValueError):
        raise ConfigError(f"{shown(path)}: expected titles and units of observations in its metadata; the file is "
                          "damaged or of another version, simulate again") from None
