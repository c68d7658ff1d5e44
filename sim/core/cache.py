"""Where things are kept that can be made again, as `Kind` lists them."""

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Literal

import platformdirs

PACKAGE = Path(__file__).parents[1]

Kind = Literal["fonts", "kernels", "matplotlib", "modules", "templates", "tiles", "valid", "worlds"]
"""What is kept: fonts of pages, compiled kernels, fonts that matplotlib found, compiled modules and templates, places
of map tiles, verdicts on data, initial states."""


def root() -> Path:
    """Return the folder that caches are in: `COUNTY_CACHE`, or else the user's own; one of this command alone where
    neither can be written."""
    wanted = os.environ.get("COUNTY_CACHE") or platformdirs.user_cache_dir("county-urbanization")
    return Path(wanted) if _writable(wanted) else Path(_passing())


def folder(kind: Kind) -> Path:
    """Return the folder of one kind of what is kept."""
    return root() / kind


def lasting() -> bool:
    """Return whether what is kept there is kept for the next command."""
    current = root()
    return not (_passing.cache_info().currsize and current == Path(_passing()))


def place_kernels() -> None:
    """Have kernels compiled into the cache where the package's own folder cannot be written, as Numba would refuse to
    compile them; the environment tells it, and the processes that this one starts."""
    if not os.access(PACKAGE, os.W_OK) and not _writable(os.environ.get("NUMBA_CACHE_DIR", "")):
        os.environ["NUMBA_CACHE_DIR"] = str(folder("kernels"))
        if "numba" in sys.modules:  # it has read the environment already
            sys.modules["numba"].config.reload_config()


def place_modules() -> None:
    """Have modules compiled into the cache where none are kept beside their sources: compiling all that a command
    imports takes longer than importing them. Processes that this one starts do the same."""
    if lasting() and not os.path.exists(cache_from_source(platformdirs.__file__)):
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder("modules"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


@cache
def _writable(folder: str) -> bool:
    if not os.path.isabs(folder):  # such as ~, where there is no home
        return False
    try:
        os.makedirs(folder, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@cache
def _passing() -> str:
    """Return a folder that is removed with this process; those that it starts share it."""
    folder = tempfile.mkdtemp(prefix="county-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["COUNTY_CACHE"] = folder
    return folder
