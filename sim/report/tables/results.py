"""The results of a run as they lie in outputs/<name>: tables and manifests, each read when first asked for."""

import json
import os
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from sim.config import ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import load_indicators, located, shown
from sim.config.indicators import IndicatorSystem
from sim.core.described import Described
from sim.report.tables import actuals, observations, spread
from sim.report.tables import boundaries as shapes
from sim.report.words import province as provinces
from sim.report.words import record, style, units
from sim.report.words.bilingual import Words

OUTPUTS = Path("outputs")


def find(given: str) -> Path:
    """Return the folder of a run from its path or its name under outputs/; anything else raises ConfigError."""
    for folder in (located(given), OUTPUTS / given):
        if os.path.isfile(folder / "indicators.parquet"):  # no error for a name that no file can have
            return folder
    known = sorted(path.parent.name for path in OUTPUTS.glob("*/indicators.parquet"))
    hint = f"; {suggestion(given, known)}" if known else ""
    raise ConfigError(f"{given}: no folder with the results of a run{hint}")


def find_with(given: str, file: str) -> Path | None:
    """Return the folder that holds a file, from its path or its name under outputs/; None where there is none.

    Raises ConfigError where a table beside it is torn.
    """
    folders = (located(given), OUTPUTS / given)
    found = next((folder for folder in folders if os.path.isfile(folder / file)), None)
    if found is not None:
        require_whole(found)
    return found


def require_whole(folder: Path) -> None:
    """Refuse a folder with a table that is torn; raises ConfigError."""
    for path in sorted(folder.glob("*.parquet")):
        try:
            parquet.read_metadata(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise ConfigError(f"{shown(path)}: expected a whole table; {shorten(error)}") from None


def _read(path: Path, year: int | None) -> pd.DataFrame:
    """Return the table of a Parquet file, or its rows of a year; the text of one with rows of runs as categories in
    their order, by which rows are found many times faster. One thread, as what is drawn is drawn in a process that is
    forked."""
    schema = parquet.read_schema(path)
    words = [field.name for field in schema if pa.types.is_string(field.type)] if "run" in schema.names else []
    read = parquet.ParquetFile(path, read_dictionary=words).read(use_threads=False)
    table = (read if year is None else read.filter(pc.equal(read["year"], year))).to_pandas(use_threads=False)
    return table.assign(**{name: table[name].cat.set_categories(sorted(table[name].cat.categories)) for name in words})


class Results:
    """Tables of one folder of results; the first policy is the one asked for, a second one that of the comparison.

    `actuals` is a table of actual values, `boundaries` a GeoJSON file of the counties' shapes. Raises
    ConfigError for a folder that does not hold a run or does not describe its observations, and for faults of these
    shapes.
    """

    def __init__(self, folder: Path, actuals: Path | None = None, boundaries: Path | None = None):
        self.folder, self._actuals = Path(folder), actuals
        if not (self.folder / "indicators.parquet").is_file():
            raise ConfigError(f"{shown(self.folder)}: no folder with the results of a run")
        self.observations: Mapping[str, Described] = observations.read(self.folder / "indicators.parquet")
        """Titles and unit of every yearly observation, in the order of their declaration."""
        self.table, self.of = cache(self._table), cache(self._of)  # as long as this object lives
        self.shapes = shapes.read(boundaries, self.counties) if boundaries is not None else None
        """The counties' true shapes, where they are given."""

    def _table(self, name: str, year: int | None = None) -> pd.DataFrame:
        """Return a table of the run, or its rows of a year; empty where there is none."""
        if name == "whole":
            return self.indicators[self.indicators["group"] == "all_counties"]
        path = self.folder / f"{name}.parquet"
        table = _read(path, year) if path.is_file() else pd.DataFrame()
        return self._replicated(table) if "seed" in table and name != "indicators" else table

    def _replicated(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table whose column `seed` numbers replicates, pairs of a `parameter_set` and a seed, which
        becomes the column `chance`; with a single set they are the seeds."""
        levels, numbers = self._pairs.levels, table["seed"]
        if len(levels[0]) > 1:
            of_pair = np.empty([len(level) for level in levels], int)
            of_pair[tuple(self._pairs.codes)] = range(len(self._pairs))
            numbers = of_pair[tuple(level.searchsorted(table[level.name]) for level in levels)]
        return table.assign(seed=numbers, chance=table["seed"])

    @cached_property
    def _pairs(self) -> pd.MultiIndex:
        """Every parameter set and seed that was run under the policy asked for or the one it is compared with."""
        table = self.table("indicators")
        runs = table.loc[~table["run"].duplicated(), ["parameter_set", "seed"]]
        return pd.MultiIndex.from_frame(runs.drop_duplicates()).sort_values()

    def _of(self, name: str, policy: str | None) -> pd.DataFrame:
        """Return the rows of a table under one policy; none where it has no such rows."""
        table = self.indicators if name == "indicators" else self.table(name)
        return table[table["policy"] == policy] if len(table) else table

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Every yearly observation."""
        return self._replicated(self.table("indicators"))

    @cached_property
    def policy(self) -> str:
        """Name of the policy that was asked for."""
        return self.indicators["policy"].iloc[0]

    @cached_property
    def reference(self) -> str | None:
        """Name of the policy it is compared with, with the same seeds; None where it was run alone."""
        others = self.indicators.loc[self.indicators["policy"] != self.policy, "policy"]
        return others.iloc[0] if len(others) else None

    def pair(self, read: Callable[["Results", str | None], pd.DataFrame]) -> list[pd.DataFrame]:
        """Return the tables that a function reads under both policies, of the replicates that both have."""
        tables = [read(self, name) for name in (self.policy, self.reference)]
        known = [set(table["seed"].unique()) for table in tables]
        shared = known[0] & known[1]
        return [table if seeds == shared else table[table["seed"].isin(shared)]
                for table, seeds in zip(tables, known, strict=True)]

    @cached_property
    def system(self) -> IndicatorSystem:
        """The indicators with their targets, as they are declared now."""
        return load_indicators()

    def unit(self, name: str) -> units.Unit:
        """Return how values of an observation are written."""
        return units.unit(self.observations[name].unit)

    def title(self, name: str) -> Words:
        """Return the title of an observation."""
        return Words(self.observations[name].zh, self.observations[name].en)

    @cached_property
    def actuals(self) -> pd.DataFrame:
        """Actual values of groups and years of the run, as `actuals.read` returns them; without a file no rows."""
        if self._actuals is None:
            return pd.DataFrame(columns=[*actuals.REQUIRED, *actuals.OPTIONAL])
        table = actuals.read(self._actuals, self.observations, self.counties, self.table("prefectures"))
        known = table["group"].isin(self.asked["group"].unique())
        return table[known & table["year"].between(*self.years)].reset_index(drop=True)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Accuracy of the policy that was asked for against actual values, as `actuals.scores` returns it."""
        return actuals.scores(self.asked, self.actuals) if len(self.actuals) else pd.DataFrame()

    @cached_property
    def asked(self) -> pd.DataFrame:
        """Observations under the policy that was asked for."""
        return self.of("indicators", self.policy)

    def whole(self, policy: str | None) -> pd.DataFrame:
        """Return the observations of all counties together under one policy."""
        return self.of("whole", policy)

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year observed."""
        return int(self.indicators["year"].min()), int(self.indicators["year"].max())

    @cached_property
    def horizon(self) -> int:
        """Year that the report speaks of: that of the targets, or the last one where they are not simulated."""
        first, last = self.years
        return self.system.target_year if first <= self.system.target_year <= last else last

    @cached_property
    def replicates(self) -> int:
        """How many runs there are of the policy that was asked for."""
        return int(self.asked["seed"].nunique())

    @cached_property
    def parameter_sets(self) -> int:
        """Number of parameter sets of the replicates."""
        return spread.counts(self.asked)[0]

    @cached_property
    def few(self) -> Words | None:
        """That there are too few seeds to tell any effect from chance, in words; None where there are enough."""
        seeds = spread.counts(self.asked)[1]
        words = Words("只有{seeds}个随机种子，太少，不能判断是否随机", "too few seeds ({seeds}) to tell from chance")
        return words.fill(seeds=seeds) if seeds < spread.LEAST_SEEDS else None

    @cached_property
    def over(self) -> Words:
        """The replicates that intervals go over, in words: seeds, or parameter sets with seeds each."""
        return spread.over(*spread.counts(self.asked))

    @cached_property
    def holds(self) -> Words:
        """Sources of the spread in intervals, in words: chance, or chance and parameters."""
        return spread.holds(self.parameter_sets)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the first replicate of the policy that was asked for; empty where its folder is gone."""
        path = self.folder / "runs" / self.asked["run"].iloc[0] / "manifest.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    @cached_property
    def own_figures(self) -> dict[str, list[str]]:
        """Codes of the counties whose own figures the run rests on, by what the figures are of."""
        return record.own_figures(self.folder)

    @cached_property
    def config(self) -> dict[str, Any]:
        """The configuration of that replicate."""
        return self.manifest.get("config", {})

    def case(self, group: str) -> Words:
        """Return the title of the policy or of the external conditions that were asked for, as the run was told it."""
        name = self.asked[group].iloc[0]
        title = self.config.get(group, {}).get("title", {})
        return Words(title.get("zh", name), title.get("en", name))

    @cached_property
    def province(self) -> provinces.Province:
        """The province of the run. Raises ConfigError where the folder does not say which it is."""
        path = self.folder / "province.json"
        if not path.is_file():
            raise ConfigError(f"{shown(path)}: missing; run the same again, which adds it and simulates nothing anew")
        return provinces.said(json.loads(path.read_text(encoding="utf-8")), self.table("prefectures"))

    @cached_property
    def counties(self) -> pd.DataFrame:
        """The counties of the data package, with their codes as text."""
        return self.table("counties")

    @cached_property
    def groups(self) -> list[str]:
        """Groups of counties that the run knows, all counties first."""
        known = set(self.indicators["group"].unique())
        return [name for name in style.GROUPS if name in known]
