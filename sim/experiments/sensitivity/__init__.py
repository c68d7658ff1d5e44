"""Sensitivity analysis: which levers and which unknowns move the indicators, and how sure that is."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim.config.sensitivity import Sensitivity
from sim.experiments.sensitivity import factors
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.outcomes import aimed, named

if TYPE_CHECKING:
    from sim.run import Progress

AIMED = ("least_cost", "discovery")
"""Methods whose outcomes are those that have targets."""


def analyse(config: Sensitivity, progress: "Progress") -> Path:
    """Run a design and write its tables (Parquet and CSV) to outputs/<name>; return that folder.

    Raises ConfigError for factors that cannot be varied or outcomes that are not observed, RunFailed where runs fail.
    """
    varied = _factors(config)
    names = aimed(config) if config.method in AIMED else named(config)
    from sim.experiments.sensitivity.analysis import run  # imports take longer than to refuse

    return run(config, varied, names, progress)


def _factors(config: Sensitivity) -> list[Factor]:
    if config.method == "attribution":
        return factors.package(config)
    # A package is made of levers, each with a dose of its own.
    alone = {"what": "levers", "groups": "none"} if config.method == "least_cost" else {}
    return factors.chosen(config.model_copy(update=alone))
