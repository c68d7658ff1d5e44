"""Virtual quasi-experiments: random counties are treated inside the model, and the effect is estimated as studies do.

The estimate is the difference in differences between treated and other counties. The model knows more than a study can:
the same counties with the same seed and without treatment, and so the true effect on the treated, and on others.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from sim import baseline, engine
from sim.compose import reference_run
from sim.config import Config, ConfigError
from sim.config.files import load_quasi_experiments
from sim.config.quasi_experiments import Finding, QuasiExperiment
from sim.core import store
from sim.experiments import treatments
from sim.experiments.treatments import Arm
from sim.model import CountyUrbanization
from sim.report.words import record
from sim.run import Progress, RunFailed, quiet

CERTAINTY = 0.95


def quasi_experiments(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Run every experiment with each seed, which also draws who is treated; return and write the table of findings.

    Columns: code, experiment, finding, outcome, form, among, sign, published, low, high (the range that counts as
    published), unit, role, source, estimate (difference in differences less that of the placebo, mean over seeds) with
    estimate_low and estimate_high (95 % interval of the mean), spread (standard deviation of the estimates of single
    studies), effect (of the same treated counties with and without treatment), spillover (the same of the others),
    seeds, verdict (green, amber or red, see `verdict`). A finding of counties that the data have not is left out.
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
            for name, one in known.items() for finding in one.findings
            if treatments.among(config, finding, panels["", config.seed], int(one.start[:4]) - 1).any()]
    table = pd.DataFrame(rows)
    store.write_table(Path("outputs") / config.name / "quasi_experiments.parquet", table)
    record.write_csv(Path("outputs") / config.name / "quasi_experiments.csv", table)
    return table


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


def _panel(task: tuple[str, Config], threads: int) -> pd.DataFrame:
    """Return observations by (outcome, county) and year of one run, of the placebo without a name."""
    name, config = task
    if name:
        counties = len(baseline.load(config.data).counties)
        arm = Arm(load_quasi_experiments()[name], treatments.treated(counties, config.seed))
        config = treatments.under(config, [arm])
    return treatments.panel(CountyUrbanization(config=config, rng=config.seed, threads=threads, collect=False))


def _estimates(config: Config, name: str, finding: Finding, experiment: QuasiExperiment,
               panels: dict[tuple[str, int], pd.DataFrame], seed: int) -> tuple[float, ...]:
    """Return the difference in differences less that of the placebo, the plain one, and effects on treated and others.

    The placebo is the same lot without treatment. It is zero in the mean over lots, and taking it away removes the
    chance of one lot. Before the treatment both runs are the same, so that what is left are changes between them.
    """
    ours, without = panels[name, seed], panels["", seed]
    codes, base = without.loc["residents"].index, int(experiment.start[:4]) - 1
    members = treatments.among(config, finding, without, base)
    design = treatments.treated(len(codes), seed)[members, None]

    def of(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
        return panel.loc[:, slice(*years)].loc[(slice(None), codes[members]), :]

    now = of(ours, finding.years)
    (plain,) = treatments.effects(finding, design, now, of(ours, (base, base)))
    part, whole = treatments.changes(finding, design, now, of(without, finding.years))
    held = whole[1] if finding.per else 1.0
    net = (part[1] - part[0]) / (whole[1] - whole[0] if finding.per else 1.0)
    return net, plain, part[1] / held, part[0] / held


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
        "unit": finding.unit, "role": experiment.role(finding), "source": finding.source, "estimate": mean,
        "estimate_low": mean - half, "estimate_high": mean + half, "spread": float(plain.std(ddof=1)),
        "effect": float(effect.mean()), "spillover": float(spillover.mean()), "seeds": count,
        "verdict": verdict(finding, mean, mean - half, mean + half)}


def _seeds(config: Config) -> list[int]:
    return [config.seed + k for k in range(config.seeds)]
