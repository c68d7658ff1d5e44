"""Options of a study of pilots: which counties, how many, since when, and what is published of them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictInt, model_validator

from sim.config import LAST_YEAR, SEED_LIMIT, Config, _absolute
from sim.config.parameters import Frozen, Grade, Number, Text
from sim.config.policies import Quarter
from sim.config.sensitivity import Names


class PublishedError(Frozen):
    """By how much a published figure of a county misses what is so, from year to year and independent of each other.

    `sampled`: `value` is the share of residents who are asked, and the variance is that of a simple random sample
    times `design_effect`. `relative`: `value` is a standard deviation in % of the figure.
    """

    kind: Literal["sampled", "relative"]
    value: Annotated[Number, Field(gt=0, le=100)]
    design_effect: Annotated[Number, Field(ge=1, le=20)] = 1.0
    grade: Grade
    source: Text


Year = Annotated[StrictInt, Field(ge=1, le=12)]


class PilotStudy(Config):
    """The configuration of a study of pilots; the last year follows from its start and `years`."""

    rules: Names = Field(description="by which pilots are chosen: all, or names")
    n: StrictInt = Field(ge=2, le=1000, description="pilot counties")
    list: Annotated[Path, AfterValidator(_absolute)] | None = Field(
        description="a file with n counties of one's own, a code or name a line; null: none"
    )
    since: Quarter = Field(description="quarter in which pilots begin")
    years: Annotated[tuple[Year, ...], Field(min_length=1)] = Field(
        description="after how many years they are judged, several as [1,3,5]"
    )
    draws: StrictInt = Field(ge=20, le=100_000, description="draws of n counties at random, each a run of its own")
    trials: StrictInt = Field(ge=20, le=100_000, description="evaluations that are imagined for each design")
    outcomes: Names = Field(description="published figures that are judged, by name; the first one decides")
    errors: dict[str, PublishedError] = Field(description="errors of published figures: errors.NAME.value=0.01")

    @model_validator(mode="before")
    @classmethod
    def _ends_with_the_last_year(cls, values: Any) -> Any:
        try:
            last = int(str(values["since"])[:4]) + max(values["years"]) - 1
        except (TypeError, ValueError):
            return values  # refused with its name below
        if last > LAST_YEAR:
            longest = max(values["years"])
            raise ValueError(f"years={longest}: expected at most {LAST_YEAR - last + longest} from {values['since']}")
        return {**values, "end": last}

    @model_validator(mode="after")
    def _can_be_judged(self) -> "PilotStudy":
        if self.first <= self.start:
            raise ValueError(f"since={self.since}: expected {self.start + 1}Q1 or later, as an evaluation needs years "
                             "before")
        if max(self.years) < 2:
            raise ValueError(f"years={[*self.years]}: expected one of at least 2, as what is paid for in a year stands "
                             "in the next")
        if self.seeds < 2:
            raise ValueError(f"seeds={self.seeds}: expected at least 2, so that an interval can be given")
        if self.seed + self.seeds > SEED_LIMIT // 4:
            raise ValueError(f"seed={self.seed}: expected less than 2**61, where seeds of the random draws begin")
        pilots, funding = self.policy.pilots, self.policy.funding
        if pilots is None:
            raise ValueError(f"policy={self.policy.name}: expected a policy with pilots, whose plan is taken")
        if not any(pilots.doses.values()):
            raise ValueError(f"policy={self.policy.name}: expected pilots that plan measures")
        if not (funding.guaranteed or funding.reprioritised or funding.grant or pilots.grant):
            raise ValueError("policy.pilots.grant=0: expected money for the measures of pilots: a grant, or projects "
                             "that counties give up (policy.funding.reprioritised)")
        return self

    @property
    def first(self) -> int:
        """The first year of pilots."""
        return int(self.since[:4])
