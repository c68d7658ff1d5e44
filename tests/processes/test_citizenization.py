"""Adults in towns, seats and districts may convert their hukou; village dwellers and children alone never do."""

import numpy as np
import pytest

from sim.processes import citizenization
from sim.state.places import NOWHERE

DISTRICT, OUTSIDE, N = 3 * 78, 3 * 78 + 16, 500
NEVER = {
    "villager of the own county": (30, 0, 1),
    "villager registered elsewhere": (30, 0, 5),
    "child alone": (10, 1, 0),
    "just under age": (15.75, 2, 0),
    "outside the province": (30, OUTSIDE, 0),
    "registered where they live": (30, 2, 2),
    "of the town, living in the seat": (30, 2, 1),
    "nobody": (30, NOWHERE, 0),
}
SOME = {
    "village to own town": (30, 1, 0),
    "village to own seat, just of age": (16, 2, 0),
    "other county": (30, 2, 5),
    "from outside": (70, 1, OUTSIDE),
    "to districts": (30, DISTRICT, 0),
    "other districts": (30, DISTRICT, DISTRICT + 1),
}


def converted(few, age, place, hukou, quarters=1, ceiling=2.0, **columns):
    world = few([float(age)] * N, place=place, hukou=hukou, moved=8000, **columns)
    world.rates.set("conversion", ceiling)
    world.rates.set("service_parity", 0.0)
    birth = world.residents.birth.copy()
    for _ in range(quarters):
        citizenization.convert(world)
        world.quarter += 1
        world.residents.birth[:] = birth + (world.quarter - 8084)  # nobody ages
    return world, world.residents.hukou != hukou


@pytest.mark.parametrize(("age", "place", "hukou"), NEVER.values(), ids=NEVER)
def test_who_never_converts(few, age, place, hukou):
    world, changed = converted(few, age, place, hukou, quarters=40)
    assert not changed.any()
    assert not world.flows.conversions.any()


@pytest.mark.parametrize(("age", "place", "hukou"), SOME.values(), ids=SOME)
def test_who_may_convert_does_so_where_they_live_if_ever_willing(few, age, place, hukou):
    world, changed = converted(few, age, place, hukou, quarters=120, flags=4)
    share = world.parameters.citizenization.willing_share
    assert abs(changed.mean() - share) < 4 * np.sqrt(share * (1 - share) / N)
    assert (world.residents.hukou[changed] == place).all()
    assert world.flows.conversions[hukou, place] == world.flows.conversions.sum() == changed.sum()
    assert not (world.residents.flags[changed] & 4).any()
    assert (world.residents.flags[~changed] & 4).all()


def test_no_ceiling_no_conversion(few):
    assert not converted(few, 30, 1, 0, quarters=20, ceiling=0.0)[1].any()


def test_land_rights_are_kept_by_the_share_in_force(few):
    for kept in (0.0, 0.5, 1.0):
        world = few([30.0] * 20_000, place=1, hukou=0, moved=8000, flags=1)
        world.rates.set("conversion", 2.0)
        world.rates.set("land_rights_kept", kept)
        citizenization.convert(world)
        changed = world.residents.hukou == 1
        holds = world.residents.flags & 1 > 0
        assert holds[~changed].all()
        assert abs(holds[changed].mean() - kept) <= 4 * np.sqrt(kept * (1 - kept) / changed.sum())


def test_the_home_that_counts_is_that_of_the_household_where_one_lives(few):
    household = np.repeat([0, 1, 2], N * 10)
    household[:3] = 0, 1, 2
    world = few([30.0] * (N * 30), place=1, hukou=0, moved=8000, household=household)
    world.residents.home[:3] = 1, 2, NOWHERE
    world.rates.set("conversion", 0.5)
    citizenization.convert(world)
    here, elsewhere, none = (world.residents.hukou == 1).reshape(3, -1).mean(1)
    assert here > elsewhere + 0.005
    assert abs(elsewhere - none) < 4 * np.sqrt(none / (N * 10)) * np.sqrt(2)


def test_children_take_the_hukou_of_a_guardian_they_live_with(few):
    ages = np.tile([35.0, 6.0, 12.0, 17.0], N)
    household = np.repeat(np.arange(N) * 4, 4)
    world = few(ages, place=np.tile([1, 1, 0, 0], N), hukou=0, household=household, moved=8000)
    world.rates.set("conversion", 2.0)
    citizenization.convert(world)
    hukou = world.residents.hukou.reshape(-1, 4)
    did = hukou[:, 0] == 1
    assert 10 < did.sum() < N
    np.testing.assert_array_equal(hukou[:, 1] == 1, did)
    assert not hukou[:, 2:].any()
    assert sorted(world.pending.converted) == sorted(np.flatnonzero(hukou.ravel()))


def test_schoolchildren_a_home_and_years_raise_the_chance_and_land_lowers_it():
    weights = np.array([-1.0, -0.5, 0.6, 0.5, 1.0, 0.4])

    def chance(quarters=20, flags=0, parity=0.5, kept=0.5, owns=False):
        return citizenization.conversion_chance(quarters, np.uint8(flags), owns, 0.1, parity, kept, weights)

    assert chance(flags=8) > chance() > chance(flags=1)
    assert chance(flags=1, kept=1.0) == chance()
    assert chance(owns=True) > chance()
    assert chance(quarters=40) > chance() > chance(quarters=4)
    assert chance(quarters=80) == chance(quarters=800)
    assert chance(parity=0.2) > chance()
    assert chance() == pytest.approx(-np.expm1(-0.1 / (1 + np.exp(1 + 0.25 - 0.5 * np.log(6))) / 4))
