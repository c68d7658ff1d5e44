"""`county template`: tables to fill in, schemas for editors, and the shipped data package to start one's own from."""

import json
import shutil
from pathlib import Path

from sim.cli.listing import DATA
from sim.config import ConfigError
from sim.config.fault import shorten
from sim.config.files import located
from sim.config.schemas import SCHEMAS

TEMPLATES = {
    "county_figures.csv": "the names of figures: county list figures",
    "actuals.csv": "the names: county list indicators, county list counties",
}
"""Tables to fill in, and where their names are found."""


def template(arguments: list[str]) -> None:
    """Write the template that the name of the file chooses, and say where; nothing that exists is written over."""
    if len(arguments) > 1 or arguments == [""]:
        raise ConfigError(f"template {shorten(' '.join(arguments))}: expected one path")
    path = located(arguments[0] if arguments else "county_figures.csv")
    if path.name == "datapackage.json":
        _write_package(path.parent)
        return
    if path.name in SCHEMAS:
        _write_new(path, (json.dumps(SCHEMAS[path.name](), ensure_ascii=False, indent=1) + "\n").encode())
        print(f"Schema written to {path}; editors read it where a file begins with "
              f"# yaml-language-server: $schema=PATH/{path.name}")
        return
    shipped = DATA / "templates" / (path.name if path.name in TEMPLATES else "county_figures.csv")
    path = path / shipped.name if path.is_dir() else path
    if path.suffix != ".csv":
        known = ", ".join((*TEMPLATES, *SCHEMAS, "datapackage.json"))
        raise ConfigError(f"template {shorten(str(path))}: expected a path that ends in .csv, or in one of {known}")
    _write_new(path, shipped.read_bytes())
    print(f"Template written to {path}; {TEMPLATES[shipped.name]}")


def _write_new(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ConfigError(f"{path}: exists already; expected a new file") from None


def _write_package(folder: Path) -> None:
    """Write the shipped data package, which may lie where no user would look, as a new folder that can be changed."""
    try:
        shutil.copytree(DATA, folder, copy_function=shutil.copyfile)
    except FileExistsError:
        raise ConfigError(f"{folder}: exists already; expected a new folder") from None
    print(f"Data package written to {folder}; county check data={folder}")
