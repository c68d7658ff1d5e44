"""A search for packages: learning, searching, checking, and its tables."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml

from sim import baseline, engine
from sim.config import Policy
from sim.config.optimise import Optimise
from sim.core import store
from sim.experiments.optimise import designs, search, tables
from sim.experiments.optimise.emulator import SCATTERED, TOGETHER, Emulator
from sim.experiments.optimise.futures import Found, Future, Runs, foreseen
from sim.experiments.optimise.scoring import Scores, seen
from sim.experiments.optimise.search import Front, Limits
from sim.experiments.optimise.units import Package, Plans, Unit, titles, units_of, written
from sim.report.words import record
from sim.run import Progress, RunFailed

QUESTION = {"zh": "同样的钱，哪些剂量做到的最多？", "en": "Which doses reach most for the money?"}
DIFFERS = {"zh": "剂量由 county optimise 找到。", "en": "Doses were found by county optimise."}
WHY = {"zh": "允诺值与核验值见上一级文件夹的 checked.csv。",
       "en": "Promised and checked values are in checked.csv of the folder above."}
CHEAPEST, BEST = "cheapest", "best"
"""The package that is searched as the cheapest one that reaches what is asked, with the margin; and that which joins
the cheapest checked package of each unit."""

EASIER = 3
"""Rounds that are only learnt from have so many times fewer generations."""

SHARE = 0.9
"""Part of what can be gained that is asked of the cheapest package where nothing else is."""

CHECKED_RIVALS = 3
"""Random packages, those that promise most, that are run as well."""

NOT_ASKED = {"parameters", "profiles", "measures", "evaluation", "stocks", "data", "workers", "policy", "external"}
"""Keys that configure the model and its runs, not the search."""


class Task(NamedTuple):
    """The search for one unit: its place, the emulator, limits, generations, seed, what the cheapest shall achieve
    (not a number: a share of what can be gained, with this margin), how many packages, and how many rivals."""

    place: int
    emulator: Emulator
    unit: Unit
    limits: Limits
    generations: int
    seed: int
    reach: float
    margin: float
    packages: int
    rivals: int


class Answer(NamedTuple):
    """What a search found: the front, offered packages by (package, factor), the cheapest last, what that shall
    achieve, and random packages of its cost with their scores."""

    front: Front
    offered: np.ndarray
    reach: float
    rivals: Front


class Trial(NamedTuple):
    """Packages that were run under every future of the search: their policies, what the runs show, in turn, and the
    place of the seed of each run."""

    policies: list[Policy]
    found: Found
    seed: np.ndarray


class Search:
    """One search for packages from its options to its tables."""

    def __init__(self, config: Optimise, progress: Progress):
        search.optimiser()  # before anything is simulated
        self.config, self.progress = config, progress
        data = baseline.load(config.data)
        self.units = units_of(config, data)
        self.futures, self.fresh = foreseen(config), foreseen(config, fresh=True)
        self.plans, self.runs = Plans(config, data, self.units), Runs(config, progress)

    def run(self) -> dict[str, pd.DataFrame]:
        """Learn, search, check; return the tables by name, and write the policies."""
        self._learn()
        trials = [self._trial(turn) for turn in range(self.config.rounds)]
        bands, margins = self._bands(trials[-1])
        answers = self._search(self.config.generations, margins, self.config.rivals)
        count = self.config.packages
        offered = [self._package(f"step_{k + 1}", [one.offered[k] for one in answers]) for k in range(count - 1)]
        offered.append(self._package(CHEAPEST, [one.offered[-1] for one in answers]))
        without, beside = self._without(self._later(), "checking packages")
        promised = [self._promised(beside, self.plans.policy(one)) for one in offered]
        shown = [self._run(one, self.fresh, self._later(), "checking packages") for one in offered]
        limits = Limits(self.config.budget or np.inf, self.config.debt_line or np.inf)
        if self.config.reach is None:
            answers = [one._replace(reach=tables.nearly([row[k] for row in shown], without[k], SHARE))
                       for k, one in enumerate(answers)]
        chosen = [tables.cheapest([one[k] for one in shown], answers[k].reach, limits) for k in range(len(self.units))]
        best = self._package(BEST, [offered[step if step is not None else -1].doses[k]
                                    for k, step in enumerate(chosen)])
        note = "checking the best of each unit"
        base, beside = self._without(self._later(self.config.checks), note)
        again = self._run(best, self.fresh, self._later(self.config.checks), note)
        rivals = self._rivals(answers)
        cases = tables.cases(self._labels(), [*offered, best], [*shown, again], self.units)
        self._write([*offered, best])
        return {
            "checked": tables.checked(self.units, [*offered, best],
                                      [*promised, self._promised(beside, self.plans.policy(best))],
                                      [*shown, again], [*[without] * count, base], bands, answers, limits, chosen),
            "front": tables.front(self.units, [one.front for one in answers], self.plans.factors),
            "packages": tables.packages(self.units, [*offered, best], self.plans.factors, self._scored),
            "futures": cases, **({"rivals": rivals} if len(rivals) else {}),
            "emulator": tables.learnt(self.emulator.missed), "factors": self._factors(),
            "units": tables.places(self.units, self.plans.baseline.counties)}

    def _learn(self) -> None:
        config, seeds = self.config, range(self.config.seeds)
        nothing = self.plans.nothing()
        asked = [(one, nothing, config.seed + k) for one in self.futures for k in seeds]
        without = self.runs.of(asked, "runs without policy")
        self.emulator = Emulator(self.plans, self.futures, without, config.seeds)
        future = np.repeat(np.arange(len(self.futures)), config.designs)
        seed = np.arange(len(future)) % config.seeds
        varied = self.plans.of_factor.any(0)
        doses = designs.scattered(len(future), len(self.plans.loss), len(varied), varied, config.seed % 2**32)
        asked = [(self.futures[one], self.plans.scattered(doses[k], f"scattered_{k}"), config.seed + int(seed[k]))
                 for k, one in enumerate(future)]
        self.emulator.learn(self.runs.of(asked, "runs with random doses"), doses, future, seed, SCATTERED)

    def _trial(self, turn: int) -> Trial:
        """Search, run what is found under the futures of the search, and learn from it."""
        config = self.config
        answers = self._search(max(config.generations // EASIER, 1), None, 0)
        packages = [self._package(f"round_{turn + 1}_{k + 1}", [one.offered[k] for one in answers])
                    for k in range(config.packages)]
        future = np.tile(np.arange(len(self.futures)), len(packages))
        seed = (future + turn + np.repeat(np.arange(len(packages)), len(self.futures))) % config.seeds
        policies = [self.plans.policy(one) for one in packages]
        asked = [(self.futures[one], policies[k // len(self.futures)], config.seed + int(seed[k]))
                 for k, one in enumerate(future)]
        found = self.runs.of(asked, f"runs with packages, round {turn + 1}")
        doses = np.repeat([self.plans.carried_out(one) for one in policies], len(self.futures), axis=0)
        self.emulator.learn(found, doses, future, seed, TOGETHER)
        return Trial(policies, found, seed)

    def _bands(self, trial: Trial) -> tuple[np.ndarray, np.ndarray]:
        """Return bands of promises, and margins that a search leaves to what is asked, by (quantity, unit): no policy
        itself shows something else in other futures, which promises are told and the search is not."""
        count = len(self.futures)
        promised, shown, none = [], [], []
        for k, policy in enumerate(trial.policies):
            runs = slice(k * count, (k + 1) * count)
            without = Found(*(part[range(count), trial.seed[runs]] for part in self.emulator.without))
            emulator = self.emulator.unlearnt(slice(runs.start - len(trial.seed), runs.stop - len(trial.seed) or None))
            promised.append(self._promised(emulator.beside(without, np.arange(count)), policy))
            shown.append([seen(Found(*(part[runs] for part in trial.found)), unit.members) for unit in self.units])
            none.append([seen(without, unit.members) for unit in self.units])
            self.progress(k + 1, len(trial.policies), "promising packages that were not learnt")
        nothing = [[Scores(*map(np.zeros_like, one)) for one in each] for each in none]
        sets = self.config.parameter_sets
        return tables.bands(promised, shown, none, sets), tables.bands(promised, shown, nothing, sets)

    def _search(self, generations: int, margins: np.ndarray | None, rivals: int) -> list[Answer]:
        """Return what is found for each unit; limits leave room for the margins, by (quantity, unit)."""
        config = self.config
        room = np.zeros((len(Scores._fields), len(self.units))) if margins is None else margins
        cost, debt = (room[Scores._fields.index(name)] for name in ("cost", "debt"))
        tasks = [Task(k, self.emulator, unit,
                      Limits((config.budget or np.inf) - min(cost[k], (config.budget or np.inf) / 2),
                             (config.debt_line or np.inf) - debt[k]),
                      generations, config.seed % 2**32, config.reach or np.nan, room[0, k], config.packages, rivals)
                 for k, unit in enumerate(self.units)]
        done = 0
        answers: list[Answer | None] = [None] * len(tasks)
        for one in engine.execute(_find, tasks, config.workers):
            if one.error:
                raise RunFailed(f"{one.job.unit.name}: no package could be searched: {one.reason}")
            answers[one.job.place], done = one.result, done + 1
            self.progress(done, len(tasks), "searching packages for each unit")
        return [one for one in answers if one]

    def _run(self, package: Package, under: Sequence[Future], seeds: Sequence[int], note: str) -> list[Scores]:
        """Return what a package shows by unit, over futures and seeds."""
        policy = self.plans.policy(package)
        found = self.runs.of([(future, policy, seed) for future in under for seed in seeds], note)
        return [seen(found, unit.members) for unit in self.units]

    def _without(self, seeds: Sequence[int], note: str) -> tuple[list[Scores], Emulator]:
        """Return what no policy shows in the check by unit, and the emulator of what packages add to that there."""
        nothing = self.plans.nothing()
        found = self.runs.of([(future, nothing, seed) for future in self.fresh for seed in seeds], note)
        future = np.repeat(np.arange(len(self.fresh)), len(seeds))
        return [seen(found, unit.members) for unit in self.units], self.emulator.beside(found, future)

    def _promised(self, emulator: Emulator, policy: Policy) -> list[Scores]:
        carried = self.plans.carried_out(policy)
        return [Scores(*(part[0] for part in emulator.of_counties(unit, carried))) for unit in self.units]

    def _rivals(self, answers: Sequence[Answer]) -> pd.DataFrame:
        """Run the random packages that promise most, and hold them and the cheapest package against each other."""
        if not self.config.rivals:
            return pd.DataFrame()
        orders = [np.argsort(-one.rivals.scores.achievement.mean(1))[:CHECKED_RIVALS] for one in answers]
        packages = [self._package(f"rival_{k + 1}", [one.rivals.doses[order[k]]
                                                     for one, order in zip(answers, orders, strict=True)])
                    for k in range(min(CHECKED_RIVALS, self.config.rivals))]
        own = self._package(CHEAPEST, [one.offered[-1] for one in answers])
        note, seeds = "checking random packages", self._later()
        return tables.rivals(self.units, answers, [self.emulator.of_factors(unit, own.doses[k : k + 1])
                                                   for k, unit in enumerate(self.units)],
                             self._run(own, self.fresh, seeds, note),
                             [self._run(one, self.fresh, seeds, note) for one in packages])

    def _later(self, further: int = 0) -> range:
        """Return as many seeds as checks are asked for, none of the search."""
        first = self.config.seed + self.config.seeds + further
        return range(first, first + self.config.checks)

    def _package(self, name: str, doses: Sequence[np.ndarray]) -> Package:
        return Package(name, np.array(doses))

    def _scored(self, place: int, doses: np.ndarray) -> Scores:
        return search.blockwise(lambda part: self.emulator.of_factors(self.units[place], part), doses)

    def _labels(self) -> list[tuple[str, int, int]]:
        return [(one.external, one.parameter_set, seed) for one in self.fresh for seed in self._later()]

    def _factors(self) -> pd.DataFrame:
        named = titles(self.config.measures, self.plans.factors)
        return pd.DataFrame([(name, *title) for name, title in named.items()], columns=["factor", "zh", "en"])

    def _write(self, packages: Sequence[Package]) -> None:
        """Write each package as a policy that `county run policy=PATH` takes."""
        folder = self.runs.folder / "policy"
        for old in folder.glob("*.yaml"):
            old.unlink()
        for one in packages:
            content = written(self.plans.policy(one), tables.title(one.name), QUESTION, DIFFERS, WHY)
            store.write_text(folder / f"{one.name}.yaml", yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


def _find(task: Task, threads: int) -> Answer:
    """Search the packages of one unit on the emulator."""

    def scored(doses: np.ndarray) -> Scores:
        return task.emulator.of_factors(task.unit, doses)

    factors = len(task.emulator.of_factor)
    found = search.front(scored, factors, task.limits, task.generations, task.seed)
    achieved = found.scores.achievement.mean(1)
    nothing = float(scored(np.zeros((1, factors))).achievement.mean())
    reach = nothing + SHARE * (achieved.max() - nothing) if np.isnan(task.reach) else task.reach
    steps = search.ladder(scored, found, task.packages - 1)
    least = search.cheapest(scored, found, min(reach + task.margin, achieved.max()) if np.isnan(task.reach)
                            else reach + task.margin)
    least = steps[-1] if least is None else least
    rivals = np.zeros((0, factors))
    if task.rivals:
        paid = float(task.emulator.cost(task.unit, least[None])[0])
        rivals = search.rivals(lambda doses: task.emulator.cost(task.unit, doses), factors, paid, task.rivals,
                               task.seed)
    held = search.blockwise(scored, rivals if len(rivals) else least[None])
    return Answer(found, np.vstack([steps, least]), float(reach), Front(rivals, held))


def write(config: Optimise, progress: Progress) -> Path:
    """Search packages, check them, and write tables and policies, as `optimise` says."""
    one = Search(config, progress)
    found, folder = one.run(), one.runs.folder
    for old in (*folder.glob("*.parquet"), *folder.glob("*.csv")):
        old.unlink()
    for name, table in found.items():
        store.write_table(folder / f"{name}.parquet", table)
        record.write_csv(folder / f"{name}.csv", table)
    asked = json.loads(config.model_dump_json(exclude=NOT_ASKED))
    names = {"policy": config.policy.name, "external": config.external.name}
    store.write_json(folder / "optimise.json", {**asked, **names})
    return folder
