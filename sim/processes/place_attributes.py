"""Attributes of places in location choice: expected income, homes, services, schools."""

import numpy as np

from sim.processes import choice, environment, housing, initial_jobs, matching, services
from sim.processes.production import by_cell, by_place
from sim.state.place_attributes import PlaceAttributes
from sim.state.places import Kind
from sim.state.rates import quarterly
from sim.state.residents import Schooling, Work
from sim.state.world import World

YEARS = np.array([-4.0, -3.0, 0.0, 3.0, 6.0, 7.0])
"""Years of schooling of each level against junior-secondary school."""

LEAST_JOBS = 1.0
"""Rows of jobs within reach that stand for none at all."""


def update(world: World) -> None:
    """Set what places offer now: expected pay as in Harris and Todaro, homes, services, schools.

    Who lives in a place expects the mean pay of the jobs of the county by how they weigh on the way to work, less the
    cost of the way, times the chance of work; villagers earn it with their non-farm part, and farm income. Districts
    and the outside pay the published premium.
    """
    p, places = world.parameters.labour, world.places
    by_kind = pay_by_kind(world)
    within_reach = matching.jobs_within_reach(world)
    jobs = np.ones(places.count)
    places.by_kind(jobs)[:] = (np.maximum(within_reach.sum(2), LEAST_JOBS)
                               / np.maximum(world.labour.first_jobs, LEAST_JOBS))
    pay = np.empty(places.count)
    pay[: places.districts] = pay_within_reach(world, by_kind, within_reach).ravel()
    pay[places.districts :] = migrant_wage(world)[places.districts :]
    village = places.kind == Kind.VILLAGE
    employed = world.labour.employed[village]
    farming = employed[:, Work.FARMING] / np.maximum(employed.sum(1), 1)
    farm = farm_income(world)
    expected = pay * chance_of_work(world)
    expected[village] = farming * farm + (1 - farming) * expected[village]
    returns = np.where(village, p.village_return_ratio, 1.0) * p.return_to_schooling
    by_schooling = (1 + returns[:, None]) ** YEARS
    income = expected[:, None] * by_schooling
    world.place_attributes = PlaceAttributes(
        income=income,
        pay=by_kind.ravel()[:, None] * by_schooling[: places.districts],
        farm=farm,
        jobs=jobs,
        home_cost=housing.affordability(world, income[:, Schooling.JUNIOR_SECONDARY]),
        services=services.within_reach(world, world.standing(services.level)),
        amenity=world.standing(environment.natural_amenity_of_places),
        schools=services.schools(world),
    )


def chance_of_work(world: World) -> np.ndarray:
    """Return the part of time in work of somebody in the labour force by place, f / (f + s): f the quarterly chance of
    a seeker who lives there to be hired, s that of losing work (Pissarides 2000, Equilibrium Unemployment Theory)."""
    p, places = world.parameters.labour, world.places
    finding = np.full(places.count, p.migrant_job_finding)
    finding[: places.districts] = world.labour.finding.ravel()
    chance: np.ndarray = finding / (finding + quarterly(world.rates["job_separation"][places.area]))
    return chance


def pay_by_kind(world: World) -> np.ndarray:
    """Return mean pay of the firms in villages, towns and seat of each county in yuan a month, that of the county's
    firms where there are none."""
    firms, places = world.firms, world.places
    paid, staff = (places.by_kind(by_place(world, values))
                   for values in (np.round(firms.wage) * firms.staff, firms.staff))
    mean = paid.sum(1, keepdims=True) / np.maximum(staff.sum(1, keepdims=True), 1)
    return np.where(staff > 0, paid / np.maximum(staff, 1), mean)


def pay_within_reach(world: World, by_kind: np.ndarray, jobs: np.ndarray) -> np.ndarray:
    """Return pay expected by (county, kind of home), less the cost of the way; jobs weigh as those within reach."""
    weight = np.maximum(jobs, 1e-9)
    net = by_kind[:, None] * world.once(_left_by_the_way)
    return (weight * net).sum(2) / weight.sum(2)


def _left_by_the_way(world: World) -> np.ndarray:
    """Return the part of pay that the cost of the way leaves by (county, home, work)."""
    left: np.ndarray = np.exp(-choice.cost_of_the_way(world))
    return left


def mean_pay(world: World) -> np.ndarray:
    """Return mean pay of the firms of each county in yuan a month."""
    staff = by_cell(world, world.firms.staff) * world.config.scale
    return world.economy.wage_bill.sum(1) / 3 / np.maximum(staff.sum(1), 1)


def farm_income(world: World) -> np.ndarray:
    """Return the income of an own-account farmer in yuan a month by county: the declared share of output per farmer."""
    farmers = world.places.of_counties(world.labour.employed[:, Work.FARMING]) * world.config.scale
    share = world.parameters.incomes.farm_income_share
    return share * world.economy.output[:, Work.FARMING] / 3 / np.maximum(farmers, 1)


def migrant_wage(world: World) -> np.ndarray:
    """Return pay in districts and outside the province in yuan a month by place; nothing in counties."""
    p, places, external = world.parameters.labour, world.places, world.config.external
    wage = np.zeros(places.count)
    wage[places.districts :] = initial_jobs.local_wage(world) / p.local_to_migrant_wage * world.trend
    wage[places.districts :] *= external.index("migrant_wage", world.year)
    wage[places.core] *= (1 + p.core_wage_premium) * external.index("core_wage", world.year)
    wage[places.outside] *= external.index("outside_wage", world.year)
    return wage
