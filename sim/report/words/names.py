"""Short names that fit into a tile."""

import re
from collections.abc import Sequence

from sim.report.words import text
from sim.report.words.style import Language

SUFFIXES = ("自治县", "自治旗", "特区", "林区", "县", "市", "区", "旗")
SYLLABLE = re.compile(r"^(.*[aeiouüngr])((?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])[aeiouü][a-zü]*)$")
"""A name in pinyin, parted before its last syllable."""


def short(name: str) -> str:
    """Return a name without its administrative ending and remarks; 平阴县 becomes 平阴, 曹县 stays."""
    name = re.sub(r"\s*[(（].*[)）]$", "", name)
    if "自治" in name:  # the people named after the place are left out as well
        return name[:2]
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def apart(counties: Sequence[str], prefectures: Sequence[str], language: Language) -> list[str]:
    """Return short names of counties and prefectures in which none of one is also one of the other."""
    shown = [short(name) for name in counties], [short(name) for name in prefectures]
    shared = set(shown[0]) & set(shown[1])
    endings = {"zh": ("县", "市"), "en": (" county", " city")}[language]
    return [name + ending if name in shared else name
            for part, ending in zip(shown, endings, strict=True) for name in part]


def fitted(name: str, size: float, available: float) -> str:
    """Return a short name in one line or, where one is wider than the available points, in several."""
    name = short(name)
    if text.width(name, size) <= available:
        return name
    words = name.split()
    return "\n".join(word if text.width(word, size) <= available else _parted(word) for word in words)


def _parted(word: str) -> str:
    if match := SYLLABLE.match(word):
        return f"{match[1]}-\n{match[2]}"
    half = (len(word) + 1) // 2
    return f"{word[:half]}\n{word[half:]}"
