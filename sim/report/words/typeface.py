"""The shipped font for a page: the characters that the page writes, packed into a file or an address of its own."""

import base64
from io import BytesIO

from fontTools import subset

from sim.report.words.style import FONT


def embedded(text: str) -> str:
    """Return a data address (WOFF) of the shipped font with the characters of a text only."""
    return "data:font/woff;base64," + base64.b64encode(packed(text)).decode("ascii")


def packed(text: str) -> bytes:
    """Return the shipped font with the characters of a text only, as a WOFF file."""
    options = subset.Options(hinting=False, layout_features=[], flavor="woff", desubroutinize=False)
    options.name_IDs = [1, 2]
    subsetter, file = subset.Subsetter(options), BytesIO()
    subsetter.populate(text=text)
    with subset.load_font(FONT, options) as font:
        subsetter.subset(font)
        font["head"].modified = font["head"].created  # the same text gives the same bytes
        font.recalcTimestamp = False
        subset.save_font(font, file, options)
    return file.getvalue()
