"""`county compare`: two finished things held against each other."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.kinds import kind_of
from sim.cli.table import print_tables
from sim.cli.words import say
from sim.config import ConfigError, folder_name
from sim.config.fault import shorten
from sim.config.files import shown

if TYPE_CHECKING:
    from sim.report.pages.comparisons import Comparison


def compare(arguments: list[str]) -> None:
    """Print what is different between two finished things, and write the tables and the page of it."""
    sides = [argument for argument in arguments if not argument.startswith("name=")]
    names = [argument.removeprefix("name=") for argument in arguments if argument.startswith("name=")]
    if len(sides) != 2 or len(names) > 1:
        raise ConfigError(f"compare {shorten(' '.join(sides))}".rstrip() + ": expected two runs, or parts of one as "
                          "NAME:policy or NAME:policy,external")
    folder = _folder((names or ["compare"])[0])
    from sim.report.tables.results import find

    for one in sides:
        find(one.partition(":")[0])
    from sim.report.pages import comparisons

    print(_write(comparisons.compare(sides[0], sides[1], folder)))


def write(folder: Path) -> str:
    """Print a comparison and write its tables and page again; return where they are, in words."""
    from sim.report.pages import comparisons

    return _write(comparisons.read(folder))


def _folder(name: str) -> Path:
    """Return the folder of a name under which nothing but a comparison is kept."""
    try:
        folder = Path("outputs") / folder_name(name)
    except ValueError as error:
        raise ConfigError(f"name={shorten(name)}: {error}") from None
    if folder.exists() and not ((kind := kind_of(folder)) and kind.command == "compare"):
        raise ConfigError(f"name={name}: {shown(folder)} holds something else; expected a new folder, or one of a "
                          "comparison")
    return folder


def _write(found: "Comparison") -> str:
    from sim.report.pages import comparisons

    path = comparisons.write(found)
    for name, title in found.titles.items():
        print(name, *title)
    print()
    print_tables(comparisons.printed(found))
    say(comparisons.sentences(found))
    return f"表格 Tables: {shown(found.folder)}/*.parquet, *.csv\n报告 Report: {shown(path)}"
