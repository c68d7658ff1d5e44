"""Births and deaths follow the schedules of the data, and a big sample follows the rates."""

import numpy as np
import pytest

from sim.processes import conditions, demography
from sim.state.places import NOWHERE
from sim.state.rates import quarterly
from sim.state.residents import Sex

SCHEDULES = [
    (2021, "shandong_2020_gompertz", "mortality_level_2021"),
    (2011, "china_2000_census", "mortality_level_2011"),
]


@pytest.mark.parametrize(("start", "schedule", "level"), SCHEDULES)
def test_death_rates_are_those_of_the_data_in_every_age_group(build, baseline, start, schedule, level):
    world = build(start=start).world
    p = world.parameters.demography
    rates = demography.mortality(world) * 1000 / getattr(p, level) / (1 - p.mortality_decline)
    table = baseline.mortality_fertility.query(
        "schedule == @schedule and measure == 'mortality_rate' and sex != 'both'"
    )
    assert len(table) >= 40
    for row in table.itertuples():
        single = rates[Sex[row.sex.upper()]]
        if np.isnan(row.age_to):
            assert single[105] == pytest.approx(row.value)
            continue
        ages = slice(int(row.age_from), int(row.age_to) + 1)
        # smoothing between five-year groups may move their mean a little
        assert single[ages].mean() == pytest.approx(row.value, rel=0.09), f"{row.sex} {row.age_from:g}-{row.age_to:g}"
        if row.age_to - row.age_from == 4:
            assert single[int(row.age_from) + 2] == pytest.approx(row.value)
    assert (rates > 0).all()
    assert (rates[Sex.MALE, 20:80] > rates[Sex.FEMALE, 20:80]).all()
    assert (np.diff(rates[:, 13:92]) > 0).all()


def test_death_rates_fall_by_the_declared_trend(world):
    first = demography.mortality(world)
    world.quarter += 40
    decline = world.parameters.demography.mortality_decline
    np.testing.assert_allclose(demography.mortality(world), first * (1 - decline) ** 10)


def test_total_fertility_follows_the_declared_path(world):
    p = world.parameters.demography
    printed = world.baseline.mortality_fertility.query(
        "schedule == 'shandong_2020_scaled' and measure == 'fertility_rate'"
    )
    assert demography.fertility_schedule(world).sum() == pytest.approx(5 * printed["value"].sum() / 1000)
    for year, total in ((2025, p.total_fertility_2025), (2030, p.total_fertility_2025)):
        world.quarter = 4 * year
        assert demography.fertility_index(world) * demography.fertility_schedule(world).sum() == pytest.approx(total)
    world.quarter = 4 * 2020  # people aged 0 of the census were born two months before its middle
    assert 0.97 < demography.fertility_index(world) < 1


def test_villages_have_the_declared_surplus_of_children(world):
    rates = demography.fertility(world)
    kept = rates[:3].sum(1) / world.fertility.by_county[0] / demography.fertility_index(world)
    surplus = world.parameters.demography.rural_minus_urban_total_fertility
    assert kept[0] - kept[1] == pytest.approx(surplus)
    assert kept[1] == kept[2]


@pytest.mark.parametrize("start", [2011, 2021])
def test_the_women_of_a_county_bear_the_newborns_of_the_census(build, start):
    world = build(start=start).world
    people, places = world.residents, world.places
    women = (people.sex == Sex.FEMALE) & (people.place < places.districts)
    age = (world.quarter - people.birth[women]) // 4
    fertile = (age >= 15) & (age < 50)
    place = people.place[women][fertile]
    level = np.append(np.repeat(world.fertility.by_county, 3), np.ones(places.count - places.districts))
    chance = 4 * quarterly(demography.scheduled(world, level))[place, age[fertile] - 15]
    births = np.bincount(places.county[place], weights=chance, minlength=places.counties) * world.config.scale
    np.testing.assert_allclose(births, world.census.births, rtol=0.01)  # the conversion to quarters is not quite linear


@pytest.fixture(scope="module")
def big(build):
    """Return a world of 640,000 rows with the rates of 2021."""
    world = build(scale=100).world
    conditions.drive(world)
    conditions.begin(world)
    return world


def within_four_standard_errors(events, chances):
    return abs(events - chances.sum()) <= 4 * np.sqrt((chances * (1 - chances)).sum())


def test_deaths_of_a_quarter_are_those_expected(big):
    people = big.residents
    age = np.minimum((big.quarter - people.birth) // 4, 110)
    chance = quarterly(demography.mortality(big))[people.sex, age]
    place = people.place.copy()
    try:
        demography.die(big)
        died = people.place == NOWHERE
    finally:
        people.place[:] = place
    for low, high in ((0, 1), (1, 40), (40, 65), (65, 80), (80, 111)):
        for sex in Sex:
            who = (age >= low) & (age < high) & (people.sex == sex)
            assert within_four_standard_errors(died[who].sum(), chance[who])
    for kind in range(5):
        who = big.places.kind[place] == kind
        assert within_four_standard_errors(died[who].sum(), chance[who])
    np.testing.assert_array_equal(np.flatnonzero(died), np.sort(big.pending.died.pop()))
    assert big.flows.deaths.sum() == died.sum()


def test_births_of_a_quarter_are_those_expected(big):
    people = big.residents
    size, age = people.size, (big.quarter - people.birth) // 4
    fertile = np.flatnonzero((people.sex == Sex.FEMALE) & (age >= 15) & (age < 50))
    chance = quarterly(demography.fertility(big))[people.place[fertile], age[fertile] - 15]
    household = people.household.copy()
    demography.give_birth(big)
    babies = np.arange(size, people.size)
    # mothers are found by the identity of their children
    uids = dict(zip(demography._newborn_uids(people.uid[fertile], big.quarter).tolist(), fertile.tolist(), strict=True))
    mothers = np.array([uids[uid] for uid in people.uid[babies].tolist()])
    mother = np.zeros(size, bool)
    mother[mothers] = True
    for low in range(15, 50, 5):
        who = (age[fertile] >= low) & (age[fertile] < low + 5)
        assert within_four_standard_errors(mother[fertile[who]].sum(), chance[who])
    for kind in range(5):
        who = big.places.kind[people.place[fertile]] == kind
        assert within_four_standard_errors(mother[fertile[who]].sum(), chance[who])
    ratio = big.parameters.demography.sex_ratio_at_birth
    boys = np.full(len(babies), ratio / (100 + ratio))
    assert within_four_standard_errors(people.sex[babies].sum(), boys)
    for name in ("place", "hukou", "homestead", "household"):
        np.testing.assert_array_equal(getattr(people, name)[babies], getattr(people, name)[mothers])
    assert (people.birth[babies] == big.quarter).all()
    assert not people.work[babies].any()
    # a mother leads a household of her own where her reference adult lives elsewhere, else she stays in it
    together = people.place[household[mothers]] == people.place[mothers]
    np.testing.assert_array_equal(people.household[mothers], np.where(together, household[mothers], mothers))
    assert 0 < (~together).sum() < len(mothers)
    assert big.flows.births.sum() == len(babies)


def test_no_mother_has_two_children_in_a_quarter(finished):
    people = finished.world.residents
    living = people.living()
    born = people.birth[living]
    assert (np.diff(np.unique(born)) >= 1).all()
    uids = people.uid[living][born >= 4 * 2021]
    assert len(np.unique(uids)) == len(uids)
