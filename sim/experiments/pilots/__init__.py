"""The pilot laboratory: which counties should be pilots, what they change where, and could an evaluation tell."""

from pathlib import Path
from typing import TYPE_CHECKING

from sim import baseline
from sim.checks import check_classified
from sim.config.pilots import PilotStudy
from sim.experiments.pilots import selection

if TYPE_CHECKING:
    from sim.run import Progress


def study(config: PilotStudy, progress: "Progress") -> Path:
    """Run a study of pilots and write its tables (Parquet and CSV) to outputs/<name>; return that folder.

    Runs that are there already are not run again. Raises ConfigError for rules, lists, numbers of pilots and outcomes
    that cannot be used and where a library is missing, RunFailed where runs fail.
    """
    data = baseline.load(config.data)
    check_classified(config, data)
    selection.of_data(config, data, selection.rules(config, data))
    selection.outcomes(config)
    from sim.experiments.pilots.laboratory import run  # imports take longer than to refuse

    return run(config, progress)
