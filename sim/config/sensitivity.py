"""Options of a sensitivity analysis: the method, the factors, their ranges, and the outcomes."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, model_validator

from sim.config import SEED_LIMIT, Config
from sim.config.parameters import Number
from sim.config.policies import Quarter
from sim.config.types import TYPES


def _several(names: Any) -> Any:
    return (names,) if isinstance(names, str) else names


Names = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
Bound = Annotated[float, Field(strict=True)]
"""An end of a range; values that are not finite are refused later, with the name of their factor."""

GROUPS = ("all_counties", *TYPES)
"""Groups of counties whose observations are kept."""

PAID = "paid_for_measures"
"""The outcome that is the money of a run: yuan paid for measures from the first to the last year."""


USED_BY = {
    "targets": ("least_cost", "discovery"), "budget": ("least_cost",), "checks": ("least_cost",),
    "money": ("attribution",), "trajectories": ("morris", "attribution"), "second_order": ("sobol", "emulator"),
    "samples": ("sobol", "emulator", "least_cost", "discovery"), "resamples": ("morris", "sobol", "emulator")}
"""Keys that some methods alone use."""


class Sensitivity(Config):
    """The configuration of a sensitivity analysis."""

    method: Literal["morris", "sobol", "emulator", "attribution", "least_cost", "discovery"] = Field(
        description="morris screens, sobol parts variance, emulator does it on a fitted one, attribution parts "
        "effects, least_cost finds the cheapest package that reaches targets, discovery where targets fail"
    )
    outcomes: Names = Field(description="indicators, or names of observations, in the last year")
    targets: dict[str, Number] = Field(
        description="least_cost, discovery: targets.indicator=value; none: the declared targets of the outcomes"
    )
    budget: Annotated[Number, Field(gt=0)] | None = Field(
        description="least_cost: yuan paid for measures until the last year at most; null: no limit"
    )
    checks: StrictInt = Field(ge=2, le=1000, description="least_cost: seeds of runs that check it, none of the search")
    group: Literal[GROUPS] = Field(description="counties observed: all_counties or a county type")  # type: ignore[valid-type]  # names are data
    levers: Names = Field(description="doses: measures, sublevers, measure groups, or names; `county list measures`")
    uncertain: Names = Field(description="parameters, themes, or effects of measures as measure.rate")
    ranges: dict[str, tuple[Bound, Bound]] = Field(
        description="ranges instead of the declared ones: ranges.name=[low,high]"
    )
    groups: Literal["none", "measures", "themes", "both"] = Field(
        description="what is moved together: levers of a measure group, parameters of a theme"
    )
    since: Quarter = Field(description="quarter in which doses begin to rise")
    trajectories: StrictInt = Field(ge=2, le=10_000, description="of Morris's design; permutations of attribution")
    samples: StrictInt = Field(
        ge=8, le=2**17, description="of sobol (a power of 2), or points an emulator or discovery learns from"
    )
    resamples: StrictInt = Field(ge=10, le=10_000, description="of the bootstrap that gives intervals")
    second_order: StrictBool = Field(description="also indices of pairs, at twice the runs; sobol and emulator")
    money: Literal["equal", "planned"] = Field(description="attribution: equal money for each measure, or as planned")

    @model_validator(mode="after")
    def _runs_as_asked(self) -> "Sensitivity":
        if self.method == "sobol" and self.samples & (self.samples - 1):
            raise ValueError(f"samples={self.samples}: expected a power of 2 for sobol")
        policy = self.policy
        narrow = [name for name in ("by_type", "by_prefecture", "by_county", "pilots", "same_cost_as")
                  if getattr(policy, name)]
        if narrow:
            raise ValueError(f"policy={policy.name}: expected a policy with one plan for all counties, not {narrow[0]}")
        if int(self.since[:4]) > self.end:
            raise ValueError(f"since={self.since}: expected a quarter until {self.end} (end)")
        if self.seed + self.seeds + 2 * self.checks > SEED_LIMIT:
            raise ValueError(f"checks={self.checks}: expected seed + seeds + 2 x checks at most 2**63")
        return self

    def idle(self) -> Mapping[str, str]:
        """Return the keys that the method does not use."""
        return {key: f"method={' or '.join(methods)}" for key, methods in USED_BY.items() if self.method not in methods}
