"""What sets places apart for good shows in the census or is drawn once for a run, and favours no county as such."""

import numpy as np
import pytest

from sim.processes import attraction


@pytest.fixture
def only(world):
    """Return a function that gives attractions with some weights and all others nothing."""
    names = ("revealed_attraction", "schooling_attraction", "nearness_attraction", "farming_attraction",
             "unknown_town_attraction", "unknown_county_attraction")

    def of(**weights):
        values = {f"migration.{name}": weights.get(name, 0.0) for name in names}
        world.config = world.config.model_copy(update={"parameters": world.config.parameters.changed(values)})
        return attraction.lasting(world)

    return of


def by_kind(world, drawn):
    return world.places.by_kind(drawn)


def test_nothing_sets_places_apart_without_weights(only):
    assert (only() == 0).all()


@pytest.mark.parametrize("name", ["revealed_attraction", "schooling_attraction", "nearness_attraction",
                                  "farming_attraction"])
def test_towns_differ_by_the_log_odds_and_counties_as_a_whole_do_not(world, only, name):
    drawn = only(**{name: 0.5})
    village, town, seat = by_kind(world, drawn).T
    census = world.census
    near = -np.log([world.distance_km[seat, world.places.districts + prefecture] for seat, prefecture
                    in zip(world.places.seats, world.places.prefecture_of_county, strict=True)])
    residents = world.baseline.census_2020["resident_population"]
    odds = {"revealed_attraction": census.urban_odds, "schooling_attraction": census.college_odds,
            "nearness_attraction": near - np.average(near, weights=residents),
            "farming_attraction": -census.farming_odds}[name]
    np.testing.assert_allclose(town - village, 0.5 * odds)
    np.testing.assert_array_equal(town, seat)
    share = world.census.urban_share
    np.testing.assert_allclose((1 - share) * village + share * town, 0, atol=1e-12)
    assert (drawn[world.places.districts :] == 0).all()
    assert np.average(odds, weights=residents) == pytest.approx(0, abs=1e-6)


def test_with_all_of_it_lasting_the_shares_of_the_census_are_kept_apart(world, only):
    """Odds of living in town or seat differ between counties by as much as attraction makes them."""
    village, town, _ = by_kind(world, only(revealed_attraction=1.0)).T
    share = world.census.urban_share
    assert np.ptp(np.log(share / (1 - share)) - (town - village)) == pytest.approx(0, abs=1e-9)


def test_what_is_unknown_differs_between_seeds_and_is_the_same_for_one(world, only):
    drawn = world.attraction.unknown.copy()
    world.attraction = attraction.initial(world)
    np.testing.assert_array_equal(world.attraction.unknown, drawn)
    world.seed += 1
    world.attraction = attraction.initial(world)
    assert np.abs(np.corrcoef(world.attraction.unknown[1, :234:3], drawn[1, :234:3])[0, 1]) < 0.4
    county = world.attraction.unknown[1, : world.places.districts : 3]
    assert county.std() == pytest.approx(1, abs=0.25)
    residents = world.counts.people.sum(1)
    assert np.average(county, weights=residents) == pytest.approx(0, abs=1e-9)
    village, town, seat = by_kind(world, only(unknown_county_attraction=0.2)).T
    np.testing.assert_array_equal(village, town)
    np.testing.assert_array_equal(village, seat)
    np.testing.assert_allclose(village, 0.2 * county)
