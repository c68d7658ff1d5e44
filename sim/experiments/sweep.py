"""Sweeps: any product of scenarios, parameters and seeds as one resumable set of runs, and what it says together."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from sim import baseline, compose
from sim.config import Config, ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import CONFIGS, load_indicators, read_yaml
from sim.core import store
from sim.indicators import targets
from sim.report import effects
from sim.run import Progress, identity, quiet, replicates, simulate

BASELINE = "no_new_policy"
CASE = ["external", "parameters"]
"""What a policy is compared under: the outside conditions and the parameters of a run."""
REPLICATE = ["member", "seed"]
"""What tells runs of a case apart: the parameter set and the seed."""
ENOUGH = 0.5
"""Composite achievement that satisfies: half of the way to the targets."""


def configurations(arguments: Iterable[str]) -> list[Config]:
    """Return the configuration of every combination of arguments; those of a sweep file (`sweep=NAME`) come first, and
    what is given beside it replaces its entries. A fault raises ConfigError."""
    given: dict[str, str] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if key == "sweep" and equals:
            given = {**_from_file(value), **given}
        else:
            given[key] = argument
    return compose.product("sweep", given.values())


def _from_file(name: str) -> dict[str, str]:
    """Return the overrides of a sweep file, given by path or by name: the user's own ./configs/sweep, then shipped."""
    own, shipped = (sorted(folder.glob("*.yaml")) for folder in (Path("configs/sweep"), CONFIGS / "sweep"))
    known = {path.stem: path for path in [*shipped, *own]}
    path = Path(name) if name.endswith(".yaml") else known.get(name)
    if path is None or not path.is_file():
        raise ConfigError(f"sweep={shorten(name)}: no such sweep; {suggestion(name, known)}")
    overrides = {}
    for key, value in read_yaml(path).items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        overrides[key] = f"{key}={text}"
    return overrides


def sweep(configs: list[Config], progress: Progress = quiet) -> Path:
    """Run every replicate of the configurations that is not there yet, each once; return the folder.

    The policy that others are compared with runs once for each external and parameter set. Raises ConfigError for
    what cannot be run together, and RunFailed after the others are done.
    """
    names = {(config.name, config.data) for config in configs}
    if len(names) > 1:
        raise ConfigError("name, data: expected one value in a sweep")
    folder, data = Path("outputs") / configs[0].name, baseline.load(configs[0].data)
    jobs = {identity(job, data.hash): job for config in configs for job in replicates(config, data)}
    try:
        simulate(list(jobs.values()), folder, data, progress)
    finally:
        store.write_table(folder / "catalogue.parquet", catalogue(folder, jobs))
    return folder


def catalogue(folder: Path, jobs: dict[str, Config]) -> pd.DataFrame:
    """Return one row for each run: run, policy, external, parameters, seed, scale, end, status (done, failed or
    missing), seconds and peak memory in bytes, the last two from its manifest."""
    rows = []
    for name, job in jobs.items():
        manifest, failed = folder / "runs" / name / "manifest.json", folder / "failed" / f"{name}.json"
        found = store.read_json(manifest) if manifest.exists() else {}
        rows.append({
            "run": name, "policy": job.policy.name, "external": job.external.name, "member": job.member,
            "seed": job.seed, "scale": job.scale, "end": job.end,
            "status": "done" if found else "failed" if failed.exists() else "missing",
            "seconds": found.get("seconds", {}).get("whole", np.nan),
            "peak_memory": found.get("peak_memory_bytes", np.nan)})  # fmt: skip
    return pd.DataFrame(rows)


def read_catalogue(folder: Path) -> pd.DataFrame:
    """Return the catalogue of the last sweep in a folder."""
    return pd.read_parquet(folder / "catalogue.parquet")


def comparison(folder: Path) -> pd.DataFrame:
    """Return what each policy changes in each indicator of all counties, under each external and parameter set.

    Differences to no new policy with the same seeds in the target year (or the last): columns policy, external,
    parameters, indicator, year, effect, low, high, seeds, same_sign, detectable, clear (see `effects.spread`).
    """
    table, system = _whole(folder), load_indicators()
    year = min(system.target_year, int(table["year"].max()))
    keys = [*CASE, *REPLICATE, "indicator"]
    last = table[(table["year"] == year) & table["indicator"].isin(system.indicators)]
    without = last[last["policy"] == BASELINE].set_index(keys)["value"]
    rest = last[last["policy"] != BASELINE]
    paired = rest.join(without.rename("without"), on=keys)
    paired = paired.assign(value=paired["value"] - paired["without"]).dropna(subset="value")
    return effects.spread(paired, ["policy", *CASE, "indicator"]).assign(year=year)


def ranking(folder: Path) -> pd.DataFrame:
    """Return how policies do under each external and parameter set, the best first.

    Columns: external, parameters, policy; achievement (composite over the indicators at the declared weights) with low
    and high (80 % interval over seeds); satisfied (share of seeds with at least half of it); regret (what the best
    policy achieves more); cost (yuan paid for measures until the target year); debt (yuan owed then); efficient (no
    other policy achieves as much at as little cost and debt, and more of one: the Pareto front).
    """
    system, table = load_indicators(), _whole(folder)
    assessed = targets.assess(table, system)
    score = targets.composite(targets.by_aspect(assessed, system), targets.weights(system)).rename("score")
    score = score.reset_index()
    year = int(assessed["year"].iloc[0])
    debt = table[(table["indicator"] == "debt") & (table["year"] == year)]
    by = [*CASE, "policy"]
    scores = score.groupby(by)["score"]
    found = pd.DataFrame({
        "achievement": scores.mean(), "low": scores.quantile(0.1), "high": scores.quantile(0.9),
        "satisfied": scores.apply(lambda values: (values >= ENOUGH).mean()),
        "debt": debt.groupby(by)["value"].mean(), "seeds": scores.size()})  # fmt: skip
    found["cost"] = _paid(folder, year).reindex(found.index).fillna(0.0)
    best = found.groupby(level=CASE)["achievement"].transform("max")
    found["regret"] = best - found["achievement"]
    found["efficient"] = pd.concat([_front(part) for _, part in found.groupby(level=CASE)])
    order = [*CASE, "achievement"]
    return found.reset_index().sort_values(order, ascending=[True, True, False], ignore_index=True)


def _front(part: pd.DataFrame) -> pd.Series:
    """Return which rows no other row beats in achievement, cost and debt at once."""
    values = np.column_stack([-part["achievement"], part["cost"], part["debt"]])
    beaten = [((values <= row).all(1) & (values < row).any(1)).any() for row in values]
    return pd.Series(~np.array(beaten), index=part.index)


def _paid(folder: Path, year: int) -> pd.Series:
    """Return what was paid for measures until a year, by external, parameters and policy, a mean over seeds."""
    costs, by = pd.read_parquet(folder / "costs.parquet"), [*CASE, "policy"]
    paid = costs[(costs["payer"] != "planned") & (costs["year"] <= year)]
    return paid.groupby([*by, *REPLICATE])["yuan"].sum().groupby(level=by).mean()


def _whole(folder: Path) -> pd.DataFrame:
    table = pd.read_parquet(folder / "indicators.parquet", filters=[("group", "==", "all_counties")])
    return table.drop(columns=["basis"])
