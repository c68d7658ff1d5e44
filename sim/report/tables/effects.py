"""Effects of a policy: the same seeds with and without it, from files alone."""

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.overview import COLUMNS
from sim.report.tables.results import Results
from sim.report.tables.spread import LEAST_SEEDS, shares
from sim.report.words import style, units

INDICATORS = tuple(c for c in COLUMNS if not c.indicator.endswith("reclassification"))
LEVEL, POWER = 0.95, 0.8
"""Confidence of a two-sided paired test, and the chance that it finds the least effect called detectable."""


def differences(results: Results, year: int) -> pd.DataFrame:
    """Return paired differences between the policy and the other one in a year, by group, indicator and replicate
    (column value): with the same parameters and the same seed."""
    keys = ["group", "indicator", "parameter_set", "chance", "seed"]
    ours, theirs = (_values(results, name, year, keys) for name in (results.policy, results.reference))
    return (ours - theirs).dropna().reset_index()


@lru_cache(maxsize=8)
def effects(results: Results, year: int | None = None) -> pd.DataFrame:
    """Return paired differences in a year, by default the last, by group and indicator; empty without a second policy.

    Columns: group, indicator, year, effect (mean), low and high of the 80 % interval over replicates, same_sign (share
    of these with the sign of the mean), detectable (least effect that a paired test at 95 % finds four times in five,
    (t_0.975 + t_0.8) s / sqrt(n), as in Bloom 1995, Evaluation Review 19(5)), clear, seeds (how many replicates),
    drawn (how many different seeds), of_parameters (share of their variance between parameter sets).
    """
    year = results.years[1] if year is None else year
    if results.reference is None:
        return pd.DataFrame()
    return spread(differences(results, year), ["group", "indicator"]).assign(year=year)


def spread(values: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return mean effect, interval and significance over replicates, by `keys`, in order of appearance.

    An effect is clear where the 80 % interval leaves 0 out and a paired test at 95 % does as well, never with fewer
    than LEAST_SEEDS seeds. The test is of chance: over seeds, of means over parameter sets.
    """
    values = values.assign(positive=values["value"] > 0)
    if "parameter_set" not in values:
        values = values.assign(parameter_set=0)
    if "chance" not in values:
        values = values.assign(chance=values["seed"])
    by = values.groupby(keys, sort=False)
    part = by["value"]
    by_seed = values.groupby([*keys, "chance"], sort=False)["value"].mean().groupby(level=keys, sort=False)
    found = pd.DataFrame({
        "effect": part.mean(), "low": part.quantile(LOW), "high": part.quantile(HIGH), "error": by_seed.sem(),
        "positive": by["positive"].mean(), "seeds": part.count(), "drawn": by_seed.count(),
        "of_parameters": shares(values, keys)["parameters"]}).reset_index()
    rises = found["effect"] > 0
    found["same_sign"] = np.where(rises, found["positive"], 1 - found["positive"])
    freedom = (found["drawn"] - 1).where(found["drawn"] > 1)
    sure, power = stdtrit(freedom, (1 + LEVEL) / 2), stdtrit(freedom, POWER)
    found["detectable"] = (sure + power) * found["error"]
    apart = (found["low"] > 0) | (found["high"] < 0)
    enough = found["drawn"] >= LEAST_SEEDS
    found["clear"] = enough & apart & (found["effect"].abs() > sure * found["error"])
    words = {key: "str" for key in keys if isinstance(found[key].dtype, pd.CategoricalDtype)}
    return found.drop(columns=["error", "positive"]).astype(words)


def arrived(results: Results) -> pd.DataFrame:
    """Return which share of each indicator's effect on all counties at the end of a run is there in the target year.

    Columns: indicator, effect, at_end, clear (whether the one at the end is), share (missing where it is not). Empty
    where the run does not go beyond the target year.
    """
    year, last = results.horizon, results.years[1]
    if results.reference is None or last <= year:
        return pd.DataFrame()
    now, end = (_whole(effects(results, y)) for y in (year, last))
    names = [name for name in results.system.indicators if name in end.index]
    table = pd.DataFrame({"effect": now["effect"], "at_end": end["effect"], "clear": end["clear"]}).loc[names]
    table["share"] = (table["effect"] / table["at_end"]).where(table["clear"])
    return table.rename_axis("indicator").reset_index()


def table(results: Results, found: pd.DataFrame, known=style.GROUPS) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the table that is printed: effects on all counties and by county type, or on other
    `known` groups."""
    groups = [name for name in known if name in set(found["group"])]
    cells = found.set_index(["indicator", "group"])
    heads = ["", *(known[name].label("zh") for name in groups)]
    body = [["", *(known[name].label("en") for name in groups)]]
    for column in INDICATORS:
        unit = results.unit(column.indicator)
        body.append([f"{column.zh} {column.en}, {unit.change_name('en')}",
                     *(_cell(cells, column.indicator, group, unit) for group in groups)])
    return heads, body


def _values(results: Results, policy: str | None, year: int, keys: list[str]) -> pd.Series:
    table = results.of("indicators", policy)
    return table[table["year"] == year].set_index(keys)["value"]


def _whole(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["group"] == "all_counties"].set_index("indicator")


def _cell(cells: pd.DataFrame, name: str, group: str, unit: units.Unit) -> str:
    """Write an effect with its band; a dash where there is none."""
    if (name, group) not in cells.index:
        return "—"
    row = cells.loc[(name, group)]
    mean, low, high = (units.difference(row[key] * unit.factor, unit) for key in ("effect", "low", "high"))
    mark = "" if row["clear"] else " ○"
    return mean + (f" ({low}…{high}){mark}" if row["seeds"] > 1 else "")
