"""The paths of the indicators for a group of counties: small multiples with target and reference run."""

from typing import Any

import numpy as np
import pandas as pd

from sim import targets
from sim.report.charts import paths
from sim.report.charts.marks import Chart, Text, svg
from sim.report.charts.multiples import DASH
from sim.report.charts.paths import Frame, Path, Scales
from sim.report.words import units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import INK, POLICY, REFERENCE_RUN, Language
from sim.report.words.terms import VERDICTS
from sim.view import pinned
from sim.view.band import sets
from sim.view.live import Live
from sim.view.words import BAND, PAGE, PIN

COLOURS = {"policy": POLICY, "reference": REFERENCE_RUN, "pinned": pinned.COLOUR, "target": INK}
KINDS = {"policy": Words("", ""), "reference": PAGE["without"], "pinned": PIN["pinned"], "target": PAGE["target"]}
"""What a label is of, said aloud."""
FRAME = Frame(300.0, 146.0, 42.0, 66.0, 10.0, 28.0, 14.0, leader=11.0, ticks=3, widest=64.0)
UNFINISHED = (2.0, 3.0)
"""Dashes of a path that goes on."""


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
    drawn, on = chart(live, name, group, assessed["target"])
    goal = units.number(assessed["target"] * unit.factor, decimals=unit.decimals)
    words = PAGE["target_level" if one.target.rule == "level" else "target_rule"].fill(
        value=goal if np.isfinite(assessed["target"]) else "—", rule=one.target.words(language),
        status=live.system.statuses[one.status])
    title, verdict = of(live.title(name), language), _verdict(live, assessed, language)
    labels = [f"{of(KINDS[mark.name], language)} {mark.text}" for mark in drawn.marks
              if isinstance(mark, Text) and mark.name in KINDS]
    return {
        "name": name, "title": title, "unit": unit.name(language), **verdict, "goal": of(words, language),
        "svg": str(svg(drawn, f"{title}: {', '.join(labels)} {verdict['word']}".strip())),
        "hover": [{"x": round(on.x(year), 1), "year": year, **read} for year, read in
                  _read(live, name, group, language).items()],
    }


def chart(live: Live, name: str, group: str, target: float) -> tuple[Chart, Scales]:
    """Return the chart of an indicator for a group of counties, and the scales that it is drawn on."""
    unit = live.unit(name)

    def write(value: float) -> str:
        return units.number(value, decimals=unit.decimals)

    drawn = []
    for kind in ("reference", "pinned", "policy"):
        path = live.path(kind, name, group) * unit.factor
        ours = kind == "policy"
        label = write(path.iloc[-1]) if len(path) > (0 if ours else 1) else ""  # all begin in the same point
        band = live.interval(name, group) * unit.factor if ours else None
        dash = UNFINISHED if kind == "reference" and live.unfinished else ()
        drawn.append(Path(kind, path, COLOURS[kind], label, band, 2.4 if ours else 2.0, dash, bold=ours, ended=ours))
    years = live.years[0], live.setting.end
    if np.isfinite(goal := target * unit.factor):
        drawn.append(Path("target", pd.Series(goal, index=sorted(set(years))), INK, write(goal), width=1.0, dash=DASH))
    on = Scales(FRAME, years, paths.limits(drawn))
    return paths.draw(drawn, on), on


def _read(live: Live, name: str, group: str, language: Language) -> dict[int, dict[str, str]]:
    """Return what is written of each year under the pointer."""
    unit, band = live.unit(name), live.interval(name, group)

    def write(value: float) -> str:
        return units.number(value * unit.factor, decimals=unit.decimals)

    found: dict[int, dict[str, str]] = {}
    for key, kind in (("ours", "policy"), ("theirs", "reference"), ("pinned", "pinned")):
        for year, value in live.path(kind, name, group).items():
            found.setdefault(int(year), {})[key] = write(value)
    for year, low, high in band[["low", "high"]].itertuples():
        if year in found:
            found[year]["band"] = of(BAND["interval"].fill(low=write(low), high=write(high)), language)
    return dict(sorted(found.items()))


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
