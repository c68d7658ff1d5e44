"""Places offer expected pay, homes, services and schools; work is as certain as seekers found it of late."""

import numpy as np
import pytest

from sim.processes import matching, place_attributes
from sim.state.places import Kind
from sim.state.rates import quarterly
from sim.state.residents import Work, migrant_work


def test_offers_have_the_declared_order(world):
    made, places = world.place_attributes, world.places
    assert (np.diff(made.income, axis=1) > 0).all()
    assert (made.income > 0).all()
    price = world.places.by_kind(world.housing.price)
    assert (np.diff(price, axis=1) > 0).all()
    income = made.income[: places.districts, 2].reshape(-1, 3)
    assert (income[:, Kind.VILLAGE] < income[:, Kind.TOWN]).mean() > 0.9
    assert (income[:, Kind.TOWN] < income[:, Kind.SEAT]).mean() > 0.9


def test_schooling_pays_the_declared_return_and_less_of_it_in_villages(world):
    p, made = world.parameters.labour, world.place_attributes
    village = world.places.kind == Kind.VILLAGE
    for years, level in zip(np.diff(place_attributes.YEARS), range(5), strict=True):
        ratio = made.income[:, level + 1] / made.income[:, level]
        np.testing.assert_allclose(ratio[~village], (1 + p.return_to_schooling) ** years)
        np.testing.assert_allclose(ratio[village], (1 + p.village_return_ratio * p.return_to_schooling) ** years)


def test_pay_elsewhere_is_the_published_premium(world):
    p, wage = world.parameters.labour, place_attributes.migrant_wage(world)
    places = world.places
    assert not wage[: places.districts].any()
    since = (world.quarter + 0.5) / 4 - 2021.5  # the survey is that of 2021
    grown = np.exp(world.parameters.firms.productivity_growth * since)
    assert wage[places.outside] == pytest.approx(p.local_wage / p.local_to_migrant_wage * grown)
    np.testing.assert_allclose(wage[places.core] / wage[places.outside], 1 + p.core_wage_premium)


def test_the_chance_of_work_is_finding_over_finding_and_losing(world):
    p, labour, places = world.parameters.labour, world.labour, world.places
    normal = 1 - p.normal_unemployment
    start = place_attributes.chance_of_work(world)
    np.testing.assert_allclose(start[: places.districts], normal)
    assert (start[places.districts :] < 1).all()
    labour.finding[0] = 0.2, 0.4, 0.8
    chance = place_attributes.chance_of_work(world)
    assert (np.diff(chance[:3]) > 0).all()
    np.testing.assert_array_equal(chance[3:], start[3:])
    lost = quarterly(p.job_separation)
    np.testing.assert_allclose(chance[:3], labour.finding[0] / (labour.finding[0] + lost))


def test_pay_within_reach_lies_between_that_of_near_and_far_jobs(world):
    places, structure = world.places, world.parameters.establishments
    by_kind = place_attributes.pay_by_kind(world)
    assert (by_kind[:, Kind.SEAT] > by_kind[:, Kind.VILLAGE]).mean() > 0.9
    jobs = matching.jobs_within_reach(world)
    reach = place_attributes.pay_within_reach(world, by_kind, jobs)
    free = by_kind * np.exp(-world.parameters.migration.commuting_cost * places.commuting_km(structure).max())
    assert (reach <= by_kind.max(1, keepdims=True)).all()
    assert (reach >= free.min(1, keepdims=True)).all()
    dearer = by_kind.copy()
    dearer[:, Kind.SEAT] *= 1.1
    gain = place_attributes.pay_within_reach(world, dearer, jobs) / reach
    assert (gain > 1).all()
    assert (np.diff(gain[:, [Kind.VILLAGE, Kind.SEAT]], axis=1) > 0).all()  # those who live there gain most


def test_farm_income_is_the_declared_share_of_what_a_farmer_makes(world):
    labour, p = world.labour, world.parameters.incomes
    farmers = labour.employed[: 3 * 78, Work.FARMING].reshape(78, 3).sum(1) * 1000.0
    some = farmers > 0
    made = place_attributes.farm_income(world)[some] * 3 * farmers[some]
    np.testing.assert_allclose(made / p.farm_income_share, world.economy.output[some, Work.FARMING], rtol=0.02)


def test_migrants_work_in_the_declared_mix_from_the_start(build):
    world = build().world
    people, mix = world.residents, migrant_work(world.parameters.work)
    away = (people.place >= world.places.districts) & (people.work > 0)
    found = np.bincount(people.work[away], minlength=len(Work)) / away.sum()
    mix[Work.NONE] = 0
    mix /= mix.sum()
    assert (np.abs(found - mix) < 4 * np.sqrt(mix * (1 - mix) / away.sum()) + 1e-9).all()
