"""Virtual quasi-experiments as data: treatments of counties, and the findings of studies of such treatments."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from sim.config.measures import Effect
from sim.config.parameters import Frozen, Number, Text, Title
from sim.config.policies import Doses, Quarter

Form = Literal["percent", "points", "pooled", "ratio", "elasticity"]
Among = Literal["all", "near_core", "far_from_core", "weak_base"]
Year = Annotated[int, Field(ge=2022, le=2035)]


class Finding(Frozen):
    """A study's finding on one outcome, and its estimator in the model.

    `form`: the difference in differences of logarithms in percent, of `points`, of the logarithm of sums over counties
    (`pooled`, for counts that are small in a county), or of sums against that of `per` (`ratio`; of logarithms:
    `elasticity`). It is of the mean of the years `years` (first, last) against the year before the treatment. A
    size counts as published within `low` to `high`, by default half to twice the published figure. `discrepancy` is how
    far a model like this may be off it, as a standard deviation.
    """

    outcome: Text
    form: Form
    per: Text | None = None
    among: Among = "all"
    years: tuple[Year, Year]
    sign: Literal["up", "down", "none"]
    published: Number | None = None
    low: Number | None = None
    high: Number | None = None
    discrepancy: Annotated[Number, Field(gt=0)] | None = None
    unit: Text
    role: Literal["validation", "verification"]
    title: Title
    source: Text

    @model_validator(mode="after")
    def _complete(self) -> "Finding":
        if self.years[0] > self.years[1]:
            raise ValueError(f"years={list(self.years)}: expected the first year first")
        if (self.per is None) == (self.form in ("ratio", "elasticity")):
            raise ValueError(f"form={self.form}: expected per with ratio and elasticity, and with no other form")
        if self.sign == "none" and self.range is None:
            raise ValueError("sign=none: expected low and high, the range that counts as nothing")
        return self

    @property
    def range(self) -> tuple[float, float] | None:
        """The range that counts as the published size; nothing where no size was published."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        if self.published is None:
            return None
        ends = sorted((0.5 * self.published, 2 * self.published))
        return ends[0], ends[1]

    @property
    def observation(self) -> float:
        """How well the published size is known, as a standard deviation: a quarter of its range."""
        low, high = self.range or (0.0, 0.0)
        return (high - low) / 4


class QuasiExperiment(Frozen):
    """The treatment of a random half of the counties: measures at these doses, and rates moved by no measure.

    With `fit` the sizes that its findings publish are targets of the calibration.
    """

    code: Text
    title: Title
    start: Quarter = "2022Q1"
    measures: Doses = Field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    funded: StrictBool = True
    fit: StrictBool
    findings: tuple[Finding, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _does_something(self) -> "QuasiExperiment":
        if not self.measures and not self.effects:
            raise ValueError("expected measures or effects")
        if any(finding.discrepancy is None for finding in self.targets):
            raise ValueError("fit=true: expected discrepancy with every published size")
        return self

    @property
    def targets(self) -> tuple[Finding, ...]:
        """Findings that the calibration aims at."""
        return tuple(one for one in self.findings if self.fit and one.published is not None)

    def role(self, finding: Finding) -> Literal["validation", "verification", "fitted"]:
        """Return what agreement with a finding shows: nothing where the model was fitted to it."""
        return "fitted" if finding in self.targets else finding.role
