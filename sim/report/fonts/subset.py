"""Make the font of the figures: `python sim/report/fonts/subset.py NotoSansCJKsc-Regular.otf`."""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent / "NotoSansCJKsc-Regular-subset.otf"
PROJECT = Path(__file__).parents[3]
SOURCES = ("sim/data", "sim/indicators", "sim/report", "sim/view", "configs", "scenarios")
"""Folders whose every character must be drawn, whatever the character set below holds."""

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x0391, 0x03C9),  # Greek
    (0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    (0x2030, 0x203B),  # per mille, primes, reference mark
    (0x2190, 0x2199),  # arrows
    (0x3000, 0x301F),  # CJK punctuation
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),
)
SIGNS = "−±×÷∈∑√∞≈≠≤≥⇒℃€²³✓●○■□▲△▼▽◆◇★☆"


def wanted() -> set[int]:
    """Return the code points to keep, those included that the source font may not have."""
    points = {point for first, last in RANGES for point in range(first, last + 1)}
    texts = [SIGNS, _common_characters()]
    for folder in SOURCES:
        texts += [path.read_text("utf-8") for path in sorted((PROJECT / folder).rglob("*")) if _is_text(path)]
    return points | {ord(character) for text in texts for character in text if character.isprintable()}


def make(source: Path, target: Path = TARGET) -> None:
    """Write the subset of a source font, without hints, layout features or vertical metrics.

    The minus sign is made as wide as the plus sign; full-width, as in the source, it looks like a dash.
    """
    options = subset.Options(hinting=False, desubroutinize=True, layout_features=[], name_languages=[0x409])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    options.name_legacy = False
    options.drop_tables += ["BASE", "DSIG", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    _narrow_minus(font)
    subset.save_font(font, target, options)


def _common_characters() -> str:
    """Return level 1 of GB 2312: the 3,755 characters of everyday Chinese, rows 16 to 55 of the standard."""
    cells = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def _narrow_minus(font: TTFont) -> None:
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    plus, minus = names[ord("+")], names[ord("−")]
    bounds = {}
    for name in (plus, minus):
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        bounds[name] = pen.bounds
    (left, _, right, _), (_, bottom, _, top) = bounds[plus], bounds[minus]
    outlines = font["CFF "].cff.topDictIndex[0].CharStrings
    private = outlines[minus].private
    bar = T2CharStringPen(font["hmtx"][plus][0] - private.nominalWidthX, glyphs)
    bar.moveTo((left, bottom))
    for corner in ((right, bottom), (right, top), (left, top)):
        bar.lineTo(corner)
    bar.closePath()
    outlines[minus] = bar.getCharString(private, outlines[minus].globalSubrs)
    font["hmtx"][minus] = font["hmtx"][plus]


def _is_text(path: Path) -> bool:
    return path.suffix in {".csv", ".html", ".json", ".md", ".py", ".vue", ".yaml"} and path.is_file()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
