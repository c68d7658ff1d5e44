"""Observations of a model so far, read by the same functions as the files of a finished run."""

from functools import cache, cached_property

import pandas as pd

from sim.indicators.observation import OBSERVATIONS
from sim.model import CountyUrbanization
from sim.report.charts.layers import KNOWN
from sim.report.tables.results import Results
from sim.report.words import province as provinces
from sim.state import observed
from sim.view.band import Interval
from sim.view.pinned import Pinned

TABLES = ("counties", "prefectures", "neighbours")
"""Tables of the data package that are read."""
OF_PLANS = ("doses", "costs")
"""Yearly tables of the model that tell of plans and their money."""


class Live(Results):
    """The yearly observations of a model until now, and those of its reference run so far.

    `theirs` is None where no reference run is simulated, `band` where it is not asked how sure the run is,
    and `pinned` where no run is pinned.
    """

    def __init__(self, model: CountyUrbanization, theirs: pd.DataFrame | None, band: Interval | None = None,
                 pinned: Pinned | None = None):
        self.setting, self.alone = model.config, theirs is None
        self.theirs = pd.DataFrame() if theirs is None else theirs
        self.ours, self.band, self.pinned = model.indicators(), band, pinned
        self.parts = {name: list(model.world.observed.parts[name]) for name in OF_PLANS}  # the model will add to them
        self.observations = OBSERVATIONS
        self.shapes, self._actuals = None, None
        self._own = model.world.figures.owned()
        self._baseline_data = model.world.baseline
        self.table, self.of, self._of_group = cache(self._table), cache(self._of), cache(self._group)

    def _table(self, name: str, year: int | None = None) -> pd.DataFrame:
        if year is not None:
            table = self.table(name)
            return table[table["year"] == year] if len(table) else table
        if name == "indicators":
            return self._both()
        if name == "whole":
            return self.indicators[self.indicators["group"] == "all_counties"]
        if name in OF_PLANS:
            return observed.table(self.parts[name]).assign(policy=self.setting.policy.name, **self._keys)
        return getattr(self._baseline_data, name) if name in TABLES else pd.DataFrame()

    def _both(self) -> pd.DataFrame:
        """Return the observations of both policies, of the years that both have."""
        own, without = self.setting.policy.name, "no_new_policy"
        parts = [self.ours.assign(policy=own, **self._keys)]
        if len(self.theirs) and own != without and not self.waiting:
            parts.append(self.theirs[self.theirs["year"] <= self.year].assign(policy=without, **self._keys))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def province(self) -> provinces.Province:
        """The province of the model."""
        return provinces.said(self._baseline_data.province.model_dump(), self._baseline_data.prefectures)

    @property
    def _keys(self) -> dict[str, str | int]:
        """The columns that tell runs apart."""
        return {"external": self.setting.external.name, "parameter_set": self.setting.parameter_set,
                "seed": self.setting.seed, "run": "page"}

    @property
    def waiting(self) -> bool:
        """Whether a reference run is being simulated and has not reached the last year observed."""
        return not self.alone and self.reached < self.year

    @property
    def unfinished(self) -> bool:
        """Whether a reference run is being simulated and has not reached the last year of the run."""
        return not self.alone and self.reached < self.setting.end

    @cached_property
    def reached(self) -> int:
        """The last year of the reference run so far; 0 before its first."""
        return 0 if self.theirs.empty else int(self.theirs["year"].max())

    @cached_property
    def year(self) -> int:
        """The last year that was observed."""
        return int(self.ours["year"].max())

    @cached_property
    def manifest(self) -> dict:
        """The configuration and its parameters, as they are kept of a finished run."""
        return {"config": self.setting.model_dump(mode="json", exclude={"parameters", "data", "workers"}),
                "parameters": {name: one.value for name, one in self.setting.quantities.items()}}

    @cached_property
    def own_figures(self) -> dict[str, list[str]]:
        """Codes of the counties whose own figures the model rests on, by what the figures are of."""
        return self._own

    @property
    def pilots(self) -> tuple[str, ...]:
        """Codes of the counties that are pilots of the policy."""
        pilots = self.setting.policy.pilots
        return pilots.counties if pilots else ()

    @cached_property
    def values(self) -> pd.DataFrame:
        """Values by indicator and group (rows) and year (columns)."""
        return self.ours.pivot(index=["indicator", "group"], columns="year", values="value")

    @cached_property
    def values_without(self) -> pd.DataFrame:
        """The same for the reference run; empty until its first year is simulated."""
        if self.theirs.empty:
            return pd.DataFrame()
        return self.theirs.pivot(index=["indicator", "group"], columns="year", values="value")

    @property
    def values_pinned(self) -> pd.DataFrame:
        """The same for the run that is pinned; empty without one."""
        return self.pinned.values if self.pinned else pd.DataFrame()

    def path(self, kind: str, indicator: str, group: str) -> pd.Series:
        """Return the known values of an indicator by year under the `policy`, in the `reference` run or in the `pinned`
        one; none where it is not observed yet."""
        table = self._of_group(kind, group)
        return table.loc[indicator].dropna() if indicator in table.index else pd.Series(dtype=float)

    def _group(self, kind: str, group: str) -> pd.DataFrame:
        """Return the values of a group by indicator (rows) and year (columns)."""
        values = {"policy": self.values, "reference": self.values_without, "pinned": self.values_pinned}[kind]
        return values if values.empty else values[values.index.get_level_values("group") == group].droplevel("group")

    def interval(self, indicator: str, group: str) -> pd.DataFrame:
        """Return what is known of the 80 % interval of an indicator of a group: low and high by year."""
        if self.band is None or self.band.table.empty:
            return pd.DataFrame(columns=["low", "high"], dtype=float)
        found = self.band.table.query("indicator == @indicator and group == @group")
        return found.droplevel(["indicator", "group"])[["low", "high"]]

    @cached_property
    def known(self) -> set[tuple[str, str]]:
        """Pairs of indicator and county whose value of the first year is observed or scaled, so that it may be shown
        by name."""
        first = self.ours[(self.ours["year"] == self.ours["year"].min()) & self.ours["basis"].isin(KNOWN)]
        return set(zip(first["indicator"], first["group"], strict=True))
