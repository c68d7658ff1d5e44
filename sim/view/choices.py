"""Choices of a visitor: a scenario by name, and doses of measures on top of its policy."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import yaml

from sim.compose import compose
from sim.config import Config, ConfigError, Policy
from sim.config.files import load_measures
from sim.config.policies import Plan
from sim.config.view import View
from sim.policy import plan
from sim.report.words.style import COUNTY_TYPES

ALL = "all_counties"
SCOPES = (ALL, *COUNTY_TYPES)
"""For whom doses are set: all counties, or those of a type; the narrower one wins."""
PILOTS, TOWNS = "pilots", "pilot_towns"
"""For whom doses are set too where a policy has them: its pilot counties and pilot towns."""
LOSS = "population_loss"
"""The type whose counties all lose people, so that the plan of the policy for such counties overrules theirs."""
OWN = "my_scenario"
"""Name of a policy whose doses were changed, and of its file."""
DIFFERENTIATED = "type_differentiated"
"""The policy whose plans by type are the presets."""

NAMED = ("policy", "external", "scale", "seed", "end")
"""Choices that are keys of the command line too."""

Changes = Mapping[tuple[str, str], float]
"""Doses by scope and measure, or lever."""


@dataclass(frozen=True)
class Choices:
    """Names and numbers as they were entered; `config` tells whether they are valid."""

    policy: str = "full_package"
    external: str = "reference"
    scale: str = "100"
    seed: str = "1"
    end: str = "2025"
    changes: Changes = field(default_factory=dict)
    given: tuple[str, ...] = ()
    """Overrides of any other key of `county run`."""
    finest: int = 1
    visitors: int = 20
    """The finest scale that may be chosen, and how many visitors may have a model at once."""

    @classmethod
    def of(cls, config: View, overrides: Iterable[str]) -> "Choices":
        """Return the choices that a configuration of the page opens with; `overrides` are those it was made with."""
        elsewhere = {*NAMED, *(View.model_fields.keys() - Config.model_fields.keys())}
        given = tuple(text for text in overrides if text.partition("=")[0] not in elsewhere)
        policy = next((text.partition("=")[2] for text in overrides if text.startswith("policy=")), "")
        policy = policy if policy.endswith(".yaml") else config.policy.name
        return cls(policy, config.external.name, str(config.scale), str(config.seed), str(config.end),
                   given=given, finest=config.finest, visitors=config.visitors)

    def config(self) -> Config:
        """Return the configuration; raises ConfigError for whatever is wrong in one line."""
        config = compose("run", self.overrides())
        if config.scale < self.finest:
            raise ConfigError(f"scale={config.scale}: expected at least {self.finest} on this page; a finer one takes "
                              "county run, or county view with finest")
        return config.model_copy(update={"policy": changed(config.policy, self.changes)}) if self.changes else config

    def overrides(self) -> list[str]:
        """Return the overrides that name the scenario on the command line, doses aside."""
        return [*self.given, *(f"{key}={getattr(self, key)}" for key in NAMED)]

    def with_value(self, key: str, value: str) -> "Choices":
        """Return the same choices with another name or number; another policy brings its own doses."""
        if key not in NAMED:
            raise ValueError(f"{key}: expected one of {', '.join(NAMED)}")
        changes = {} if key == "policy" else self.changes
        return replace(replace(self, changes=changes), **{key: value.strip()})  # type: ignore[arg-type]

    def planned(self) -> Policy:
        """Return the policy alone, whatever else was entered; raises ConfigError where it is faulty itself."""
        return Choices(policy=self.policy, changes=self.changes).config().policy

    def with_doses(self, scope: str, doses: Mapping[str, float]) -> "Choices":
        """Return the same choices with doses of some measures in a scope."""
        named = {_measure(name) for name in doses}
        kept = {key: dose for key, dose in self.changes.items() if key[0] != scope or _measure(key[1]) not in named}
        return replace(self, changes={**kept, **{(scope, name): dose for name, dose in doses.items()}})

    def with_preset(self, scope: str) -> "Choices":
        """Return the same choices with the differentiated plan of a type, or of all types where the scope is all."""
        choices = self
        for one in (scope,) if scope != ALL else COUNTY_TYPES:
            choices = choices.with_doses(one, preset(one))
        return choices


@cache
def preset(scope: str) -> dict[str, float]:
    """Return the doses for a type of counties in the policy that is differentiated by type, by measure or lever."""
    doses = _doses(compose("run", [f"policy={DIFFERENTIATED}"]).policy)[:, SCOPES.index(scope)]
    found: dict[str, float] = {}
    for name, rows in _rows().items():
        levers = {lever: round(float(doses[k]), 4) for lever, k in rows.items()}
        found |= {name: next(iter(levers.values()))} if len(set(levers.values())) == 1 else levers
    return found


def shown(policy: Policy) -> dict[str, dict[str, float]]:
    """Return the dose of every measure that a policy plans, by scope, of pilots too where it has any; means over the
    levers of a measure.

    Plans for single prefectures and counties are left out.
    """
    doses = _doses(policy)
    return {scope: {name: round(float(doses[[*rows.values()], k].mean()), 4) for name, rows in _rows().items()}
            for k, scope in enumerate(_scopes(policy))}


def _scopes(policy: Policy) -> tuple[str, ...]:
    """Return for whom a policy plans apart."""
    pilots = policy.pilots
    counties = pilots is not None and (pilots.rule is not None or bool(pilots.counties))
    return (*SCOPES, *([PILOTS] if counties else []), *([TOWNS] if pilots and pilots.towns else []))


@cache
def _rows() -> dict[str, dict[str, int]]:
    """Return the levers of each measure with their position among all."""
    found: dict[str, dict[str, int]] = {}
    for k, lever in enumerate(plan.levers_of(load_measures())):
        found.setdefault(lever.partition(".")[0], {})[lever] = k
    return found


def _doses(policy: Policy) -> np.ndarray:
    """Return planned doses by (lever, scope)."""
    scopes = _scopes(policy)
    members = {scope: np.arange(len(scopes)) == k for k, scope in enumerate(scopes)}
    layers: list[plan.Layer] = [(np.ones(len(scopes), bool), policy)]
    layers += [(members[name], part) for name, part in policy.by_type.items()]
    layers.append((members[LOSS], policy.population_loss))
    if policy.pilots and PILOTS in members:
        layers.append((members[PILOTS], policy.pilots))
    if policy.pilots and policy.pilots.towns:
        layers.append((members[TOWNS], Plan(doses={"all": 0.0, **policy.pilots.towns.doses})))
    return plan.doses(layers, plan.levers_of(load_measures()))


def changed(policy: Policy, changes: Changes) -> Policy:
    """Return a policy with doses on top of its own, as one's own scenario; timetable, order and money stay."""
    content = policy.model_dump(exclude_unset=True)
    if beside := {scope for scope, _ in changes} - {*_scopes(policy)}:
        raise ConfigError(f"policy={policy.name}: has no {' and '.join(sorted(beside))}; expected doses for others")
    for scope in _scopes(policy):
        doses = {name: dose for (where, name), dose in changes.items() if where == scope}
        if doses:
            _lay(_part(content, scope), doses)
        if scope == LOSS:
            overruled = _overruled(policy.population_loss.doses, doses)
            if overruled:
                _lay(content.setdefault(LOSS, policy.population_loss.model_dump(exclude_unset=True)), overruled)
    content |= {
        "name": OWN,
        "title": {"zh": f"自定方案（据“{policy.title.zh}”）", "en": f"Own scenario, from {policy.title.en}"},
        "differs": {"zh": f"改动了“{policy.title.zh}”的{len(changes)}项剂量。",
                    "en": f"{len(changes)} doses of {policy.name} were changed."},
    }
    return Policy.model_validate(content)


def _part(content: dict[str, Any], scope: str) -> dict[str, Any]:
    """Return the plan for a scope within a policy."""
    if scope == ALL:
        return content
    if scope in (PILOTS, TOWNS):
        return content["pilots"] if scope == PILOTS else content["pilots"]["towns"]
    return content.setdefault("by_type", {}).setdefault(scope, {})


def _overruled(rule: Mapping[str, float], doses: Mapping[str, float]) -> dict[str, float]:
    """Return doses that a rule would undo: it names them with another dose, or levers of their measure."""
    levers = {_measure(name) for name in rule if name != _measure(name)}
    return {name: dose for name, dose in doses.items() if rule.get(name, dose) != dose or name in levers}


def _lay(part: dict[str, Any], doses: Mapping[str, float]) -> None:
    """Set doses in a plan, replacing its entries for the same measures."""
    named = {_measure(name) for name in doses}
    kept = {name: dose for name, dose in (part.get("doses") or {}).items() if _measure(name) not in named}
    part["doses"] = {**kept, **doses}


def _measure(name: str) -> str:
    return name.partition(".")[0]


def as_yaml(asked: Choices) -> str:
    """Return the policy that is asked for as a file for scenarios/policy, with the command that runs it."""
    policy = asked.config().policy
    content = policy.model_dump(mode="json", exclude={"name"}, exclude_unset=True)
    if isinstance(policy.same_cost_as, Policy):
        content["same_cost_as"] = policy.same_cost_as.name
    command = shlex.join(["county", "run", *replace(asked, policy=OWN).overrides(), f"name={OWN}"])
    head = f"# Put this file into ./scenarios/policy/{OWN}.yaml, and run:\n#   {command}\n"
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
