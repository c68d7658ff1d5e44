"""The page: one session for each visitor, and what its parts show of it."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import solara
import solara.lab

from sim.config.files import load_measures
from sim.report.bilingual import of
from sim.report.style import COUNTY_TYPES, GROUPS, Language
from sim.view import agents, components, county, downloads, maps, panel, paths
from sim.view.choices import ALL, Choices
from sim.view.session import Session
from sim.view.words import COUNTY, PAGE, spoken

STYLE = Path(__file__).parent / "templates" / "page.css"
FONT = """@font-face { font-family: "County Report Sans"; src: url("county-font.otf"); font-display: swap; }"""
first_choices = Choices()
"""What a visitor finds when the page opens."""


@solara.component
def Layout(children=()):
    """Show the page alone, without the frame that Solara puts around pages."""
    return solara.Div(children=list(children))


@solara.component
def Page():
    """Show everything; each visitor has a session, and with it a model, of their own."""
    language, set_language = solara.use_state(_preferred())
    beat, beats = solara.use_reactive(0), solara.use_memo(itertools.count, [])
    session = solara.use_memo(lambda: Session(first_choices, lambda: beat.set(next(beats) + 1)), [])
    solara.use_effect(session.open, [])
    beat.get()
    chosen, set_chosen = solara.use_state("")

    solara.Style(FONT + STYLE.read_text("utf-8"))
    with solara.Div(classes=["county"]):
        Head(session, language, set_language, beat.value)
        with solara.Div(classes=["county-body"]):
            Questions(session, language, session.asked)
            with solara.Div(classes=["main-column"]):
                if session.live is not None:
                    Places(session, session.live, language, chosen, set_chosen)
                    Details(session, session.live, language, chosen, set_chosen, beat.value)
                    Indicators(session.live, language)


def _preferred() -> Language:
    """Return the language that the browser asks for: Chinese or, for any other, English."""
    asked = {name.lower(): values for name, values in (solara.lab.headers.value or {}).items()}
    return "zh" if (asked.get("accept-language") or ["zh"])[0].startswith("zh") else "en"


@solara.component
def Head(session: Session, language: Language, set_language: Callable[[Language], None], beat: int):
    """Title, language, controls and downloads."""
    file, set_file = solara.use_state({})
    serial = solara.use_memo(itertools.count, [])

    def download(kind: str) -> None:
        found = downloads.file(session, kind, view.value, language)
        set_file({**found, "serial": next(serial)})

    view = solara.use_context(viewed)
    components.Bar(
        t=spoken(PAGE, language), data=panel.run(session, language), file=file,
        event_start=lambda _: session.play(), event_pause=lambda _: session.pause(),
        event_step=lambda _: session.step(), event_reset=lambda _: session.reset(),
        event_speed=session.pace, event_language=set_language, event_download=download)  # fmt: skip
