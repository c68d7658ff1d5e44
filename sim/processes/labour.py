"""The labour markets of the counties: jobs end, people look for work, jobs are filled one by one, pay answers.

People in districts and outside the province work in exogenous markets; villagers fall back on own-account farming.
Every job of a firm is held by one resident and every employed resident has one employer.
"""

import numpy as np

from sim.core import blocks, rng
from sim.core.compiled import kernel
from sim.processes import firms as firm
from sim.processes import matching, participation, turnover
from sim.processes.decisions import OPENING, WORK
from sim.processes.participation import AGES
from sim.processes.production import by_cell, by_place
from sim.processes.turnover import ENTERED, FARMER, LOST, WAITING
from sim.state.places import NOWHERE, Kind, county_of, first_district, kind_of
from sim.state.rates import quarterly
from sim.state.residents import LOST_WORK, SEEKING, Employer, Work, migrant_work
from sim.state.world import World

_OUTSIDE, _DISTRICTS, _OWN_ACCOUNT, _NONE = (np.uint32(employer) for employer in Employer)

FARMER_SEARCHES_UNTIL = 60


def separate(world: World) -> None:
    """Let workers leave or lose their jobs, others give up or begin to look for work, and farmers look around.

    Reads employer, birth, sex, place, schooling; writes work, employer and flags. Staff of firms becomes those who
    stay, openings the staff that firms aim at beyond them; seekers are kept for the matching of the quarter.
    """
    people, firms, places, labour = world.residents, world.firms, world.places, world.labour
    p = world.parameters.labour
    hazards = world.yearly(participation.hazards)
    counties = places.counties
    usual = (quarterly(world.rates["job_separation"]) * rng.TWO_32).astype(np.uint64)
    younger, older = (np.floor(quarterly(rate * world.rates["farm_search"][:counties]) * rng.TWO_32).astype(np.uint64)
                      for rate in (p.farm_search, p.farm_search_older))
    most = [usual.max(), usual.max(), max(younger.max(), older.max()), 0]  # of employers that are no firms
    ending = np.concatenate([firm.leaving(world), np.array(most, np.uint64)])
    parts = blocks.run(
        _separate, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth, people.sex,
        people.place, people.work, people.employer, people.flags, ending, hazards.enter,
        hazards.most_enter, hazards.leave, hazards.withdraw, usual, younger, older, places.area,
        places.kind, rng.threshold(p.migrant_job_finding), world.once(_mix_of_migrants), firms.place,
        places.outside, counties)
    rows, why, staff, lost, employed, retired = zip(*parts, strict=True)
    world.pending.seekers, world.pending.why = np.concatenate(rows), np.concatenate(why)
    turnover.note_separations(world, staying=sum(staff), lost=sum(lost))
    firms.staff[:] = sum(staff)
    labour.employed[:] = sum(employed)
    labour.unemployed[:] = 0
    if world.quarter % 4 == 0:
        labour.new_urban_jobs[:] = 0
    labour.new_urban_jobs -= sum(retired)
    draws = rng.uniforms(world.seed, OPENING, world.quarter, firms.uid)
    _open(draws, firms.place, firms.establishments, firms.aim, firms.staff, firms.openings)


@kernel
def _open(draws, place, establishments, aim, staff, openings):
    for i in range(len(place)):
        missing = aim[i] - staff[i] if place[i] != NOWHERE and establishments[i] else 0.0
        openings[i] = np.int32(np.floor(missing + draws[i])) if missing > 0 else 0


@kernel
def _separate(start, stop, seed, quarter, uid, birth, sex, place, work, employer, flags, ending, enter, most_enter,
              leave, withdraw, usual, younger, older, area, kind, finding, mix, works_at, outside, counties):
    rows = np.empty(1024, np.int64)
    why = np.empty(1024, np.uint8)
    count = 0
    firms = len(works_at)
    staff, lost = np.zeros(len(ending), np.int32), np.zeros(firms, np.int32)
    employed = np.zeros((len(area), 9), np.int64)
    retired = np.zeros(counties, np.int64)
    draws = np.empty(rng.TILE, np.uint64)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, WORK, quarter, uid[first:last], draws)
        for i in range(first, last):
            here = place[i]
            if here == NOWHERE:
                continue
            draw = draws[i - first]
            age = min(quarter - birth[i], AGES - 1)
            reason = 0
            if work[i]:
                by = employer[i]
                at = np.uint64(by) if by < _OUTSIDE else np.uint64(firms) + np.uint64(by - _OUTSIDE)  # no branch
                stops = leave[sex[i], age]
                if draw >= stops + ending[at]:
                    staff[at] += 1
                    employed[here, work[i]] += 1
                elif draw < stops:
                    if by < _OUTSIDE and kind[works_at[by]] != Kind.VILLAGE:
                        retired[county_of(works_at[by])] += 1
                    work[i] = 0
                    employer[i] = _NONE
                elif by == _OWN_ACCOUNT:
                    employed[here, work[i]] += 1
                    if age < 4 * FARMER_SEARCHES_UNTIL and here < first_district(counties):
                        looks = younger[area[here]] if age < 180 else older[area[here]]
                        if draw - stops < looks:
                            reason = FARMER
                elif by < _OUTSIDE or draw - stops < usual[area[here]]:
                    work[i] = 0
                    employer[i] = _NONE
                    flags[i] |= SEEKING | LOST_WORK
                    reason = LOST
                    if by < _OUTSIDE:
                        lost[by] += 1
                else:
                    employed[here, work[i]] += 1
            elif flags[i] & SEEKING:
                if draw < withdraw[age]:
                    if flags[i] & LOST_WORK and here < first_district(counties) and kind[here] != Kind.VILLAGE:
                        retired[county_of(here)] += 1  # a job was lost for good
                    flags[i] &= ~(SEEKING | LOST_WORK)
                else:
                    reason = LOST if flags[i] & LOST_WORK else WAITING
            elif draw < most_enter[sex[i], age] and draw < enter[here, sex[i], age]:
                flags[i] |= SEEKING
                reason = ENTERED
            if reason and here >= first_district(counties):
                second = rng.words(seed, WORK, quarter, uid[i])
                if second[1] < finding:  # an exogenous market
                    flags[i] &= ~(SEEKING | LOST_WORK)
                    sector = 1
                    mark = np.float64(second[2]) / rng.TWO_32 * mix[-1]
                    while mark >= mix[sector - 1]:
                        sector += 1
                    work[i] = sector
                    employer[i] = _OUTSIDE if here == outside else _DISTRICTS
                    employed[here, sector] += 1
                    reason = 0
            if reason:
                if count == len(rows):
                    longer, reasons = np.empty(2 * count, np.int64), np.empty(2 * count, np.uint8)
                    longer[:count], reasons[:count] = rows, why
                    rows, why = longer, reasons
                rows[count] = i
                why[count] = reason
                count += 1
    return rows[:count].copy(), why[:count].copy(), staff[:firms], lost, employed, retired


def match(world: World) -> None:
    """Fill jobs: in each county m = a u^b v^(1-b) seekers get one opening each, drawn by aptitude and way to work.

    Who finds nothing in the county may commute to a core city within an hour, or turn to farming in a village.
    Writes work, employer, flags, staff of firms and the labour tables.
    """
    people, firms, places, labour = world.residents, world.firms, world.places, world.labour
    found, before = matching.assign(world), world.flows.hires.sum((1, 2, 3))
    sought = np.zeros(places.districts, np.int64)
    labour.unemployed[:] = 0
    _employ(world.pending.seekers, world.pending.why, found, world.seed, world.quarter, people.uid, people.moved,
            people.place, people.work, people.employer, people.flags, firms.place, firms.sector,
            matching.fallbacks(world), firms.staff, labour.employed, labour.unemployed, labour.new_urban_jobs,
            world.flows.hires, sought)
    labour.vacancies[:] = by_cell(world, firms.openings).sum(1)
    labour.seekers[:] = places.of_counties(sought)
    labour.hires[:] = world.flows.hires.sum((1, 2, 3)) - before
    now = (labour.vacancies + 1) / (labour.seekers + 1)
    labour.tightness[:] = np.exp(0.75 * np.log(labour.tightness) + 0.25 * np.log(np.clip(now, 0.05, 20)))
    labour.finding[:] = 0.75 * labour.finding + 0.25 * _finding(world, sought)


@kernel
def _employ(rows, why, found, seed, quarter, uid, moved, place, work, employer, flags, firm_place, firm_sector,
            fallbacks, staff, employed, unemployed, new_urban_jobs, hires, sought):
    """Put to work the seekers who are hired, and those left who commute or farm instead; count all of them."""
    for k in range(len(rows)):
        i, here = rows[k], place[rows[k]]
        by, sector = _NONE, np.uint8(Work.NONE)
        if here < len(sought):
            sought[here] += 1
            if found[k] >= 0:
                by, sector = np.uint32(found[k]), firm_sector[found[k]]
                at = firm_place[by]
                staff[by] += 1
                turnover.note_hire(hires, at, here, why[k], quarter - moved[i])
                if why[k] != LOST and kind_of(at) != Kind.VILLAGE:
                    new_urban_jobs[county_of(at)] += 1
            elif why[k] != FARMER:
                by, sector = matching.fallback(seed, quarter, uid[i], here, flags[i], fallbacks)
        if by != _NONE:
            if why[k] == FARMER:
                employed[here, Work.FARMING] -= 1
            employed[here, sector] += 1
            work[i] = sector
            employer[i] = by
            flags[i] &= ~(SEEKING | LOST_WORK)
        elif flags[i] & SEEKING:
            unemployed[here] += 1


def _finding(world: World, sought: np.ndarray) -> np.ndarray:
    """Return the chance expected of a seeker (`sought`, by place) to be hired this quarter by (county, kind of home).

    It is that of an opening drawn for them, by the weights of the way to work, whatever their schooling; one seeker
    more in every place keeps it defined.
    """
    places, p = world.places, world.parameters
    seekers = places.by_kind(sought) + 0.01
    offered = places.by_kind(by_place(world, world.firms.openings))
    b = p.labour.matching_elasticity
    total, openings = seekers.sum(1), offered.sum(1)
    filled = world.rates["matching_efficiency"][: places.counties] * total**b * openings ** (1 - b)
    filled = np.minimum(filled, np.minimum(total, openings)) / np.maximum(openings, 1)
    weight = world.once(matching.job_weight)
    competing = (seekers[:, :, None] * weight).sum(1)
    return np.clip(filled[:, None] * (weight * (offered / competing)[:, None]).sum(2), 0.02, 1)


def set_wages(world: World) -> None:
    """Let pay of each county and sector move towards its target: the trend, the sector's own output per worker and a
    wage curve in tightness.

    wage = first wage x trend x (wage against the trend)^(1 - s) x target^s, s the speed. Writes `labour.wage` by
    (county, sector); what a firm adds for its size and place is `firms.pay`, and pay outside the counties is set by
    `place_attributes`.
    """
    labour, e, t, p = world.labour, world.economy, world.technology, world.parameters.labour
    staff = by_cell(world, world.firms.staff) * world.config.scale
    value = e.output * e.price / np.maximum(staff, 1)
    first = t.output / np.maximum(t.staff, 1)
    # output is that of last quarter
    own = np.where((staff > 0) & (first > 0), value / np.maximum(first, 1e-9) / world.last_trend, 1.0)
    pressure = (labour.tightness / p.normal_tightness) ** p.wage_curve
    target = np.clip(own, 0.3, 3) ** p.rent_sharing * pressure[:, None]
    target[:, Work.PUBLIC_SERVICES] = world.rates["public_wage"][: world.places.counties]
    paid = t.wage > 0
    ahead = np.where(paid, labour.wage / np.where(paid, t.wage, 1.0) / world.last_trend, 1.0)  # of the trend
    labour.wage[:] = t.wage * world.trend * ahead ** (1 - p.wage_speed) * target**p.wage_speed


def _mix_of_migrants(world: World) -> np.ndarray:
    return np.cumsum(migrant_work(world.parameters.work)[Work.FARMING :])
