"""Demand, planned starts and construction of homes: the parts of the housing market that look at one quarter."""

import numpy as np

from sim.state.places import KINDS, Kind
from sim.state.rates import quarterly
from sim.state.residents import Work
from sim.state.world import World


def demolition(world: World) -> np.ndarray:
    """Return homes pulled down by place, as a share of the stock per year."""
    return world.once(_demolition)


def _demolition(world: World) -> np.ndarray:
    p = world.parameters.housing
    return np.where(world.places.kind == Kind.VILLAGE, p.village_demolition, p.urban_demolition)


def wage(world: World) -> np.ndarray:
    """Return by county the mean wage of those in work outside farming, yuan a month."""
    employed = world.places.of_counties(world.labour.employed)
    employed = employed[:, Work.AGRO_PROCESSING :] + 1e-9
    return (employed * world.labour.wage[:, Work.AGRO_PROCESSING :]).sum(1) / employed.sum(1)


def earnings(world: World) -> np.ndarray:
    """Return earnings from work per resident by county, yuan a month."""
    employed = world.places.of_counties(world.labour.employed)
    people = world.counts.people.sum(1)
    return np.maximum((employed * world.labour.wage).sum(1) / np.maximum(people, 1), 1)


def follow_reclassified(world: World) -> np.ndarray:
    """Move homes of villages that became urban this quarter to town and seat; return residents by place in persons.

    The last count of residents is from before; they are shifted with their homes, in the ratio in which homesteads
    lie next to seat and towns. A home keeps its floor area, so that the mean of the place that takes it in moves.
    """
    h, places, scale = world.housing, world.places, world.config.scale
    people = world.counts.residents.sum(1) * float(scale)
    by_kind = places.by_kind(people)
    new = (world.flows.reclassified[:, 0] - h.followed) * float(scale)
    h.followed = world.flows.reclassified[:, 0].copy()
    new = np.minimum(new, by_kind[:, Kind.VILLAGE])
    left = np.divide(new, by_kind[:, Kind.VILLAGE], out=np.zeros(places.counties), where=by_kind[:, Kind.VILLAGE] > 0)
    split = world.once(_towns_and_seat)
    taken = new[:, None] * split
    stock, needed, area, space = (places.by_kind(column)
                                  for column in (h.stock, h.needed, h.floor_area, h.space))
    village = (area * np.exp(space))[:, :1] / np.exp(space[:, Kind.TOWN :])
    joined = by_kind[:, Kind.TOWN :] + taken
    mean = (area[:, Kind.TOWN :] * by_kind[:, Kind.TOWN :] + village * taken) / np.maximum(joined, 1)
    area[:, Kind.TOWN :] = np.where(joined > 0, mean, area[:, Kind.TOWN :])
    for column in (stock, needed):
        column[:, Kind.TOWN :] += (column[:, Kind.VILLAGE] * left)[:, None] * split
        column[:, Kind.VILLAGE] *= 1 - left
    by_kind[:, Kind.TOWN :] = joined
    by_kind[:, Kind.VILLAGE] -= new
    return people


def _towns_and_seat(world: World) -> np.ndarray:
    return np.stack([1 - world.census.seat_share, world.census.seat_share], axis=1)


def adjust_space(world: World) -> None:
    """Let the floor area a resident wants tend to income and price, each to its long-run elasticity (Chow and Niu).

    Income is that of the county against the initial state, price that of the market without the immediate effects of
    drivers; the driver of the land market shifts the wanted floor area by an elasticity of its own.
    """
    p, h, places = world.parameters.housing, world.housing, world.places
    income = np.zeros(places.count)
    income[: places.districts] = np.repeat(np.log(earnings(world) / h.first_earnings), KINDS)
    cost = np.log(world.trend) + h.relative
    wanted = p.income_elasticity * income + p.price_elasticity * cost
    wanted += p.market_space * np.log(world.config.external.index("land_market", world.year))
    h.space = h.space + (wanted - h.space) * quarterly(p.space_adjustment)


def occupy(world: World, people: np.ndarray) -> None:
    """Set the floor area needed by residents (persons by place) and second homes, and the part the stock can hold."""
    h, p = world.housing, world.parameters.housing
    h.needed = people * h.floor_area * np.exp(h.space) + h.second_homes * (world.config.scale * p.home_area)
    h.occupied = np.minimum(h.needed, h.stock)


def wanted(world: World) -> np.ndarray:
    """Return desired housing starts in m2 by place and year: replacement of demolition, growth, and part of the gap.

    The gap is the stock that leaves normal vacancy when the building is finished, times price to the elasticity of
    supply, less the stock and the floor area under construction.
    """
    p, h = world.parameters.housing, world.housing
    renewed = demolition(world) + np.clip(h.growth, -p.greatest_growth, p.greatest_growth)
    target = h.needed / (1 - h.normal_vacancy) * np.exp(p.supply_elasticity * h.relative)
    years = len(h.under_construction) / 4
    gap = target * (1 + years * renewed) - h.stock - h.under_construction.sum(0)
    return np.maximum(h.stock * renewed + p.stock_adjustment * gap, 0)


def shifts(world: World) -> np.ndarray:
    """Return by place the immediate factor of drivers on the price: the land market, the pull of cities and outside."""
    return world.yearly(_shifts)


def _shifts(world: World) -> np.ndarray:
    p, places, external = world.parameters.housing, world.places, world.config.external
    pull = np.ones(places.count)
    pull[places.kind == Kind.DISTRICT] = external.index("district_pull", world.year)
    pull[places.core] *= external.index("core_pull", world.year)
    pull[places.outside] = external.index("outside_pull", world.year)
    return pull**p.pull_price * external.index("land_market", world.year) ** p.market_price
