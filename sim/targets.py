"""Indicators against their targets: how far each has come, in one word, and as a composite; pure functions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.config import ConfigError
from sim.config.fault import suggestion
from sim.config.indicators import Indicator, IndicatorSystem, Target

MOST = 1.2
"""Cap on achievement: overshooting one target makes up for others only up to it."""

EXACT = 1e-9
"""Achievement that rounding may take away from a target just met."""

WHOLE = "all_counties"
"""The group that declared bases and the grades of targets are about."""

KEYS = ("policy", "external", "parameters", "seed", "run")
"""Columns that tell runs apart, where a table has them."""


def target(indicator: Indicator, base, which: Target | None = None):
    """Return the target of an indicator for a base, or another one `which`; number or array, in its unit."""
    return (which or indicator.target).of(base, indicator.better)


def achievement(value, base, goal, better: str = "up") -> np.ndarray:
    """Return the share of the way from base to target that is done, (x - x0) / (x* - x0) within 0 and MOST.

    Works in either direction. Where the base is no worse than the target there is no way to go: then 1 as long as the
    value is no worse than the target, and below that the smaller of the two over the larger. Not a number stays one.
    """
    value, base, goal = np.broadcast_arrays(*(np.asarray(x, float) for x in (value, base, goal)))
    sign = 1.0 if better == "up" else -1.0
    way = sign * (goal - base)
    with np.errstate(divide="ignore", invalid="ignore"):
        done = np.clip(sign * (value - base) / way, 0, MOST)
        kept = np.clip(value / goal if better == "up" else goal / value, 0, 1)
        kept = np.where(sign * (value - goal) >= 0, 1.0, kept)
        kept = np.where(np.isnan(value) | np.isnan(way), np.nan, kept)
    return np.where(way > 0, done, kept)


def verdicts(achieved, system: IndicatorSystem) -> np.ndarray:
    """Return met, close or missed by achievement (names of `system.verdicts`); empty text for NaN."""
    achieved = np.asarray(achieved, float)
    earned = [achieved >= one.achievement - EXACT for one in system.verdicts.values()]
    return np.select(earned, list(system.verdicts), "").astype(object)


def assess(table: pd.DataFrame, system: IndicatorSystem, year: int | None = None) -> pd.DataFrame:
    """Return each indicator of a year against its target, one row by run, group of counties and indicator.

    `table` is that of indicators; the year is the target year, or the last one where the run ends before. Columns: the
    keys of runs, group, indicator, year, base, value, target, achievement, verdict, grade (of the target: assumed for
    all groups but the counties together), second_target and second_achievement (not a number where there is none).
    Empty for a run without the system's base year. Raises ConfigError for an indicator that nobody observes.
    """
    observed = set(table["indicator"])
    for name in (*system.indicators, *sharing(system)):
        if name not in observed:
            raise ConfigError(f"indicators.{name}: no observation has this name; {suggestion(name, observed)}")
    year = min(system.target_year, int(table["year"].max())) if year is None else year
    keys = [name for name in KEYS if name in table]
    table = table[table["group"] != "province"]
    wide = table[table["indicator"].isin({*system.indicators, *sharing(system)})]
    index = [*keys, "group"]
    bases, values = (
        wide[wide["year"] == y].pivot(index=index, columns="indicator", values="value")
        for y in (system.base_year, year)
    )
    if bases.empty:
        values = values.iloc[:0]
    bases = bases.reindex(index=values.index, columns=values.columns)
    parts = [_assess(name, one, _base(name, one, bases), values[name], system, year)
             for name, one in system.indicators.items()]
    return pd.concat(parts).reset_index()[[*index, *parts[0].columns]]


def _assess(name, one: Indicator, base, value, system: IndicatorSystem, year: int) -> pd.DataFrame:
    goal = target(one, base)
    achieved = achievement(value, base, goal, one.better)
    second = target(one, base, one.second_target) if one.second_target else base * np.nan
    whole = value.index.get_level_values("group") == WHOLE
    return pd.DataFrame({
        "indicator": name, "year": year, "base": base, "value": value, "target": goal, "achievement": achieved,
        "verdict": verdicts(achieved, system), "grade": np.where(whole, one.target.grade, "assumed"),
        "second_target": second, "second_achievement": achievement(value, base, second, one.better)},
        index=value.index)


def sharing(system: IndicatorSystem) -> set[str]:
    """Return the observations by which declared bases are shared among groups."""
    return {one.base.shared_by for one in system.indicators.values() if one.base}


def _base(name: str, one: Indicator, bases: pd.DataFrame) -> pd.Series:
    """Return the base of the run, or the group's part of the declared one."""
    if one.base is None:
        return bases[name]
    amount = bases[one.base.shared_by]
    keys = [key for key in bases.index.names if key != "group"]
    whole = amount.where(amount.index.get_level_values("group") == WHOLE)
    whole = whole.groupby(level=keys).transform("max") if keys else whole.max()
    return one.base.value * amount / whole


def weights(system: IndicatorSystem) -> dict[str, float]:
    """Return the weights of the aspects, which sum to 1."""
    total = sum(one.weight for one in system.aspects.values())
    return {name: one.weight / total for name, one in system.aspects.items()}


def by_aspect(assessed: pd.DataFrame, system: IndicatorSystem) -> pd.DataFrame:
    """Return mean achievement by run and group (rows) and aspect (columns); indicators of an aspect count alike."""
    index = [name for name in (*KEYS, "group") if name in assessed]
    aspect = assessed["indicator"].map({name: one.aspect for name, one in system.indicators.items()})
    means = assessed.assign(aspect=aspect).groupby([*index, "aspect"], sort=False)["achievement"].mean()
    return means.unstack("aspect").reindex(columns=list(system.aspects))


def composite(aspects: pd.DataFrame, weight: Mapping[str, float]) -> pd.Series:
    """Return the weighted mean of achievements by aspect (columns); of a row's known aspects where some are not."""
    share = pd.Series(weight).reindex(aspects.columns)
    return (aspects * share).sum(axis=1) / (aspects.notna() * share).sum(axis=1)


def rank_sensitivity(aspects: pd.DataFrame, system: IndicatorSystem, draws: int = 10_000,
                     seed: int = 1) -> pd.DataFrame:
    """Return how ranks (1 the best) of the rows of `aspects` depend on the weights: composite and rank at the declared
    weights, the 5, 50 and 95 % quantile of ranks, and the share of draws in which a row comes first.

    Rows are the alternatives ranked, such as the types of one run or their means over seeds.

    Weights are drawn from Dirichlet(1, ..., 1), that is evenly from all there are: the rank acceptability of Lahdelma
    and Salminen (2001, Operations Research 49(3)), and the uncertainty of weights in the handbook on composite
    indicators of OECD and JRC (2008). Leaving out one aspect at a time would be a few points of that space only.
    """
    known = aspects.dropna(axis=1, how="all")
    declared = composite(known, weights(system))
    drawn = np.random.default_rng(seed).dirichlet(np.ones(known.shape[1]), size=draws)
    there = known.notna().to_numpy()
    scores = drawn @ np.nan_to_num(known.to_numpy()).T / (drawn @ there.T)
    ranks = pd.DataFrame(scores, columns=known.index).rank(axis=1, method="min", ascending=False)
    low, middle, high = (ranks.quantile(q) for q in (0.05, 0.5, 0.95))
    return pd.DataFrame({
        "composite": declared, "rank": declared.rank(method="min", ascending=False), "rank_low": low,
        "rank_median": middle, "rank_high": high, "first": (ranks == 1).mean()}, index=known.index)
