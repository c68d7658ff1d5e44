"""The government fund and the platform: land income, debts that it serves, and capital projects."""

import numpy as np

from sim.policy import evaluation, programme, tiers
from sim.processes import accounts, debt
from sim.processes.accounts import (
    BONDHOLDERS,
    CONTRACTORS,
    FUND,
    GENERAL,
    LAND_BUYERS,
    LANDHOLDERS,
    PLATFORM,
    PLATFORM_DEBT,
    RESIDENTS,
    SPECIAL_DEBT,
    fen,
    yuan,
)
from sim.state.world import World

LAND_INCOME, LAND_COST, PROJECTS, TO_GENERAL = "land_income", "land_cost", "capital_projects", "fund_to_general"
GRANT, SUPPORT, AWARDS = "capital_grants", "support_of_fund", "awards"
MEASURES, MEASURE_GRANTS, MATCH = "measures", "measure_grants", "matching_funds"
RESIDENTIAL = 1
"""Column of residential land among the uses that are sold."""


def settle(world: World) -> None:
    """Close the government fund and the platform: land, service of debts, a part for the general budget, projects.

    The fund first pays its bonds and its share of the platform's interest; half of the remainder (as declared)
    goes to the general budget. Special bonds are issued only for projects that earn, within room. All that
    remains is spent on capital projects, and a fund that falls short is supported by the general budget.
    """
    p, b, book, counties = world.parameters.finance, world.budget, world.book, world.places.counties
    cash = accounts.counties(world, FUND)
    bought = _take_land_income(world)
    interest = fen(debt.owed(world, SPECIAL_DEBT) * world.rates["interest_cost"][:counties])
    book.post(cash, accounts.sector(world, BONDHOLDERS), "interest", interest)
    debt.roll_over(world, FUND, SPECIAL_DEBT)
    _pay_platform_interest(world)
    spare = np.maximum(book.of(cash), 0)
    book.post(cash, accounts.counties(world, GENERAL), TO_GENERAL, fen(p.fund_to_general * yuan(spare)))
    grant = world.rates["capital_grant"][:counties]
    book.post(accounts.province(world), cash, GRANT, fen(grant))
    book.post(accounts.province(world), cash, AWARDS, fen(evaluation.awards(world)))
    bonds = np.minimum(b.room_special, b.earning_projects * b.pace)
    debt.borrow(world, FUND, SPECIAL_DEBT, "special_bonds", fen(bonds))
    _pay_for_measures(world, b.room_special - bonds)
    book.post(accounts.counties(world, GENERAL), cash, SUPPORT, np.maximum(-book.of(cash), 0))
    book.post(cash, accounts.sector(world, CONTRACTORS), PROJECTS, np.maximum(book.of(cash), 0))
    _build_by_platform(world, bought)


def _pay_for_measures(world: World, room: np.ndarray) -> None:
    """Pay for measures out of special bonds for those that earn, projects given up for them, and grants with the
    prefectures' matching funds, in this order.

    No more than the declared share of general expenditure can be turned into works in a year, whoever pays.
    """
    b, book, cash = world.budget, world.book, accounts.counties(world, FUND)
    if not world.programme.target.any():
        return
    cost, earning = programme.costs(world)
    funding = world.config.policy.funding
    own = fen(funding.reprioritised * np.maximum(yuan(book.of(cash)), 0))
    absorbed = np.minimum(cost, world.parameters.finance.absorption * np.maximum(b.general_expenditure, 1))
    world.programme.absorbed = absorbed
    bonds = fen(np.minimum(np.minimum(np.maximum(room, 0), earning), absorbed))
    lacking = np.maximum(fen(absorbed) - own - bonds, 0)
    grants = fen(tiers.grants(world))
    kept = accounts.prefectures(world)
    match = fen(tiers.matched(world, yuan(grants), yuan(book.of(kept))))
    used = np.minimum(1.0, lacking / np.maximum(grants + match, 1))  # both give way alike to what is lacking
    grants, match = (np.floor(used * offered).astype(np.int64) for offered in (grants, match))
    match = np.floor(match * tiers.within_ratio(world, grants, match)).astype(np.int64)
    grants = lacking - match if funding.guaranteed else grants
    means = np.minimum(absorbed - yuan(bonds), yuan(own + grants + match))
    paid = fen(programme.fund(world, np.maximum(means, 0), yuan(bonds)))
    bonds = np.minimum(bonds, paid)
    grants = np.clip(paid - bonds - own - match, 0, grants)
    match = np.clip(paid - bonds - own - grants, 0, match)
    debt.borrow(world, FUND, SPECIAL_DEBT, "special_bonds", bonds)
    book.post(accounts.province(world), cash, MEASURE_GRANTS, grants)
    book.post(accounts.superiors(world), cash, MATCH, match)
    book.post(cash, accounts.sector(world, CONTRACTORS), MEASURES, paid)
    world.programme.payers = {
        "county": yuan(paid - bonds - grants - match), "special_bonds": yuan(bonds), "province": yuan(grants),
        "prefecture": yuan(match)}


def _take_land_income(world: World) -> np.ndarray:
    """Book land income and its cost; return the part that the platform paid with borrowed money, in yuan."""
    land, book, cash = world.land, world.book, accounts.counties(world, FUND)
    income = fen(land.income)
    bought = np.minimum(fen(land.bought_by_platforms * land.price[:, RESIDENTIAL]), income)
    debt.borrow(world, PLATFORM, PLATFORM_DEBT, "land_purchases", bought)
    book.post(accounts.counties(world, PLATFORM), cash, LAND_INCOME, bought)
    book.post(accounts.sector(world, LAND_BUYERS), cash, LAND_INCOME, income - bought)
    book.post(cash, accounts.sector(world, LANDHOLDERS), LAND_COST, fen(land.cost))
    return yuan(bought)


def _pay_platform_interest(world: World) -> None:
    """Pay the platform's interest from charges, from the fund as far as it can, and with new loans."""
    p, book = world.parameters.finance, world.book
    interest = fen(_opening_debt(world) * debt.platform_rate(world))
    platform, cash = accounts.counties(world, PLATFORM), accounts.counties(world, FUND)
    charges = fen(p.platform_operating * yuan(interest))
    support = np.minimum(fen(p.platform_support * yuan(interest)), np.maximum(book.of(cash), 0))
    support = np.minimum(support, interest - charges)
    book.post(accounts.sector(world, RESIDENTS), platform, "charges", charges)
    book.post(cash, platform, "support_of_platform", support)
    rolled = interest - charges - support
    debt.borrow(world, PLATFORM, PLATFORM_DEBT, "refinancing_loans", rolled)
    book.post(platform, accounts.sector(world, BONDHOLDERS), "interest", interest)


def _build_by_platform(world: World, land: np.ndarray) -> None:
    """Let the platform borrow for projects up to the room that is left after the land it bought."""
    loans = fen(world.budget.platform_room - land)
    debt.borrow(world, PLATFORM, PLATFORM_DEBT, "project_loans", loans)
    world.book.post(accounts.counties(world, PLATFORM), accounts.sector(world, CONTRACTORS), PROJECTS, loans)


def _opening_debt(world: World) -> np.ndarray:
    """Return the debts of platforms at the beginning of the year, in yuan."""
    return yuan(-world.book.opening[world.book.year][PLATFORM_DEBT][accounts.counties(world, PLATFORM).rows])
