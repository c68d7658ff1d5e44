"""The shipped font draws everything that figures write."""

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from sim.report.words import style, text, typeface

FONTS = style.FONT.parent
PACKAGE = FONTS.parents[1]


@pytest.fixture(scope="module")
def drawable() -> set[str]:
    with TTFont(style.FONT) as font:
        return {chr(point) for point in font.getBestCmap()}


@pytest.mark.parametrize("table", ["counties", "prefectures", "districts", "units"])
def test_names_of_places_can_be_drawn(table, drawable):
    names = pd.read_csv(PACKAGE / "data" / f"{table}.csv").filter(regex="^name_")
    assert not set("".join(names.to_numpy().ravel())) - drawable


KINDS = ("report/**/*.py", "report/pages/templates/*", "indicators/*.py")
TEXTS = [path for kind in KINDS for path in sorted(PACKAGE.glob(kind))]


@pytest.mark.parametrize("source", TEXTS, ids=lambda path: path.stem)
def test_words_of_the_report_can_be_drawn(source: Path, drawable):
    written = {character for character in source.read_text("utf-8") if character.isprintable()}
    assert not written - drawable


def test_everyday_characters_and_signs_can_be_drawn(drawable):
    assert not set("，。；：、（）《》“”—…−±×≈≤≥→↑↓‰℃²✓万亿元人户籍县城") - drawable


def test_the_font_is_small_and_comes_with_its_licence():
    assert style.FONT.stat().st_size < 2**20
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")


def test_the_minus_sign_is_as_wide_as_the_plus_sign():
    assert text.width("−1.5", 9) == pytest.approx(text.width("+1.5", 9), abs=0.1)


def test_the_shipped_font_comes_first():
    assert style.families()[0] == style.FAMILY


def test_text_is_outlined_as_wide_as_it_is_measured():
    """Nothing is drawn for a space, and every character begins where those before it end."""
    words = "县城 1.5万，至"
    found = text.outlines(words)
    assert [character for character, _, _ in found] == list(words.replace(" ", ""))
    for k, (character, pen, outline) in zip([k for k, one in enumerate(words) if one != " "], found, strict=True):
        assert pen == pytest.approx(text.width(words[:k], text.UNIT))
        assert 0 < outline.get_extents().width <= 1.1 * text.width(character, text.UNIT)


def test_threads_outline_the_same_characters(drawable, monkeypatch):
    """A font has room for one character at a time, and visitors of the page are threads."""
    characters = "".join(sorted(drawable))[:600]
    monkeypatch.setattr(text, "_glyph", cache(text._glyph.__wrapped__))
    alone = {one: outline.vertices for one, _, outline in text.outlines(characters)}
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(3):
            monkeypatch.setattr(text, "_glyph", cache(text._glyph.__wrapped__))
            with ThreadPoolExecutor(4) as pool:
                for found in pool.map(text.outlines, [characters, characters[::-1]] * 2):
                    for one, _, outline in found:
                        np.testing.assert_array_equal(outline.vertices, alone[one])
    finally:
        sys.setswitchinterval(before)


def test_what_the_shipped_font_lacks_is_taken_from_another_or_left_blank(drawable):
    assert "Ж" not in drawable
    (character, _, outline), = text.outlines("Ж\uffff")
    assert character == "Ж" and outline.get_extents().width > 0
    assert text.width("Ж\uffff", 9) > text.width("Ж", 9) > 0


def test_a_page_has_the_part_of_the_font_that_it_shows_and_it_is_kept(monkeypatch, tmp_path):
    """In any order of the characters; a file in the cache that is torn is made anew."""
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path))
    made = typeface.packed("县城 1.5县")
    with TTFont(BytesIO(made)) as font:
        assert {chr(point) for point in font.getBestCmap()} == set("县城 1.5")
    kept, = (tmp_path / "fonts").iterdir()
    assert kept.read_bytes() == made == typeface.packed("5.1 城县")
    kept.write_bytes(made[:-1])
    assert typeface.packed("县城 1.5") == made == kept.read_bytes()
    assert typeface.packed("县") != made


def test_a_font_is_cut_out_anew_where_nothing_can_be_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path))
    (tmp_path / "fonts").write_text("a file")
    assert typeface.packed("县") == typeface.packed("县")
