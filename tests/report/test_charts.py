"""A chart is data: the same marks become SVG and a figure, labels stay apart and inside, every value has its place."""

import re
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sim.report.charts import paths, rendering, sheet
from sim.report.charts.marks import Area, Chart, Dot, Line, Text, svg
from sim.report.charts.paths import Frame, Path, Scales
from sim.report.words.bilingual import Words, of
from sim.report.words.style import INK, POLICY
from sim.report.words.text import width

FRAME = Frame(330.0, 180.0, 46.0, 106.0, 12.0, 26.0, 14.0)
YEARS = (2020, 2025)


def path(values, name="policy", first=2020, **more) -> Path:
    series = pd.Series(values, index=range(first, first + len(values)), dtype=float)
    return Path(name, series, POLICY, Words("值", "value"), **more)


def chart(*shown: Path, **more):
    return paths.draw(shown, Scales(FRAME, YEARS, paths.limits(shown)), **more)


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6), min_size=1, max_size=5))
def test_marks_stay_in_the_box_and_labels_apart(values):
    drawn = chart(*(path(one) for one in values))
    for mark in drawn.marks:
        points = mark.points if isinstance(mark, Line | Area) else [mark.at]
        assert all(0 <= x <= FRAME.width and -1 <= y <= FRAME.height + 1 for x, y in points)
    labels = [mark for mark in drawn.marks if isinstance(mark, Text) and mark.name]
    assert len(labels) == len(values)
    for k, one in enumerate(labels):
        assert FRAME.left < one.at[0] and FRAME.top <= one.at[1] <= FRAME.height - FRAME.bottom
        for other in labels[:k]:
            left, right = sorted((one, other), key=lambda mark: mark.at[0])
            assert abs(one.at[1] - other.at[1]) >= 1.1 * FRAME.size or right.at[0] >= left.at[0] + width("value", 14.0)


def test_a_path_that_ends_early_is_labelled_where_it_ends():
    drawn = chart(path([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "reference"), path([1.0, 3.0, 4.0]))
    early, = (m for m in drawn.marks if isinstance(m, Text) and m.name == "policy")
    late, = (m for m in drawn.marks if isinstance(m, Text) and m.name == "reference")
    assert early.at[0] < FRAME.width - FRAME.right < late.at[0]


def test_nothing_to_draw_is_said():
    assert [m.text for m in chart(path([np.nan])).marks if isinstance(m, Text)][-1] == paths.NOTHING


def test_the_same_marks_become_svg_in_a_page_a_file_and_a_figure():
    band = pd.DataFrame({"low": [0.5, 1.0], "high": [1.5, 3.0]}, index=[2020, 2021])
    shown = (path([1.0, 2.0], band=band), path([1.5], "observed", open=True)._replace(label=""))
    drawn = chart(*shown, marked=2020.5)
    counts = {kind: sum(isinstance(mark, kind) for mark in drawn.marks) for kind in (Line, Area, Dot, Text)}
    element = ElementTree.fromstring(svg(drawn, Words("甲<乙", "A & B")))
    tags = [part.tag for part in element.iter()]
    assert element.get("aria-label") == "甲<乙 A & B"
    assert tags.count("polyline") == counts[Line] and tags.count("polygon") == counts[Area] == 1
    assert tags.count("circle") == counts[Dot]
    both = sum(isinstance(mark, Text) and isinstance(mark.text, Words) for mark in drawn.marks)
    assert tags.count("text") == counts[Text] + both

    page = sheet.page("", "", "en", height=200)
    page.chart.put(drawn, 20, page.top)
    file = ElementTree.fromstring(rendering.svg(page, "record"))
    tags = [part.tag.partition("}")[2] for part in file.iter()]
    assert tags.count("polyline") == counts[Line] and tags.count("circle") == counts[Dot]
    assert [part.get("aria-label") for part in file.iter() if part.get("aria-label")].count("value") == 1
    assert tags.count("use") == sum(len(of(mark.text, "en").replace(" ", "")) for mark in page.signed("record").marks
                                    if isinstance(mark, Text))
    areas, lines, _, dots, letters = rendering.figure(page.chart, "en").artists
    assert [len(one.get_paths()) for one in (areas, lines)] == [counts[Area], counts[Line]]
    assert len(dots.get_offsets()) == counts[Dot] and len(letters.get_paths()) == tags.count("use") - len("record")
    straight = np.array([path.vertices for path in lines.get_paths() if len(path.vertices) == 2]).reshape(-1, 2).T
    assert straight[0].min() >= 20 and straight[1].min() >= page.top


def test_a_text_begins_where_its_anchor_says():
    """In dots of the picture: the letter beside, around and before the same place."""
    for anchor, share in (("start", 0), ("middle", 0.5), ("end", 1)):
        picture = pixels(Chart(100, 30, [Text((50, 15), "H", 20, "#000", anchor)]))
        across = np.flatnonzero((picture < 60).all(2).any(0)) * 72 / rendering.DOTS
        assert (across[0] + across[-1]) / 2 == pytest.approx(50 + (0.5 - share) * width("H", 20), abs=0.5)


def test_a_halo_is_behind_the_letters_of_its_own_text_alone():
    bare, haloed = (Chart(100, 60, [Text((10, 15), "Hi", 20, "#000"), Text((10, 45), "Hi", 20, "#000", halo=colour)])
                    for colour in ("", "#f00"))
    without, picture = pixels(bare), pixels(haloed)
    half = len(picture) // 2
    np.testing.assert_array_equal(picture[:half], without[:half])
    assert (picture[half:] == (255, 0, 0)).all(2).sum() > 100
    black = (without == 0).all(2)
    assert (picture[black] == 0).all()
    drawn = rendering.svg(sheet.Page(haloed, "en", "", 0, 60), "").decode()
    first, second = re.findall('<g aria-label="Hi".*?</g>(?!<use)', drawn)
    assert "stroke" not in first
    assert re.search('<g stroke="#f00" [^>]*>(<use [^>]*>){2}</g>(<use [^>]*>){2}</g>', second)


def test_what_svg_cannot_hold_is_left_out_of_what_is_spoken():
    page = sheet.page("A\x0bB & <C>", "\uffff", "en", height=20)
    spoken = ElementTree.fromstring(rendering.svg(page, ""))
    assert spoken[0].text == "AB & <C>"


def pixels(chart: Chart) -> np.ndarray:
    return np.array(Image.open(BytesIO(rendering.png(sheet.Page(chart, "en", "", 0, chart.height), ""))))


def test_dashes_and_places_are_written_briefly():
    text = svg(paths.Chart(10, 10, [Line([(1 / 3, 2.0)], INK, 1.0, (5.0, 4.0), "target")]), "x")
    assert '<polyline class="target" points="0.33,2" fill="none"' in text
    assert 'stroke-dasharray="5 4"' in text


@pytest.mark.parametrize(("first", "last", "most", "expected"), [
    (2020, 2025, 6, [2020, 2021, 2022, 2023, 2024, 2025]), (2020, 2025, 4, [2020, 2025]),
    (2020, 2035, 4, [2020, 2025, 2030, 2035]), (2021, 2035, 4, [2025, 2030, 2035]), (2020, 2020, 3, [2020])])
def test_years_end_with_the_last(first, last, most, expected):
    assert paths.years(first, last, most) == expected
