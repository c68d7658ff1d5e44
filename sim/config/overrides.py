"""Overrides: keys and values typed on the command line and in sweep files, converted to the type of each key.

Text stays as it was typed, so that `2025_07_01`, `1e5` and `null` are names where a name is expected. Quotes and
brackets hold together what has commas: `"a, b"`, `[a, b]`, `{key: value}`; in quotes the same quote is written twice.
"""

import fnmatch
import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from sim.config.fault import ConfigError, shorten, suggestion
from sim.config.files import GROUPS, Quoted, scenarios

QUOTED = r"""'(?:[^']|'')*'|"(?:[^"]|"")*\""""
PARTS = re.compile(rf"(?:{QUOTED})(?=\s*(?:[],}}):]|$))|.", re.DOTALL)
WHOLE, NUMBER = r"[+-]?[0-9]{1,40}", r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
MOST = 100_000
"""Values of one key, and combinations of a sweep, at most."""
SEVERAL = re.compile(r"(range|glob)\((.*)\)", re.DOTALL)


class Override(NamedTuple):
    """A key and the text typed for it; a `+` may stand before a key that a scenario leaves out, as Hydra has it."""

    key: str
    text: str
    adds: bool

    @classmethod
    def of(cls, argument: str) -> "Override":
        """Take an argument apart; raises ConfigError where it has no value."""
        key, equals, text = argument.partition("=")
        if not equals:
            raise ConfigError(f"{shorten(argument)}: expected key=value")
        return cls(key.removeprefix("+"), text.strip(), key.startswith("+"))

    def __str__(self) -> str:
        return shorten(f"{'+' * self.adds}{self.key}={self.text}")

    def single(self) -> "Override":
        """Return the override; raises ConfigError where it has several values."""
        if len(split(self.text)) > 1 or SEVERAL.fullmatch(self.text):
            raise ConfigError(f"{self}: expected one value")
        return self

    def choices(self) -> list[str]:
        """Return the text of each value: of `a,b`, of `range(2025,2031)` without the last, and of `glob(pattern)` for
        scenarios. Raises ConfigError where there is none."""
        found: list[str] = []
        for part in split(self.text) or [""]:
            call = SEVERAL.fullmatch(part)
            found += [part] if call is None else (self._glob if call[1] == "glob" else self._range)(call[2])
        return list(dict.fromkeys(found))

    def _glob(self, pattern: str) -> list[str]:
        if self.key not in GROUPS:
            raise ConfigError(f"{self}: expected values; glob() is for {' and '.join(GROUPS)}")
        known = scenarios(self.key)
        if found := fnmatch.filter(sorted(known), read(pattern, str)):
            return [quoted(name) for name in found]
        raise ConfigError(f"{self}: no scenario has such a name; {suggestion('', known)}".rstrip("; "))

    def _range(self, text: str) -> list[str]:
        numbers = [Decimal(part) for part in split(text) if re.fullmatch(NUMBER, part)]
        if len(numbers) != len(split(text)) or len(numbers) not in (2, 3) or not all(numbers[2:]):
            raise ConfigError(f"{self}: expected range(first,end) or range(first,end,step)")
        first, end, step = numbers if len(numbers) == 3 else (*numbers, Decimal(1))
        if (end - first) / step > MOST:
            raise ConfigError(f"{self}: expected at most {MOST:,} numbers")
        found = [f"{first + k * step:f}" for k in range(math.ceil((end - first) / step))]
        if not found:
            raise ConfigError(f"{self}: no number is in this range; expected an end beyond the first")
        return found


def split(text: str) -> list[str]:
    """Return the parts of a text between commas that stand in neither quotes nor brackets; none of an empty one."""
    parts, depth = [""], 0
    for part in PARTS.findall(text):
        depth += (part in "([{") - (part in ")]}")
        if part == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += part
    return [part.strip() for part in parts] if text.strip() else []


def quoted(text: str) -> str:
    """Return a text as it is typed, in quotes where it would otherwise be read as something else."""
    return "'" + text.replace("'", "''") + "'" if re.search(r"""[,'"()[\]{}]|^\s|\s$|^$""", text) else text


def written(value: Any) -> str:
    """Return texts, or lists and mappings of texts, as they are typed."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(key)}: {written(one)}' for key, one in value.items())}}}"
    return quoted(value)


def read(text: str, kind: Any) -> Any:
    """Return a text converted to a type, an annotation of a model; text that cannot be converted stays as it is."""
    text, kinds = text.strip(), list(_kinds(kind))
    if re.fullmatch(QUOTED, text):
        return text[1:-1].replace(2 * text[0], text[0])
    if text == "null" and NoneType in kinds:
        return None
    for one in kinds:
        if get_origin(one) is tuple:
            listed, entry = text[:1] + text[-1:] == "[]", get_args(one)[0]
            return [read(part, entry) for part in split(text[1:-1])] if listed else read(text, entry)
        if text[:1] + text[-1:] == "{}" and (_is_model(one) or get_origin(one) is dict):
            values: dict[Any, Any] = {}
            for name, _, value in (part.partition(":") for part in split(text[1:-1])):
                before, values = values, placed(values, [name], value, one)
                if len(values) == len(before):
                    raise ConfigError(f"{shorten(text)}: {name.strip()} is given twice")
            return values
    if str in kinds or Path in kinds:
        return text
    if {int, float} & set(kinds) and re.fullmatch(WHOLE, text):
        return int(text)
    if float in kinds and (text in ("nan", "inf", "-inf") or re.fullmatch(NUMBER, text)):
        return float(text)
    return text == "true" if bool in kinds and text in ("true", "false") else text


def typed(value: Any, kind: Any) -> Any:
    """Return the content of a file that was read as text, converted to a type like `read`; what stands in quotes, or is
    to be resolved later, stays text."""
    if isinstance(value, dict):
        entries = [(_entry(kind, key), one) for key, one in value.items()]
        return {name: typed(one, inner) for (name, inner), one in entries}
    if isinstance(value, list):
        inner = next((get_args(one)[0] for one in _kinds(kind) if get_origin(one) is tuple), Any)
        return [typed(one, inner) for one in value]
    if not isinstance(value, str) or isinstance(value, Quoted) or "${" in value:
        return str(value) if isinstance(value, Quoted) else value
    return None if value in ("", "~") and NoneType in _kinds(kind) else read(value, kind)


def placed(values: Any, path: Sequence[str], text: str, kind: Any) -> Any:
    """Return values with a converted text set at a path; `kind` is the type of the whole."""
    if not path:
        return read(text, kind)
    written, rest = path[0].strip(), path[1:]
    for one in _kinds(kind):
        if get_origin(one) is dict and not any(_is_model(entry) or get_origin(entry) is dict
                                               for entry in _kinds(get_args(one)[1])):
            written, rest = ".".join(path), ()  # of measures' levers and such
    name, inner = _entry(kind, written)
    known = values if isinstance(values, dict) else {}
    return {**known, name: placed(known.get(name), rest, text, inner)}


def _entry(kind: Any, name: str) -> tuple[Any, Any]:
    """Return the key that a name stands for in a model or a mapping, and the type of its value."""
    key, inner = str, Any
    for one in _kinds(kind):
        if _is_model(one) and name in one.model_fields:
            inner = one.model_fields[name].annotation
        elif get_origin(one) is dict:
            key, inner = get_args(one)
    return read(name, key), inner


def _kinds(kind: Any) -> Iterator[Any]:
    """Yield the types that a value of an annotation may have."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _kinds(arguments[0])
    elif origin is Literal:
        yield from {type(value) for value in arguments}
    elif origin in (Union, UnionType):
        for one in arguments:
            yield from _kinds(one)
    else:
        yield kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
