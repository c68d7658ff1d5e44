"""Public finance: the county's year from the budget to the closing of the books."""

import numpy as np

from sim.processes import accounts, debt, fund, initial_budget, plans, taxes, transfers
from sim.processes.accounts import ARREARS, FUND, GENERAL, GENERAL_DEBT, PLATFORM, PLATFORM_DEBT, SPECIAL_DEBT, yuan
from sim.state.budgets import Budget
from sim.state.ledger import Ledger
from sim.state.world import World


def open_books(world: World) -> Ledger:
    """Return the ledger, which knows all governments and the sectors they deal with."""
    book, places = Ledger(), world.places
    book.enrol(*places.county_codes, *places.prefecture_codes, accounts.province_code(world),
               *accounts.SECTORS)
    book.begin(world.config.start - 1)
    return book


def initial(world: World) -> Budget:
    """Impute the first accounts of counties, and enter their debts when the run begins."""
    return initial_budget.impute(world, trend_growth(world))


def budget(world: World) -> None:
    """Let the province share transfers and bond room, and each county plan its year: obligations first."""
    b = world.budget
    world.book.begin(world.year)
    before, b.pace = b.pace, pace(world)
    growth = b.pace / before - 1
    b.capacity_so_far = np.zeros(world.places.counties)
    b.homes_taxed = np.zeros(world.places.count)
    transfers.share_out(world, growth)
    debt.open_room(world, trend_growth(world))
    plans.staff(world)
    plans.draw_up(world, growth)


def collect(world: World) -> None:
    """Collect the quarter's taxes and transfers, and pay a quarter of the plan in its order."""
    taxes.levy(world)
    transfers.pay_out(world)
    plans.fall_due(world)
    plans.pay(world)


def close(world: World) -> None:
    """Close the year's books: land and projects in the fund, debt service, deficits, arrears, upper tiers."""
    b, book = world.budget, world.book
    fund.settle(world)
    plans.settle(world)
    transfers.settle(world)
    general, land = accounts.counties(world, GENERAL), accounts.counties(world, FUND)
    platform = accounts.counties(world, PLATFORM)
    b.own_revenue = yuan(book.received(general, *taxes.OWN_REVENUE))
    b.transfers = yuan(book.received(general, transfers.TRANSFERS))
    b.general_expenditure = yuan(book.paid(general, *plans.ORDER))
    b.land_income_net = yuan(book.received(land, fund.LAND_INCOME) - book.paid(land, fund.LAND_COST))
    b.fund_to_general = yuan(book.received(general, fund.TO_GENERAL) - book.paid(general, fund.SUPPORT))
    b.projects = yuan(book.paid(land, fund.PROJECTS, fund.MEASURES) + book.paid(platform, fund.PROJECTS))
    b.capital_spending = yuan(book.paid(general, plans.INVESTMENT)) + b.projects
    b.capacity = b.capacity_so_far
    remember_debt(world)


def remember_debt(world: World) -> None:
    """Take the debts of counties from the ledger."""
    b = world.budget
    b.debt = debt.owed(world, GENERAL_DEBT) + debt.owed(world, SPECIAL_DEBT)
    b.platform_debt, b.arrears = debt.owed(world, PLATFORM_DEBT), debt.owed(world, ARREARS)


def trend_growth(world: World) -> float:
    """Return the yearly growth of output per worker, wages and prices in the world's trend."""
    return float(np.expm1(np.log(world.trend) / world.years))


def pace(world: World) -> float:
    """Return the mean of the trend over the quarters of the running year: 1 in the base year."""
    growth, years = np.log1p(trend_growth(world)), world.year - (world.config.start - 1)
    return float(np.exp(growth * (years + (np.arange(4) - 1.5) / 4)).mean())
