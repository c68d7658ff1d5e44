"""Numbers as a planner says them: 万人, 亿元, percentage points with one decimal."""

import math
from typing import NamedTuple

from sim.report.style import Language


class Unit(NamedTuple):
    """How values of a unit are scaled and called, and how a difference of two of them is called."""

    zh: str
    en: str
    factor: float = 1.0
    zh_change: str = ""
    en_change: str = ""

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
    "10,000 yuan": Unit("万元", "10,000 yuan"),
    "10,000 persons": Unit("万人", "10,000 persons"),
    "yuan a month": Unit("元/月", "yuan a month"),
    "yuan per person": Unit("万元", "10,000 yuan", 1e-4),
    "yuan per m2": Unit("元/平方米", "yuan per m²"),
    "m2": Unit("平方公里", "km²", 1e-6),
    "m2 per person": Unit("平方米", "m²"),
    "ratio": Unit("", ""),
}


def unit(name: str) -> Unit:
    """Return a known unit, or one that is called as it is written."""
    return UNITS.get(name, Unit(name, name))


def number(value: float, *, signed: bool = False) -> str:
    """Write a value already in its unit: one decimal, none from 1,000 on; a dash where there is none."""
    if not math.isfinite(value):
        return "—"
    decimals = 0 if abs(value) >= 1000 else 1
    rounded = round(value, decimals) + 0.0  # no minus zero
    return f"{rounded:{'+' if signed and rounded else ''},.{decimals}f}".replace("-", "−")


def tick(value: float, *, signed: bool = False) -> str:
    """Write a round value on an axis with the decimals that it has."""
    return f"{value:{'+' if signed and value else ''},.6g}".replace("-", "−")


def amount(value: float, kind: Unit, language: Language) -> str:
    """Write a value already scaled, with its unit: 51.9%, 5,534 万人."""
    return number(value) + _joined(kind.name(language), language)


def change(value: float, kind: Unit, language: Language) -> str:
    """Write a difference of scaled values, with its sign and unit: +4.4 percentage points."""
    return number(value, signed=True) + _joined(kind.change_name(language), language)


def _joined(name: str, language: Language) -> str:
    if language == "zh" or name in {"%", ""}:
        return name
    return f" × {name}" if name[0].isdigit() else f" {name}"
