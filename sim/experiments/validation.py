"""Everything the model is held against, part by part; each writes a table with lights that are computed."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim import baseline
from sim.config import Config
from sim.config.files import CROSSVALIDATION
from sim.experiments.calibration.crossvalidation import shipped
from sim.experiments.calibration.hindcast import scored
from sim.experiments.initial_state import initial
from sim.experiments.patterns import patterns
from sim.experiments.quasi_experiments import quasi_experiments
from sim.experiments.recent import recent
from sim.indicators.observation import OBSERVATIONS
from sim.report.pages import validation as page
from sim.report.tables import actuals
from sim.run import Progress, quiet

PARTS = {"initial": initial, "hindcast": scored, "crossvalidation": shipped, "recent": recent, "patterns": patterns,
         "experiments": quasi_experiments}
"""Parts of the validation that `what` may name, in the order of the page; each takes a configuration and a progress."""


def validate(config: Config, progress: Progress = quiet) -> dict[str, pd.DataFrame]:
    """Run the parts of the validation asked for (`what`) and the comparison with `actuals`; return their tables.

    Tables and the page are written to outputs/<name>. Raises ConfigError for faulty actuals.
    """
    parts: Sequence[str] = [config.what or ""]
    if config.what == "all":
        parts = [name for name in PARTS if name != "crossvalidation" or CROSSVALIDATION.is_file()]
    folder, data = Path("outputs") / config.name, baseline.load(config.data)
    places = data.counties, data.prefectures
    if config.actuals is not None:
        last = int(actuals.read(config.actuals, OBSERVATIONS, *places)["year"].max())
        parts = [*parts, *([] if "recent" in parts else ["recent"])]
        config = config.model_copy(update={"end": max(config.end, last)})
    found = {name: PARTS[name](config, _noting(name, progress)) for name in parts}
    if config.actuals is not None:
        found["actuals"] = page.accuracy(folder, config.actuals, *places)
    page.write(folder, found, page.asked(config.parameter_sets, config.seeds, config.scale))
    return found


def _noting(part: str, progress: Progress) -> Progress:
    return lambda done, total, note: progress(done, total, note or part)
