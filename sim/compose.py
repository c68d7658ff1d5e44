"""From files and overrides to one validated configuration; whatever is wrong becomes one line."""

import copy
import functools
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from pydantic import ValidationError

from sim.config import Config, ConfigError, Parameters, Policy, Profile, Stock
from sim.config.calibration import Calibration
from sim.config.evaluation import Evaluation
from sim.config.fault import explain, shorten, suggestion
from sim.config.files import (
    CONFIGS,
    GROUPS,
    defaults,
    load_ensemble,
    load_evaluation,
    load_measures,
    load_parameters,
    load_profiles,
    load_stocks,
    read_yaml,
    scenario_folders,
    scenarios,
    shown,
)
from sim.config.measures import Measure
from sim.config.sensitivity import Sensitivity
from sim.config.view import View

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override

MODELS: dict[str, type[Config]] = {"calibrate": Calibration, "sensitivity": Sensitivity, "view": View}
"""What the configuration of a command is, where it has keys of its own."""

ONE_SET = ("calibrate", "sensitivity", "view")
"""Commands that know nothing of the ensemble's sets."""

OPEN = ("ranges", "targets")
"""Keys whose entries have names that contain dots or that the file does not know."""

LISTED = {"policy": "policies", "external": "externals"}
"""What lists the scenarios of a group."""

NOTHING_NEW = "no_new_policy"
"""The policy that others are compared with, unless it is said."""

# Hydra keeps its state in one global object.
_hydra = threading.Lock()


def compose(command: str, overrides: Iterable[str] = ()) -> Config:
    """Return the configuration of a command under overrides (`scale=10`); a fault raises `ConfigError`."""
    return _validated(command, overrides, shipped(), _compose)


class Shipped(NamedTuple):
    """What no override replaces as a whole, read once for many configurations."""

    parameters: Parameters
    profiles: dict[str, Profile]
    stocks: dict[str, Stock]
    measures: dict[str, Measure]
    evaluation: Evaluation


def shipped() -> Shipped:
    """Read what no override replaces as a whole; a fault raises `ConfigError`."""
    return Shipped(load_parameters(), load_profiles(), load_stocks(), load_measures(), load_evaluation())


Tree = Callable[[str, tuple[str, ...]], dict[str, Any]]
"""What Hydra composes for a command and its overrides."""


def _validated(command: str, overrides: Iterable[str], shipped: Shipped, tree: Tree) -> Config:
    known = defaults(command)
    parsed = [_parse(text) for text in overrides]
    given: dict[str, Any] = {}
    for override in parsed:
        _check_key(override, known, shipped.parameters)
        if override.key_or_group in given:
            raise ConfigError(f"{shorten(override.input_line)}: {override.key_or_group} is given twice")
        given[override.key_or_group] = override.value()
    chosen = {group: shorten(given.get(group, known[group])) for group in GROUPS}
    for group, name in chosen.items():
        _check_scenario(group, name)
    changes = {name: override.value() for override in parsed if (name := _parameter(override))}
    lines = [override.input_line or "" for override in parsed if not (_parameter(override) or _open(override))]
    values = copy.deepcopy(tree(command, tuple(lines)))
    for key in OPEN:
        if key in values:
            values[key] = _filled(values[key], (one for one in parsed if _open(one) == key))
    for group, name in chosen.items():
        values[group] = _named(group, name, values[group])
    values |= {**shipped._asdict(), "parameters": shipped.parameters.changed(changes)}
    values["compare"] = _compared(command, values.get("compare", False))
    _check_members(command, values)
    _resolve_cost(values["policy"])
    model = MODELS.get(command, Config)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, model)) from None


def members(config: Config) -> list[Config]:
    """Return the configuration with each parameter set that it asks for: the ensemble's centre, or its first sets.

    What was given another value than the centre's keeps it in every set.
    """
    if config.members == 1:
        return [config]
    sets, found = load_ensemble(), []
    for k in range(1, config.members + 1):
        own = {name: value for name, value in sets[k].items() if config.quantities[name].value == sets[0][name]}
        found.append(config.model_copy(update={"parameters": config.parameters.changed(own), "member": k}))
    return found


def _check_members(command: str, values: dict[str, Any]) -> None:
    asked, there = values.get("members", 1), max(1, len(load_ensemble()) - 1)
    if command in ONE_SET and asked != 1:
        raise ConfigError(f"members={asked}: county {command} uses one parameter set; expected 1")
    if isinstance(asked, int) and asked > there:
        raise ConfigError(f"members={asked}: expected at most {there}, the parameter sets that are kept")


def product(command: str, overrides: Iterable[str]) -> Iterator[tuple[tuple[str, ...], Config]]:
    """Yield every combination of overrides with its configuration, where one may have several values: `a,b`,
    `range(1,4)`, and for scenarios `glob(*)`; a fault raises `ConfigError`."""
    choices, once, tree = [_choices(text) for text in overrides], shipped(), functools.cache(_compose)
    for combination in itertools.product(*choices):
        yield combination, _validated(command, combination, once, tree)


def _choices(text: str) -> list[str]:
    """Return an override with each of its values."""
    from hydra.core.override_parser.types import Glob

    override = _parse(text, several=True)
    if not override.is_sweep_override():
        return [text]
    key, value = override.key_or_group, override.value()
    if isinstance(value, Glob):
        if key not in GROUPS:
            raise ConfigError(f"{text}: expected values; glob() is for {' and '.join(GROUPS)}")
        values = value.filter(sorted(scenarios(key)))
        if not values:
            raise ConfigError(f"{text}: no scenario has such a name; {suggestion('', scenarios(key))}".rstrip("; "))
    else:
        values = list(dict.fromkeys(override.sweep_string_iterator()))
    return [f"{text.partition('=')[0]}={one}" for one in values]  # with the + that adds a key


def hydra_lines(overrides: Iterable[str]) -> list[str]:
    """Return overrides as Hydra itself reads them: quoted where it wants quotes, parameters as keys that are added."""
    lines = []
    for override in (_parse(text, several=True) for text in overrides):
        line = override.input_line or ""
        lines.append(f"+{line}" if override.key_or_group.startswith("parameters.") else line)
    return lines


def baseline(config: Config) -> Config:
    """Return the same configuration under the policy that it is compared with, with the same counties observed as
    pilots."""
    name = config.compare or NOTHING_NEW
    content = _named("policy", name, read_yaml(scenarios("policy")[name]))
    _resolve_cost(content)
    observed = config.policy.pilots and config.policy.pilots.observed()
    try:
        policy = Policy.model_validate({**content, "pilots": observed})
    except ValidationError as error:
        raise ConfigError(explain(error, Policy)) from None
    return config.model_copy(update={"policy": policy})


def _compared(command: str, value: Any) -> str | None:
    """Return the name of the policy to compare with: reports of a run are about no new policy only."""
    if isinstance(value, bool):
        return NOTHING_NEW if value else None
    if command != "sweep":
        raise ConfigError(f"compare={shorten(value)}: expected true or false")
    _check_scenario("policy", shorten(value), "compare")
    if read_yaml(scenarios("policy")[value]).get("pilots"):
        raise ConfigError(f"compare={value}: expected a policy without pilots")
    return value


def _resolve_cost(policy: dict[str, Any]) -> None:
    """Put the policy whose cost another shall have in the place of its name."""
    name = policy.get("same_cost_as")
    if name is None:
        return
    _check_scenario("policy", shorten(name), "policy.same_cost_as")
    other = _named("policy", name, read_yaml(scenarios("policy")[name]))
    if other.get("same_cost_as"):
        raise ConfigError(f"policy.same_cost_as={name}: expected a policy with a cost of its own")
    if other.get("pilots"):
        raise ConfigError(f"policy.same_cost_as={name}: expected a policy without pilots, as these are chosen later")
    plans = [other, *(plan for group in ("by_type", "by_prefecture", "by_county")
                      for plan in (other.get(group) or {}).values())]
    if not any(any((plan.get("doses") or {}).values()) for plan in plans):
        raise ConfigError(f"policy.same_cost_as={name}: expected a policy that plans measures")
    policy["same_cost_as"] = other


def _parse(text: str, several: bool = False) -> "Override":
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import Quote, QuotedString
    from hydra.errors import HydraException

    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"{shorten(text)}: expected key=value")
    # Hydra wants quotes around whatever is not plain, such as Chinese text; nobody should have to know.
    for candidate in (text, f"{key}={QuotedString(value, Quote.single).with_quotes()}"):
        try:
            override = OverridesParser.create().parse_overrides([candidate])[0]
        except HydraException:
            continue
        if override.is_sweep_override() and not several:
            raise ConfigError(f"{key}={shorten(value)}: expected one value")
        return override
    raise ConfigError(f"{shorten(text)}: {shorten(key)} is not a key")


def _check_key(override: "Override", known: Iterable[str], parameters: Parameters) -> None:
    key = override.key_or_group
    first, _, rest = key.partition(".")
    if override.is_delete() or override.package is not None or first not in {*known, "parameters"}:
        raise ConfigError(f"{shorten(override.input_line)}: unknown key; {suggestion(first, known)}")
    if first == "parameters" and _parameter(override) not in parameters.quantities:
        raise ConfigError(f"{key}: unknown parameter; {suggestion(rest, parameters.quantities)}")


def _parameter(override: "Override") -> str:
    """Return the full name of the parameter an override sets, or nothing where it sets something else."""
    theme, _, name = override.key_or_group.partition(".")
    return name.removesuffix(".value") if theme == "parameters" else ""


def _open(override: "Override") -> str:
    """Return the key with names of the user's own that an override fills, or nothing where it sets something else."""
    key = override.key_or_group.partition(".")[0]
    return key if key in OPEN else ""


def _filled(entries: Any, overrides: Iterable["Override"]) -> Any:
    """Return entries with those given one by one (`ranges.name=[0,1]`) or together (`ranges={name: [0, 1]}`)."""
    for override in overrides:
        name, value = override.key_or_group.partition(".")[2], override.value()
        if name:
            value = {name: value}
        entries = {**entries, **value} if isinstance(entries, dict) and isinstance(value, dict) else value
    return entries


def _check_scenario(group: str, name: str, key: str = "") -> None:
    known = scenarios(group)
    if name not in known:
        hint = f"{suggestion(name, known)} (county list {LISTED[group]})"
        raise ConfigError(f"{key or group}={name}: no such scenario; {hint}")
    read_yaml(known[name])


def _named(group: str, name: str, content: dict[str, Any] | None) -> dict[str, Any]:
    """Give a scenario the name of its file; a file that names itself otherwise raises `ConfigError`."""
    own = (content or {}).get("name", name)
    if own != name:
        file = shown(scenarios(group)[name])
        raise ConfigError(f"{file}: name={shorten(own)}: expected {name}, the name of the file")
    return {**(content or {}), "name": name}


def _compose(command: str, overrides: tuple[str, ...]) -> dict[str, Any]:
    import hydra
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    with _hydra:
        register_scenarios()
        try:
            with hydra.initialize_config_dir(str(CONFIGS), job_name="county", version_base="1.3"):
                tree = hydra.compose(command, list(overrides))
            values: Any = OmegaConf.to_container(tree, resolve=True, throw_on_missing=True)
        except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
            raise ConfigError(_translate(error, overrides)) from None
    return values


def register_scenarios() -> None:
    """Let Hydra find scenarios, the user's own and the shipped ones."""
    from hydra.core.config_search_path import ConfigSearchPath
    from hydra.core.plugins import Plugins
    from hydra.plugins.search_path_plugin import SearchPathPlugin

    class ScenarioSearchPath(SearchPathPlugin):
        def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
            for folder in scenario_folders():
                search_path.append(provider="county", path=f"file://{folder}")

    plugins = Plugins.instance()  # Hydra's launchers put another instance in its place for each job
    if ScenarioSearchPath.__name__ not in {plugin.__name__ for plugin in plugins.discover(SearchPathPlugin)}:
        plugins.register(ScenarioSearchPath)


def _translate(error: Exception, overrides: Iterable[str]) -> str:
    """Reduce an error of Hydra to the override it is about where there is one, else to its first line."""
    first_line = " ".join((str(error).splitlines() or [type(error).__name__])[0].split())
    for override in map(_parse, overrides):
        key = override.key_or_group
        if f"Could not override '{key}'" in first_line:
            return f"{shorten(override.input_line)}: unknown key (+{key} adds one)"
    where = getattr(error, "full_key", None)
    return f"{where}: {first_line}" if where else first_line
