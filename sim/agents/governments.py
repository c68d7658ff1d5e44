"""Governments of three tiers as Mesa agents, with figures of the counties each answers for, in persons and yuan."""

from collections.abc import Sequence

import mesa
import numpy as np
import pandas as pd

from sim.state.world import World


class Government(mesa.Agent):
    """One government: its code and names, the tier above it and the counties it answers for.

    Shares and ratios are fractions of 1, `indicators` in the units of the tables, percent among them.
    Money is in yuan at 2020 prices, and yearly figures are those of the last year that was closed.
    """

    def __init__(self, model, code: str, name_zh: str, name_en: str, counties: Sequence[int] | np.ndarray,
                 superior: "Government | None" = None):
        super().__init__(model)
        self.code, self.name_zh, self.name_en = code, name_zh, name_en
        self.superior = superior
        self._world: World = model.world
        self._counties = np.asarray(counties)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.name_en!r})"

    @property
    def residents(self) -> int:
        """Residents in persons."""
        return self._sum(self._world.counts.by_county.residents) * self._world.config.scale

    @property
    def urban_residents(self) -> int:
        """Residents of towns and seats in persons."""
        return self._sum(self._world.counts.by_county.urban) * self._world.config.scale

    @property
    def urban_share(self) -> float:
        """Share of the residents who live in towns and seats."""
        counts = self._world.counts.by_county
        return self._sum(counts.urban) / self._sum(counts.residents)

    @property
    def output(self) -> float:
        """Value added of the year in yuan at 2020 prices."""
        return self.indicator("output")

    @property
    def own_revenue(self) -> float:
        """Own revenue of the counties' general budgets in the year, in yuan."""
        return self._sum(self._world.budget.own_revenue)

    @property
    def debt(self) -> float:
        """General and special bonds of the counties at the year's end, in yuan."""
        return self._sum(self._world.budget.debt)

    @property
    def debt_ratio(self) -> float:
        """Debt over the means of the year."""
        return self.indicator("debt_ratio") / 100

    @property
    def indicators(self) -> pd.Series:
        """Every observation of the year by name, in the units of the tables of indicators."""
        observed = self._world.observed
        values = observed.values[-1][:, observed.groups[self._group]]
        return pd.Series(values, observed.indicators).dropna().sort_index()

    def indicator(self, name: str) -> float:
        """Return one of them; not a number where it is not observed, as events in the base year."""
        return self._world.observed.value(self._group, name)

    @property
    def balance(self) -> float:
        """Net financial position in yuan: its cash and claims less its liabilities."""
        return self._world.book.balance(self.code) / 100

    @property
    def _group(self) -> str:
        """Its group in the tables of observations."""
        return self.code

    def _sum(self, by_county: np.ndarray):
        """Return the sum of its counties' amounts, a plain number."""
        return sum(by_county[self._counties].tolist())


class Province(Government):
    """The province guides; its counties are all of them."""

    @property
    def _group(self) -> str:
        return "all_counties"


class Prefecture(Government):
    """A prefecture-level city answers for its counties."""


class County(Government):
    """A county implements; it has a type and, where the province manages its finance, deals with it directly."""

    def __init__(self, model, code, name_zh, name_en, counties, superior, county_type: str):
        super().__init__(model, code, name_zh, name_en, counties, superior)
        self.county_type = county_type

    def _sum(self, by_county: np.ndarray):
        return by_county.item(self._counties[0])  # read of every county in every quarter

    @property
    def doses(self) -> pd.Series:
        """Doses of the measures that stand, by lever, from 0 to 1."""
        programme = self._world.programme
        return pd.Series(programme.delivered[:, self._counties[0]], programme.levers, name="dose")

    @property
    def plan(self) -> pd.DataFrame:
        """The plan by lever: dose, start (year), ramp_years, and rank of payment (0 first, infinite: shares the rest).
        """
        programme, k = self._world.programme, self._counties[0]
        return pd.DataFrame({"dose": programme.target[:, k], "start": programme.start[:, k],
                             "ramp_years": programme.ramp[:, k], "rank": programme.rank[:, k]}, programme.levers)
