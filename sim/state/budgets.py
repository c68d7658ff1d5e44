"""Plans and accounts of each county's government; the money itself is in the ledger."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Budget:
    """Budgets of the counties in yuan at 2020 prices; arrays run over counties."""

    # plans of the running year, which other processes read
    public_staff: np.ndarray  # persons that the county can pay in public services
    maintenance: np.ndarray  # share of the declared upkeep of stocks that is funded
    capital_spending: np.ndarray  # public investment: planned until the year is closed, then actual

    # of the last closed year
    own_revenue: np.ndarray
    transfers: np.ndarray
    general_expenditure: np.ndarray
    land_income_net: np.ndarray
    fund_to_general: np.ndarray  # paid by the government fund into the general budget
    projects: np.ndarray  # capital projects paid by the fund and the platform
    capacity: np.ndarray  # own revenue at standard rates
    debt: np.ndarray  # general and special bonds at its end
    platform_debt: np.ndarray
    arrears: np.ndarray  # obligations unpaid at its end

    # of the initial state; money at the pace of the base year
    managed: np.ndarray  # counties that deal with the province directly
    effort: np.ndarray  # own revenue against that at standard rates
    historic_transfers: np.ndarray  # part not explained by need and capacity; negative where a county pays in
    need_price: float  # yuan of expenditure for each unit of need
    need_first: np.ndarray  # units of need
    staff_first: np.ndarray  # persons
    pay: np.ndarray  # that the budget spends on one member of the public staff
    pension: np.ndarray  # that the budget spends on one older person
    service: np.ndarray  # that the budget spends on basic services for one unit of need
    upkeep_share: np.ndarray  # share of the upkeep of stocks that the budget bears; users pay the rest
    investment: np.ndarray  # trend investment out of the general budget
    earning_projects: np.ndarray  # capital projects a year that earn enough for a special bond

    # of the running year
    transfer_plan: np.ndarray
    room_general: np.ndarray  # new general bonds allowed this year
    room_special: np.ndarray
    platform_room: np.ndarray  # for the platform's land and projects
    capacity_so_far: np.ndarray
    homes_taxed: np.ndarray  # m2 sold, by place

    # carried from year to year
    standard: np.ndarray  # of basic services for each unit of need, 1 in the first year
    pace: float = 1.0  # money of the year against that of the base year
    plan: dict[str, np.ndarray] = field(default_factory=dict)  # fen to be paid this year, by item
    due: dict[str, np.ndarray] = field(default_factory=dict)  # fen of the plan that fell due and is not paid, by item
