"""Treatments of counties inside the model, and what they did to each of them.

One run may hold several treatments, each of a half of the counties of its own (factorial design: Fisher 1935, The
Design of Experiments, ch. 6). The same seed without any treatment is the placebo, against which chance cancels.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import baseline
from sim.config import Config, Policy
from sim.config.measures import Cost, Lever, Measure
from sim.config.quasi_experiments import Finding, Form, QuasiExperiment
from sim.model import CountyUrbanization
from sim.state.places import Kind
from sim.state.residents import SCHOOL_CHILD

TREATMENT = "treatment"
"""Name of the measure that moves rates as no measure does; it has a lever for each experiment."""
WEAK = 1 / 3
"""Part of the counties, those with the least output per resident, that have a weak base."""


class Arm(NamedTuple):
    """An experiment and the counties that it treats (bool, in file order)."""

    experiment: QuasiExperiment
    treated: np.ndarray


def treated(counties: int, seed: int | Sequence[int]) -> np.ndarray:
    """Return which counties are treated with a seed (bool): half of them, by lot."""
    drawn = np.random.default_rng(seed).permutation(counties)
    return drawn < counties // 2


def policy(arms: Sequence[Arm], codes: Sequence[str]) -> Policy:
    """Return the policy under which each arm's counties, and no others, have its treatment; arms start together and
    have the same funding, and those of one run name no measure twice."""
    first = arms[0].experiment
    doses: dict[str, dict[str, float]] = {}
    for experiment, counties in arms:
        own = {**experiment.measures, **({f"{TREATMENT}.{experiment.code}": 1.0} if experiment.effects else {})}
        for code in np.array(codes)[counties]:
            doses.setdefault(str(code), {}).update(own)
    return Policy.model_validate({
        "name": "quasi_experiment", "title": first.title.model_dump(),
        "question": {"zh": "这种处理有什么作用？", "en": "What does the treatment do?"},
        "differs": {"zh": "一部分县受到处理。", "en": "Some counties are treated."},
        "why": {"zh": "用来与研究结果比较。", "en": "To compare with what studies found."},
        "start": first.start, "ramp_years": 0.25,
        "funding": {"guaranteed": True} if first.funded else {"reprioritised": 0.0},
        "by_county": {code: {"doses": own} for code, own in doses.items()}})


def treatment(experiments: Sequence[QuasiExperiment]) -> Measure:
    """Return a measure for the experiments' own effects on rates, at no cost and from the first year."""
    free = Cost(value=0, low=0, high=0, grade="assumed", source="a treatment inside the model")
    levers = {one.code: Lever(title=one.title, capital_cost=free, running_cost=free, effects=one.effects)
              for one in experiments}
    return Measure.model_validate({
        "title": experiments[0].title, "group": "institutions", "decides": "county", "build_years": 0.25,
        "lag_years": 0, "saturation": 0, "not_expected": "Nothing.", "levers": levers,
        "expected": [{"indicator": finding.outcome, "sign": "up", "why": finding.source}
                     for one in experiments for finding in one.findings],
    })


def under(config: Config, arms: Sequence[Arm]) -> Config:
    """Return the configuration under which the arms' counties are treated."""
    codes = list(baseline.load(config.data).counties["adcode"])
    own = [arm.experiment for arm in arms if arm.experiment.effects]
    measures = {**config.measures, TREATMENT: treatment(own)} if own else config.measures
    return config.model_copy(update={"policy": policy(arms, codes), "measures": measures})


def panel(model: CountyUrbanization) -> pd.DataFrame:
    """Run a model to its end; return observations by (outcome, county in file order) and year."""
    codes = model.world.places.county_codes
    families: dict[int, np.ndarray] = {}
    while model.running:
        model.step()
        year = (model.world.quarter - 1) // 4
        families[year] = families.get(year, 0) + _families_to_towns(model)
    table = model.indicators()
    wide = table[table["group"].isin(codes)].pivot(index=["indicator", "group"], columns="year", values="value")
    counted = {"families_to_towns": pd.DataFrame(families, index=codes), "arrivals_in_towns": _arrivals(model)}
    return pd.concat([wide, pd.concat(counted, names=["indicator", "group"])]).reindex(codes, level="group")


def _families_to_towns(model: CountyUrbanization) -> np.ndarray:
    """Return how many adults with a child at school moved to towns or seat of their county this quarter, by county."""
    people, places = model.world.residents, model.world.places
    moved = people.living() & (people.moved == model.world.quarter - 1) & (people.flags & SCHOOL_CHILD > 0)
    moved &= people.place < places.districts
    rows = np.flatnonzero(moved)
    place, hukou = people.place[rows], people.hukou[rows]
    within = (places.kind[place] != Kind.VILLAGE) & (places.area[place] == places.area[hukou])
    return np.bincount(places.area[place[within]], minlength=places.counties)[: places.counties].astype(float)


def _arrivals(model: CountyUrbanization) -> pd.DataFrame:
    """Return persons who moved to towns and seat of each county, from wherever, by county and year."""
    flows = model.world.observed.table("flows")
    target = flows["destination"].astype(str).str.partition("-")
    towns = flows[target[2].isin(("town", "seat"))].assign(group=target[0])
    wide = towns.pivot_table(index="group", columns="year", values="persons", aggfunc="sum", observed=True)
    return wide.reindex(model.world.places.county_codes).fillna(0.0)


def among(config: Config, finding: Finding, without: pd.DataFrame, base: int) -> np.ndarray:
    """Return the counties (bool, in file order) that a finding speaks of, by their state in the year `base`."""
    counties = baseline.load(config.data).counties
    if finding.among == "weak_base":
        output = without.loc["output_per_resident"][base]
        return (output <= output.quantile(WEAK)).to_numpy()
    near = (counties["county_type"] == "metropolitan_fringe").to_numpy()
    return {"all": np.ones(len(counties), bool), "near_core": near, "far_from_core": ~near}[finding.among]


def effects(finding: Finding, design: np.ndarray, now: pd.DataFrame, then: pd.DataFrame) -> np.ndarray:
    """Return the effect of each treatment of a `design` (county, treatment) on a finding's outcome, in its form, from
    two panels of these counties over years, whose means are compared."""
    part, whole = changes(finding, design, now, then)
    return (part[1:] - part[0]) / (whole[1:] - whole[0] if finding.per else 1.0)


def changes(finding: Finding, design: np.ndarray, now: pd.DataFrame, then: pd.DataFrame) -> list[np.ndarray]:
    """Return the change of a finding's outcome, and of its denominator `per` (0 without), in counties without any
    treatment and with each one alone."""
    found = [np.zeros(1 + design.shape[1])] * 2
    for k, outcome in enumerate((finding.outcome, finding.per)):
        if outcome is not None:
            after, before = (one.loc[outcome].mean(axis=1).to_numpy() for one in (now, then))
            found[k] = _regressed(finding.form, design, after, before)
    return found


def _regressed(form: Form, design: np.ndarray, now: np.ndarray, then: np.ndarray) -> np.ndarray:
    """Return the change without any treatment and with each alone, by least squares on indicators of treatment.

    Logarithms of sums are those of relative changes weighted by what there was: with one treatment they are the
    logarithms of the two sums exactly.
    """
    x = np.column_stack([np.ones(len(now)), design])
    pooled = form in ("pooled", "elasticity")
    weights = then if pooled else np.ones(len(now))
    response = 100 * np.log(now / then) if form == "percent" else now - then
    found = np.linalg.solve((x.T * weights) @ x, x.T @ response)
    levels = np.append(found[0], found[0] + found[1:])
    return (100 if form == "pooled" else 1) * np.log1p(levels) if pooled else levels
