"""Factors that may be varied, from the declarations: doses of measures, parameters, sizes of measures' effects."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sim.config import Config, ConfigError, Policy, Title
from sim.config.fault import suggestion
from sim.config.files import MEASURE_GROUPS, declared_parameters
from sim.config.measures import Effect, Measure
from sim.config.policies import Funding
from sim.config.sensitivity import Sensitivity
from sim.report.words import rates

LEVER, PARAMETER, EFFECT = "lever", "parameter", "effect"


class Factor(NamedTuple):
    """A quantity that is varied between `low` and `high`: its kind, unit, and the group it is moved with."""

    name: str
    kind: str
    low: float
    high: float
    unit: str
    title: Title
    theme: str
    """The group of a measure, or the theme of a parameter."""
    grade: str
    group: str
    """Factors of one group are moved together; alone, a factor is a group of its own."""
    source: str = ""
    prior: str = ""
    """The grade of the declared range; `grade` says that the value was fitted within it."""


def chosen(config: Sensitivity) -> list[Factor]:
    """Return the factors of an analysis in the order of declarations: levers, parameters, effects.

    An effect of a measure that nobody plans moves nothing and is left out. Raises ConfigError for an unknown name, for
    a measure beside one of its levers, for an empty or reversed range, and where fewer than two factors are left.
    """
    found = []
    if config.what in ("levers", "both"):
        found += _levers(config)
    if config.what in ("parameters", "both"):
        found += _uncertain(config, planned={*config.policy.doses, *(one.name for one in found)})
    found = [_grouped(one, config) for one in _in_other_ranges(found, config)]
    if len({one.group for one in found}) < 2:
        raise ConfigError("sensitivity: expected at least two factors or groups to tell apart")
    return found


def package(config: Sensitivity) -> list[Factor]:
    """Return the levers that the policy plans, with their doses as the ends of ranges.

    Those of a measure, or of a group of measures, are one player. Raises ConfigError for a policy that plans fewer than
    two.
    """
    doses = config.policy.doses
    found = []
    for dose, name in measures_of(config, ("sublevers",)):
        planned = doses.get(dose, doses.get(name, doses.get("all", 0.0)))
        measure = config.measures[name]
        player = measure.group if config.groups in ("measures", "both") else name
        if planned:
            found.append(Factor(dose, LEVER, 0.0, planned, "dose", measure.title, measure.group, "", player))
    if len({one.group for one in found}) < 2:
        raise ConfigError(f"policy={config.policy.name}: expected a policy that plans two measures or more, such as "
                          "full_package")
    return found


def applied(config: Sensitivity, factors: Sequence[Factor], values: Iterable[float]) -> Sensitivity:
    """Return the configuration with factors at these values; doses come on top of the policy, with guaranteed money."""
    # A design scaled to a range may miss its ends by a rounding error.
    given = {one: min(max(float(value), one.low), one.high) for one, value in zip(factors, values, strict=True)}
    doses = {one.name: value for one, value in given.items() if one.kind == LEVER}
    parameters = {one.name: value for one, value in given.items() if one.kind == PARAMETER}
    effects = {one.name: value for one, value in given.items() if one.kind == EFFECT}
    update: dict = {"policy": dosed(config, {**config.policy.doses, **doses})} if doses else {}
    if parameters:
        update["parameters"] = config.parameters.changed(parameters)
    if effects:
        update["measures"] = _with_effects(config.measures, effects)
    return config.model_copy(update=update)


def dosed(config: Sensitivity, doses: Mapping[str, float]) -> Policy:
    """Return the policy with these doses for all counties from `since` on, paid for whatever counties have."""
    funding = Funding.model_validate({**config.policy.funding.model_dump(), "guaranteed": True})
    return config.policy.model_copy(update={"doses": dict(doses), "start": config.since, "funding": funding})


def measures_of(config: Config, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the measures or levers (`measure.lever`) that names, or words for several, stand for, with their measure.

    Raises ConfigError for a name that is unknown, and for a measure beside one of its levers.
    """
    measures = config.measures
    sublevers = {name: [f"{name}.{lever}" for lever in one.levers] for name, one in measures.items()}
    finest = [dose for name, parts in sublevers.items() for dose in (parts if len(parts) > 1 else [name])]
    groups = {group: [name for name, one in measures.items() if one.group == group] for group in MEASURE_GROUPS}
    known = {"measures": list(measures), "sublevers": finest, **groups,
             **{dose: [dose] for dose in (*finest, *measures)}}
    picked = {dose: dose.partition(".")[0] for dose in _picked(names, known, "levers")}
    for dose, measure in sorted(picked.items()):
        if dose != measure and measure in picked:
            raise ConfigError(f"levers={dose}: expected a measure or its levers, and {measure} is there as well")
    order = [dose for name, parts in sublevers.items() for dose in (name, *parts)]
    return sorted(picked.items(), key=lambda item: order.index(item[0]))


def _levers(config: Sensitivity) -> list[Factor]:
    found = []
    for dose, name in measures_of(config, config.levers):
        measure = config.measures[name]
        title = measure.levers[dose.partition(".")[2]].title if dose != name else measure.title
        found.append(Factor(dose, LEVER, 0.0, 1.0, "dose", title, measure.group, "", dose))
    return found


def _uncertain(config: Sensitivity, planned: set[str]) -> list[Factor]:
    declared = declared_parameters().quantities
    parameters = {name: Factor(name, PARAMETER, one.low, one.high, one.unit, one.title or _named(name),
                               name.partition(".")[0], one.grade, name, one.source, declared.get(name, one).grade)
                  for name, one in config.quantities.items()}
    effects = {name: Factor(name, EFFECT, effect.low, effect.high, effect.unit, _effect_title(title, name),
                            measure.group, effect.grade, name, effect.source, effect.grade)
               for name, measure, title, effect in _effects(config.measures)}
    themes = {theme: [name for name in parameters if name.startswith(f"{theme}.")] for theme in config.parameters.root}
    known = {"effects": list(effects), **themes, **{name: [name] for name in (*parameters, *effects)}}
    picked = _picked(config.uncertain, known, "uncertain")
    doses = {dose.partition(".")[0] for dose in planned}
    return [one for name, one in {**parameters, **effects}.items()
            if name in picked and (one.kind == PARAMETER or {name.partition(".")[0], "all"} & doses)]


def _picked(names: Iterable[str], known: Mapping[str, list[str]], key: str) -> set[str]:
    for name in names:
        if name not in known:
            raise ConfigError(f"{key}={name}: unknown; {suggestion(name, known)}")
    return {one for name in names for one in known[name]}


def _in_other_ranges(factors: list[Factor], config: Sensitivity) -> list[Factor]:
    """Return the factors over the ranges asked for, within the declared ones."""
    names = [one.name for one in factors]
    for name in config.ranges:
        if name not in names:
            raise ConfigError(f"ranges.{name}: not varied; {suggestion(name, names)}")
    ranged = []
    for one in factors:
        low, high = config.ranges.get(one.name, (one.low, one.high))
        where = f"ranges.{one.name}: {low:g} to {high:g} is"
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ConfigError(f"{where} not finite; expected two numbers within {one.low:g} to {one.high:g}")
        if low >= high:
            raise ConfigError(f"{where} {'empty' if low == high else 'reversed'}; "
                              f"expected the least and then the greatest value")
        if low < one.low or high > one.high:
            raise ConfigError(f"{where} too wide; expected a range within {one.low:g} to {one.high:g}")
        ranged.append(one._replace(low=low, high=high))
    return ranged


def _grouped(one: Factor, config: Sensitivity) -> Factor:
    together = {LEVER: ("measures", "both"), PARAMETER: ("themes", "both"), EFFECT: ("themes", "both")}
    if config.groups not in together[one.kind]:
        return one
    return one._replace(group=one.theme if one.kind == LEVER else f"{one.kind}s of {one.theme}")


def _effects(measures: Mapping[str, Measure]) -> Iterator[tuple[str, Measure, Title, Effect]]:
    """Yield name, measure, title of the lever and effect of every effect of every lever."""
    for name, measure in measures.items():
        for lever, part in measure.levers.items():
            dose = f"{name}.{lever}" if len(measure.levers) > 1 else name
            for effect in part.effects:
                yield f"{dose}.{effect.rate}", measure, part.title, effect


def _with_effects(measures: Mapping[str, Measure], values: Mapping[str, float]) -> dict[str, Measure]:
    """Return the measures with other sizes of some effects."""
    changed = {}
    for name, measure in measures.items():
        levers = {}
        for lever, part in measure.levers.items():
            dose = f"{name}.{lever}" if len(measure.levers) > 1 else name
            effects = tuple(one.model_copy(update={"value": values.get(f"{dose}.{one.rate}", one.value)})
                            for one in part.effects)
            levers[lever] = part.model_copy(update={"effects": effects})
        changed[name] = measure.model_copy(update={"levers": levers})
    return changed


def _effect_title(title: Title, name: str) -> Title:
    rate = rates.title(name.rpartition(".")[2])
    return Title(zh=f"效果：{title.zh}（{rate.zh}）", en=f"Effect: {title.en} ({rate.en.lower()})")


def _named(name: str) -> Title:
    text = name.replace(".", ": ").replace("_", " ")
    return Title(zh=text, en=text)
