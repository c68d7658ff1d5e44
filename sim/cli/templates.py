"""`county template`: tables to fill in, and the shipped data package to start one's own from."""

import shutil
from pathlib import Path

from sim.cli.listing import DATA
from sim.config import ConfigError
from sim.config.fault import shorten
from sim.config.files import located

TEMPLATES = {
    "county_figures.csv": "the names of figures: county list figures",
    "actuals.csv": "the names: county list indicators, county list counties",
}
"""Tables to fill in, and where their names are found."""


def template(arguments: list[str]) -> None:
    """Write the template that the name of the file chooses, and say where; nothing that exists is written over."""
    if len(arguments) > 1:
        raise ConfigError(f"template {shorten(' '.join(arguments))}: expected one path")
    path = located(arguments[0] if arguments else "county_figures.csv")
    if path.name == "datapackage.json":
        _write_package(path.parent)
        return
    shipped = DATA / "templates" / (path.name if path.name in TEMPLATES else "county_figures.csv")
    path = path / shipped.name if path.is_dir() else path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(shipped.read_bytes())
    except FileExistsError:
        raise ConfigError(f"{path}: exists already; expected a new file") from None
    print(f"Template written to {path}; {TEMPLATES[shipped.name]}")


def _write_package(folder: Path) -> None:
    """Write the shipped data package, which may lie where no user would look, as a new folder that can be changed."""
    try:
        shutil.copytree(DATA, folder, copy_function=shutil.copyfile)
    except FileExistsError:
        raise ConfigError(f"{folder}: exists already; expected a new folder") from None
    print(f"Data package written to {folder}; county check data={folder}")
