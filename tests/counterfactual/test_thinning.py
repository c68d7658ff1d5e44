"""Decisions that are thinned by a bound come out as if everyone had been evaluated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core import rng
from sim.processes import choice, citizenization, demography
from sim.state.rates import by_quarter_of_age, quarterly

GREATEST = 2**32 - 1
THIN = 13
"""Position of the bound among the arguments of the kernel of conversion, behind start and stop."""


def evaluate_everyone(monkeypatch):
    births, deaths = demography._birth_chance, demography._death_chance
    convert = citizenization._convert

    def all_births(world):
        chance, most = births(world)
        return chance, np.full_like(most, GREATEST)

    def all_deaths(world):
        chance, most = deaths(world)
        return chance, np.full_like(most, GREATEST)

    def all_conversions(start, stop, *arguments):
        arguments = list(arguments)
        assert isinstance(arguments[THIN], np.uint64)
        arguments[THIN] = np.uint64(2**32)
        return convert(start, stop, *arguments)

    monkeypatch.setattr(demography, "_birth_chance", all_births)
    monkeypatch.setattr(demography, "_death_chance", all_deaths)
    monkeypatch.setattr(citizenization, "_convert", all_conversions)
    monkeypatch.setattr(choice, "bound", lambda t: np.full((2, choice.AGES, 6), 2**32, np.uint64))


@pytest.mark.parametrize("start", [2011, 2021])
def test_thinned_is_the_same_as_evaluated_for_everyone(build, assert_equal, monkeypatch, start):
    thinned = build(start=start)
    thinned.run_until_end()
    evaluate_everyone(monkeypatch)
    whole = build(start=start)
    whole.run_until_end()
    assert_equal(thinned, whole)


def test_the_bounds_spare_most_people(world):
    bound = choice.bound(choice.tables(world))
    assert bound[0].max() < 0.15 * 2**32
    assert demography._death_chance(world)[1][: 4 * 40].max() < 0.01 * 2**32


@pytest.fixture(scope="module")
def started(build):
    """Return the worlds of both starts after a quarter."""
    models = build(), build(start=2011)
    for model in models:
        model.step()
    tables = [choice.tables(model.world) for model in models]
    return [(model.world, one, choice.bound(one)) for model, one in zip(models, tables, strict=True)]


@given(start=st.integers(0, 1), uid=st.integers(0, 2**64 - 1), age=st.integers(0, choice.AGES - 1),
       place=st.integers(0, 250), works_at=st.integers(0, 65_535), schooling=st.integers(0, 5),
       flags=st.integers(0, 31))
def test_nobody_considers_moving_with_a_chance_above_the_bound(started, start, uid, age, place, works_at, schooling,
                                                               flags):
    world, tables, bound = started[start]
    chance = choice.consideration(1, np.uint64(uid), age, place, works_at, schooling, np.uint8(flags), tables)
    assert 0 <= chance * rng.TWO_32 <= bound[int(place >= world.places.districts), age, schooling]


@pytest.mark.parametrize("flags", range(16))
@pytest.mark.parametrize("schooling", range(6))
def test_the_strongest_taste_is_within_the_bound(started, schooling, flags):
    world, tables, bound = started[0]
    uids = np.arange(4000, dtype=np.uint64)
    keen = uids[np.argmax([rng.uniform(1, 7, 0, uid) for uid in uids])]
    for away, places in ((0, range(3)), (1, range(world.places.districts, world.places.count))):
        chances = [choice.consideration(1, keen, age, place, 3, schooling, np.uint8(flags), tables)
                   for age in range(choice.AGES) for place in places]
        most = np.repeat(bound[away, :, schooling], len(places))
        assert (np.array(chances) * rng.TWO_32 <= most).all()


def test_no_area_or_place_is_above_the_bound_of_births_and_deaths(started):
    for world, _, _ in started:
        births, most = demography._birth_chance(world)
        assert (by_quarter_of_age(births) <= most).all()
        deaths, most = demography._death_chance(world)
        assert (by_quarter_of_age(deaths) <= most).all()


@given(quarters=st.integers(-32_768, 65_535), flags=st.integers(0, 31), owns=st.booleans(), ceiling=st.floats(0, 2),
       parity=st.floats(0, 1), kept=st.floats(0, 1),
       weights=st.tuples(*[st.floats(-5, 5)] * 4, *[st.floats(0, 5)] * 2))
def test_nobody_converts_with_a_chance_above_the_ceiling(quarters, flags, owns, ceiling, parity, kept, weights):
    chance = citizenization.conversion_chance(quarters, np.uint8(flags), owns, ceiling, parity, kept, np.array(weights))
    assert 0 <= chance * rng.TWO_32 < int(quarterly(ceiling) * rng.TWO_32) + 1
