"""Outcomes that can be analysed, and those that are asked for."""

from sim.config import ConfigError
from sim.config.fault import suggestion
from sim.config.files import load_indicators
from sim.config.sensitivity import PAID, Sensitivity
from sim.core.described import Described
from sim.indicators.observation import OBSERVATIONS

OUTCOMES = {**OBSERVATIONS, PAID: Described("措施支出（累计，当年价）", "Paid for measures, current prices", "yuan")}
"""Outcomes that can be analysed, by name: the yearly observations, of the last year, and the money."""


def named(config: Sensitivity) -> list[str]:
    """Return the outcomes asked for; `indicators` stands for the nineteen. Raises ConfigError for an unknown one."""
    indicators = load_indicators().indicators
    known = {"indicators": list(indicators), **{name: [name] for name in OUTCOMES}}
    for name in config.outcomes:
        if name not in known:
            raise ConfigError(f"outcomes={name}: no observation has this name; {suggestion(name, known)}")
    return list(dict.fromkeys(one for name in config.outcomes for one in known[name]))


def aimed(config: Sensitivity) -> list[str]:
    """Return the indicators that have targets here: those given, or the outcomes asked for, whose targets are declared.

    Raises ConfigError for outcomes other than indicators, and where the base year of declared targets is not the one
    before the start.
    """
    system = load_indicators()
    given = [("targets.", name) for name in config.targets] or [("outcomes=", name) for name in named(config)]
    for key, name in given:
        if name not in system.indicators:
            raise ConfigError(f"{key}{name}: no indicator with a target; {suggestion(name, system.indicators)}")
    if not config.targets and system.base_year != config.start - 1:
        raise ConfigError(f"start={config.start}: no base of {system.base_year} for the declared targets; "
                          "expected targets.indicator=value")
    return [name for _, name in given]
