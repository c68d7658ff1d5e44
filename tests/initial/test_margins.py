"""The initial state meets the census margins of every county: to the row, that is to rounding above scale 1."""

import numpy as np
import pytest

from sim import initial
from sim.initial import absence, margins, population
from sim.initial.margins import AGE_EDGES, AGE_GROUPS
from sim.state.places import Kind, Places
from sim.state.residents import Work

STARTS = [2011, 2021]


@pytest.fixture(scope="module", params=[(2011, 1000), (2021, 1000), (2011, 100), (2021, 100)], ids=str)
def first(request, baseline, configure):
    """Return (configuration, places, margins, residents, districts, county of residence or -1) of an initial state."""
    start, scale = request.param
    config = configure(start=start, scale=scale)
    places = Places(baseline)
    people, _, districts = initial.people(baseline, config)
    return config, places, margins.read(baseline, config), people, districts, places.county[people.place]


def table(first, *columns, shape):
    """Count residents of counties by county and codes."""
    *_, lives = first
    counts = np.zeros((78, *shape), np.int64)
    here = lives >= 0
    np.add.at(counts, (lives[here], *(np.asarray(column)[here] for column in columns)), 1)
    return counts


def ages(first):
    config, _, _, people, _, _ = first
    return (4 * config.start - 1 - people.birth) // 4


def assert_to_rounding(rows, persons, scale):
    """Require each count within one row of its share of the rows."""
    total = rows.reshape(len(rows), -1).sum(1)
    people = persons.reshape(len(persons), -1).sum(1)
    assert (np.abs(total - people / scale) <= 0.5 + 1e-9).all()
    axes = (slice(None), *[None] * (rows.ndim - 1))
    assert np.abs(rows - persons * (total / people)[axes]).max() < 1


def test_age_and_sex_as_the_census_prints_them(first, baseline):
    config, _, _, people, _, _ = first
    group = np.searchsorted(AGE_EDGES, ages(first), side="right") - 1
    rows = table(first, group, people.sex, shape=(19, 2))
    printed = baseline.age_sex_2020 if config.start == 2021 else baseline.age_sex_2010
    wide = printed.set_index(["adcode", "age_group", "sex"])["persons"].to_dict()
    persons = np.array([[[wide[code, label, sex] for sex in ("female", "male")] for label in AGE_GROUPS]
                        for code in baseline.counties["adcode"]])
    assert_to_rounding(rows, persons, config.scale)


def test_villages_towns_and_seat(first, baseline):
    config, _, census, people, _, _ = first
    rows = table(first, people.place % 3, shape=(3,))
    printed = baseline.census_2020 if config.start == 2021 else baseline.census_2010
    printed = printed.set_index("adcode").loc[baseline.counties["adcode"]]
    urban = printed["urban_population"].to_numpy()
    np.testing.assert_array_equal(rows[:, Kind.TOWN :].sum(1), np.round(urban / config.scale))
    np.testing.assert_array_equal(rows[:, Kind.SEAT], np.round(urban * census.seat_share / config.scale))
    if config.start == 2021:
        known = printed["core_city_population"].notna().to_numpy()
        assert known.sum() == 26
        core = printed["core_city_population"][known]
        assert (np.abs(rows[known, Kind.SEAT] - core / config.scale) <= 0.5 + 1e-9).all()


def test_schooling_and_work(first):
    config, _, census, people, _, _ = first
    assert_to_rounding(table(first, people.schooling, shape=(6,)), census.schooling, config.scale)
    assert_to_rounding(table(first, people.work, shape=(len(Work),)), census.work, config.scale)
    assert not people.work[ages(first) < 15].any()


def test_registered_incomers_and_absent(first):
    config, places, census, people, _, lives = first
    home = places.county[people.hukou]
    registered = np.bincount(home[home >= 0], minlength=78)
    np.testing.assert_array_equal(registered, np.round(census.registered / config.scale))
    here = lives >= 0
    outside = np.bincount(lives[here & (people.hukou == places.outside)], minlength=78)
    np.testing.assert_array_equal(outside, np.round(census.from_outside / config.scale))
    other = here & (home != lives) & (people.hukou != places.outside)
    np.testing.assert_array_equal(
        np.bincount(lives[other], minlength=78), np.round(census.from_province / config.scale)
    )
    away = np.bincount(home[(home >= 0) & (home != lives)], minlength=78)
    assert (np.abs(away - census.absent / config.scale) <= 2).all()


def test_urban_registration(first):
    config, places, census, people, _, _ = first
    local = people.hukou < places.districts
    urban = np.bincount(people.hukou[local] // 3, people.hukou[local] % 3 != 0, 78)
    expected = census.urban_hukou_share * census.registered / config.scale
    # that of residents is met, that of absent people drawn: four standard errors of their number
    away = np.maximum(census.absent, 0) / config.scale
    assert (np.abs(urban - expected) < 2 + 4 * np.sqrt(away / 4)).mean() > 0.98
    assert abs(urban.sum() / expected.sum() - 1) < 0.01


def test_households_are_about_as_many_as_the_census_counts(first):
    config, _, census, people, _, _ = first
    heads = (people.household == np.arange(people.size)) & (ages(first) >= 16)
    rows = np.bincount(first[5][heads & (first[5] >= 0)], minlength=78)
    wanted = (census.households + census.collective) / config.scale
    assert abs(rows.sum() / wanted.sum() - 1) < 0.08
    assert np.median(np.abs(rows / wanted - 1)) < 0.10


def test_districts_and_residents_together_are_the_districts_of_the_census(first):
    config, places, census, people, districts, _ = first
    rows = np.bincount(people.place, minlength=places.count)[places.districts : places.outside]
    total = districts.totals + rows * config.scale
    # single cells are rounded down, 404 of them in each prefecture
    assert (np.abs(total - census.districts.sum(1)) <= 404).all()
    assert (districts.persons >= 0).all()


@pytest.mark.parametrize("start", STARTS)
def test_a_county_is_exact_at_scale_1(baseline, configure, start):
    config = configure(start=start, scale=1)
    places, census = Places(baseline), margins.read(baseline, config)
    county = int(census.residents.argmin())
    people = population.residents(county, census, absence.locate(census, places, config), places, config)
    age = np.searchsorted(AGE_EDGES, people.age // 4, side="right") - 1
    age_sex = np.zeros((19, 2), np.int64)
    np.add.at(age_sex, (age, people.sex), 1)
    np.testing.assert_array_equal(age_sex, census.age_sex[county])
    assert (people.place % 3 != 0).sum() == census.urban[county]
    np.testing.assert_array_equal(np.bincount(people.schooling, minlength=6), census.schooling[county])
    assert np.abs(np.bincount(people.work, minlength=len(Work)) - census.work[county]).max() < 1
    assert (people.hukou == places.outside).sum() == census.from_outside[county]
    here = people.hukou // 3 == county
    assert len(people.age) - here.sum() == census.from_outside[county] + census.from_province[county]
