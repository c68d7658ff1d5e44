"""Numbers as a planner says them: 万人, 亿元, percentage points with one decimal."""

import math
from typing import NamedTuple

import numpy as np

from sim.report.words.style import Language


class Unit(NamedTuple):
    """How values of a unit are scaled and called, and how a difference of two of them is called."""

    zh: str
    en: str
    factor: float = 1.0
    zh_change: str = ""
    en_change: str = ""
    decimals: int = 1

    def name(self, language: Language) -> str:
        """Return the name of the unit as it stands on an axis."""
        return self.zh if language == "zh" else self.en

    def change_name(self, language: Language) -> str:
        """Return the name of the unit of a difference."""
        return (self.zh_change or self.zh) if language == "zh" else (self.en_change or self.en)


POINTS = ("个百分点", "percentage points")
UNITS = {
    "%": Unit("%", "%", 1.0, *POINTS),
    "share": Unit("%", "%", 100.0, *POINTS),
    "persons": Unit("万人", "10,000 persons", 1e-4),
    "yuan": Unit("亿元", "100 million yuan", 1e-8),
    "per 1,000": Unit("‰", "per 1,000"),
    "10,000 yuan": Unit("万元", "10,000 yuan", decimals=2),
    "10,000 persons": Unit("万人", "10,000 persons"),
    "yuan a month": Unit("元/月", "yuan a month"),
    "yuan per person": Unit("万元", "10,000 yuan", 1e-4, decimals=2),
    "yuan per m2": Unit("元/平方米", "yuan per m²"),
    "m2": Unit("平方公里", "km²", 1e-6),
    "m2 per person": Unit("平方米", "m²", decimals=2),
    "beds / 1,000": Unit("张/千人", "beds per 1,000", decimals=2),
    "places / 1,000": Unit("个/千人", "places per 1,000", decimals=2),
    "doctors / 1,000": Unit("人/千人", "doctors per 1,000", decimals=2),
    "beds / 1,000 aged 60+": Unit("张/千名老人", "beds per 1,000 aged 60 and over"),
    "m2 / 1,000": Unit("平方米/千人", "m² per 1,000"),
    "pupils / 100 places": Unit("人/百个学位", "pupils per 100 places"),
    "yuan a year": Unit("元/年", "yuan a year"),
    "yuan of 2020": Unit("元（2020年价）", "yuan of 2020"),
    "counties struck": Unit("县次", "counties struck"),
    "schools": Unit("所", "schools"),
    "km": Unit("公里", "km"),
    "% of seat residents": Unit("%", "%", 1.0, *POINTS),
    "ratio": Unit("倍", "ratio", decimals=2),
}
SIZES = {"10,000 ": 1e4, "100 million ": 1e8}
"""Sizes of Chinese units; in running English their amounts are spelled in millions instead."""
MAGNITUDES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


def unit(name: str) -> Unit:
    """Return a known unit, or one that is called as it is written."""
    return UNITS.get(name, Unit(name, name))


def number(value: float, *, signed: bool = False, decimals: int = 1) -> str:
    """Write a value already in its unit: with so many decimals, none from 1,000 on; a dash where there is none."""
    if not math.isfinite(value):
        return "—"
    decimals = 0 if abs(value) >= 1000 else decimals
    rounded = round(value, decimals) + 0.0  # no minus zero
    return f"{rounded:{'+' if signed and rounded else ''},.{decimals}f}".replace("-", "−")


def compact(value: float) -> str:
    """Write a number below 10,000 in at most five characters with its sign: +0.12, −3.4, +410, +.003."""
    if not np.isfinite(value):
        return "—"
    size = abs(value)
    decimals = next(d for d, least in enumerate((99.5, 9.95, 0.095, 0.0)) if size >= least)
    text = f"{value:+.{decimals}f}".replace("-", "−")
    if decimals == 3:
        text = text.replace("0.", ".", 1)
    return text if size >= 0.0005 else "0"


def difference(value: float, kind: Unit) -> str:
    """Write a difference of scaled values with its sign and the decimals that small ones need."""
    return number(value, signed=True, decimals=2 if abs(value) < 10 else kind.decimals)


def tick(value: float, *, signed: bool = False) -> str:
    """Write a round value on an axis with the decimals that it has."""
    return f"{value:{'+' if signed and value else ''},.6g}".replace("-", "−")


def amount(value: float, kind: Unit, language: Language) -> str:
    """Write a value already scaled, with its unit: 51.9%, 5,534万人 or 55.3 million persons, 2.83 trillion yuan."""
    return bare(value, kind, language) + _noun(kind.name(language), language)


def change(value: float, kind: Unit, language: Language) -> str:
    """Write a difference of scaled values, with its sign and unit: +4.4 percentage points."""
    return bare(value, kind, language, signed=True) + _noun(kind.change_name(language), language)


def bare(value: float, kind: Unit, language: Language, *, signed: bool = False) -> str:
    """Write a scaled value as in running text but without its unit: 5,534 or 55.3 million."""
    size = next((size for head, size in SIZES.items() if kind.en.startswith(head)), 0.0)
    if language == "zh" or not size or not math.isfinite(value):
        return number(value, signed=signed, decimals=kind.decimals)
    whole = value * size
    scale, word = next(((scale, word) for scale, word in MAGNITUDES if abs(whole) >= scale), (1.0, ""))
    whole = float(f"{whole:.3g}") if abs(whole) >= 1000 else whole
    digits = max(0, 3 - len(f"{abs(whole) / scale:.0f}")) if word else 0
    return number(whole / scale, signed=signed, decimals=digits) + word


def _noun(name: str, language: Language) -> str:
    if language == "zh" or name == "%":
        return name
    for head in SIZES:
        name = name.removeprefix(head)
    return "" if name in {"", "ratio"} else f" {name}"
