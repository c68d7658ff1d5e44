"""The baseline data: a folder of CSV tables and `datapackage.json`, checked once and read as DataFrames."""

import contextlib
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd

from sim.baseline import province
from sim.baseline.description import DESCRIPTOR, SHIPPED, describe, optional
from sim.baseline.fault import Fault
from sim.baseline.imputation import output
from sim.baseline.province import Province
from sim.baseline.start import Start, starts
from sim.baseline.validation import faults
from sim.config import variables
from sim.config.fault import ConfigError
from sim.config.files import CONFIGS, shown
from sim.core import cache

__all__ = ["SHIPPED", "Baseline", "DataError", "Fault", "faults", "load"]


class DataError(ConfigError):
    """A data folder that cannot be used; the message is its first fault and how many more there are."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """The tables of one data folder, with the columns and units that its schema declares.

    Codes are text, an empty cell is NaN, and a whole number that may be empty is a float.
    `hash` is the SHA-256 of descriptor, province and tables, in order, the user's own figures among them.
    """

    folder: Path
    hash: str
    province: Province
    counties: pd.DataFrame
    census_2020: pd.DataFrame
    census_2010: pd.DataFrame
    age_sex_2020: pd.DataFrame
    age_sex_2010: pd.DataFrame
    gdp_2020: pd.DataFrame
    prefectures: pd.DataFrame
    districts: pd.DataFrame
    units: pd.DataFrame
    neighbours: pd.DataFrame
    province_series: pd.DataFrame
    mortality_fertility: pd.DataFrame
    benchmarks: pd.DataFrame
    county_figures: pd.DataFrame

    @functools.cached_property
    def starts(self) -> Mapping[int, Start]:
        """What is known when a run begins, by its first year."""
        return starts(self.province, vars(self))


def load(folder: Path | None = None) -> Baseline:
    """Read the tables of a folder (the shipped ones by default); a folder with any fault raises `DataError`.

    Full validation takes seconds, so the verdict "valid" is remembered by content in the user's cache
    (`COUNTY_CACHE` names another place).
    """
    folder = SHIPPED if folder is None else Path(folder)
    schemas, _ = describe(folder)
    descriptor = folder / DESCRIPTOR
    parts = [(descriptor if descriptor.is_file() else SHIPPED / DESCRIPTOR).read_bytes()]
    try:
        parts.append((folder / province.FILE).read_bytes())
        parts += [(folder / f"{name}.csv").read_bytes() for name in schemas]
    except OSError:
        raise DataError(_summary(folder, faults(folder))) from None
    content = hashlib.sha256(b"".join(parts)).hexdigest()
    _validate(folder, content)
    return _read(folder, content, tuple(parts[2:]))


@functools.lru_cache(maxsize=4)
def _read(folder: Path, content: str, parts: tuple[bytes, ...]) -> Baseline:
    """Return the tables of a folder, made once for each content: a process runs many models on them."""
    schemas, _ = describe(folder)
    tables = {name: _table(part, schema) for (name, schema), part in zip(schemas.items(), parts, strict=True)}
    tables |= {name: _table(_header(schema), schema) for name, schema in optional().items() if name not in tables}
    tables["gdp_2020"] = output(tables)
    said, found = province.read(folder)
    if said is None:
        raise DataError(_summary(folder, found))
    return Baseline(folder=folder, hash=content, province=said, **tables)


def _validate(folder: Path, content: str) -> None:
    # The verdict also depends on the rules: on the shipped schema, the code of this package and the known figures.
    figures = [Path(variables.__file__), CONFIGS / "stocks.yaml"]
    rules = [SHIPPED / DESCRIPTOR, *sorted(Path(__file__).parent.glob("*.py")), *figures]
    key = hashlib.sha256(b"".join(path.read_bytes() for path in rules) + content.encode()).hexdigest()
    verdict = cache.folder("valid") / key
    if verdict.exists():
        return
    if found := faults(folder):
        raise DataError(_summary(folder, found))
    with contextlib.suppress(OSError):  # a cache that cannot be written only costs the seconds again
        verdict.parent.mkdir(parents=True, exist_ok=True)
        verdict.touch()


def _summary(folder: Path, found: list[Fault]) -> str:
    more = len(found) - 1
    first = str(found[0]).removeprefix(f"{folder}: ")
    return f"data={shown(folder)}: {first}" + (f" (and {more} more; `county check data={folder}` lists all)" if more
                                               else "")


def _table(content: bytes, schema: dict) -> pd.DataFrame:
    columns = {field["name"]: _dtype(field) for field in schema["fields"]}
    frame = pd.read_csv(BytesIO(content), dtype=columns, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    return frame.reindex(columns=list(columns)).astype(columns)


def _header(schema: dict) -> bytes:
    return ",".join(field["name"] for field in schema["fields"]).encode()


def _dtype(field: dict) -> str:
    if field["type"] == "integer" and field["constraints"].get("required"):
        return "int64"
    return "float64" if field["type"] in ("integer", "number") else "str"
