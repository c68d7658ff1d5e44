"""Hazards that damage stocks, pollution and amenity, and the visitors whom heritage and amenity draw."""

import numpy as np

from sim.core import rng
from sim.processes.decisions import FLOOD, FLOOD_SEVERITY, HEAT, HEAT_SEVERITY
from sim.state.places import Kind
from sim.state.world import World

SUMMER = 2
"""Quarter of the year, from 0, in which floods and heat strike."""


def no_hazards(world: World) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return a year without hazards: how often counties are struck by kind, and yuan destroyed."""
    counties = world.places.counties
    return {hazard: np.zeros(counties) for hazard in ("flood", "heat")}, np.zeros(counties)


def strike(world: World) -> None:
    """Let floods and heat strike counties in summer at their declared frequency and damage the stocks exposed to them.

    Severity is exponential; protected residents' share of the damage is avoided as far as protection goes.
    """
    if world.quarter % 4 == 0:
        world.stocks.struck, world.stocks.damage = no_hazards(world)
    if world.quarter % 4 != SUMMER:
        return
    p, stocks = world.parameters.environment, world.stocks
    exposed = 1 - p.protection * np.clip(stocks.per_need("resilience"), 0, 1)
    for hazard, occurs, severe, frequency, damage in (
        ("flood", FLOOD, FLOOD_SEVERITY, p.flood_frequency, p.flood_damage),
        ("heat", HEAT, HEAT_SEVERITY, p.heat_frequency, p.heat_damage),
    ):
        chance = -np.expm1(-frequency * world.config.external.index("hazards", world.year))
        struck = _draws(world, occurs) < chance
        severity = -np.log1p(-_draws(world, severe))
        stocks.struck[hazard] += struck
        share = np.minimum(struck * severity * damage * exposed, 1)
        for name, stock in world.config.stocks.items():
            if hazard in stock.exposed_to:
                before = stocks.values[name]
                loss = before * (share if before.ndim == 1 else share[:, None])
                stocks.values[name] = before - loss
                stocks.lost[name] = stocks.lost[name] + loss
                yuan = stock.building_cost.value * world.trend_since_2020 * loss
                stocks.damage += yuan if loss.ndim == 1 else yuan.sum(1)
    world.forget_stocks()


def visitors(world: World) -> np.ndarray:
    """Return visitors' demand by county from heritage, amenity and transport against the trends: 1 at first."""
    p = world.parameters.environment
    drawn = {"heritage": p.visits_by_heritage, "transport": p.visits_by_transport}
    return (world.stocks.product(drawn) * made_amenity(world) ** p.visits_by_made_amenity
            * natural_amenity(world) ** p.visits_by_natural_amenity)


def amenity(world: World) -> np.ndarray:
    """Return by county how much likelier people choose it for its amenity: 1 at the start and along the trends."""
    p = world.parameters.environment
    return (made_amenity(world) ** p.choice_by_made_amenity
            * natural_amenity(world) ** p.choice_by_natural_amenity)


def made_amenity(world: World) -> np.ndarray:
    """Return man-made amenity by county, of culture, sports and heritage, against the declared trends."""
    p = world.parameters.environment
    return world.stocks.product({"culture_area": p.culture_in_amenity, "sports_area": p.sports_in_amenity,
                                 "heritage": p.heritage_in_amenity})


def natural_amenity_of_places(world: World) -> np.ndarray:
    """Return natural amenity by place against the declared trends: clean water and land in the whole county, parks in
    the seat, where they lie; 1 elsewhere."""
    amenity = np.ones(world.places.count)
    by_kind, clean = world.places.by_kind(amenity), _cleanness(world)
    by_kind[:] = clean[:, None]
    by_kind[:, Kind.SEAT] = clean * world.stocks.against_trend("park_area")
    return amenity


def natural_amenity(world: World) -> np.ndarray:
    """Return natural amenity by county, that of its seat."""
    return _cleanness(world) * world.stocks.against_trend("park_area")


def _cleanness(world: World) -> np.ndarray:
    """Return the part of natural amenity that is clean water and land, by county."""
    clean: np.ndarray = pollution(world) ** -world.parameters.environment.pollution_elasticity
    return clean


def pollution(world: World) -> np.ndarray:
    """Return by county the load that is not collected, treated or incinerated, against that of the declared trends."""
    p, stocks = world.parameters.environment, world.stocks
    least = p.irreducible_load
    weights = {"sewage_collection": p.sewage_in_pollution, "rural_sewage_treatment": p.rural_sewage_in_pollution,
               "waste_incineration": p.waste_in_pollution}
    untreated, declared = np.zeros(world.places.counties), np.zeros(world.places.counties)
    for name, weight in weights.items():
        done = stocks.served(name) / stocks.needs[name] if world.config.stocks[name].shared else stocks.per_need(name)
        untreated += weight * np.maximum(1 - done, least)
        declared += weight * np.maximum(1 - stocks.declared[name], least)
    return untreated / declared


def _draws(world: World, decision: int) -> np.ndarray:
    """Return one draw from [0, 1) for each county."""
    out = np.empty(world.places.counties, np.uint64)
    rng.fill(world.seed, decision, world.quarter, np.arange(len(out), dtype=np.uint64), out)
    return out / rng.TWO_32
