"""Every named rate and stock that a measure or an outside condition may move.

Rates are rebuilt each year from their baseline; a process reads the value in force and never knows who
moved it. Changes multiply (base x product of (1 + change)) or add up, and so their order cannot matter.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.config.files import load_stocks
from sim.config.stocks import Stock, level_unit


@dataclass(frozen=True)
class Rate:
    """A named rate: its unit, bounds, scope, how changes compose and which process reads it."""

    name: str
    unit: str
    low: float
    high: float
    scope: Literal["area", "place"]
    composition: Literal["multiply", "add"]
    process: str
    meaning: str


def addition(stock: str) -> str:
    """Return the name of the rate at which a stock is built beyond upkeep."""
    return f"{stock}_addition"


def _addition(name: str, stocks: dict[str, Stock]) -> Rate:
    stock = stocks[name]
    scope: Literal["area", "place"] = "place" if stock.by_kind else "area"
    meaning = f"{stock.title.en.lower()} built beyond upkeep and its trend"
    return Rate(addition(name), f"{level_unit(name, stocks)} a year", 0, stock.most, scope, "add", "services", meaning)


_STOCKS = load_stocks()

REGISTRY = {
    rate.name: rate
    for rate in (
        Rate("mortality", "ratio", 0.2, 5, "area", "multiply", "demography", "death rates against the schedule"),
        Rate("fertility", "ratio", 0, 5, "area", "multiply", "demography", "birth rates against the schedule"),
        Rate("senior_secondary_progression", "share", 0, 1, "area", "multiply", "education",
             "15-year-olds who go on to senior-secondary school"),
        Rate("college_progression", "share", 0, 1, "area", "multiply", "education",
             "senior-secondary graduates who go on to college or university"),
        Rate("job_separation", "per year", 0, 4, "area", "multiply", "labour",
             "workers who lose or leave their work at an unchanged size of the firm"),
        Rate("participation", "ratio", 0, 1.3, "area", "multiply", "participation",
             "people in work or looking for it against the age curve"),
        Rate("matching_efficiency", "per quarter", 0, 3, "area", "multiply", "labour",
             "scale of the matching function"),
        Rate("commuting", "per quarter", 0, 1, "area", "multiply", "matching",
             "seekers without a job in the county who find one in Jinan or Qingdao, at no distance"),
        Rate("farm_search", "ratio", 0, 5, "area", "multiply", "labour", "farmers who look for other work"),
        Rate("firm_productivity", "ratio", 0.1, 5, "area", "multiply", "production", "productivity of firms"),
        Rate("farm_productivity", "ratio", 0.1, 5, "area", "multiply", "production", "productivity of farms"),
        Rate("external_demand", "ratio", 0.1, 10, "area", "multiply", "production",
             "what is bought of the county's industry elsewhere"),
        Rate("tourism_demand", "ratio", 0.1, 10, "area", "multiply", "production",
             "what visitors from elsewhere buy of the county's tourism and culture"),
        Rate("local_demand", "ratio", 0.1, 10, "area", "multiply", "production",
             "spending on trade and services against what the county earns"),
        Rate("firm_entry", "ratio", 0, 5, "area", "multiply", "firms", "firms that are founded"),
        Rate("firm_closure", "ratio", 0, 5, "area", "multiply", "firms", "establishments that close"),
        Rate("consideration", "ratio", 0, 10, "area", "multiply", "migration",
             "hazard to consider moving away from here"),
        Rate("attraction", "utility", -10, 10, "place", "add", "migration",
             "what draws people to a place beyond its offers"),
        Rate("service_parity", "share", 0, 1, "area", "add", "migration",
             "local services open to residents registered elsewhere"),
        Rate("district_arrivals", "per year", 0, 1, "area", "multiply", "migration",
             "people of districts who move into counties"),
        Rate("outside_arrivals", "per year", 0, 1, "area", "multiply", "migration",
             "arrivals from outside the province per urban resident"),
        Rate("conversion", "per year", 0, 2, "area", "multiply", "citizenization",
             "ceiling of the hazard to register locally"),
        Rate("land_rights_kept", "share", 0, 1, "area", "add", "citizenization",
             "converters who keep their land rights"),
        Rate("reclassification", "per year", 0, 0.1, "area", "multiply", "reclassification",
             "village homes that become urban in situ"),
        Rate("housing_subsidy", "share of price", 0, 0.5, "area", "add", "housing",
             "part of a home's price paid to buyers"),
        Rate("land_quota", "ratio", 0, 3, "area", "multiply", "land", "quota of construction land against the trend"),
        Rate("industrial_land_share", "share", 0, 0.6, "area", "add", "land", "new construction land for industry"),
        Rate("industrial_land_price", "ratio", 0.02, 1, "area", "multiply", "land", "industrial to residential price"),
        Rate("idle_recovery", "per year", 0, 1, "area", "multiply", "land", "idle land that is offered again"),
        Rate("platform_land_purchases", "share", 0, 1, "area", "multiply", "land",
             "unsold residential land that the county's platform buys"),
        Rate("land_cost", "share", 0.3, 1, "area", "multiply", "land", "compensation and development in land income"),
        Rate("village_land_exchange", "per year", 0, 0.5, "area", "multiply", "land",
             "empty homesteads reclaimed for quota"),
        Rate("tax_effort", "ratio", 0.5, 1.5, "area", "multiply", "finance", "own revenue against the first effort"),
        Rate("transfer_coverage", "share", 0, 1, "area", "add", "finance",
             "part of the gap between need and capacity that equalisation fills"),
        Rate("transfer_level", "ratio", 0, 5, "area", "multiply", "finance", "transfers against their rule"),
        Rate("retention_share", "share", 0, 1, "area", "add", "finance",
             "local tax that prefectures keep of counties they manage"),
        Rate("transfer_retention", "share", 0, 0.9, "area", "add", "transfers",
             "transfers that prefectures keep of those to counties they manage"),
        Rate("capital_grant", "yuan a year", 0, 1e10, "area", "add", "finance",
             "grants of the province for capital projects"),
        Rate("bond_room", "ratio", 0, 10, "area", "multiply", "finance", "new bonds allowed against the rule"),
        Rate("interest_cost", "per year", 0, 0.3, "area", "multiply", "finance", "interest on bonds"),
        Rate("platform_borrowing", "ratio", 0, 10, "area", "multiply", "finance",
             "new loans of platforms for land and projects against the rule"),
        Rate("delivery_efficiency", "share", 0.1, 1, "area", "multiply", "programme",
             "what is paid for measures that becomes works and services"),
        Rate("public_wage", "ratio", 0.5, 2, "area", "multiply", "finance", "pay of public staff against the trend"),
        Rate("staff_replacement", "share", 0, 1, "area", "multiply", "plans",
             "public posts filled again or anew, of those that the rule would fill"),
        Rate("least_school_enrolment", "pupils", 5, 1000, "area", "multiply", "schools",
             "enrolment below which a village school is closed"),
        *(_addition(name, _STOCKS) for name in _STOCKS),
    )
}


class Rates:
    """Values in force by name: arrays over areas or places, rebuilt from the baseline by `set`."""

    def __init__(self, areas: int, places: int):
        self._length = {"area": areas, "place": places}
        self.values: dict[str, np.ndarray] = {}
        self.moved: dict[str, list[np.ndarray]] = {}
        """What delivered measures change this year, by rate; each change like those given to `set`."""

    def set(self, name: str, base, *changes) -> None:
        """Compose a rate from its base and its changes (scalars or arrays), and clip it to its bounds."""
        rate = REGISTRY[name]
        value = np.full(self._length[rate.scope], 0.0) + base
        for change in (*changes, *self.moved.get(name, ())):
            value = value * (1 + change) if rate.composition == "multiply" else value + change
        self.values[name] = np.clip(value, rate.low, rate.high)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]


def by_quarter_of_age(by_year: np.ndarray) -> np.ndarray:
    """Return values by single year of age (last axis) by age in quarters, 0 to 1023; the last year goes on."""
    return by_year[..., np.minimum(np.arange(1024) // 4, by_year.shape[-1] - 1)]


def quarterly(per_year) -> np.ndarray:
    """Return the probability of an event in a quarter from a rate per year: 1 - exp(-r / 4)."""
    return -np.expm1(-np.asarray(per_year, float) / 4)
