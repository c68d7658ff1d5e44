"""Read a CSV table as text, keeping the line number of every row."""

import csv
import re
from io import StringIO
from pathlib import Path

import pandas as pd

from sim.baseline.fault import Fault

# What pandas and Frictionless read alike: Frictionless alone would also take "1_000" and "NaN".
NUMBER = {
    "integer": re.compile(r"[+-]?[0-9]{1,15}"),
    "number": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"),
}


def read(path: Path, columns: dict[str, bool], may_be_empty: bool = False) -> tuple[pd.DataFrame | None, list[Fault]]:
    """Return the wanted columns as text, indexed by line number, and the faults of the file's shape.

    `columns` says of each whether it must be there. The frame is `None` when nothing can be read; rows with too few or
    too many cells are left out. A table without rows is a fault unless it may be empty.
    """
    names = list(columns)
    whole = f"a table of {len(names)} columns, {names[0]} to {names[-1]}"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None, [Fault(path.name, None, None, None, whole)]
    except OSError as error:
        return None, [Fault(path.name, None, None, error.strerror, whole)]
    rows, fault = lines(path.name, content)
    if fault:
        return None, [fault]
    if not rows:
        return None, [Fault(path.name, 1, None, "", whole)]
    header = rows.pop(min(rows))
    found = _header_faults(path.name, header, columns)
    for line, row in rows.items():
        if len(row) != len(header):
            found.append(Fault(path.name, line, None, f"{len(row)} cells", f"{len(header)}, as the header"))
    if not rows and not may_be_empty:
        return None, [*found, Fault(path.name, 2, None, None, "at least one row")]
    positions = {column: header.index(column) for column in columns if column in header}
    body = {
        line: [row[position] for position in positions.values()]
        for line, row in rows.items()
        if len(row) == len(header)
    }
    return pd.DataFrame(list(body.values()), index=list(body), columns=list(positions), dtype=object), found


UTF_8 = "UTF-8 text, as Excel saves it with the type CSV UTF-8"


def lines(file: str, content: bytes) -> tuple[dict[int, list[str]], Fault | None]:
    """Return the cells of every row of a CSV file by line number, and what is wrong with it as a whole."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return {}, Fault(file, line, None, f"byte {error.object[error.start]:#x}", UTF_8)
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows, line = {}, 1
    try:
        for row in reader:
            if row:
                rows[line] = row
            line = reader.line_num + 1
    except csv.Error as error:
        return {}, Fault(file, line, None, str(error), "CSV with every quote closed")
    return rows, None


def _header_faults(file: str, header: list[str], columns: dict[str, bool]) -> list[Fault]:
    absent = [column for column, needed in columns.items() if needed and column not in header]
    found = [Fault(file, 1, column, None, "this column") for column in absent]
    for position, label in enumerate(header):
        if label not in columns:
            found.append(Fault(file, 1, label, label, "no such column"))
        elif label in header[:position]:
            found.append(Fault(file, 1, label, label, "each column once"))
    return found
