"""Work is found and lost at the rates in force, and employment tends to the age curve of the place."""

import numpy as np
import pytest

from sim.agents.places import NOWHERE
from sim.agents.residents import Work
from sim.processes import work
from sim.rates import quarterly

N = 20_000


def changed(few, age, before, **columns):
    world = few([float(age)] * N, work=before, **columns)
    work.change_work(world)
    return world, world.residents.work


def close(share, chance):
    return abs(share - chance) <= 4 * np.sqrt(chance * (1 - chance) / N)


@pytest.mark.parametrize("place", [0, 2, 3 * 78])
def test_work_is_lost_at_the_rate_of_separation(few, place):
    world, after = changed(few, 40, 3, place=place)
    assert close((after == 0).mean(), quarterly(world.parameters.work.job_separation))
    assert set(after) == {0, 3}


@pytest.mark.parametrize("sex", [0, 1])
@pytest.mark.parametrize(("age", "place"), [(20, 0), (40, 2), (55, 3 * 78), (70, 1)])
def test_work_is_found_so_that_the_share_in_work_would_last(few, age, place, sex):
    world, after = changed(few, age, 0, place=place, sex=sex)
    level = min(world.offers.employment[place], 1.3)
    target = min(level * work.age_curve(world.parameters.work)[sex, age], 0.97)
    chance = min(quarterly(world.parameters.work.job_separation) * target / (1 - target), 1)
    assert close((after > 0).mean(), chance)


def test_the_sector_found_follows_the_mix_of_the_place(few):
    world, after = changed(few, 35, 0, place=5)
    found = np.bincount(after[after > 0], minlength=7) / (after > 0).sum()
    expected = world.sector_mix[5]
    assert (np.abs(found - expected) <= 4 * np.sqrt(expected * (1 - expected) / (after > 0).sum()) + 1e-9).all()


@pytest.mark.parametrize(("age", "place", "before", "after"), [
    (14.75, 0, 0, 0), (90, 0, 1, 0), (110, 3 * 78, 6, 0), (90, 0, 0, 0), (95, 0, 0, 0),
    (40, NOWHERE, 0, 0), (40, NOWHERE, 4, 4)])  # fmt: skip
def test_children_the_very_old_and_freed_rows(few, age, place, before, after):
    _, found = changed(few, age, before, place=place, hukou=0)
    assert (found == after).all()


def test_offers_have_the_declared_order(world):
    offers, places, p = world.offers, world.places, world.parameters.work
    assert (np.diff(offers.income, axis=1) > 0).all()
    assert (offers.income > 0).all()
    assert (offers.services[places.kind == 2] == 1).all()
    assert offers.services[places.outside] == p.district_services
    price = offers.housing_price[: places.districts].reshape(-1, 3)
    assert (np.diff(price, axis=1) > 0).all()
    np.testing.assert_allclose(price[:, 2] / price[:, 0], p.seat_house_price / p.village_house_price)
    ratio = offers.income[places.outside, 0] / world.employment_level[places.outside]
    assert ratio == pytest.approx(p.local_wage / p.local_to_migrant_wage / (1 + p.return_to_schooling) ** 4, rel=1e-3)


@pytest.mark.parametrize("start", [2011, 2021])
def test_employment_of_the_first_world_lasts(build, start):
    model = build(start=start, end=start + 2)
    people = model.world.residents

    def employed():
        age = (model.world.quarter - people.birth) // 4
        adult = people.living() & (age >= 20) & (age < 60) & (people.place < model.world.places.districts)
        return (people.work[adult] != Work.NONE).mean()

    first = employed()
    model.run_until_end()
    assert abs(employed() - first) < 0.06


def test_migrants_work_in_the_declared_mix(world):
    p = world.parameters.work
    for place in range(3 * 78, 3 * 78 + 17):
        mix = world.sector_mix[place]
        assert mix[Work.FARMING] == mix[Work.NONE] == 0
        assert mix[Work.MANUFACTURING] / mix[Work.CONSTRUCTION] == pytest.approx(
            p.migrants_in_manufacturing / p.migrants_in_construction)  # fmt: skip
    np.testing.assert_allclose(world.sector_mix.sum(1), 1)
