"""`county sweep`, and Hydra's own multirun of the same combinations: `county run --multirun policy=a,b`."""

import importlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.notices import warn_of_grounds
from sim.cli.progress import progress_bar
from sim.cli.refusing import refuse
from sim.cli.table import print_tables
from sim.cli.words import drawn, say
from sim.compose import compose, hydra_text
from sim.config import ConfigError
from sim.config.fault import RunFailed
from sim.config.files import shown
from sim.experiments import combinations

if TYPE_CHECKING:
    from sim.experiments.sweep import Found

MULTIRUN = ("-m", "--multirun")
LAUNCHERS = {"joblib": "joblib", "submitit_local": "submitit", "submitit_slurm": "submitit"}
"""Launchers that are not Hydra's own, and the plugins that they are in."""


def sweep(arguments: Sequence[str]) -> None:
    """Run all combinations of a sweep, by itself or by Hydra, and write and print their comparison; raises RunFailed
    where runs failed or are missing."""
    _show((_launched if set(MULTIRUN) & set(arguments) else _swept)(arguments))


def _swept(arguments: Sequence[str]) -> "Found":
    variants = _checked(arguments)
    warn_of_grounds()
    from sim.experiments import sweep

    with progress_bar() as progress:
        return sweep.sweep(variants, progress)


def _checked(arguments: Iterable[str]) -> list[combinations.Variant]:
    """Return the combinations of a sweep, every one of them held against the data before anything is simulated."""
    variants = combinations.variants(combinations.given(arguments))
    refuse(one.config for one in variants)
    return variants


def _launched(arguments: Sequence[str]) -> "Found":
    """Have Hydra launch one job for each combination of a sweep.

    Jobs write to the same folder as `county sweep` and repeat nothing; Hydra's own output is beside them.
    """
    own = [argument for argument in arguments if argument.startswith(("hydra/", "hydra.", "+hydra", "~hydra"))]
    _expect_launcher(own)
    variants = _checked(one for one in arguments if one not in own and one not in MULTIRUN)
    warn_of_grounds()
    from sim.experiments import sweep

    planned = sweep.plan(variants)
    _launch(own, planned.folder, [one.combination for one in variants])
    return sweep.compare(planned)


def _expect_launcher(own: Sequence[str]) -> None:
    """Raise ConfigError for a launcher whose plugin is not installed."""
    for choice in own:
        key, _, name = choice.partition("=")
        if key == "hydra/launcher" and name in LAUNCHERS:
            try:
                importlib.import_module(f"hydra_plugins.hydra_{LAUNCHERS[name]}_launcher")
            except ImportError:
                raise ConfigError(f"{choice}: expected the extra launchers; "
                                  "pip install 'county-urbanization[launchers]'") from None


def _launch(own: Sequence[str], folder: Path, combinations: Sequence[Sequence[str]]) -> None:
    """Have Hydra run a job for each combination, whose overrides it is given as one quoted text: it reads none."""
    import hydra
    from hydra.errors import HydraException

    texts = (json.dumps(one, ensure_ascii=False).replace("$", r"\u0024") for one in combinations)  # nor interpolates
    jobs = ",".join(map(hydra_text, texts))
    before = sys.argv
    os.environ["HYDRA_FULL_ERROR"] = "1"  # raise errors, and print none
    sys.argv = ["county", "--multirun", "hydra.job.name=county", f"hydra.sweep.dir={hydra_text(str(folder / 'hydra'))}",
                *own, f"+combination={jobs}"]
    try:
        hydra.main(config_path=None, version_base="1.3")(_job)()
    except HydraException as error:
        reason = (str(error).splitlines() or [""])[0]
        raise ConfigError(f"{' '.join(own)}: expected options of Hydra; {reason}") from None
    finally:
        del os.environ["HYDRA_FULL_ERROR"]
        sys.argv = before


def _job(given: Mapping[str, str]) -> None:
    """Simulate one combination; runs that fail are recorded, and the caller tells of them."""
    from hydra.core.global_hydra import GlobalHydra

    from sim import baseline
    from sim.run import named, replicates, simulate

    GlobalHydra.instance().clear()  # the job composes its configuration itself, validated as elsewhere
    config = compose("sweep", json.loads(given["combination"]))
    data = baseline.load(config.data)
    simulate(named(replicates(config, data), data), Path("outputs") / config.name, data)


def write(folder: Path) -> str:
    """Write the figures and the report of a sweep; return where they are, in words."""
    from sim.core import store
    from sim.report import sweeps

    read = sweeps.Sweep(folder)
    with store.locked(folder):
        return drawn(sweeps.draw(read), sweeps.page.write(read))


def _show(found: "Found") -> None:
    """Print the tables of a sweep and draw its figures; raises RunFailed where runs failed or are missing."""
    from sim.report import sweeps
    from sim.report.tables import spread
    from sim.report.tables.cells import printed
    from sim.run import complaint

    if len(found.ranking):
        written = write(found.folder)
        for table in sweeps.tables(found.ranking, found.robustness, found.types):
            print_tables([printed(table)], text=1 if len(table.rows[0]) < 8 else 2)
        say([spread.basis(int(found.ranking["parameter_sets"].max()))])
        print(f"表格 Tables: {shown(found.folder)}/*.parquet, "
              "ranking.csv, robustness.csv, types.csv, effects.csv, catalogue.csv")
        print(written)
    failed = found.catalogue[found.catalogue["status"] == "failed"].to_dict("records")
    if failed:
        raise RunFailed(complaint(failed, found.folder))
    if missing := (found.catalogue["status"] == "missing").sum():
        raise RunFailed(f"{missing} runs are missing; repeat the command to run them")
