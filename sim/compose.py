"""From files and overrides to one validated configuration; whatever is wrong becomes one line."""

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.config import Config, ConfigError, Parameters, Policy, Profile, Stock
from sim.config.calibration import Calibration
from sim.config.evaluation import Evaluation
from sim.config.fault import explain, shorten, suggestion
from sim.config.files import (
    GROUPS,
    TextLoader,
    declarations,
    defaults,
    load_ensemble,
    load_evaluation,
    load_indicators,
    load_measures,
    load_parameters,
    load_profiles,
    load_stocks,
    located,
    own_strategies,
    read_text,
    read_yaml,
    scenarios,
    shown,
    twins,
)
from sim.config.indicators import IndicatorSystem
from sim.config.measures import Measure
from sim.config.optimise import Optimise
from sim.config.overrides import MOST, Override, placed, read, typed
from sim.config.pilots import PilotStudy
from sim.config.sensitivity import Sensitivity
from sim.config.view import View

MODELS: dict[str, type[Config]] = {
    "calibrate": Calibration, "optimise": Optimise, "pilots": PilotStudy, "sensitivity": Sensitivity, "view": View}
"""Models of the configurations of commands that have keys of their own."""

ONE_SET = ("calibrate", "pilots", "sensitivity", "view")
"""Commands that know nothing of the ensemble's sets."""

OLDER = {"members": "parameter_sets"}
"""Keys that have another name by now."""

LISTED = {"policy": "policies", "external": "externals"}
"""Commands `county list ...` that list the scenarios of each group."""

NOTHING_NEW = "no_new_policy"
"""The policy that others are compared with, unless it is said."""


def compose(command: str, overrides: Iterable[str] = ()) -> Config:
    """Return the configuration of a command under overrides (`scale=10`); a fault raises `ConfigError`."""
    return _validated(command, overrides, shipped(), _compose)


class Shipped(NamedTuple):
    """Declarations that no override replaces as a whole, read once for all configurations of a process."""

    parameters: Parameters
    profiles: dict[str, Profile]
    stocks: dict[str, Stock]
    measures: dict[str, Measure]
    evaluation: Evaluation
    indicators: IndicatorSystem


def shipped() -> Shipped:
    """Read the declarations that no override replaces as a whole, anew where a file has changed; a fault raises
    `ConfigError`."""
    return _shipped(declarations())


@functools.lru_cache(maxsize=1)
def _shipped(files: tuple[tuple[Path, int, int], ...]) -> Shipped:
    return Shipped(load_parameters(), load_profiles(), load_stocks(), load_measures(), load_evaluation(),
                   load_indicators())


Tree = Callable[[str, str, str], dict[str, Any]]
"""A function that returns the values of a command under a policy and an external condition."""


def _validated(command: str, overrides: Iterable[str], shipped: Shipped, tree: Tree) -> Config:
    known, model = defaults(command), MODELS.get(command, Config)
    given: dict[str, Override] = {}
    for override in map(Override.of, overrides):
        key = _key(override.single(), known, shipped.parameters)
        if key in given:
            raise ConfigError(f"{override}: {key} is given twice")
        given[key] = override
    chosen = {group: read(given.pop(group).text, str) if group in given else known[group] for group in GROUPS}
    values = tree(command, *chosen.values())
    changes = {}
    for key, override in given.items():
        theme, _, name = key.partition(".")
        if theme == "parameters":
            changes[name] = read(override.text, float)
        else:
            values = placed(values, key.split("."), override.text, model)
    values |= {**shipped._asdict(), "parameters": shipped.parameters.changed(changes)}
    values["compare"] = _compared(command, values.get("compare", False))
    values["policy"] = _completed(values["policy"])
    _check_sets(command, values)
    try:
        config = model.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, model)) from None
    idle = config.idle()
    for key, override in given.items():
        if use := idle.get(key.partition(".")[0]):
            raise ConfigError(f"{override}: changes nothing here; expected with {use} only")
    return config


def _key(override: Override, known: Iterable[str], parameters: Parameters) -> str:
    """Return the key of an override, of a parameter without `.value`; raises ConfigError for one that is unknown."""
    override = override._replace(key=OLDER.get(override.key, override.key))
    theme, _, rest = override.key.partition(".")
    if theme not in {*known, "parameters"}:
        raise ConfigError(f"{override}: unknown key; {suggestion(theme, known)}")
    if override.adds and override.key in known:
        raise ConfigError(f"{override}: {override.key} is there already; expected no +")
    if theme in GROUPS and rest == "name":
        raise ConfigError(f"{override}: expected no other name; a scenario has that of its file")
    if theme != "parameters":
        return override.key
    name = rest.removesuffix(".value")
    if name not in parameters.quantities:
        raise ConfigError(f"{override.key}: unknown parameter; {suggestion(rest, parameters.quantities)}")
    return f"parameters.{name}"


def parameter_sets(config: Config) -> list[Config]:
    """Return the configuration once for each parameter set asked for: the reference set alone, or sets 1, 2, ...

    A parameter whose value differs from that of the reference set keeps its value in every set.
    """
    if config.parameter_sets == 1:
        return [config]
    sets, found = load_ensemble(), []
    for k in range(1, config.parameter_sets + 1):
        own = {name: value for name, value in sets[k].items() if config.quantities[name].value == sets[0][name]}
        found.append(config.model_copy(update={"parameters": config.parameters.changed(own), "parameter_set": k}))
    return found


def _check_sets(command: str, values: dict[str, Any]) -> None:
    asked, there = values.get("parameter_sets", 1), max(1, len(load_ensemble()) - 1)
    if command in ONE_SET and asked != 1:
        raise ConfigError(f"parameter_sets={asked}: county {command} uses one parameter set; expected 1")
    if isinstance(asked, int) and asked > there:
        raise ConfigError(f"parameter_sets={asked}: expected at most {there}, the parameter sets that are kept")


def product(command: str, overrides: Iterable[str]) -> Iterator[tuple[tuple[str, ...], Config]]:
    """Yield every combination of overrides with its configuration, where one may have several values: `a,b`,
    `range(1,4)`, and for scenarios `glob(*)`; a fault raises `ConfigError`."""
    choices = [[f"{text.partition('=')[0]}={one}" for one in Override.of(text).choices()] for text in overrides]
    if (count := math.prod(map(len, choices))) > MOST:
        raise ConfigError(f"{count:,} combinations: expected at most {MOST:,}")
    once, tree = shipped(), functools.cache(_compose)
    for combination in itertools.product(*choices):
        yield combination, _validated(command, combination, once, tree)


def reference_run(config: Config) -> Config:
    """Return the same configuration under the policy that it is compared with, with the same counties observed as
    pilots."""
    content = _scenario("policy", config.compare or NOTHING_NEW, "compare")
    observed = config.policy.pilots and config.policy.pilots.observed()
    try:
        policy = Policy.model_validate({**_completed(content), "pilots": observed})
    except ValidationError as error:
        raise ConfigError(explain(error, Policy)) from None
    return config.model_copy(update={"policy": policy})


def _compared(command: str, value: Any) -> str | None:
    """Return the name of the policy to compare with: reports of a run are about no new policy only."""
    said = shorten(value)
    if said in ("true", "false"):
        return NOTHING_NEW if said == "true" else None
    if command != "sweep":
        raise ConfigError(f"compare={said}: expected true or false")
    if _scenario("policy", said, "compare").get("pilots"):
        raise ConfigError(f"compare={said}: expected a policy without pilots")
    return said


def _completed(policy: dict[str, Any]) -> dict[str, Any]:
    """Return a policy with everything that it names: the policy of the same cost, and the text of strategies."""
    return _sourced(_with_cost(policy))


def _sourced(plan: dict[str, Any]) -> dict[str, Any]:
    """Return a plan, and those within it, with the text of the user's strategies that they name."""
    found = {}
    for key, value in plan.items():
        if key == "strategy" and value is not None:
            choice = value if isinstance(value, dict) else {"name": value}
            file = own_strategies().get(str(choice.get("name")))
            found[key] = choice if file is None else {**choice, "source": read_text(file, "Python")}
        else:
            found[key] = _sourced(value) if isinstance(value, dict) else value
    return found


def _with_cost(policy: dict[str, Any]) -> dict[str, Any]:
    """Return a policy with the one whose cost it shall have in the place of its name."""
    name = policy.get("same_cost_as")
    if name is None:
        return policy
    other = _scenario("policy", shorten(name), "policy.same_cost_as")
    if other.get("same_cost_as"):
        raise ConfigError(f"policy.same_cost_as={name}: expected a policy with a cost of its own")
    if other.get("pilots"):
        raise ConfigError(f"policy.same_cost_as={name}: expected a policy without pilots, as these are chosen later")
    plans = [other, *(plan for group in ("by_type", "by_prefecture", "by_county")
                      for plan in (other.get(group) or {}).values())]
    if not any(any((plan.get("doses") or {}).values()) for plan in plans):
        raise ConfigError(f"policy.same_cost_as={name}: expected a policy that plans measures")
    return {**policy, "same_cost_as": _sourced(other)}


def _compose(command: str, policy: str, external: str) -> dict[str, Any]:
    """Return the values of a command under its scenarios, to which values of these may refer, as `${end}`."""
    known = defaults(command)
    names = {"policy": policy, "external": external}
    chosen = {group: _merged(group, name) for group, name in names.items()}
    return known | {group: _resolved(group, {**known, **chosen}, names[group]) for group in chosen}


def _scenario(group: str, name: str, key: str) -> dict[str, Any]:
    """Return the content of a scenario; raises ConfigError where it is faulty, with its file, and where there is none,
    with the key that names it."""
    return _resolved(group, {group: _merged(group, name, key)}, name)


def _merged(group: str, name: str, key: str = "", within: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the content of a scenario's file, over those that its `defaults` list."""
    known = _files(group, name)
    by_path = known.get(Path(name).stem) == located(name)
    name = Path(name).stem if by_path else name
    if name not in known:
        hint = f"{suggestion(name, known)} (county list {LISTED[group]})"
        raise ConfigError(f"{key or group}={shorten(name)}: no such scenario; {hint}")
    if not by_path and (other := next((path for path in twins(group, name) if path != known[name]), None)):
        raise ConfigError(f"{shown(other)}: expected one file of this name; {shown(known[name])} is another")
    content = typed(read_yaml(known[name], TextLoader), GROUPS[group])
    where = shown(known[name])
    if str(content.get("name", name)) != name:
        raise ConfigError(f"{where}: name={shorten(content['name'])}: expected {name}, the name of the file")
    if name in within:
        raise ConfigError(f"{where}: defaults={name}: includes itself")
    listed = content.pop("defaults", ["_self_"])
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ConfigError(f"{where}: defaults={shorten(listed)}: expected names of scenarios, as [other, _self_]")
    merged: dict[str, Any] = {} if "_self_" in listed else content
    for one in listed:
        over = content if one == "_self_" else _merged(group, one, f"{where}: defaults", (*within, name))
        merged = _over(merged, over)
    return {**merged, "name": name}


def _over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping with the values of another over its own, level by level."""
    return under | {key: _over(under[key], value) if isinstance(value, dict) and isinstance(under.get(key), dict)
                    else value for key, value in over.items()}


def _files(group: str, name: str) -> dict[str, Path]:
    """Return the files of a scenario group by name; of a path, which ends in .yaml, that file alone, by its stem."""
    path = located(name)
    return {path.stem: path} if name.endswith(".yaml") and path.is_file() else scenarios(group)


def _resolved(group: str, values: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the content of a scenario with what it refers to put in its place; raises ConfigError with its file."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    where = shown(_files(group, name)[values[group]["name"]])
    try:
        tree: Any = OmegaConf.to_container(OmegaConf.create(values)[group], resolve=True, throw_on_missing=True)
        GROUPS[group].model_validate(tree)
    except ValidationError as error:
        raise ConfigError(f"{where}: {explain(error, GROUPS[group])}") from None
    except (OmegaConfBaseException, ValueError, RecursionError) as error:
        key = str(getattr(error, "full_key", None) or group).removeprefix(group).removeprefix(".")
        reason = " ".join((str(error).splitlines() or [type(error).__name__])[0].split())
        raise ConfigError(f"{where}: {f'{key}: ' if key else ''}{reason}; expected a value, or ${{...}} for one that "
                          "is there") from None
    return dict(tree)


def hydra_text(text: str) -> str:
    """Return a text in quotes, as Hydra wants whatever is not plain, such as Chinese."""
    from hydra.core.override_parser.types import Quote, QuotedString

    return QuotedString(text, Quote.single).with_quotes()
