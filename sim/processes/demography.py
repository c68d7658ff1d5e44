"""Births and deaths by age and sex."""

import functools

import numpy as np
import pandas as pd

from sim.baseline import Baseline
from sim.core import blocks, rng
from sim.core.compiled import kernel
from sim.processes.decisions import BIRTH, DEATH, NEWBORN
from sim.processes.initial_jobs import by_work_and_age
from sim.state.places import KINDS, NOWHERE, Kind, county_of
from sim.state.rates import by_quarter_of_age, quarterly
from sim.state.residents import LOST_WORK, SCHOOL_CHILD, SEEKING, Employer, Sex
from sim.state.settlement import Fertility
from sim.state.world import World

OLDEST = 111
"""Ages of the mortality table: 0 to 110 years."""


BORN = 2020 + 1 / 3
"""Middle of the year in which people aged 0 on census day, 1 November 2020, were born."""


def die(world: World) -> None:
    """Let people die at the rate of their age, sex and area: marks `place`, counts deaths by place and registration.

    Reads uid, birth, sex, place. Whoever died keeps the row until the end of the quarter.
    """
    people = world.residents
    rows = np.concatenate(blocks.run(
        _die, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth, people.sex,
        people.place, world.places.area, *world.yearly(_death_chance)))
    world.flows.deaths += np.bincount(people.origin[rows], minlength=world.places.count)
    world.flows.deaths_registered += np.bincount(people.hukou[rows], minlength=world.places.count)
    firms = people.employer[rows]
    firms = firms[firms < Employer.OUTSIDE]
    at = world.firms.place[firms][world.places.kind[world.firms.place[firms]] != Kind.VILLAGE]
    world.flows.deaths_at_work += np.bincount(county_of(at), minlength=world.places.counties)
    world.pending.died.append(rows)


def _death_chance(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Thresholds by (area, sex, age), and the greatest by age in quarters."""
    chance = rng.threshold(quarterly(world.yearly(mortality)[None] * world.rates["mortality"][:, None, None]))
    return chance, by_quarter_of_age(chance.max((0, 1)))


@kernel
def _die(start, stop, seed, quarter, uid, birth, sex, place, area, chance, most):
    rows = np.empty(stop - start, np.int64)
    count = 0
    draws = np.empty(rng.TILE, np.uint64)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, DEATH, quarter, uid[first:last], draws)
        for i in range(first, last):
            if draws[i - first] >= most[np.uint16(quarter - birth[i])] or place[i] == NOWHERE:
                continue
            age = min((quarter - birth[i]) >> 2, OLDEST - 1)
            if draws[i - first] < chance[area[place[i]], sex[i], age]:
                place[i] = NOWHERE
                rows[count] = i
                count += 1
    return rows[:count].copy()


def give_birth(world: World) -> None:
    """Let women aged 15 to 49 give birth: the child gets a row, its mother's place, hukou, homestead and household.

    Reads uid, birth, sex, place. Rates by age are those of the schedule, by county those of the census, and by
    year the declared path of total fertility.
    """
    people = world.residents
    mothers = np.concatenate(blocks.run(
        _give_birth, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth, people.sex,
        people.place, *world.yearly(_birth_chance)))
    # a mother away from her reference adult becomes the guardian of her child herself
    there = people.place[people.household[mothers]]  # nowhere: the adult died, and the household is handed over later
    apart = (there != people.place[mothers]) & (there != NOWHERE)
    people.household[mothers[apart]] = mothers[apart]
    babies = people.allocate(len(mothers))
    uid = _newborn_uids(people.uid[mothers], world.quarter)
    ratio = world.parameters.demography.sex_ratio_at_birth
    boys = _draws(world.seed, NEWBORN, world.quarter, uid) < rng.threshold(ratio / (100 + ratio))
    people.uid[babies] = uid
    people.sex[babies] = np.where(boys, Sex.MALE, Sex.FEMALE)
    people.birth[babies] = world.quarter
    people.moved[babies] = people.moved[mothers]
    people.origin[babies] = people.place[mothers]
    for name in ("place", "hukou", "homestead", "household", "flags"):
        column = getattr(people, name)
        column[babies] = column[mothers]
    people.flags[babies] &= ~(SCHOOL_CHILD | SEEKING | LOST_WORK)
    world.flows.births += np.bincount(people.place[mothers], minlength=world.places.count)
    world.flows.births_registered += np.bincount(people.hukou[mothers], minlength=world.places.count)


def _birth_chance(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Thresholds by (place, age), and the greatest by age in quarters."""
    chance = np.zeros((world.places.count, OLDEST), np.uint32)
    chance[:, 15:50] = rng.threshold(quarterly(fertility(world)))
    return chance, by_quarter_of_age(chance.max(0))


@kernel
def _give_birth(start, stop, seed, quarter, uid, birth, sex, place, chance, most):
    rows = np.empty(stop - start, np.int64)
    count = 0
    draws = np.empty(rng.TILE, np.uint64)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, BIRTH, quarter, uid[first:last], draws)
        for i in range(first, last):
            if draws[i - first] >= most[np.uint16(quarter - birth[i])] or sex[i] != Sex.FEMALE or place[i] == NOWHERE:
                continue
            if draws[i - first] < chance[place[i], (quarter - birth[i]) >> 2]:
                rows[count] = i
                count += 1
    return rows[:count].copy()


@kernel
def _newborn_uids(mothers, quarter):
    uids = np.empty_like(mothers)
    for k in range(len(mothers)):
        uids[k] = rng.descendant(NEWBORN, quarter, mothers[k])
    return uids


@kernel
def _draws(seed, decision, quarter, uids):
    draws = np.empty(len(uids), np.uint64)
    rng.fill(seed, decision, quarter, uids, draws)
    return draws


def initial(world: World) -> Fertility:
    """Return each county's fertility, at which its women at the start bear the census population aged 0 in a year."""
    places = world.places
    women = by_work_and_age(world)[1][: places.districts, Sex.FEMALE, 15:50]
    expected = 4 * quarterly(scheduled(world))[: places.districts] * women
    return Fertility(
        by_county=world.census.births / (places.of_counties(expected.sum(1)) * world.config.scale),
        childbearing=childbearing(world) if world.start.births_known else np.nan)


def mortality(world: World) -> np.ndarray:
    """Return death rates per year by (sex, age 0-110) of the running year, before the rates of areas.

    The schedule is that which the data package names for the start, at a fitted level that falls by the declared trend.
    """
    p, start = world.parameters.demography, world.start
    level = p.mortality_level_2011 if start.births_known else p.mortality_level_2021
    years = world.year - start.census_year  # levels are those of the census year
    return _mortality_schedule(world.baseline, start.mortality) * level * (1 - p.mortality_decline) ** years


@functools.lru_cache(maxsize=8)
def _mortality_schedule(baseline: Baseline, name: str) -> np.ndarray:
    """Return a schedule of the data package by (sex, age), made once for all models on the same data."""
    table = _schedule(baseline, name, "mortality_rate")
    rates = np.empty((2, OLDEST))
    for sex, label in ((Sex.FEMALE, "female"), (Sex.MALE, "male")):
        part = table[table["sex"] == label].sort_values("age_from")
        low = part["age_from"].to_numpy(float)
        high = part["age_to"].fillna(OLDEST - 1).to_numpy(float)
        middle, value = (low + high + 1) / 2, part["value"].to_numpy(float) / 1000
        rates[sex] = np.exp(np.interp(np.arange(OLDEST) + 0.5, middle, np.log(value)))
        children = np.arange(10)  # rates fall steeply after birth: groups of the young are taken as they are
        rates[sex, children] = value[np.searchsorted(low, children, side="right") - 1]
    rates.flags.writeable = False
    return rates


def _schedule(baseline: Baseline, name: str, measure: str) -> pd.DataFrame:
    table = baseline.mortality_fertility
    return table[(table["schedule"] == name) & (table["measure"] == measure)]


def fertility(world: World) -> np.ndarray:
    """Return birth rates per year by (place, age 15-49) of the running year; the level by county reproduces the census
    population aged 0."""
    level = np.ones(world.places.count)
    level[: world.places.districts] = np.repeat(world.fertility.by_county, KINDS)
    return scheduled(world, world.rates["fertility"][world.places.area], fertility_index(world), level)


def scheduled(world: World, *levels: np.ndarray | float) -> np.ndarray:
    """Return birth rates per year by (place, age 15-49) at the product of levels, each by place or one for all.

    Rural places have the declared surplus
    in total fertility.
    """
    p, places = world.parameters.demography, world.places
    schedule = world.once(fertility_schedule)
    base_total = schedule.sum()
    surplus = p.rural_minus_urban_total_fertility / base_total
    rural = places.kind == Kind.VILLAGE
    by_place = 1 + surplus * np.where(rural, 0.5, -0.5)
    for level in levels:
        by_place = by_place * level
    return np.maximum(by_place, 0)[:, None] * schedule


def fertility_schedule(world: World) -> np.ndarray:
    """Return births per woman and year by single age 15-49 before levels, shape (35,)."""
    p = world.parameters.demography
    if world.start.fertility is None:
        ages = np.arange(15, 50) + 0.5
        curve = np.exp(-(((ages - p.fertility_mean_age_2011) / p.fertility_spread_2011) ** 2) / 2)
        return curve / curve.sum() * p.total_fertility_2011
    return _fertility_schedule(world.baseline, world.start.fertility)


@functools.lru_cache(maxsize=8)
def _fertility_schedule(baseline: Baseline, name: str) -> np.ndarray:
    """Return a schedule of the data package by age 15-49, made once for all models on the same data."""
    part = _schedule(baseline, name, "fertility_rate").sort_values("age_from")
    middle = (part["age_from"] + part["age_to"] + 1).to_numpy(float) / 2
    group = np.repeat(part["value"].to_numpy(float) / 1000, 5)
    smooth = np.interp(np.arange(15, 50) + 0.5, middle, part["value"].to_numpy(float) / 1000)
    means = np.repeat(smooth.reshape(-1, 5).mean(1), 5)
    schedule: np.ndarray = smooth * group / means
    schedule.flags.writeable = False
    return schedule


def childbearing(world: World) -> float:
    """Return the births for each resident of all counties that the schedule gives."""
    people = world.residents
    here = people.place < world.places.districts
    age = (world.quarter - people.birth) >> 2
    women = here & (people.sex == Sex.FEMALE) & (age >= 15) & (age < 50)
    return float(np.bincount(age[women] - 15, minlength=35) @ world.once(fertility_schedule)) / here.sum()


def fertility_index(world: World) -> float:
    """Return total fertility of the running year against that of the census year.

    Where the province's birth rates are known, births for each resident follow them: where fewer women are of the ages
    at which children are born, those who are bear more.
    """
    p, year = world.parameters.demography, world.year
    if world.start.births_known:
        births = {2011: p.birth_rate_2011, 2016: p.birth_rate_2016, 2017: p.birth_rate_2017,
                  2019: p.birth_rate_2019, 2020: p.birth_rate_2020}
        rate = float(np.interp(year, [*births], [*births.values()])) / p.birth_rate_2011
        return p.fertility_level_2011 * rate * world.fertility.childbearing / childbearing(world)
    share = min((year + 0.5 - BORN) / (2025.5 - BORN), 1.0)
    return (p.total_fertility_2025 / world.once(fertility_schedule).sum()) ** share
