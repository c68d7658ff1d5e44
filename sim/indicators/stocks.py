"""What is observed of services, infrastructure and environment: ratios whose parts add up over groups of counties."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.agents.places import Kind
from sim.agents.stocks import total
from sim.config.stocks import Stock, level_unit
from sim.world import World

Parts = Callable[[World], tuple[np.ndarray, np.ndarray | None]]


class Observation(NamedTuple):
    """A yearly observation: a factor times the sum of one part over that of another, or the sum of the first alone."""

    unit: str
    meaning: str
    parts: Parts
    factor: float = 1.0
    is_event: bool = False  # of a year, and so not known of the base year

    def of_groups(self, world: World, members: np.ndarray) -> np.ndarray:
        """Return it for groups of counties (bool, (groups, counties))."""
        above, below = self.parts(world)
        inside = members.astype(float)
        if below is None:
            return self.factor * (inside @ above)
        whole = inside @ below
        return np.divide(self.factor * (inside @ above), whole, out=np.full(len(whole), np.nan), where=whole > 0)


NAMES = {
    "road_area": "road_area_share",
    "park_area": "park_area_per_resident",
    "nursing_beds": "nursing_beds_share",
    "inclusive_kindergarten_places": "inclusive_kindergartens",
    "sports_area": "sports_area_per_resident",
}
"""Observations of a stock that have a name of their own; any other has that of the stock."""


def observations(stocks: dict[str, Stock]) -> dict[str, Observation]:
    """Return every observation by name: each stock per need, and what stocks do."""
    levels = {}
    for name, stock in stocks.items():
        unit, meaning = level_unit(name, stocks), stock.title.en
        levels[NAMES.get(name, name)] = Observation(unit, meaning, _level(name, stock), stock.per)
    return {**levels, **OTHERS}


def _level(name: str, stock: Stock) -> Parts:
    def parts(world: World) -> tuple[np.ndarray, np.ndarray]:
        held = world.stocks
        return (held.served(name) if stock.shared else total(held.values[name])), total(held.needs[name])

    return parts


def _residents(world: World) -> np.ndarray:
    return world.counts.by_county(world.counts.residents.sum(1)).sum(1) * float(world.config.scale)


def _locals(world: World) -> np.ndarray:
    """Return residents who are registered in their county, in persons."""
    counts = world.counts
    return (counts.by_county(counts.registered).sum(1) - counts.absent) * float(world.config.scale)


def _index(name: str) -> Parts:
    return lambda world: (world.stocks.outcomes[name] * _residents(world), _residents(world))


def _coverage(world: World) -> np.ndarray:
    return np.minimum(world.stocks.outcomes["services"], 1)


def _others_served(world: World) -> tuple[np.ndarray, np.ndarray]:
    others = np.maximum(_residents(world) - _locals(world), 0)
    return others * _coverage(world) * world.stocks.outcomes["parity"], others


def _congestion(world: World) -> tuple[np.ndarray, np.ndarray]:
    held, levels = world.stocks, ("primary_places", "junior_places")
    pupils, places = (sum(of[level][:, Kind.SEAT] for level in levels) for of in (held.needs, held.values))
    return np.asarray(pupils), np.asarray(places)


def _distance(world: World) -> tuple[np.ndarray, np.ndarray]:
    children = world.stocks.needs["primary_places"][:, Kind.VILLAGE]
    return world.stocks.village_schools.distance_km * children, children


OTHERS = {
    "rooftop_solar_capacity": Observation("GW", "rooftop solar in all", lambda world: (
        world.stocks.values["rooftop_solar"], None), 1e-6),
    "village_schools": Observation("schools", "primary schools in villages", lambda world: (
        world.stocks.village_schools.open, None)),
    "village_schools_closed": Observation("schools a year", "village primary schools closed", lambda world: (
        world.stocks.village_schools.closures, None), is_event=True),
    "school_distance": Observation("km", "mean distance of village pupils to a primary school", _distance),
    "school_congestion": Observation("pupils per 100 places", "primary and junior-secondary schools of the seat",
                                     _congestion, 100),
    "locals_served": Observation("%", "services open to residents registered in their county", lambda world: (
        _locals(world) * _coverage(world), _locals(world)), 100),
    "others_served": Observation("%", "services open to residents registered elsewhere", _others_served, 100),
    "services_index": Observation("ratio", "public services against their declared trends", _index("services")),
    "infrastructure_index": Observation("ratio", "public capital against its declared trend", _index("infrastructure")),
    "amenity_index": Observation("ratio", "choice of the county for its amenity", _index("amenity")),
    "pollution_index": Observation("ratio", "untreated load against that of the declared trends", _index("pollution")),
    "visitors_index": Observation("ratio", "visitors' demand", _index("visitors")),
    "upkeep_per_resident": Observation("yuan a year", "what full upkeep of stocks costs the budget", lambda world: (
        world.stocks.outcomes["upkeep_cost"], _residents(world))),
    "floods": Observation("events a year", "counties struck by floods", lambda world: (
        world.stocks.struck["flood"], None), is_event=True),
    "heat_waves": Observation("events a year", "counties struck by heat", lambda world: (
        world.stocks.struck["heat"], None), is_event=True),
    "hazard_damage": Observation("million yuan a year", "stocks destroyed by hazards", lambda world: (
        world.stocks.damage, None), 1e-6, is_event=True),
}  # fmt: skip
"""Observations that are no single stock per need."""
