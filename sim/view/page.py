"""The page: one session for each visitor, and the parts that show it."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import solara
import solara.lab

from sim.config.files import load_measures
from sim.report.pages.packages import Offered
from sim.report.words.bilingual import Words, of
from sim.report.words.style import GROUPS, Language
from sim.view import agents, components, county, downloads, links, maps, packages, panel, paths
from sim.view.choices import ALL, Choices
from sim.view.live import Live
from sim.view.session import Session
from sim.view.words import BAND, COUNTY, LINKS, PAGE, PIN, PREVIEW, spoken

STYLE = (Path(__file__).parent / "templates" / "page.css").read_text("utf-8")
NOTHING: dict[str, Any] = {}
"""Before the first download or link."""
FILLED = {"none": 0.0, "full": 1.0}
"""Doses that a button gives to every measure."""

Choose = Callable[[maps.Shown], maps.Shown]
"""A function from the present layer of the map to the next one."""

first_choices = Choices()
"""Choices with which the page opens."""


@solara.component
def Layout(children=()):
    """Show the page alone, without the frame that Solara puts around pages."""
    return solara.Div(children=list(children))


@solara.component
def Page():
    """Show everything; each visitor has a session, and with it a model, of their own."""
    router = solara.use_router()
    opened = solara.use_memo(lambda: links.opened(router.search or "", first_choices), [])
    begun = opened.place or links.Place(first_choices, _preferred(), maps.FIRST, ALL)
    seen = solara.use_ref(downloads.View(begun.layer, begun.group, begun.language))
    view, set_view = solara.use_state(seen.current)
    beat, numbers = solara.use_reactive(0), solara.use_memo(lambda: itertools.count(1), [])

    def tell() -> None:
        with suppress(KeyError):  # it is being closed, and its state is gone already
            beat.set(next(numbers))

    session = solara.use_memo(lambda: Session(begun.choices, tell), [])
    solara.use_effect(session.open, [])
    notes, set_notes = solara.use_state(opened.notes)
    file, set_file = solara.use_state(NOTHING)
    link, set_link = solara.use_state(NOTHING)
    serial = solara.use_memo(itertools.count, [])
    found = solara.use_memo(packages.found, [])

    def see(**chosen: Any) -> None:
        seen.current = seen.current._replace(**chosen)
        set_view(seen.current)

    def download(kind: str) -> None:  # what was seen last: clicks may come faster than the page is written anew
        if made := session.attempt(lambda: downloads.file(session, kind, seen.current)):
            set_file({**made, "serial": next(serial)})

    def copy() -> None:
        now = seen.current
        place = links.Place(session.asked, now.language, now.layer, now.group)
        set_link({"query": links.write(place), "serial": next(serial)})

    solara.Style(STYLE)
    with solara.Div(classes=["county"]):
        language, chosen = view.language, view.county
        Head(session, language, lambda wanted: see(language=wanted), file, download, link, copy, notes,
             lambda: set_notes([]), beat.value)
        with solara.Div(classes=["county-body"]):
            Questions(session, language, session.asked, beat.value)
            with solara.Div(classes=["main-column"]):
                if (live := session.live) is not None:  # read once: the session's thread writes it
                    layer = maps.shown(live, view.layer)  # the run that it was compared with may be pinned no more
                    Map(live, language, layer, lambda choose: see(layer=choose(seen.current.layer)), chosen,
                        lambda county: see(county=county))
                    Details(session, live, language, chosen, lambda county: see(county=county), download, beat.value)
                    Paths(live, language, view.group, lambda group: see(group=group), session)
                if found is not None:
                    Packages(session, found, language, session.asked.policy)


def _preferred() -> Language:
    """Return the language that the browser asks for: Chinese or, for any other, English."""
    headers: Any = solara.lab.headers
    asked = {name.lower(): values for name, values in (headers.value or {}).items()}
    return "zh" if (asked.get("accept-language") or ["zh"])[0].startswith("zh") else "en"


@solara.component
def Head(session: Session, language: Language, set_language: Callable[[Language], None], file: dict[str, Any],
         download: Callable[[str], None], link: dict[str, Any], copy: Callable[[], None], notes: list[Words],
         read: Callable[[], None], beat: int):
    """Show title, language, controls, downloads, the link to all this, and what is to be said of one that was opened.
    """
    live, subtitle = session.live, Words("", "")
    if live is not None:
        subtitle = PAGE["subtitle"].fill(province=live.province.name, count=len(live.counties))
    components.Bar(
        t=spoken(PAGE | LINKS | {"subtitle": subtitle}, language), run=panel.run(session, language), file=file,
        event_start=lambda _: session.play(), event_pause=lambda _: session.pause(),
        event_step=lambda _: session.step(), event_reset=lambda _: session.reset(),
        event_speed=session.pace, event_language=set_language, event_download=download,
        link=link, notes=[of(note, language) for note in notes], event_link=lambda _: copy(),
        event_read=lambda _: read())


@solara.component
def Questions(session: Session, language: Language, asked: Choices, beat: int):
    """Show the possible choices and the present ones, and what the last change comes to."""
    picked, pick = solara.use_state(("", ALL))
    policy = solara.use_memo(lambda: panel.planned(asked), [asked])
    opening = solara.use_memo(lambda: panel.opening(policy), [asked.policy])
    scope = picked[1] if picked[0] == asked.policy else opening
    doses = solara.use_memo(lambda: panel.doses(policy, scope, language), [asked, scope, language])

    def choose(choice: dict[str, str]) -> None:
        session.choose(session.asked.with_value(choice["key"], choice["value"]))

    def fill(kind: str) -> None:
        if kind in FILLED:
            session.choose(session.asked.with_doses(scope, dict.fromkeys(load_measures(), FILLED[kind])))
        else:
            session.choose(session.asked.with_preset(scope))

    components.Scenario(
        t=spoken(PAGE | PREVIEW, language), asked=panel.scenario(asked, language), doses=doses,
        groups=panel.measures(language), preview=panel.preview(session, language),
        event_choose=choose, event_scope=lambda wanted: pick((asked.policy, wanted)), event_fill=fill,
        event_dose=lambda one: session.choose(session.asked.with_doses(scope, {one["name"]: float(one["dose"])})),
    )


@solara.component
def Map(live: Live, language: Language, layer: maps.Shown, set_layer: Callable[[Choose], None],
        chosen: str, set_chosen: Callable[[str], None]):
    """Show the counties by one indicator."""
    tiles = solara.use_memo(lambda: maps.tiles(live, language), [language])
    drawn = solara.use_memo(lambda: maps.layer(live, layer, language), [live, layer, language])
    components.Map(
        t=spoken(PAGE, language), tiles=tiles, layer=drawn, choices=maps.choices(live, language),
        kinds=maps.kinds(live, layer.indicator, language), county=chosen,
        event_show=lambda wanted: set_layer(lambda now: maps.shown(live, now, **wanted)),
        event_pick=set_chosen)


@solara.component
def Paths(live: Live, language: Language, group: str, set_group: Callable[[str], None],
          session: Session | None = None):
    """Show the indicators over the years, and with a session what else can be shown beside them."""
    words = PAGE | BAND | PIN | {"paths_note": PAGE["paths_note"].fill(year=live.system.target_year)}
    drawn = solara.use_memo(lambda: paths.multiples(live, group, language), [live, group, language])
    groups = [{"value": name, "text": GROUPS[name].name(language)} for name in live.groups if name != "province"]
    components.Paths(
        t=spoken(words, language), aspects=drawn, group=group, groups=groups, width=paths.FRAME.width,
        beside=paths.beside(live, language, session is not None), event_filter=set_group,
        event_spread=lambda wanted: session.spread(bool(wanted)) if session else None,
        event_pin=lambda wanted: session.pin(bool(wanted)) if session else None)


@solara.component
def Details(session: Session, live: Live, language: Language, chosen: str, set_chosen: Callable[[str], None],
            download: Callable[[str], None], beat: int):
    """Show one county: its page changes with the years, its people with the quarters."""
    turn, set_turn = solara.use_state(0)

    def read(function: Callable[..., dict[str, Any]], *wanted: Any) -> dict[str, Any]:
        with session.lock:
            return function(session.model, *wanted) if chosen and session.model is not None else {}

    page = solara.use_memo(lambda: read(county.page, live, chosen, language), [live, chosen, language])
    sample = solara.use_memo(lambda: read(agents.sample, chosen, turn, language), [live, chosen, turn, language])
    people = read(county.population, live, chosen, language)
    counties = solara.use_memo(lambda: _by_prefecture(live, language), [live, language])
    note = COUNTY["agents_note"].fill(scale=f"{live.setting.scale:,}")
    words = PAGE | COUNTY | {"agents_note": note}
    components.County(t=spoken(words, language), page=page, population=people, agents=sample,
                      counties=counties, county=chosen, event_pick=set_chosen,
                      event_others=lambda _: set_turn(turn + 1), event_plan=lambda _: download("plan"))


@solara.component
def Packages(session: Session, offered: Offered, language: Language, policy: str):
    """Show what a search for packages found, and take one as the policy."""
    unit, set_unit = solara.use_state(next(iter(offered.units)))
    front = solara.use_memo(lambda: packages.front(offered, unit, language), [unit, language])
    words = PAGE | {"packages_note": PAGE["packages_note"].fill(year=offered.asked["end"])}
    components.Packages(t=spoken(words, language), front=front, policy=policy, event_show=set_unit,
                        event_take=lambda path: session.choose(session.asked.with_value("policy", path)))


def _by_prefecture(live: Live, language: Language) -> list[dict[str, Any]]:
    """Return the counties as they are chosen from a list, by prefecture."""
    name = f"name_{language}"
    return [{"label": str(label), "items": [{"value": row["adcode"], "text": row[name]} for _, row in part.iterrows()]}
            for label, part in live.counties.groupby(f"prefecture_{language}", sort=False)]
