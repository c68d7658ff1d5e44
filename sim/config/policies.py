"""Policies of governments: plans of measures, their funding, and pilots."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, model_validator

from sim.config.parameters import Frozen, Number, Text
from sim.config.scenarios import Scenario

Dose = Annotated[Number, Field(ge=0, le=1)]
Doses = dict[str, Dose]
"""Doses by measure, or by measure and lever (`citizenization.land_rights`); `all` stands for every measure."""

FIRST_YEAR, LAST_YEAR = 2011, 2035
"""Years that can be simulated."""


def _simulated(quarter: str) -> str:
    if not FIRST_YEAR <= int(quarter[:4]) <= LAST_YEAR:
        raise ValueError(f"expected a quarter from {FIRST_YEAR}Q1 to {LAST_YEAR}Q4")
    return quarter


Quarter = Annotated[str, Field(pattern=r"^[0-9]{4}Q[1-4]$"), BeforeValidator(str), AfterValidator(_simulated)]
Yuan = Annotated[Number, Field(ge=0, le=1e10)]


class StrategyChoice(Frozen):
    """The strategy by which counties decide each year: its name, and settings that differ from its own.

    `source` is the Python text of a user's strategy, read from the file of that name, and empty for a shipped one.
    """

    name: Text
    settings: dict[str, Number] = Field(default_factory=dict)
    source: str = ""


def _strategy(given: object) -> object:
    return {"name": given} if isinstance(given, str) else given


class Trigger(Frozen):
    """What a county does in every year before which a published figure of its own passed a line.

    The line is `above` or `below`, in the figure's unit, or `behind`: the share by which it is short of the way to its
    target that should be done by then. `stop` adds nothing more to the doses of measures, `forward` begins at once with
    measures that are planned for later, and `doses` plans other doses.
    """

    when: Text
    above: Number | None = None
    below: Number | None = None
    behind: Annotated[Number, Field(ge=0, le=1)] | None = None
    stop: tuple[str, ...] = ()
    forward: tuple[str, ...] = ()
    doses: Doses = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_line_and_something_to_do(self) -> "Trigger":
        if sum(line is not None for line in (self.above, self.below, self.behind)) != 1:
            raise ValueError(f"{self.when}: expected one of above, below and behind")
        if not (self.stop or self.forward or self.doses):
            raise ValueError(f"{self.when}: expected something to do: stop, forward or doses")
        return self


class Plan(Frozen):
    """The plan of a group of counties; whatever it leaves out is as planned for the wider group.

    Doses rise in equal steps over `ramp_years` from the quarter `start`, or from that of the measure in `timetable`.
    Money goes to measures in the order of `priority`, and those not named there share the rest. With a `strategy` or
    `triggers` these counties look at their figures each year and may change the plan.
    """

    doses: Doses = Field(default_factory=dict)
    start: Quarter | None = None
    timetable: dict[str, Quarter] = Field(default_factory=dict)
    ramp_years: Annotated[Number, Field(ge=0.25, le=10)] | None = None
    priority: tuple[str, ...] | None = None
    strategy: Annotated[StrategyChoice, BeforeValidator(_strategy)] | None = None
    triggers: tuple[Trigger, ...] | None = None

    @model_validator(mode="after")
    def _names_once(self) -> "Plan":
        for name in self.priority or ():
            if (self.priority or ()).count(name) > 1:
                raise ValueError(f"priority: expected each measure once, {name} is named twice")
        return self

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield every place of the plan that names a measure, and the name."""
        for place in ("doses", "timetable", "priority"):
            for name in getattr(self, place) or ():
                yield place, name
        for trigger in self.triggers or ():
            for place, names in (("priority", (*trigger.stop, *trigger.forward)), ("doses", trigger.doses)):
                for name in names:
                    yield place, name


Sharing = Literal["equal", "by_need", "by_result"]


class Funding(Frozen):
    """Sources of money for measures.

    `reprioritised` is the share of a county's capital projects that it gives up for measures. The province pays
    `grant` yuan a year for each resident of all counties; with `guaranteed` it pays whatever else is lacking. It shares
    out grants (`sharing`) and the room for new bonds of all counties (`bond_room`) equally for each resident, by need,
    the gap between need and capacity, or by result, the score of the last evaluation; without a rule every county keeps
    the room that its own debts leave it.
    Prefectures match grants to counties they manage at the ratio `match`, out of their share in the counties' taxes.
    `award` is the sum paid to each county named advanced or in progress, the year after, in yuan.
    """

    reprioritised: Dose = 0.3
    grant: Annotated[Number, Field(ge=0, le=10_000)] = 0.0
    sharing: Sharing = "equal"
    bond_room: Sharing | None = None
    guaranteed: StrictBool = False
    match: Annotated[Number, Field(ge=0, le=5)] = 0.0
    award: Yuan = 0.0


Rule = Literal["stratified_by_type", "top_output", "worst_off", "one_per_prefecture", "random", "greedy_effect",
               "national_demonstration_2020"]


class PilotTowns(Frozen):
    """Pilot towns: the number of slots for the towns of all counties, and the plan and grant of each."""

    count: StrictInt = Field(ge=0, le=2000)
    doses: Doses = Field(default_factory=dict)
    start: Quarter | None = None
    grant: Yuan = 0.0


class Pilots(Plan):
    """Pilot counties and their plan: those named in `counties` (`provincial_pilot_2023`: those that the data
    list), then by the rule as many as are missing to `count`.

    `grant` is yuan a year for each pilot county. `draw` numbers the draw of rules that draw: replicates have the same
    pilots.
    """

    counties: tuple[str, ...] = ()
    rule: Rule | None = None
    count: StrictInt = Field(10, ge=0, le=1000)
    draw: StrictInt = Field(1, ge=0)
    grant: Yuan = 0.0
    towns: PilotTowns | None = None

    def observed(self) -> "Pilots | None":
        """Return the same counties without a plan or money, for the policy that this one is compared with."""
        return Pilots(counties=self.counties, count=len(self.counties), draw=self.draw) if self.counties else None

    @model_validator(mode="after")
    def _complete(self) -> "Pilots":
        if self.rule is None and not self.counties and not self.towns:
            raise ValueError("expected counties, a rule or towns")
        if self.rule is None and "count" in self.model_fields_set and self.count != len(self.counties):
            raise ValueError(f"count={self.count}: expected a rule that finds the counties not named")
        if len(self.counties) > self.count:
            raise ValueError(f"count={self.count}: expected at least the {len(self.counties)} counties named")
        return self


NO_GROWTH = Plan(doses={"land_use.quota": 0.0, "industrial_platforms": 0.0})
"""Overrides of the plan of any type in counties that lose population: no more land, no more parks."""


class Policy(Scenario, Plan):
    """A policy: a plan for all counties, and for some of them by type, prefecture, county or pilot.

    The narrower plan wins: pilots over county over prefecture over population loss over type over all, and a lever over
    its measure. `population_loss` is for counties with the flag of population loss, whatever their type. Counties and
    prefectures are given by code or name. With `same_cost_as` doses are scaled so that the plan costs as much as that
    of another policy. Prefectures `coordinate` what is theirs to decide, `pool` hospitals and schools of neighbours and
    matching funds as well, or let counties `compete`.
    """

    start: Quarter = "2023Q1"
    ramp_years: Annotated[Number, Field(ge=0.25, le=10)] = 1.0
    priority: tuple[str, ...] = ()
    by_type: dict[str, Plan] = Field(default_factory=dict)
    population_loss: Plan = NO_GROWTH
    by_prefecture: dict[str, Plan] = Field(default_factory=dict)
    by_county: dict[str, Plan] = Field(default_factory=dict)
    pilots: Pilots | None = None
    funding: Funding = Field(default_factory=Funding)
    prefectures: Literal["coordinate", "pool", "compete"] = "coordinate"
    same_cost_as: "str | Policy | None" = None

    def plans(self) -> Iterator[tuple[str, Plan]]:
        """Yield every plan with its place in the file."""
        yield "", self
        yield "population_loss.", self.population_loss
        for group in ("by_type", "by_prefecture", "by_county"):
            for name, plan in getattr(self, group).items():
                yield f"{group}.{name}.", plan
        if self.pilots:
            yield "pilots.", self.pilots
            if self.pilots.towns:
                yield "pilots.towns.", Plan(doses=self.pilots.towns.doses)
