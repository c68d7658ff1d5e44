"""Make the font of the figures: `python sim/report/fonts/subset.py NotoSansCJKsc-Regular.otf`."""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent / "NotoSansCJKsc-Regular-subset.otf"
PROJECT = Path(__file__).parents[3]
SOURCES = ("sim/data", "sim/report", "configs", "scenarios")
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

    The minus sign becomes the half-width one of the source font; the full-width one looks like a dash before digits.
    """
    options = subset.Options(hinting=False, desubroutinize=True, layout_features=[], name_languages=[0x409])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    options.name_legacy = False
    options.drop_tables += ["BASE", "DSIG", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = subset.load_font(source, options)
    minus = _half_width(font, "−")
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord("−")] = minus
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    subset.save_font(font, target, options)


def _common_characters() -> str:
    """Return level 1 of GB 2312: the 3,755 characters of everyday Chinese, rows 16 to 55 of the standard."""
    cells = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def _half_width(font: TTFont, character: str) -> str:
    """Return the glyph that the source font offers as the half-width form of a character."""
    glyph, features = font.getBestCmap()[ord(character)], font["GSUB"].table.FeatureList.FeatureRecord
    numbers = {n for feature in features if feature.FeatureTag == "hwid" for n in feature.Feature.LookupListIndex}
    for number in sorted(numbers):
        for table in font["GSUB"].table.LookupList.Lookup[number].SubTable:
            mapping = getattr(getattr(table, "ExtSubTable", table), "mapping", {})
            if glyph in mapping:
                return mapping[glyph]
    raise ValueError(f"the source font has no half-width form of {character}")


def _is_text(path: Path) -> bool:
    return path.suffix in {".csv", ".json", ".md", ".py", ".yaml"} and path.is_file()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
