"""The page of one county: people by place, components of their change, moves, accounts, plan, evaluation."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from sim.indicators import observation
from sim.model import CountyUrbanization
from sim.report.tables import money, movement
from sim.report.tables.evaluation import CLASSES
from sim.report.words import style, units
from sim.report.words.bilingual import Words, both, of
from sim.report.words.style import Language
from sim.state import observed
from sim.view import maps, paths
from sim.view.live import Live
from sim.view.words import COUNTY, PLACES, TOTAL

Section = dict[str, Any]


def page(model: CountyUrbanization, live: Live, code: str, language: Language) -> dict[str, Any]:
    """Return the page of a county at the end of a year: its head, and tables with titles and notes."""
    county = live.counties.set_index("adcode").loc[code]
    kind = style.COUNTY_TYPES[county["county_type"]]
    facts = [county[f"prefecture_{language}"], kind.name(language)]
    if str(county["population_loss_flag"]) == "1" and county["county_type"] != "population_loss":
        facts.append(style.COUNTY_TYPES["population_loss"].name(language))
    return {
        "code": code, "name": county[f"name_{language}"], "facts": facts, "colour": kind.colour,
        "sections": [part for part in (
            indicators(live, code, language), gaps(live, code, language), plan(model, code, language),
            changes(model, code, language), moves(model, code, language), ledger(model, code, language),
            evaluation(model, code, language)) if part],
    }


def population(model: CountyUrbanization, live: Live, code: str, language: Language) -> Section:
    """Return residents by place at the base and now, in persons."""
    world = model.world
    k = world.places.county_codes.index(code)
    now = world.counts.people[k] * world.config.scale
    base = live.values.xs(code, level="group")[live.years[0]]
    seat = base["residents"] * base["seat_concentration"] / 100
    first = np.array([base["residents"] - base["urban_residents"], base["urban_residents"] - seat, seat])
    rows = [[of(words, language), *_both(a, b)] for words, a, b in zip(PLACES.values(), first, now, strict=True)]
    rows.append([of(TOTAL, language), *_both(first.sum(), now.sum())])
    note = "" if ("seat_concentration", code) in live.known else "split_imputed"
    return _section("population", ("place", "base", "now", "change"), rows, language, note, total=True)


def _both(first: float, now: float) -> list[str]:
    return [_persons(first), _persons(now), _persons(now - first, signed=True)]


def indicators(live: Live, code: str, language: Language) -> Section:
    """Return base and last value of the indicators known for single counties."""
    rows = []
    for name in (*live.system.indicators, *maps.EXTRAS):
        if (name, code) in live.known:
            unit, path = live.unit(name), live.values.loc[(name, code)]
            first, last = (path[year] * unit.factor for year in (live.years[0], live.year))
            words = Words("{name}，{unit}", "{name}, {unit}").fill(name=live.title(name), unit=both(unit.name))
            title = of(words, language)
            rows.append([title, units.number(first, decimals=unit.decimals), units.number(last, decimals=unit.decimals),
                         units.number(last - first, signed=True, decimals=max(unit.decimals, 1))])
    return _section("indicators", ("indicator", "base", "now", "change"), rows, language)


def gaps(live: Live, code: str, language: Language) -> Section | None:
    """Return the targets of the indicators known for single counties, and what is wanting; None without a base year."""
    system = live.system
    if live.years[0] != system.base_year:
        return None
    rows = []
    for name, row in paths.assessed(live, code).iterrows():
        if (name, code) in live.known:
            unit = live.unit(str(name))
            words = Words("{name}，{unit}", "{name}, {unit}").fill(name=live.title(str(name)), unit=both(unit.name))
            off, share = (row["value"] - row["target"]) * unit.factor, row["achievement"]
            rows.append([of(words, language), units.number(row["target"] * unit.factor, decimals=unit.decimals),
                         units.number(off, signed=True, decimals=max(unit.decimals, 1)),
                         f"{100 * share:.0f}%" if np.isfinite(share) else "—"])
    heads = ("indicator", "aim", "off", "done")
    return _section("gaps", heads, rows, language, words={"year": system.target_year}) if rows else None


def plan(model: CountyUrbanization, code: str, language: Language) -> Section:
    """Return the county's plan by measure: doses planned, paid and delivered, and the order of payment."""
    table = observed.table([observation.doses(model.world)])
    table = table[(table["adcode"] == code) & (table["area"] == "county")]
    measures = model.config.measures
    rows = []
    for name, part in table.groupby("measure", sort=False):
        priority = part["priority"].min()
        doses = [f"{part[column].mean():.2f}" for column in ("target", "funded", "delivered")]
        order = f"{priority + 1:.0f}" if np.isfinite(priority) else "—"
        rows.append([getattr(measures[str(name)].title, language), *doses, order])
    note = "" if rows else "no_plan"
    return _section("plan", ("measure", "planned", "funded", "delivered", "order"), rows, language, note)


def changes(model: CountyUrbanization, code: str, language: Language) -> Section:
    """Return births, deaths, arrivals and departures by year, in persons."""
    k = model.world.places.county_codes.index(code)
    years: dict[int, np.ndarray] = {}
    for quarter, _, events in model.world.observed.quarterly:
        years[quarter // 4] = years.get(quarter // 4, 0) + events[:, k]
    rows = [[str(year), *(_persons(value) for value in events)] for year, events in years.items()]
    note = "" if rows else "later"
    return _section("changes", ("year", "births", "deaths", "arrivals", "departures"), rows, language, note)


def moves(model: CountyUrbanization, code: str, language: Language) -> Section | None:
    """Return the moves of the last whole year that began or ended in the county, the largest first."""
    table = model.world.observed.table("flows")
    table = table[table["year"] == table["year"].max()]
    sides = {side: table[side].str.startswith(code) for side in ("origin", "destination")}
    table = table[sides["origin"] | sides["destination"]]
    if table.empty:
        return None
    named = pd.DataFrame({side: [_place(name, code, language) for name in table[side]] for side in sides})
    named["persons"] = table["persons"].to_numpy()
    sums = named.groupby(["origin", "destination"], as_index=False)["persons"].sum()
    sums = sums.sort_values("persons", ascending=False, kind="stable").head(10)
    rows = [[row.origin, row.destination, _persons(row.persons)] for row in sums.itertuples()]
    words = {"year": int(table["year"].max())}
    return _section("moves", ("from", "to", "persons"), rows, language, words=words, left=2)


def _place(name: str, code: str, language: Language) -> str:
    """Return the name of a place, seen from a county."""
    if name.partition("-")[0] == code:
        return of(PLACES[movement.kind(name)], language)
    kind = movement.kind(name)
    return of(movement.KINDS["other_county" if kind in PLACES else kind], language)


def ledger(model: CountyUrbanization, code: str, language: Language) -> Section | None:
    """Return the county's books of the last whole year: receipts above, payments below zero, and its debts."""
    table = model.ledger.table()
    year = model.world.quarter // 4 - 1
    table = table[(table["holder"] == code) & (table["year"] == year)]
    if model.world.config.start > year or table.empty:
        return None
    sums = table.groupby(["book", "item"])["yuan"].sum() * units.unit("yuan").factor
    rows = []
    for book, title in money.BOOKS.items():
        rows.append([of(title, language), ""])
        items = sums.loc[book] if book in sums else sums[:0]
        order = [name for name in money.ITEMS[book] if name in items]
        order += [name for name in items.index if name not in order and name not in money.BALANCES]
        rows += [[of(money.ITEMS[book].get(name, Words(name, name)), language),
                  units.number(items[name], signed=True, decimals=2)]
                 for name in order if abs(items[name]) >= 0.005]
    closing = COUNTY["ledger_debts"]
    rows.append([of(closing, language), ""])
    rows += [[of(title, language), units.number(-sums.get((book, "closing"), 0.0), decimals=2)]
             for book, title in money.DEBTS.items()]
    section = _section("ledger", ("item", "amount"), rows, language, "ledger_note", {"year": year})
    return {**section, "heads_at": [k for k, row in enumerate(rows) if not row[1]]}


def evaluation(model: CountyUrbanization, code: str, language: Language) -> Section | None:
    """Return the score of the county by year, and whether it was named; one run ranks nobody."""
    table = model.world.observed.table("evaluation")
    if table.empty:
        return None
    comma, rows = {"zh": "、", "en": ", "}[language], []
    for row in table[table["group"] == code].to_dict("records"):
        named = [of(COUNTY[name], language) for name in ("advanced", "progress") if row[name]]
        kind = of(CLASSES[row["class"]], language)
        rows.append([str(row["year"]), kind, f"{row['score']:.1f}", comma.join(named) or "—"])
    return _section("evaluation", ("year", "class", "score", "named"), rows, language, left=2)


def _section(title: str, heads: Iterable[str], rows: list[list[str]], language: Language, note: str = "",
             words: dict[str, Any] | None = None, total: bool = False, left: int = 1) -> Section:
    return {
        "name": title, "title": of(COUNTY[title].fill(**(words or {})), language),
        "heads": [of(COUNTY[head], language) for head in heads], "rows": rows, "total": total, "left": left,
        "note": of(COUNTY[note], language) if note else "", "heads_at": [],
    }


def _persons(value: float, signed: bool = False) -> str:
    return units.number(round(value), signed=signed, decimals=0)

