"""Runs of a study of pilots: each with pilots of its own, kept one by one, and what they observe as arrays."""

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pyarrow import parquet

from sim import baseline
from sim.config import ConfigError
from sim.config.pilots import PilotStudy
from sim.experiments import kept
from sim.experiments.kept import Job
from sim.experiments.pilots import selection
from sim.experiments.pilots.selection import PERCENT
from sim.indicators.totals import OBSERVATIONS
from sim.model import CountyUrbanization
from sim.policy.pilots import FIRST_SCREENING_SEED
from sim.run import Progress, code

BESIDE = ("residents", "urban_residents")
"""Observations that are kept beside those that are judged."""
WHOLE = ("all_counties", "province")
"""Groups that are kept beside the counties, after them."""


class Selection(NamedTuple):
    """Who are pilots in a run (bool by county, in file order), and its seed."""

    treated: np.ndarray
    seed: int


class Observed(NamedTuple):
    """What runs observe; years are those from the year before the first one simulated.

    `values` (run, county, year, outcome) and `whole` (run, group of `WHOLE`, year, outcome) are in percentage points or
    100 x logarithms; `persons` are by (run, county, year, observation of `BESIDE`), `paid` by (run, county, year) in
    yuan, and `moves` by (run, year, origin, destination) in persons, with no destinations for runs that keep none.
    """

    values: np.ndarray
    whole: np.ndarray
    persons: np.ndarray
    paid: np.ndarray
    moves: np.ndarray


class Runs:
    """Runs of a study, from `outputs/<name>/runs` where they are there already; `total` counts all that will be asked
    for, so that progress tells how far the study is."""

    def __init__(self, study: PilotStudy, progress: Progress, total: int):
        self.study, self.progress, self.total, self.done = study, progress, total, 0
        self.data = baseline.load(study.data)
        self.codes = list(self.data.counties["adcode"])
        self.names = selection.outcomes(study)
        self.years = np.arange(study.start - 1, study.end + 1)
        self.folder = Path("outputs") / study.name
        self.key = f"{self.data.hash} {code()} {' '.join(self.names)} {Path(__file__).read_text(encoding='utf-8')}"

    def of(self, selections: Sequence[Selection], moves: bool = False) -> Observed:
        """Return what runs with these pilots observe, alike ones run once; raises RunFailed where runs fail and
        ConfigError for an outcome that cannot be judged."""
        jobs = [self._job(k, one, moves) for k, one in enumerate(selections)]
        once = {job.target: job for job in jobs}
        kept.run(functools.partial(simulate, self.names, moves), list(once.values()), self.folder, self._count)
        self.done += len(selections)
        row = {target: k for k, target in enumerate(once)}
        found = np.stack([self._read(target) for target in once])[[row[job.target] for job in jobs]]
        return self._observed(found)

    def _count(self, done: int, total: int, note: str) -> None:
        self.progress(min(self.done + done, self.total), self.total, note)

    def _job(self, number: int, one: Selection, moves: bool) -> Job:
        config = configured(self.study, [code for code, here in zip(self.codes, one.treated, strict=True) if here])
        config = config.model_copy(update={"seed": one.seed})
        name = hashlib.sha256(f"{config.fingerprint()} {self.key} {moves}".encode()).hexdigest()[:20]
        return Job(number, config, (self.folder / "runs" / f"{name}.parquet").resolve())

    def _read(self, target: Path) -> np.ndarray:
        table = parquet.read_table(target)
        return np.column_stack([table[name].to_numpy() for name in table.column_names])

    def _observed(self, found: np.ndarray) -> Observed:
        runs, counties, judged = len(found), len(self.codes), len(self.names)
        found = found.reshape(runs, counties + len(WHOLE), len(self.years), -1)
        compared = np.stack([self._compared(name, found[..., k]) for k, name in enumerate(self.names)], axis=-1)
        persons, paid = found[:, :counties, :, judged : judged + 2], found[:, :counties, :, judged + 2]
        moves = found[:, :counties, :, judged + 3 :].transpose(0, 2, 1, 3)
        return Observed(compared[:, :counties], compared[:, counties:], persons, paid, moves)

    def _compared(self, name: str, values: np.ndarray) -> np.ndarray:
        unit = OBSERVATIONS[name].unit
        if unit in PERCENT:
            return values * (100.0 if unit == "share" else 1.0)
        if not (values[:, : len(self.codes)] > 0).all():
            raise ConfigError(f"outcomes={name}: expected a share in %, or an amount above 0 in every county and year")
        return 100 * np.log(values)


def configured(study: PilotStudy, codes: Sequence[str]) -> PilotStudy:
    """Return the study's configuration with these counties as its pilots, the policy without pilots for none."""
    pilots = None
    if codes:
        pilots = study.policy.pilots.model_copy(  # type: ignore[union-attr]  # a study has pilots
            update={"counties": tuple(codes), "count": len(codes), "rule": None, "start": study.since})
    return study.model_copy(update={"policy": study.policy.model_copy(update={"pilots": pilots})})


def screening_seed(number: int) -> int:
    """Return a seed of the random draws, which no rule is shown with."""
    return FIRST_SCREENING_SEED + number


def simulate(names: Sequence[str], moves: bool, study: PilotStudy, threads: int) -> pd.DataFrame:
    """Return what a run observes, a column for each outcome, those of `BESIDE`, `paid` (yuan for measures in the year)
    and with `moves` persons who moved to each county; rows are counties in file order and `WHOLE`, each by year."""
    model = CountyUrbanization(config=study, rng=study.seed, threads=threads, collect=False)
    model.run_until_end()
    codes, years = model.world.places.county_codes, list(range(study.start - 1, study.end + 1))
    rows = pd.MultiIndex.from_product([[*codes, *WHOLE], years])
    table, wanted = model.indicators(), [*names, *BESIDE]
    seen = table[table["indicator"].isin(wanted) & table["group"].isin([*codes, *WHOLE])]
    wide = seen.astype({"group": str, "indicator": str}).pivot(index=["group", "year"], columns="indicator",
                                                              values="value")
    found = wide.reindex(index=rows, columns=wanted)
    costs = model.world.observed.table("costs")
    found["paid"] = 0.0
    if len(costs):
        costs = costs[costs["payer"] != "planned"].astype({"adcode": str})
        found["paid"] = costs.groupby(["adcode", "year"])["yuan"].sum().reindex(rows).fillna(0.0)
    found.columns = pd.Index([f"{k}" for k in range(found.shape[1])])
    return pd.concat([found, _moves(model, rows)], axis=1) if moves else found


def _moves(model: CountyUrbanization, rows: pd.MultiIndex) -> pd.DataFrame:
    """Return persons who moved from each county and year (rows) to each county."""
    flows = model.world.observed.table("flows")
    ends = {end: flows[end].astype(str).str.partition("-")[0] for end in ("origin", "destination")}
    across = flows.assign(**ends)[ends["origin"] != ends["destination"]]
    wide = across.pivot_table(index=["origin", "year"], columns="destination", values="persons", aggfunc="sum")
    return wide.reindex(index=rows, columns=model.world.places.county_codes).fillna(0.0)
