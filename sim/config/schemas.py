"""JSON schemas of the files that users write, by which editors complete and check them as they are typed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sim.config import Config
from sim.config.files import load_measures, load_parameters, load_profiles
from sim.config.parameters import Quantity
from sim.config.policies import Policy
from sim.config.scenarios import DRIVERS, External, Scenario

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANY = {"type": ["string", "number", "boolean", "null", "array"]}
"""What a key of a sweep may be: a value, several, or a text such as `glob(pilots_*)`."""


def policy() -> Schema:
    """Return the schema of `scenarios/policy/*.yaml`: measures, levers and county types by name."""
    schema, measures = _scenario(Policy), load_measures()
    levers = [f"{name}.{lever}" for name, one in measures.items() for lever in one.levers if len(one.levers) > 1]
    types = sorted({name for profile in load_profiles().values() for name in profile.values})
    for part in _objects(schema):
        part.pop("source", None)  # read from the file that a strategy is named after
        _names(part, ("doses",), ["all", *measures, *levers])
        _names(part, ("timetable",), measures)
        _names(part, ("by_type",), types)
        for key in ("priority", "stop", "forward"):
            if key in part:
                part[key] = {"type": ["array", "null"], "items": {"enum": [*measures]}}
        if "strategy" in part:
            part["strategy"]["anyOf"].append({"type": "string"})
        if "same_cost_as" in part:
            part["same_cost_as"] = {"type": ["string", "null"], "description": "name of another policy"}
    for key in ("by_prefecture", "by_county"):
        schema["properties"][key]["description"] = "plans by code or name, in full or short"
    return schema


def external() -> Schema:
    """Return the schema of `scenarios/external/*.yaml`: drivers by name, with what each moves and its range."""
    schema = _scenario(External)
    series = schema["$defs"]["Series"]["properties"]
    series["index"]["propertyNames"] = {"pattern": "^(20[0-9]{2}|2100)$"}
    schema["properties"]["series"] = {"type": "object", "additionalProperties": False, "properties": {
        name: {"allOf": [{"$ref": "#/$defs/Series"}, {"properties": {"index": {"additionalProperties": {
            "minimum": driver.low, "maximum": driver.high}}}}], "description": driver.meaning}
        for name, driver in DRIVERS.items()}}
    return schema


def sweep() -> Schema:
    """Return the schema of sweep files: every key of a run, parameters among them, with one value or several."""
    keys = {name: {**ANY, "description": field.description or name} for name, field in Config.model_fields.items()}
    for name, one in load_parameters().quantities.items():
        said = {**ANY, "description": f"{one.low:g} to {one.high:g} {one.unit}; {one.source}"}
        keys |= {f"parameters.{name}": said, f"parameters.{name}.value": said}
    return {"type": "object", "properties": keys,
            "patternProperties": {r"^\+?(policy|external|measures|indicators|evaluation|stocks)\..": ANY},
            "additionalProperties": False}


def parameters() -> Schema:
    """Return the schema of the themes of parameters: value, range, unit, source and grade of each."""
    return {"type": "object", "additionalProperties": {"$ref": "#/$defs/Quantity"},
            "$defs": {"Quantity": Quantity.model_json_schema(), **Quantity.model_json_schema().get("$defs", {})}}


SCHEMAS: dict[str, Callable[[], Schema]] = {f"{make.__name__}.schema.json": make
                                            for make in (policy, external, sweep, parameters)}
"""What makes the schema of each kind of file, by the file that holds it."""


def _scenario(kind: type[Scenario]) -> Schema:
    """Return the schema of a kind of scenario, but for the name, which it has from its file."""
    made = kind.model_json_schema()
    schema: Schema = {**made["$defs"].pop(kind.__name__, made), "$defs": made["$defs"]}
    del schema["properties"]["name"]
    schema["properties"]["defaults"] = {"type": "array", "items": {"type": "string"}, "description":
                                        "scenarios that this one changes, and _self_ where it stands among them"}
    needed = [one for one in schema.pop("required") if one != "name"]
    schema |= {"if": {"not": {"required": ["defaults"]}}, "then": {"required": needed}}
    return {"$schema": DIALECT, **schema}


def _objects(schema: Schema) -> Iterator[Schema]:
    """Yield the properties of an object and of those it defines."""
    yield schema["properties"]
    for defined in schema["$defs"].values():
        yield defined.get("properties", {})


def _names(part: Schema, keys: Iterable[str], known: Iterable[str]) -> None:
    for key in keys:
        if key in part:
            part[key]["propertyNames"] = {"enum": [*known]}
