"""Layers of the map of the counties: values, changes, gaps to targets and effects, as colours and words."""

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from sim.baseline.figures import KNOWN
from sim.report.charts import maps
from sim.report.tables import effects
from sim.report.tables.results import Results
from sim.report.words import style, units
from sim.report.words.bilingual import Words, both

Kind = Literal["change", "value", "gap", "effect"]
KINDS: dict[Kind, Words] = {
    "change": Words("{first}—{year}年变化", "Change {first}-{year}"),
    "value": Words("{year}年水平", "Level in {year}"),
    "gap": Words("与{year}年目标之差", "Gap to the target of {year}"),
    "effect": Words("政策效果（与对照之差）", "Effect of the policy"),
}
SCALES: dict[Kind, maps.Kind] = {"change": "change", "value": "level", "gap": "gap", "effect": "change"}
STOPS = 11
"""Colours that a legend is made of."""


class Layer(NamedTuple):
    """One thing that the map shows: colours and written values by county, and its legend."""

    indicator: str
    kind: Kind
    unit: Words
    colours: list[str]
    written: list[str]
    unclear: list[bool]
    """Whether a county's effect cannot be told from noise."""
    gradient: list[str]
    ticks: list[str]
    finding: Words


@lru_cache(maxsize=8)
def showable(results: Results) -> dict[str, set[str]]:
    """Return for each indicator the counties whose value may be shown: known in the first year, or the user's own.

    Indicators without any are left out.
    """
    table = results.asked
    first = table[(table["year"] == results.years[0]) & table["basis"].isin(KNOWN)]
    first = first[first["indicator"].isin(results.system.indicators)]
    return {name: set(part["group"].unique()) for name, part in first.groupby("indicator")}


def values(results: Results, indicator: str, kind: Kind) -> pd.DataFrame:
    """Return a layer of an indicator by county in the order of the data: value (unscaled) and unclear.

    Means over runs; not a number for counties that may not be shown. A gap is value less target, a county's target
    follows from its own base by the rule and is assumed.
    """
    codes = results.counties["adcode"]
    first, year = results.years[0], results.horizon
    unclear = pd.Series(False, index=codes)
    if kind == "effect":
        found = effects.effects(results, year)
        found = found[found["indicator"] == indicator].set_index("group").reindex(codes)
        shown, unclear = found["effect"], ~found["clear"].eq(True)
    else:
        means = _means(results, indicator).reindex(codes)
        one = results.system.indicators[indicator]
        goal = one.target.of(means[first], one.better)
        shown = {"value": means[year], "change": means[year] - means[first], "gap": means[year] - goal}[kind]
    allowed = codes.isin(showable(results).get(indicator, set())).to_numpy()
    return pd.DataFrame({"value": shown.where(allowed), "unclear": unclear.where(allowed, False)}, index=codes)


@lru_cache(maxsize=1)  # the layers of one indicator are made one after the other
def _means(results: Results, indicator: str) -> pd.DataFrame:
    """Return means over runs by group (rows) and year (columns)."""
    table = results.asked[results.asked["indicator"] == indicator]
    return table.groupby(["group", "year"])["value"].mean().unstack()


def layers(results: Results) -> list[Layer]:
    """Return every layer of the map, indicators in the order of their declaration."""
    allowed = showable(results)
    known = {"effect": results.reference is not None, "gap": results.years[0] == results.system.base_year}
    kinds = [kind for kind in KINDS if known.get(kind, True)]
    return [_layer(results, name, kind) for name in results.system.indicators if name in allowed for kind in kinds]


def _layer(results: Results, indicator: str, kind: Kind) -> Layer:
    one = results.system.indicators[indicator]
    unit = results.unit(indicator)
    found = values(results, indicator, kind)
    scaled = found["value"] * unit.factor
    known = scaled.dropna()
    colours, norm, ticks = maps.scale(known, SCALES[kind])
    decimals = unit.decimals if kind != "effect" else 2
    return Layer(
        indicator, kind,
        both(unit.name if kind == "value" else unit.change_name),
        [to_hex(colour) if known else style.MISSING
         for colour, known in zip(colours(norm(scaled.to_numpy())), np.isfinite(scaled), strict=True)],
        [units.number(value, signed=kind != "value", decimals=decimals) for value in scaled],
        [bool(flag) for flag in found["unclear"]],
        [to_hex(colours(share)) for share in np.linspace(0, 1, STOPS)],
        [units.tick(tick, signed=kind != "value") for tick in ticks],
        _finding(known, found["unclear"], results.title(indicator), kind, _middle(known, kind, unit, decimals),
                 one.better),
    )


def _middle(known: pd.Series, kind: Kind, unit: units.Unit, decimals: int) -> Words:
    """Write the median with its unit."""
    number = units.number(known.median(), signed=kind != "value", decimals=decimals)
    names = both(unit.name if kind == "value" else unit.change_name)
    return Words(number + names.zh, number + {"%": "%", "ratio": ""}.get(names.en, f" {names.en}"))


def _finding(known: pd.Series, unclear: pd.Series, name: Words, kind: Kind, middle: Words, better: str) -> Words:
    count = len(known)
    up = int((known > 0).sum())
    there = int(((known >= 0) if better == "up" else (known <= 0)).sum())
    clear = int((~unclear.loc[known.index].astype(bool)).sum())
    words = {
        "value": Words("{count}个县（市）{name}的中位数为{middle}",
                       "{name}: the median of {count} counties is {middle}"),
        "change": Words("{count}个县（市）中{up}个{name}上升，中位数{middle}",
                        "{name}: a rise in {up} of {count} counties; the median change is {middle}"),
        "gap": Words("{count}个县（市）中{there}个达到按规则推算的{name}目标",
                     "{name}: {there} of {count} counties reach the target that the rule implies for them"),
        "effect": Words("{count}个县（市）中{clear}个的{name}效果超出随机噪声，中位数{middle}",
                        "{name}: the effect stands out from chance in {clear} of {count} counties; median {middle}"),
    }[kind]
    return words.fill(count=count, name=name, middle=middle, up=up, there=there, clear=clear)
