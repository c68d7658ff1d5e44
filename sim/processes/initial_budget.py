"""The first budget of each county: imputed by type where the county's own accounts are not at hand."""

import numpy as np

from sim.processes import accounts, debt, services, taxes, transfers
from sim.processes.accounts import BONDHOLDERS, CLAIMS, GENERAL_DEBT, PLATFORM_DEBT, SPECIAL_DEBT, fen
from sim.state.budgets import Budget
from sim.state.counts import Band
from sim.state.places import Kind
from sim.state.residents import Work
from sim.state.world import World


def impute(world: World, growth: float) -> Budget:
    """Return each county's first accounts and enter its debts, so that a year at the trend reproduces itself.

    Own revenue is that at standard rates; general expenditure follows own revenue and need at the level that gives
    counties of a type their fiscal self-sufficiency; transfers fill the gap between the two. Money is yuan at the
    pace of the base year, `growth` its growth a year.
    """
    p, places, figures = world.parameters.finance, world.places, world.figures
    managed = _managed(world)
    base = taxes.standard(world, 4.0 * world.economy.output * world.economy.price, 4.0 * world.economy.wage_bill)
    price = places.by_kind(world.housing.price)[:, Kind.TOWN :].mean(1)
    base[taxes.DEED] = p.deed_tax * p.homes_sold * transfers.by_age(world).sum(1) * price
    capacity = taxes.own(world, base, p.retention_share * ~managed)
    own = figures.take("own_revenue", capacity)
    bonds = figures.take("debt", world.by_type("finance.debt") * own)
    loans = figures.take("platform_debt", world.by_type("finance.platform_debt") * own)
    net = p.land_net_share * figures.take("land_income", world.by_type("finance.land_income") * own)
    general_bonds = p.general_debt_share * bonds
    special_bonds = bonds - general_bonds
    service = (p.interest_rate + debt.amortisation(p)) * special_bonds
    interest = (p.interest_rate + p.platform_premium) * loans
    spare = np.maximum(net - service - p.platform_support * interest, 0)
    to_general = p.fund_to_general * spare
    issued = (growth + debt.amortisation(p)) * special_bonds
    built = np.maximum(growth * loans - (1 - p.platform_operating - p.platform_support) * interest, 0)

    need = transfers.units_of_need(world)
    other = to_general + growth * general_bonds
    spent = figures.take("general_expenditure", _expenditure(world, own, need, other))
    received = np.maximum(spent - own - other, p.least_transfers * spent)
    spent = figures.changed("general_expenditure", spent, own + other + received)
    need_price = float(spent.sum() / need.sum())
    gap = transfers.gap_of(need_price * need, capacity)
    upkeep = services.upkeep_cost(world)
    upkeep_share = np.minimum(1, p.most_upkeep * spent / np.maximum(upkeep, 1))
    investment = p.investment_share * spent
    projects = spare - to_general + issued + built
    current = spent - upkeep_share * upkeep - investment - p.interest_rate * general_bonds
    staff = places.of_counties(world.labour.employed[:, Work.PUBLIC_SERVICES]) * world.config.scale
    older = transfers.by_age(world)[:, Band.OLDER :].sum(1)
    zero = np.zeros(places.counties)
    for name, amount in ((GENERAL_DEBT, general_bonds), (SPECIAL_DEBT, special_bonds), (PLATFORM_DEBT, loans)):
        world.book.post(accounts.counties(world, name), accounts.sector(world, BONDHOLDERS, CLAIMS),
                        "debt_of_first_world", fen(amount))
    return Budget(
        public_staff=staff.astype(float),
        maintenance=zero + 1,
        capital_spending=investment + projects,
        own_revenue=own,
        transfers=received,
        general_expenditure=spent,
        land_income_net=net,
        fund_to_general=to_general,
        projects=projects,
        capacity=capacity,
        debt=bonds,
        platform_debt=loans,
        arrears=zero,
        managed=managed,
        effort=own / np.maximum(capacity, 1),
        historic_transfers=received - p.transfer_coverage * gap,
        need_price=need_price,
        need_first=np.maximum(need, 1),
        staff_first=staff.astype(float),
        pay=p.staff_share * current / np.maximum(staff, 1),
        pension=p.pension_share * current / np.maximum(older, 1),
        service=(1 - p.staff_share - p.pension_share) * current / np.maximum(need, 1),
        upkeep_share=upkeep_share,
        investment=investment,
        earning_projects=issued,
        transfer_plan=zero.copy(),
        room_general=zero.copy(),
        room_special=zero.copy(),
        platform_room=zero.copy(),
        capacity_so_far=zero.copy(),
        homes_taxed=np.zeros(places.count),
        standard=zero + 1,
    )


def _managed(world: World) -> np.ndarray:
    """Return the counties that deal with the province directly; none where a start does not know the list yet."""
    listed = world.baseline.counties["province_managed_finance"].to_numpy() == 1
    return listed & world.start.classified


def _expenditure(world: World, own: np.ndarray, need: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return general expenditure: by revenue and need within a type, whose self-sufficiency sets the level.

    No county spends so little that its own means would leave it less than the least transfers.
    """
    p = world.parameters.finance
    sufficiency = world.by_type("finance.self_sufficiency")
    shape = own**p.spending_by_revenue * need ** (1 - p.spending_by_revenue)
    least = (own + other) / (1 - p.least_transfers)
    spent = np.zeros(len(own))
    group = world.places.county_type if world.start.classified else np.zeros(len(own))
    for name in np.unique(group):
        mine = group == name
        mine_shape, mine_least = shape[mine], least[mine]
        whole, scale, before = own[mine].sum() / sufficiency[mine][0], 1.0, 0.0
        for _ in range(100):
            if scale == before:
                break
            of_type = np.maximum(scale * mine_shape, mine_least)
            before, scale = scale, scale * (whole / of_type.sum())
        spent[mine] = of_type
    return spent
