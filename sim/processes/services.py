"""Public services and infrastructure: depreciation and upkeep of stocks, and the services that they give."""

import functools

import numpy as np

from sim.baseline import Baseline
from sim.baseline.figures import Basis
from sim.config.stocks import KINDS, Stock
from sim.processes import environment, needs, upkeep
from sim.processes import schools as school
from sim.state.places import Kind
from sim.state.rates import addition
from sim.state.stocks import ServiceOutcomes, Stocks, total
from sim.state.world import World

LEVELS_OF = 2021
"""Start whose initial state has the declared levels; an earlier one has them carried back along their trend."""


def initial(world: World) -> Stocks:
    """Return the stocks of the start: the declared level, or the user's own figure, times the need."""
    struck, damage = environment.no_hazards(world)
    stocks = Stocks(neighbours=_neighbours(world.baseline), village_schools=school.initial(world),
                    first_staff=school.staff_per_resident(world), struck=struck, damage=damage)
    demand = needs.of(world, stocks)
    for name, stock in world.config.stocks.items():
        need = needs.of_stock(name, world, demand, stocks)
        typical = _typical(world, stock)
        level = _figures(world, name, stock, typical)
        stocks.values[name], stocks.needs[name] = level * need, need
        stocks.typical[name], stocks.first[name], stocks.lost[name] = typical, level, np.zeros_like(level)
        stocks.norm[name], stocks.declared[name] = level.copy(), level.copy()
    return stocks


def initial_outcomes(world: World) -> ServiceOutcomes:
    """Return outcomes of services at the start, when nothing has been extended and parity is that of the base year."""
    nothing = np.zeros(world.places.counties)
    return _outcomes(world, nothing + world.parameters.migration.service_parity, nothing, nothing)


def reorganise_schools(world: World) -> None:
    """Close village schools whose enrolment has fallen below the threshold; their pupils go to town, places lapse."""
    stocks = world.stocks
    leaving = school.close(world, stocks.village_schools)
    for kept in (stocks.values, stocks.lost):
        kept["primary_places"][:, Kind.VILLAGE] *= 1 - leaving
    world.forget_stocks()


def build(world: World) -> None:
    """Add to stocks a quarter of what measures build this year, for the needs last counted; it serves at once."""
    stocks = world.stocks
    for name, stock in world.config.stocks.items():
        additions = _additions(world, name, stock)
        if not additions.any():
            continue
        room = np.maximum(stock.most / stock.per - stocks.norm[name], 0)
        added = np.clip(additions / 4 / stock.per, 0, room)
        stocks.values[name] = stocks.values[name] + added * stocks.needs[name]
        stocks.norm[name] = stocks.norm[name] + added
        world.forget_stocks()


def maintain(world: World) -> None:
    """Depreciate stocks, keep them up, and extend them to new needs as far as there is money.

    Upkeep replaces depreciation and lets the stock per need follow its declared trend, as far as the budget funds it;
    extension after a change of needs is paid from the year's public investment. Upkeep that the county bears and does
    not pay is not made good later. Damage of the year is repaired in the next. Stocks that are no longer needed are
    not replaced.
    """
    stocks, counties = world.stocks, world.places.counties
    kept = np.clip(world.budget.maintenance, 0, 1)
    demand = needs.of(world, stocks)
    extended = _extended(world, demand, world.budget.capital_spending)
    extension, level = np.zeros(counties), world.trend_since_2020
    for name, stock in world.config.stocks.items():
        need = needs.of_stock(name, world, demand, stocks)
        shares = (1 - stock.public_share * (1 - share) for share in (kept, extended))
        beyond = upkeep.keep_up(
            stocks, name, stock, need, *(share if need.ndim == 1 else share[:, None] for share in shares)
        )
        extension += level * stock.public_share * stock.building_cost.value * total(beyond)
        stocks.declared[name] = upkeep.grown(stocks.declared[name], stock)
        stocks.needs[name] = need
    world.forget_stocks()
    parity = world.rates["service_parity"][:counties]
    world.service_outcomes = _outcomes(world, parity, extension, extended * extension)


def upkeep_cost(world: World) -> np.ndarray:
    """Return the cost of full upkeep of all stocks to the county's budget in yuan a year, at wages of the time.

    Replacement and trend at the needs last counted, and running cost without staff.
    """
    stocks = world.stocks
    cost = np.zeros(world.places.counties)
    for name, stock in world.config.stocks.items():
        (due,) = upkeep.due(stocks, name, stock, stocks.needs[name])
        building = stock.building_cost.value * due
        running = stock.running_cost.value * (stocks.values[name] + stocks.lost[name])
        cost += stock.public_share * total(building + running)
    return world.trend_since_2020 * cost


def access(world: World) -> np.ndarray:
    """Return the quality of public services by place relative to the seat of a mean county."""
    return within_reach(world, level(world))


def within_reach(world: World, level: np.ndarray) -> np.ndarray:
    """Return the quality of public services by place: a constant for each kind of place, times the level of its
    county and kind, times what of it is within reach; places outside the counties are taken to follow the trends."""
    p = world.parameters.services
    kinds = np.array([p.village_services, p.town_services, 1.0, p.district_services, p.district_services])
    return _by_place(world, kinds, level * world.places.by_kind(world.rates["service_reach"]))


def level(world: World) -> np.ndarray:
    """Return stocks per need against their declared trends, as services count them, by (county, kind of place).

    Stocks of the whole county stand in the seat: towns and villages gain by them as far as services of the seat are
    within their reach, which is what their constant says.
    """
    p = world.parameters.services
    common = {"doctors": p.access_to_doctors, "hospital_beds": p.access_to_hospital_beds,
              "culture_area": p.access_to_culture, "sports_area": p.access_to_sports}
    seat = {"park_area": p.access_to_parks, "piped_gas": p.access_to_gas, "sewage_collection": p.access_to_sewage}
    level: np.ndarray = world.stocks.product(common)[:, None] ** np.array([p.village_services, p.town_services, 1.0])
    level[:, Kind.SEAT] *= world.stocks.product(seat)
    level[:, Kind.VILLAGE] *= world.stocks.product({"rural_sewage_treatment": p.access_to_sewage})
    return level


def schools(world: World) -> np.ndarray:
    """Return quality and reach of schools by place relative to the seat of a mean county."""
    p = world.parameters.services
    kinds = np.array([p.village_schools, p.town_schools, 1.0, p.district_schools, p.district_schools])
    return _by_place(world, kinds, school.quality(world, world.stocks))


def infrastructure(world: World) -> np.ndarray:
    """Return public capital that firms use by county against its declared trend: 1 at the start and along it."""
    p = world.parameters.services
    weights = {"transport": p.infrastructure_transport, "road_area": p.infrastructure_roads,
               "digital": p.infrastructure_digital}
    whole = sum(weights.values())
    return world.stocks.product({name: weight / whole for name, weight in weights.items()})


def _typical(world: World, stock: Stock) -> np.ndarray:
    """Return the declared stock per unit of need in the initial state, by county or by (county, kind of place)."""
    counties, start = world.places.counties, world.config.start
    level = np.full(counties, stock.level.value)
    if stock.by_kind:
        level = np.tile([stock.by_kind[kind] for kind in KINDS], (counties, 1))
    elif stock.by_type and world.start.classified:
        level = np.array([stock.by_type.get(kind, stock.level.value) for kind in world.places.county_type])
    return level * (1 + stock.trend.value) ** min(start - LEVELS_OF, 0) / stock.per


def _figures(world: World, name: str, stock: Stock, typical: np.ndarray) -> np.ndarray:
    """Return that level with the user's own figures in the place of the declared ones."""
    basis = Basis[stock.basis.upper()]
    if typical.ndim == 1:
        return world.figures.take(name, typical * stock.per, basis) / stock.per
    columns = [world.figures.take(f"{name}_{kind}", typical[:, k] * stock.per, basis) for k, kind in enumerate(KINDS)]
    return np.stack(columns, axis=1) / stock.per


def _extended(world: World, demand: dict[str, np.ndarray], spending: np.ndarray) -> np.ndarray:
    """Return by county the share of the extension after this year's change of needs that public investment can pay."""
    stocks, cost, level = world.stocks, np.zeros(world.places.counties), world.trend_since_2020
    for name, stock in world.config.stocks.items():
        need = needs.of_stock(name, world, demand, stocks)
        wanted, planned = upkeep.due(stocks, name, stock, need, stocks.needs[name])
        cost += level * stock.public_share * stock.building_cost.value * total(np.maximum(wanted - planned, 0))
    return np.clip(np.divide(spending, cost, out=np.ones(len(cost)), where=cost > 0), 0, 1)


def _additions(world: World, name: str, stock: Stock) -> np.ndarray:
    """Return the additions of measures this year in units of the stock's level, by county or (county, kind)."""
    rate = world.rates[addition(name)]
    return world.places.by_kind(rate) if stock.by_kind else rate[: world.places.counties]


def _by_place(world: World, kinds: np.ndarray, relative: np.ndarray) -> np.ndarray:
    """Return by place the constant of its kind times the relative level by (county, kind)."""
    quality = kinds[world.places.kind]
    quality[: relative.size] *= relative.ravel()
    return quality


def _outcomes(world: World, parity: np.ndarray, extension_cost: np.ndarray,
              extension_paid: np.ndarray) -> ServiceOutcomes:
    p, residents = world.parameters.services, world.counts.people
    constants = np.array([p.village_services, p.town_services, 1.0])
    served = (world.places.by_kind(access(world)) * residents).sum(1) / (constants * residents).sum(1)
    return ServiceOutcomes(
        visitors=environment.visitors(world), amenity=environment.amenity(world),
        pollution=environment.pollution(world), infrastructure=infrastructure(world), services=served, parity=parity,
        upkeep_cost=upkeep_cost(world), extension_cost=extension_cost, extension_paid=extension_paid)


@functools.lru_cache(maxsize=4)
def _neighbours(baseline: Baseline) -> np.ndarray:
    """Return which counties border on each other (bool), made once for all models on the same data."""
    codes = {code: k for k, code in enumerate(baseline.counties["adcode"])}
    touching = np.zeros((len(codes), len(codes)), bool)
    for a, b in baseline.neighbours[["adcode_a", "adcode_b"]].itertuples(index=False):
        if a in codes and b in codes:
            touching[codes[a], codes[b]] = touching[codes[b], codes[a]] = True
    touching.flags.writeable = False
    return touching
