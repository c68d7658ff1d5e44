"""Published estimates as data: findings of studies, their sources, and the mechanism of the model each concerns."""

import csv
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from sim.config.fault import ConfigError, explain, suggestion
from sim.config.files import CONFIGS, declared_parameters, load_measures, shown
from sim.config.parameters import Frozen, Text

EVIDENCE = CONFIGS / "evidence.csv"

Topic = Literal["moves", "demand_shocks", "zones", "displacement", "hukou", "e_commerce", "returnees", "status",
                "fiscal", "transport", "agglomeration", "public_capital", "housing", "land", "environment", "schools",
                "health", "labour_market", "commuting", "fertility"]
Tier = Literal["shandong_county", "china_county", "china", "elsewhere"]
Design = Literal["experiment", "discontinuity", "instrument", "diff_in_diff", "synthetic_control", "meta_analysis",
                 "panel", "cross_section", "choice_model", "structural", "survey", "accounting"]
Sureness = Literal["low", "medium", "high"]
SURENESS: tuple[Sureness, ...] = ("low", "medium", "high")
CAUSAL = ("experiment", "discontinuity", "instrument", "diff_in_diff", "synthetic_control", "meta_analysis")
DESCRIPTIVE = ("survey", "accounting")


def _parts(cell: Any) -> Any:
    return tuple(part.strip() for part in cell.split(";") if part.strip()) if isinstance(cell, str) else cell


Empty = BeforeValidator(lambda cell: None if cell == "" else cell)
"""Reads an empty cell as nothing."""
Figure = Annotated[float, Field(allow_inf_nan=False)]
"""A finite number as it is written in a cell."""


class Estimate(Frozen):
    """One published estimate: a row of `configs/evidence.csv`, its columns in this order."""

    id: Text = Field(pattern=r"^[a-z0-9_]+$")
    topic: Topic
    mechanism: Annotated[tuple[str, ...], BeforeValidator(_parts)]
    place: Text
    tier: Tier
    period: Text
    design: Design
    treated: Text
    outcome: Text
    estimate: Annotated[Figure | None, Empty]
    unit: Text
    low: Annotated[Figure | None, Empty]
    high: Annotated[Figure | None, Empty]
    standard_error: Annotated[Annotated[Figure, Field(gt=0)] | None, Empty]
    horizon_years: Annotated[Figure | None, Empty]
    null_result: bool
    sureness: Sureness
    read: Literal["abstract", "excerpt", "full text", "table", "secondary"]
    source: Text
    address: str
    note: str

    @model_validator(mode="after")
    def _sound(self) -> "Estimate":
        if (self.low is None) != (self.high is None):
            raise ValueError("low, high: expected both or neither")
        if self.low is not None and self.high is not None:
            if self.low >= self.high:
                raise ValueError(f"low={self.low:g}: expected less than high={self.high:g}")
            if self.estimate is not None and not self.low <= self.estimate <= self.high:
                raise ValueError(f"estimate={self.estimate:g}: expected {self.low:g} to {self.high:g}, its interval")
        elif self.estimate is None and not self.null_result:
            raise ValueError("estimate: expected a number, low and high, or null_result true")
        if not self.address and self.read != "secondary":
            raise ValueError("address: expected a DOI or an address where it was read, or read secondary")
        if SURENESS.index(self.sureness) > SURENESS.index(self.surest):
            raise ValueError(f"sureness={self.sureness}: expected at most {self.surest} for the design {self.design} "
                             f"and read {self.read}")
        return self

    @property
    def surest(self) -> Sureness:
        """The most sureness its design allows, one step less where the figure was read in another's account."""
        step = 2 if self.design in CAUSAL else 0 if self.design in DESCRIPTIVE else 1
        return SURENESS[max(step - (self.read == "secondary"), 0)]


def load_evidence(path: Path | None = None) -> list[Estimate]:
    """Read the published estimates; a wrong cell raises `ConfigError` with its file, row and column."""
    path = path or EVIDENCE
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = list(csv.DictReader(file, restkey="cells beyond the last column", restval=""))
    except UnicodeDecodeError:
        raise ConfigError(f"{shown(path)}: expected CSV in UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{shown(path)}: {error.strerror}") from None
    known, found = mechanisms(), dict[str, Estimate]()
    for number, row in enumerate(cells, start=2):
        where = f"{shown(path)}, row {number}"
        try:
            one = Estimate.model_validate(row)
        except ValidationError as error:
            raise ConfigError(f"{where}: {explain(error, Estimate)}") from None
        if one.id in found:
            raise ConfigError(f"{where}: id={one.id}: expected another id, it appears twice")
        for name in set(one.mechanism) - known:
            raise ConfigError(f"{where}: mechanism={name}: unknown; {suggestion(name, known)}")
        found[one.id] = one
    return list(found.values())


def mechanisms() -> set[str]:
    """Return the mechanisms an estimate may concern: `theme.parameter`, `measures.name` and `measures.name.rate`."""
    names = set(declared_parameters().quantities)
    for measure, one in load_measures().items():
        rates = {effect.rate for lever in one.levers.values() for effect in lever.effects}
        names |= {f"measures.{measure}", *(f"measures.{measure}.{rate}" for rate in rates)}
    return names
