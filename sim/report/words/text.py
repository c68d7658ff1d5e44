"""Measure and break text in the shipped font before anything is drawn."""

import re
from functools import cache
from typing import TYPE_CHECKING

from sim.report.words.style import FONT, in_memory

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

CLOSING = "，。、；：！？）》」』”’％,.;:!?)]}%"
"""Characters that never begin a line."""
UNIT = 100.0
"""Size at which characters are measured, in points."""


@cache
def _font() -> "FT2Font":
    font = in_memory(FONT)
    font.set_size(UNIT, 72)
    return font


@cache
def _advance(character: str) -> float:
    """Return how far a character moves the pen, in sizes of type."""
    from matplotlib.ft2font import LoadFlags

    return _font().load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / UNIT


def width(text: str, size: float) -> float:
    """Return the width of a line of text in points, at a size in points: the sum of its characters, kerning left out.
    """
    return size * sum(map(_advance, text))


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
