"""From files and overrides to one validated configuration; whatever is wrong becomes one line."""

import functools
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

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
from sim.config.overrides import Override, placed, read
from sim.config.pilots import PilotStudy
from sim.config.sensitivity import Sensitivity
from sim.config.view import View

MODELS: dict[str, type[Config]] = {"calibrate": Calibration, "pilots": PilotStudy, "sensitivity": Sensitivity,
                                   "view": View}
"""Models of the configurations of commands that have keys of their own."""

ONE_SET = ("calibrate", "pilots", "sensitivity", "view")
"""Commands that know nothing of the ensemble's sets."""

OLDER = {"members": "parameter_sets"}
"""Keys that have another name by now."""

LISTED = {"policy": "policies", "external": "externals"}
"""Commands `county list ...` that list the scenarios of each group."""

NOTHING_NEW = "no_new_policy"
"""The policy that others are compared with, unless it is said."""

# Hydra keeps its state in one global object.
_hydra = threading.Lock()


def compose(command: str, overrides: Iterable[str] = ()) -> Config:
    """Return the configuration of a command under overrides (`scale=10`); a fault raises `ConfigError`."""
    return _validated(command, overrides, shipped(), _compose)


class Shipped(NamedTuple):
    """Declarations that no override replaces as a whole, read once for many configurations."""

    parameters: Parameters
    profiles: dict[str, Profile]
    stocks: dict[str, Stock]
    measures: dict[str, Measure]
    evaluation: Evaluation


def shipped() -> Shipped:
    """Read the declarations that no override replaces as a whole; a fault raises `ConfigError`."""
    return Shipped(load_parameters(), load_profiles(), load_stocks(), load_measures(), load_evaluation())


Tree = Callable[[str, str, str], dict[str, Any]]
"""A function that returns the values Hydra composes for a command, a policy and an external condition."""


def _validated(command: str, overrides: Iterable[str], shipped: Shipped, tree: Tree) -> Config:
    known, model = defaults(command), MODELS.get(command, Config)
    given: dict[str, Override] = {}
    for override in map(Override.of, overrides):
        key = _key(override.single(), known, shipped.parameters)
        if key in given:
            raise ConfigError(f"{override}: {key} is given twice")
        given[key] = override
    chosen = {group: read(given.pop(group).text, str) if group in given else known[group] for group in GROUPS}
    for group, name in chosen.items():
        _scenario(group, name)
    values = tree(command, *chosen.values())
    values |= {group: {**values[group], "name": name} for group, name in chosen.items()}
    changes = {}
    for key, override in given.items():
        theme, _, name = key.partition(".")
        if theme == "parameters":
            changes[name] = read(override.text, float)
        else:
            values = placed(values, key.split("."), override.text, model)
    values |= {**shipped._asdict(), "parameters": shipped.parameters.changed(changes)}
    values["compare"] = _compared(command, values.get("compare", False))
    values["policy"] = _with_cost(values["policy"])
    _check_sets(command, values)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, model)) from None


def _key(override: Override, known: Iterable[str], parameters: Parameters) -> str:
    """Return the key of an override, of a parameter without `.value`; raises ConfigError for one that is unknown."""
    override = override._replace(key=OLDER.get(override.key, override.key))
    theme, _, rest = override.key.partition(".")
    if theme not in {*known, "parameters"}:
        raise ConfigError(f"{override}: unknown key; {suggestion(theme, known)}")
    if override.adds and override.key in known:
        raise ConfigError(f"{override}: {override.key} is there already; expected no +")
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
    once, tree = shipped(), functools.cache(_compose)
    for combination in itertools.product(*choices):
        yield combination, _validated(command, combination, once, tree)


def reference_run(config: Config) -> Config:
    """Return the same configuration under the policy that it is compared with, with the same counties observed as
    pilots."""
    content = _scenario("policy", config.compare or NOTHING_NEW)
    observed = config.policy.pilots and config.policy.pilots.observed()
    try:
        policy = Policy.model_validate({**_with_cost(content), "pilots": observed})
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
    return {**policy, "same_cost_as": other}


def _scenario(group: str, name: str, key: str = "") -> dict[str, Any]:
    """Return the content of a scenario's file; raises ConfigError where there is none, or it has another name."""
    known = scenarios(group)
    if name not in known:
        hint = f"{suggestion(name, known)} (county list {LISTED[group]})"
        raise ConfigError(f"{key or group}={shorten(name)}: no such scenario; {hint}")
    content = read_yaml(known[name])
    if str(content.get("name", name)) != name:
        said = shorten(content["name"])
        raise ConfigError(f"{shown(known[name])}: name={said}: expected {name}, the name of the file")
    return {**content, "name": name}


def _compose(command: str, policy: str, external: str) -> dict[str, Any]:
    """Have Hydra compose the files of a command and its scenarios, the user's own scenarios first."""
    import hydra
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    folders = ",".join(hydra_text(f"file://{folder}") for folder in scenario_folders())
    overrides = [f"policy={hydra_text(policy)}", f"external={hydra_text(external)}", f"hydra.searchpath=[{folders}]"]
    with _hydra:
        try:
            with hydra.initialize_config_dir(str(CONFIGS), job_name="county", version_base="1.3"):
                tree = hydra.compose(command, overrides)
            values: Any = OmegaConf.to_container(tree, resolve=True, throw_on_missing=True)
        except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
            first_line = " ".join((str(error).splitlines() or [type(error).__name__])[0].split())
            where = getattr(error, "full_key", None)
            raise ConfigError(f"{where}: {first_line}" if where else first_line) from None
    return values


def hydra_text(text: str) -> str:
    """Return a text in quotes, as Hydra wants whatever is not plain, such as Chinese."""
    from hydra.core.override_parser.types import Quote, QuotedString

    return QuotedString(text, Quote.single).with_quotes()
