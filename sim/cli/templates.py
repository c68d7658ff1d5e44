"""`county template`: a workbook and tables to fill in, schemas for editors, and the shipped data package to begin with.
"""

import json
import shutil
from pathlib import Path

from sim.cli.listing import DATA
from sim.config import ConfigError
from sim.config.fault import shorten
from sim.config.files import located, shown
from sim.config.schemas import SCHEMAS

TEMPLATES = {
    "county_figures.xlsx": "fill in the yellow cells, then {then}",
    "county_figures.csv": "the names of figures: county list figures",
    "actuals.csv": "the names: county list indicators, county list counties",
}
"""Tables to fill in, and where their names are found."""


def template(arguments: list[str]) -> None:
    """Write the template that the name of the file chooses, and say where; nothing that exists is written over."""
    paths, data = [one for one in arguments if "=" not in one], [one for one in arguments if "=" in one]
    if len(paths) > 1 or paths == [""]:
        raise ConfigError(f"template {shorten(' '.join(paths))}: expected one path")
    path = located(paths[0] if paths else "county_figures.xlsx")
    path = path / "county_figures.xlsx" if path.is_dir() else path
    if path.suffix == ".xlsx":
        _write_workbook(path, data)
        return
    if data:
        raise ConfigError(f"{shorten(data[0])}: changes nothing here; expected with county_figures.xlsx only")
    if path.name == "datapackage.json":
        _write_package(path.parent)
        return
    if path.name in SCHEMAS:
        _write_new(path, (json.dumps(SCHEMAS[path.name](), ensure_ascii=False, indent=1) + "\n").encode())
        print(f"Schema written to {path}; editors read it where a file begins with "
              f"# yaml-language-server: $schema=PATH/{path.name}")
        return
    shipped = DATA / "templates" / (path.name if path.name in TEMPLATES else "county_figures.csv")
    if path.suffix != ".csv":
        known = ", ".join((*TEMPLATES, *SCHEMAS, "datapackage.json"))
        raise ConfigError(f"template {shorten(str(path))}: expected a path that ends in .xlsx or .csv, or in one of "
                          f"{known}")
    _write_new(path, shipped.read_bytes())
    print(f"Template written to {path}; {TEMPLATES[shipped.name]}")


def _write_workbook(path: Path, given: list[str]) -> None:
    """Write the workbook of the data package that is named, or else of the folder that it is written into where that
    is one, or else of the shipped one."""
    if path.exists():  # before the seconds that it takes
        raise ConfigError(f"{path}: exists already; expected a new file")
    named = [one.removeprefix("data=") for one in given if one.startswith("data=") and one != "data="]
    if len(named) < len(given) or len(named) > 1:
        raise ConfigError(f"{shorten(' '.join(given))}: expected data=PATH once")
    data = located(named[0]).absolute() if named else path.parent.absolute()
    from sim.baseline.province import FILE
    from sim.cli import workbook

    of_its_own = bool(named) or (data / FILE).is_file()
    _write_new(path, workbook.current(data if of_its_own else None))
    then = f"county check data={path}"
    if of_its_own:  # alone it would be read beside the shipped counties
        folder = shown(data)
        then = f"put it into {folder} as county_figures.xlsx and county check data={folder}"
    print(f"Template written to {path}; {TEMPLATES['county_figures.xlsx'].format(then=then)}")


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
