"""Calibration: from declared priors and targets to an ensemble of accepted parameter sets, resumable at any run."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim import baseline
from sim.config import Quantity
from sim.config.calibration import Calibration
from sim.config.files import CROSSVALIDATION, ENSEMBLE, declared_parameters
from sim.config.fitted import load_fitted, record_fitted
from sim.core import store
from sim.experiments import kept
from sim.experiments.calibration import matching, outcomes, targets
from sim.experiments.calibration.counties import Past, past
from sim.experiments.calibration.matching import CUT, Emulators
from sim.experiments.calibration.targets import Target
from sim.run import Progress, RunFailed, code

CANDIDATES, CANDIDATE_SEEDS = 10, 8
"""Candidates for the reference set, the sets that emulators find nearest to the targets, and runs of each."""

DIGITS = 4
"""Digits of a parameter's value."""

TOLD = 0.5
"""Standard deviations by which a target moves at least over the range of a parameter of which it says something."""

LOGARITHMIC = 8.0
"""A positive range whose end is so many times its beginning is uniform in logarithms."""

SHIPPED = ("ensemble", "fit", "targets", "crossvalidation")
"""Tables that go to configs/parameters."""


class Found(NamedTuple):
    """Result of a calibration: sets in the unit cube with their outcomes, targets by name, and the last emulators."""

    sets: np.ndarray  # accepted, (set, parameter)
    outcomes: np.ndarray  # of one run of each, (set, target)
    reference: np.ndarray  # (parameter,)
    reference_outcomes: np.ndarray  # (seed, target)
    targets: list[Target]
    emulators: Emulators
    accepted: int  # sets of the last wave that agree
    tried: int  # all of them


def calibrate(config: Calibration, progress: Progress) -> dict[str, pd.DataFrame]:
    """Fit the free parameters to the targets, and write the result (see `write`).

    Tables: `ensemble` (set 0, the reference set, and every accepted set: a column for each parameter), `fit`
    (parameters: prior, quantiles of the sets, how far the data moved them and which), `targets` (targets and values of
    the model). Raises RunFailed where runs fail or no set agrees with the targets.
    """
    found = fitted(config, past(config), progress)
    tables = {"ensemble": ensemble(config, found), "fit": fit(config, found), "targets": agreement(found)}
    write(config, tables)
    return tables


def write(config: Calibration, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables to outputs/<name> (Parquet and CSV) and, with `install`, to configs/parameters (CSV)."""
    if config.install and "ensemble" in tables:
        CROSSVALIDATION.unlink(missing_ok=True)  # it was that of other sets
    for name, table in tables.items():
        store.write_table(Path("outputs") / config.name / f"{name}.parquet", table)
        store.write_csv(Path("outputs") / config.name / f"{name}.csv", table)
        if config.install and name in SHIPPED:
            store.write_csv(ENSEMBLE.with_name(f"{name}.csv"), table)
    if config.install and "ensemble" in tables:
        record_fitted(fitted_with=load_fitted().model)


def fitted(config: Calibration, known: Past, progress: Progress) -> Found:
    """Return sets that agree with the targets of the counties that are not held out."""
    seen = ~known.held_out
    wanted = targets.targets(config, known, seen)
    return search(config, wanted, progress, lambda table: targets.said(known, seen, table, wanted))


def search(config: Calibration, wanted: list[Target], progress: Progress,
           said: Callable[[pd.DataFrame], np.ndarray]) -> Found:
    """Return sets that agree with the targets; `said` returns the values of a run for the targets."""
    size = len(config.free)
    sets = qmc.LatinHypercube(size, rng=np.random.default_rng(config.seed)).random(config.points)
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    for wave in range(config.waves):
        note = f"wave {wave + 1} of {config.waves}"
        seen.append((sets, simulate(config, sets, config.seed + wave * config.points, noted(progress, note), said)))
        _write_waves(config, seen, wanted)
        if wave + 1 < config.waves:
            progress(0, config.points, f"{note}: fitting emulators")
            sets = matching.plausible(_learn(config, seen, wanted), config.points, config.seed + wave)
    return _accepted(config, *seen[-1], wanted, _learn(config, seen, wanted), progress, said)


def _accepted(config: Calibration, sets: np.ndarray, given: np.ndarray, wanted: list[Target],
              known: Emulators, progress: Progress, said) -> Found:
    """Accept the sets of the last wave that no target calls implausible.

    The reference set is the one whose mean over seeds is nearest, not the mean of sets: a point between sets that
    agree need not agree.
    """
    nearest = sets[(known.misfits(sets) ** 2).sum(1).argsort(kind="stable")[:CANDIDATES]]
    said_of = simulate(config, nearest.repeat(CANDIDATE_SEEDS, axis=0), config.seed, noted(progress, "reference"), said)
    repeated = said_of.reshape(len(nearest), CANDIDATE_SEEDS, len(wanted))
    chance = np.array([matching.scaled(repeated[:, :, k], one).var(1, ddof=1).mean() ** 0.5
                       for k, one in enumerate(wanted)])
    off = matching.misfits(repeated.mean(1), wanted, chance)
    best = int((off**2).sum(1).argmin())
    misfits = np.abs(matching.misfits(given, wanted, chance))
    within = np.flatnonzero(misfits.max(1) <= CUT)
    if len(within) < 2:
        worst = int((misfits > CUT).sum(0).argmax())
        raise RunFailed(f"no two parameter sets agree with all targets: {wanted[worst].name} excludes most of the last "
                        f"wave, {(misfits[:, worst] > CUT).sum()} of {len(sets)}; more waves or points may find some")
    keep = within[: config.sets]
    return Found(sets[keep], given[keep], nearest[best], repeated[best], wanted, known, len(within), len(sets))


def simulate(config: Calibration, sets: np.ndarray, seed: int, progress: Progress,
             said: Callable[[pd.DataFrame], np.ndarray]) -> np.ndarray:
    """Return the values of the targets in a run of each set, each run with a seed of its own from `seed` on."""
    return np.array([said(table) for table in runs(config, sets, seed, progress)])


def runs(config: Calibration, sets: np.ndarray, seed: int, progress: Progress) -> list[pd.DataFrame]:
    """Return the outcomes of a run of each set; they are kept in outputs/<name>/points and never made twice."""
    folder, key = Path("outputs") / config.name, _key(config)
    jobs = []
    for k, one in enumerate(sets):
        values = dict(zip(config.free, unscaled(config, one), strict=True))
        changed = config.model_copy(update={"parameters": config.parameters.changed(values), "seed": seed + k})
        name = hashlib.sha256(f"{changed.fingerprint()} {key}".encode()).hexdigest()[:20]
        jobs.append(kept.Job(k, changed, (folder / "points" / f"{name}.parquet").resolve()))
    kept.run(outcomes.everything, jobs, folder, progress)
    return [pd.read_parquet(job.target) for job in jobs]


def unscaled(config: Calibration, one: np.ndarray) -> list[float]:
    """Return values of the free parameters at a point of the unit cube, rounded."""
    values = []
    for name, share in zip(config.free, one, strict=True):
        q = config.quantities[name]
        low, high = _ends(q)
        value = low + share * (high - low)
        value = float(f"{np.exp(value) if _logarithmic(q) else value:.{DIGITS}g}")
        values.append(min(max(value, q.low), q.high))
    return values


def ensemble(config: Calibration, found: Found) -> pd.DataFrame:
    """Return the parameter sets: 0 is the reference set, those accepted follow in the order in which they were drawn.

    A parameter that was not free and has not its declared value was so in every run, and has in every set.
    """
    rows = [_reference(config, found), *(unscaled(config, one) for one in found.sets)]
    table = pd.DataFrame(rows, columns=list(config.free))
    declared = declared_parameters().quantities
    given = {name: q.value for name, q in config.quantities.items()
             if name not in config.free and q.value != declared[name].value}
    return table.assign(**given).rename_axis("parameter_set").reset_index()


def fit(config: Calibration, found: Found) -> pd.DataFrame:
    """Return the free parameters: prior (low, high), 10th, 50th and 90th percentile of the sets, reference, `narrowed`
    (how much less the sets spread than the prior), `shifted` (from its middle, in standard deviations of the prior) and
    the two targets that say most of it (slope over the range against tolerance), of those that say something."""
    prior = 1 / np.sqrt(12)
    known = found.emulators
    told = np.abs(known.slopes) / np.hypot(known.tolerances, known.errors)[:, None]
    rows = []
    for k, (name, reference) in enumerate(zip(config.free, _reference(config, found), strict=True)):
        values = [unscaled(config, one)[k] for one in found.sets]
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
        first = np.argsort(-told[:, k], kind="stable")[:2]
        rows.append({
            "parameter": name, "unit": config.quantities[name].unit, "prior_low": config.quantities[name].low,
            "prior_high": config.quantities[name].high, "low": low, "median": middle, "high": high,
            "reference": reference,
            "narrowed": 1 - found.sets[:, k].std(ddof=1) / prior, "shifted": (found.sets[:, k].mean() - 0.5) / prior,
            "data": ", ".join(found.targets[t].name for t in first if told[t, k] >= TOLD)})
    return pd.DataFrame(rows)


def _reference(config: Calibration, found: Found) -> list[float]:
    """Return the values of the reference set: a parameter that no target identifies keeps its declared value, not one
    by lot."""
    declared = declared_parameters().quantities
    return [declared[name].value if name in config.later else value
            for name, value in zip(config.free, unscaled(config, found.reference), strict=True)]


def agreement(found: Found) -> pd.DataFrame:
    """Return the targets with their tolerances, and the values in the reference set and in all sets."""
    low, high = np.quantile(found.outcomes, [0.1, 0.9], axis=0)
    chance = found.reference_outcomes.std(0, ddof=1)
    rows = []
    for k, one in enumerate(found.targets):
        mean = found.reference_outcomes[:, k].mean()
        rows.append({**one._asdict(), "chance": chance[k], "reference": mean, "low": low[k], "high": high[k],
                     "misfit": (mean - one.value) / np.hypot(one.tolerance, chance[k])})
    return pd.DataFrame(rows).assign(accepted=found.accepted, tried=found.tried)


def _write_waves(config: Calibration, seen: Sequence[tuple[np.ndarray, np.ndarray]], wanted: list[Target]) -> None:
    """Write every run so far: wave, the values of its parameters and of each target."""
    parts = []
    for wave, (sets, given) in enumerate(seen, start=1):
        values = pd.DataFrame([unscaled(config, one) for one in sets], columns=list(config.free))
        parts.append(pd.concat([values, pd.DataFrame(given, columns=[one.name for one in wanted])], axis=1)
                     .assign(wave=wave))
    store.write_table(Path("outputs") / config.name / "waves.parquet", pd.concat(parts, ignore_index=True))


def _learn(config: Calibration, seen: Sequence[tuple[np.ndarray, np.ndarray]], wanted: list[Target]) -> Emulators:
    """Return emulators that have learnt from the last two waves."""
    sets, given = (np.concatenate(part) for part in zip(*seen[-2:], strict=True))
    return matching.emulators(sets, given, wanted, config.points, config.seed % 2**32, config.workers)


def noted(progress: Progress, note: str) -> Progress:
    """Return a progress report whose notes begin with `note`."""
    return lambda done, total, own: progress(done, total, f"{note}{': ' + own if own else ''}")


def _logarithmic(q: Quantity) -> bool:
    return q.low > 0 and q.high >= LOGARITHMIC * q.low


def _ends(q: Quantity) -> tuple[float, float]:
    return (float(np.log(q.low)), float(np.log(q.high))) if _logarithmic(q) else (q.low, q.high)


def _key(config: Calibration) -> str:
    own = Path(outcomes.__file__).read_text(encoding="utf-8")
    return json.dumps([baseline.load(config.data).hash, code(), own])
