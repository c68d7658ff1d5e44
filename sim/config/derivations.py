"""How parameters and effects of measures follow from published estimates: rows, and factors to the model's unit."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator
from simpleeval import InvalidExpression, SimpleEval

from sim.config.evidence import load_evidence
from sim.config.fault import ConfigError, explain, shorten, suggestion
from sim.config.files import CONFIGS, declared_parameters, load_measures, read_yaml, shown
from sim.config.measures import Effect
from sim.config.parameters import Frozen, Number, Quantity, Text

DERIVATIONS = CONFIGS / "derivations.yaml"


class Conversion(Frozen):
    """Rows of the table of evidence that one factor brings to the model's unit, and why it does.

    `factor` is arithmetic on numbers, declared parameters (`labour.local_wage`) and figures of other rows, by their id.
    """

    rows: tuple[Text, ...] = Field(min_length=1)
    factor: Text
    why: Text


class Derivation(Frozen):
    """The rows that a parameter or an effect follows from, and the bounds that its sign or unit sets, if any."""

    conversions: tuple[Conversion, ...] = Field(min_length=1)
    least: Number | None = None
    most: Number | None = None

    @model_validator(mode="after")
    def _each_row_once(self) -> "Derivation":
        for row, times in Counter(self.rows).items():
            if times > 1:
                raise ValueError(f"{row}: expected once, it appears {times} times")
        return self

    @property
    def rows(self) -> list[str]:
        """The ids of all rows, in their order."""
        return [row for conversion in self.conversions for row in conversion.rows]


def load_derivations(path: Path | None = None) -> dict[str, Derivation]:
    """Read the derivations by the name of what is derived; a wrong entry raises `ConfigError` with file and key."""
    path = path or DERIVATIONS
    known, estimates, names = quantities(), {row.id: row for row in load_evidence()}, figures()
    found = {}
    for name, fields in read_yaml(path).items():
        try:
            found[name] = Derivation.model_validate(fields)
        except ValidationError as error:
            raise ConfigError(f"{shown(path)}: {explain(error, Derivation, f'{name}.')}") from None
        if name not in known:
            raise ConfigError(f"{shown(path)}: {name}: no parameter or single effect; {suggestion(name, known)}")
        for row in found[name].rows:
            if row not in estimates:
                raise ConfigError(f"{shown(path)}: {name}: row={row}: unknown; {suggestion(row, estimates)}")
            if name not in estimates[row].mechanism:
                raise ConfigError(f"{shown(path)}: {name}: row={row}: expected a row whose mechanism names it")
        for conversion in found[name].conversions:
            if len(units := {estimates[row].unit for row in conversion.rows}) > 1:
                raise ConfigError(f"{shown(path)}: {name}: rows={', '.join(conversion.rows)}: expected one unit for a "
                                  f"factor, not {' and '.join(sorted(units))}")
            try:
                factor(conversion, names)
            except ConfigError as error:
                raise ConfigError(f"{shown(path)}: {name}: {error}") from None
    return found


def quantities() -> dict[str, Quantity | Effect]:
    """Return what may be derived, by name: parameters, and effects of measures that move a rate by one lever alone."""
    found: dict[str, Quantity | Effect] = dict(declared_parameters().quantities)
    effects = [(f"measures.{measure}.{effect.rate}", effect) for measure, one in load_measures().items()
               for lever in one.levers.values() for effect in lever.effects]
    times = Counter(name for name, _ in effects)
    return found | {name: effect for name, effect in effects if times[name] == 1}


def figures() -> dict[str, Any]:
    """Return what a factor may name: themes of declared parameters, and the figures of rows by their id."""
    parameters = declared_parameters()
    return {theme: getattr(parameters, theme) for theme in parameters.root} | {
        row.id: row.estimate for row in load_evidence() if row.estimate is not None}


def factor(conversion: Conversion, names: dict[str, Any]) -> float:
    """Return the factor as a number; `ConfigError` where it is not arithmetic with known figures, or is 0."""
    try:
        number = float(SimpleEval(names=names, functions={}).eval(conversion.factor))
    except (InvalidExpression, SyntaxError, ArithmeticError, TypeError, ValueError) as error:
        raise ConfigError(f"factor={conversion.factor}: expected arithmetic with parameters and rows; "
                          f"{shorten(error)}") from None
    if not math.isfinite(number) or number == 0:
        raise ConfigError(f"factor={conversion.factor}: expected a finite number other than 0")
    return number
