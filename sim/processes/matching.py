"""Who gets which job: seekers and openings of a county meet, one person for one opening.

In each county m = a u^b v^(1-b) openings are filled, rounded by a draw (Petrongolo and Pissarides 2001, Journal of
Economic Literature 39). Openings have their turn in an order drawn; each takes one of the seekers left by a weighted
draw (Efraimidis and Spirakis 2006): aptitude for its sector times the weight of the way to work. Seekers of one
schooling and kind of home weigh alike, so the draw is among these groups, and within one by luck. Orders are drawn
and, where draws are equal, by identity, never by position.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from sim.core import blocks, rng
from sim.core.compiled import kernel, leaf
from sim.processes.decisions import COMMUTING, FALLBACK, HIRE, SEARCH, SLOT
from sim.processes.production import by_place
from sim.state.places import KINDS, Kind, county_of, kind_of
from sim.state.residents import LAND_RIGHTS, Employer, Schooling, Work, aptitude, migrant_work
from sim.state.world import World

LEVELS = len(Schooling)
EVEN = 2.0**53
"""Bound of keys that are drawn, two words of a draw side by side."""
_OWN_ACCOUNT, _DISTRICTS, _NONE = (np.uint32(e) for e in (Employer.OWN_ACCOUNT, Employer.DISTRICTS, Employer.NONE))


def job_weight(world: World) -> np.ndarray:
    """Return how much a job elsewhere in the county weighs by (county, home, work), see `Places.job_weight`."""
    return world.places.job_weight(world.parameters.establishments)


def jobs_within_reach(world: World) -> np.ndarray:
    """Return staff of firms in rows by (county, home, kind of place of the job), each job by its weight on the way."""
    staff = world.places.by_kind(by_place(world, world.firms.staff))
    reached: np.ndarray = world.once(job_weight) * staff[:, None]
    return reached


def assign(world: World) -> np.ndarray:
    """Return for each seeker the row of the firm that hires them, or -1 (int64)."""
    people, firms, places, p = world.residents, world.firms, world.places, world.parameters.labour
    rows = world.pending.seekers
    found = np.full(len(rows), -1, np.int64)
    order, first = _grouped(county_of(people.place[rows]), places.counties)
    offering = np.flatnonzero(firms.openings > 0)
    by_county, first_offer = _grouped(firms.county[offering], places.counties)
    blocks.over(_assign, places.counties, world.threads, world.seed, world.quarter, rows[order], first,
                offering[by_county], first_offer, people.uid, people.schooling, people.place, firms.uid, firms.sector,
                firms.place, firms.openings, aptitude(), world.once(job_weight), world.rates["matching_efficiency"],
                p.matching_elasticity, order, found)
    return found


@kernel
def _grouped(county: np.ndarray, counties: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions in order of county and where each county begins; others than counties come last."""
    begins = np.zeros(counties + 2, np.int64)
    for k in range(len(county)):
        begins[min(county[k], counties) + 1] += 1
    begins = np.cumsum(begins)
    order, first = np.empty(len(county), np.int64), begins[:-1].copy()
    for k in range(len(county)):
        here = min(county[k], counties)
        order[begins[here]] = k
        begins[here] += 1
    return order, first


@kernel
def _assign(start, stop, seed, quarter, rows, first, offering, first_offer, uid, schooling, place, firm_uid, sector,
            firm_place, openings, aptitude, weight, efficiency, elasticity, position, found):
    for county in range(start, stop):
        seekers = rows[first[county] : first[county + 1]]
        offers = offering[first_offer[county] : first_offer[county + 1]]
        if len(seekers) == 0 or len(offers) == 0:
            continue
        queue, turn, left = _groups(seed, quarter, seekers, uid, schooling, place)
        slots, marks = _slots(seed, quarter, offers, openings, firm_uid)
        draw = rng.uniform(seed, HIRE, quarter, np.uint64(county))
        total, last = np.empty(len(left)), 0
        for k in range(_matches(len(seekers), len(slots), efficiency[county], elasticity, draw)):
            firm = slots[k]
            work = kind_of(firm_place[firm])
            whole = 0.0
            for group in range(len(left)):
                level, home = group // KINDS, group % KINDS
                whole += left[group] * aptitude[level, sector[firm]] * weight[county, home, work]
                total[group] = whole
                if left[group]:
                    last = group
            mark, group = marks[k] * whole, 0
            while left[group] == 0 or (mark >= total[group] and group < last):
                group += 1
            found[position[first[county] + queue[turn[group]]]] = firm
            turn[group] += 1
            left[group] -= 1


@leaf
def _matches(seekers, vacancies, efficiency, elasticity, draw):
    """Return a u^b v^(1-b), rounded down after a draw is added, and no more than there are of either."""
    expected = efficiency * np.float64(seekers) ** elasticity * np.float64(vacancies) ** (1 - elasticity)
    return min(seekers, vacancies, np.int64(np.floor(expected + draw)))


@kernel
def _groups(seed, quarter, seekers, uid, schooling, place):
    """Return the seekers by group of schooling and kind of home, in order of luck, where groups begin and how many."""
    luck = np.empty(len(seekers))
    left = np.zeros(LEVELS * KINDS, np.int64)
    for k, i in enumerate(seekers):
        word = rng.words(seed, SEARCH, quarter, uid[i])
        luck[k] = np.float64(word[0]) * 2097152.0 + np.float64(word[1] >> np.uint64(11))
        left[schooling[i] * KINDS + kind_of(place[i])] += 1
    begins = np.cumsum(left) - left
    queue, turn = np.empty(len(seekers), np.int64), begins.copy()
    for k in _order(luck, uid[seekers]):
        i = seekers[k]
        group = schooling[i] * KINDS + kind_of(place[i])
        queue[turn[group]] = k
        turn[group] += 1
    return queue, begins, left


@kernel
def _order(key, uid):
    """Return positions by key, equal keys by identity; keys are even over [0, 2^53), so that as many buckets as keys
    leave little to sort."""
    n = len(key)
    begins = np.zeros(n + 1, np.int64)
    for k in range(n):
        begins[_bucket(key[k], n) + 1] += 1
    begins = np.cumsum(begins)
    order = np.empty(n, np.int64)
    for k in range(n):
        bucket = _bucket(key[k], n)
        order[begins[bucket]] = k
        begins[bucket] += 1
    for k in range(1, n):
        j, mine = k, order[k]
        while j > 0 and (key[mine] < key[order[j - 1]] or (
                key[mine] == key[order[j - 1]] and uid[mine] < uid[order[j - 1]])):
            order[j] = order[j - 1]
            j -= 1
        order[j] = mine
    return order


@njit(inline="always")
def _bucket(key, buckets):
    return min(np.int64(key / EVEN * buckets), buckets - 1)


@kernel
def _slots(seed, quarter, offers, openings, uid):
    """Return the firm of each opening in the order in which they have their turn, and a uniform draw for each."""
    count = openings[offers].sum()
    firm = np.empty(count, np.int64)
    key, mark = np.empty(count), np.empty(count)
    whose = np.empty(count, np.uint64)
    n = 0
    for f in offers:
        for ordinal in range(openings[f]):
            mixed = uid[f] + np.uint64(ordinal) * np.uint64(0x9E3779B97F4A7C15)
            word = rng.words(seed, SLOT, quarter, mixed)
            firm[n] = f
            key[n] = np.float64(word[0]) * 2097152.0 + np.float64(word[1] >> np.uint64(11))
            mark[n] = np.float64(word[2]) / rng.TWO_32
            whose[n] = mixed
            n += 1
    order = _order(key, whose)
    return firm[order], mark[order]


class Fallbacks(NamedTuple):
    """What people without a job turn to."""

    commutes: np.ndarray  # draws (uint32) by county below which somebody commutes to a core city
    mix: np.ndarray  # cumulative shares of sectors among those
    farms: np.uint32  # draw below which a villager with land rights farms on their own account


def fallbacks(world: World) -> Fallbacks:
    """Return the fallbacks of the quarter; the chance to commute falls with travel time."""
    commutes = world.rates["commuting"][: world.places.counties] * world.once(_nearness_of_core)
    return Fallbacks(commutes=rng.threshold(commutes), mix=world.once(_mix_of_commuters),
                     farms=np.uint32(rng.threshold(world.parameters.labour.farm_fallback)))


def _nearness_of_core(world: World) -> np.ndarray:
    p = world.parameters.establishments
    return np.clip(1 - world.places.minutes_to_core(p) / p.commuting_minutes, 0, 1)


def _mix_of_commuters(world: World) -> np.ndarray:
    mix = migrant_work(world.parameters.work)[Work.FARMING :]
    return np.cumsum(mix) / mix.sum()


@leaf
def fallback(seed, quarter, uid, place, flags, t):
    """Return the employer (uint32, one of the named ones) and the sector that somebody without a job turns to."""
    word = rng.words(seed, COMMUTING, quarter, uid)
    if word[0] < t.commutes[county_of(place)]:
        sector = Work.FARMING
        while np.float64(word[1]) / rng.TWO_32 >= t.mix[sector - Work.FARMING]:
            sector += 1
        return _DISTRICTS, np.uint8(sector)
    if kind_of(place) == Kind.VILLAGE and flags & LAND_RIGHTS and rng.draw(seed, FALLBACK, quarter, uid) < t.farms:
        return _OWN_ACCOUNT, np.uint8(Work.FARMING)
    return _NONE, np.uint8(Work.NONE)
