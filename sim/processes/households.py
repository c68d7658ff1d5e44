"""Households when their reference adult dies or leaves, and rows that fall free."""

import numpy as np

from sim.core import blocks
from sim.core.compiled import kernel
from sim.state.places import NOWHERE, Kind, kind_of
from sim.state.residents import ADULT, LOST_WORK, PLACE_RECLASSIFIED, SEEKING, Employer, Work
from sim.state.world import World

GUARDIAN = 22
"""Least age in years of a successor who is not a parent; younger adults follow only where nobody else is left."""


def settle(world: World) -> None:
    """Close the quarter: people who left the model go to the districts' accounts, members get a new
    reference adult, moves are counted, and the rows of the dead and departed fall free.

    A person leaves when neither the home nor the registration is in a county of the model.
    """
    people = world.residents
    rows = moved(world)
    count_moves(world, rows)
    departed = np.sort(np.concatenate([leave(world, rows), leave(world, world.pending.converted)]))
    stayed = rows[people.place[rows] != NOWHERE]
    people.origin[stayed] = people.place[stayed]  # counted; who joins a guardian below moves on from here
    joined = hand_over(world, members(world, np.concatenate([*world.pending.died, departed])))
    note_move(world, joined)
    count_moves(world, joined)
    free = np.concatenate([*world.pending.died, departed, leave(world, joined)])
    people.work[free], people.employer[free] = Work.NONE, Employer.NONE
    people.release(free)
    world.pending.died.clear()


def leave(world: World, rows: np.ndarray) -> np.ndarray:
    """Take out those of some rows whose home and registration lie outside the counties; return their rows.

    Those who live in districts enter the districts' accounts.
    """
    people, places = world.residents, world.places
    departed = rows[(people.place[rows] >= places.districts) & (people.place[rows] != NOWHERE)
                    & (people.hukou[rows] >= places.districts)]
    inside = departed[people.place[departed] < places.outside]
    age = (world.quarter - people.birth[inside]) // 4
    world.districts.give(people.place[inside] - places.districts, people.sex[inside], age, world.config.scale)
    people.place[departed] = NOWHERE
    return departed


def note_move(world: World, rows: np.ndarray) -> None:
    """Mark rows as moved this quarter: the new home has not been reclassified, and work ends.

    Who moves within the county keeps a job in one of its firms; others who had work look for it where they are now.
    """
    people, area = world.residents, world.places.area
    people.moved[rows] = world.quarter
    people.flags[rows] &= ~PLACE_RECLASSIFIED
    within = area[people.place[rows]] == area[people.origin[rows]]
    ending = rows[(people.work[rows] > 0) & ~(within & (people.employer[rows] < Employer.OUTSIDE))]
    people.work[ending] = Work.NONE
    people.employer[ending] = Employer.NONE
    people.flags[ending] |= SEEKING | LOST_WORK


def count_moves(world: World, rows: np.ndarray) -> None:
    """Add rows that live elsewhere than when the quarter began to the year's flows."""
    people, places = world.residents, world.places
    urban = (people.hukou[rows] >= places.districts) | (kind_of(people.hukou[rows]) != Kind.VILLAGE)
    years = (world.quarter - people.birth[rows]) // 4
    band = (years >= 15).astype(np.int64) + (years >= 65)
    origin, place = people.origin[rows], people.place[rows]
    moves = world.flows.moves
    np.add.at(moves.reshape(-1), np.ravel_multi_index((origin, place, urban.astype(np.int64), band), moves.shape), 1)
    crossing = places.area[origin] != places.area[place]
    world.flows.arrivals += np.bincount(places.area[place[crossing]], minlength=places.areas)
    world.flows.departures += np.bincount(places.area[origin[crossing]], minlength=places.areas)
    returning = crossing & (places.area[place] == places.area[_registered_before(world, rows)])
    world.flows.returns += np.bincount(place[returning], minlength=places.count)


def _registered_before(world: World, rows: np.ndarray) -> np.ndarray:
    """Return where some rows were registered before anybody converted this quarter."""
    hukou = world.residents.hukou[rows]
    _, at, of_converted = np.intersect1d(rows, world.pending.converted, assume_unique=True, return_indices=True)
    hukou[at] = world.pending.converted_from[of_converted]
    return hukou


def moved(world: World) -> np.ndarray:
    """Return the rows that live elsewhere than when the quarter began."""
    people = world.residents
    return np.concatenate(blocks.run(_moved, people.size, world.threads, people.place, people.origin))


@kernel
def _moved(start, stop, place, origin):
    rows = np.empty(stop - start, np.int64)
    count = 0
    for i in range(start, stop):
        if place[i] != origin[i] and place[i] != NOWHERE:
            rows[count] = i
            count += 1
    return rows[:count].copy()


def members(world: World, heads: np.ndarray) -> np.ndarray:
    """Return the rows that live with one of `heads` as their reference adult, these themselves apart."""
    people = world.residents
    leads = np.zeros(people.size, bool)
    leads[heads] = True
    return np.concatenate(blocks.run(_members, people.size, world.threads, people.household, people.place, leads))


def hand_over(world: World, members: np.ndarray, only_here: bool = False) -> np.ndarray:
    """Give all members of some households another reference adult, the nearest to a parent there is.

    First choice is the youngest adult of 22 to 64 who lives where the household was, then an older one, then
    any adult member, whom the children join; children without any adult lead themselves. A home goes with the lead.
    With `only_here` a household without an adult on the spot keeps the leaver as its reference. Writes household, home
    and, for children who join, place; returns the rows of those children. The result depends on ages and uids, never
    on the order of rows.
    """
    people = world.residents
    if not len(members):
        return members
    head = people.household[members].astype(np.int64)
    age = (world.quarter - people.birth[members]) // 4
    here = people.place[members] == people.origin[head]
    rank = np.select([here & (age >= GUARDIAN) & (age < 65), here & (age >= 65), age >= GUARDIAN, age >= ADULT],
                     range(4), 4)
    order = np.lexsort((people.uid[members], np.where(rank == 4, -age, age), rank, people.uid[head]))
    members, head, rank, age = members[order], head[order], rank[order], age[order]
    first = np.r_[True, head[1:] != head[:-1]]
    size = np.diff(np.r_[np.flatnonzero(first), len(members)])
    successor = np.repeat(members[first], size)
    if only_here:
        stays = np.repeat(rank[first] <= 1, size)
        members, head, age, successor = members[stays], head[stays], age[stays], successor[stays]
        people.household[head] = successor
    people.household[members] = successor
    _hand_over_home(people, head, successor)
    children = members[(age < ADULT) & (people.place[members] != people.place[successor])]
    people.place[children] = people.place[people.household[children]]
    return children


def _hand_over_home(people, heads: np.ndarray, successors: np.ndarray) -> None:
    """Let a household's bought home go to its new reference adult, who keeps their own where they have one."""
    changed = heads != successors
    heads, successors = heads[changed], successors[changed]
    without = people.home[successors] == NOWHERE
    people.home[successors[without]] = people.home[heads[without]]
    people.home[heads] = NOWHERE


@kernel
def _members(start, stop, household, place, leads):
    rows = np.empty(1024, np.int64)
    count = 0
    for i in range(start, stop):
        if leads[household[i]] and household[i] != i and place[i] != NOWHERE:
            if count == len(rows):
                longer = np.empty(2 * count, np.int64)
                longer[:count] = rows
                rows = longer
            rows[count] = i
            count += 1
    return rows[:count].copy()
