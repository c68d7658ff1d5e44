"""Cross-validation: every county predicted by a fit that has not seen it."""

import pandas as pd

from sim.config import Config, ConfigError
from sim.config.calibration import Calibration
from sim.config.files import CROSSVALIDATION, shown
from sim.experiments.calibration import benchmarks, ensemble, hindcast, outcomes, points
from sim.experiments.calibration.counties import EVERY, past
from sim.run import Progress, quiet


def crossvalidate(config: Calibration, progress: Progress) -> dict[str, pd.DataFrame]:
    """Hold each fifth of the counties out in turn, fit the others anew and run the decade with every accepted set.

    Return and write the tables `crossvalidation_counties` and `crossvalidation` (as `hindcast_counties` and
    `hindcast_scores`, each county as the fit and the rules predict it that have not seen it). One fifth has 16
    counties, few enough for luck to choose between rules; five have 78. Raises RunFailed as a fit does.
    """
    numbers, parts = benchmarks.covariates(config), []
    for part in range(EVERY):
        known = past(config, part)
        told = points.noted(progress, f"fifth {part + 1} of {EVERY}")
        sets = ensemble.fitted(config, known, told).sets
        runs = points.runs(config, outcomes.history, sets, config.seed + config.waves * config.points, told)
        counties = hindcast.by_county(known, [hindcast.wide(run) for run in runs], ~known.held_out, numbers)
        parts.append(counties[counties["held_out"]])
    table = pd.concat(parts, ignore_index=True)
    tables = {"crossvalidation_counties": table, "crossvalidation": hindcast.score(table, "in_turn")}
    ensemble.write(config, tables)
    return tables


def shipped(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Return the table `crossvalidation` that was written with the ensemble; it takes too long to be made anew.

    Raises ConfigError where there is none.
    """
    if not CROSSVALIDATION.is_file():
        raise ConfigError(f"{shown(CROSSVALIDATION)}: no such file; county calibrate what=crossvalidation install=true "
                          "makes it")
    return pd.read_csv(CROSSVALIDATION).fillna({"verdict": ""})
