"""Measure and break text in the shipped font before anything is drawn."""

import re
from functools import cache

from matplotlib.ft2font import FT2Font, LoadFlags

from sim.report.style import FONT

CLOSING = "，。、；：！？）》」』”’％,.;:!?)]}%"
"""Characters that never begin a line."""


@cache
def _font() -> FT2Font:
    return FT2Font(FONT)


@cache
def width(text: str, size: float) -> float:
    """Return the width of a line of text in points, at a size in points."""
    font = _font()
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64


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
