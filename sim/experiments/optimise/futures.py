"""Futures that packages have to stand, and the runs in them: by county, kept one by one."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import baseline, targets
from sim.compose import compose, parameter_sets
from sim.config import Config, Policy
from sim.config.files import load_indicators
from sim.config.optimise import Optimise
from sim.experiments import kept
from sim.experiments.kept import Job
from sim.model import CountyUrbanization
from sim.run import Progress, RunFailed, code

DEBT, PAID = "debt_ratio", "paid_for_measures"
"""Outcomes beside the indicators: percent in the last year, and yuan per resident of the base year until then."""

INDICATORS = tuple(load_indicators().indicators)
OUTCOMES = (*INDICATORS, DEBT, PAID)


class Future(NamedTuple):
    """An external condition and a parameter set, and the configuration that has both."""

    external: str
    parameter_set: int
    config: Config


def foreseen(config: Optimise, fresh: bool = False) -> list[Future]:
    """Return the futures of the search, or `fresh` ones of the same external conditions and as many other sets.

    Raises ConfigError for an unknown external condition.
    """
    count = config.parameter_sets
    kept_sets = parameter_sets(config.model_copy(update={"parameter_sets": 2 * count}))
    sets = kept_sets[count:] if fresh else kept_sets[:count]
    others = {name: compose("run", [f"external={name}"]).external for name in config.externals}
    conditions = {config.external.name: config.external, **others}
    return [Future(name, one.parameter_set, one.model_copy(update={"external": condition, "parameter_sets": 1}))
            for name, condition in conditions.items() for one in sets]


class Found(NamedTuple):
    """Outcomes of runs: `values` by (run, county, outcome), `bases` and `goals` by (run, county, indicator), and
    residents of the base year by (run, county)."""

    values: np.ndarray
    bases: np.ndarray
    goals: np.ndarray
    residents: np.ndarray


class Runs:
    """Runs of policies under futures, from `outputs/<name>/points` where they are there already."""

    def __init__(self, config: Optimise, progress: Progress):
        self.config, self.progress = config, progress
        self.data = baseline.load(config.data)
        self.folder = Path("outputs") / config.name
        own = Path(__file__).read_text(encoding="utf-8")
        self.key = hashlib.sha256(f"{self.data.hash} {code()} {own} {INDICATORS} {config.end}".encode()).hexdigest()

    def of(self, asked: Sequence[tuple[Future, Policy, int]], note: str) -> Found:
        """Return outcomes of (future, policy, seed); alike ones are run once.

        Raises RunFailed where runs fail twice, or an outcome of a county is not a number.
        """
        configs = [future.config.model_copy(update={"policy": policy, "seed": seed})
                   for future, policy, seed in asked]
        jobs = [Job(k, one, self._target(one)) for k, one in enumerate(configs)]
        once = {job.target: job for job in jobs}
        kept.run(simulate, list(once.values()), self.folder,
                 lambda done, total, said: self.progress(done, total, said or note))
        codes = list(self.data.counties["adcode"])
        tables = {target: _read(target, codes) for target in once}
        return Found(*(np.stack([tables[job.target][k] for job in jobs]) for k in range(len(Found._fields))))

    def _target(self, config: Config) -> Path:
        name = hashlib.sha256(f"{config.fingerprint()} {self.key}".encode()).hexdigest()[:20]
        return (self.folder / "points" / f"{name}.parquet").resolve()


def simulate(config: Config, threads: int) -> pd.DataFrame:
    """Return outcomes of the last year by county, base and target: adcode, residents, outcome, value, base, target.

    The target of an outcome without one is not a number.
    """
    model = CountyUrbanization(config=config, rng=config.seed, threads=threads, collect=False)
    model.run_until_end()
    system, codes = load_indicators(), list(model.world.places.county_codes)
    table = model.indicators()
    table = table[table["year"].isin([system.base_year, config.end]) & table["group"].isin([targets.WHOLE, *codes])]
    found = targets.assess(table, system, config.end)
    found = found.rename(columns={"indicator": "outcome"})[["group", "outcome", "value", "base", "target"]]
    seen = table.pivot_table(index="group", columns=["year", "indicator"], values="value").reindex(codes)
    residents = seen[system.base_year, "residents"]
    costs = model.world.observed.table("costs")
    costs = costs[costs["payer"] != "planned"].astype({"adcode": str})
    paid = costs.groupby("adcode")["yuan"].sum().reindex(codes).fillna(0.0) / residents
    others = [pd.DataFrame({"group": codes, "outcome": name, "value": series.to_numpy(), "base": np.nan,
                            "target": np.nan}) for name, series in ((DEBT, seen[config.end, DEBT]), (PAID, paid))]
    both = pd.concat([found[found["group"].isin(codes)], *others], ignore_index=True)
    return both.assign(residents=both["group"].map(residents)).rename(columns={"group": "adcode"})


def _read(target: Path, codes: list[str]) -> tuple[np.ndarray, ...]:
    """Return values, bases, goals and residents of a run by county."""
    table = pd.read_parquet(target)
    wide = table.pivot(index="adcode", columns="outcome", values=["value", "base", "target"]).reindex(codes)
    for name in OUTCOMES:
        if not np.isfinite(wide["value", name]).all():
            raise RunFailed(f"{name}: not a number in some counties, no package can be judged")
    parts = (wide["value"][[*OUTCOMES]], wide["base"][[*INDICATORS]], wide["target"][[*INDICATORS]])
    residents = table.drop_duplicates("adcode").set_index("adcode")["residents"].reindex(codes)
    return (*(part.to_numpy(float) for part in parts), residents.to_numpy(float))
