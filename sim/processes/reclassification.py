"""Reclassification: the built-up edge of seats and towns takes in village homes without anyone moving."""

import numpy as np
from numba import njit

from sim.core import blocks
from sim.core.compiled import kernel
from sim.state.places import NOWHERE, Kind, county_of
from sim.state.rates import quarterly
from sim.state.residents import HUKOU_RECLASSIFIED, PLACE_RECLASSIFIED
from sim.state.settlement import UrbanEdge
from sim.state.world import World

RANKS = 65_536


def reclassify(world: World) -> None:
    """Push the urban edge outward and turn the village homes inside it urban, residents and absent people alike.

    Homesteads are ranked outward from the edge; a county's edge moves by its yearly rate times the remaining
    ranks, faster where towns and seat grew faster last year. Reads homestead, place, hukou; writes place, hukou, flags.
    """
    people, places = world.residents, world.places
    chance = quarterly(world.rates["reclassification"][: places.counties] * world.urban_edge.pace)
    world.urban_edge.rank += (RANKS - world.urban_edge.rank) * chance
    edge = np.zeros(int(NOWHERE) + 1, np.int64)  # by place code, nothing is inside but in villages
    edge[places.villages] = np.floor(world.urban_edge.rank)
    world.flows.reclassified += sum(blocks.run(
        _reclassify, people.size, world.threads, people.place, people.hukou, people.homestead, people.flags, edge,
        seat_ranks(world)))


@kernel
def _reclassify(start, stop, place, hukou, homestead, flags, edge, seat):
    counts = np.zeros((len(seat), 2), np.int64)
    for i in range(start, stop):
        rank = homestead[i]
        if rank < edge[place[i]]:
            county = county_of(place[i])
            place[i] += Kind.SEAT if becomes_seat(rank, seat[county]) else Kind.TOWN
            flags[i] |= PLACE_RECLASSIFIED
            counts[county, 0] += 1
        if rank < edge[hukou[i]] and place[i] != NOWHERE:
            county = county_of(hukou[i])
            hukou[i] += Kind.SEAT if becomes_seat(rank, seat[county]) else Kind.TOWN
            flags[i] |= HUKOU_RECLASSIFIED
            counts[county, 1] += 1
    return counts


def seat_ranks(world: World) -> np.ndarray:
    """Return by county how many of the ranks lie next to the seat (int64)."""
    return np.round(world.census.seat_share * RANKS).astype(np.int64)


@njit(inline="always")
def becomes_seat(rank, share):
    """Return whether a village home of this rank lies next to the seat rather than a town."""
    return (rank * 40_503) % 65_536 < share


def initial(world: World) -> UrbanEdge:
    """Return the urban edge of the start: where towns and seats end, which grow at the mean pace."""
    counties = world.places.counties
    return UrbanEdge(rank=np.zeros(counties), pace=np.ones(counties), urban_before=world.counts.urban_people)


def remember_growth(world: World) -> None:
    """Hold each county's urban growth of the year, reclassification aside, against that of all counties together.

    The edge moves faster next year where the difference is positive; on the average it keeps the declared rate.
    """
    p, edge, urban = world.parameters.reclassification, world.urban_edge, world.counts.urban_people
    added = urban - edge.urban_before - world.flows.reclassified[:, 0]
    ahead = added / np.maximum(edge.urban_before, 1) - added.sum() / edge.urban_before.sum()
    edge.pace = np.clip(1 + p.growth_response * ahead / p.growth_unit, 0, 2)
    edge.urban_before = urban
