"""The paths of the indicators for a group of counties: small multiples with target and reference run."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim import targets
from sim.report.charts.paths import spread
from sim.report.words import units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import Language
from sim.report.words.terms import VERDICTS
from sim.view.band import sets
from sim.view.live import Live
from sim.view.words import BAND, PAGE

WIDTH, HEIGHT = 300.0, 142.0
"""Size of a small multiple."""
LEFT, RIGHT, TOP, BOTTOM = 42.0, 66.0, 10.0, 26.0
"""Room for marks, labels and years around the paths."""
LINE, LEADER, CHARACTER, LEAN = 15.0, 12.0, 8.2, 11.0
"""The least distance of two labels, the length of the line that leads to one, the most that a character of it takes,
and how far it keeps from a path that goes on."""


class End(NamedTuple):
    """Where a path ends, what is written there, and by how much its label would rather be lower."""

    x: float
    y: float
    text: str
    lean: float = 0.0


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


def beside(live: Live, language: Language, asked: bool) -> dict[str, Any]:
    """Return what is shown beside the run: how far the reference run is, the pinned run, and the band; both can be
    `asked` for."""
    return {
        "waiting": of(waiting(live), language),
        "band": of(live.band.said(), language) if live.band else "", "spread": live.band is not None,
        "asked": asked, "pinned": of(live.pinned.said(live.setting), language) if live.pinned else "",
        "offered": asked and bool(sets()),
    }


def waiting(live: Live) -> Words:
    """Return how far the reference run is, where it is being simulated."""
    if not live.unfinished:
        return Words("", "")
    return PAGE["reference_begins"] if live.theirs.empty else PAGE["reference_runs"].fill(year=live.reached)


def _multiple(live: Live, name: str, group: str, assessed: pd.Series, language: Language) -> dict[str, Any]:
    one, unit = live.system.indicators[name], live.unit(name)
    tables = {"reference": live.values_without, "pinned": live.values_pinned, "policy": live.values}
    paths = {kind: _path(values, name, group) * unit.factor for kind, values in tables.items()}
    ours, theirs, pinned = paths["policy"], paths["reference"], paths["pinned"]
    goal = assessed["target"] * unit.factor
    first, last = live.years[0], live.setting.end
    band = live.interval(name, group) * unit.factor
    shown = [*pd.concat([*paths.values(), band["low"], band["high"]]), *([goal] if np.isfinite(goal) else [])] or [0.0]
    room = 0.07 * (max(shown) - min(shown)) or 0.05 * abs(max(shown)) or 1.0
    low, high = min(shown) - room, max(shown) + room

    def x(year: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / max(last - first, 1), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    def write(value: float) -> str:
        return units.number(value, decimals=unit.decimals)

    ends = {}
    for kind, path in paths.items():
        if len(path) > (kind != "policy"):  # all begin in the same point
            year, value = path.index[-1], path.iloc[-1]
            rises = [other.iloc[-1] > value for other in paths.values() if len(other) and other.index[-1] > year]
            lean = 0.0 if not rises else LEAN if rises[0] else -LEAN  # away from a path that goes on
            ends[kind] = End(x(year), y(value), write(value), lean)
    ends |= {"target": End(x(last), y(goal), write(goal))} if np.isfinite(goal) else {}
    ticks = [t for t in MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
    step = next(k for k in (1, 2, 5, 10, 20) if (last - first) / k <= 3 or k == 20)

    return {
        "name": name, "title": of(live.title(name), language), "unit": unit.name(language),
        "lines": [{"kind": kind, "points": _points(path, x, y),
                   "unfinished": kind == "reference" and live.unfinished} for kind, path in paths.items()
                  if len(path) or kind == "policy"],
        "band": _points(pd.concat([band["low"], band["high"][::-1]]), x, y),
        "dot": [x(ours.index[-1]), y(ours.iloc[-1])] if len(ours) else None,
        "target": y(goal) if np.isfinite(goal) else None,
        "ticks": [{"y": y(tick), "text": units.tick(tick)} for tick in ticks],
        "years": [{"x": x(year), "text": str(year)} for year in range(last, first - 1, -step)][::-1],
        "labels": labels(ends),
        "hover": [{"x": x(year), "y": y(ours[year]) if year in ours else None, "year": int(year),
                   "ours": write(ours[year]) if year in ours else "",
                   "theirs": write(theirs[year]) if year in theirs else "",
                   "pinned": write(pinned[year]) if year in pinned else "",
                   "band": of(BAND["interval"].fill(low=write(band["low"][year]), high=write(band["high"][year])),
                              language) if year in band.index else ""}
                  for year in range(first, last + 1) if year in ours or year in theirs],
        **_verdict(live, assessed, language),
        "goal": of(PAGE["target_level" if one.target.rule == "level" else "target_rule"].fill(
            value=write(goal) if np.isfinite(goal) else "—", rule=one.target.words(language),
            status=live.system.statuses[one.status]), language),
    }


def _path(values: pd.DataFrame, name: str, group: str) -> pd.Series:
    """Return the known values of an indicator by year; none where it is not observed yet."""
    return values.loc[(name, group)].dropna() if (name, group) in values.index else pd.Series(dtype=float)


def _points(path: pd.Series, x, y) -> str:
    return " ".join(f"{x(year)},{y(value)}" for year, value in path.items())


def labels(ends: Mapping[str, End]) -> list[dict[str, Any]]:
    """Return the labels of ends by kind: each right of its end, and those that would overprint one another apart.

    None reaches the axis or the years.
    """
    found: list[dict[str, Any]] = []
    for row in _rows(ends):
        ordered = sorted(row, key=lambda kind: ends[kind].y + ends[kind].lean)
        wanted = np.array([ends[kind].y + ends[kind].lean for kind in ordered])
        places = spread(wanted, LINE, TOP, HEIGHT - BOTTOM)
        found += [{"kind": kind, "text": ends[kind].text, "x": round(ends[kind].x + LEADER, 1),
                   "y": round(float(place), 1), "from": ends[kind].x, "end": ends[kind].y}
                  for kind, place in zip(ordered, places, strict=True)]
    return found


def _rows(ends: Mapping[str, End]) -> list[list[str]]:
    """Return the labels in groups that share no width."""
    found: list[list[str]] = []
    reached = -np.inf
    for kind, end in sorted(ends.items(), key=lambda one: one[1].x):
        if end.x + LEADER >= reached:
            found.append([])
        found[-1].append(kind)
        reached = max(reached, end.x + LEADER + CHARACTER * len(end.text))
    return found


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
