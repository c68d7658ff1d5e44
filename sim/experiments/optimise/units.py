"""Units that share a package - county types, single counties, or all - and the policies that carry packages out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.baseline import Baseline
from sim.baseline.names import Names
from sim.config import NOTES, ConfigError, Policy
from sim.config.fault import shorten
from sim.config.measures import Measure
from sim.config.optimise import Optimise
from sim.config.policies import Plan
from sim.config.types import TYPES
from sim.experiments.sensitivity.factors import measures_of
from sim.policy import plan, programme

ALL = "all_counties"


class Unit(NamedTuple):
    """A unit: its name (all_counties, a type, or a county's code) and its counties, bool (county,)."""

    name: str
    members: np.ndarray


class Package(NamedTuple):
    """A package by unit: doses by (unit, factor), factors being measures or levers."""

    name: str
    doses: np.ndarray


def units_of(config: Optimise, baseline: Baseline) -> list[Unit]:
    """Return the units asked for. Raises ConfigError for an unknown type or county, and for a county in two units."""
    types, codes = (baseline.counties[name].to_numpy() for name in ("county_type", "adcode"))
    kinds = [name for name in TYPES if (types == name).any()]
    words = {"all": [ALL], "types": kinds, "counties": list(codes)}
    names = [one for given in config.units for one in words.get(given, [given])]
    places = Names("county type or county", baseline.counties, others=baseline.prefectures)
    places.known += [*words, *kinds]
    found = []
    for name in names:
        if name == ALL:
            found.append(Unit(ALL, np.ones(len(codes), bool)))
        elif name in kinds:
            found.append(Unit(name, types == name))
        else:
            try:
                code = places.find(name)
            except ValueError as error:
                raise ConfigError(f"units={shorten(name)}: {error}") from None
            found.append(Unit(code, codes == code))
    often = np.sum([one.members for one in found], axis=0) > 1
    if often.any():
        raise ConfigError(f"units={shorten(' '.join(config.units))}: expected each county in one unit, "
                          f"{codes[often][0]} is in several")
    return found


class Plans:
    """From packages to policies, and from policies to the doses that counties carry out."""

    def __init__(self, config: Optimise, baseline: Baseline, found: Sequence[Unit]):
        from sim.model import CountyUrbanization  # whose import takes longer than to refuse units

        self.config, self.baseline, self.units = config, baseline, found
        self.world = CountyUrbanization(config=config, rng=config.seed).world
        self.levers = plan.levers_of(config.measures)
        self.factors = [dose for dose, _ in measures_of(config, config.levers)]
        self.of_factor = np.array([[_covers(factor, lever) for lever in self.levers] for factor in self.factors])
        flagged = baseline.counties["population_loss_flag"].to_numpy(int) == 1
        nothing = np.full((len(self.levers), len(flagged)), np.nan)
        self.loss = plan.doses([(flagged, config.policy.population_loss)], self.levers, nothing).T

    def policy(self, package: Package) -> Policy:
        """Return the policy of the configuration with the doses of a package, and nothing for counties in no unit."""
        change: dict[str, object] = {"name": package.name, "doses": {}, "by_type": {}, "by_county": {}}
        for unit, doses in zip(self.units, package.doses, strict=True):
            given = {name: round(float(dose), 4) for name, dose in zip(self.factors, doses, strict=True) if dose > 0}
            if unit.name == ALL:
                change["doses"] = given
            else:
                key = "by_type" if unit.name in TYPES else "by_county"
                change[key] = {**change[key], unit.name: Plan(doses=given)}  # type: ignore[dict-item]
        return self.config.policy.model_copy(update=change)

    def scattered(self, doses: np.ndarray, name: str) -> Policy:
        """Return a policy with doses by (county, lever) of its own for each county."""
        keys = [lever.removesuffix(f".{lever.partition('.')[0]}") for lever in self.levers]
        codes = self.baseline.counties["adcode"]
        plans = {code: Plan(doses=dict(zip(keys, map(float, row), strict=True)))
                 for code, row in zip(codes, doses, strict=True)}
        return self.config.policy.model_copy(update={"name": name, "doses": {}, "by_county": plans})

    def nothing(self) -> Policy:
        """Return the policy without any measure."""
        return self.config.policy.model_copy(update={"name": "nothing", "doses": {}})

    def carried_out(self, policy: Policy) -> np.ndarray:
        """Return the doses of a policy by (county, lever) as counties carry them out: what a prefecture or the province
        decides is common, and counties that lose people have plans of their own."""
        return programme.targets(self.world, policy, self.levers).T


def _covers(factor: str, lever: str) -> bool:
    return factor in (lever, lever.partition(".")[0])


def written(policy: Policy, title: Mapping[str, str], question: Mapping[str, str], differs: Mapping[str, str],
            why: Mapping[str, str]) -> dict[str, object]:
    """Return a policy as the content of a scenario file."""
    fields = policy.model_dump(mode="json", exclude_defaults=True, exclude={"name", *NOTES})
    notes = zip(NOTES, (title, question, differs, why), strict=True)
    return {**{key: dict(text) for key, text in notes}, **fields}


def titles(measures: Mapping[str, Measure], factors: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the Chinese and English title of each factor."""
    found = {}
    for factor in factors:
        name, _, lever = factor.partition(".")
        title = measures[name].levers[lever].title if lever else measures[name].title
        found[factor] = (title.zh, title.en)
    return found
