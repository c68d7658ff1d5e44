"""The paths of the indicators for a group of counties: small multiples with target and reference run."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim import targets
from sim.report.charts.paths import spread
from sim.report.words import units
from sim.report.words.bilingual import of
from sim.report.words.style import Language
from sim.report.words.terms import VERDICTS
from sim.view.live import Live
from sim.view.words import PAGE

WIDTH, HEIGHT = 300.0, 138.0
"""Size of a small multiple."""
LEFT, RIGHT, TOP, BOTTOM = 42.0, 66.0, 10.0, 22.0
LINE = 15.0
"""Room for marks, labels and years around the paths, and the least distance of two labels."""


def multiples(live: Live, group: str, language: Language) -> list[dict[str, Any]]:
    """Return the aspects with the drawing of each of their indicators."""
    found_of = assessed(live, group)
    system = live.system
    found = []
    for aspect, entry in system.aspects.items():
        names = [name for name, one in system.indicators.items() if one.aspect == aspect]
        drawn = [_multiple(live, name, group, found_of.loc[name], language) for name in names]
        found.append({"title": of(entry.title, language), "items": drawn})
    return found


def assessed(live: Live, group: str) -> pd.DataFrame:
    """Return base, target and achievement of each indicator in the last year observed; none without the base year."""
    table = live.ours[live.ours["group"].isin((group, targets.WHOLE))]
    later = live.system.indicators.keys() - set(table["indicator"])  # sums of a year, which the base year has not
    empty = pd.DataFrame([(live.year, group, name) for name in later], columns=["year", "group", "indicator"])
    table = pd.concat([table, empty.assign(value=np.nan)], ignore_index=True) if later else table
    found = targets.assess(table, live.system, live.year)
    return found[found["group"] == group].set_index("indicator").reindex(list(live.system.indicators))


def _multiple(live: Live, name: str, group: str, assessed: pd.Series, language: Language) -> dict[str, Any]:
    one, unit = live.system.indicators[name], live.unit(name)
    ours, theirs = (_path(values, name, group) * unit.factor for values in (live.values, live.values_without))
    goal = assessed["target"] * unit.factor
    first, last = live.years[0], live.setting.end
    shown = [*ours, *theirs, *([goal] if np.isfinite(goal) else [])]
    room = 0.07 * (max(shown) - min(shown)) or 0.05 * abs(max(shown)) or 1.0
    low, high = min(shown) - room, max(shown) + room

    def x(year: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / max(last - first, 1), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    over = len(ours) > 0 and ours.index[-1] >= last
    ends = {"policy": ours.iloc[-1]} if over else {}
    ends |= {"reference": theirs.iloc[-1]} if len(theirs) else {}
    ends |= {"target": goal} if np.isfinite(goal) else {}
    ticks = [t for t in MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
    step = next(k for k in (1, 2, 5, 10, 20) if (last - first) / k <= 3 or k == 20)

    def write(value: float) -> str:
        return units.number(value, decimals=unit.decimals)

    return {
        "name": name, "title": of(live.title(name), language), "unit": unit.name(language),
        "policy": _points(ours, x, y), "reference": _points(theirs, x, y),
        "at": _at(x(ours.index[-1]), y(ours.iloc[-1]), write(ours.iloc[-1])) if len(ours) and not over else None,
        "dot": [x(ours.index[-1]), y(ours.iloc[-1])] if len(ours) else None,
        "target": y(goal) if np.isfinite(goal) else None,
        "ticks": [{"y": y(tick), "text": units.tick(tick)} for tick in ticks],
        "years": [{"x": x(year), "text": str(year)} for year in range(last, first - 1, -step)][::-1],
        "labels": _labels(ends, y, write),
        "hover": [{"x": x(year), "y": y(ours[year]) if year in ours else None, "year": int(year),
                   "ours": write(ours[year]) if year in ours else "",
                   "theirs": write(theirs[year]) if year in theirs else ""}
                  for year in range(first, last + 1) if year in ours or year in theirs],
        **_verdict(live, assessed, language),
        "goal": of(PAGE["target_level" if one.target.rule == "level" else "target_rule"].fill(
            value=write(goal) if np.isfinite(goal) else "—", rule=one.target.words(language),
            status=live.system.statuses[one.status]), language),
    }


def _at(x: float, y: float, text: str) -> dict[str, Any]:
    """Return the label of the last point before the end of the axis: above it, or below where there is no room."""
    return {"x": x, "y": y - 8 if y > TOP + 14 else y + 18, "text": text}


def _path(values: pd.DataFrame, name: str, group: str) -> pd.Series:
    """Return the known values of an indicator by year; none where it is not observed yet."""
    return values.loc[(name, group)].dropna() if (name, group) in values.index else pd.Series(dtype=float)


def _points(path: pd.Series, x, y) -> str:
    return " ".join(f"{x(year)},{y(value)}" for year, value in path.items())


def _labels(ends: dict[str, float], y, write) -> list[dict[str, Any]]:
    ordered = sorted(ends, key=lambda kind: y(ends[kind]))
    heights = np.array([y(ends[kind]) for kind in ordered])
    placed = spread(heights, LINE, TOP, HEIGHT - BOTTOM)
    return [{"kind": kind, "text": write(ends[kind]), "y": round(float(at), 1), "end": float(end)}
            for kind, at, end in zip(ordered, placed, heights, strict=True)]


def _verdict(live: Live, assessed: pd.Series, language: Language) -> dict[str, str]:
    """Return the verdict of the target year in a word with its mark; before it, how much of the way is done."""
    system = live.system
    if live.year >= system.target_year:
        earned = assessed["verdict"]
        if earned in VERDICTS:
            return {"verdict": earned, "word": f"{VERDICTS[earned]} {of(system.verdicts[earned].title, language)}"}
        return {"verdict": "", "word": ""}
    done = assessed["achievement"]
    share = f"{100 * done:.0f}%" if np.isfinite(done) else "—"
    return {"verdict": "", "word": of(PAGE["way"].fill(share=share), language)}
