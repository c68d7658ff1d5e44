"""Hukou conversion: people who live in towns, seats or districts register where they live."""

import numpy as np

from sim.core import blocks, rng
from sim.core.compiled import kernel, leaf
from sim.processes.decisions import CONVERSION, KEEP_LAND, WILLING
from sim.processes.households import members
from sim.state.places import NOWHERE, Kind
from sim.state.rates import quarterly
from sim.state.residents import ADULT, HUKOU_RECLASSIFIED, LAND_RIGHTS, SCHOOL_CHILD
from sim.state.world import World


def convert(world: World) -> None:
    """Let adults convert their hukou, then children take that of their guardian.

    The hazard is a ceiling times a logistic in service parity, a school-age child, a home of one's own, years since
    the move and land rights that would be lost; only the declared share of people is ever willing. Reads uid, birth,
    moved, place, household, home; writes hukou and flags.
    """
    people, places, rates, p = world.residents, world.places, world.rates, world.parameters.citizenization
    ceiling = rates["conversion"]
    thin = np.uint64(quarterly(ceiling).max() * rng.TWO_32) + np.uint64(1)  # nobody's chance is above the ceiling
    weights = np.array([p.intercept, p.parity_effect, p.school_child_effect, p.years_effect, p.land_effect,
                        p.own_home_effect])
    parts = blocks.run(
        _convert, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth, people.moved,
        people.place, people.hukou, people.household, people.home, people.flags, places.kind, places.area, ceiling,
        thin, rates["service_parity"], rates["land_rights_kept"], weights, rng.threshold(p.willing_share))
    adults = np.concatenate([rows for rows, _ in parts])
    children, left = _take_guardians(world, members(world, adults))
    rows = world.pending.converted = np.concatenate([adults, children])
    world.pending.converted_from = np.concatenate([*(places_left for _, places_left in parts), left])
    np.add.at(world.flows.conversions, (world.pending.converted_from, people.hukou[rows]), 1)
    people.flags[rows] &= ~HUKOU_RECLASSIFIED


@kernel
def _convert(start, stop, seed, quarter, uid, birth, moved, place, hukou, household, home, flags, kind, area, ceiling,
             thin, parity, kept, weights, willing):
    rows = np.empty(stop - start, np.int64)
    left = np.empty(stop - start, np.uint16)
    count = 0
    draws = np.empty(rng.TILE, np.uint64)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, CONVERSION, quarter, uid[first:last], draws)
        for i in range(first, last):
            draw = draws[i - first]
            if draw >= thin or not may_convert(place[i], hukou[i], quarter - birth[i], kind, area):
                continue
            if rng.draw(seed, WILLING, 0, uid[i]) >= willing:
                continue
            here = area[place[i]]
            owns = home[household[i]] == place[i]
            if draw >= conversion_chance(quarter - moved[i], flags[i], owns, ceiling[here], parity[here], kept[here],
                                         weights) * rng.TWO_32:
                continue
            left[count] = hukou[i]
            hukou[i] = place[i]
            if rng.draw(seed, KEEP_LAND, quarter, uid[i]) >= kept[here] * rng.TWO_32:
                flags[i] &= ~LAND_RIGHTS
            rows[count] = i
            count += 1
    return rows[:count].copy(), left[:count].copy()


@leaf
def may_convert(place, hukou, quarters, kind, area):
    """Return whether an adult lives in a town, seat or district and is not registered as urban there."""
    if place in (hukou, NOWHERE) or quarters < 4 * ADULT:
        return False
    if kind[place] == Kind.VILLAGE or kind[place] == Kind.OUTSIDE:
        return False
    return area[place] != area[hukou] or kind[hukou] == Kind.VILLAGE


@leaf
def conversion_chance(quarters, flags, owns, ceiling, parity, kept, weights):
    """Return the probability that a willing person converts in a quarter."""
    years = min(max(quarters / 4.0, 0.0), 20.0)
    score = weights[0] + weights[1] * parity + weights[3] * np.log1p(years)
    if flags & SCHOOL_CHILD:
        score += weights[2]
    if owns:
        score += weights[5]
    if flags & LAND_RIGHTS:
        score -= weights[4] * (1 - kept)
    return -np.expm1(-ceiling / (1 + np.exp(-score)) / 4)


def _take_guardians(world: World, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Register the children among the members where their guardian has just registered; return their rows and where
    they were registered before."""
    people = world.residents
    children = members[world.quarter - people.birth[members] < 4 * ADULT]
    guardian = people.household[children]
    together = people.place[children] == people.place[guardian]
    children = children[together & (people.hukou[children] != people.hukou[guardian])]
    left = people.hukou[children]
    people.hukou[children] = people.hukou[people.household[children]]
    return children, left
