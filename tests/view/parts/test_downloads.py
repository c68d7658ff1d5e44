"""Files that a visitor takes away hold what the page shows."""

import base64
import re
from io import BytesIO
from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image

from sim.report.charts.marks import Text
from sim.report.words import record
from sim.report.words.bilingual import LANGUAGES, Words, of
from sim.view import choices, downloads, maps
from sim.view.choices import ALL, Choices
from sim.view.live import Live


@pytest.mark.parametrize(("kind", "language"), [("map", "zh"), ("paths", "en")])
def test_pictures_can_be_downloaded(live, kind, language):
    view = downloads.View(maps.Shown("resident_urbanization", "gap"), "key_ecological", language)
    file = downloads.file(SimpleNamespace(live=live, asked=Choices()), kind, view)
    assert file["mime"] == "image/png" and language in file["name"] and "2025" in file["name"]
    picture = Image.open(BytesIO(base64.b64decode(file["data"])))
    assert picture.width > 1000


def test_the_table_can_be_downloaded(live):
    view = downloads.View(maps.FIRST, ALL, "zh")
    file = downloads.file(SimpleNamespace(live=live, asked=Choices()), "table", view)
    table = pd.read_csv(BytesIO(base64.b64decode(file["data"])), dtype={"group": str})
    one = table.query("group == @ALL and indicator == 'resident_urbanization' and year == 2025").iloc[0]
    assert one["value"] == pytest.approx(live.values.loc[("resident_urbanization", ALL), 2025])
    assert one["without"] == pytest.approx(live.values_without.loc[("resident_urbanization", ALL), 2025])
    assert (one["zh"], one["unit"]) == ("常住人口城镇化率", "%")
    assert set(table["record"]) == {record.line()}


def test_downloads_name_what_is_beside_the_run(beside, live):
    view = downloads.View(maps.FIRST, ALL, "zh")
    file = downloads.file(SimpleNamespace(live=beside, asked=Choices()), "table", view)
    table = pd.read_csv(BytesIO(base64.b64decode(file["data"])), dtype={"group": str})
    one = table.query("group == @ALL and indicator == 'resident_urbanization' and year == 2025").iloc[0]
    assert one["pinned"] == pytest.approx(beside.pinned.values.loc[("resident_urbanization", ALL), 2025])
    low, high = beside.band.table.loc[("resident_urbanization", ALL, 2025), ["low", "high"]]
    assert (one["low"], one["high"]) == (pytest.approx(low), pytest.approx(high))
    assert set(table["pinned_en"]) == {beside.pinned.run.en} and set(table["interval_zh"]) == {beside.band.said().zh}
    assert not {"pinned", "low", "interval_en"} & set(downloads.table(live))
    for language in LANGUAGES:
        what = downloads.View(maps.Shown("resident_urbanization", "pinned"), ALL, language)
        for drawn in (downloads._map(beside, what), downloads._paths(beside, what)):
            lines = sorted((mark for mark in drawn.chart.marks if isinstance(mark, Text)), key=lambda one: one.at[1])
            written = re.sub(r"\s", "", "".join(of(line.text, language) for line in lines))
            assert re.sub(r"\s", "", getattr(beside.pinned.run, language)) in written
        assert re.sub(r"\s", "", getattr(beside.band.said(), language)) in written


def test_the_plan_of_a_county_can_be_downloaded_and_names_own_figures(live, code, model, monkeypatch):
    view = downloads.View(maps.FIRST, ALL, "zh", code)
    session = SimpleNamespace(live=live, asked=Choices())
    page = base64.b64decode(downloads.file(session, "plan", view)["data"]).decode()
    names = live.counties.set_index("adcode").loc[code]
    assert f"<h1>{Words(names['name_zh'], names['name_en']).zh}" in re.sub(r"<span[^>]*>", "", page)
    assert "Only 1 run" in page and "Own figures" not in page
    owned = pd.DataFrame({"adcode": [code], "variable": ["doctors"], "value": [3.0]})
    monkeypatch.setattr(model.world.figures, "own", owned)
    session.live = Live(model, live.theirs)
    page = base64.b64decode(downloads.file(session, "plan", view)["data"]).decode()
    assert "one figure (" in page and f") of {names['name_en']}" in page


def test_the_scenario_can_be_downloaded():
    asked = Choices().with_doses(ALL, {"land_use": 0.3})
    file = downloads.file(SimpleNamespace(live=None, asked=asked), "scenario", downloads.View(maps.FIRST, ALL, "en"))
    assert file["name"] == "my_scenario.yaml"
    assert base64.b64decode(file["data"]).decode() == f"# {record.line()}\n{choices.as_yaml(asked)}"
