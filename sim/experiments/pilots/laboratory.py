"""A study of pilots: its runs, what they show, what evaluations could see of it, and its tables."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sim.config.pilots import PilotStudy
from sim.core import store
from sim.core.described import packed
from sim.experiments.pilots import additivity, advice, effects, estimators, evaluations, selection
from sim.experiments.pilots.effects import EVERYWHERE, Frame, Shown
from sim.experiments.pilots.runs import BESIDE, Observed, Runs, Selection, screening_seed
from sim.indicators.totals import OBSERVATIONS
from sim.report.words import record
from sim.run import Progress

HISTORIES = 20
"""Seeds of the random draws, each without pilots as well."""

NOT_ASKED = {"parameters", "profiles", "measures", "evaluation", "stocks", "data", "workers", "policy", "external",
             "compare", "what", "actuals", "boundaries", "engine", "scheduler"}
"""Keys that configure the model and its runs, not the study."""


def run(config: PilotStudy, progress: Progress) -> Path:
    """Run a study of pilots and write its tables, as `study` says."""
    estimators.libraries()  # before anything is simulated
    runs = Runs(config, progress, 0)
    names = selection.rules(config, runs.data)
    chosen = selection.of_data(config, runs.data, names)
    drawn, shuffle = selection.draws(len(runs.codes), config.n, config.draws, config.seed)
    histories = min(HISTORIES, int(shuffle.max()) + 1)
    runs.total = histories + len(drawn) + (len(names) + 2) * config.seeds

    without, screened = _screen(runs, drawn, shuffle % histories, histories)
    frame = _frame(config, runs, without)
    change = screened.values - without.values[shuffle % histories]
    learnt = additivity.fit(drawn, change, frame.adjoining)
    gains = learnt.own[:, frame.at[-1], 0]
    chosen |= selection.of_gains(config, runs.data, names, gains)
    chosen = {name: chosen[name] for name in names}
    shown = _show(runs, config, chosen)

    of_draws = effects.by_group(frame, drawn, screened, _of(without, shuffle % histories))
    expected = effects.expectations(frame, learnt, drawn)
    sums = {name: effects.expectations(frame, learnt, treated[None])[0] for name, treated in chosen.items()
            if name not in selection.OF_GAINS}
    paid = effects.paid(frame, screened, _of(without, shuffle % histories))
    tables = {
        "effects": effects.table(frame, shown, of_draws, sums, expected, paid),
        "around": effects.around(frame, {name: shown[name] for name in chosen}),
        "money": effects.money(frame, shown),
        "scaled": effects.scaled(frame, shown),
        "draws": _draws(frame, of_draws, expected),
        "additivity": additivity.check(drawn, shuffle, change, frame.adjoining, frame.residents, frame.names,
                                       _chance(frame, shown)),
    }
    progress(runs.total, runs.total, "imagining evaluations")
    world = evaluations.Worlds(config, runs.data, frame, without, learnt, drawn, screened.values,
                               without.values[shuffle % histories])
    tables |= evaluations.evaluate(world, chosen, progress)
    recommended, treated = advice.recommend(config, tables, world, chosen)
    tables["recommendation"] = recommended
    tables["pilots"] = selection.described(runs.data, {**chosen, **treated})
    tables["counties"] = _counties(runs, frame, learnt)
    _write(runs, config, tables)
    return runs.folder


def _screen(runs: Runs, drawn: np.ndarray, history: np.ndarray, histories: int) -> tuple[Observed, Observed]:
    """Return what happens in each history without pilots, and with the pilots of every draw in one of them."""
    nobody = np.zeros(drawn.shape[1], bool)
    found = runs.of([*(Selection(nobody, screening_seed(k)) for k in range(histories)),
                     *(Selection(one, screening_seed(int(k))) for one, k in zip(drawn, history, strict=True))])
    return _of(found, slice(histories)), _of(found, slice(histories, None))


def _of(observed: Observed, which: slice | np.ndarray) -> Observed:
    return Observed(*(part[which] for part in observed))


def _show(runs: Runs, config: PilotStudy, chosen: Mapping[str, np.ndarray]) -> dict[str, Shown]:
    """Return every rule, and all counties, with the seeds of the study."""
    seeds = [config.seed + k for k in range(config.seeds)]
    every = {**chosen, EVERYWHERE: np.ones(len(runs.codes), bool)}
    nobody = np.zeros(len(runs.codes), bool)
    found = runs.of([Selection(treated, seed) for treated in [nobody, *every.values()] for seed in seeds], moves=True)
    parts = [_of(found, slice(k * len(seeds), (k + 1) * len(seeds))) for k in range(len(every) + 1)]
    return {name: Shown(np.tile(treated, (len(seeds), 1)), part, parts[0])
            for (name, treated), part in zip(every.items(), parts[1:], strict=True)}


def _frame(config: PilotStudy, runs: Runs, without: Observed) -> Frame:
    first = config.first - int(runs.years[0])
    years = sorted(set(config.years))
    residents = without.persons[:, :, first - 1, BESIDE.index("residents")].mean(0)
    return Frame(runs.names, [first + k - 1 for k in years], years, first, effects.adjoining(runs.data), residents)


def _draws(frame: Frame, found: np.ndarray, expected: np.ndarray) -> pd.DataFrame:
    """Return the effects of single draws: draw, outcome, group (pilots, all_counties), years, effect, expected (by what
    single pilots add up to)."""
    places = [effects.GROUPS.index(group) for group in ("pilots", "all_counties")]
    rows = pd.MultiIndex.from_product([range(len(found)), ("pilots", "all_counties"), frame.years, frame.names],
                                      names=["draw", "group", "years", "outcome"])
    return pd.DataFrame({"effect": found[:, places][:, :, frame.at].ravel(),
                         "expected": expected[:, :, frame.at].ravel()}, index=rows).reset_index()


def _chance(frame: Frame, shown: Mapping[str, Shown]) -> dict[str, np.ndarray]:
    """Return by how much the effect of the same pilots varies over seeds in the last year, by outcome, of groups."""
    found = np.stack([effects.by_group(frame, *one) for name, one in shown.items() if name != EVERYWHERE])
    spread = (found[:, :, :, frame.at[-1]].var(1, ddof=1).mean(0)) ** 0.5
    return {group: spread[effects.GROUPS.index(group)] for group in ("pilots", "all_counties")}


def _counties(runs: Runs, frame: Frame, learnt: additivity.Additive) -> pd.DataFrame:
    """Return what each county gains as a pilot in the last year, by outcome, as the random draws show it."""
    columns = ["adcode", "name_zh", "name_en", "prefecture_zh", "prefecture_en", "county_type"]
    own = pd.DataFrame(learnt.own[:, frame.at[-1]], columns=frame.names)
    return pd.concat([runs.data.counties[columns], own], axis=1)


def _write(runs: Runs, config: PilotStudy, tables: Mapping[str, pd.DataFrame]) -> None:
    for name, content in tables.items():
        store.write_table(runs.folder / f"{name}.parquet", content, packed(OBSERVATIONS))
        record.write_csv(runs.folder / f"{name}.csv", content)
    for name in ("prefectures", "neighbours"):
        store.write_table(runs.folder / f"{name}.parquet", getattr(runs.data, name))
    store.write_table(runs.folder / "places.parquet", runs.data.counties)
    asked = json.loads(config.model_dump_json(exclude=NOT_ASKED))
    grant = config.policy.pilots.grant if config.policy.pilots else 0.0
    store.write_json(runs.folder / "pilots.json", {
        **asked, "outcomes": runs.names, "policy": config.policy.name, "external": config.external.name,
        "grant": grant, "counties": len(runs.codes), "total": runs.total})
