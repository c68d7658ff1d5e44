"""Find every fault of a data folder: its files, its schema (checked by Frictionless) and its sums."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from sim.baseline import own, province
from sim.baseline.consistency import inconsistencies
from sim.baseline.description import DESCRIPTOR, describe, expected
from sim.baseline.fault import Fault
from sim.baseline.needed import shortcomings
from sim.baseline.reading import NUMBER, read

BEYOND_ANY_LIMIT = 10**9


def faults(data: Path) -> list[Fault]:
    """Return every fault of a data folder, in the order of tables, lines and columns, or of a file of own figures for
    the shipped one.

    Tables are `<name>.csv`: comma-separated, UTF-8, a header of field names in any order; a column whose cells may be
    empty may be left out.
    """
    data = Path(data)
    folder, figures, twice = own.located(data)
    if figures == data:  # the shipped tables have no faults
        places = (pd.read_csv(folder / f"{name}.csv", dtype=str) for name in ("counties", "prefectures"))
        return own.read(figures, *places)[1]
    schemas, found = describe(folder)
    if not folder.is_dir():
        return [Fault(str(folder), None, None, None, f"a folder with the tables {', '.join(schemas)}, or a file of own "
                      f"figures, {' or '.join(own.KINDS)}")]
    said, missing = province.read(folder)
    found += missing
    texts = {}
    for name, schema in schemas.items():
        if reason := _unusable(schema):
            found.append(Fault(DESCRIPTOR, None, name, reason, "a valid table schema"))
            continue
        columns = {field["name"]: bool(field["constraints"].get("required")) for field in schema["fields"]}
        text, shape = read(folder / f"{name}.csv", columns, may_be_empty=bool(schema.get("optional")))
        found += shape
        if text is not None:
            texts[name] = text
    cells: dict[tuple, Fault] = {}
    for rule in (_not_numbers, _schema_faults):
        for fault in rule(texts, schemas):
            cells.setdefault((fault.file, fault.row, fault.column), fault)
        _blank(texts, cells.values())
    found += cells.values()
    tables = {name: _typed(text, schemas[name]) for name, text in texts.items()}
    found += inconsistencies(tables)
    found += shortcomings(tables, said)
    found = sorted(found, key=lambda fault: _place(fault, schemas)) + twice
    if figures and own.placed(tables):
        found += own.read(figures, tables["counties"], tables["prefectures"])[1]
    return found


def _unusable(schema: dict) -> str | None:
    # Imported here because it is slow, and a remembered verdict does without.
    from frictionless import FrictionlessException, Schema

    try:
        Schema.from_descriptor(schema)
        for field in schema["fields"]:
            re.compile(field["constraints"].get("pattern", ""))
    except FrictionlessException as exception:
        return (exception.reasons or [exception.error])[0].note
    except re.error as error:
        return f"{error.pattern!r}: {error}"
    return None


def _not_numbers(texts: dict[str, pd.DataFrame], schemas: dict[str, dict]) -> Iterator[Fault]:
    for name, text in texts.items():
        for field in schemas[name]["fields"]:
            if field["name"] not in text or field["type"] not in NUMBER:
                continue
            number = NUMBER[field["type"]]
            for row, value in text[field["name"]].items():
                if value and not number.fullmatch(value):
                    yield Fault(f"{name}.csv", row, field["name"], value, expected(field))


def _schema_faults(texts: dict[str, pd.DataFrame], schemas: dict[str, dict]) -> Iterator[Fault]:
    from frictionless import Package, Resource, Schema

    package = Package()
    for name, text in texts.items():
        schema = Schema.from_descriptor(_present(name, texts, schemas[name]))
        package.add_resource(Resource(name=name, data=[list(text), *text.values.tolist()], schema=schema))
    if not package.resources:
        return
    for task in package.validate(limit_errors=BEYOND_ANY_LIMIT).tasks:
        for error in task.errors:
            yield from _translate(error, task.name, texts[task.name], schemas[task.name])


def _present(name: str, texts: dict[str, pd.DataFrame], schema: dict) -> dict:
    """Return a schema without the requirements on tables and columns that cannot be read."""
    fields = {field["name"]: field for field in schema["fields"]}
    kept = {**schema, "fields": [fields[column] for column in texts[name]]}
    if not set(schema.get("primaryKey", [])) <= set(texts[name]):
        del kept["primaryKey"]
    kept["foreignKeys"] = [
        key
        for key in schema.get("foreignKeys", [])
        if set(key["fields"]) <= set(texts[name])
        and key["reference"]["resource"] in texts
        and set(key["reference"]["fields"]) <= set(texts[key["reference"]["resource"]])
    ]
    return kept


def _translate(error: Any, name: str, text: pd.DataFrame, schema: dict) -> Iterator[Fault]:
    file = f"{name}.csv"
    row_number = getattr(error, "row_number", None)
    if row_number is None:
        yield Fault(file, None, None, error.note, "a readable table")
        return
    row = int(text.index[row_number - 2])
    if error.type in ("type-error", "constraint-error"):
        field = next(field for field in schema["fields"] if field["name"] == error.field_name)
        yield Fault(file, row, field["name"], text.at[row, field["name"]], expected(field))
    elif error.type in ("unique-error", "primary-key"):
        keys = [error.field_name] if error.type == "unique-error" else schema["primaryKey"]
        if not any(text.loc[row, keys]):  # reported as required
            return
        same = (text[keys] == text.loc[row, keys]).all(axis=1)
        rule = f"each {', '.join(keys)} once; row {text.index[same][0]} has the same"
        yield Fault(file, row, ", ".join(keys), ", ".join(text.loc[row, keys]), rule)
    elif error.type == "foreign-key":
        keys = error.field_names
        source = f"{error.reference_name}.csv ({', '.join(error.reference_field_names)})"
        yield Fault(file, row, ", ".join(keys), ", ".join(text.loc[row, keys]), f"one listed in {source}")
    elif error.type == "blank-row":
        yield Fault(file, row, None, "", "no empty row")
    else:
        yield Fault(file, row, getattr(error, "field_name", None), getattr(error, "cell", None), error.note)


def _blank(texts: dict[str, pd.DataFrame], found: Iterable[Fault]) -> None:
    """Empty the faulty single cells, so that one fault is not reported again as another."""
    for fault in found:
        text = texts.get(fault.file.removesuffix(".csv"))
        if text is not None and fault.column in text:
            text.at[fault.row, fault.column] = ""


def _typed(text: pd.DataFrame, schema: dict) -> pd.DataFrame:
    frame = text.mask(text == "")
    for field in schema["fields"]:
        if field["type"] in NUMBER and field["name"] in frame:
            frame[field["name"]] = pd.to_numeric(frame[field["name"]]).astype("float64")
    return frame


def _place(fault: Fault, schemas: dict[str, dict]) -> tuple[int, float, int]:
    name = fault.file.removesuffix(".csv")
    if name not in schemas:
        return -1, 0, 0
    columns = [field["name"] for field in schemas[name]["fields"]]
    first = (fault.column or "").split(", ")[0]
    line = float("inf") if fault.row is None else fault.row
    return list(schemas).index(name), line, columns.index(first) if first in columns else -1
