"""Tables for planners, in one language each: the measures and what they are expected to move, and the indicators."""

from collections.abc import Callable
from functools import partial

from declared import table

from sim.config.files import load_indicators, load_measures
from sim.indicators.totals import OBSERVATIONS
from sim.report.words.bilingual import of
from sim.report.words.style import Language
from sim.report.words.units import UNITS

WORDS: dict[Language, dict[str, str]] = {
    "zh": {"county": "县", "prefecture": "市", "province": "省", "up": "升", "down": "降"},
    "en": {},
}
MEASURES: dict[Language, tuple[str, ...]] = {
    "zh": ("措施", "名称（写入政策）", "谁决定", "建成年数", "预期影响"),
    "en": ("measure", "name in a policy", "decided by", "years to build", "expected to move"),
}
INDICATORS: dict[Language, tuple[str, ...]] = {
    "zh": ("指标", "单位", "方面", "目标（全部县）", "目标性质"),
    "en": ("indicator", "unit", "aspect", "target (all counties)", "status of the target"),
}


def measures(language: Language) -> str:
    """Return every measure with who decides it, how long it takes to build and what it should move by itself."""
    words, rows = WORDS[language], []
    for name, one in load_measures().items():
        moved = (f"{of(OBSERVATIONS[hope.indicator], language)} {words.get(hope.sign, hope.sign)}"
                 for hope in one.expected)
        rows.append((of(one.title, language), f"`{name}`", words.get(one.decides, one.decides), f"{one.build_years:g}",
                     ("；" if language == "zh" else "; ").join(dict.fromkeys(moved))))
    return table(MEASURES[language], rows)


def indicators(language: Language) -> str:
    """Return the indicators with their targets and how official these are."""
    system = load_indicators()
    rows = [(of(OBSERVATIONS[name], language), UNITS[OBSERVATIONS[name].unit].name(language),
             of(system.aspects[one.aspect].title, language), one.target.words(language),
             of(system.statuses[one.status], language)) for name, one in system.indicators.items()]
    return table(INDICATORS[language], rows)


PARTS: dict[str, Callable[[], str]] = {
    f"{part.__name__}_{language}": partial(part, language) for part in (measures, indicators) for language in WORDS}
