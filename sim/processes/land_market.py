"""The market of land in one year: quota, demand, supply, prices, and planned conversions."""

import numpy as np

from sim.processes import building
from sim.state.land import SOLD_USES, Land, Use
from sim.state.places import Kind
from sim.state.world import World

SOLD = len(SOLD_USES)
BUILT_UP = slice(Use.INDUSTRIAL, Use.IDLE + 1)


def set_quota(world: World) -> None:
    """Set the quota: a trend on built-up land, the land that last year's settlers bring (100, 80 or 50 m2 each by
    present land per head), and village land reclaimed; farmland above its floor bounds it."""
    p, here, rates = world.parameters.land, world.land, world.rates
    counties = world.places.counties
    built = here.uses[:, BUILT_UP].sum(1)
    each = built / np.maximum(here.urban_before, 1)
    link = np.select([each <= 100, each <= 150], [p.settler_land_dense, p.settler_land_middle], p.settler_land_loose)
    empty = world.housing.vacancy[world.places.villages]
    village = here.uses[:, Use.VILLAGE]
    here.exchanged = np.floor(village * empty * rates["village_land_exchange"][:counties]).astype(np.int64)
    quota = (built * p.trend_quota + link * here.settlers) * rates["land_quota"][:counties]
    above = here.uses[:, Use.FARMLAND] - here.floor
    here.quota = np.clip(quota + p.exchange_quota * here.exchanged, 0, np.maximum(above, 0))


def demand(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return new land demanded and renewed land sold by (county, use), m2.

    Builders want land for the year's starts and a bank beyond it; firms the land they lack; demand for commercial land
    grows with urban residents and with spending above trend. The driver of the land market moves builders and trade.
    """
    p, here, h, counties = world.parameters.land, world.land, world.housing, world.places.counties
    market = world.config.external.index("land_market", world.year)
    new, renewed = np.zeros((counties, SOLD)), np.zeros((counties, SOLD))
    lost = world.places.by_kind(h.stock * building.demolition(world))[:, Kind.TOWN :].sum(1)
    floor = np.maximum(h.wanted * (1 + p.land_bank) * market - here.unbuilt, 0)
    renewed[:, Use.RESIDENTIAL] = np.minimum(floor, lost) / p.floor_area_ratio
    new[:, Use.RESIDENTIAL] = floor / p.floor_area_ratio - renewed[:, Use.RESIDENTIAL]
    new[:, Use.INDUSTRIAL] = np.maximum(world.economy.industrial_land_wanted, 0)
    trade = here.uses[:, Use.COMMERCIAL]
    spending = np.maximum(world.economy.spending, 1) / world.trend
    more = np.log(spending / np.where(here.spending_before > 0, here.spending_before, spending))
    people = here.settlers / np.maximum(here.urban_before, 1)
    new[:, Use.COMMERCIAL] = trade * np.maximum(people + p.commercial_to_spending * more, 0) * market
    renewed[:, Use.COMMERCIAL] = trade * p.commercial_renewal * market
    here.spending_before = spending
    return new, renewed


def offer(world: World, demand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return m2 offered by (county, use) and the part of it that is recovered idle land.

    Counties offer the area demanded and a margin, at least a share of the quota, at most all of it.
    """
    p, here, rates = world.parameters.land, world.land, world.rates
    industry = np.minimum(rates["industrial_land_share"][: world.places.counties], 1 - p.public_share)
    trade = np.minimum(p.commercial_share, 1 - p.public_share - industry)
    homes = 1 - p.public_share - industry - trade
    room = here.quota[:, None] * np.stack([industry, homes, trade], axis=1)
    recovered = here.uses[:, Use.IDLE] * np.minimum(rates["idle_recovery"][: world.places.counties], 1)
    wanted = np.maximum(p.least_supply * room, (1 + p.supply_margin) * demand)
    # idle land needs no quota: it comes on top where more is wanted than the quota allows
    extra = np.minimum(np.maximum(wanted - room, 0).sum(1), recovered)
    short = np.maximum(wanted - room, 0)
    beyond = short * np.divide(extra, short.sum(1), out=np.zeros(len(extra)), where=short.sum(1) > 0)[:, None]
    plan = np.minimum(wanted, room)
    rest = recovered - extra
    whole = plan.sum(1)
    share = np.minimum(np.divide(rest, whole, out=np.zeros(len(rest)), where=whole > 0), 1)
    return plan + beyond, plan * share[:, None] + beyond


def plan_changes(here: Land, sold: np.ndarray, plan: np.ndarray, from_idle: np.ndarray, p) -> None:
    """Write the planned conversions in whole m2: new and idle land sold, new land left idle, land for public use.

    Of new land sold the declared share is left idle by those who bought it.
    """
    idle_sold = np.floor(np.minimum(sold, from_idle)).astype(np.int64)
    new_sold = np.floor(np.maximum(sold - from_idle, 0)).astype(np.int64)
    left = np.floor(np.maximum(plan - np.maximum(sold, from_idle), 0)).sum(1).astype(np.int64)
    kept_idle = np.floor(new_sold * p.left_idle).astype(np.int64)
    public = np.floor((new_sold.sum(1) + left) * p.public_share / (1 - p.public_share)).astype(np.int64)
    changes = np.zeros_like(here.uses)
    changes[:, :SOLD] = idle_sold + new_sold - kept_idle
    changes[:, Use.PUBLIC] = public
    changes[:, Use.IDLE] = left + kept_idle.sum(1) - idle_sold.sum(1)
    here.converted = new_sold.sum(1) + left + public
    changes[:, Use.FARMLAND] = -here.converted
    here.changes = changes


def pressure(wanted: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """Return demand for residential land over its supply; 1 where none is offered."""
    return np.divide(wanted, offered, out=np.ones(len(wanted)), where=offered > 0)


def prices(world: World, pressure: np.ndarray, industrial_ratio) -> np.ndarray:
    """Return yuan per m2 by (county, use): residential land is a share of the homes built on it, dearer where demand
    (`pressure`: demand over supply) is strong; industrial and commercial land stand in a ratio to it."""
    p, h = world.parameters.land, world.housing
    stock, price = (world.places.by_kind(column)[:, Kind.TOWN :] for column in (h.stock, h.price))
    mean = (stock * price).sum(1) / np.maximum(stock.sum(1), 1)
    homes = mean * p.land_share_of_price * p.floor_area_ratio * np.clip(pressure, 0.3, 3) ** p.price_to_demand
    return np.stack([homes * industrial_ratio, homes, homes * p.commercial_price_ratio], axis=1)
