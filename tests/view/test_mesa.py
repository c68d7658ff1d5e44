"""The model and the parts of the page work in Mesa's own page."""

import re
from pathlib import Path

import ipyvuetify as v
import solara
from mesa.visualization import SolaraViz, make_plot_component

from sim import CountyUrbanization
from sim.view.viz import COMPONENTS, parameters

DOCS = Path(__file__).parents[2] / "docs"


def test_the_model_works_in_solaraviz(own_cache):
    model = CountyUrbanization(scale=1000, rng=7)
    components = [*COMPONENTS, make_plot_component("resident_urbanization", page=3)]
    page = solara.AppLayout(children=[SolaraViz(model, components=components, name="Counties",
                                                model_params=parameters("citizenization"))])
    _, rendered = solara.render(page, handle_error=False)
    try:
        click(rendered, "Step")
        assert model.time == 1
        click(rendered, "Reset")
        click(rendered, "Step")
        assert model.time == 1  # the visitor has another model now
    finally:
        rendered.close()


def test_the_lines_of_the_documentation_work(own_cache):
    lines = re.search("```python\n(.*?)```", (DOCS / "view.md").read_text(encoding="utf-8"), re.S)
    shown = {}
    exec(lines[1], shown)
    _, rendered = solara.render(solara.AppLayout(children=[shown["Page"]()]), handle_error=False)
    try:
        click(rendered, "Step")
        labels = {one.widget.label for one in rendered.find(v.Slider)}
        assert {"Citizenization", "Intensive land use"} <= labels
    finally:
        rendered.close()


def click(rendered, label):
    """Press the button of Mesa's controls with a label."""
    button = next(one.widget for one in rendered.find(v.Btn) if label in one.widget.children)
    button.click()


def test_every_parameter_is_one_of_the_model(own_cache):
    given = {name: one["value"] for name, one in parameters("citizenization", "land_use").items()}
    assert CountyUrbanization(**given).config.policy.doses == {"citizenization": 0.0, "land_use": 0.0}
