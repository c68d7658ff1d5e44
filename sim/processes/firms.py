"""Firms: their plans, closures, output and wages."""

import numpy as np
from scipy.special import ndtri

from sim.core import rng
from sim.core.compiled import kernel
from sim.processes import initial_jobs, production
from sim.processes.decisions import CLOSURE, SHOCK
from sim.processes.production import INDUSTRIAL, by_cell, by_county, cell
from sim.state.economy import Economy, Technology
from sim.state.firms import Rows, mean_size
from sim.state.places import NOWHERE, county_of
from sim.state.rates import quarterly
from sim.state.residents import Work
from sim.state.world import World

PUBLIC = Work.PUBLIC_SERVICES


def initial(world: World) -> tuple[Technology, Economy]:
    """Give the firms of the initial state the wage, capital and productivity at which they want the staff they have.

    Output of each county and sector is that of the base year, split among firms by their wage bills.
    """
    firms, p, scale = world.firms, world.parameters.firms, world.config.scale
    at = cell(firms)
    firms.founded[:] = world.quarter - 1
    firms.desired[:] = firms.aim[:] = firms.staff
    rows = np.arange(firms.size)
    people = firms.staff * float(scale)
    private = (firms.sector != PUBLIC) * people
    mean = np.round(pay(world, rows) * private).sum() / private.sum()  # published for private firms together
    world.labour.wage *= initial_jobs.local_wage(world) / mean
    firms.wage[:] = pay(world, rows)
    paid = np.round(3 * firms.wage * people)
    bill = by_cell(world, paid)
    workers = by_cell(world, people)
    workers[:, Work.FARMING] = world.places.of_counties(world.labour.employed[:, Work.FARMING]) * scale
    made = production.first_output(world, workers)
    number = by_cell(world, firms.establishments)
    production.note_basis(world)
    technology, economy = production.first_technology(world, made, workers, bill, number)
    yearly = made.ravel()[at] * paid / np.maximum(bill.ravel()[at], 1)
    firms.output[:] = np.round(yearly / 4)
    firms.capital[:] = production.capital_ratio(p)[firms.sector] * yearly
    firms.shock[:] = 0.0
    x = np.where(firms.park, 1 + p.park_effect, 1.0)
    used = np.maximum(firms.capital, 1.0) ** p.capital_share * people ** (1 - p.capital_share)
    firms.productivity[:] = yearly / (x * used**p.span_of_control)
    firms.capital[:] *= world.last_trend  # from the year's average to its last quarter
    firms.wage[:] *= world.last_trend
    world.labour.wage *= world.last_trend
    economy.output[:] = np.round(economy.output * world.last_trend)
    industrial = INDUSTRIAL[firms.sector]
    firms.land[:] = np.where(industrial, p.land_per_worker_industry * people, 0.0)
    economy.industrial_land_wanted[:] = by_county(world, np.round(firms.land)) * p.closure * (1 - p.site_reuse)
    return technology, economy


def plan(world: World) -> None:
    """Let productivity drift, establishments close, and firms set the staff they want and aim at this quarter.

    Writes shock, establishments, capital, land, productivity, desired and aim of firms. Desired staff is where the
    value of the last worker's output equals their cost; hiring and lay-offs close part of the gap. Public services
    want the staff that the budget pays for.
    """
    firms, p, e = world.firms, world.parameters.firms, world.economy  # rows that hold no firm are counted nowhere
    if world.quarter % 4 == 0:
        for total in (e.industrial_land_wanted, e.founded, e.closed):
            total[:] = 0
    at, public = cell(firms), firms.sector == PUBLIC
    number = np.maximum(firms.establishments, 1).astype(float)

    draw = ndtri(rng.uniforms(world.seed, SHOCK, world.quarter, firms.uid))
    innovation = p.shock_width / np.sqrt(number) * draw - _gain(p, number, world.quarter - firms.founded)
    firms.shock[:] = p.shock_persistence * firms.shock + innovation

    closing = _closing(world, at, number)
    kept = 1 - closing / number
    firms.establishments[:] -= closing.astype(np.uint32)
    firms.capital[:] *= kept
    e.industrial_land_wanted -= by_county(world, np.round(firms.land * (1 - kept) * p.site_reuse))
    firms.land[:] *= kept
    firms.productivity[:] *= kept ** (1 - p.span_of_control)
    e.closed += by_county(world, closing).astype(np.int64)

    staff = firms.staff * kept
    desired = _desired(world, at)
    target = world.budget.public_staff / world.config.scale
    now = by_cell(world, firms.staff)[:, PUBLIC]
    of_public = firms.staff * (target / np.maximum(now, 1)).repeat(len(Work)).take(at)
    desired = np.where(public, of_public, desired)
    speed = np.where(public, 1.0, np.where(desired > staff, p.hiring_speed, p.layoff_speed))
    firms.desired[:] = desired
    firms.aim[:] = staff + speed * (desired - staff)


def _gain(p, number: np.ndarray, quarters: np.ndarray) -> np.ndarray:
    """Return the correction subtracted from a shock so that shocks leave the mean of desired staff unchanged.

    Desired staff follows exp(k shock); its mean would grow with the variance of shocks, which rises from 0 at the
    founding, k = 1 / (1 - v (1 - a)).
    """
    power = 1 / (1 - p.span_of_control * (1 - p.capital_share))
    persistence = p.shock_persistence**2
    lasting = 1 - persistence ** np.maximum(np.arange(quarters.max(initial=0) + 1) - 1.0, 0)  # by quarters
    last = p.shock_width**2 / number * lasting[quarters] / (1 - persistence)
    now = persistence * last + p.shock_width**2 / number
    return power / 2 * (now - p.shock_persistence * last)


def _closing(world: World, at: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return how many establishments of each row close: hazards that fall with turnover and size, rounded by a draw."""
    firms, p = world.firms, world.parameters.firms
    counties = world.places.counties
    rate = p.closure * world.rates["firm_closure"][:counties, None]
    rate = rate * np.clip(world.economy.turnover, 0.2, 5) ** -p.profit_response_closure
    rate[:, PUBLIC] = 0.0
    size = firms.staff * world.config.scale / number / world.once(mean_staff).take(firms.sector)
    hazard = rate.take(at) * np.clip(size, 0.2, 50) ** -p.closure_size
    draws = rng.uniforms(world.seed, CLOSURE, world.quarter, firms.uid)
    return np.minimum(np.floor(number * quarterly(hazard) + draws), firms.establishments)


def _desired(world: World, at: np.ndarray) -> np.ndarray:
    """Return the staff in rows at which v (1 - a) A X K^(a v) L^(v (1 - a) - 1) times price equals wage over wedge."""
    firms, p, t = world.firms, world.parameters.firms, world.technology
    a, v = p.capital_share, p.span_of_control
    x = (production.conditions(world) * world.economy.price).take(at)
    x = x * np.exp(firms.shock) * np.where(firms.park, 1 + p.park_effect, 1.0)
    cost = 12 * firms.wage / np.maximum(t.wedge, 1e-12).take(at)
    product = v * (1 - a) * firms.productivity * x * np.maximum(firms.capital, 1.0) ** (a * v)
    persons = (product / cost) ** (1 / (1 - v * (1 - a)))
    return persons / world.config.scale


def leaving(world: World) -> np.ndarray:
    """Return draws (uint64) by row of firms below which a worker loses or leaves the job this quarter.

    Joined are ordinary separations, establishments that closed and lay-offs beyond who leaves or retires anyway.
    """
    firms = world.firms
    return _leaving(firms.place, firms.establishments, firms.staff, firms.aim,
                    quarterly(world.rates["job_separation"]), quarterly(world.parameters.labour.leaving))


@kernel
def _leaving(place, establishments, staff, aim, usual, retired):
    draws = np.zeros(len(place), np.uint64)
    for i in range(len(place)):
        if place[i] != NOWHERE:
            needed = min(max(aim[i] / max(staff[i], 1), 0.0), 1.0)
            share = max(1 - needed - retired, usual[county_of(place[i])]) if establishments[i] else 1.0
            draws[i] = np.uint64(rng.TWO_32 if share >= 1 else share * rng.TWO_32)
    return draws


def produce(world: World) -> None:
    """Let firms and farms produce with the staff they have, pay it, invest, and local prices follow spending.

    Writes output, wage, capital and land of firms and the economy's tables in whole yuan.
    """
    firms, p, e, t, scale = world.firms, world.parameters.firms, world.economy, world.technology, world.config.scale
    if world.quarter % 4 == 0:
        for total in (e.year_output, e.year_wage_bill):
            total[:] = 0
    at, people = cell(firms), firms.staff * float(scale)
    x = production.conditions(world).take(at) * np.exp(firms.shock)
    x = x * np.where(firms.park, 1 + p.park_effect, 1.0) * firms.productivity
    capital = np.maximum(firms.capital, 1.0)
    yearly = x * (capital**p.capital_share * people ** (1 - p.capital_share)) ** p.span_of_control
    made_by_one = t.output[:, PUBLIC] * 4 / np.maximum(t.staff[:, PUBLIC], 1) * world.trend
    yearly = np.where(firms.sector == PUBLIC, made_by_one.repeat(len(Work)).take(at) * people, yearly)
    firms.output[:] = np.round(yearly / 4)
    firms.wage[:] = pay(world, slice(None), at)
    paid = np.round(3 * firms.wage * people)
    value = yearly * e.price.take(at)
    wanted = production.capital_ratio(p).take(firms.sector) * value
    gap = np.clip(np.log(np.maximum(wanted, 1.0) / capital), -1, 1)
    growth = p.productivity_growth + p.investment_speed * gap
    firms.capital[:] = capital * np.exp(np.maximum(growth, -p.depreciation) / 4)
    wanted_land = p.land_per_worker_industry * people - firms.land
    room = np.where(INDUSTRIAL.take(firms.sector), np.maximum(wanted_land, 0), 0.0)
    firms.land[:] += room
    e.industrial_land_wanted += by_county(world, np.round(room))

    e.output[:] = by_cell(world, firms.output)
    farmers = world.places.of_counties(world.labour.employed[:, Work.FARMING]) * float(scale)
    e.output[:, Work.FARMING] = np.round(production.farm_output(world, farmers))
    e.wage_bill[:] = by_cell(world, paid)
    e.year_output += e.output
    e.year_wage_bill += e.wage_bill
    e.spending[:] = production.spending(world, e.output * e.price, e.wage_bill, world.trend_since_2020)
    wanted_price = production.demand(world)
    e.price[:] = np.exp(np.log(e.price) + p.price_speed * (np.log(wanted_price) - np.log(e.price)))
    number = by_cell(world, firms.establishments)
    per_one = e.output * e.price / np.maximum(number, 1)
    e.turnover[:] = np.where((number > 0) & (t.turnover > 0), per_one / np.maximum(t.turnover, 1) / world.trend, 1.0)


def mean_staff(world: World) -> np.ndarray:
    """Return the mean staff of an establishment in persons by code of work."""
    return mean_size(world.parameters.establishments)


def pay(world: World, rows: Rows, at: np.ndarray | None = None) -> np.ndarray:
    """Return pay in yuan a month of firms' rows: that of county and sector, more in large plants, less in villages.

    `at` is their `cell`, where it is known already.
    """
    firms, p = world.firms, world.parameters.labour
    mean = world.once(mean_staff).take(firms.sector[rows])
    size = np.maximum(firms.desired[rows], 0.1) * world.config.scale / np.maximum(firms.establishments[rows], 1) / mean
    large = np.clip(size, 0.1, 100) ** p.firm_wage_spread
    by_kind = world.once(_pay_by_place).take(firms.place[rows], mode="clip")  # rows that hold no firm have no place
    return world.labour.wage.take(cell(firms)[rows] if at is None else at) * large * by_kind


def _pay_by_place(world: World) -> np.ndarray:
    p = world.parameters.labour
    return np.tile([p.village_pay, 1.0, p.seat_pay], world.places.counties)
