"""Profiles of the five county types: values by type where counties themselves are not observed."""

from pydantic import Field, model_validator

from sim.config.fault import suggestion
from sim.config.parameters import Frozen, Grade, Number, Text

TYPES = ("metropolitan_fringe", "specialised_function", "agricultural_production", "key_ecological", "population_loss")
"""The five county types of the document."""


class Profile(Frozen):
    """A quantity by county type, with the value of all counties together where the type may not be known."""

    values: dict[str, Number] = Field(min_length=1)
    all_counties: Number
    low: Number
    high: Number
    unit: Text
    grade: Grade
    source: Text

    @model_validator(mode="after")
    def _within_range(self) -> "Profile":
        for name in self.values:
            if name not in TYPES:
                raise ValueError(f"values.{name}: unknown county type; {suggestion(name, TYPES)}")
        if missing := [name for name in TYPES if name not in self.values]:
            raise ValueError(f"values.{missing[0]}: missing")
        for name, value in {**self.values, "all_counties": self.all_counties}.items():
            if not self.low <= value <= self.high:
                raise ValueError(f"{name}: value {value:g} is not within {self.low:g} to {self.high:g}")
        return self
