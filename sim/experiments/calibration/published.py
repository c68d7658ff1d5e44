"""Published sizes of effects that the fit aims at: those of the virtual experiments that are drawn for it.

Experiments with the same start and funding share one run, each with a half of the counties of its own, and all the
same placebo with the same seed.
"""

from collections.abc import Iterable
from itertools import groupby

import numpy as np
import pandas as pd

from sim import baseline
from sim.config import Config
from sim.config.files import load_quasi_experiments
from sim.config.quasi_experiments import Finding, QuasiExperiment
from sim.experiments import treatments
from sim.experiments.calibration.target import Target
from sim.experiments.treatments import Arm
from sim.model import CountyUrbanization


def fitted() -> list[QuasiExperiment]:
    """Return the virtual experiments whose published sizes are targets, those that can share a run side by side."""
    return sorted((one for one in load_quasi_experiments().values() if one.targets), key=_run)


def last_year() -> int:
    """Return the last year that one of their findings speaks of."""
    return max(finding.years[1] for one in fitted() for finding in one.targets)


def targets() -> list[Target]:
    """Return the published sizes as targets."""
    return [Target(_name(one, finding), float(finding.published), finding.observation, float(finding.discrepancy),
                   finding.unit, "published", finding.source)
            for one in fitted() for finding in one.targets
            if finding.published is not None and finding.discrepancy is not None]


def estimates(config: Config, without: pd.DataFrame, threads: int) -> dict[str, float]:
    """Run the treatments and return what each does to the outcomes of its findings, by the name of the target.

    `without` is the panel of the same configuration without any treatment.
    """
    found: dict[str, float] = {}
    for _, together in groupby(enumerate(fitted()), key=lambda numbered: _run(numbered[1])):
        found |= _shared(config, without, threads, together)
    return found


def _shared(config: Config, without: pd.DataFrame, threads: int,
            together: Iterable[tuple[int, QuasiExperiment]]) -> dict[str, float]:
    """Return the estimates of experiments that share a run; each has a lot of its own from the seed and its number."""
    counties = len(baseline.load(config.data).counties)
    arms = [Arm(one, treatments.treated(counties, (config.seed, k))) for k, one in together]
    design = np.column_stack([arm.treated for arm in arms])
    treated = treatments.under(config, arms)
    ours = treatments.panel(CountyUrbanization(config=treated, rng=config.seed, threads=threads, collect=False))
    codes = np.array(without.loc["residents"].index)
    found = {}
    for k, (one, _) in enumerate(arms):
        for finding in one.targets:
            members = treatments.among(config, finding, without, int(one.start[:4]) - 1)
            now, then = (panel.loc[:, slice(*finding.years)].loc[(slice(None), codes[members]), :]
                         for panel in (ours, without))
            found[_name(one, finding)] = float(treatments.effects(finding, design[members], now, then)[k])
    return found


def _run(experiment: QuasiExperiment) -> tuple[str, bool]:
    """Return what experiments of one run have in common."""
    return experiment.start, experiment.funded


def _name(experiment: QuasiExperiment, finding: Finding) -> str:
    return f"{experiment.code}_{finding.outcome}"
