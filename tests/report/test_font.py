"""The shipped font draws everything that figures write."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from sim.report.words import style, text

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


def test_fonts_are_read_from_memory_and_draw_the_same():
    """Matplotlib would read a file again for every character."""
    with style.rules():
        held, of_file = font_manager.get_font(style.FONT), FT2Font(style.FONT)
    assert isinstance(held.fname, BytesIO)
    assert font_manager.get_font(style.FONT).fname == str(style.FONT)  # for others, as before
    for font in (held, of_file):
        font.set_size(9, 200)
        font.set_text("县城 1.5")
        font.draw_glyphs_to_bitmap()
    np.testing.assert_array_equal(held.get_image(), of_file.get_image())
