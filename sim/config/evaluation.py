"""The yearly evaluation of counties: which indicators count with which weight in each class, and how many are named."""

from typing import Literal

from pydantic import Field, StrictInt

from sim.config.parameters import Frozen, Grade, Number, Text


class Weight(Frozen):
    """The weight of an indicator in each class of counties."""

    better: Literal["up", "down"]
    province_managed: Number = Field(ge=0)
    developed: Number = Field(ge=0)
    other: Number = Field(ge=0)


class Evaluation(Frozen):
    """How counties are evaluated: weights by indicator, and how many are named advanced and in progress."""

    advanced: StrictInt = Field(ge=0)
    progress: StrictInt = Field(ge=0)
    grade: Grade
    source: Text
    weights: dict[str, Weight] = Field(min_length=1)
