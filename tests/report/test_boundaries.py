"""A user's own shapes take the place of hexagons, whole and true to scale, and faults are one line."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from sim import cli
from sim.compose import compose
from sim.report.charts import maps, rendering
from sim.report.charts.marks import Shape
from sim.report.tables import boundaries
from sim.report.words import style
from sim.run import identity


def square(code: object, x: float, y: float, size: float = 0.1) -> dict:
    ring = [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]  # with the clock, as some files have it
    return {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture
def features(counties) -> list[dict]:
    """A square at the seat of each county."""
    places = counties[["adcode", "seat_lon", "seat_lat"]].itertuples(index=False)
    return [square(int(code), float(x), float(y)) for code, x, y in places]


@pytest.fixture
def write(tmp_path):
    """Return a function that writes features, or any other content, as a file."""

    def make(content: object):
        path = tmp_path / "shapes.geojson"
        content = {"type": "FeatureCollection", "features": content} if isinstance(content, list) else content
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return make


def test_every_county_has_its_shape_in_the_plane(write, features, counties):
    read = boundaries.read(write([square("999999", 120.0, 36.0), *features]), counties)
    assert list(read.counties) == counties["adcode"].tolist()
    assert len(read.around) == 1
    middle = np.radians((counties["seat_lat"].min() + counties["seat_lat"].max() + 0.1) / 2)
    for rings in read.counties.values():
        assert np.ptp(rings[0], axis=0) == pytest.approx([0.1 * np.cos(middle), 0.1], rel=1e-3)
    west = counties.set_index("adcode")["seat_lon"].astype(float)
    lefts = pd.Series({code: rings[0][:, 0].min() for code, rings in read.counties.items()})
    assert lefts.rank().tolist() == west[lefts.index].rank().tolist()


def test_rings_are_closed_and_places_far_away_left_out(write, features, counties):
    whole = boundaries.read(write(features), counties)
    for feature in features:
        feature["geometry"]["coordinates"][0].pop()
    read = boundaries.read(write([*features, square("999999", 0.0, 0.0)]), counties)
    assert not read.around
    for code, rings in whole.counties.items():
        np.testing.assert_array_equal(read.counties[code][0], rings[0])


def test_parts_of_one_code_are_taken_together_and_holes_stay_open(write, features, counties):
    code = counties["adcode"].iloc[0]
    outer, inner = square(code, 118.0, 36.0, 1.0), square(code, 118.4, 36.4, 0.2)
    outer["geometry"]["coordinates"].append(inner["geometry"]["coordinates"][0])
    many = {"type": "MultiPolygon", "coordinates": [outer["geometry"]["coordinates"]]}
    shape = boundaries.read(write([*features, {**outer, "geometry": many}]), counties).counties[code]
    assert len(shape) == 3
    path = rendering.outline(shape[1:])
    centre = shape[1].mean(axis=0)
    low = shape[1].min(axis=0)
    assert path.contains_point(low + 0.05)
    assert boundaries._area(shape[1]) > 0 > boundaries._area(shape[2])
    assert np.ptp(shape[2], axis=0)[1] == pytest.approx(0.2)
    assert np.abs(shape[2].mean(axis=0) - centre).max() < 0.1


def test_the_figure_shows_as_many_shapes_in_the_colours_of_their_values(write, written, features, counties, places):
    values = pd.Series(np.linspace(-3, 6, len(counties)), index=counties["adcode"])
    values.iloc[:2] = np.nan
    shapes = boundaries.read(write(features), counties)
    page = maps.tile_map(values, places._replace(shapes=shapes), kind="change", title="T", unit="%", language="en")
    drawn = [mark for mark in page.chart.marks if isinstance(mark, Shape)]
    assert len([shape for shape in drawn if shape.hatch]) == 3  # two without a value, and the key
    colours = [shape.colour for shape in drawn if not shape.hatch][:-1]
    known, norm, _ = maps.scale(values.dropna(), "change")
    assert colours == [style.MISSING] * 2 + [to_hex(known(norm(value))) for value in values.dropna()]
    assert "shapes.geojson" in " ".join(written(page))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_is_large_enough_on_the_page(check, write, counties, places, language):
    grid = [square(code, 115 + (k % 12) * 0.6, 34 + k // 12 * 0.5, 0.49) for k, code in enumerate(counties["adcode"])]
    values = pd.Series(1.0, index=counties["adcode"])
    own = places._replace(shapes=boundaries.read(write(grid), counties))
    check(maps.tile_map(values, own, kind="level", title="Title 标题", unit="%", language=language))


def test_names_are_written_only_where_they_fit():
    wide = boundaries.put([np.array([[0, 0], [90, 0], [90, 30], [0, 30], [0, 0]], float)], np.zeros(2), 1.0, 0.1)
    narrow = wide._replace(width=12.0)
    assert boundaries.label("Juancheng", 9.0, wide, "en") == "Juancheng"
    assert boundaries.label("Juancheng", 9.0, narrow, "en") == ""
    assert (wide.width, wide.height) == pytest.approx((90.0, 30.0))
    crescent = np.array([[0, 0], [10, 0], [10, 10], [0, 10], [0, 9], [9, 9], [9, 1], [0, 1], [0, 0]], float)
    assert boundaries.put([crescent], np.zeros(2), 1.0, 0.1).width == 0.0


def test_points_too_close_to_see_are_left_out():
    angles = np.linspace(0, 2 * np.pi, 5001)
    ring = 10 * np.c_[np.cos(angles), np.sin(angles)]
    few = boundaries.thinned(ring, 0.5)
    assert 60 < len(few) < 140
    assert (few[0] == ring[0]).all() and (few[-1] == ring[-1]).all()
    assert len(boundaries.thinned(ring, 100.0)) >= 4


def test_the_command_draws_them_again_from_files_and_nothing_changes_without(folder, html, write, features,
                                                                             monkeypatch, capsys, undrawn):
    path, report = write(features), folder / "report.html"
    monkeypatch.chdir(folder.parents[1])
    assert cli.main(["report", "small", f"boundaries={path}"]) == 0
    own = report.read_text("utf-8")
    shapes = [re.findall(r'class="shape" d="(M[^"]*)"', text) for text in (html, own)]
    assert [len(found) for found in shapes] == [78, 78]
    assert {path.count("L") for path in shapes[0]} == {5}
    assert {path.count("L") for path in shapes[1]} == {3}
    assert "names that do not fit are left out" in own
    assert "names that do not fit are left out" not in html
    assert cli.main(["report", "small", f"boundaries={path.parent / 'nowhere.geojson'}"]) == 2
    assert capsys.readouterr().err.endswith("nowhere.geojson: No such file or directory; expected GeoJSON in UTF-8\n")


def test_a_run_is_the_same_with_and_without_them(write, features):
    path = write(features)
    given = compose("run", [f"boundaries={path}"])
    assert given.boundaries == path
    assert identity(compose("run", []), "data") == identity(given, "data")


FAULTS = {
    "no JSON": ("{", "expected GeoJSON in UTF-8"),
    "a list": ("[1]", "expected GeoJSON with features"),
    "no features": ({"type": "Topology"}, "expected GeoJSON with features"),
    "no code": ([{"type": "Feature", "properties": {"name": "x"}}], "feature 1: adcode: missing"),
    "a line": ([{"properties": {"adcode": 1}, "geometry": {"type": "LineString", "coordinates": [[1, 2]]}}],
               "feature 1: geometry: LineString (expected Polygon or MultiPolygon)"),
    "nothing": ([{"properties": {"adcode": 1}, "geometry": None}], "feature 1: geometry: null"),
    "projected": ([square(1, 4e6, 5e5)], "feature 1: coordinates: [4000000.0, 500000.0] (expected degrees"),
    "text": ([{"properties": {"adcode": 1}, "geometry": {"type": "Polygon", "coordinates": [["a"]]}}],
             "feature 1: coordinates: expected rings"),
    "open": ([{"properties": {"adcode": 1}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}}],
             "feature 1: coordinates: expected rings of three places or more"),
    "numbers as text": ([{"properties": {"adcode": 1}, "geometry": {"type": "Polygon", "coordinates": [
        [["1", "2"], ["3", "4"], ["5", "6"], ["1", "2"]]]}}], "feature 1: coordinates: ['1', '2'] (expected numbers)"),
    "digits without end": ('{"features": [' + "9" * 5000 + "]}", "expected GeoJSON in UTF-8; "),
    "nested": ('{"features": ' + "[" * 100_000, "expected GeoJSON in UTF-8; "),
    "of another place": ([square(370124, 0.0, 0.0)],
                         "feature 1: coordinates: [0.0, 0.0] (expected 370124 between [113.1, 32.6] and ["),
    "empty": ([], "adcode=370124 (Pingyin): missing (expected a feature for each county, 77 more are missing)"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_said_in_one_line_before_anything_runs(write, monkeypatch, capsys, fault):
    content, complaint = FAULTS[fault]
    path = write(content)
    monkeypatch.chdir(path.parent)
    assert cli.main(["run", "scale=1000", "boundaries=shapes.geojson"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("county: boundaries=shapes.geojson") and complaint in error
    assert error.count("\n") == 1
    assert not (path.parent / "outputs").exists()
