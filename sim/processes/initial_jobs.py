"""The labour market of the initial state: employed, job seekers and wages."""

import numpy as np

from sim.core import blocks, rng
from sim.core.compiled import kernel
from sim.processes import matching, participation
from sim.processes.decisions import WORK
from sim.processes.participation import AGES, MOST_IN_WORK, OLDEST, age_curve
from sim.state.firms import SECTORS
from sim.state.labour import Labour
from sim.state.places import KINDS, NOWHERE
from sim.state.rates import quarterly
from sim.state.residents import LOST_WORK, SEEKING, Work
from sim.state.world import World


def initial(world: World) -> Labour:
    """Count the people in work at the start, set the employment level of each place, pay, and who looks for work.

    Districts and the outside, where only migrants are rows, work in the declared mix.
    """
    places, p = world.places, world.parameters.labour
    counts, ages = by_work_and_age(world)
    employed = counts.copy()
    employed[:, Work.NONE] = 0
    expected = (ages * age_curve(p)).sum((1, 2))
    in_work = employed.sum(1)
    level = np.divide(in_work, expected, out=np.ones(places.count), where=expected > 0)
    _first_seekers(world, level)
    counties = places.counties
    zero = np.zeros(counties, np.int64)
    return Labour(
        wage=first_wages(world), employment_level=level, seekers=zero.copy(), vacancies=zero.copy(), hires=zero.copy(),
        tightness=np.full(counties, p.normal_tightness), finding=_first_finding(world),
        first_jobs=matching.jobs_within_reach(world).sum(2), employed=employed,
        unemployed=np.zeros(places.count, np.int64), new_urban_jobs=zero.copy())


def by_work_and_age(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return residents by (place, work) and by (place, sex, age 0-110), in rows."""
    people = world.residents
    parts = blocks.run(_count, people.size, world.threads, world.quarter, people.birth, people.sex, people.place,
                       people.work, world.places.count)
    counts, ages = (sum(arrays) for arrays in zip(*parts, strict=True))
    return counts, ages


def first_wages(world: World) -> np.ndarray:
    """Return yuan a month by (county, sector) in the base year: published pay of local workers by declared ratios.

    Between counties pay follows output per worker with a declared elasticity; without county output all are alike.
    """
    p, counties = world.parameters.labour, world.places.counties
    ratio = np.zeros(len(Work))
    ratio[SECTORS[0] :] = (p.pay_agro_processing, p.pay_manufacturing, p.pay_construction, p.pay_trade,
                           p.pay_consumer_services, p.pay_tourism, p.pay_public_services)
    relative = np.ones(counties)
    if world.start.output is not None:
        output = np.log(world.start.output["gdp_per_capita_yuan"].to_numpy(float))
        relative = np.exp(p.wage_elasticity * (output - output.mean()))
    return local_wage(world) * relative[:, None] * ratio


def local_wage(world: World) -> float:
    """Return pay of local workers in the base year in yuan a month at 2020 prices: that of 2021 along the trend."""
    growth = world.parameters.firms.productivity_growth
    return float(world.parameters.labour.local_wage * world.base_trend_since_2020 * np.exp(-growth))


def _first_finding(world: World) -> np.ndarray:
    """Return the quarterly chance of a seeker to be hired by (county, kind of home) at the normal share of seekers.

    As many are hired as lose their work.
    """
    lost = quarterly(world.parameters.labour.job_separation)
    seekers = world.parameters.labour.normal_unemployment
    return np.full((world.places.counties, KINDS), lost * (1 - seekers) / seekers)


def _first_seekers(world: World, level: np.ndarray) -> None:
    """Mark who looks for work when the first quarter begins: the declared normal share of the labour force by age.

    Of them as many have lost their last work as losses make of all who begin to look, when those who leave the labour
    force and seekers who give up are replaced.
    """
    people, p = world.residents, world.parameters.labour
    begin = p.leaving + p.withdrawal * p.normal_unemployment
    lost = p.job_separation / (p.job_separation + begin)
    blocks.run(_mark_seekers, people.size, world.threads, world.seed, world.quarter - 1, people.uid, people.birth,
               people.sex, people.place, people.work, people.flags, level, participation._by_quarter(age_curve(p)),
               p.normal_unemployment, rng.threshold(lost))


@kernel
def _mark_seekers(start, stop, seed, quarter, uid, birth, sex, place, work, flags, level, curve, unemployment, lost):
    for i in range(start, stop):
        if work[i] == 0 and place[i] != NOWHERE:
            in_work = min(max(level[place[i]] * curve[sex[i], min(quarter - birth[i], AGES - 1)], 0.0), MOST_IN_WORK)
            seeking = in_work * unemployment / (1 - unemployment) / max(1 - in_work, 0.02)
            if seeking > 0:
                word = rng.words(seed, WORK, quarter, uid[i])
                if word[0] < np.uint64(min(seeking * rng.TWO_32, rng.TWO_32 - 1)):
                    flags[i] |= SEEKING
                    if word[1] < lost:
                        flags[i] |= LOST_WORK


@kernel
def _count(start, stop, quarter, birth, sex, place, work, places):
    counts = np.zeros((places, 9), np.int64)
    ages = np.zeros((places, 2, OLDEST), np.int64)
    for i in range(start, stop):
        if place[i] != NOWHERE:
            counts[place[i], work[i]] += 1
            ages[place[i], sex[i], min((quarter - birth[i]) >> 2, OLDEST - 1)] += 1
    return counts, ages
