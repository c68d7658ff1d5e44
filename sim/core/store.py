"""Tables and manifests on disk: written aside, renamed once, so that every file that exists is complete."""

import fcntl
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import batched
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

GATHERED = 16
"""Files that are in memory at once while many become one."""


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` that takes its place at the end; on an error nothing is left.

    An older folder of that name is replaced as a whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=aside_of(target) + ".", dir=target.parent))
    try:
        yield aside
        os.chmod(aside, 0o755)
        try:
            os.replace(aside, target)
        except OSError:
            if not target.exists():
                raise
            with suppress(FileNotFoundError):  # another process may move the older one away at the same moment
                old = Path(tempfile.mkdtemp(prefix=aside_of(target) + ".", dir=target.parent))
                try:
                    os.replace(target, old / "old")
                finally:
                    shutil.rmtree(old, ignore_errors=True)
            with suppress(OSError):  # it has made the same folder by now
                os.replace(aside, target)
            if not target.exists():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def aside_of(target: Path) -> str:
    """Return the name of what becomes a target: whose it is can be told from it."""
    return f".{target.name}.{platform.node()}.{os.getpid()}"


def tidy(target: Path) -> None:
    """Take away what processes of this machine that were killed have left half done in a folder."""
    mine = re.compile(rf"\..*\.{re.escape(platform.node())}\.([0-9]+)(?:\.[^.]*)?")
    for path in [*target.glob(".*"), *target.glob("*/.*")]:
        if (found := mine.fullmatch(path.name)) and not _lives(int(found[1])):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # someone else's
        return True
    return True


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Wait until no other process holds a folder, and hold it; a process that dies lets go."""
    target.mkdir(parents=True, exist_ok=True)
    with (target / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def link(source: Path, target: Path) -> None:
    """Make a file that exists one of another name as well, or copy it where the disk cannot."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def parquet_bytes(table: pd.DataFrame, constants: Mapping[str, str | int] | None = None,
                  metadata: Mapping[str, str] | None = None) -> bytes:
    """Return a table as the bytes of a Parquet file with these metadata and a column for each constant; the same table
    gives the same bytes.

    Categories are read as plain text.
    """
    columns = {name: _column(table[name]) for name in table}
    same = pa.array(np.zeros(len(table), np.int32))
    for name, value in (constants or {}).items():
        columns[name] = pa.DictionaryArray.from_arrays(same, pa.array([value], pa.string())) \
            if isinstance(value, str) else pa.repeat(value, len(table))
    schema = pa.schema([pa.field(name, column.type, nullable=name not in (constants or ()) and _may_lack(column))
                        for name, column in columns.items()])
    buffer = pa.BufferOutputStream()
    with _writer(buffer, schema, (), metadata) as file:
        file.write_table(pa.Table.from_arrays(list(columns.values()), schema=schema))
    content: bytes = buffer.getvalue().to_pybytes()
    return content


def write_table(path: Path, table: pd.DataFrame, metadata: Mapping[str, str] | None = None) -> None:
    """Write a Parquet file whole or not at all (see `parquet_bytes`)."""
    write_bytes(path, parquet_bytes(table, metadata=metadata))


def read_metadata(path: Path) -> dict[str, str]:
    """Return the metadata that a Parquet file was written with; raises OSError or pyarrow.ArrowInvalid for a file that
    is torn."""
    return {key.decode(): value.decode() for key, value in (parquet.read_metadata(path).metadata or {}).items()}


def concatenate(path: Path, parts: Sequence[Path], constants: Collection[str] = ()) -> None:
    """Write the rows of Parquet files with the same columns and metadata as one file, whole or not at all, in their
    order; `constants` are columns of one value in each file.

    Rows pass through memory a few files at a time. Raises OSError or pyarrow.ArrowInvalid for files that are torn or
    have other columns; one whose values may be missing is another than one whose may not.
    """
    schema = parquet.read_schema(parts[0])
    words = [field.name for field in schema if _is_text(field.type)]
    coded = pa.schema([field.with_type(pa.dictionary(pa.int32(), pa.string())) if field.name in words else field
                       for field in schema])

    def write(aside: Path) -> None:
        with _writer(aside, coded, constants, read_metadata(parts[0])) as file:
            for several in batched(parts, GATHERED):
                tables = [parquet.ParquetFile(part, read_dictionary=words).read(use_threads=False) for part in several]
                file.write_table(pa.concat_tables(tables).cast(coded).unify_dictionaries())

    _replace(path, write)


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file (UTF-8 with a byte-order mark, which spreadsheets need for Chinese) whole or not at all."""
    _replace(path, lambda aside: table.to_csv(aside, index=False, encoding="utf-8-sig"))


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Return a mapping as the bytes of a JSON file, with a line for each key: indented throughout it would take ten
    times as long."""
    lines = (f" {json.dumps(key)}: {json.dumps(content[key], ensure_ascii=False, sort_keys=True)}"
             for key in sorted(content))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    write_bytes(path, json_bytes(content))


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds keys with values."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def write_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8) whole or not at all."""
    _replace(path, lambda aside: aside.write_text(text, encoding="utf-8"))


def undated(workbook: bytes) -> bytes:
    """Return a workbook (.xlsx) without the time at which it was written, so that same content is same bytes."""
    content = BytesIO()
    with ZipFile(BytesIO(workbook)) as old, ZipFile(content, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            told = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]+", rb"\g<1>1980-01-01T00:00:00Z", old.read(part)) \
                if part.filename == "docProps/core.xml" else old.read(part)
            new.writestr(ZipInfo(part.filename), told, ZIP_DEFLATED)
    return content.getvalue()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    _replace(path, lambda aside: aside.write_bytes(content))


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(aside_of(path))
    try:
        write(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _writer(where: Path | pa.NativeFile, schema: pa.Schema, constants: Collection[str],
            metadata: Mapping[str, str] | None) -> parquet.ParquetWriter:
    """Return a writer of a Parquet file: only text has a dictionary and only constants of each of many files have
    statistics, by which readers skip rows; for other columns either takes longer than all the rest and brings nothing.
    """
    words = [field.name for field in schema if _is_text(field.type)]
    file = parquet.ParquetWriter(where, schema, compression="lz4", store_schema=False, use_dictionary=words or False,
                                 write_statistics=list(constants) or False)
    if metadata:
        file.add_key_value_metadata(dict(metadata))
    return file


def _column(values: pd.Series) -> pa.Array:
    """Return a column of a table; text as a dictionary of the kind that a Parquet file takes as it is: others it would
    look up again."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = values.array.codes
        places = pa.array(codes.astype(np.int32), mask=codes < 0)
        return pa.DictionaryArray.from_arrays(places, pa.array(values.array.categories).cast(pa.string()))
    column = pa.array(values, from_pandas=True)
    if not _is_text(column.type):
        return column
    coded = (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices, coded.dictionary.cast(pa.string()))


def _may_lack(column: pa.Array) -> bool:
    """Return whether a value of such a column can be missing; what need not be noted of each is written faster."""
    return column.null_count > 0 or not (pa.types.is_integer(column.type) or pa.types.is_boolean(column.type))


def _is_text(kind: pa.DataType) -> bool:
    return any(is_kind(kind) for is_kind in (pa.types.is_dictionary, pa.types.is_string, pa.types.is_large_string))
