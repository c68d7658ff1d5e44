"""Attributes of places in location choice: expected income, homes, services, schools."""

import numpy as np

from sim.processes import housing, initial_jobs, services
from sim.processes.production import by_cell
from sim.state.place_attributes import PlaceAttributes
from sim.state.places import KINDS, Kind
from sim.state.residents import Schooling, Work
from sim.state.world import World

YEARS = np.array([-4.0, -3.0, 0.0, 3.0, 6.0, 7.0])
"""Years of schooling of each level against junior-secondary school."""


def update(world: World) -> None:
    """Set the attributes of places of this year: expected pay as in Harris and Todaro, homes, services, schools.

    Pay of towns and seat is the mean of the county's firms times the chance of work; villages earn it less a
    discount for their non-farm workers, and farm income; districts and the outside pay the published premium.
    """
    p, places = world.parameters.labour, world.places
    pay = mean_pay(world)
    wage = np.empty(places.count)
    wage[: places.districts] = np.repeat(pay, KINDS)
    village = places.kind == Kind.VILLAGE
    employed = world.labour.employed[: places.districts]
    here = employed[village[: places.districts]]
    farming = here[:, Work.FARMING] / np.maximum(here.sum(1), 1)
    wage[village] = farming * farm_income(world) + (1 - farming) * p.village_pay * pay
    wage[places.districts :] = migrant_wage(world)[places.districts :]
    returns = np.where(village, p.village_return_ratio, 1.0) * p.return_to_schooling
    chance = chance_of_work(world)
    income = (wage * chance)[:, None] * (1 + returns[:, None]) ** YEARS
    world.place_attributes = PlaceAttributes(
        income=income,
        employment=chance,
        housing_price=world.housing.price.copy(),
        home_cost=housing.affordability(world, income[:, Schooling.JUNIOR_SECONDARY]),
        services=services.access(world),
        schools=services.schools(world),
    )


def chance_of_work(world: World) -> np.ndarray:
    """Return people in work for each one in the labour force by place; the declared normal share at the start."""
    p, places = world.parameters.labour, world.places
    work = world.labour.employed.sum(1).astype(float)
    seek = world.labour.unemployed.astype(float)
    if not world.labour.seekers.any():
        return np.full(places.count, 1 - p.normal_unemployment)
    for counts in (work, seek):
        counts[: places.districts] = np.repeat(places.of_counties(counts), KINDS)
    return np.where(work > 0, work / np.maximum(work + seek, 1), 1 - p.normal_unemployment)


def mean_pay(world: World) -> np.ndarray:
    """Return mean pay of the firms of each county in yuan a month."""
    staff = by_cell(world, world.firms.staff.astype(float)) * world.config.scale
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
