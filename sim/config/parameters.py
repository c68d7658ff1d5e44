"""Numbers with a range, a unit, a source and a grade of evidence."""

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    model_validator,
)

from sim.config.fault import ConfigError, shorten, suggestion

Grade = Literal["sourced", "derived", "assumed", "calibrated"]


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number; neither text nor true and false are taken for one."""
Text = Annotated[str, Field(min_length=1)]


class Frozen(BaseModel):
    """A record that refuses unknown keys and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Frozen):
    """A title in both languages."""

    zh: Text
    en: Text


class Quantity(Frozen):
    """A number with its range, unit, source and grade of evidence, and a title where figures name it."""

    value: Number
    low: Number
    high: Number
    unit: Text
    source: Text
    grade: Grade
    note: str = ""
    title: Title | None = None

    @model_validator(mode="after")
    def _within_range(self) -> "Quantity":
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is not within {self.low:g} to {self.high:g}")
        return self


class Theme:
    """The values of one theme, read as attributes."""

    _name: str
    _values: Mapping[str, float]

    def __init__(self, name: str, quantities: Mapping[str, Quantity]):
        values = {known: quantity.value for known, quantity in quantities.items()}
        self.__dict__.update(values, _name=name, _values=values)

    def __getattr__(self, name: str) -> float:
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"{self._name}.{name}: unknown parameter; {suggestion(name, self._values)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self._name}.{name}: parameters do not change")

    def __dir__(self) -> Iterable[str]:
        return sorted(self._values)

    def __repr__(self) -> str:
        # Stands for the values in the keys of kept results; hence complete and in a fixed order.
        return f"{self._name}({', '.join(f'{name}={self._values[name]!r}' for name in sorted(self._values))})"


class Parameters(RootModel[dict[str, dict[str, Quantity]]]):
    """Behavioural parameters and baseline rates by theme: `parameters.migration.peak_age` is a value."""

    model_config = ConfigDict(frozen=True)

    @functools.cached_property
    def themes(self) -> Mapping[str, Theme]:
        """The values of each theme."""
        return {theme: Theme(theme, quantities) for theme, quantities in self.root.items()}

    def __getattr__(self, theme: str) -> Theme:
        if theme.startswith("_") or theme == "root":
            raise AttributeError(theme)
        if theme not in self.root:
            raise AttributeError(f"{theme}: unknown theme; {suggestion(theme, self.root)}")
        return self.themes[theme]

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Every quantity by its full name, `theme.name`."""
        names = ((theme, name) for theme in self.root for name in self.root[theme])
        return MappingProxyType({f"{theme}.{name}": self.root[theme][name] for theme, name in names})

    def overlaid(self, quantities: Mapping[str, Quantity]) -> "Parameters":
        """Return a copy with some quantities exchanged; an unknown name raises `ConfigError`."""
        known = self.quantities
        if unknown := [name for name in quantities if name not in known]:
            raise ConfigError(f"{unknown[0]}: unknown parameter; {suggestion(unknown[0], known)}")
        return Parameters(
            {
                theme: {name: quantities.get(f"{theme}.{name}", quantity) for name, quantity in names.items()}
                for theme, names in self.root.items()
            }
        )

    def changed(self, values: Mapping[str, Any]) -> "Parameters":
        """Return a copy with other values by full name; one outside its range raises `ConfigError`."""
        known = self.quantities
        exchanged = {}
        for name, value in values.items():
            if name not in known:
                raise ConfigError(f"parameters.{name}: unknown parameter; {suggestion(name, known)}")
            quantity = known[name]
            try:
                exchanged[name] = Quantity.model_validate({**quantity.model_dump(), "value": value})
            except ValidationError:
                unit = "" if quantity.unit == "-" else f" ({quantity.unit})"
                raise ConfigError(
                    f"parameters.{name}={shorten(value)}: "
                    f"expected a number from {quantity.low:g} to {quantity.high:g}{unit}"
                ) from None
        return self.overlaid(exchanged)
