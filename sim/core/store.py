"""Tables and manifests on disk: written aside, renamed once, so that what exists is complete."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` that takes its place at the end; on an error nothing is left.

    An older folder of that name is replaced as a whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield aside
        os.chmod(aside, 0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
            os.replace(target, old / "old")
            os.replace(aside, target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            try:
                os.replace(aside, target)
            except OSError:  # another process made the same folder first, and what exists is complete
                if not target.exists():
                    raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file whole or not at all, categories as plain text; the same table gives the same bytes."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata()
    plain = pa.schema([field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
                       for field in arrow.schema])  # fmt: skip
    _replace(path, lambda aside: parquet.write_table(arrow.cast(plain), aside, compression="zstd"))


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file (UTF-8 with a byte-order mark, which spreadsheets need for Chinese) whole or not at all."""
    _replace(path, lambda aside: table.to_csv(aside, index=False, encoding="utf-8-sig"))


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file whole or not at all."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    _replace(path, lambda aside: aside.write_text(text + "\n", encoding="utf-8"))


def read_json(path: Path) -> dict:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8) whole or not at all."""
    _replace(path, lambda aside: aside.write_text(text, encoding="utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    _replace(path, lambda aside: aside.write_bytes(content))


def _replace(path: Path, write) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
