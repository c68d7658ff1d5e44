"""The content of the screen as files: pictures, the table behind them, and the scenario to run elsewhere."""

import base64
from typing import Any, NamedTuple

import pandas as pd

from sim.config import ConfigError
from sim.report.charts import indicator_figure, rendering
from sim.report.charts import maps as figures
from sim.report.charts.layers import KNOWN
from sim.report.charts.multiples import Beside
from sim.report.charts.sheet import Page
from sim.report.pages import html
from sim.report.plans import book
from sim.report.plans.tables import Plans
from sim.report.tables import findings
from sim.report.words import record, style
from sim.report.words.bilingual import Words, of
from sim.report.words.style import Language
from sim.view import choices, maps
from sim.view.live import Live
from sim.view.pinned import COLOUR
from sim.view.session import Session
from sim.view.words import KINDS, PAGE, PIN

LEVELS = ["indicator", "group", "year"]
"""Of the rows of a band."""
TITLE = Words("{title}：{kind}，{year}年", "{title}: {kind}, {year}")


class View(NamedTuple):
    """The view of a visitor: the layer of the map, the group of counties of the paths, the language, and the county, if
    one is chosen."""

    layer: maps.Shown
    group: str
    language: Language
    county: str = ""


def file(session: Session, kind: str, view: View) -> dict[str, Any]:
    """Return a file of the present view, ready for the browser: name, type and content in base64.

    Kinds: map, paths (PNG), table (CSV), plan (HTML) and scenario (YAML); that last one is of the present choices,
    the others of the simulated run. Raises ConfigError for an invalid scenario, and for paths without the targets' base
    year.
    """
    if kind == "scenario":
        text = choices.as_yaml(session.asked)
        return _packed(f"{choices.OWN}.yaml", "application/yaml", f"# {record.line()}\n{text}".encode())
    live = session.live
    if live is None:
        return {}
    if kind == "table":
        text = table(live).to_csv(index=False, encoding="utf-8")
        return _packed(f"county_{live.year}.csv", "text/csv", text.encode("utf-8-sig"))
    if kind == "plan":
        if live.year == live.years[0]:
            raise ConfigError("方案页：请先模拟一年。 The plan to print: simulate a year first.")
        page = html.render("plan.html", book.content(Plans(live), view.county))
        return _packed(f"{view.county}_{live.year}.html", "text/html", page.encode())
    base = live.system.base_year
    if kind == "paths" and live.years[0] != base:
        raise ConfigError(f"start={live.setting.start}: expected {base + 1} for the picture of paths and targets")
    drawn = _map(live, view) if kind == "map" else _paths(live, view)
    shown = view.layer.indicator if kind == "map" else view.group
    return _packed(f"{kind}_{shown}_{live.year}.{view.language}.png", "image/png",
                   rendering.png(drawn, record.line()))


def table(live: Live) -> pd.DataFrame:
    """Return the observations by year and group beside those of the reference run, in the units of the observations.

    Of single counties only the observations that may be shown by name. Where a run is pinned, its values and choices
    stand beside them, and where the band is shown, its ends and what it holds.
    """
    keys = ["year", "group", "indicator"]
    ours = live.ours.assign(basis=live.ours["basis"].astype(str))
    counties = live.counties.set_index("adcode")
    county = ours["group"].isin(counties.index)
    ours = ours[~county | ours["basis"].isin(KNOWN)]
    theirs = live.theirs if len(live.theirs) else live.ours[:0]
    found = ours.merge(theirs[[*keys, "value"]].rename(columns={"value": "without"}), on=keys, how="left")
    beside: dict[str, Any] = {}
    if live.pinned:
        pinned = live.pinned.ours[[*keys, "value"]].rename(columns={"value": "pinned"})
        beside["pinned"] = found[keys].merge(pinned, on=keys, how="left")["pinned"]
        beside |= {"pinned_zh": live.pinned.run.zh, "pinned_en": live.pinned.run.en}
    if live.band:
        ends = live.band.table.reindex(columns=["low", "high"]).reindex(pd.MultiIndex.from_frame(found[LEVELS]))
        said = live.band.said()
        beside |= {name: ends[name].to_numpy() for name in ends} | {"interval_zh": said.zh, "interval_en": said.en}
    groups = {name: Words(group.zh, group.en) for name, group in style.GROUPS.items()}
    groups |= {code: Words(row["name_zh"], row["name_en"]) for code, row in counties.iterrows()}
    named = [live.observations[name] for name in found["indicator"]]
    return pd.DataFrame({
        "year": found["year"], "group": found["group"],
        "group_zh": [of(groups.get(name, name), "zh") for name in found["group"]],
        "group_en": [of(groups.get(name, name), "en") for name in found["group"]],
        "indicator": found["indicator"],
        "zh": [one.zh for one in named], "en": [one.en for one in named], "unit": [one.unit for one in named],
        "value": found["value"], "without": found["without"], **beside, "basis": found["basis"],
        "record": record.line(),
    })


def _map(live: Live, view: View) -> Page:
    layer, language = maps.shown(live, view.layer), view.language
    words = KINDS[layer.kind].fill(base=live.years[0], goal=live.system.target_year)
    title = TITLE.fill(title=live.title(layer.indicator), kind=words, year=live.year)
    note = of(PAGE["one_run"], language) + findings.scenario(live.asked, language)
    note += of(PIN["compared"].fill(run=live.pinned.run), language) if live.pinned and layer.kind == "pinned" else ""
    return figures.tile_map(
        maps.values(live, layer), live, kind=maps.SCALES[layer.kind], title=of(title, language),
        unit=live.observations[layer.indicator].unit, language=language, footnote=note)


def _paths(live: Live, view: View) -> Page:
    parts = [live.band.said() if live.band and len(live.band.table) else PAGE["no_interval"]]
    parts += [live.pinned.said(live.setting)] if live.pinned else []
    said = Words("".join(part.zh for part in parts), " ".join(part.en for part in parts))

    def beside(indicator: str) -> Beside:
        pinned = live.values_pinned
        other = pinned.loc[(indicator, view.group)] if len(pinned) else pd.Series(dtype=float)
        return Beside(live.interval(indicator, view.group), other.dropna(), COLOUR)

    return indicator_figure.draw(live, view.language, view.group, beside, said)


def _packed(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mime": kind, "data": base64.b64encode(content).decode("ascii")}
