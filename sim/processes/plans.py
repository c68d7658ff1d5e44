"""Budget plans of counties and the order of payment: obligations first, then upkeep, then trend investment."""

import numpy as np

from sim.processes import accounts, debt, services
from sim.processes.accounts import (
    ARREARS,
    BONDHOLDERS,
    CLAIMS,
    CONTRACTORS,
    GENERAL,
    GENERAL_DEBT,
    PENSIONERS,
    PROVIDERS,
    STAFF,
    fen,
    yuan,
)
from sim.processes.transfers import by_age, units_of_need
from sim.state.counts import Band
from sim.state.world import World

ORDER = (OLD_ARREARS, PAY, PENSIONS, INTEREST, SERVICES, UPKEEP, INVESTMENT) = (
    "old_arrears", "public_pay", "pensions", "interest", "basic_services", "upkeep", "investment")
"""Items of the general budget in the order of payment."""

CERTAIN = (PAY, PENSIONS, INTEREST)
"""Items that are paid in any case, if need be on credit."""

PAYEE = {OLD_ARREARS: PROVIDERS, PAY: STAFF, PENSIONS: PENSIONERS, INTEREST: BONDHOLDERS, SERVICES: PROVIDERS,
         UPKEEP: PROVIDERS, INVESTMENT: CONTRACTORS}


def staff(world: World) -> None:
    """Set public staff: it follows need within the declared change a year.

    As many leave in a year as it may change; of the posts that would then be filled the share in force is, and with
    high arrears none.
    """
    p, b = world.parameters.finance, world.budget
    target = b.staff_first * (units_of_need(world) / b.need_first) ** p.staff_elasticity
    leaving = p.staff_change * b.public_staff
    change = np.clip(target - b.public_staff, -leaving, leaving)
    unfilled = (1 - world.rates["staff_replacement"][: world.places.counties]) * (leaving + change)
    frozen = b.arrears > p.staff_freeze * b.general_expenditure
    b.public_staff = np.where(frozen, b.public_staff * (1 - p.staff_change), b.public_staff + change - unfilled)


def draw_up(world: World, growth: float) -> None:
    """Plan the year: obligations, then upkeep, then trend investment, out of expected means and the room for bonds.

    Where means fall short investment goes first and upkeep next, down to its floor; basic services stay planned,
    and the part that cannot be paid becomes arrears. The standard of services follows the county's means.
    """
    p, b = world.parameters.finance, world.budget
    cost = obligations(world)
    upkeep = b.upkeep_share * services.upkeep_cost(world)
    target = b.investment * b.pace
    bonds = debt.owed(world, GENERAL_DEBT)
    means = (yuan(world.book.of(accounts.counties(world, GENERAL))) + b.transfer_plan
             + (b.own_revenue + b.fund_to_general) * (1 + growth) - debt.amortisation(p) * bonds)
    wanted = sum(cost.values()) + upkeep + target
    left = means + np.clip(wanted - means, 0, b.room_general) - sum(cost.values())
    funded = np.clip(left, p.upkeep_floor * upkeep, upkeep)
    beyond = left - funded
    investment = np.clip(beyond, 0, target) + p.surplus_invested * np.maximum(beyond - target, 0)
    b.maintenance = np.divide(funded, upkeep, out=np.ones(len(funded)), where=upkeep > 0)
    b.capital_spending = investment + b.projects * (1 + growth)
    b.plan = {item: fen(value) for item, value in (cost | {UPKEEP: funded, INVESTMENT: investment}).items()}
    b.due = {item: np.zeros(len(funded), np.int64) for item in ORDER}
    trend = means + (growth + debt.amortisation(p)) * bonds - wanted
    step = p.service_adaptation * trend / np.maximum(cost[SERVICES], 1)
    b.standard = b.standard * (1 + np.clip(step, -0.05, 0.05))


def obligations(world: World) -> dict[str, np.ndarray]:
    """Return obligatory expenditure of the year in yuan, by item: arrears, pay, pensions, interest, basic services."""
    b, counties = world.budget, world.places.counties
    older = by_age(world)[:, Band.OLDER :].sum(1)
    return {
        OLD_ARREARS: debt.owed(world, ARREARS),
        PAY: b.public_staff * b.pay * b.pace * world.rates["public_wage"][:counties],
        PENSIONS: older * b.pension * b.pace,
        INTEREST: debt.owed(world, GENERAL_DEBT) * world.rates["interest_cost"][:counties],
        SERVICES: units_of_need(world) * b.service * b.pace * b.standard,
    }


def fall_due(world: World) -> None:
    """Let a quarter of the plan fall due; old arrears are due at once."""
    b, k = world.budget, world.quarter % 4
    for item, amount in b.plan.items():
        b.due[item] = b.due[item] + (
            np.where(k == 0, amount, 0) if item == OLD_ARREARS else amount * (k + 1) // 4 - amount * k // 4
        )


def pay(world: World) -> None:
    """Pay what is due in order as far as cash goes; pay of staff, pensions and interest in any case."""
    b, book, county = world.budget, world.book, accounts.counties(world, GENERAL)
    for item in ORDER:
        due = b.due[item]
        paid = due if item in CERTAIN else np.minimum(due, np.maximum(book.of(county), 0))
        book.post(county, accounts.sector(world, PAYEE[item]), item, paid)
        if item == OLD_ARREARS:
            book.post(accounts.sector(world, PROVIDERS, CLAIMS), accounts.counties(world, ARREARS), item, paid)
        b.due[item] = due - paid


def settle(world: World) -> None:
    """Close the general budget: bonds within room meet the deficit; unpaid services and upkeep become arrears.

    Investment that cannot be paid lapses. An overdraft that remains is turned into a bridging loan.
    """
    b, book, county = world.budget, world.book, accounts.counties(world, GENERAL)
    debt.roll_over(world, GENERAL, GENERAL_DEBT)
    deficit = np.maximum(sum(b.due.values()) - book.of(county), 0)
    debt.borrow(world, GENERAL, GENERAL_DEBT, "general_bonds", np.minimum(deficit, fen(b.room_general)))
    pay(world)
    debt.borrow(world, GENERAL, GENERAL_DEBT, "bridging_loans", np.maximum(-book.of(county), 0))
    unpaid = b.due[SERVICES] + b.due[UPKEEP]
    book.post(accounts.counties(world, ARREARS), accounts.sector(world, PROVIDERS, CLAIMS), "arrears", unpaid)
