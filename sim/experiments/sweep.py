"""Sweeps: any product of scenarios, parameters and seeds as one resumable set of runs, and their comparison."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim import archive, baseline
from sim.config import Config
from sim.core import store
from sim.core.described import packed
from sim.experiments import comparison
from sim.experiments.combinations import Variant
from sim.indicators.observation import OBSERVATIONS
from sim.report.words import record
from sim.run import Progress, changes, gather, identity, quiet, replicates, simulate


class Plan(NamedTuple):
    """The plan of a sweep: its runs by identity, and as `cases` which runs belong together.

    A case is a policy under one external condition, parameters and setting with one seed; columns policy, external,
    parameters, setting, parameter_set, seed, run, and against (the run of the policy compared with, empty without one).
    """

    folder: Path
    data: baseline.Baseline
    runs: dict[str, Config]
    cases: pd.DataFrame


class Found(NamedTuple):
    """The results of a sweep, as they stand in its folder; only the catalogue is there where no run was done."""

    folder: Path
    catalogue: pd.DataFrame
    effects: pd.DataFrame
    ranking: pd.DataFrame
    robustness: pd.DataFrame
    types: pd.DataFrame


def plan(variants: Sequence[Variant]) -> Plan:
    """Return the runs of all variants, each once: the policy that others are compared with runs once for each external
    condition and parameter set."""
    first = variants[0].config
    data = baseline.load(first.data)
    runs: dict[str, Config] = {}
    rows = []
    for setting, config, _ in variants:
        jobs = {identity(job, data.hash): job for job in replicates(config, data)}
        runs |= jobs
        others = {(job.parameter_set, job.seed): run for run, job in jobs.items() if job.policy.name == config.compare}
        rows += [{"policy": job.policy.name, "external": job.external.name, "parameters": changes(job),
                  "setting": setting, "parameter_set": job.parameter_set, "seed": job.seed, "run": run,
                  "against": others.get((job.parameter_set, job.seed), "")}
                 for run, job in jobs.items()]
    return Plan(Path("outputs") / first.name, data, runs, pd.DataFrame(rows).drop_duplicates(ignore_index=True))


def sweep(variants: Sequence[Variant], progress: Progress = quiet) -> Found:
    """Run whatever is not there yet, and compare; runs that fail are in the catalogue."""
    planned = plan(variants)
    simulate(planned.runs, planned.folder, planned.data, progress)
    return compare(planned)


def compare(planned: Plan) -> Found:
    """Gather the complete runs of a plan and write their comparison.

    Another sweep in the same folder waits meanwhile, so that the tables there are of one sweep, the last to end.
    """
    folder, nothing = planned.folder, pd.DataFrame()
    with store.locked(folder):
        listed = catalogue(planned, gather(planned.runs, folder, planned.data))
        cases = planned.cases[planned.cases["run"].isin(listed.loc[listed["status"] == "done", "run"])]
        found = Found(folder, listed, nothing, nothing, nothing, nothing)
        if len(cases):
            outcomes = comparison.read(folder)
            ranked = comparison.ranking(outcomes, cases)
            found = Found(folder, listed, comparison.effects(outcomes, cases), ranked, comparison.robustness(ranked),
                          comparison.by_type(outcomes, cases))
        for name, table in found._asdict().items():
            if isinstance(table, pd.DataFrame):
                _write(folder / name, table)
    return found


def _write(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet and CSV; of one without rows nothing is left from before."""
    parquet, csv = path.with_suffix(".parquet"), path.with_suffix(".csv")
    if len(table):
        store.write_table(parquet, table, packed(OBSERVATIONS) if "indicator" in table else None)
        record.write_csv(csv, table)
    else:
        parquet.unlink(missing_ok=True)
        csv.unlink(missing_ok=True)


def catalogue(planned: Plan, manifests: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row for each run: run, policy, external, parameters, parameter_set, seed, scale, start, end, status
    (done, failed or missing), error, and of those that are done, whose manifests are given, seconds and the most memory
    of the process meanwhile, bytes.
    """
    rows = []
    for run, config in planned.runs.items():
        done, failed = manifests.get(run, {}), archive.failure(planned.folder, run)
        rows.append({
            "run": run, "policy": config.policy.name, "external": config.external.name,
            "parameters": changes(config), "parameter_set": config.parameter_set, "seed": config.seed,
            "scale": config.scale,
            "start": config.start, "end": config.end, "status": "done" if done else "failed" if failed else "missing",
            "error": failed["error"].strip().rpartition("\n")[2] if failed and not done else "",
            "seconds": done.get("seconds", {}).get("whole", np.nan),
            "peak_memory": done.get("peak_memory_bytes", np.nan)})
    return pd.DataFrame(rows)
