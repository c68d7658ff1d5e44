"""Evaluations that are imagined: every design, estimator, error, number of years and of pilots, beside the truth."""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import engine
from sim.baseline import Baseline
from sim.config.pilots import PilotStudy
from sim.experiments.pilots import estimators, power
from sim.experiments.pilots.additivity import Additive
from sim.experiments.pilots.designs import Design, Given, Paired, Random, Stratified
from sim.experiments.pilots.effects import Frame
from sim.experiments.pilots.runs import PERCENT, Observed
from sim.indicators.totals import OBSERVATIONS
from sim.run import Progress, RunFailed, workers

TIMES = (1, 2, 3)
"""How many times as many pilots are considered."""
APART = 2
"""Years between the two waves of a staggered start."""
OF_LIBRARY = 20
"""One in so many trials is estimated by the slower estimators of single panels."""
CHECKED = 5
"""Trials in which estimators that ought to agree are held against each other."""


class Level(NamedTuple):
    """How figures miss what is so: what is left of the chance of runs, as a standard deviation, and of declared errors.

    A row of a run stands for `scale` people, so that its chance is that of a sample; that of real counties, in which
    everybody counts, is smaller by the root of the scale.
    """

    chance: float
    error: float


def levels(scale: int) -> dict[str, Level]:
    """Return the errors considered: as published, without errors of publication, and as counted in runs."""
    own = scale**-0.5
    return {"published": Level(own, 1.0), "exact": Level(own, 0.0), "counted": Level(1.0, 0.0)}


class Worlds(NamedTuple):
    """What evaluations of a study are made of."""

    config: PilotStudy
    data: Baseline
    frame: Frame
    without: Observed
    learnt: Additive
    drawn: np.ndarray
    screened: np.ndarray
    same: np.ndarray
    """Values of the draws (draw, county, year, outcome), and of the same histories without pilots."""

    def of(self, outcome: int) -> power.World:
        """Return what happens to an outcome."""
        frame, learnt = self.frame, self.learnt
        since, name = slice(frame.first, None), frame.names[outcome]
        return power.World(
            self.without.values[..., outcome], learnt.own[:, since, outcome], learnt.among[since, outcome],
            learnt.near[since, outcome], learnt.far[since, outcome] / self.config.n, frame.adjoining,
            self._error(name, self.without.values[..., outcome].mean(0)), frame.first)

    def _error(self, name: str, values: np.ndarray) -> np.ndarray:
        """Return the standard deviation of the published error of an outcome by (county, year)."""
        declared = self.config.errors.get(name)
        if declared is None:
            return np.zeros_like(values)
        if declared.kind == "relative":
            return np.full_like(values, declared.value * (values / 100 if OBSERVATIONS[name].unit in PERCENT else 1))
        asked = declared.value * self.without.persons[..., 0].mean(0)
        share = np.clip(values / 100, 0, 1)
        return 100 * np.sqrt(share * (1 - share) * declared.design_effect / asked)

    @property
    def features(self) -> np.ndarray:
        """What pairs are made by: outcomes and residents in the year before pilots begin (county, feature)."""
        before = self.frame.first - 1
        return np.column_stack([self.without.values[:, :, before].mean(0), np.log(self.frame.residents)])

    def designs(self, n: int) -> list[Design]:
        """Return the designs by which n pilots are drawn."""
        counties = len(self.frame.residents)
        drawn: list[Design] = [Random(counties, n), Stratified(self.data.counties["county_type"].to_numpy(), n)]
        return [*drawn, Paired(self.features, n)] if 2 * n <= counties - counties % 2 else drawn


class Task(NamedTuple):
    """Evaluations of one outcome: a world, the level of errors, designs, years, trials and a seed."""

    labels: dict[str, object]
    world: power.World
    level: Level
    designs: list[Design]
    years: list[int]
    trials: int
    estimators: tuple[str, ...]
    seed: int


def evaluate(worlds: Worlds, chosen: Mapping[str, np.ndarray], progress: Progress) -> dict[str, pd.DataFrame]:
    """Return the tables of evaluations.

    `power`: outcome, errors (published, exact, counted), source (sums of single effects, or runs of the draws
    themselves), design (a draw, or the rule of pilots that nobody drew), n, years, estimator, and what `power.summary`
    says, with the same of permutation tests. `agreement`: estimators that ought to agree, and by how much they differ.
    """
    tasks, rows = _tasks(worlds, chosen), list(_of_runs(worlds))
    first = tasks[0].world
    pool = workers(worlds.config, worlds.data)
    with closing(engine.execute(_evaluate, tasks, pool)) as outcomes:
        for done, outcome in enumerate(outcomes, start=1):
            if outcome.error:
                raise RunFailed(f"evaluation of {outcome.job.labels['outcome']}: {outcome.reason}")
            rows += outcome.result
            progress(done, len(tasks), "imagining evaluations")
    order = ["outcome", "errors", "source", "design", "n", "years", "estimator"]
    found = pd.DataFrame(rows).sort_values(order, ignore_index=True)
    return {"power": found, "agreement": _agreement(worlds, first)}


def _tasks(worlds: Worlds, chosen: Mapping[str, np.ndarray]) -> list[Task]:
    config, frame, tasks = worlds.config, worlds.frame, []
    given: list[Design] = [Given(members, name) for name, members in chosen.items()]
    most = [max(frame.years)]
    few = max(2, config.trials // OF_LIBRARY)
    for k, name in enumerate(frame.names):
        world = worlds.of(k)
        for errors, level in levels(config.scale).items():
            labels: dict[str, object] = {"outcome": name, "errors": errors}
            plain = worlds.designs(config.n)
            more = [one for times in TIMES[1:] for one in worlds.designs(times * config.n)
                    if 2 * times * config.n <= len(frame.residents)]
            designs = [*plain, *more, *given] if errors == "published" else plain
            tasks.append(Task(labels, world, level, designs, frame.years, config.trials, (), config.seed))
            if errors == "published" and 2 * config.n < len(frame.residents):  # placebos take as many others
                slow = ["synthetic_did", *(["synthetic_control"] if k == 0 else []),
                        *(estimators.IN_WAVES if most[0] > APART else [])]
                tasks += [Task(labels, world, level, plain[:1], most, few, (one,), config.seed) for one in slow]
                if k == 0:
                    tasks += [Task(labels, world, level, [one], most, few, ("synthetic_did",), config.seed)
                              for one in given]
    return sorted(tasks, key=lambda task: -len(task.estimators))  # the slow ones first


def _evaluate(task: Task, threads: int) -> list[dict]:
    rows = []
    for design in task.designs:
        random = np.random.default_rng([task.seed, design.n])
        treated = design.draw(task.trials, random)
        labels = {**task.labels, "source": "sums", "design": design.name, "n": design.n}
        found = power.trials(task.world, power.together(treated), *task.level, task.seed)
        last = task.world.first + max(task.years)
        for name in task.estimators:
            estimator: Callable = {**estimators.TOGETHER, **estimators.IN_WAVES}[name]
            own = found
            if name in estimators.IN_WAVES:
                waves = power.in_waves(treated, APART, random)
                own = power.trials(task.world, waves, *task.level, task.seed)
            rows.append({**labels, "years": max(task.years), "estimator": name,
                         **power.by_library(estimator, own, last)})
        if not task.estimators:
            rows += [{**labels, "years": years, "estimator": "difference_in_differences",
                      **power.judged(design, found, task.world.first, years, task.seed)} for years in task.years]
    return rows


def _of_runs(worlds: Worlds) -> list[dict]:
    """Return how the simple draw does in the draws as they were run, to hold the sums against."""
    frame, design, rows = worlds.frame, Random(len(worlds.frame.residents), worlds.config.n), []
    for k, name in enumerate(frame.names):
        starts = np.where(worlds.drawn, frame.first, estimators.NEVER)
        found = power.Trials(worlds.screened[..., k], worlds.same[..., k], starts)
        for years in frame.years:
            rows.append({"outcome": name, "errors": "counted", "source": "runs", "design": design.name, "n": design.n,
                         "years": years, "estimator": "difference_in_differences",
                         **power.judged(design, found, frame.first, years, worlds.config.seed)})
    return rows


def _agreement(worlds: Worlds, world: power.World) -> pd.DataFrame:
    """Return estimators that ought to give the same: estimate, one, other (library and way), difference (greatest)."""
    design = Random(len(worlds.frame.residents), worlds.config.n)
    treated = design.draw(CHECKED, np.random.default_rng(worlds.config.seed))
    found = power.trials(world, power.together(treated), *levels(worlds.config.scale)["published"], worlds.config.seed)
    first, rows = world.first, []
    changes = found.panels[..., first:].mean(2) - found.panels[..., :first].mean(2)
    plain = design.estimate(changes, treated).value
    each = list(zip(found.panels, found.starts, plain, strict=True))
    rows.append(("difference_in_differences", "scipy, means", "diff-diff, regression",
                 max(abs(estimators.regressed(panel, starts).value - own) for panel, starts, own in each)))
    rows.append(("difference_in_differences", "scipy, means", "diff-diff, imputation",
                 max(abs(estimators.imputed(panel, starts).value - own) for panel, starts, own in each)))
    for donors in (first - 1, None):  # with more donors than years before, weights are not unique
        gaps = [[gap(panel[who].mean(0), panel[~who][:donors], first) for gap in (estimators.gap, estimators.other_gap)]
                for panel, who in zip(found.panels, treated, strict=True)]
        what = "synthetic_control" if donors is None else "synthetic_control, few donors"
        rows.append((what, "diff-diff", "pysyncon", max(abs(a - b) for a, b in gaps)))
    return pd.DataFrame(rows, columns=["estimate", "one", "other", "difference"])
