"""The 26 policy measures as data: what each costs, how fast it is built and which rates and stocks it moves."""

from typing import Literal

from pydantic import Field

from sim.config.parameters import Frozen, Grade, Number, Text
from sim.config.scenarios import Title
from sim.config.stocks import Range

Payer = Literal["province", "prefecture", "county"]


class Cost(Range):
    """A cost in yuan at 2020 prices for each resident of the county at full dose."""

    grade: Grade
    source: Text


class Effect(Range):
    """What a full dose changes: a rate of the registry, or with `<stock>_addition` the level of a stock for good.

    The change is relative for rates that multiply and absolute for those that add. `types` holds factors by county
    type (1 elsewhere; with `population_loss_only` 0 where that flag is not set), `kinds` by village, town and seat for
    rates by place (all alike without it); `needs` the part of the effect that is lost while another measure is not
    delivered.
    """

    rate: Text
    unit: Text
    grade: Grade
    source: Text
    population_loss_only: bool = False
    types: dict[str, Number] = Field(default_factory=dict)
    kinds: dict[Literal["village", "town", "seat"], Number] = Field(default_factory=dict)
    needs: dict[str, Number] = Field(default_factory=dict)


class Lever(Frozen):
    """A part of a measure that can be set on its own."""

    title: Title
    capital_cost: Cost
    running_cost: Cost
    earns: bool = False
    effects: tuple[Effect, ...] = ()


class Measure(Frozen):
    """A measure: who decides, how long a full dose takes to build and to work, how its effect saturates.

    `saturation` s makes the effect of a dose d (1 - exp(-s d)) / (1 - exp(-s)), and d itself where it is 0.
    """

    title: Title
    group: Text
    decides: Payer
    build_years: Number = Field(gt=0, le=10)
    lag_years: int = Field(ge=0, le=5)
    saturation: Number = Field(ge=0, le=5)
    not_expected: Text
    levers: dict[str, Lever] = Field(min_length=1)
