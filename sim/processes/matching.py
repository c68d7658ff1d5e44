"""Who gets which job: seekers and openings of a county meet by sector, one person for one opening.

Seekers apply to a sector by its openings and their aptitude for it. In each market m = a u^b v^(1-b) matches form
(Petrongolo and Pissarides 2001, Journal of Economic Literature 39). Who is taken is a weighted draw without replacement
by aptitude (Efraimidis and Spirakis 2006), and the openings are filled in an order drawn as well. Sectors round down;
the remaining matches of the whole county's matching function, rounded by a draw, join people and openings of different
sectors, so that a county of few rows, whose sectors have a handful of openings each, fills as many as one of many rows.
Queues are ordered by draws and, where these are equal, by identity, never by position.
"""

import numpy as np
from numba import njit

from sim.core import blocks, rng
from sim.processes.decisions import COMMUTING, FALLBACK, HIRE, SEARCH, SLOT
from sim.state.places import Kind, county_of
from sim.state.residents import LAND_RIGHTS, Employer, Work, aptitude, migrant_work
from sim.state.world import World

SECTORS = len(Work)
_OWN_ACCOUNT, _DISTRICTS, _NONE = (np.uint32(e) for e in (Employer.OWN_ACCOUNT, Employer.DISTRICTS, Employer.NONE))


def assign(world: World, openings: np.ndarray) -> np.ndarray:
    """Return for each seeker the row of the firm that hires them, or -1 (int64).

    `openings` are those of firms by (county, sector).
    """
    people, firms, places, p = world.residents, world.firms, world.places, world.parameters.labour
    rows = world.pending.seekers
    found = np.full(len(rows), -1, np.int64)
    order, first = _grouped(county_of(people.place[rows]), places.counties)
    offering = np.flatnonzero(firms.openings > 0)
    by_county, first_offer = _grouped(firms.county[offering], places.counties)
    blocks.over(_assign, places.counties, world.threads, world.seed, world.quarter, rows[order], first,
                offering[by_county], first_offer, people.uid, people.schooling, firms.uid, firms.sector,
                firms.openings, openings, aptitude(), world.rates["matching_efficiency"], p.matching_elasticity,
                order, found)
    return found


def _grouped(county: np.ndarray, counties: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions in order of county and where each county begins; others than counties come last."""
    county = np.minimum(county, counties).astype(np.int16)
    order = np.argsort(county, kind="stable")
    return order, np.searchsorted(county[order], np.arange(counties + 1))


@njit(cache=True, nogil=True)
def _assign(start, stop, seed, quarter, rows, first, offering, first_offer, uid, schooling, firm_uid, sector, openings,
            vacancies, aptitude, efficiency, elasticity, position, found):
    for county in range(start, stop):
        seekers = rows[first[county] : first[county + 1]]
        offers = offering[first_offer[county] : first_offer[county + 1]]
        if len(seekers) == 0 or len(offers) == 0:
            continue
        wanted = vacancies[county]
        applied, luck = _apply(seed, quarter, seekers, uid, schooling, wanted, aptitude)
        queue, begins = _queues(seekers, uid, schooling, applied, luck, aptitude)
        left = np.empty(SECTORS, np.int64)  # matches of each sector that are still to be made
        for s in range(SECTORS):
            left[s] = _matches(begins[s + 1] - begins[s], wanted[s], efficiency[county], elasticity, 0.0)
        made = left.sum()
        turn = begins[:SECTORS].copy()
        slots = _slots(seed, quarter, offers, openings, firm_uid, wanted.sum())
        taken = np.zeros(len(seekers), np.bool_)
        open_slots = 0
        for firm in slots:  # the openings that sectors leave over move to the front of the array
            s = sector[firm]
            if left[s] > 0:
                k = queue[turn[s]]
                found[position[first[county] + k]] = firm
                taken[k] = True
                turn[s] += 1
                left[s] -= 1
            else:
                slots[open_slots] = firm
                open_slots += 1
        draw = rng.uniform(seed, HIRE, quarter, np.uint64(county))
        more = _matches(len(seekers), wanted.sum(), efficiency[county], elasticity, draw) - made
        waiting = np.flatnonzero(~taken)
        more = min(more, len(waiting), open_slots)
        if more > 0:
            waiting = waiting[_order(luck[waiting], uid[seekers[waiting]])]
            for k in range(more):
                found[position[first[county] + waiting[k]]] = slots[k]


@njit(cache=True, nogil=True)
def _matches(seekers, vacancies, efficiency, elasticity, draw):
    """Return a u^b v^(1-b), rounded down after a draw is added, and no more than there are of either."""
    expected = efficiency * np.float64(seekers) ** elasticity * np.float64(vacancies) ** (1 - elasticity)
    return min(seekers, vacancies, np.int64(np.floor(expected + draw)))


@njit(cache=True, nogil=True)
def _apply(seed, quarter, seekers, uid, schooling, wanted, aptitude):
    """Return the sector each seeker applies to, by openings times aptitude, and an exponential draw of luck."""
    applied = np.zeros(len(seekers), np.uint8)
    luck = np.empty(len(seekers))
    for k, i in enumerate(seekers):
        word = rng.words(seed, SEARCH, quarter, uid[i])
        total = 0.0
        for s in range(SECTORS):
            total += wanted[s] * aptitude[schooling[i], s]
        mark = np.float64(word[0]) / rng.TWO_32 * total
        for s in range(SECTORS):
            weight = wanted[s] * aptitude[schooling[i], s]
            if weight > 0:
                applied[k] = s
                mark -= weight
                if mark < 0:
                    break
        draw = (np.float64(word[1]) * 2097152.0 + np.float64(word[2] >> np.uint64(11)) + 0.5) / 9007199254740992.0
        luck[k] = -np.log(draw)
    return applied, luck


@njit(cache=True, nogil=True)
def _queues(seekers, uid, schooling, applied, luck, aptitude):
    """Return the applicants of each sector in order of luck over aptitude, and where each sector begins."""
    queue = np.empty(len(seekers), np.int64)
    begins = np.zeros(SECTORS + 1, np.int64)
    key = np.empty(len(seekers))
    for k, i in enumerate(seekers):
        key[k] = luck[k] / aptitude[schooling[i], applied[k]]
    for s in range(SECTORS):
        mine = np.flatnonzero(applied == s)
        mine = mine[_order(key[mine], uid[seekers[mine]])]
        begins[s + 1] = begins[s] + len(mine)
        queue[begins[s] : begins[s + 1]] = mine
    return queue, begins


@njit(cache=True, nogil=True)
def _order(key, uid):
    """Return positions by key, equal keys by identity."""
    order = np.argsort(key)
    for k in range(1, len(order)):
        j = k
        while j > 0 and key[order[j]] == key[order[j - 1]] and uid[order[j]] < uid[order[j - 1]]:
            order[j], order[j - 1] = order[j - 1], order[j]
            j -= 1
    return order


@njit(cache=True, nogil=True)
def _slots(seed, quarter, offers, openings, uid, count):
    """Return the firm of each opening in the order in which they are filled."""
    firm = np.empty(count, np.int64)
    key = np.empty(count)
    whose = np.empty(count, np.uint64)
    n = 0
    for f in offers:
        for ordinal in range(openings[f]):
            mixed = uid[f] + np.uint64(ordinal) * np.uint64(0x9E3779B97F4A7C15)
            word = rng.words(seed, SLOT, quarter, mixed)
            firm[n] = f
            key[n] = np.float64(word[0]) * 2097152.0 + np.float64(word[1] >> np.uint64(11))
            whose[n] = mixed
            n += 1
    return firm[_order(key, whose)]


def fallback(world: World, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the employer (uint32, one of the named ones) and the sector that people without a job turn to.

    Some commute to a core city, less with travel time; villagers with land rights may farm on their own account.
    """
    people, places, p = world.residents, world.places, world.parameters
    minutes = places.minutes_to_core(p.establishments)
    near = np.clip(1 - minutes / p.establishments.commuting_minutes, 0, 1)
    commutes = rng.threshold(world.rates["commuting"][: places.counties] * near)
    mix = migrant_work(p.work)[Work.FARMING :]
    return _fallback(rows, world.seed, world.quarter, people.uid, people.place, people.flags, places.kind,
                     commutes, rng.threshold(p.labour.farm_fallback), np.cumsum(mix) / mix.sum())


@njit(cache=True)
def _fallback(rows, seed, quarter, uid, place, flags, kind, commutes, farms, mix):
    employer = np.full(len(rows), _NONE, np.uint32)
    sector = np.zeros(len(rows), np.uint8)
    for k, i in enumerate(rows):
        word = rng.words(seed, COMMUTING, quarter, uid[i])
        if word[0] < commutes[county_of(place[i])]:
            employer[k] = _DISTRICTS
            sector[k] = 1
            while np.float64(word[1]) / rng.TWO_32 >= mix[sector[k] - 1]:
                sector[k] += 1
        elif kind[place[i]] == Kind.VILLAGE and flags[i] & LAND_RIGHTS and (
                rng.draw(seed, FALLBACK, quarter, uid[i]) < farms):
            employer[k] = _OWN_ACCOUNT
            sector[k] = Work.FARMING
    return employer, sector
