"""Taxes on output, wages and homes and other own revenue, and their sharing among governments."""

import numpy as np

from sim.processes import accounts
from sim.processes.accounts import CENTRE, FIRMS, GENERAL, RESIDENTS, fen
from sim.state.residents import Work
from sim.state.world import World

OUTPUT, WAGES, DEED, OTHER = OWN_REVENUE = ("tax_on_output", "tax_on_wages", "deed_tax", "other_own_revenue")


def levy(world: World) -> None:
    """Levy the quarter's taxes at standard rates times the county's effort, and share them among the tiers.

    The centre takes its share first, then the province, then the prefecture of a county that the province does not
    manage. Deed tax and other revenue are the county's own.
    """
    p, b, places = world.parameters.finance, world.budget, world.places
    economy = world.economy
    base = standard(world, economy.output * economy.price, economy.wage_bill)
    base[DEED] = p.deed_tax * _homes_sold(world)
    effort = b.effort * world.rates["tax_effort"][: places.counties]
    kept = retention(world)
    b.capacity_so_far = b.capacity_so_far + own(world, base, kept)
    central = {OUTPUT: p.central_share_output, WAGES: p.central_share_wages}
    above = accounts.sector(world, CENTRE), accounts.province(world), accounts.superiors(world)
    for item in OWN_REVENUE:
        payer = accounts.sector(world, FIRMS if item == OUTPUT else RESIDENTS)
        rest = fen(effort * base[item])
        shared = zip(above, (central[item], p.province_share, kept), strict=True) if item in central else ()
        for payee, share in shared:
            part = np.floor(share * rest).astype(np.int64)
            world.book.post(payer, payee, item, part)
            rest = rest - part
        world.book.post(payer, accounts.counties(world, GENERAL), item, rest)


def standard(world: World, output: np.ndarray, wage_bill: np.ndarray) -> dict[str, np.ndarray]:
    """Return revenue at standard rates before any sharing in yuan by county, by item; arguments by (county, sector)."""
    p = world.parameters.finance
    rate = np.zeros(len(Work))
    rate[[Work.AGRO_PROCESSING, Work.MANUFACTURING]] = p.tax_rate_industry
    rate[Work.CONSTRUCTION] = p.tax_rate_construction
    rate[Work.TRADE_LOGISTICS] = p.tax_rate_trade
    rate[[Work.CONSUMER_SERVICES, Work.TOURISM_CULTURE]] = p.tax_rate_services
    return {
        OUTPUT: (output * rate).sum(1),
        WAGES: p.tax_rate_wages * wage_bill.sum(1),
        OTHER: p.other_revenue * output[:, Work.AGRO_PROCESSING :].sum(1),
    }


def own(world: World, base: dict[str, np.ndarray], kept: np.ndarray) -> np.ndarray:
    """Return the counties' own part of revenue, in yuan; `kept` is the prefecture's share."""
    p = world.parameters.finance
    tax = (1 - p.central_share_output) * base[OUTPUT] + (1 - p.central_share_wages) * base[WAGES]
    return tax * (1 - p.province_share) * (1 - kept) + base[OTHER] + base[DEED]


def retention(world: World) -> np.ndarray:
    """Return the share of local tax that the prefecture keeps, by county."""
    return world.rates["retention_share"][: world.places.counties] * ~world.budget.managed


def _homes_sold(world: World) -> np.ndarray:
    """Return yuan of homes bought since the last quarter, by county."""
    places, sold, before = world.places, world.housing.sold, world.budget.homes_taxed
    new = np.where(sold >= before, sold - before, sold)  # the count starts again each year
    world.budget.homes_taxed = sold.copy()
    return places.of_counties(new * world.housing.price)
