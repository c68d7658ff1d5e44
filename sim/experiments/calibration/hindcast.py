"""The hindcast: the decade 2011-2020 from the census of 2010, county by county against the census of 2020."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim import baseline, compose, engine
from sim.config import Config
from sim.core import store
from sim.experiments.calibration import benchmarks, outcomes
from sim.experiments.calibration.benchmarks import MEASURES, value
from sim.experiments.calibration.counties import Past, past
from sim.report.words import record
from sim.run import Progress, RunFailed, quiet, workers

LOW, HIGH = 0.1, 0.9
"""Quantiles over runs that bound the 80 % band."""

JUDGED = ("held_out", "in_turn")
"""Counties that the fit has not seen."""

MARGIN = 0.1
"""How much more than a regression's error counts as no more."""

ALL = "all"
"""Name under which the values of all measures are covered together."""


def hindcast(config: Config, progress: Progress = quiet) -> dict[str, pd.DataFrame]:
    """Run the decade with every parameter set; return and write two tables (outputs/<name>, Parquet and CSV).

    `hindcast_counties`: measure, adcode, held_out, moved_boundary, before (2010), actual (2020), model (mean over
    runs), low, high (80 % band), inside, and a column for each naive rule that has seen the fitted counties.
    `hindcast_scores`: measure, rule (`model` or a naive one), counties (all, fitted, held_out), mae, rmse, bias,
    coverage (of the model's band), verdict (see `_verdict`), and a row of the coverage of all measures together. Errors
    of residents are percentages of those counted, others points.
    """
    known = past(config)
    runs = simulate(config, apart(config), progress)
    numbers = benchmarks.covariates(config)
    tables = {"hindcast_counties": by_county(known, runs, ~known.held_out, numbers),
              "hindcast_scores": scores(known, runs, numbers)}
    for name, table in tables.items():
        store.write_table(Path("outputs") / config.name / f"{name}.parquet", table)
        record.write_csv(Path("outputs") / config.name / f"{name}.csv", table)
    return tables


def scored(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Run the hindcast and write its tables; return `hindcast_scores`."""
    return hindcast(config, progress)["hindcast_scores"]


def apart(config: Config) -> list[Config]:
    """Return every parameter set as often as there are seeds, each run with a seed of its own, so that the unobserved
    attraction of counties is drawn anew for each and averages out."""
    jobs = [one_set for one_set in compose.parameter_sets(config) for _ in range(config.seeds)]
    return [job.model_copy(update={"seed": config.seed + k}) for k, job in enumerate(jobs)]


def simulate(config: Config, jobs: Sequence[Config], progress: Progress) -> list[pd.DataFrame]:
    """Return the outcomes of each run of the decade, persons by county (rows) and name, in the order of the jobs."""
    tasks, found = list(enumerate(jobs)), {}
    for outcome in engine.execute(_decade, tasks, workers(config, baseline.load(config.data))):
        if outcome.error:
            raise RunFailed(f"seed {outcome.job[1].seed}: {outcome.reason}")
        found[outcome.job[0]] = outcome.result
        progress(len(found), len(tasks), "")
    return [found[k] for k in range(len(tasks))]


def _decade(task: tuple[int, Config], threads: int) -> pd.DataFrame:
    return wide(outcomes.decade(task[1], threads))


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return outcomes of a run as persons by county (rows, in file order) and name."""
    counties = table[table["group"] != "whole"]
    codes = counties["group"].drop_duplicates()
    return counties.pivot(index="group", columns="name", values="value").loc[codes]


def modelled(known: Past, run: pd.DataFrame, measure: str) -> np.ndarray:
    """Return a measure of 2020 by county as a run says it; residents grow from those on the boundaries of 2020."""
    if measure == "residents":
        return known.before.residents * (run["residents"] / run["residents_2010"]).to_numpy()
    whole = run["registered" if measure == "absent_share" else "residents"]
    return 100 * (run[measure.removesuffix("_share")] / whole).to_numpy()


def by_county(known: Past, runs: Sequence[pd.DataFrame], seen: np.ndarray, covariates: np.ndarray) -> pd.DataFrame:
    """Return the table `hindcast_counties`; naive rules have seen the counties `seen`."""
    rules = benchmarks.predicted(known, seen, covariates)
    parts = []
    for measure in MEASURES:
        said = np.array([modelled(known, run, measure) for run in runs])
        low, high = np.quantile(said, [LOW, HIGH], axis=0)
        actual = value(known.after, measure)
        parts.append(pd.DataFrame({
            "measure": measure, "adcode": known.codes, "held_out": known.held_out, "moved_boundary": known.moved,
            "before": value(known.before, measure), "actual": actual, "model": said.mean(0), "low": low, "high": high,
            "inside": (low <= actual) & (actual <= high),
            **{rule: made for (of, rule), made in rules.items() if of == measure}}))
    return pd.concat(parts, ignore_index=True)


def scores(known: Past, runs: Sequence[pd.DataFrame], covariates: np.ndarray) -> pd.DataFrame:
    """Return the table `hindcast_scores`.

    For all counties rules have seen all of them, for fitted and held-out ones the fitted ones.
    """
    everyone = by_county(known, runs, np.ones(len(known.codes), bool), covariates)
    apart = by_county(known, runs, ~known.held_out, covariates)
    return pd.concat([score(everyone, "all"), score(apart[~apart["held_out"]], "fitted"),
                      score(apart[apart["held_out"]], "held_out")], ignore_index=True)


def score(table: pd.DataFrame, counties: str) -> pd.DataFrame:
    """Return the rows of `hindcast_scores` for rows of `hindcast_counties`, under the name `counties`."""
    rows = []
    for measure, part in table.groupby("measure", sort=False):
        actual = part["actual"].to_numpy()
        percent = 100 / actual if measure == "residents" else 1.0
        errors = {rule: (part[rule].to_numpy() - actual) * percent
                  for rule in ("model", *benchmarks.RULES) if part[rule].notna().all()}
        size = {rule: float(np.abs(error).mean()) for rule, error in errors.items()}
        for rule, error in errors.items():
            model = rule == "model"
            rows.append({"measure": measure, "rule": rule, "counties": counties, "mae": size[rule],
                         "rmse": float(np.sqrt((error**2).mean())), "bias": error.mean(),
                         "coverage": part["inside"].mean() if model else np.nan,
                         "verdict": _verdict(size) if model and counties in JUDGED else ""})
    inside = float(table["inside"].mean())
    rows.append({"measure": ALL, "rule": "model", "counties": counties, "coverage": inside,
                 "verdict": _cover(inside) if counties in JUDGED else ""})
    return pd.DataFrame(rows)


def _verdict(size: dict[str, float]) -> str:
    """Return a light for mean absolute errors by rule.

    Green where the model's is no greater than that of any naive rule, and than that of the ridge regression, which sees
    all numbers of the first census, with a tenth more; amber where no greater than that of the uniform change.
    """
    others = [error for rule, error in size.items() if rule not in ("model", "ridge")]
    if size["model"] <= min(*others, (1 + MARGIN) * size["ridge"]):
        return "green"
    return "amber" if size["model"] <= size["uniform"] else "red"


def _cover(share: float) -> str:
    """Return a light for the share of held-out values inside the 80 % band: green from 70 to 90 %, amber from 60 %."""
    return "green" if 0.7 <= share <= 0.9 else "amber" if share >= 0.6 else "red"
