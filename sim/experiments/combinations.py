"""The combinations of a sweep, each a configuration of its own."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sim import compose
from sim.config import Config, ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import CONFIGS, GROUPS, TextLoader, read_yaml
from sim.config.overrides import written

SHARED = ("name", "data", "compare", "engine", "scheduler", "workers")
"""Keys that have one value in a sweep."""


class Variant(NamedTuple):
    """One combination of a sweep, and its setting: overrides beside scenarios, parameters and seed, as `end=2030`."""

    setting: str
    config: Config
    combination: tuple[str, ...]


def variants(overrides: Iterable[str]) -> list[Variant]:
    """Return every combination of overrides, those that `given` returns. A fault raises ConfigError, as does a key that
    has one value in a sweep and is given several."""
    found = list(compose.product("sweep", overrides))
    for key in SHARED:
        if len({getattr(config, key) for _, config in found}) > 1:
            raise ConfigError(f"{key}: expected one value in a sweep")
    values: dict[str, set[str]] = {}
    for combination, _ in found:
        for override in combination:
            values.setdefault(override.partition("=")[0], set()).add(override)
    several = {key for key, texts in values.items() if len(texts) > 1}
    elsewhere = {*GROUPS, "seed", *(key for key in several if key.startswith("parameters."))}
    return [Variant(", ".join(one for one in combination if one.partition("=")[0] in several - elsewhere), config,
                    combination)
            for combination, config in found]


def given(arguments: Iterable[str]) -> list[str]:
    """Return the overrides of arguments; those of a sweep file (`sweep=NAME`) come first, and overrides given beside it
    replace its entries. A fault raises ConfigError."""
    from_file: dict[str, str] = {}
    own: dict[str, str] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if key in own or (key == "sweep" and from_file):
            raise ConfigError(f"{shorten(argument)}: {shorten(key)} is given twice")
        if key == "sweep" and equals:
            from_file = _from_file(value)
        else:
            own[key] = argument
    return list({**from_file, **own}.values())


def _from_file(name: str) -> dict[str, str]:
    """Return the overrides of a sweep file, given by path or by name: the user's own ./configs/sweep, then shipped."""
    own, shipped = (sorted(folder.glob("*.yaml")) for folder in (Path("configs/sweep"), CONFIGS / "sweep"))
    known = {path.stem: path for path in [*shipped, *own]}
    path = Path(name) if name.endswith(".yaml") else known.get(name)
    if path is None or not path.is_file():
        raise ConfigError(f"sweep={shorten(name)}: no such sweep; {suggestion(name, known)}")
    overrides = {}
    for key, value in read_yaml(path, TextLoader).items():
        text = ",".join(map(written, value)) if isinstance(value, list) else value
        overrides[key] = f"{key}={written(text) if isinstance(text, dict) else text}"
    return overrides
