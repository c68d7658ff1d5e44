"""Virtual quasi-experiments: random counties are treated inside the model, and the effect is estimated as studies do.

The estimate is the difference in differences between treated and other counties. The model knows more than a study can:
the same counties with the same seed and without treatment, and so the true effect on the treated, and on others.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from sim import baseline, engine
from sim.compose import reference_run
from sim.config import Config, ConfigError, Policy
from sim.config.files import load_quasi_experiments
from sim.config.measures import Cost, Lever, Measure
from sim.config.quasi_experiments import Finding, QuasiExperiment
from sim.core import store
from sim.model import CountyUrbanization
from sim.run import Progress, RunFailed, quiet
from sim.state.places import Kind
from sim.state.residents import SCHOOL_CHILD

TREATMENT = "treatment"
"""Name of the measure that moves rates as no measure does."""
WEAK = 1 / 3
"""Part of the counties, those with the least output per resident, that have a weak base."""
CERTAINTY = 0.95


def quasi_experiments(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Run every experiment with each seed, which also draws who is treated; return and write the table of findings.

    Columns: code, experiment, finding, outcome, form, among, sign, published, low, high (the range that counts as
    published), unit, role, source, estimate (difference in differences less that of the placebo, mean over seeds) with
    estimate_low and estimate_high (95 % interval of the mean), spread (standard deviation of the estimates of single
    studies), effect (of the same treated counties with and without treatment), spillover (the same of the others),
    seeds, verdict (green, amber or red, see `verdict`).
    """
    config = reference_run(config)
    if config.seeds < 2:
        raise ConfigError(f"seeds={config.seeds}: expected at least 2, so that an interval can be given")
    known = load_quasi_experiments()
    last = max(finding.years[1] for one in known.values() for finding in one.findings)
    config = config.model_copy(update={"start": 2021, "end": last})
    tasks = [(name, config.model_copy(update={"seed": config.seed + k})) for k in range(config.seeds)
             for name in ("", *known)]
    panels: dict[tuple[str, int], pd.DataFrame] = {}
    for done, outcome in enumerate(engine.execute(_panel, tasks, config.workers), start=1):
        progress(done, len(tasks), "")
        if outcome.error:
            raise RunFailed(f"{outcome.job[0] or 'no treatment'}, seed {outcome.job[1].seed}: {outcome.reason}")
        panels[outcome.job[0], outcome.job[1].seed] = outcome.result
    rows = [_row(one, finding, [_estimates(config, name, finding, one, panels, seed) for seed in _seeds(config)])
            for name, one in known.items() for finding in one.findings]
    table = pd.DataFrame(rows)
    store.write_table(Path("outputs") / config.name / "quasi_experiments.parquet", table)
    store.write_csv(Path("outputs") / config.name / "quasi_experiments.csv", table)
    return table


def treated(counties: int, seed: int) -> np.ndarray:
    """Return which counties are treated with a seed (bool): half of them, by lot."""
    drawn = np.random.default_rng(seed).permutation(counties)
    return drawn < counties // 2


def verdict(finding: Finding, estimate: float, low: float, high: float) -> str:
    """Judge an estimate with its interval.

    Green: the sign is as published and beyond chance, and the size within its range, where there is one;
    for an effect of none, the interval lies within it. Red: the sign is the opposite, beyond chance, or an effect where
    none was found. Amber: all else, be it a size that differs or an effect that cannot be told from chance.
    """
    size = finding.range
    if finding.sign == "none" and size:
        inside = size[0] <= low and high <= size[1]
        return "green" if inside else "red" if low > size[1] or high < size[0] else "amber"
    upwards = finding.sign == "up"
    if (high < 0) if upwards else (low > 0):
        return "red"
    seen = low > 0 if upwards else high < 0
    return "green" if seen and (size is None or size[0] <= estimate <= size[1]) else "amber"


def policy(experiment: QuasiExperiment, codes: list[str]) -> Policy:
    """Return the policy under which these counties, and no others, are treated."""
    doses = {**experiment.measures, **({TREATMENT: 1.0} if experiment.effects else {})}
    money = {"guaranteed": True} if experiment.funded else {"reprioritised": 0.0}
    return Policy.model_validate({
        "name": "quasi_experiment", "title": experiment.title.model_dump(), "question": "What does the treatment do?",
        "differs": "Some counties are treated.", "why": "To compare with what studies found.",
        "start": experiment.start, "ramp_years": 0.25, "funding": money,
        "by_county": {code: {"doses": doses} for code in codes}})


def treatment(experiment: QuasiExperiment) -> Measure:
    """Return a measure for the experiment's own effects on rates, at no cost and from the first year."""
    free = Cost(value=0, low=0, high=0, grade="assumed", source="a treatment inside the model")
    lever = Lever(title=experiment.title, capital_cost=free, running_cost=free, effects=experiment.effects)
    return Measure.model_validate({
        "title": experiment.title, "group": "institutions", "decides": "county", "build_years": 0.25, "lag_years": 0,
        "saturation": 0, "not_expected": "Nothing.", "levers": {TREATMENT: lever},
        "expected": [{"indicator": one.outcome, "sign": "up", "why": one.source} for one in experiment.findings],
    })


def _panel(task: tuple[str, Config], threads: int) -> pd.DataFrame:
    """Return observations by (outcome, county) and year of one run."""
    name, config = task
    codes = list(baseline.load(config.data).counties["adcode"])
    if name:
        experiment = load_quasi_experiments()[name]
        chosen = treated(len(codes), config.seed)
        measures = {**config.measures, TREATMENT: treatment(experiment)} if experiment.effects else config.measures
        own = policy(experiment, [code for code, one in zip(codes, chosen, strict=True) if one])
        config = config.model_copy(update={"policy": own, "measures": measures})
    model = CountyUrbanization(config=config, rng=config.seed, threads=threads)
    families: dict[int, np.ndarray] = {}
    while model.running:
        model.step()
        year = (model.world.quarter - 1) // 4
        families[year] = families.get(year, 0) + _families_to_towns(model)
    table = model.indicators()
    wide = table[table["group"].isin(codes)].pivot(index=["indicator", "group"], columns="year", values="value")
    counted = {"families_to_towns": pd.DataFrame(families, index=codes), "arrivals_in_towns": _arrivals(model)}
    return pd.concat([wide, pd.concat(counted, names=["indicator", "group"])])


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
    flows = pd.concat(model.world.observed.flows, ignore_index=True)
    target = flows["destination"].astype(str).str.partition("-")
    towns = flows[target[2].isin(("town", "seat"))].assign(group=target[0])
    wide = towns.pivot_table(index="group", columns="year", values="persons", aggfunc="sum", observed=True)
    return wide.reindex(model.world.places.county_codes).fillna(0.0)


def _estimates(config: Config, name: str, finding: Finding, experiment: QuasiExperiment,
               panels: dict[tuple[str, int], pd.DataFrame], seed: int) -> tuple[float, ...]:
    """Return the difference in differences less that of the placebo, the plain one, and effects on treated and others.

    The placebo is the same lot without treatment. It is zero in the mean over lots, and taking it away removes the
    chance of one lot.
    """
    ours, without = panels[name, seed], panels["", seed]
    codes = list(without.loc["residents"].index)
    chosen, base = treated(len(codes), seed), int(experiment.start[:4]) - 1
    members = _among(config, finding, without, base)
    sides = [pd.Index(codes)[members & side] for side in (chosen, ~chosen)]
    years, before = slice(*finding.years), slice(base, base)

    def changes(after: pd.DataFrame, then: pd.DataFrame, when: slice) -> np.ndarray:
        """Return by side the change of the outcome and of its denominator."""
        return np.array([_change(finding, after.loc[:, years], then.loc[:, when], side) for side in sides])

    plain, placebo = (np.subtract(*changes(panel, panel, before)) for panel in (ours, without))
    effect, spillover = changes(ours, without, years)
    held = effect[1] if finding.per else 1.0
    net = plain - placebo
    return (net[0] / (net[1] if finding.per else 1.0), plain[0] / (plain[1] if finding.per else 1.0),
            effect[0] / held, spillover[0] / held)


def _change(finding: Finding, after: pd.DataFrame, before: pd.DataFrame, codes: pd.Index) -> list[float]:
    """Return the change of the outcome in these counties, and that of its denominator `per` (0 without)."""
    found = [0.0, 0.0]
    for k, outcome in enumerate((finding.outcome, finding.per)):
        if outcome is not None:
            now, then = (panel.loc[outcome].loc[codes].mean(axis=1).to_numpy() for panel in (after, before))
            found[k] = FORMS[finding.form](now, then)
    return found


FORMS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "percent": lambda now, then: 100 * float(np.log(now / then).mean()),
    "points": lambda now, then: float((now - then).mean()),
    "pooled": lambda now, then: 100 * float(np.log(now.sum() / then.sum())),
    "ratio": lambda now, then: float((now - then).mean()),
    "elasticity": lambda now, then: float(np.log(now.sum() / then.sum())),
}
"""The change of an outcome in counties between two times, by form."""


def _among(config: Config, finding: Finding, without: pd.DataFrame, base: int) -> np.ndarray:
    """Return the counties (bool) that a finding speaks of."""
    counties = baseline.load(config.data).counties
    if finding.among == "weak_base":
        output = without.loc["output_per_resident"][base]
        return (output <= output.quantile(WEAK)).to_numpy()
    near = (counties["county_type"] == "metropolitan_fringe").to_numpy()
    return {"all": np.ones(len(counties), bool), "near_core": near, "far_from_core": ~near}[finding.among]


def _row(experiment: QuasiExperiment, finding: Finding, estimates: list[tuple[float, ...]]) -> dict:
    found, plain, effect, spillover = np.array(estimates).T
    mean, count = float(found.mean()), len(found)
    half = float(stats.t.ppf(0.5 + CERTAINTY / 2, count - 1) * stats.sem(found))
    size = finding.range or (np.nan, np.nan)
    return {
        "code": experiment.code, "experiment": experiment.title.en, "experiment_zh": experiment.title.zh,
        "finding": finding.title.en, "finding_zh": finding.title.zh, "outcome": finding.outcome, "form": finding.form,
        "among": finding.among, "sign": finding.sign,
        "published": np.nan if finding.published is None else finding.published, "low": size[0], "high": size[1],
        "unit": finding.unit, "role": finding.role, "source": finding.source, "estimate": mean,
        "estimate_low": mean - half, "estimate_high": mean + half, "spread": float(plain.std(ddof=1)),
        "effect": float(effect.mean()), "spillover": float(spillover.mean()), "seeds": count,
        "verdict": verdict(finding, mean, mean - half, mean + half)}


def _seeds(config: Config) -> list[int]:
    return [config.seed + k for k in range(config.seeds)]
