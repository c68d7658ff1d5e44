"""`county sweep`, and Hydra's own multirun of the same combinations: `county run --multirun policy=a,b`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from sim import baseline
from sim.cli.notices import warn_of_another_model
from sim.cli.progress import progress_bar
from sim.cli.table import print_table
from sim.compose import compose, hydra_lines, register_scenarios
from sim.config.files import CONFIGS, shown
from sim.core import store
from sim.experiments import sweep
from sim.report import sweeps
from sim.run import complaint, named, replicates, simulate

MULTIRUN = ("-m", "--multirun")


def swept(arguments: Sequence[str]) -> str:
    """Run a sweep, write and print what it says; return which runs failed, in one line."""
    variants = sweep.variants(sweep.given(arguments))
    warn_of_another_model()
    with progress_bar() as progress:
        found = sweep.sweep(variants, progress)
    return _show(found)


def multirun(arguments: Sequence[str]) -> str:
    """Have Hydra launch one job for each combination of a sweep, then write and print what they say together; return
    which runs failed, in one line.

    Jobs write to the same folder as `county sweep` and repeat nothing; what Hydra itself writes is beside them.
    """
    own = [argument for argument in arguments if argument.startswith(("hydra/", "hydra.", "+hydra", "~hydra"))]
    overrides = sweep.given(one for one in arguments if one not in own and one not in MULTIRUN)
    planned = sweep.plan(sweep.variants(overrides))  # refuses bad input before anything is launched
    warn_of_another_model()
    _launch([f"hydra.sweep.dir={planned.folder / 'hydra'}", *own, *hydra_lines(overrides)])
    return _show(sweep.compare(planned))


def _launch(arguments: Sequence[str]) -> None:
    import hydra

    register_scenarios()
    before = sys.argv
    sys.argv = ["county", "--multirun", "hydra.job.name=county", *arguments]
    try:
        hydra.main(config_path=str(CONFIGS), config_name="sweep", version_base="1.3")(_job)()
    finally:
        sys.argv = before


def _job(_) -> None:
    """Simulate one combination; runs that fail are recorded, and the caller tells of them."""
    from hydra.core.global_hydra import GlobalHydra
    from hydra.core.hydra_config import HydraConfig

    overrides = HydraConfig.get().overrides.task
    GlobalHydra.instance().clear()  # what the job composes is validated, and by the same function as elsewhere
    config = compose("sweep", overrides)
    data = baseline.load(config.data)
    simulate(named(replicates(config, data), data), Path("outputs") / config.name, data)


def _show(found: sweep.Found) -> str:
    """Print the tables of a sweep and draw its figures; return which runs failed, in one line, or how many are
    missing."""
    if len(found.ranking):
        for heads, rows in sweeps.tables(found.ranking, found.robustness):
            print_table(heads, rows, numeric=heads[1:] if len(rows[0]) < 8 else heads[2:])
            print()
        with store.locked(found.folder):
            pictures = sweeps.draw(found.ranking, found.robustness, found.effects, found.folder)
        print(f"表格 Tables: {shown(found.folder)}/*.parquet, ranking.csv, robustness.csv, effects.csv, catalogue.csv")
        print("图 Figures: " + ", ".join(shown(path) for path in pictures if path.suffix == ".png"))
    failed = found.catalogue[found.catalogue["status"] == "failed"].to_dict("records")
    if failed:
        return complaint(failed, found.folder)
    missing = (found.catalogue["status"] == "missing").sum()
    return f"{missing} runs are missing; repeat the command to run them" if missing else ""
