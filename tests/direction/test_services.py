"""What services, schools and the environment do to what places offer has the sign and size of its source."""

import dataclasses

import numpy as np
import pytest

from sim.processes import environment, services
from sim.state.counts import Band
from sim.state.places import Kind
from sim.state.rates import addition


def by_kind(world, offer):
    return offer(world)[: world.places.districts].reshape(-1, 3)


def test_closing_village_schools_makes_villages_worse_for_families(held):
    """Removing village schools makes families with children of school age move (Liu and Xing 2016)."""
    before = by_kind(held, services.schools)
    residents = 100 * held.counts.residents
    held.counts = dataclasses.replace(held.counts, residents=residents)
    held.stocks.village_schools.first_children *= 100
    fewer = residents.copy()
    fewer[: held.places.districts : 3, Band.PRIMARY] //= 2
    held.counts = dataclasses.replace(held.counts, residents=fewer)
    services.reorganise_schools(held)
    after = by_kind(held, services.schools)
    assert (after[:, Kind.VILLAGE] < before[:, Kind.VILLAGE]).all()


@pytest.mark.parametrize(("stocks", "choice"), [
    (("culture_area", "sports_area", "heritage"), "choice_by_made_amenity"),
    (("park_area",), "choice_by_natural_amenity")])
def test_one_per_cent_more_amenity_draws_as_many_as_was_found(held, stocks, choice):
    """Choice of a place rises for 1 % more man-made or natural amenity as CLDS 2016 found, less what selection adds."""
    for name in stocks:
        held.stocks.values[name] = held.stocks.values[name] * 1.01
    elasticity = getattr(held.parameters.environment, choice)
    np.testing.assert_allclose(environment.amenity(held), 1.01**elasticity)


@pytest.mark.parametrize("funded", [0.0, 0.5, 0.9])
def test_the_less_upkeep_the_less_public_capital_firms_have(held, funded):
    """Public capital enters output with an elasticity of about 0.1 (Bom and Ligthart 2014); unfunded it wears away."""

    held.budget.maintenance = np.full(held.places.counties, funded)
    for _ in range(5):
        held.quarter += 4
        services.maintain(held)
    infrastructure = services.infrastructure(held)
    assert (infrastructure < 1).all()


def pass_a_year(world):
    """Let a year pass: works of measures by quarters, and upkeep at its end."""
    for _ in range(4):
        services.build(world)
        world.quarter += 1
    services.maintain(world)


def test_beds_and_doctors_help_the_seat_most_and_parks_it_alone(held):
    """Congestion counts residents; what stands in the seat serves those who reach it."""
    before = by_kind(held, services.access)
    held.rates.set(addition("hospital_beds"), 0.0, 0.5)
    pass_a_year(held)
    beds = by_kind(held, services.access)
    assert (beds > before).all()
    gain = np.log(beds / before)
    p = held.parameters.services
    for kind, reach in ((Kind.VILLAGE, p.village_services), (Kind.TOWN, p.town_services)):
        np.testing.assert_allclose(gain[:, kind], reach * gain[:, Kind.SEAT])  # as far as the seat is within reach
    held.rates.set(addition("hospital_beds"), 0.0)
    held.rates.set(addition("park_area"), 0.0, 1.0)
    pass_a_year(held)
    parks = by_kind(held, services.access)
    assert (parks[:, Kind.SEAT] > beds[:, Kind.SEAT]).all()
    np.testing.assert_allclose(parks[:, : Kind.SEAT], beds[:, : Kind.SEAT])


def test_more_people_crowd_services_until_more_is_built(held):
    """Need is that of residents, whoever they are registered with: arrivals crowd what is not built for them."""
    held.budget.maintenance = held.budget.capital_spending = np.zeros(held.places.counties)
    before = by_kind(held, services.access)
    held.counts = dataclasses.replace(held.counts, residents=2 * held.counts.residents)
    held.quarter += 4
    services.maintain(held)
    assert (by_kind(held, services.access) < before).all()
