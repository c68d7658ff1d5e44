"""Design points, run: each with the same seeds, kept one by one, and never dropped."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow.dataset import dataset, field

from sim import baseline
from sim.config import ConfigError
from sim.config.sensitivity import GROUPS, PAID, Sensitivity
from sim.experiments import kept
from sim.experiments.kept import Job, Progress
from sim.experiments.sensitivity.factors import Factor, applied
from sim.indicators.observation import groups
from sim.model import CountyUrbanization
from sim.run import RunFailed, code


class Points:
    """Outcomes of design points under a configuration, from `outputs/<name>/points` where they are there already.

    Every point is run with the same seeds. A run that fails is run once more; one that fails again is reported by
    RunFailed after all others are done, so that nothing is computed from an incomplete design.
    """

    def __init__(self, config: Sensitivity, progress: Progress):
        self.config, self.progress = config, progress
        self.data = baseline.load(config.data)
        types = set(self.data.counties["county_type"])
        self.groups = [name for name in GROUPS if name in types or name == "all_counties"]
        """Groups of counties that are observed: all of them, and the types that there are."""
        if config.group not in self.groups:
            raise ConfigError(f"group={config.group}: expected a type of the data's counties; known: "
                              f"{', '.join(self.groups)}")
        self.folder = Path("outputs") / config.name
        own = "".join(Path(file).read_text(encoding="utf-8") for file in (__file__, applied.__code__.co_filename))
        self.key = hashlib.sha256(f"{self.data.hash} {code()} {own}".encode()).hexdigest()

    def outcomes(self, factors: Sequence[Factor], values: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """Return outcomes by (point, seed, group of counties, outcome) of points with these values of factors.

        Raises ConfigError for values that no run accepts, RunFailed where runs fail or an outcome is not a number.
        """
        return self.of([applied(self.config, factors, row) for row in values], names)

    def of(self, configs: Sequence[Sensitivity], names: Sequence[str]) -> np.ndarray:
        """Return outcomes by (configuration, seed, group of counties, outcome); alike ones are run once."""
        seeds = [self.config.seed + k for k in range(self.config.seeds)]
        jobs = [Job(k, one := config.model_copy(update={"seed": seed}), self._target(one))
                for k, config in enumerate(configs) for seed in seeds]
        once = {job.target: job for job in jobs}
        kept.run(simulate, list(once.values()), self.folder, self.progress)
        row = {target: k for k, target in enumerate(once)}
        found = self._read(list(once), names)[[row[job.target] for job in jobs]]
        for k, name in enumerate(names):
            if not np.isfinite(found[..., k]).all():
                raise RunFailed(f"outcomes={name}: not a number in some runs or counties, no indices are given")
        return found.reshape(len(configs), len(seeds), len(self.groups), len(names))

    def chosen(self, found: np.ndarray) -> np.ndarray:
        """Return outcomes by (point, seed, outcome) of the counties that were asked for."""
        return found[:, :, self.groups.index(self.config.group)]

    def _read(self, targets: Sequence[Path], names: Sequence[str]) -> np.ndarray:
        """Return outcomes by (file, group of counties, outcome); all files at once, as each takes milliseconds."""
        rows = dataset([str(target) for target in targets], format="parquet").to_table(
            columns=["__filename", "group", "indicator", "value"],
            filter=field("indicator").isin(list(names))).to_pandas()
        wide = rows.pivot(index=["__filename", "group"], columns="indicator", values="value")
        every = pd.MultiIndex.from_product([map(str, targets), self.groups])
        shape = len(targets), len(self.groups), len(names)
        return wide.reindex(index=every, columns=list(names)).to_numpy(float).reshape(shape)

    def _target(self, config: Sensitivity) -> Path:
        name = hashlib.sha256(f"{config.fingerprint()} {self.key}".encode()).hexdigest()[:20]
        return (self.folder / "points" / f"{name}.parquet").resolve()


def simulate(config: Sensitivity, threads: int) -> pd.DataFrame:
    """Return the observations of the last year of a run by group of counties: group, indicator, value.

    `paid_for_measures` is the sum paid for measures until then, in yuan.
    """
    model = CountyUrbanization(config=config, rng=config.seed, threads=threads, collect=False)
    model.run_until_end()
    observed = model.world.observed
    known = [name for name in GROUPS if name in observed.groups]
    seen = pd.DataFrame(observed.values[-1][:, [observed.groups[name] for name in known]].T, known,
                        pd.Index(observed.indicators, name="indicator")).rename_axis(index="group")
    return pd.concat([seen.stack().rename("value").reset_index(), _paid(model)], ignore_index=True)


def _paid(model: CountyUrbanization) -> pd.DataFrame:
    costs = model.world.observed.table("costs")
    yuan = costs[costs["payer"] != "planned"].groupby("adcode", observed=True)["yuan"].sum()
    each = yuan.reindex(model.world.places.county_codes).fillna(0.0).to_numpy()
    sums = {name: float(each[members].sum()) for name, members in groups(model.world).items() if name in GROUPS}
    return pd.DataFrame({"group": list(sums), "indicator": PAID, "value": list(sums.values())})
