"""Land of the counties: the yearly quota, land supplied, sold and left idle, prices, and village land."""

import numpy as np

from sim.processes import land_market
from sim.state.land import Land, Use
from sim.state.places import Kind
from sim.state.world import World


def supply(world: World) -> None:
    """Set the year's quota, offer and sell land of three uses, and plan the conversions of land at the year's end.

    Recovered idle land is offered before new land, and unsold land lies idle. The county's platform buys the
    declared share of residential land that finds none. Land that renewal frees is sold anew without a quota.
    """
    p, here, rates = world.parameters.land, world.land, world.rates
    counties = slice(world.places.counties)
    land_market.set_quota(world)
    demand, renewed = land_market.demand(world)
    plan, from_idle = land_market.offer(world, demand)
    sold = np.minimum(plan, demand)
    bid = demand[:, Use.RESIDENTIAL] + renewed[:, Use.RESIDENTIAL]
    offered = plan[:, Use.RESIDENTIAL] + renewed[:, Use.RESIDENTIAL]
    bought = (plan - sold)[:, Use.RESIDENTIAL] * rates["platform_land_purchases"][counties]
    industrial_ratio = rates["industrial_land_price"][counties]
    # at the price that all they want to buy would lead to
    price = land_market.prices(world, land_market.pressure(bid + bought, offered), industrial_ratio)
    bought = np.minimum(bought, np.maximum(world.budget.platform_room, 0) / np.maximum(price[:, Use.RESIDENTIAL], 1e-9))
    here.bought_by_platforms = bought
    sold[:, Use.RESIDENTIAL] += bought
    land_market.plan_changes(here, sold, plan, from_idle, p)
    here.wanted = demand
    here.sold = sold + renewed
    built_on = here.changes[:, Use.RESIDENTIAL] + renewed[:, Use.RESIDENTIAL]
    here.unbuilt = here.unbuilt + built_on * p.floor_area_ratio
    here.price = land_market.prices(world, land_market.pressure(bid + bought, offered), industrial_ratio)
    here.income = (here.sold * here.price).sum(1)
    reclaimed = here.exchanged * p.reclamation_cost * world.trend_since_2020
    here.cost = here.income * rates["land_cost"][counties] + reclaimed


def begin(world: World, wanted: np.ndarray, must: np.ndarray) -> np.ndarray:
    """Return housing starts of this quarter in m2 by (county, town / seat): those desired, as far as there is land.

    The share `must` of the floor area on land sold and not yet built on is begun whatever they want, as the law asks;
    starts are taken off `land.unbuilt`.
    """
    here, h = world.land, world.housing
    total = wanted.sum(1)
    stock = world.places.by_kind(h.stock)[:, Kind.TOWN :]
    by_stock = stock / np.maximum(stock.sum(1, keepdims=True), 1)
    share = np.where(total[:, None] > 0, wanted / np.maximum(total, 1e-9)[:, None], by_stock)
    begun = np.minimum(here.unbuilt, np.maximum(total, must * here.unbuilt))[:, None] * share
    here.unbuilt = np.maximum(here.unbuilt - begun.sum(1), 0)
    return begun


def account(world: World) -> None:
    """Apply the year's changes of use in whole m2: supply, village land reclaimed and reclassified, farmland made good.

    The uses of a county always sum to its area, and building never reduces farmland below its floor.
    Empty village houses on reclaimed land are pulled down. Settlers of the year bring quota in the next.
    """
    p, here, scale = world.parameters.land, world.land, world.config.scale
    uses, village = here.uses, here.uses[:, Use.VILLAGE].copy()
    uses += here.changes
    _shift(uses, here.exchanged, Use.VILLAGE, Use.FARMLAND)
    houses = world.places.by_kind(world.housing.stock)[:, Kind.VILLAGE]
    houses *= 1 - here.exchanged / np.maximum(village, 1)
    reclassified = world.flows.reclassified[:, 0] * scale
    _shift(uses, (reclassified * p.urban_land_per_person).astype(np.int64), Use.VILLAGE, Use.RESIDENTIAL)
    _shift(uses, np.floor(here.converted * p.farmland_replenished).astype(np.int64), Use.OTHER, Use.FARMLAND)
    urban = _urban_people(world)
    here.settlers = np.maximum(urban - here.urban_before - reclassified, 0)
    here.urban_before = urban
    here.changes = np.zeros_like(uses)


def _shift(uses: np.ndarray, area: np.ndarray, source: Use, target: Use) -> None:
    """Move m2 from one use to another, as far as there are any."""
    area = np.minimum(area, uses[:, source])
    uses[:, source] -= area
    uses[:, target] += area


def _urban_people(world: World) -> np.ndarray:
    return world.counts.urban_people * float(world.config.scale)


def initial(world: World) -> Land:
    """Make the first uses of land: built-up land by urban residents, village land by village residents, farmland as
    the declared share of open land; the rest is other land. A county's own figures may replace the imputed ones.
    """
    p, figures, counties = world.parameters.land, world.figures, world.places.counties
    area = np.round(world.baseline.counties["area_km2"].to_numpy(float) * 1e6).astype(np.int64)
    urban = _urban_people(world)
    villagers = world.counts.people[:, Kind.VILLAGE] * world.config.scale

    def within(name: str, imputed: np.ndarray, room: np.ndarray) -> np.ndarray:
        taken = figures.take(name, imputed)
        return figures.changed(name, taken, np.clip(taken, 0, room))

    built = within("urban_land", urban * p.urban_land_per_person, area * p.greatest_urban_share)
    village = within("village_land", villagers * p.village_land_per_person, area * p.greatest_village_share)
    open_land = area - built - village
    farmland = within("farmland", open_land * p.farmland_share_of_open_land, open_land)
    idle = np.clip(figures.take("idle_land_share", world.by_type("land.idle_share")), 0, 1)
    stock = np.array([p.industrial_stock_share, p.residential_stock_share, p.commercial_stock_share])
    uses = np.zeros((counties, len(Use)), np.int64)
    uses[:, : Use.PUBLIC] = np.floor((built * (1 - idle))[:, None] * stock)
    uses[:, Use.IDLE] = np.floor(built * idle)
    uses[:, Use.PUBLIC] = np.floor(built).astype(np.int64) - uses.sum(1)
    uses[:, Use.VILLAGE] = np.floor(village)
    uses[:, Use.FARMLAND] = np.floor(farmland)
    uses[:, Use.OTHER] = area - uses.sum(1)
    first_growth = world.parameters.housing.first_growth
    zero = np.zeros(counties)
    none = np.zeros(counties, np.int64)
    return Land(
        uses=uses, quota=zero.copy(), floor=np.floor(uses[:, Use.FARMLAND] * p.farmland_floor),
        price=land_market.prices(world, np.ones(counties), p.industrial_price_ratio),
        wanted=np.zeros((counties, land_market.SOLD)), sold=np.zeros((counties, land_market.SOLD)),
        bought_by_platforms=zero.copy(), income=zero.copy(),
        cost=zero.copy(), changes=np.zeros_like(uses), converted=none.copy(), exchanged=none.copy(),
        unbuilt=world.housing.wanted * p.land_bank, urban_before=urban, settlers=urban * first_growth,
        spending_before=zero.copy())
