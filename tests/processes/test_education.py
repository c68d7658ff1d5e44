"""Schooling changes on the birthdays at which a level is entered, and at no other time."""

import numpy as np
import pytest

from sim.processes import education
from sim.state.places import NOWHERE
from sim.state.residents import Schooling

N = 400


def learned(few, ages, schooling, senior=1.0, college=1.0):
    world = few(np.asarray(ages, float), schooling=schooling)
    world.rates.set("senior_secondary_progression", senior)
    world.rates.set("college_progression", college)
    education.learn(world)
    return world.residents.schooling


@pytest.mark.parametrize(("age", "before", "after"), [
    (6, 0, 1), (12, 1, 2), (15, 2, 3), (5.75, 0, 0), (6.25, 0, 0), (11.75, 1, 1), (12.25, 1, 1), (14.75, 2, 2),
    (15.25, 2, 2), (17.75, 3, 3), (18.25, 3, 3), (18, 2, 2), (30, 2, 2), (0, 0, 0)])
def test_each_level_has_its_birthday(few, age, before, after):
    assert (learned(few, [age] * N, before) == after).all()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.88, 1.0])
def test_progression_follows_the_rates(few, share):
    went_on = learned(few, [15] * 10_000, 2, senior=share) == Schooling.SENIOR_SECONDARY
    assert abs(went_on.mean() - share) <= 4 * np.sqrt(share * (1 - share) / 10_000) + 1e-9
    schooling = learned(few, [18] * 10_000, 3, college=share)
    assert abs((schooling > 3).mean() - share) <= 4 * np.sqrt(share * (1 - share) / 10_000) + 1e-9


def test_bachelors_are_the_declared_share_of_those_who_go_on(few):
    world = few([18.0] * 10_000, schooling=3)
    share = world.parameters.education.bachelor_share_of_college
    bachelors = (learned(few, [18] * 10_000, 3) == Schooling.BACHELOR).mean()
    assert abs(bachelors - share) <= 4 * np.sqrt(share * (1 - share) / 10_000)


def test_progression_is_that_of_the_area_and_freed_rows_learn_nothing(few):
    place = np.repeat([0, 3, NOWHERE], N)
    world = few([15.0] * 3 * N, place=place, hukou=0)
    world.rates.set("senior_secondary_progression", np.arange(world.places.areas) == 1)
    education.learn(world)
    assert np.flatnonzero(world.residents.schooling == 3).tolist() == list(range(N, 2 * N))


def test_guardians_of_schoolchildren_are_marked_and_nobody_else(few):
    ages = [35, 6, 36, 15.75, 37, 5.75, 38, 16, 39, 10, 9]
    world = few(ages, household=[0, 0, 2, 2, 4, 4, 6, 6, 8, 9, 8], place=[0] * 10 + [NOWHERE], hukou=0, flags=8)
    education.mark_guardians(world)
    assert np.flatnonzero(world.residents.flags & 8).tolist() == [0, 2]
