"""Village schools close where children get few, their pupils go to town, and nobody is lost on the way."""

import dataclasses
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from sim.config.files import load_parameters
from sim.processes import schools, services
from sim.state.counts import Band
from sim.state.places import Kind
from sim.state.residents import Work
from sim.state.stocks import VillageSchools, distance_km

P = load_parameters().services


def of_age(world, band, ratio, kinds=(Kind.VILLAGE,)):
    """Multiply the children of an age band in some kinds of place."""
    cells = world.counts.residents[: world.places.districts, band].reshape(-1, 3)
    cells[:, kinds] = np.round(cells[:, kinds] * ratio)


def pupils(world):
    return schools.enrolment(world, world.stocks.village_schools)


def test_every_child_of_school_age_is_a_pupil_of_the_county(held):
    for ratio in (1.0, 0.5, 0.2):
        of_age(held, Band.PRIMARY, ratio)
        services.reorganise_schools(held)
        found = pupils(held)
        for level, band in (("primary_pupils", Band.PRIMARY), ("junior_pupils", Band.JUNIOR)):
            np.testing.assert_allclose(found[level].sum(1), schools.children(held, band).sum(1))
            assert (found[level] >= 0).all()


def test_schools_that_are_large_enough_stay(held):
    before = held.stocks.village_schools.open.copy()
    for ratio in (1.0, 1.2, 0.9):  # more children, then fewer, though not below the first
        of_age(held, Band.PRIMARY, ratio)
        services.reorganise_schools(held)
        np.testing.assert_array_equal(held.stocks.village_schools.open, before)
        assert not held.stocks.village_schools.closures.any()


def test_fewer_children_close_schools_for_good_and_lengthen_the_way(held):
    """Closures and distance by the formulas: a lognormal of sizes, and 0.5 / sqrt(density) (Clark and Evans 1954)."""
    village = held.stocks.village_schools
    before, km = village.open.copy(), village.distance_km.copy()
    held.counts = dataclasses.replace(held.counts, residents=held.counts.residents * 1000)  # no rounding
    held.stocks.village_schools.first_children = schools.children(held, Band.PRIMARY)[:, Kind.VILLAGE]
    of_age(held, Band.PRIMARY, 0.5)
    services.reorganise_schools(held)
    rank = np.log(2 * P.least_school_enrolment / P.children_per_village_school) / P.school_size_spread
    rank += P.school_size_spread / 2
    np.testing.assert_allclose(village.open, village.sites * norm.sf(rank), atol=0.51)
    np.testing.assert_array_equal(village.closures, before - village.open)
    assert (village.closures > 0).all()
    np.testing.assert_allclose(village.distance_km / km, np.sqrt((before + village.town_schools)
                                                                 / (village.open + village.town_schools)))
    of_age(held, Band.PRIMARY, 2)
    closed = village.open.copy()
    services.reorganise_schools(held)
    np.testing.assert_array_equal(village.open, closed)


def test_twice_the_threshold_closes_what_half_the_children_would(held):
    other = pickle.loads(pickle.dumps(held))
    for world in (held, other):
        world.counts = dataclasses.replace(world.counts, residents=world.counts.residents * 1000)  # no rounding
        world.stocks.village_schools.first_children = schools.children(world, Band.PRIMARY)[:, Kind.VILLAGE]
    held.rates.set("least_school_enrolment", 2 * P.least_school_enrolment)
    of_age(other, Band.PRIMARY, 0.5)
    for world in (held, other):
        services.reorganise_schools(world)
    np.testing.assert_array_equal(held.stocks.village_schools.open, other.stocks.village_schools.open)
    assert (held.stocks.village_schools.closures > 0).all()


@settings(max_examples=30)
@given(st.lists(st.floats(0.05, 3), min_size=1, max_size=5), st.floats(20, 100), st.floats(0.3, 1))
def test_closing_never_reopens_and_never_leaves_less_than_no_school(ratios, sites, first):
    counts = SimpleNamespace(residents=None, of_counties=lambda column: column[None, :])
    world = SimpleNamespace(counts=counts, parameters=load_parameters(), config=SimpleNamespace(scale=1),
                            rates={"least_school_enrolment": np.array([P.least_school_enrolment])})
    rank = np.array([schools._rank(P.least_school_enrolment / P.children_per_village_school * first, P)])
    standing = np.round(sites * norm.sf(rank))
    village = VillageSchools(np.array([sites]), rank, rank.copy(), np.array([10_000.0]), standing, np.zeros(1),
                             np.array([3.0]), np.array([800.0]), distance_km(np.array([800.0]), standing + 3))
    for ratio in ratios:
        counts.residents = np.full((3, len(Band)), int(10_000 * ratio))
        before = village.open.copy()
        leaving = schools.close(world, village)
        assert 0 <= leaving[0] <= 1
        assert 0 <= village.open[0] <= before[0]
        assert village.closures[0] == before[0] - village.open[0]
        assert village.distance_km[0] >= village.first_km[0]


def test_places_of_closed_schools_lapse_with_their_pupils(held):
    of_age(held, Band.PRIMARY, 0.5)
    places = held.stocks.values["primary_places"].copy()
    share = pupils(held)["primary_pupils"][:, Kind.VILLAGE]
    services.reorganise_schools(held)
    stayed = pupils(held)["primary_pupils"][:, Kind.VILLAGE] / share
    now = held.stocks.values["primary_places"]
    np.testing.assert_allclose(now[:, Kind.VILLAGE], places[:, Kind.VILLAGE] * stayed)
    np.testing.assert_array_equal(now[:, Kind.TOWN :], places[:, Kind.TOWN :])


def test_full_classes_make_schools_worse_and_spare_places_help_only_so_far(held):
    first = services.schools(held)
    for level in ("primary_places", "junior_places"):
        held.stocks.values[level] *= 0.8
    worse = services.schools(held) / first
    seats, district = slice(2, held.places.districts, 3), held.places.districts
    np.testing.assert_allclose(worse[seats], 0.8**P.congestion_effect)
    assert (worse[district:] == 1).all()
    for level in ("primary_places", "junior_places"):
        held.stocks.values[level] *= 10
    np.testing.assert_allclose(services.schools(held)[seats], P.enough_places**P.congestion_effect)


def test_staff_counts_where_there_are_labour_markets(held):
    employed = np.zeros((held.places.count, len(Work)), np.int64)
    employed[:, Work.PUBLIC_SERVICES] = 100
    held.labour = SimpleNamespace(employed=employed)
    held.stocks = services.initial(held)
    first = services.schools(held)
    np.testing.assert_allclose(first[:3], [0.4, 0.7, 1])
    held.labour = SimpleNamespace(employed=employed * 2)
    assert services.schools(held)[:3] == pytest.approx(first[:3] * 2**P.staff_effect)
