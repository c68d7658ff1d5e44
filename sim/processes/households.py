"""Households when their reference adult dies or leaves, and rows that fall free."""

import numpy as np

from sim.core import blocks
from sim.core.compiled import kernel
from sim.state.places import NOWHERE, Kind, kind_of
from sim.state.residents import ADULT, LOST_WORK, PLACE_RECLASSIFIED, SEEKING, Employer, Work
from sim.state.world import World

_OUTSIDE, _NONE = np.uint32(Employer.OUTSIDE), np.uint32(Employer.NONE)

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
    departed = _without_ties(rows, places.districts, people.place, people.hukou)
    if len(departed):
        inside = departed[people.place[departed] < places.outside]
        age = (world.quarter - people.birth[inside]) // 4
        world.districts.give(people.place[inside] - places.districts, people.sex[inside], age, world.config.scale)
        people.place[departed] = NOWHERE
    return departed


@kernel
def _without_ties(rows, districts, place, hukou):
    found, count = np.empty(len(rows), np.int64), 0
    for i in rows:
        if districts <= place[i] < NOWHERE and hukou[i] >= districts:
            found[count] = i
            count += 1
    return found[:count].copy()


def note_move(world: World, rows: np.ndarray) -> None:
    """Mark rows as moved this quarter: the new home has not been reclassified, and work ends.

    Who moves within the county keeps a job in one of its firms; others who had work look for it where they are now.
    """
    people = world.residents
    _note_move(rows, world.quarter, world.places.area, people.place, people.origin, people.moved, people.work,
               people.employer, people.flags)


@kernel
def _note_move(rows, quarter, area, place, origin, moved, work, employer, flags):
    for i in rows:
        moved[i] = quarter
        flags[i] &= ~PLACE_RECLASSIFIED
        if work[i] and not (employer[i] < _OUTSIDE and area[place[i]] == area[origin[i]]):
            work[i] = Work.NONE
            employer[i] = _NONE
            flags[i] |= SEEKING | LOST_WORK


def count_moves(world: World, rows: np.ndarray) -> None:
    """Add rows that live elsewhere than when the quarter began to the year's flows."""
    people, flows, pending = world.residents, world.flows, world.pending
    order = np.argsort(pending.converted)
    _count_moves(rows, world.quarter, pending.converted[order], pending.converted_from[order], world.places.area,
                 world.places.districts, people.birth, people.place, people.origin, people.hukou, flows.moves,
                 flows.arrivals, flows.departures, flows.returns)


@kernel
def _count_moves(rows, quarter, converted, converted_from, area, districts, birth, place, origin, hukou, moves,
                 arrivals, departures, returns):
    for i in rows:
        urban = hukou[i] >= districts or kind_of(hukou[i]) != Kind.VILLAGE
        years = (quarter - birth[i]) >> 2
        moves[origin[i], place[i], int(urban), int(years >= 15) + int(years >= 65)] += 1
        left, here = area[origin[i]], area[place[i]]
        if left != here:
            arrivals[here] += 1
            departures[left] += 1
            k = np.searchsorted(converted, i)
            registered = converted_from[k] if k < len(converted) and converted[k] == i else hukou[i]
            if area[registered] == here:  # before anybody converted this quarter
                returns[place[i]] += 1


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
    return _hand_over(members, world.quarter, only_here, people.uid, people.birth, people.household, people.place,
                      people.origin, people.home)


@kernel
def _hand_over(members, quarter, only_here, uid, birth, household, place, origin, home):
    members, rank = _by_household(members, quarter, uid, birth, household, place, origin)
    children, count, end = np.empty(len(members), np.int64), 0, 0
    while end < len(members):
        begin, head, successor = end, household[members[end]], members[end]
        while end < len(members) and household[members[end]] == head:
            end += 1
        if only_here and rank[begin] > 1:
            continue
        if home[successor] == NOWHERE:  # who has a home keeps it
            home[successor] = home[head]
        home[head] = NOWHERE
        if only_here:
            household[head] = successor
        for i in members[begin:end]:
            household[i] = successor
            if quarter - birth[i] < 4 * ADULT and place[i] != place[successor]:
                place[i] = place[successor]
                children[count] = i
                count += 1
    return children[:count].copy()


@kernel
def _by_household(members, quarter, uid, birth, household, place, origin):
    """Return members by the uid of their reference adult, in each household by who is the first to lead it, and how
    near to a parent each is, 0 the nearest."""
    order = members[np.argsort(uid[household[members]])]
    rank, within = np.empty(len(order), np.int64), np.empty(len(order), np.int64)
    for k in range(len(order)):
        mine, head = order[k], household[order[k]]
        age = (quarter - birth[mine]) >> 2
        here = place[mine] == origin[head]
        nearness = 4
        if age >= GUARDIAN:
            nearness = 2 if not here else 0 if age < 65 else 1
        elif age >= ADULT:
            nearness = 3
        key = 1024 * nearness + (-age if nearness == 4 else age)
        j = k
        while j > 0 and household[order[j - 1]] == head and (
                key < within[j - 1] or (key == within[j - 1] and uid[mine] < uid[order[j - 1]])):
            order[j], rank[j], within[j] = order[j - 1], rank[j - 1], within[j - 1]
            j -= 1
        order[j], rank[j], within[j] = mine, nearness, key
    return order, rank


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
