"""`county clean`: what earlier commands have kept, and how to take it away."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from sim.cli.kinds import kind_of
from sim.cli.table import print_table
from sim.config import ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import shown
from sim.core import cache, store

OUTPUTS = Path("outputs")
OUTDATED, CACHE = "outdated", "cache"


class Kept(NamedTuple):
    """A folder of results, the single runs in it, and those that no command finds again."""

    folder: Path
    kind: str
    runs: list[Path]
    outdated: list[Path]


def clean(arguments: list[str]) -> None:
    """Print what is kept, or take away what is named: folders of results whole, the single runs of another version of
    the model, or what is only kept to save time."""
    kept = {one.folder.name: one for one in _kept()}
    names = [Path(one).name if Path(one).parent == OUTPUTS else one for one in arguments]
    for name in names:
        if name not in (known := (OUTDATED, CACHE, *kept)):
            raise ConfigError(f"clean {shorten(name)}: no folder of results; {suggestion(name, known)}")
    for name in names:
        if name == CACHE:
            _remove(*_cached())
        elif name == OUTDATED:
            for one in kept.values():
                with store.locked(one.folder):
                    _remove(*one.outdated)
        else:
            with store.locked(kept[name].folder):
                _remove(kept[name].folder)
    if not names:
        _show(list(kept.values()))


def _kept() -> Iterator[Kept]:
    for folder in sorted(path for path in OUTPUTS.glob("*") if path.is_dir()):
        if kind := kind_of(folder):
            runs = sorted(folder.glob("runs/[!.]*/"))
            yield Kept(folder, kind.command, runs, _outdated(runs))


def _outdated(runs: list[Path]) -> list[Path]:
    if not runs:
        return []
    from sim.run import code

    return [run for run in runs if _code(run) != code()]


def _code(run: Path) -> str:
    try:
        return str(store.read_json(run / "manifest.json")["code"])
    except (OSError, ValueError, KeyError):
        return ""


def _cached() -> list[Path]:
    """Return the folders of the cache; it may lie where a user keeps other things as well."""
    return [folder for kind in get_args(cache.Kind) if (folder := cache.folder(kind)).is_dir()]


def _show(kept: list[Kept]) -> None:
    rows = [[shown(one.folder), one.kind, str(len(one.runs)), str(len(one.outdated)), _size(one.folder),
             _size(one.folder, alone=True)] for one in kept]
    rows += [[str(path), CACHE, "", "", _size(path), _size(path, alone=True)] for path in _cached()]
    heads = ["文件夹 folder", "命令 command", "运行 runs", "旧版 outdated", "大小 MB", "独有 of its own"]
    print_table(heads, rows, numeric=heads[2:])
    print("\n一次运行只模拟一次，可为多个文件夹共有。 A run is simulated once, and may be shared by several folders.\n"
          "county clean NAME 删除该文件夹，outdated 删除旧版模型的单次运行，cache 清空缓存。\n"
          "county clean NAME removes that folder, outdated single runs of another version of the model, cache what is "
          "kept only to save time.")


def _size(folder: Path, alone: bool = False) -> str:
    """Return how large a folder is in MB, or how much room there would be without it."""
    stats = (path.stat() for path in folder.rglob("*") if path.is_file())
    return f"{sum(one.st_size for one in stats if not alone or one.st_nlink == 1) / 1e6:,.1f}"


def _remove(*paths: Path) -> None:
    for path in paths:
        size = _size(path, alone=True)
        shutil.rmtree(path)
        print(f"{shown(path)}: {size} MB")
