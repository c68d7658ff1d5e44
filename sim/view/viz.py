"""The parts of the page for Mesa's own: `SolaraViz(model, components=COMPONENTS, model_params=parameters())`."""

from typing import Any

import solara
from mesa.visualization.utils import update_counter

from sim.config.files import load_measures, scenarios
from sim.model import CountyUrbanization
from sim.report.words.style import Language
from sim.view import agents, maps, page
from sim.view.choices import ALL
from sim.view.live import Live

LANGUAGE: Language = "en"
"""That of Mesa's own controls."""


def parameters(*measures: str) -> dict[str, Any]:
    """Return the parameters of Mesa's page: scenario, scale, horizon, seed, and doses of the measures named.

    A dose goes before that of the policy, so that only the measures named have a slider. Raises KeyError for others.
    """
    known = load_measures()
    doses = {name: {"type": "SliderFloat", "label": known[name].title.en, "value": 0.0, "min": 0.0, "max": 1.0,
                    "step": 0.05} for name in measures}
    return {
        "policy": {"type": "Select", "label": "Policy", "value": "no_new_policy",
                   "values": sorted(scenarios("policy"))},
        "external": {"type": "Select", "label": "External conditions", "value": "reference",
                     "values": sorted(scenarios("external"))},
        "scale": {"type": "Select", "label": "People per row", "value": 1000, "values": [10, 100, 1000]},
        "end": {"type": "SliderInt", "label": "Until", "value": 2025, "min": 2021, "max": 2035, "step": 1},
        "rng": {"type": "SliderInt", "label": "Seed", "value": 1, "min": 0, "max": 1000, "step": 1},
        **doses,
    }


@solara.component
def CountyMap(model: CountyUrbanization):
    """Show the counties by one indicator."""
    layer, set_layer = solara.use_state(maps.FIRST)
    chosen, set_chosen = solara.use_state("")
    live = _live(model)
    with _part():
        page.Map(live, LANGUAGE, layer, set_layer, chosen, set_chosen)


@solara.component
def IndicatorPaths(model: CountyUrbanization):
    """Show the indicators over the years with their targets, for a type of counties."""
    group, set_group = solara.use_state(ALL)
    live = _live(model)
    with _part():
        page.Paths(live, LANGUAGE, group, set_group)


@solara.component
def Agents(model: CountyUrbanization):
    """Show some residents and firms of a county, as the model's agents read them."""
    live = _live(model)
    chosen, set_chosen = solara.use_state(live.counties["adcode"].iloc[0])
    turn, set_turn = solara.use_state(0)
    names = dict(zip(live.counties["name_en"], live.counties["adcode"], strict=True))
    called = {code: name for name, code in names.items()}
    with solara.Column():
        solara.Select("County", values=list(names), value=called[chosen], on_value=lambda name: set_chosen(names[name]))
        solara.Button("Show others", on_click=lambda: set_turn(turn + 1))
        for kind, some in agents.sample(model, chosen, turn, LANGUAGE).items():
            solara.v.Html(tag="h3", children=[kind.capitalize()])
            solara.v.Html(tag="ul", children=[solara.v.Html(tag="li", children=[one["text"]]) for one in some])


COMPONENTS = [(CountyMap, 0), (IndicatorPaths, 1), (Agents, 2)]
"""Each on a page of its own; any component of Mesa may stand beside them."""


def _live(model: CountyUrbanization) -> Live:
    """Return the observations so far, read again after each year; there is no reference run beside them."""
    update_counter.get()
    years = model.world.observed.years
    return solara.use_memo(lambda: Live(model, None), [id(model), years])


def _part():
    solara.Style(page.STYLE)
    return solara.Div(classes=["county"])
