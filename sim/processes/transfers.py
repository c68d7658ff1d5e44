"""Transfers from the province by need and capacity, and the part that prefectures keep."""

import numpy as np

from sim.processes import accounts
from sim.processes.accounts import CENTRE, DISTRICTS, GENERAL, fen
from sim.state.counts import Band
from sim.state.world import World

TRANSFERS = "transfers"


def by_age(world: World) -> np.ndarray:
    """Return residents of counties in persons, (county, age band)."""
    return world.places.of_counties(world.counts.residents) * float(world.config.scale)


def units_of_need(world: World) -> np.ndarray:
    """Return the need for public services by county in residents' equivalents: residents, pupils and the old."""
    p = world.parameters.finance
    people = by_age(world)
    pupils, older = people[:, Band.KINDERGARTEN : Band.JUNIOR + 1].sum(1), people[:, Band.OLDER :].sum(1)
    return people.sum(1) + p.need_of_pupils * pupils + p.need_of_older * older


def share_out(world: World, growth: float) -> None:
    """Set the year's transfers: a historic base and a part of the gap between standard need and capacity.

    Yuan a year by county; the form of the national equalisation grant, need and capacity at standard rates. The
    counties that prefectures manage lose the part that these keep beyond the declared share.
    """
    p, b, counties = world.parameters.finance, world.budget, world.places.counties
    gap = gap_of(b.need_price * units_of_need(world) * b.pace, b.capacity * (1 + growth))
    rule = b.historic_transfers * b.pace + world.rates["transfer_coverage"][:counties] * gap
    passed_on = np.where(b.managed, 1.0, (1 - kept(world)) / (1 - p.transfer_retention))
    b.transfer_plan = np.maximum(rule, 0) * world.rates["transfer_level"][:counties] * passed_on


def kept(world: World) -> np.ndarray:
    """Return the share of the province's transfers that the prefecture keeps, by county, where it is in between."""
    return world.rates["transfer_retention"][: world.places.counties]


def gap_of(need: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Return the fiscal gap, need less capacity, and 0 where capacity is greater."""
    return np.maximum(need - capacity, 0)


def pay_out(world: World) -> None:
    """Pay a quarter of the year's transfers, straight to counties that the province manages, else by the prefecture.

    A prefecture passes on its receipts less its share.
    """
    b, book = world.budget, world.book
    county, superior = accounts.counties(world, GENERAL), accounts.superiors(world)
    amount = fen(b.transfer_plan / 4)
    book.post(accounts.province(world), county, TRANSFERS, np.where(b.managed, amount, 0))
    passed = np.where(b.managed, 0, amount)
    book.post(accounts.province(world), superior, TRANSFERS, fen(passed / 100 / (1 - kept(world))))
    book.post(superior, county, TRANSFERS, passed)


def settle(world: World) -> None:
    """Balance the upper tiers: prefectures spend retained money on districts, the centre meets the province's gap."""
    book, districts, above = world.book, accounts.sector(world, DISTRICTS), accounts.province(world)
    upper = accounts.prefectures(world)
    book.post(upper, districts, "spending_on_districts", np.maximum(book.of(upper), 0))
    cash = book.of(above)
    book.post(accounts.sector(world, CENTRE), above, TRANSFERS, np.maximum(-cash, 0))
    book.post(above, districts, "spending_on_districts", np.maximum(cash, 0))
