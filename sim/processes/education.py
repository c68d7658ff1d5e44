"""Schooling: children and young people pass from one level to the next on a birthday."""

import numpy as np

from sim.core import blocks, rng
from sim.core.compiled import kernel
from sim.processes.decisions import SCHOOL
from sim.state.places import NOWHERE
from sim.state.residents import ADULT, SCHOOL_CHILD, Schooling
from sim.state.world import World

PRIMARY_AT, JUNIOR_AT, SENIOR_AT, COLLEGE_AT = 6, 12, 15, 18
"""Ages in years at which a level is entered; the census counts a level once it is attended."""


def learn(world: World) -> None:
    """Move people to the next level of schooling; who goes on after 15 and 18 is drawn by area of residence.

    Reads uid, birth, place; writes schooling.
    """
    people, places, rates = world.residents, world.places, world.rates
    bachelor = world.parameters.education.bachelor_share_of_college
    blocks.run(_learn, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth,
               people.place, people.schooling, places.area, rng.threshold(rates["senior_secondary_progression"]),
               rng.threshold(rates["college_progression"]),
               rng.threshold(rates["college_progression"] * bachelor))


@kernel
def _learn(start, stop, seed, quarter, uid, birth, place, schooling, area, senior, college, bachelor):
    passes = np.zeros(1024, np.bool_)
    for years in (PRIMARY_AT, JUNIOR_AT, SENIOR_AT, COLLEGE_AT):
        passes[4 * years] = True
    for i in range(start, stop):
        age = quarter - birth[i]
        if not passes[np.uint16(age)] or place[i] == NOWHERE:
            continue
        if age == 4 * PRIMARY_AT:
            schooling[i] = Schooling.PRIMARY
        elif age == 4 * JUNIOR_AT:
            schooling[i] = Schooling.JUNIOR_SECONDARY
        elif age == 4 * SENIOR_AT:
            if rng.draw(seed, SCHOOL, quarter, uid[i]) < senior[area[place[i]]]:
                schooling[i] = Schooling.SENIOR_SECONDARY
        elif age == 4 * COLLEGE_AT and schooling[i] == Schooling.SENIOR_SECONDARY:
            draw = rng.draw(seed, SCHOOL, quarter, uid[i])
            if draw < bachelor[area[place[i]]]:
                schooling[i] = Schooling.BACHELOR
            elif draw < college[area[place[i]]]:
                schooling[i] = Schooling.JUNIOR_COLLEGE


def mark_guardians(world: World) -> None:
    """Flag the reference adults who have a child of school age (6 to 15) with them, once a year."""
    people = world.residents
    people.flags[:] &= ~SCHOOL_CHILD
    blocks.run(_mark, people.size, world.threads, world.quarter, people.birth, people.place, people.household,
               people.flags)


@kernel
def _mark(start, stop, quarter, birth, place, household, flags):
    for i in range(start, stop):
        age = quarter - birth[i]
        if 4 * PRIMARY_AT <= age < 4 * ADULT and place[i] != NOWHERE:
            guardian = household[i]
            if guardian != i:  # a set bit is all that is ever written here, whichever thread comes first
                flags[guardian] |= SCHOOL_CHILD
