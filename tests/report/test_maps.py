"""Tile maps stay readable, say what is missing and are centred at 0 where they show a difference."""

import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from sim.report.charts import maps, rendering
from sim.report.charts.marks import Shape
from sim.report.words import names, style, text


def shapes(page) -> list[Shape]:
    return [mark for mark in page.chart.marks if isinstance(mark, Shape)]


def hatched(page) -> dict[str, int]:
    """Return how many shapes carry each hatch."""
    return dict(Counter(shape.hatch for shape in shapes(page) if shape.hatch))


@pytest.fixture
def draw(places):
    def call(values, **options):
        settings = {"kind": "level", "title": "Title 标题", "unit": "%", "language": "zh"} | options
        return maps.tile_map(values, places, **settings)

    return call


@pytest.fixture
def values(counties) -> pd.Series:
    return pd.Series(np.linspace(30, 75, len(counties)), index=counties["adcode"])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["level", "change"])
def test_text_is_large_enough_on_the_page_and_apart(check, draw, values, language, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(draw(values - 50 * (kind == "change"), kind=kind, language=language, footnote="Source: 2020."))


def test_every_county_and_prefecture_is_named(draw, written, values, counties, prefectures):
    assert {names.short(name) for name in [*counties["name_zh"], *prefectures["name_zh"]]} <= {*written(draw(values))}


def test_a_county_and_a_city_of_one_name_are_told_apart(counties, prefectures):
    shown = names.apart(counties["name_en"], prefectures["name_en"], "en")
    assert len(set(shown)) == len(shown)
    assert {"Linyi county", "Linyi city"} <= set(shown)
    chinese = names.apart(counties["name_zh"], prefectures["name_zh"], "zh")
    assert len(set(chinese)) == len(chinese)


def test_missing_values_are_hatched_and_explained(draw, written, values):
    values.iloc[:3] = np.nan
    page = draw(values.drop(values.index[3]), imputed=list(values.index[10:12]))
    assert hatched(page) == {"missing": 4 + 1, "imputed": 2 + 1}
    assert {"无数据", "推算值"} <= {*written(page)}
    drawn = [(one.get_hatch(), len(one.get_paths())) for one in rendering.figure(page.chart, "zh").artists]
    assert ("xxxx", 5) in drawn and ("////", 3) in drawn
    assert rendering.svg(page, "").count(b'fill="url(#missing)"') == 5


def test_nothing_at_all_is_still_a_map(draw, counties):
    assert hatched(draw(pd.Series(dtype=float))) == {"missing": len(counties) + 1}


def test_codes_may_be_numbers(draw, values):
    values.index = values.index.astype(int)
    assert not hatched(draw(values))


def test_districts_are_coloured_where_they_have_a_value(draw, values, prefectures):
    plain, coloured = draw(values), draw(pd.concat([values, pd.Series({prefectures["adcode"][0]: 60.0})]))
    white = [sum(shape.colour == "#FFFFFF" for shape in shapes(page)) for page in (plain, coloured)]
    assert white == [len(prefectures), len(prefectures) - 1]


@pytest.mark.parametrize("values", [[-1.2, 5.5], [0.0, 0.0], [-300.0, -200.0], [1e-4, 3e-4]])
def test_differences_are_centred_at_zero_and_fit_the_scale(values):
    colours, norm, ticks = maps.scale(pd.Series(values), "change")
    assert colours is style.differences()
    assert norm.vmin == -norm.vmax
    assert norm.vmax >= max(map(abs, values))
    assert 0 in ticks
    assert np.allclose(ticks, -ticks[::-1])


@pytest.mark.parametrize("colours", [style.levels(), style.differences()], ids=lambda map: map.name)
def test_names_read_well_on_every_colour(colours):
    shades = [to_hex(colours(share)) for share in np.linspace(0, 1, 101)]
    assert min(style.contrast(style.text_on(shade), shade) for shade in shades) > 3.8


def test_levels_darken_evenly():
    shades = [to_hex(style.levels()(share)) for share in np.linspace(0, 1, 9)]
    steps = -np.diff([style._luminance(shade) ** (1 / 3) for shade in shades])
    assert steps.min() > 0.5 * steps.max() > 0


@pytest.mark.parametrize(
    ("name", "short"),
    [("平阴县", "平阴"), ("曹县", "曹县"), ("济南市", "济南"), ("双江拉祜族佤族布朗族傣族自治县", "双江"),
     ("Linyi (Dezhou)", "Linyi"), ("Tai'an", "Tai'an")],
)
def test_short_names(name, short):
    assert names.short(name) == short


def test_wide_names_are_parted_at_a_syllable():
    assert names.fitted("Juancheng", 9, 30) == "Juan-\ncheng"
    assert names.fitted("Liangshan", 9, 30) == "Liang-\nshan"
    assert names.fitted("Juancheng", 9, text.width("Juancheng", 9)) == "Juancheng"
