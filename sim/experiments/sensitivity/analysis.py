"""A sensitivity analysis: its runs and its tables, by method."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sim.config.sensitivity import Sensitivity
from sim.core import store
from sim.core.described import packed
from sim.experiments.sensitivity import AIMED, attribution, discovery, emulator, least_cost, morris, sobol
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.goals import goals
from sim.experiments.sensitivity.outcomes import OUTCOMES
from sim.experiments.sensitivity.points import Points, Progress
from sim.report.words import record

METHODS: dict[str, Callable[..., dict[str, pd.DataFrame]]] = {
    "morris": morris.screen, "sobol": sobol.decompose, "emulator": emulator.decompose,
    "attribution": attribution.attribute, "least_cost": least_cost.search, "discovery": discovery.discover}

NOT_ASKED = {"parameters", "profiles", "measures", "evaluation", "stocks", "data", "workers", "policy", "external"}
"""Keys that configure the model and its runs, not the analysis."""


def run(config: Sensitivity, factors: Sequence[Factor], names: Sequence[str], progress: Progress) -> Path:
    """Run a design in these factors and write its tables, as `analyse` says."""
    if config.method == "discovery":
        discovery.workbench()  # before anything is simulated
    if config.method in AIMED:
        config = config.model_copy(update={"targets": goals(config)})
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


def describe(factors: Sequence[Factor]) -> pd.DataFrame:
    """Return factors as a table: kind, range, unit and titles of each."""
    rows = [{**one._asdict(), "zh": one.title.zh, "en": one.title.en} for one in factors]
    return pd.DataFrame(rows).drop(columns="title")


def _asked(config: Sensitivity, names: Sequence[str], points: int) -> dict:
    return {**json.loads(config.model_dump_json(exclude=NOT_ASKED)), "outcomes": list(names), "points": points,
            "policy": config.policy.name, "external": config.external.name}
