"""The user's own figures of single counties: one optional file, a workbook or CSV, one row a figure, checked cell by
cell."""

import re
import warnings
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import pandas as pd

from sim.baseline.description import OWN, SHIPPED
from sim.baseline.fault import Fault
from sim.baseline.figures import COLUMNS, UNDATED
from sim.baseline.names import Names
from sim.baseline.reading import NUMBER, lines
from sim.config.fault import suggestion
from sim.config.policies import LAST_YEAR
from sim.config.variables import Variable, variables

KINDS = ".csv", ".xlsx"
SHEET = "数据 figures"
EARLIEST = 2000
LARGEST = 200_000_000
"""Bytes of a workbook unpacked at most: more is no table of figures, but something made to fill the memory."""
PASSWORD = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a compound file begins: a workbook with a password, or one of before 2007."""

GIVEN = ("value", "year", "source")
"""Columns that a user fills in."""
TOLD = ("current", "basis", "current_year", "current_source")
"""Columns of the workbook that tell what is read where nothing is given; `written` keeps what they said."""
HEADS = {
    "adcode": "代码", "county": "县（市）", "prefecture": "设区市", "variable": "指标代码", "figure": "指标",
    "unit": "单位", "current": "现用值（按本行单位）", "basis": "现用值依据", "current_year": "现用值年份",
    "current_source": "现用值来源", "least": "最小值（按本行单位）", "most": "最大值（按本行单位）",
    "value": "本县数值（按本行单位）", "year": "年份", "source": "来源", "written": "原文",
}
"""Columns of the workbook by name, with their Chinese heads; a head ends in the name."""
SEPARATOR = " | "
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
"""How spreadsheet programs write large numbers into CSV files."""
NOTHING = pd.DataFrame({name: pd.Series(dtype="float64" if name in GIVEN[:2] else "str") for name in COLUMNS})


class Sheet(NamedTuple):
    """The cells of a table: its file, the sheet (None of a CSV file), the column of each name, and rows by line."""

    file: str
    name: str | None
    columns: dict[str, int]
    rows: dict[int, list[Any]]

    def cells(self, line: int) -> dict[str, Any]:
        """Return the cells of a line by column; None where one is empty or not there."""
        row = self.rows[line]
        return {name: _bare(row[k]) if k < len(row) else None for name, k in self.columns.items()}

    def where(self, line: int, column: str) -> str:
        """Return the place of a cell within the file."""
        if self.name is None:
            return f"row {line}"
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(self.columns.get(column, 0) + 1)}{line}"

    def fault(self, line: int, column: str, value: object, expected: str) -> Fault:
        """Return the fault of a cell."""
        said = None if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
        if self.name is None:
            return Fault(self.file, line, column, said, expected)
        return Fault(self.file, None, f"sheet {self.name}, {self.where(line, column)}, {column}", said, expected)


def located(data: Path) -> tuple[Path, Path | None, list[Fault]]:
    """Return the folder of a data package, the file of own figures in it, or for the shipped one, if there is one, and
    the fault that there are two."""
    if data.is_file() or (data.suffix.lower() in KINDS and not data.is_dir()):
        return SHIPPED, data, []
    there = [path for kind in KINDS if (path := data / f"{OWN}{kind}").is_file()]
    twice = [Fault(there[1].name, None, None, there[1].name, f"one of {there[0].name} and {there[1].name}")] \
        if len(there) > 1 else []
    return data, there[0] if there else None, twice


def placed(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether counties and prefectures can be told by name."""
    needed = {"adcode", "name_zh", "name_en"}
    return all(needed <= set(tables.get(name, ())) for name in ("counties", "prefectures"))


def read(path: Path, counties: pd.DataFrame, prefectures: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the figures that a file gives, with the columns of `figures.COLUMNS` and counties by code, in one order
    whatever that of the file, and every fault. Rows in which nothing is filled in are passed over."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return NOTHING, [Fault(path.name, None, None, error.strerror, f"a file of own figures, {' or '.join(KINDS)}")]
    kind = path.suffix.lower()
    if kind not in KINDS:
        return NOTHING, [Fault(path.name, None, None, kind or path.name, f"a file that ends in {' or '.join(KINDS)}")]
    rows, sheet, found = _csv(path.name, content) if kind == ".csv" else _workbook(path.name, content)
    if found:
        return NOTHING, found
    header = min(rows, default=0)
    columns, found = _columns(path.name, sheet, header, rows.pop(header, []))
    table = Sheet(path.name, sheet, columns, rows)
    if sheet is None:
        found += [Fault(path.name, line, None, f"{len(row)} cells", f"at most {len(columns)}, as the header")
                  for line, row in rows.items() if any(map(_bare, row[len(columns):]))]
    if found:
        return NOTHING, found
    places = Names("county", counties.dropna(subset=["adcode", "name_zh", "name_en"]),
                   others=prefectures.dropna(subset=["adcode", "name_zh", "name_en"]))
    given, seen = [], dict[tuple, int]()
    known = variables()
    titles = {title.casefold(): name for name, one in known.items() for title in (one.zh, one.en)}
    for line in rows:
        cells = table.cells(line)
        faults = [*_changed(table, line, cells)]
        if any(cells.get(name) is not None for name in GIVEN):
            code, unplaced = _place(table, line, cells, places)
            faults += [*unplaced, *_figure(table, line, cells, known, titles)]
            if not faults:
                year = cells.get("year")
                key = code, cells["variable"], float(UNDATED if year is None else year)
                if (before := seen.setdefault(key, line)) != line:
                    faults.append(table.fault(line, "variable", f"{code}, {key[1]}", "each figure once a county and "
                                              f"year; {table.where(before, 'variable')} has the same"))
                given.append((code, cells["variable"], float(cells["value"]), float("nan" if year is None else year),
                              str(cells["source"])))
        found += faults
    frame = pd.DataFrame(given, columns=COLUMNS).astype(dict(NOTHING.dtypes))
    return frame.sort_values(["adcode", "variable", "year"], ignore_index=True), found


def _csv(file: str, content: bytes) -> tuple[dict[int, list[Any]], None, list[Fault]]:
    rows, fault = lines(file, content)
    return rows, None, [fault] if fault else []


def _workbook(file: str, content: bytes) -> tuple[dict[int, list[Any]], str | None, list[Fault]]:
    """Return the rows of the sheet with the figures that are not empty, by line, and its name."""

    def refused(value: str, expected: str = "a workbook (.xlsx) as county template county_figures.xlsx writes it"):
        return {}, None, [Fault(file, None, None, value, expected)]

    from openpyxl import load_workbook

    if content.startswith(PASSWORD):
        return refused("a workbook with a password, or of before 2007", "one without a password, saved as .xlsx")
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                return refused("more than 200 MB unpacked")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is not read, such as pictures
            book = load_workbook(BytesIO(content), read_only=True)
            names = [one.title for one in book.worksheets]
            name = next((one for one in names if one.strip() == SHEET), names[0] if len(names) == 1 else None)
            if name is None:
                return refused(f"sheets {', '.join(names)}", f"a sheet {SHEET}")
            rows = _rows(book[name])
            if any(isinstance(cell, str) and cell.startswith("=") for row in rows.values() for cell in row):
                results = _rows(load_workbook(BytesIO(content), read_only=True, data_only=True)[name])
                rows = {line: [_result(cell, results.get(line, []), k) for k, cell in enumerate(row)]
                        for line, row in rows.items()}
    except BadZipFile:
        return refused("no workbook")
    except Exception as error:  # openpyxl lets through whatever a broken part makes of its readers
        return refused(f"a workbook that cannot be read: {type(error).__name__}")
    return rows, name, []


def _rows(sheet: Any) -> dict[int, list[Any]]:
    sheet.reset_dimensions()  # which programs write wrongly
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    return {line: list(row) for line, row in rows if any(cell is not None for cell in row)}


def _result(cell: Any, results: list[Any], column: int) -> Any:
    """Return what a formula came to when the workbook was saved last; the formula where that is not kept."""
    if not isinstance(cell, str) or not cell.startswith("="):
        return cell
    result = results[column] if column < len(results) else None
    return cell if result is None else result


def _columns(file: str, sheet: str | None, line: int, header: list[Any]) -> tuple[dict[str, int], list[Fault]]:
    """Return the position of each column by its name, with which its head ends, and the faults of the header."""
    columns, found = dict[str, int](), list[Fault]()
    for k, head in enumerate(header):
        name = str(head or "").split()[-1:]
        if name and name[0] in columns:
            found.append(_of_header(file, sheet, line, name[0], "each column once"))
        elif name and name[0] in HEADS:
            columns[name[0]] = k
        elif name:
            found.append(_of_header(file, sheet, line, str(head), f"no such column; {suggestion(name[0], HEADS)}"))
    needed = [*(name for name in COLUMNS if name not in ("adcode", "year")),
              *(["adcode"] if "county" not in columns else [])]
    found += [_of_header(file, sheet, line, None, f"a column {name}") for name in needed if name not in columns]
    return columns, found


def _of_header(file: str, sheet: str | None, line: int, value: str | None, expected: str) -> Fault:
    return Fault(file, line or 1, None if sheet is None else f"sheet {sheet}", value, expected)


def _place(table: Sheet, line: int, cells: dict[str, Any], places: Names) -> tuple[str, list[Fault]]:
    """Return the code of the county that a row is about, and what is wrong with how it is called."""
    named, found = list[tuple[str, str]](), list[Fault]()
    for column in ("adcode", "county"):
        if cells.get(column) is not None:
            try:
                named.append((column, places.find(_text(cells[column]))))
            except ValueError as error:
                expected = str(error).removeprefix("expected ").replace("unknown county", "a county by code or name")
                found.append(table.fault(line, column, _text(cells[column]), expected))
    if not named and not found:
        column = "adcode" if "adcode" in cells else "county"
        found.append(table.fault(line, column, None, "a county by code or name"))
    if len({code for _, code in named}) > 1:
        found.append(table.fault(line, "county", _text(cells["county"]), f"the county of adcode, {named[0][1]}"))
    return named[0][1] if named else "", found


def _figure(table: Sheet, line: int, cells: dict[str, Any], known: Mapping[str, Variable],
            titles: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with a figure; numbers written as text become numbers in `cells`, and a title the name."""
    given = _text(cells["variable"])
    name = cells["variable"] = titles.get(given.casefold(), given)
    variable = known.get(name)
    if variable is None:
        near = suggestion(given, [*known, *(one.zh for one in known.values())])
        yield table.fault(line, "variable", given or None, f"a known figure; {near}")
    elif cells.get("unit") not in (None, variable.units, variable.unit, variable.unit_zh):
        yield table.fault(line, "unit", cells["unit"], f"{variable.units}, in which {name} is read")
    value = cells["value"] = _number(cells["value"], "number")
    if value is None:
        yield table.fault(line, "value", None, "a figure, as year or source is given")
    elif not isinstance(value, float):
        yield table.fault(line, "value", value, f"a number{f', {variable.units}' if variable else ''}")
    elif variable and not variable.low <= value <= variable.high:
        expected = f"{name} from {variable.low:,.15g} to {variable.high:,.15g} {variable.unit}"
        yield table.fault(line, "value", value, expected)
    year = cells["year"] = _number(cells.get("year"), "integer")
    if year is not None and not (isinstance(year, float) and year == year // 1 and EARLIEST <= year <= LAST_YEAR):
        yield table.fault(line, "year", year, f"a year from {EARLIEST} to {LAST_YEAR}, or nothing")
    if value is not None and cells["source"] is None:
        yield table.fault(line, "source", None, "where the figure was published")


def _changed(table: Sheet, line: int, cells: dict[str, Any]) -> Iterator[Fault]:
    """Yield the columns of a row that no longer tell what they were written with, where that is kept."""
    kept = str(cells.get("written") or "").split(SEPARATOR, len(TOLD) - 1)
    if "current" not in cells or len(kept) != len(TOLD):
        return
    for column, before in zip(TOLD, kept, strict=True):
        if column in cells and (now := told(cells[column])) != before:
            yield table.fault(line, column, now or None,
                              f"{before or 'nothing'}, as written: what is your own goes into the column value")


def told(value: object) -> str:
    """Return what a cell tells in words, which programs that save it with fewer digits do not change."""
    number = _number(value, "number")
    return f"{number:.6g}" if isinstance(number, float) else " ".join(_text(value).split())


def _number(value: Any, kind: str) -> Any:
    """Return a number, or text that is one, with or without commas between thousands, as a float, and anything else as
    it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = value.replace(",", "") if isinstance(value, str) and THOUSANDS.fullmatch(value) else value
    return float(text) if isinstance(text, str) and NUMBER[kind].fullmatch(text) else value


def _text(value: object) -> str:
    """Return a cell as text: a code that was taken for a number has no decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _bare(value: Any) -> Any:
    """Return a cell in one line without blanks around it; None of one that is empty."""
    return " ".join(value.split()) or None if isinstance(value, str) else value
