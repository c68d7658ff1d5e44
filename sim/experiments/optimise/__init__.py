"""Packages of measures for county types, counties or all: searched on an emulator, and every offered one run anew."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim import baseline
from sim.checks import check_classified
from sim.compose import compose
from sim.config.optimise import Optimise
from sim.experiments.optimise.units import units_of
from sim.experiments.sensitivity.factors import measures_of

if TYPE_CHECKING:
    from sim.run import Progress


def optimise(config: Optimise, progress: "Progress") -> Path:
    """Search packages, check them, and write tables (Parquet and CSV) and policies to outputs/<name>; return that.

    Raises ConfigError for units, doses or external conditions that do not exist and where pymoo is missing, RunFailed
    where runs fail.
    """
    data = baseline.load(config.data)
    check_classified(config, data)
    units_of(config, data)
    measures_of(config, config.levers)
    for name in config.externals:
        compose("run", [f"external={name}"])
    from sim.experiments.optimise.packages import write  # imports take longer than to refuse

    return write(config, progress)
