"""The shipped font for a page: the characters that the page writes, packed into a file or an address of its own."""

import base64
import hashlib
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import fontTools

from sim.core import cache as folders
from sim.core import store
from sim.report.words.style import FONT


def embedded(text: str) -> str:
    """Return a data address (WOFF) of the shipped font with the characters of a text only."""
    return "data:font/woff;base64," + base64.b64encode(packed(text)).decode("ascii")


def packed(text: str) -> bytes:
    """Return the shipped font with the characters of a text only, as a WOFF file, which is kept in the cache."""
    characters = "".join(sorted({*text}))
    key = hashlib.sha256(f"{fontTools.version} {_digest()} {characters}".encode()).hexdigest()
    kept = folders.folder("fonts") / f"{key[:24]}.woff"
    with suppress(OSError):
        if _whole(content := kept.read_bytes()):
            return content
    content = _cut(characters)
    with suppress(OSError):  # a cache that cannot be written only costs the time again
        store.write_bytes(kept, content)
    return content


@cache
def _digest() -> str:
    """Return a hash of the shipped font and of what cuts it."""
    return hashlib.sha256(FONT.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _whole(content: bytes) -> bool:
    """Return whether a file is a WOFF of the length that it names."""
    return content[:4] == b"wOFF" and int.from_bytes(content[8:12], "big") == len(content)


def _cut(characters: str) -> bytes:
    from fontTools import subset  # imported where the cache does not have it

    options = subset.Options(hinting=False, layout_features=[], flavor="woff", desubroutinize=False)
    options.name_IDs = [1, 2]
    subsetter, file = subset.Subsetter(options), BytesIO()
    subsetter.populate(text=characters)
    with subset.load_font(FONT, options) as font:
        subsetter.subset(font)
        font["head"].modified = font["head"].created  # the same text gives the same bytes
        font.recalcTimestamp = False
        subset.save_font(font, file, options)
    return file.getvalue()
