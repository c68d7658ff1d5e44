"""Permanent attraction of towns, seats and counties: revealed by the initial state, and unobserved."""

import numpy as np
from scipy.special import ndtri

from sim.core import rng
from sim.processes.decisions import COUNTY_ATTRACTION, TOWN_ATTRACTION
from sim.state.places import KINDS
from sim.state.settlement import Attraction
from sim.state.world import World


def initial(world: World) -> Attraction:
    """Draw unobserved attraction once for a run: normal deviates by county of its towns and seat against its villages
    and of the county as a whole. The mean over all residents is 0, so that counties together draw no more for it."""
    n = world.places.counties
    people = world.counts.people.astype(float)
    residents = people.sum(1)
    urban = people[:, 1:].sum(1) / residents
    towns, whole = (ndtri(rng.uniforms(world.seed, decision, 0, np.arange(n)))
                    for decision in (TOWN_ATTRACTION, COUNTY_ATTRACTION))
    towns, whole = (drawn - np.average(drawn, weights=residents) for drawn in (towns, whole))
    unknown = np.zeros((2, world.places.count))
    unknown[0, : world.places.districts] = against_villages(urban, towns)
    unknown[1, : world.places.districts] = np.repeat(whole, KINDS)
    return Attraction(unknown)


def against_villages(urban: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Return log odds by place of counties that set towns and seats `more` against villages, where `urban` of the
    residents live, so that a county as a whole is neither more nor less attractive."""
    return np.stack([-urban * more, *2 * [(1 - urban) * more]], axis=1).ravel()


def lasting(world: World) -> np.ndarray:
    """Return the permanent attraction of places against those of other counties, in log odds by place.

    Towns and seats differ, first, by the share of residents who live in them, which reveals amenities that are not
    observed (the inversion of models of location: Ahlfeldt, Redding, Sturm and Wolf 2015, Econometrica 83); second, by
    the share who have been to college: skilled towns grow faster (Glaeser and Saiz 2004, Brookings-Wharton Papers on
    Urban Affairs 5); third, by how near the districts of the prefecture are, whose markets they serve; fourth, by work
    outside farming, on which towns live; last, by the unobserved deviate. Whole counties differ by one alone.
    """
    m, places, census = world.parameters.migration, world.places, world.census
    known = np.zeros(places.count)
    more = (m.revealed_attraction * census.urban_odds + m.schooling_attraction * census.college_odds
            + m.nearness_attraction * census.nearness - m.farming_attraction * census.farming_odds)
    known[: places.districts] = against_villages(census.urban_share, more)
    return known + np.array([m.unknown_town_attraction, m.unknown_county_attraction]) @ world.attraction.unknown
