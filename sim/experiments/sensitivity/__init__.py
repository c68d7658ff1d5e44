"""Sensitivity analysis: which levers and which unknowns move the indicators, and how sure that is."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sim.config.sensitivity import Sensitivity
from sim.core import store
from sim.core.described import packed
from sim.experiments.sensitivity import attribution, discovery, emulator, least_cost, morris, sobol
from sim.experiments.sensitivity import factors as declared
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.goals import goals
from sim.experiments.sensitivity.points import OUTCOMES, Points, Progress, named
from sim.report.words import record

METHODS: dict[str, Callable[..., dict[str, pd.DataFrame]]] = {
    "morris": morris.screen, "sobol": sobol.decompose, "emulator": emulator.decompose,
    "attribution": attribution.attribute, "least_cost": least_cost.search, "discovery": discovery.discover}

AIMED = ("least_cost", "discovery")
"""Methods whose outcomes are those that have targets."""

NOT_ASKED = {"parameters", "profiles", "measures", "evaluation", "stocks", "data", "workers", "policy", "external"}
"""Keys that configure the model and its runs, not the analysis."""


def analyse(config: Sensitivity, progress: Progress) -> Path:
    """Run a design and write its tables (Parquet and CSV) to outputs/<name>; return that folder.

    Raises ConfigError for factors that cannot be varied or outcomes that are not observed, RunFailed where runs fail.
    """
    factors = _factors(config)
    if config.method in AIMED:
        config = config.model_copy(update={"targets": goals(config)})
    names = list(config.targets) if config.method in AIMED else named(config)
    points = Points(config, progress)
    tables = METHODS[config.method](config, factors, points, names)
    tables["factors"] = describe(factors)
    for old in (*points.folder.glob("*.parquet"), *points.folder.glob("*.csv")):
        old.unlink()  # of an analysis with another method in this folder
    for name, table in tables.items():
        store.write_table(points.folder / f"{name}.parquet", table, packed(OUTCOMES))
        record.write_csv(points.folder / f"{name}.csv", table)
    store.write_json(points.folder / "sensitivity.json", _asked(config, names, len(tables["design"])))
    return points.folder


def _factors(config: Sensitivity) -> list[Factor]:
    if config.method == "discovery":
        discovery.workbench()  # before anything is simulated
    if config.method == "attribution":
        return attribution.package(config)
    # A package is made of levers, each with a dose of its own.
    alone = {"what": "levers", "groups": "none"} if config.method == "least_cost" else {}
    return declared.chosen(config.model_copy(update=alone))


def describe(factors: Sequence[Factor]) -> pd.DataFrame:
    """Return factors as a table: kind, range, unit and titles of each."""
    rows = [{**one._asdict(), "zh": one.title.zh, "en": one.title.en} for one in factors]
    return pd.DataFrame(rows).drop(columns="title")


def _asked(config: Sensitivity, names: Sequence[str], points: int) -> dict:
    return {**json.loads(config.model_dump_json(exclude=NOT_ASKED)), "outcomes": list(names), "points": points,
            "policy": config.policy.name, "external": config.external.name}
