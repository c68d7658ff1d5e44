"""Measure, break and outline text in the shipped font."""

import re
import threading
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.words.style import FONT, families

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font
    from matplotlib.path import Path as Outline

CLOSING = "，。、；：！？）》」』”’％,.;:!?)]}%"
"""Characters that never begin a line."""
UNIT = 100.0
"""Size at which characters are measured and outlined, in points."""


_font_in_use = threading.Lock()
"""A font has room for one character, which is loaded and then read; visitors of the page are threads."""


@cache
def _font(file: str | Path = FONT) -> "FT2Font":
    """Return a font of which the file is read once, not again for every character."""
    from matplotlib.ft2font import FT2Font

    face = getattr(file, "face_index", 0)  # in a collection of fonts; older versions of matplotlib read the first alone
    options: dict[str, Any] = {"face_index": face} if face else {}
    font = FT2Font(BytesIO(Path(file).read_bytes()), **options)
    font.set_size(UNIT, 72)
    return font


def _font_of(character: str) -> "FT2Font":
    """Return the shipped font, or for what it lacks the first that is installed and has it; what none has is blank."""
    if _font().get_char_index(ord(character)):
        return _font()
    from matplotlib.font_manager import FontProperties, findfont

    others = (_font(findfont(FontProperties(family=[name]))) for name in families()[1:])
    return next((font for font in others if font.get_char_index(ord(character))), _font())


@cache
def _glyph(character: str) -> "tuple[float, Outline | None]":
    """Return how far a character moves the pen, in sizes of type, and its outline at `UNIT` if it has one."""
    from matplotlib.ft2font import LoadFlags
    from matplotlib.path import Path

    with _font_in_use:
        font = _font_of(character)
        glyph = font.load_glyph(font.get_char_index(ord(character)), flags=LoadFlags.NO_HINTING)
        vertices, codes = font.get_path()
    return glyph.linearHoriAdvance / 65536 / UNIT, Path(vertices, codes) if len(codes) else None


def outlines(text: str) -> "list[tuple[str, float, Outline]]":
    """Return the characters of a line that leave a trace: each with where it begins and its outline above the
    baseline, at a size of `UNIT` points."""
    found, pen = [], 0.0
    for character in text:
        advance, outline = _glyph(character)
        if outline:
            found.append((character, pen, outline))
        pen += advance * UNIT
    return found


def width(text: str, size: float) -> float:
    """Return the width of a line of text in points, at a size in points: the sum of its characters, kerning left out.
    """
    return size * sum(_glyph(character)[0] for character in text)


def wrap(text: str, size: float, available: float) -> str:
    """Break text into lines of at most the available points: Chinese between characters, others at spaces."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and width((line + piece).rstrip(), size) > available:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return "\n".join(lines)


def _pieces(paragraph: str) -> list[str]:
    """Return the smallest parts that must stay on one line."""
    chinese, opening, closing = r"\u2e80-\u9fff", "（《「『“‘(", re.escape(CLOSING)
    word = rf"(?:[{chinese}]|[^\s{chinese}{opening}]+)"
    return re.findall(rf"(?:[{opening}]*{word}[{closing}]*|.)\s*", paragraph)
