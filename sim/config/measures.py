"""The 26 policy measures as data: cost, time to build, and effects on rates and stocks."""

from typing import Literal

from pydantic import Field, StrictBool, StrictInt, model_validator

from sim.config.parameters import Frozen, Grade, Number, Text, Title
from sim.config.stocks import Range

Payer = Literal["province", "prefecture", "county"]


class Cost(Range):
    """A cost beyond that of stocks, in yuan at 2020 prices per resident of the county at full dose.

    Additions to stocks are charged at the stocks' building cost, and their upkeep in the county's budget.
    """

    grade: Grade
    source: Text


class Effect(Range):
    """The effect of a full dose on a rate of the registry or, with `<stock>_addition`, permanently on a stock's level.

    The change is relative for rates that multiply and absolute for those that add. `types` holds factors by county
    type (1 elsewhere; with `population_loss_only` 0 where that flag is not set), `kinds` by village, town and seat for
    rates by place (all alike without it); `needs` the part of the effect that is lost while another measure is not
    delivered.
    """

    rate: Text
    unit: Text
    grade: Grade
    source: Text
    population_loss_only: StrictBool = False
    types: dict[str, Number] = Field(default_factory=dict)
    kinds: dict[Literal["village", "town", "seat"], Number] = Field(default_factory=dict)
    needs: dict[str, Number] = Field(default_factory=dict)

    @property
    def builds(self) -> bool:
        """Whether it builds a stock rather than moving a rate."""
        return self.rate.endswith("_addition")


class Lever(Frozen):
    """A part of a measure that can be set on its own."""

    title: Title
    capital_cost: Cost
    running_cost: Cost
    earns: StrictBool = False
    effects: tuple[Effect, ...] = ()


class Expectation(Frozen):
    """The expected effect of a measure alone on a yearly observation, in counties of the given types or in all.

    A measure without evidence on people or money is expected to move its own stock only.
    """

    indicator: Text
    sign: Literal["up", "down"]
    types: tuple[str, ...] = ()
    why: Text


class Measure(Frozen):
    """A measure: who decides, how long a full dose takes to build and to work, how its effect saturates.

    `saturation` s makes the effect of a dose d on rates (1 - exp(-s d)) / (1 - exp(-s)), and d itself where it is 0.
    Stocks are built in proportion to the dose; their diminishing returns are part of the processes that use them.
    """

    title: Title
    group: Text
    decides: Payer
    build_years: Number = Field(gt=0, le=10)
    lag_years: StrictInt = Field(ge=0, le=5)
    saturation: Number = Field(ge=0, le=5)
    not_expected: Text
    expected: tuple[Expectation, ...] = Field(min_length=1)
    levers: dict[str, Lever] = Field(min_length=1)

    @model_validator(mode="after")
    def _saturates_what_it_can(self) -> "Measure":
        effects = [effect for lever in self.levers.values() for effect in lever.effects]
        if self.saturation > 0 and all(effect.builds for effect in effects):
            raise ValueError(f"saturation={self.saturation:g}: expected 0 where only stocks are built")
        return self
