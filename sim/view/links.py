"""The address of what a visitor looks at - scenario, doses, language and view - with the version that made it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple, get_args
from urllib.parse import parse_qsl, urlencode

from sim.config import LAST_YEAR, SEED_LIMIT, ConfigError
from sim.config.fault import shorten
from sim.config.files import load_indicators, load_measures, located, scenarios
from sim.core import revision
from sim.policy.plan import levers_of
from sim.report.words.bilingual import LANGUAGES, Words
from sim.report.words.style import Language
from sim.view import maps
from sim.view.choices import NAMED, PILOTS, SCOPES, TOWNS, Choices
from sim.view.words import LINKS, Kind

DOSE = "dose."
"""Begins the keys of doses, before scope and measure or lever."""
VIEW = ("language", "group", "indicator", "kind")
REQUIRED = ("version", *NAMED, *VIEW)
SETTINGS = "settings"
"""Stands for what the page was started with beside the scenario, where there is any such thing."""


class Place(NamedTuple):
    """What a link leads to: choices, the language, the layer of the map and the group of counties of the paths."""

    choices: Choices
    language: Language
    layer: maps.Shown
    group: str


class Opened(NamedTuple):
    """A link that was opened: where it leads, None for a bad one, and what is to be said of it."""

    place: Place | None
    notes: list[Words]


class LinkError(Exception):
    """A fault of a link, said in both languages."""

    def __init__(self, words: Words):
        super().__init__(words.en)
        self.words = words


def version() -> str:
    """Return which version of the program this is, with its commit where it is known."""
    commit = revision.commit()
    return f"{revision.version()} {commit[:7]}" if commit else revision.version()


def write(place: Place) -> str:
    """Return the query of the address that leads to a place. A run that is pinned is not in it."""
    choices, layer = place.choices, place.layer
    kind = "value" if layer.kind == "pinned" else layer.kind
    fields = {"version": version(), **{key: getattr(choices, key) for key in NAMED},
              "language": place.language, "group": place.group, "indicator": layer.indicator, "kind": kind}
    fields |= {SETTINGS: _digest(choices)} if choices.given else {}
    return urlencode(fields | {f"{DOSE}{scope}.{name}": repr(float(dose))
                               for (scope, name), dose in choices.changes.items()})


def read(query: str, first: Choices) -> Place:
    """Return where a query leads on a page that opens with other choices; raises LinkError."""
    fields = _fields(query)
    for key, (valid, expected) in _expectations(first).items():
        if not valid(fields[key]):
            raise _fault(key, fields[key], expected)
    known = {*load_measures(), *levers_of(load_measures())}
    changes = {}
    for key, text in fields.items():
        if key.startswith(DOSE):
            scope, _, name = key.removeprefix(DOSE).partition(".")
            if scope not in (*SCOPES, PILOTS, TOWNS) or name not in known:
                raise _fault(key, text, LINKS["measure"])
            changes[scope, name] = _dose(key, text)
    choices = replace(first, changes=changes, **{key: fields[key] for key in NAMED})  # type: ignore[arg-type]
    language: Language = "zh" if fields["language"] == "zh" else "en"
    kind = next(kind for kind in get_args(Kind) if kind == fields["kind"])
    return Place(choices, language, maps.Shown(fields["indicator"], kind), fields["group"])


def opened(query: str, first: Choices) -> Opened:
    """Return where a query leads, and what is to be said of it; nothing of an empty one."""
    if not query:
        return Opened(None, [])
    notes: list[Words] = []
    made = dict(parse_qsl(query)).get("version", "")
    if made and made != version():
        notes.append(LINKS["version"].fill(theirs=shorten(made), ours=version()))
    try:
        place = read(query, first)
        place.choices.config()
    except LinkError as error:
        return Opened(None, [*notes, error.words])
    except ConfigError as error:
        return Opened(None, [*notes, LINKS["scenario"].fill(fault=str(error))])
    if dict(parse_qsl(query)).get(SETTINGS, "") != (_digest(first) if first.given else ""):
        notes.append(LINKS["settings"])
    return Opened(place, notes)


def _fields(query: str) -> dict[str, str]:
    """Return the fields of a query, each once and all that are required."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise LinkError(LINKS["damaged"]) from None
    fields = dict(pairs)
    for key in fields:
        if key not in (*REQUIRED, SETTINGS) and not key.startswith(DOSE):
            raise LinkError(LINKS["unknown"].fill(key=shorten(key)))
    if len(fields) < len(pairs):
        twice = next(key for key in fields if sum(key == other for other, _ in pairs) > 1)
        raise LinkError(LINKS["twice"].fill(key=shorten(twice)))
    if missing := [key for key in REQUIRED if key not in fields]:
        raise LinkError(LINKS["missing"].fill(keys=", ".join(missing)))
    return fields


def _expectations(first: Choices) -> Mapping[str, tuple[Callable[[str], bool], Words]]:
    """Return for each field whether a value is valid, and what is expected."""
    indicators = [*load_indicators().indicators, *maps.EXTRAS]

    def whole(text: str, low: int, high: int) -> bool:
        return text.isascii() and text.isdecimal() and len(text) < 20 and low <= int(text) <= high

    return {
        "policy": (lambda text: text in scenarios("policy") or _file(text), LINKS["policy"]),
        "external": (scenarios("external").__contains__, LINKS["external"]),
        "scale": (lambda text: text in ("1", "10", "100", "1000") and int(text) >= first.finest,
                  LINKS["scale"].fill(finest=first.finest)),
        "seed": (lambda text: whole(text, 0, SEED_LIMIT - 1), LINKS["seed"]),
        "end": (lambda text: whole(text, 2011, LAST_YEAR), LINKS["end"].fill(last=LAST_YEAR)),
        "language": (LANGUAGES.__contains__, LINKS["language"]),
        "group": (SCOPES.__contains__, LINKS["group"]),
        "indicator": (indicators.__contains__, LINKS["indicator"]),
        "kind": (get_args(Kind).__contains__, LINKS["kind"].fill(kinds=", ".join(get_args(Kind)))),
    }


def _file(text: str) -> bool:
    """Return whether a policy is a file, as a search for packages writes them."""
    try:
        return text.endswith(".yaml") and located(text).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _dose(key: str, text: str) -> float:
    try:
        dose = float(text)
    except ValueError:
        dose = -1.0
    if not 0 <= dose <= 1:
        raise _fault(key, text, LINKS["dose"])
    return dose


def _fault(key: str, text: str, expected: Words) -> LinkError:
    return LinkError(LINKS["fault"].fill(key=shorten(key), value=shorten(text), expected=expected))


def _digest(choices: Choices) -> str:
    return hashlib.sha256("\n".join(choices.given).encode()).hexdigest()[:12]
