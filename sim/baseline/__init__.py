"""The baseline data: a folder of CSV tables and `datapackage.json`, checked once and read as DataFrames."""

import contextlib
import dataclasses
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd

from sim.baseline import own, province
from sim.baseline.description import DESCRIPTOR, SHIPPED, describe, optional
from sim.baseline.fault import Fault
from sim.baseline.imputation import output
from sim.baseline.province import Province
from sim.baseline.start import Start, starts
from sim.baseline.validation import faults
from sim.config import variables
from sim.config.fault import MOST, ConfigError, joined
from sim.config.files import CONFIGS, shown
from sim.core import cache

__all__ = ["SHIPPED", "Baseline", "DataError", "Fault", "faults", "load"]


class DataError(ConfigError):
    """Data that cannot be used; the message is the first fault of a folder, or the first of a file of own figures, and
    how many more there are."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """The tables of one data folder, with the columns and units that its schema declares.

    Codes are text, an empty cell is NaN, and a whole number that may be empty is a float.
    `hash` is the SHA-256 of descriptor, province and tables, in order; where the user's own figures are given, of these
    too, however they are written down.
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


def load(data: Path | None = None) -> Baseline:
    """Read the tables of a folder (the shipped ones by default), or the shipped ones with a file of own figures; any
    fault raises `DataError`.

    Full validation takes seconds, so the verdict "valid" is remembered by content in the user's cache
    (`COUNTY_CACHE` names another place).
    """
    folder, figures, twice = own.located(SHIPPED if data is None else Path(data))
    if twice:
        raise DataError(_summary(folder, twice))
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
    found = _read(folder, content, tuple(parts[2:]))
    if figures is None:
        return found
    return _with_figures(found, figures, figures.read_bytes() if figures.is_file() else b"")


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
    return Baseline(folder=folder, hash=content, province=said, **tables, county_figures=own.NOTHING)


@functools.lru_cache(maxsize=4)
def _with_figures(known: Baseline, path: Path, content: bytes) -> Baseline:
    """Return tables with the user's own figures, read once for each content of their file."""
    figures, found = own.read(path, known.counties, known.prefectures)
    if found:
        said = [str(fault).removeprefix(f"{path.name}, ") for fault in found]
        raise DataError(f"data={shown(path)}: {joined(said)}"
                        + (f"; county check data={shown(path)} lists all" if len(found) > MOST else ""))
    if figures.empty:
        return known
    digest = hashlib.sha256((known.hash + figures.to_csv(index=False)).encode()).hexdigest()
    return dataclasses.replace(known, hash=digest, county_figures=figures)


def _validate(folder: Path, content: str) -> None:
    # The verdict also depends on the rules: on the shipped schema, the code of this package and the known figures.
    rules = [SHIPPED / DESCRIPTOR, CONFIGS / "stocks.yaml"]
    key = hashlib.sha256(_code() + b"".join(path.read_bytes() for path in rules) + content.encode()).hexdigest()
    verdict = cache.folder("valid") / key
    if verdict.exists():
        return
    if found := faults(folder):
        raise DataError(_summary(folder, found))
    with contextlib.suppress(OSError):  # a cache that cannot be written only costs the seconds again
        verdict.parent.mkdir(parents=True, exist_ok=True)
        verdict.touch()


@functools.cache
def _code() -> bytes:
    """Return the code that says what is valid."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), Path(variables.__file__)]
    return b"".join(path.read_bytes() for path in files)


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
