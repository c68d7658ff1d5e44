"""Faults that end a command, explained in one line."""

import difflib
import inspect
from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

FEW = 20
MOST = 8
"""Faults of one input that are said; of more it is said how many there are."""
LONGEST_VALUE = 60
AS_WRITTEN = {True: "true", False: "false", None: "null"}
EXPECTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "string_type": "text",
    "string_pattern_mismatch": "a quarter such as 2023Q1",
    "string_too_short": "text, not nothing",
    "path_type": "a path",
    "model_type": "keys with values",
    "dict_type": "keys with values",
    "too_short": "at least one entry",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
}


class ConfigError(ValueError):
    """A configuration that cannot be used; the message is one line: key, value, expected values."""

    def __init__(self, message: object):
        super().__init__(" ".join(str(message).split()))


class RunFailed(RuntimeError):
    """Some replicates ended in an error; the message names the first, the others are kept."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """Name the nearest of the known names, whatever their case, and all of them where they are few."""
    names = {one.casefold(): one for one in sorted(known)}
    few = len(names) <= FEW
    near = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.5 if few else 0) if name else []
    parts = [f"did you mean {names[near[0]]}?"] if near else []
    if few:
        parts.append(f"known: {', '.join(names.values()) or 'none'}")
    elif not near:
        parts.append(f"known: {next(iter(names.values()))} and {len(names) - 1:,} others")
    return " ".join(parts)


def shorten(value: Any) -> str:
    """Write a value in one line of bounded length."""
    text = " ".join(str(AS_WRITTEN.get(value, value) if isinstance(value, bool | None) else value).split())
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "..."


def explain(error: ValidationError, model: type[BaseModel], where: str = "") -> str:
    """Put the faults found in a model's input into one line; `where` precedes each key."""
    return joined(list(dict.fromkeys(_explained(fault, model, where) for fault in error.errors())))


def joined(found: Sequence[str]) -> str:
    """Put faults into one line: the first of them, and how many more there are."""
    more = f"; and {len(found) - MOST} more" if len(found) > MOST else ""
    return "; ".join(found[:MOST]) + more


def _explained(fault: ErrorDetails, model: type[BaseModel], where: str) -> str:
    path = [part for part in fault["loc"] if part != "[key]"]
    key = where + ".".join(map(str, path))
    if fault["type"] == "missing":
        return f"{key}: missing"
    if fault["type"] == "extra_forbidden":
        return f"{key}: unknown key; {suggestion(str(path[-1]), _keys(model, path[:-1]))}"
    whole = isinstance(fault["input"], dict | list | BaseModel)
    place = key.removesuffix(".") + ("" if whole else f"={shorten(fault['input'])}")
    context = {name: f"{one:g}" if isinstance(one, float) else one for name, one in fault.get("ctx", {}).items()}
    if fault["type"] == "value_error":
        message = str(context["error"])
    elif fault["type"] in EXPECTED:
        message = "expected " + EXPECTED[fault["type"]].format(**context)
    else:
        message = shorten(fault["msg"])
    return f"{place}: {message}" if place else message


def _keys(model: Any, path: Iterable[Any]) -> Iterable[str]:
    """Return the keys known at a path into nested models and mappings."""
    for part in path:
        is_model = inspect.isclass(model) and issubclass(model, BaseModel)
        if is_model:
            model = model.model_fields[part].annotation
        else:  # the values of a mapping, the members of a tuple
            model = next(one for one in reversed(get_args(model)) if one is not Ellipsis)
        while get_origin(model) in (Annotated, Union, UnionType):  # may be missing, or is converted before
            model = get_args(model)[0]
    keys: Iterable[str] = model.model_fields
    return keys
