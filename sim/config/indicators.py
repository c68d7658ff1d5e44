"""The nineteen indicators as data: definition, direction of improvement, target and status of the target."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field, StrictInt, model_validator

from sim.config.fault import suggestion
from sim.config.parameters import Frozen, Grade, Number, Text, Title
from sim.config.stocks import Range

if TYPE_CHECKING:
    import numpy as np

Rule = Literal["level", "increment", "ratio_to_base", "hold"]
Aspect = Literal["overall", "industry", "facilities", "services", "integration"]
Verdict = Literal["met", "close", "missed"]


class Target(Frozen):
    """A target by a rule: a level, the base plus or times a value, or the base held within a tolerance."""

    rule: Rule
    value: Number | None = None
    tolerance: Number = Field(0, ge=0)
    grade: Grade
    source: Text

    @model_validator(mode="after")
    def _complete(self) -> "Target":
        if (self.value is None) != (self.rule == "hold"):
            raise ValueError(f"rule {self.rule}: expected " + ("no value" if self.rule == "hold" else "a value"))
        if self.tolerance and self.rule != "hold":
            raise ValueError(f"rule {self.rule}: expected no tolerance")
        return self

    def of[N: (float, np.ndarray)](self, base: N, better: Literal["up", "down"]) -> N:
        """Return the target for a base, number or array alike, in the indicator's unit."""
        if self.rule == "hold":
            held: N = base - self.tolerance if better == "up" else base + self.tolerance
            return held
        assert self.value is not None
        rules: dict[str, N] = {
            "level": 0 * base + self.value, "increment": base + self.value, "ratio_to_base": base * self.value}
        return rules[self.rule]

    def words(self, language: Literal["zh", "en"]) -> str:
        """Return the rule in a few words, such as `base +4.95`."""
        base, hold = {"zh": ("基期", "保持基期水平"), "en": ("base", "base held")}[language]
        if self.rule == "hold" or self.value is None:
            return hold
        return {"level": f"{self.value:g}", "increment": f"{base} {self.value:+g}",
                "ratio_to_base": f"{base} × {self.value:g}"}[self.rule]


class Base(Range):
    """A base of all counties together, declared where the base year of a run has none.

    A group of counties has of it the share that it has in the observation `shared_by`.
    """

    shared_by: Text
    grade: Grade
    source: Text


class Indicator(Frozen):
    """An indicator: the observation of the same name, which has title and unit, held against a target."""

    aspect: Aspect
    better: Literal["up", "down"]
    base: Base | None = None
    target: Target
    second_target: Target | None = None
    status: Text
    source: Text

    @model_validator(mode="after")
    def _better_than_the_base(self) -> "Indicator":
        for target in (self.target, self.second_target):
            if target is None or target.rule not in ("increment", "ratio_to_base"):
                continue
            change = target.of(1.0, self.better) - 1
            if change == 0 or (change > 0) != (self.better == "up"):
                raise ValueError(f"target value {target.value:g}: expected one that is better than the base")
        return self


class AspectEntry(Frozen):
    """One of the five aspects, with its weight in composites; weights count against their sum."""

    title: Title
    weight: Number = Field(ge=0)


class Weights(Frozen):
    """The grounds for the weights of the aspects."""

    grade: Grade
    source: Text


class VerdictEntry(Frozen):
    """A verdict in words and the least achievement that earns it."""

    title: Title
    achievement: Number = Field(ge=0, le=1)


class IndicatorSystem(Frozen):
    """The indicators in their order, the aspects with weights, words for statuses and verdicts, and both years."""

    base_year: StrictInt = Field(ge=2000, le=2100)
    target_year: StrictInt = Field(ge=2000, le=2100)
    aspects: dict[Aspect, AspectEntry]
    weights: Weights
    statuses: dict[str, Title] = Field(min_length=1)
    verdicts: dict[Verdict, VerdictEntry]
    indicators: dict[str, Indicator] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> "IndicatorSystem":
        if self.target_year <= self.base_year:
            raise ValueError(f"target_year={self.target_year}: expected a year after {self.base_year} (base_year)")
        for name, one in self.indicators.items():
            if one.aspect not in self.aspects:
                raise ValueError(f"indicators.{name}.aspect: {one.aspect} is missing in aspects")
            if one.status not in self.statuses:
                raise ValueError(f"indicators.{name}.status={one.status}: unknown status; "
                                 f"{suggestion(one.status, self.statuses)}")
        if not sum(one.weight for one in self.aspects.values()):
            raise ValueError("aspects: expected a weight above 0")
        least = [one.achievement for one in self.verdicts.values()]
        if list(self.verdicts) != ["met", "close", "missed"] or least[0] != 1 or sorted(least, reverse=True) != least:
            raise ValueError("verdicts: expected met from 1, close and missed, in this order and falling")
        return self
