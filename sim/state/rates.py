"""Every named rate and stock that a measure may move, and outside conditions by their drivers.

Rates are rebuilt each year from their bases; a process reads the value in force and never knows who
moved it. Changes multiply (base x product of (1 + change)) or add up, and so their order cannot matter.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.config import External, Parameters
from sim.config.files import load_stocks
from sim.config.stocks import Stock, level_unit

Value = float | np.ndarray
"""One value for all areas or places, or one for each."""


@dataclass(frozen=True)
class Rate:
    """A named rate: its base value, driver, unit, bounds, scope and how changes compose.

    `base` is a number or the parameter whose value it is; the index of `driver`, a series of the external scenario
    declared in `config.scenarios.DRIVERS`, multiplies it. What else differs between areas or places is in
    `processes.conditions.LOCAL`. To add a rate: an entry here, and a process that reads `world.rates[name]`.
    """

    name: str
    unit: str
    low: float
    high: float
    scope: Literal["area", "place"]
    composition: Literal["multiply", "add"]
    base: float | str
    meaning: str
    driver: str = ""

    def without_measures(self, parameters: Parameters, external: External, year: int) -> float:
        """Return the value of a year before the changes by measures and the differences between areas or places."""
        base = self.base
        if isinstance(base, str):
            theme, _, name = base.partition(".")
            base = getattr(getattr(parameters, theme), name)
        return base * external.index(self.driver, year) if self.driver else base


def addition(stock: str) -> str:
    """Return the name of the rate at which a stock is built beyond upkeep."""
    return f"{stock}_addition"


def _addition(name: str, stocks: dict[str, Stock]) -> Rate:
    stock = stocks[name]
    scope: Literal["area", "place"] = "place" if stock.by_kind else "area"
    meaning = f"{stock.title.en.lower()} built beyond upkeep and its trend"
    return Rate(addition(name), f"{level_unit(name, stocks)} a year", 0, stock.most, scope, "add", 0.0, meaning)


_STOCKS = load_stocks()

REGISTRY = {
    rate.name: rate
    for rate in (
        Rate("mortality", "ratio", 0.2, 5, "area", "multiply", 1.0,
             "death rates against the schedule", driver="mortality"),
        Rate("fertility", "ratio", 0, 5, "area", "multiply", 1.0,
             "birth rates against the schedule", driver="fertility"),
        Rate("senior_secondary_progression", "share", 0, 1, "area", "multiply",
             "education.senior_secondary_progression", "15-year-olds who go on to senior-secondary school"),
        Rate("college_progression", "share", 0, 1, "area", "multiply", "education.college_progression",
             "senior-secondary graduates who go on to college or university"),
        Rate("job_separation", "per year", 0, 4, "area", "multiply", "labour.job_separation",
             "workers who lose or leave their work at an unchanged size of the firm"),
        Rate("participation", "ratio", 0, 1.3, "area", "multiply", 1.0,
             "people in work or looking for it against the age curve"),
        Rate("matching_efficiency", "per quarter", 0, 3, "area", "multiply", "labour.matching_efficiency",
             "scale of the matching function"),
        Rate("commuting", "per quarter", 0, 1, "area", "multiply", "labour.commuting",
             "seekers without a job in the county who find one in a core city, at no distance",
             driver="commuting"),
        Rate("farm_search", "ratio", 0, 5, "area", "multiply", 1.0,
             "farmers who look for other work"),
        Rate("firm_productivity", "ratio", 0.1, 5, "area", "multiply", 1.0,
             "productivity of firms", driver="productivity"),
        Rate("farm_productivity", "ratio", 0.1, 5, "area", "multiply", 1.0,
             "productivity of farms", driver="productivity"),
        Rate("external_demand", "ratio", 0.1, 10, "area", "multiply", 1.0,
             "what is bought of the county's industry elsewhere", driver="external_demand"),
        Rate("tourism_demand", "ratio", 0.1, 10, "area", "multiply", 1.0,
             "what visitors from elsewhere buy of the county's tourism and culture", driver="tourism_demand"),
        Rate("local_demand", "ratio", 0.1, 10, "area", "multiply", 1.0,
             "spending on trade and services against what the county earns", driver="local_demand"),
        Rate("firm_entry", "ratio", 0, 5, "place", "multiply", 1.0,
             "firms that are founded"),
        Rate("firm_closure", "ratio", 0, 5, "area", "multiply", 1.0,
             "establishments that close"),
        Rate("consideration", "ratio", 0, 10, "area", "multiply", 1.0,
             "hazard to consider moving away from here", driver="migration"),
        Rate("attraction", "utility", -10, 10, "place", "add", 0.0,
             "what draws people to a place beyond its attributes"),
        Rate("service_reach", "ratio", 0.2, 5, "place", "multiply", 1.0,
             "public services within reach of a place, stocks apart"),
        Rate("service_parity", "share", 0, 1, "area", "add", "migration.service_parity",
             "local services open to residents registered elsewhere"),
        Rate("district_arrivals", "per year", 0, 1, "area", "multiply",
             "migration.district_arrivals", "people of districts who move into counties", driver="district_arrivals"),
        Rate("outside_arrivals", "per year", 0, 1, "area", "multiply", "migration.outside_arrivals",
             "arrivals from outside the province per urban resident", driver="outside_arrivals"),
        Rate("conversion", "per year", 0, 2, "area", "multiply", "citizenization.ceiling",
             "ceiling of the hazard to register locally"),
        Rate("land_rights_kept", "share", 0, 1, "area", "add", "citizenization.land_rights_kept",
             "converters who keep their land rights"),
        Rate("reclassification", "per year", 0, 0.1, "area", "multiply", "reclassification.rate",
             "village homes that become urban in situ", driver="reclassification"),
        Rate("housing_subsidy", "share of price", 0, 0.5, "place", "add", 0.0,
             "part of a home's price paid to buyers"),
        Rate("land_quota", "ratio", 0, 3, "area", "multiply", 1.0,
             "quota of construction land against the trend", driver="land_quota"),
        Rate("industrial_land_share", "share", 0, 0.6, "area", "add", "land.industrial_share",
             "new construction land for industry"),
        Rate("industrial_land_price", "ratio", 0.02, 1, "area", "multiply", "land.industrial_price_ratio",
             "industrial to residential price"),
        Rate("idle_recovery", "per year", 0, 1, "area", "multiply", "land.idle_recovery",
             "idle land that is offered again"),
        Rate("platform_land_purchases", "share", 0, 1, "area", "multiply", "land.platform_purchases",
             "unsold residential land that the county's platform buys"),
        Rate("land_cost", "share", 0.3, 1, "area", "multiply", "land.cost_share",
             "compensation and development in land income"),
        Rate("village_land_exchange", "per year", 0, 0.5, "area", "multiply", "land.village_land_exchange",
             "empty homesteads reclaimed for quota"),
        Rate("tax_effort", "ratio", 0.5, 1.5, "area", "multiply", 1.0,
             "own revenue against the first effort"),
        Rate("transfer_coverage", "share", 0, 1, "area", "add", "finance.transfer_coverage",
             "part of the gap between need and capacity that equalisation fills"),
        Rate("transfer_level", "ratio", 0, 5, "area", "multiply", 1.0,
             "transfers against their rule", driver="transfers"),
        Rate("retention_share", "share", 0, 1, "area", "add", "finance.retention_share",
             "local tax that prefectures keep of counties they manage", driver="retention"),
        Rate("transfer_retention", "share", 0, 0.9, "area", "add", "finance.transfer_retention",
             "transfers that prefectures keep of those to counties they manage", driver="retention"),
        Rate("capital_grant", "yuan a year", 0, 1e10, "area", "add", 0.0,
             "grants of the province for capital projects"),
        Rate("bond_room", "ratio", 0, 10, "area", "multiply", 1.0,
             "new bonds allowed against the rule", driver="bond_room"),
        Rate("interest_cost", "per year", 0, 0.3, "area", "multiply", "finance.interest_rate",
             "interest on bonds", driver="interest"),
        Rate("platform_borrowing", "ratio", 0, 10, "area", "multiply", 1.0,
             "new loans of platforms for land and projects against the rule", driver="platform_borrowing"),
        Rate("delivery_efficiency", "share", 0.1, 1, "area", "multiply", "finance.delivery_efficiency",
             "what is paid for measures that becomes works and services"),
        Rate("public_wage", "ratio", 0.5, 2, "area", "multiply", 1.0,
             "pay of public staff against the trend"),
        Rate("staff_replacement", "share", 0, 1, "area", "multiply", 1.0,
             "public posts filled again or anew, of those that the rule would fill", driver="public_staff"),
        Rate("least_school_enrolment", "pupils", 5, 1000, "area", "multiply", "services.least_school_enrolment",
             "enrolment below which a village school is closed", driver="school_threshold"),
        *(_addition(name, _STOCKS) for name in _STOCKS),
    )
}


class Rates:
    """Values in force by name: arrays over areas or places, rebuilt from the baseline by `set`."""

    def __init__(self, areas: int, places: int):
        self._length = {"area": areas, "place": places}
        self.values: dict[str, np.ndarray] = {
            name: np.full(self._length[rate.scope], rate.base) for name, rate in REGISTRY.items()
            if not isinstance(rate.base, str)}
        """Those whose base is a number stand at it from the start."""
        self.moved: dict[str, list[np.ndarray]] = {}
        """Changes that delivered measures make this year, by rate; each change like those given to `set`."""

    def set(self, name: str, base: Value, *changes: Value) -> None:
        """Compose a rate from its base and its changes (scalars or arrays), and clip it to its bounds."""
        rate = REGISTRY[name]
        value = base
        for change in (*changes, *self.moved.get(name, ())):
            value = value * (1 + change) if rate.composition == "multiply" else value + change
        self.values[name] = np.full(self._length[rate.scope], np.minimum(np.maximum(value, rate.low), rate.high))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]


def by_quarter_of_age(by_year: np.ndarray) -> np.ndarray:
    """Return values by single year of age (last axis) by age in quarters, 0 to 1023; the last year goes on."""
    return by_year[..., np.minimum(np.arange(1024) // 4, by_year.shape[-1] - 1)]


def quarterly(per_year: Value) -> np.ndarray:
    """Return the probability of an event in a quarter from a rate per year: 1 - exp(-r / 4)."""
    return -np.expm1(-np.asarray(per_year, float) / 4)
