"""Options of a search for packages of measures: for whom, with what, under which limits, and how it is checked."""

from typing import Annotated

from pydantic import Field, StrictInt, model_validator

from sim.config import SEED_LIMIT, Config
from sim.config.parameters import Number
from sim.config.sensitivity import Names

MOST_SETS = 20
"""Parameter sets of a search at most: as many others check what it finds."""


class Optimise(Config):
    """The configuration of a search for packages."""

    units: Names = Field(description="who shares a package: types, counties or all, or types and counties by name")
    levers: Names = Field(description="doses: measures, sublevers, measure groups, or names; `county list measures`")
    externals: tuple[str, ...] = Field(description="external conditions beside `external` that a package has to stand")
    budget: Annotated[Number, Field(gt=0)] | None = Field(
        description="yuan paid for measures until the last year per resident of 2020, at most; null: no limit"
    )
    debt_line: Annotated[Number, Field(gt=0)] | None = Field(
        description="mean debt ratio of a unit's counties in the last year in %, at most; null: no limit"
    )
    reach: Annotated[Number, Field(gt=0, le=1.2)] | None = Field(
        description="achievement asked of the cheapest package, 1: all targets; null: nine tenths of what can be gained"
    )
    packages: StrictInt = Field(ge=2, le=50, description="packages offered to each unit, from cheap to dear")
    designs: StrictInt = Field(ge=1, le=1000, description="runs of random doses to learn from, for each future")
    rounds: StrictInt = Field(ge=1, le=10, description="how often found packages are run and learnt from")
    generations: StrictInt = Field(ge=1, le=10_000, description="of the genetic search")
    rivals: StrictInt = Field(
        ge=0, le=100_000, description="random packages of its cost held against the cheapest; 0: none"
    )
    checks: StrictInt = Field(ge=1, le=1000, description="seeds, none of the search, that check each package")

    @model_validator(mode="after")
    def _can_be_searched(self) -> "Optimise":
        narrow = [name for name in ("by_type", "by_prefecture", "by_county", "pilots", "same_cost_as", "strategy",
                                 "triggers")
                  if getattr(self.policy, name)]
        if narrow:
            raise ValueError(f"policy={self.policy.name}: expected a policy with one plan for all counties, "
                             f"not {narrow[0]}")
        if not 2 <= self.parameter_sets <= MOST_SETS:
            raise ValueError(f"parameter_sets={self.parameter_sets}: expected from 2 to {MOST_SETS}, as bands come "
                             "from how sets differ, and the check needs as many others")
        if self.seed + self.seeds + self.checks > SEED_LIMIT:
            raise ValueError(f"checks={self.checks}: expected seed + seeds + checks at most 2**63")
        return self
