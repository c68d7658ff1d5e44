"""Reclassification: the built-up edge of seats and towns takes in village homes without anyone moving."""

import numpy as np
from numba import njit

from sim.agents.places import NOWHERE, Kind
from sim.agents.residents import HUKOU_RECLASSIFIED, PLACE_RECLASSIFIED
from sim.core import blocks
from sim.rates import quarterly
from sim.world import World

RANKS = 65_536


def reclassify(world: World) -> None:
    """Push the urban edge outward and turn the village homes inside it urban, residents and absent people alike.

    Homesteads are ranked outward from the edge; a county's edge moves by its yearly rate times the remaining
    ranks, faster where towns and seat grew faster last year. Reads homestead, place, hukou; writes place, hukou, flags.
    """
    people, places = world.residents, world.places
    chance = quarterly(world.rates["reclassification"][: places.counties] * world.urban_growth)
    world.urban_edge += (RANKS - world.urban_edge) * chance
    edge = np.zeros(int(NOWHERE) + 1, np.int64)  # by place code, nothing is inside but in villages
    villages = places.village(np.arange(places.counties))
    edge[villages] = np.floor(world.urban_edge)
    world.flows.reclassified += sum(blocks.run(
        _reclassify, people.size, world.threads, people.place, people.hukou, people.homestead, people.flags, edge,
        seat_ranks(world)))


@njit(cache=True, nogil=True)
def _reclassify(start, stop, place, hukou, homestead, flags, edge, seat):
    counts = np.zeros((len(seat), 2), np.int64)
    for i in range(start, stop):
        rank = homestead[i]
        if rank < edge[place[i]]:
            county = place[i] // 3
            place[i] += Kind.SEAT if becomes_seat(rank, seat[county]) else Kind.TOWN
            flags[i] |= PLACE_RECLASSIFIED
            counts[county, 0] += 1
        if rank < edge[hukou[i]] and place[i] != NOWHERE:
            county = hukou[i] // 3
            hukou[i] += Kind.SEAT if becomes_seat(rank, seat[county]) else Kind.TOWN
            flags[i] |= HUKOU_RECLASSIFIED
            counts[county, 1] += 1
    return counts


def seat_ranks(world: World) -> np.ndarray:
    """Return by county how many of the ranks lie next to the seat (int64)."""
    return np.round(world.seat_weight * RANKS).astype(np.int64)


@njit(inline="always")
def becomes_seat(rank, share):
    """Return whether a village home of this rank lies next to the seat rather than a town."""
    return (rank * 40_503) % 65_536 < share


def remember_growth(world: World) -> None:
    """Hold each county's urban growth of the year, reclassification aside, against that of all counties together.

    The edge moves faster next year where the difference is positive; on the average it keeps the declared rate.
    """
    p = world.parameters.reclassification
    urban = world.counts.by_county(world.counts.residents.sum(1))[:, Kind.TOWN :].sum(1)
    added = urban - world.urban_before - world.flows.reclassified[:, 0]
    ahead = added / np.maximum(world.urban_before, 1) - added.sum() / world.urban_before.sum()
    world.urban_growth = np.clip(1 + p.growth_response * ahead / p.growth_unit, 0, 2)
    world.urban_before = urban
