"""Calibration: from declared priors and targets to an ensemble of accepted parameter sets, resumable at any run."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim.config.calibration import Calibration
from sim.config.files import CROSSVALIDATION, ENSEMBLE, declared_parameters
from sim.config.fitted import load_fitted, record_fitted
from sim.core import store
from sim.experiments.calibration import choices, matching, outcomes, published, reference, targets
from sim.experiments.calibration.counties import Past, past
from sim.experiments.calibration.matching import CUT, Emulators
from sim.experiments.calibration.points import Said, Simulate, figures, noted, unscaled
from sim.experiments.calibration.reference import Found, Reference
from sim.experiments.calibration.target import Target
from sim.report.words import record
from sim.run import Progress, RunFailed

REPEATED, SEEDS = 10, 8
"""Sets whose runs tell chance, those that emulators find nearest to the targets, and runs of each."""

TOLD = 0.5
"""Standard deviations by which a target moves at least over the range of a parameter of which it says something."""

SHIPPED = ("ensemble", "fit", "targets", "effects", "crossvalidation")
"""Tables that go to configs/parameters."""


def calibrate(config: Calibration, progress: Progress) -> dict[str, pd.DataFrame]:
    """Fit the free parameters to the past and to published effects, and write the result (see `write`).

    Tables: `ensemble` (set 0, the reference set, and the accepted sets: a column for each parameter), `fit`
    (parameters: prior, quantiles of the sets, how far the data moved them and which), `targets` (targets and values of
    the model), `effects` (of the policy, in the reference set and in all). Raises RunFailed where runs fail or no set
    agrees with the targets.
    """
    known = past(config)
    seen = ~known.held_out
    wanted = [*targets.targets(config, known, seen), *published.targets(), *choices.targets()]

    def said(table: pd.DataFrame) -> np.ndarray:
        return targets.said(known, seen, table, wanted)

    found = search(config, wanted, progress, outcomes.everything, said)
    chosen = reference.choose(config, found, progress, outcomes.everything, said)
    tables = {"ensemble": ensemble(config, found, chosen), "fit": fit(config, found, chosen),
              "targets": agreement(found, chosen), "effects": effects(chosen)}
    write(config, tables)
    return tables


def write(config: Calibration, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables to outputs/<name> (Parquet and CSV) and, with `install`, to configs/parameters (CSV)."""
    if config.install and "ensemble" in tables:
        CROSSVALIDATION.unlink(missing_ok=True)  # it was that of other sets
    for name, table in tables.items():
        store.write_table(Path("outputs") / config.name / f"{name}.parquet", table)
        record.write_csv(Path("outputs") / config.name / f"{name}.csv", table)
        if config.install and name in SHIPPED:
            store.write_csv(ENSEMBLE.with_name(f"{name}.csv"), table)
    if config.install and "ensemble" in tables:
        record_fitted(fitted_with=load_fitted().model)


def fitted(config: Calibration, known: Past, progress: Progress) -> Found:
    """Return sets that agree with the past of the counties that are not held out, published effects apart."""
    seen = ~known.held_out
    wanted = targets.targets(config, known, seen)
    return search(config, wanted, progress, outcomes.history, lambda table: targets.said(known, seen, table, wanted))


def search(config: Calibration, wanted: list[Target], progress: Progress, simulate: Simulate, said: Said) -> Found:
    """Return sets that agree with the targets; `said` returns their values in the outcomes of `simulate`."""
    size = len(config.free)
    sets = qmc.LatinHypercube(size, rng=np.random.default_rng(config.seed)).random(config.points)
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    for wave in range(config.waves):
        note = f"wave {wave + 1} of {config.waves}"
        first = config.seed + wave * config.points
        seen.append((sets, figures(config, simulate, said, sets, first, noted(progress, note))))
        _write_waves(config, seen, wanted)
        if wave + 1 < config.waves:
            progress(0, config.points, f"{note}: fitting emulators")
            sets = matching.plausible(_learn(config, seen, wanted), config.points, config.seed + wave)
    return _accepted(config, *seen[-1], wanted, _learn(config, seen, wanted), progress, simulate, said)


def _accepted(config: Calibration, sets: np.ndarray, given: np.ndarray, wanted: list[Target], known: Emulators,
              progress: Progress, simulate: Simulate, said: Said) -> Found:
    """Accept the sets of the last wave that no target calls implausible."""
    nearest = sets[(known.misfits(sets) ** 2).sum(1).argsort(kind="stable")[:REPEATED]]
    repeated = reference.repeated(config, simulate, said, nearest, SEEDS, noted(progress, "chance"))
    misfits = np.abs(matching.misfits(given, wanted, reference.chance(repeated, wanted)))
    within = np.flatnonzero(misfits.max(1) <= CUT)
    if len(within) < 2:
        worst = int((misfits > CUT).sum(0).argmax())
        raise RunFailed(f"no two parameter sets agree with all targets: {wanted[worst].name} excludes most of the last "
                        f"wave, {(misfits[:, worst] > CUT).sum()} of {len(sets)}; more waves or points may find some")
    keep = within[: config.sets]
    return Found(sets[keep], given[keep], len(within), wanted, known, len(sets))


def ensemble(config: Calibration, found: Found, chosen: Reference) -> pd.DataFrame:
    """Return the parameter sets: 0 is the reference set, and the first ones accepted follow in the order in which they
    were drawn; it may be one of them.

    A parameter that was not free and has not its declared value was so in every run, and has in every set.
    """
    rows = [unscaled(config, one) for one in (chosen.place, *found.sets)]
    table = pd.DataFrame(rows, columns=list(config.free))
    declared = declared_parameters().quantities
    given = {name: q.value for name, q in config.quantities.items()
             if name not in config.free and q.value != declared[name].value}
    return table.assign(**given).rename_axis("parameter_set").reset_index()


def fit(config: Calibration, found: Found, chosen: Reference) -> pd.DataFrame:
    """Return the free parameters: prior (low, high), 10th, 50th and 90th percentile of the sets, reference, `narrowed`
    (how much less the sets spread than the prior), `shifted` (from its middle, in standard deviations of the prior) and
    the two targets that say most of it (slope over the range against tolerance), of those that say something."""
    prior = 1 / np.sqrt(12)
    known = found.emulators
    told = np.abs(known.slopes) / np.hypot(known.tolerances, known.errors)[:, None]
    rows = []
    for k, (name, own) in enumerate(zip(config.free, unscaled(config, chosen.place), strict=True)):
        values = [unscaled(config, one)[k] for one in found.sets]
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
        first = np.argsort(-told[:, k], kind="stable")[:2]
        rows.append({
            "parameter": name, "unit": config.quantities[name].unit, "prior_low": config.quantities[name].low,
            "prior_high": config.quantities[name].high, "low": low, "median": middle, "high": high,
            "reference": own,
            "narrowed": 1 - found.sets[:, k].std(ddof=1) / prior, "shifted": (found.sets[:, k].mean() - 0.5) / prior,
            "data": ", ".join(found.targets[t].name for t in first if told[t, k] >= TOLD)})
    return pd.DataFrame(rows)


def agreement(found: Found, chosen: Reference) -> pd.DataFrame:
    """Return the targets with their tolerances, and the values in the reference set and in all sets: `inside` says
    whether its mean lies between the 10th and the 90th percentile of theirs."""
    table = pd.DataFrame([one._asdict() for one in found.targets]).assign(
        chance=chosen.chance, **_beside(chosen.outcomes, found.outcomes))
    tolerances = np.array([one.tolerance for one in found.targets])
    return table.assign(misfit=(table["reference"] - table["value"]) / np.hypot(tolerances, chosen.chance),
                        accepted=found.accepted, tried=found.tried)


def effects(chosen: Reference) -> pd.DataFrame:
    """Return the effects of the policy on all counties together by indicator and year: in the reference set (mean over
    its runs) and in all sets, with `inside` as in `agreement`."""
    rows = [{"indicator": name, "year": year, "unit": unit}
            for name, unit in outcomes.EFFECTS.items() for year in outcomes.EFFECT_YEARS]
    return pd.DataFrame(rows).assign(**_beside(chosen.effects, chosen.others))


def _beside(ours: np.ndarray, others: np.ndarray) -> dict[str, np.ndarray]:
    """Return the mean of the runs of one set beside the quantiles over sets."""
    mean, (low, median, high) = ours.mean(0), np.quantile(others, reference.BOUNDS, axis=0)
    return {"reference": mean, "low": low, "median": median, "high": high, "inside": (low <= mean) & (mean <= high)}


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
