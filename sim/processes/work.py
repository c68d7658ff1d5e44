"""Work by sector, and what places offer in income, jobs, housing, services and schools.

Until firms exist offers come from the census of the start: `offer` is the one place to change.
"""

import numpy as np
from numba import njit

from sim.agents.places import NOWHERE, Kind
from sim.agents.residents import Sex, Work, migrant_work
from sim.core import blocks, rng
from sim.processes.decisions import WORK
from sim.rates import by_quarter_of_age, quarterly
from sim.world import Offers, World

OLDEST = 111

RETIRED = 90
"""Age in years from which nobody works."""


def offer(world: World) -> None:
    """Set what each place offers this year, from the sector mix and schooling of its county at the start.

    Earnings of a county follow the output per worker of its sectors; the districts and the outside pay the
    published premium of migrant work; villages earn farm and local wages in the census mix.
    """
    p, places, mix = world.parameters.work, world.places, world.sector_mix
    productivity = np.array([0.0, 1.0, *[p.secondary_productivity] * 3, *[p.tertiary_productivity] * 4])
    non_farm = mix[: places.districts, Work.AGRO_PROCESSING :].sum(1)
    output = (mix * productivity).sum(1)
    workers = np.maximum(world.employed[: places.districts], 1)
    county = (output[: places.districts] * workers).reshape(-1, 3).sum(1) / workers.reshape(-1, 3).sum(1)
    relative = np.ones(places.count)
    relative[: places.districts] = np.repeat((county / county.mean()) ** p.wage_elasticity, 3)
    wage = p.local_wage * relative
    village = places.kind == Kind.VILLAGE
    farm = p.local_wage * p.farm_income_ratio
    wage[village] = farm + (wage[village] - farm) * non_farm[village[: places.districts]]
    wage[places.districts :] = p.local_wage / p.local_to_migrant_wage
    wage[places.core] *= 1 + p.core_wage_premium
    returns = np.where(village, p.village_return_ratio, 1.0) * p.return_to_schooling
    schooling = (1 + returns[:, None]) ** np.array([-4.0, -3.0, 0.0, 3.0, 6.0, 7.0])
    urban_price = np.array([p.village_house_price, p.town_house_price, p.seat_house_price,
                            p.district_house_price, p.outside_house_price])  # fmt: skip
    services = np.array([p.village_services, p.town_services, 1.0, p.district_services, p.district_services])
    schools = np.array([p.village_schools, p.town_schools, 1.0, p.district_schools, p.district_schools])
    employment = world.employment_level * world.rates["employment"][places.area]
    world.offers = Offers(
        income=(wage * np.minimum(employment, 1.2))[:, None] * schooling,
        employment=employment,
        housing_price=urban_price[places.kind] * relative,
        services=services[places.kind],
        schools=schools[places.kind],
    )


def change_work(world: World) -> None:
    """Let workers lose work and people without work find it, so that employment tends to the age curve of the place.

    Reads uid, birth, sex, schooling, place; writes work. The sector found is drawn from the mix of the place.
    """
    people = world.residents
    separation, hire, mix, most = world.yearly(_work_chance)
    blocks.run(_change_work, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth,
               people.sex, people.place, people.work, separation, hire, mix, most)  # fmt: skip


def _work_chance(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Thresholds to lose work by place, to find it by (place, sex, age), of sectors; and the greatest of a change
    by (work, age in quarters)."""
    places, rates = world.places, world.rates
    separation = quarterly(rates["job_separation"])[places.area]
    level = np.clip(world.offers.employment, 0, 1.3)
    curve = age_curve(world.parameters.work)
    target = np.clip(level[:, None, None] * curve, 0, 0.97)
    hire = np.clip(separation[:, None, None] * target / (1 - target), 0, 1)
    mix = np.cumsum(world.sector_mix[:, Work.FARMING :], axis=1)
    separation, hire = rng.threshold(separation), rng.threshold(hire)
    finding = by_quarter_of_age(hire.max((0, 1)))
    most = np.full((len(Work), len(finding)), separation.max(), np.uint64)
    most[Work.NONE] = finding
    most[Work.FARMING :, 4 * RETIRED :] = 2**32
    return separation, hire, rng.threshold(mix / mix[:, -1:]), most


@njit(cache=True, nogil=True)
def _change_work(start, stop, seed, quarter, uid, birth, sex, place, work, separation, hire, mix,
                 most):  # fmt: skip
    draws = np.empty(rng.TILE, np.uint64)
    candidates = np.empty(rng.TILE, np.int64)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, WORK, quarter, uid[first:last], draws)
        count = 0
        for i in range(first, last):  # apart from what follows, so that the processor need not guess
            candidates[count] = i
            count += draws[i - first] < most[work[i], np.uint16(quarter - birth[i])]
        for i in candidates[:count]:
            if place[i] == NOWHERE:
                continue
            age = min((quarter - birth[i]) >> 2, OLDEST - 1)
            if work[i]:
                if draws[i - first] < separation[place[i]] or age >= RETIRED:
                    work[i] = 0
            elif draws[i - first] < hire[place[i], sex[i], age]:
                sector = rng.words(seed, WORK, quarter, uid[i])[1]
                found = 1
                for k in range(7):
                    found += sector >= mix[place[i], k]
                work[i] = found


def age_curve(p) -> np.ndarray:
    """Return the employed share by (sex, age 0-110) of a place with employment level 1."""
    ages = np.arange(OLDEST)
    men = np.interp(ages, [15, 16, 20, 25, 30, 50, 60, 70, 80, 90],
                    [0, 0.1, 0.45, 0.85, 0.92, 0.9, 0.62, 0.35, 0.1, 0])  # fmt: skip
    women = men * np.where(ages < 50, p.female_employment_ratio, p.older_female_employment_ratio)
    return np.stack([women, men])


def prepare(world: World) -> None:
    """Take the sector mix (place, 9) and the employment level (place,) of the first world as those of its places.

    Districts and the outside, where only migrants are rows, have the declared mix of migrant work.
    """
    people, places, p = world.residents, world.places, world.parameters.work
    parts = blocks.run(_count, people.size, world.threads, world.quarter, people.birth, people.sex, people.place,
                       people.work, places.count)  # fmt: skip
    counts, ages = (sum(arrays) for arrays in zip(*parts, strict=True))
    mix = counts + 1e-9
    mix[places.districts :] = migrant_work(p)
    mix[:, Work.NONE] = 0
    expected = (ages * age_curve(p)).sum((1, 2))
    employed = counts[:, Work.FARMING :].sum(1)
    world.women = ages[:, Sex.FEMALE]
    world.employed = employed
    world.sector_mix = mix / mix.sum(1, keepdims=True)
    world.employment_level = np.divide(employed, expected, out=np.ones(places.count), where=expected > 0)


@njit(cache=True, nogil=True)
def _count(start, stop, quarter, birth, sex, place, work, places):
    counts = np.zeros((places, 9), np.int64)
    ages = np.zeros((places, 2, OLDEST), np.int64)
    for i in range(start, stop):
        if place[i] != NOWHERE:
            counts[place[i], work[i]] += 1
            ages[place[i], sex[i], min((quarter - birth[i]) >> 2, OLDEST - 1)] += 1
    return counts, ages
