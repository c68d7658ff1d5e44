"""The description in a data folder: the schema of each table."""

import functools
import json
from pathlib import Path

from sim.baseline.fault import Fault

DESCRIPTOR, OWN = "datapackage.json", "county_figures"
"""The file that describes the tables, and the one of them that `own` reads: the user's own figures."""
SHIPPED = Path(__file__).parent.parent / "data"


def describe(folder: Path) -> tuple[dict[str, dict], list[Fault]]:
    """Return the schema of every table, by name in package order, and the faults of the descriptor.

    Optional tables that the folder does not have are left out. A folder without a descriptor is held to the shipped
    schema. A descriptor of its own may set other ranges and add columns, but declares every shipped table and
    field; keys are always the shipped ones.
    """
    shipped = {name: schema for name, schema in _shipped().items()
               if not schema.get("optional") or (folder / f"{name}.csv").exists()}
    path = folder / DESCRIPTOR
    if folder == SHIPPED or not path.is_file():
        return shipped, []
    try:
        own = _schemas(json.loads(path.read_bytes().decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        line = error.doc.split("\n")[error.lineno - 1].strip()
        return shipped, [Fault(DESCRIPTOR, error.lineno, None, line, f"JSON: {error.msg}")]
    except UnicodeDecodeError:
        return shipped, [Fault(DESCRIPTOR, None, None, "other bytes", "UTF-8 text")]
    except (AttributeError, KeyError, TypeError):
        return shipped, [Fault(DESCRIPTOR, None, "resources", None, "tables with a name and schema.fields")]
    schemas, found = {}, []
    for name, schema in shipped.items():
        if schema.get("optional") and name not in own:
            schemas[name] = schema
            continue
        differences = _differences(name, schema, own.get(name))
        found += differences
        schemas[name] = schema if differences else {**schema, "fields": own[name]["fields"]}
    return schemas, found


def optional() -> dict[str, dict]:
    """Return the schemas of the tables that a folder need not have, by name."""
    return {name: schema for name, schema in _shipped().items() if schema.get("optional")}


def expected(field: dict) -> str:
    """Say in words what a cell of this field may hold."""
    limits = field["constraints"]
    low, high = limits.get("minimum"), limits.get("maximum")
    words = {"string": "text"}.get(field["type"], field["type"])
    if "enum" in limits:
        words = "one of " + ", ".join(str(choice) for choice in limits["enum"])
    elif "pattern" in limits:
        words = f"text like {limits['pattern']}"
    elif low is not None and high is not None:
        words += f" from {low} to {high}"
    elif low is not None or high is not None:
        words += f" >= {low}" if high is None else f" <= {high}"
    return words if limits.get("required") else f"{words}, or nothing"


def _shipped() -> dict[str, dict]:
    return _read((SHIPPED / DESCRIPTOR).read_bytes())


@functools.lru_cache(maxsize=1)
def _read(descriptor: bytes) -> dict[str, dict]:
    return _schemas(json.loads(descriptor))


def _schemas(descriptor: dict) -> dict[str, dict]:
    schemas = {
        resource["name"]: resource["schema"] | ({"optional": True} if resource.get("optional") else {})
        for resource in descriptor["resources"] if resource["name"] != OWN
    }
    for schema in schemas.values():
        for field in schema["fields"]:
            if not isinstance(field["name"], str) or not isinstance(field["type"], str):
                raise TypeError("name and type are text")
            limits = {"minimum": 0, "maximum": 1} if field.get("unit") == "share" else {}
            field["constraints"] = {**limits, **field.get("constraints", {})}
    return schemas


def _differences(table: str, shipped: dict, own: dict | None) -> list[Fault]:
    if own is None:
        return [Fault(DESCRIPTOR, None, table, None, "this table")]
    found = []
    fields = {field["name"]: field for field in own["fields"]}
    for wanted in shipped["fields"]:
        place = f"{table}.{wanted['name']}"
        field = fields.get(wanted["name"])
        if field is None:
            found.append(Fault(DESCRIPTOR, None, place, None, "this field"))
        elif field["type"] != wanted["type"]:
            found.append(Fault(DESCRIPTOR, None, place, str(field["type"]), f"type {wanted['type']}"))
        elif _required(wanted) and not _required(field):
            found.append(Fault(DESCRIPTOR, None, place, "optional", "a required field"))
    for name, field in fields.items():
        for limit in ("minimum", "maximum"):
            value = field["constraints"].get(limit, 0)
            if not isinstance(value, int | float):
                found.append(Fault(DESCRIPTOR, None, f"{table}.{name}", str(value), f"a number as {limit}"))
    return found


def _required(field: dict) -> bool:
    return bool(field["constraints"].get("required"))
