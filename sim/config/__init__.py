"""Every number that enters a run, validated once and then frozen."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictInt,
    ValidationError,
    model_validator,
)

from sim.config.evaluation import Evaluation
from sim.config.fault import ConfigError, explain, suggestion
from sim.config.files import located
from sim.config.indicators import IndicatorSystem
from sim.config.measures import Measure
from sim.config.parameters import Frozen, Grade, Parameters, Quantity, Title
from sim.config.policies import LAST_YEAR, Policy
from sim.config.scenarios import DRIVERS, Driver, External, Series
from sim.config.stocks import Stock
from sim.config.types import Profile

__all__ = [
    "DRIVERS",
    "LAST_YEAR",
    "Config",
    "ConfigError",
    "Driver",
    "External",
    "Grade",
    "Parameters",
    "Policy",
    "Profile",
    "Quantity",
    "Series",
    "Stock",
    "Title",
]

SEED_LIMIT = 2**63
MOST_RUNS = 1_000_000
"""Runs of one command at most, in millions of which nobody could look at the results."""
NOTES = dict.fromkeys(("title", "question", "differs", "why"), True)
"""What scenarios say of themselves, and decides no result."""


RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that no folder can have on Windows, where results may be taken."""


def folder_name(name: Any) -> Any:
    """Return a name that a folder under outputs/ can have; raises ValueError for any other."""
    if isinstance(name, str) and not re.fullmatch(r"\w(?:[\w.-]{0,62}\w)?", name):
        raise ValueError("expected at most 64 letters and digits, with . - or _ between them")
    if isinstance(name, str) and re.fullmatch(RESERVED, name):
        raise ValueError("expected a name that Windows does not keep for a device")
    if isinstance(name, str) and (Path("outputs") / name).is_file():
        raise ValueError("expected the name of a folder; outputs holds a file of that name")
    return name


def _absolute(path: Path) -> Path:
    return located(str(path)).absolute()


class Config(Frozen):
    """The configuration of one command, complete and valid."""

    policy: Policy = Field(description="what governments do; `county list policies`")
    external: External = Field(description="what the world does; `county list externals`")
    scale: Literal[1, 10, 100, 1000] = Field(description="people per row: 1, 10, 100 or 1000")
    seeds: StrictInt = Field(ge=1, le=MOST_RUNS, description="seeds of each parameter set")
    seed: StrictInt = Field(ge=0, lt=SEED_LIMIT, description="the first of them")
    start: Literal[2011, 2021] = Field(description="first year simulated: 2021, or 2011 for the hindcast")
    end: StrictInt = Field(le=LAST_YEAR, description=f"last year simulated, at most {LAST_YEAR}")
    parameter_sets: Annotated[StrictInt, Field(ge=1)] = Field(
        1, description="parameter sets of the ensemble, each with all seeds; 1: the reference set alone"
    )
    parameter_set: StrictInt = Field(0, ge=0, description="which of them a run has")
    name: Annotated[str, BeforeValidator(folder_name)] = Field(description="folder under outputs/")
    workers: Annotated[StrictInt, Field(ge=1)] | None = Field(description="processes; null: one per core")
    data: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        description="folder of another data package, or a file of own figures (.xlsx, .csv); null: the shipped one"
    )
    engine: Literal["local", "dask"] = Field("local", description="processes of this machine, or a Dask cluster")
    scheduler: str | None = Field(None, description="address of the Dask scheduler, such as tcp://host:8786")
    compare: str | None = Field(
        None, description="also run with the same seeds, and compare: true: no_new_policy; a sweep: any policy by name"
    )
    actuals: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        None, description="CSV of what really happened, for the report; null: none"
    )
    boundaries: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        None, description="GeoJSON file of the counties' shapes, for maps; null: hexagons"
    )
    figures: bool = Field(True, description="draw figures and write the report; false: tables alone")
    what: Literal[
        "all", "initial", "hindcast", "recent", "patterns", "experiments", "levers", "parameters", "both", "fit",
        "crossvalidation",
    ] | None = Field(None, description="which part")
    parameters: Parameters = Field(description="behavioural parameters; `county list parameters`")
    profiles: dict[str, Profile] = Field(description="what differs between county types")
    measures: dict[str, Measure] = Field(description="the policy measures")
    evaluation: Evaluation = Field(description="how counties are evaluated each year")
    indicators: IndicatorSystem = Field(description="the nineteen indicators and their targets")
    stocks: dict[str, Stock] = Field(description="stocks of services, infrastructure and environment")

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        if self.end < self.start:
            raise ValueError(f"end={self.end}: expected {self.start} (start) or later")
        self._know_measures()
        if self.engine == "dask" and not self.scheduler:
            raise ValueError("engine=dask: expected scheduler=tcp://host:8786, the address of a Dask scheduler")
        if self.engine != "dask" and self.scheduler:
            raise ValueError(f"scheduler={self.scheduler}: expected engine=dask beside it")
        if self.seed + self.seeds > SEED_LIMIT:
            raise ValueError(f"seeds={self.seeds}: expected seed + seeds at most 2**63")
        return self

    def _know_measures(self) -> None:
        """Refuse plans of measures, levers and types that do not exist; counties are known to the data only."""
        levers = [f"{name}.{lever}" for name, measure in self.measures.items() for lever in measure.levers]
        known = {"doses": ["all", *self.measures, *levers], "timetable": [*self.measures], "priority": [*self.measures]}
        types = next(iter(self.profiles.values())).values if self.profiles else {}
        for name in self.policy.by_type:
            if name not in types:
                raise ValueError(f"policy.by_type.{name}: unknown county type; {suggestion(name, types)}")
        for where, plan in self.policy.plans():
            for place, name in plan.named():
                if name not in known[place]:
                    fault = (f"a county type; expected by_type.{name}.{place}" if name in types
                             else f"unknown measure; {suggestion(name, known[place])}")
                    raise ValueError(f"policy.{where}{place}.{name}: {fault}")

    def dosed(self, doses: Mapping[str, float]) -> "Config":
        """Return the same configuration with these doses of measures in all counties, on top of those of the policy.

        Raises ConfigError for a measure that is unknown and a dose that is no number from 0 to 1.
        """
        if not doses:
            return self
        for name in doses:
            if name not in self.measures:
                raise ConfigError(f"{name}: unknown measure; {suggestion(name, self.measures)}")
        policy = self.policy.model_dump()
        try:
            changed = Policy.model_validate({**policy, "doses": {**policy["doses"], **doses}})
        except ValidationError as error:
            raise ConfigError(explain(error, Policy)) from None
        return self.model_copy(update={"policy": changed})

    def idle(self) -> Mapping[str, str]:
        """Return the keys that change nothing of what is asked for, each with what it is for."""
        return {}

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Every parameter by its full name, `theme.name`."""
        return self.parameters.quantities

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that decides results, the data aside: `Baseline.hash` stands for them."""
        decisive = {
            "policy": self.policy.model_dump(exclude={**NOTES, "same_cost_as": NOTES}),
            "external": self.external.name,
            "series": {name: sorted(series.index.items()) for name, series in self.external.series.items()},
            "scale": self.scale,
            "seed": self.seed,
            "start": self.start,
            "end": self.end,
            "parameters": {name: quantity.value for name, quantity in self.quantities.items()},
            "profiles": {name: profile.model_dump() for name, profile in self.profiles.items()},
            "measures": {name: measure.model_dump() for name, measure in self.measures.items()},
            "evaluation": self.evaluation.model_dump(),
            "indicators": self.indicators.model_dump(),
            "stocks": {name: stock.model_dump() for name, stock in self.stocks.items()},
        }
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
