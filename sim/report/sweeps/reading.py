"""The results of a sweep as they lie in outputs/<name>, each table read when first asked for."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from sim.config import ConfigError
from sim.config.files import shown
from sim.core.described import Described
from sim.report.tables import observations
from sim.report.tables.folder import Folder

TABLES = ("ranking", "robustness", "types", "catalogue")
"""Tables that every compared sweep has."""


class Sweep(Folder):
    """Tables of one folder of a sweep. Raises ConfigError for a folder in which one is missing."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        for name in TABLES:
            if not (self.folder / f"{name}.parquet").is_file():
                raise ConfigError(f"{shown(self.folder)}: {name}.parquet is missing; expected a sweep of which runs "
                                  "are done, county sweep makes its tables again")

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """Policies in each case, the best first."""
        return self.table("ranking")

    @cached_property
    def robustness(self) -> pd.DataFrame:
        """Policies over all cases, the least regretted first."""
        return self.table("robustness")

    @cached_property
    def types(self) -> pd.DataFrame:
        """Policies by county type in each case."""
        return self.table("types")

    @cached_property
    def catalogue(self) -> pd.DataFrame:
        """Every run of the sweep."""
        return self.table("catalogue")

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Effects of policies on indicators; empty where nothing is compared."""
        return self.table("effects")

    @cached_property
    def observations(self) -> dict[str, Described]:
        """Titles and unit of every observation."""
        return dict(observations.read(self.folder / "indicators.parquet"))
