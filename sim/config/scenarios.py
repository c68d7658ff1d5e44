"""Scenarios: policies of governments and external conditions."""

from bisect import bisect_right
from typing import Annotated, NamedTuple

from pydantic import Field, StrictInt, model_validator

from sim.config.fault import ConfigError, suggestion
from sim.config.parameters import Frozen, Grade, Number, Text, Title


class Driver(NamedTuple):
    """A driver that an external scenario may move, with its least and greatest index (the reference is 1)."""

    meaning: str
    low: float = 0
    high: float = 10


# The index of a pull multiplies the odds of choosing that destination, so it cannot be zero.
DRIVERS = {
    "fertility": Driver("birth rates at every age"),
    "mortality": Driver("death rates at every age"),
    "migration": Driver("willingness to consider moving"),
    "district_pull": Driver("odds of choosing urban districts, those of core cities among them", low=0.01),
    "core_pull": Driver("odds of choosing the districts of core cities, on top of that", low=0.01),
    "outside_pull": Driver("odds of choosing a place outside the province", low=0.01),
    "district_arrivals": Driver("people of districts who move into counties"),
    "core_arrivals": Driver("people of the districts of core cities who do, on top of that"),
    "outside_arrivals": Driver("people from outside the province who move into counties"),
    "reclassification": Driver("village homes that become urban in situ"),
    "productivity": Driver("productivity of firms and farms", low=0.2),
    "external_demand": Driver("what is bought of the counties' industry elsewhere", low=0.1),
    "tourism_demand": Driver("what visitors from elsewhere buy of the counties' tourism and culture", low=0.1),
    "local_demand": Driver("what is spent on trade and services out of what counties earn", low=0.1),
    "fringe_entry": Driver("firms founded in the counties of the metropolitan circles of core cities", high=5),
    "commuting": Driver("chance to find work in a core city without moving, within an hour of it"),
    "migrant_wage": Driver("pay in districts and outside the province", low=0.2),
    "core_wage": Driver("pay in core cities, on top of that", low=0.2),
    "outside_wage": Driver("pay outside the province, on top of that", low=0.2),
    "land_market": Driver("demand for homes and for land to build them on", low=0.05),
    "land_quota": Driver("quota of new construction land", high=3),
    "transfers": Driver("transfers from the province and above"),
    "retention": Driver("share of tax and transfers that prefectures keep of the counties they manage", high=4),
    "interest": Driver("interest rates of public debt"),
    "bond_room": Driver("new bonds that counties may issue"),
    "platform_borrowing": Driver("new loans of platforms for land and projects"),
    "public_staff": Driver("public posts filled again or anew, of those that the rule would fill", high=1),
    "school_threshold": Driver("enrolment below which a village school closes", low=0.1, high=4),
    "hazards": Driver("frequency of floods and heat"),
}


class Scenario(Frozen):
    """Fields common to all scenarios; the name is that of the file."""

    name: Text
    title: Title
    question: Title
    differs: Title
    why: Title


class Series(Frozen):
    """A driver over time: its index in some years, where the reference is 1."""

    index: dict[Annotated[StrictInt, Field(ge=2000, le=2100)], Number] = Field(min_length=1)
    grade: Grade
    source: Text

    def at(self, year: float) -> float:
        """Return the index of a year: linear between the years given, constant before and after them."""
        years = sorted(self.index)
        after = bisect_right(years, year)
        if after == 0 or after == len(years):
            return self.index[years[max(after - 1, 0)]]
        first, last = years[after - 1], years[after]
        share = (year - first) / (last - first)
        return (1 - share) * self.index[first] + share * self.index[last]


class External(Scenario):
    """An external scenario: drivers over time, relative to the reference."""

    series: dict[str, Series] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_and_bounded(self) -> "External":
        for name, series in self.series.items():
            if name not in DRIVERS:
                raise ValueError(f"series.{name}: unknown driver; {suggestion(name, DRIVERS)}")
            driver = DRIVERS[name]
            for year, index in series.index.items():
                if not driver.low <= index <= driver.high:
                    expected = f"expected {driver.low:g} to {driver.high:g}"
                    raise ValueError(f"series.{name}.index.{year}={index:g}: {expected}")
        return self

    def index(self, driver: str, year: float) -> float:
        """Return a driver in a year relative to the reference: 1 where the scenario leaves it alone."""
        if driver not in DRIVERS:
            raise ConfigError(f"{driver}: unknown driver; {suggestion(driver, DRIVERS)}")
        return self.series[driver].at(year) if driver in self.series else 1.0
