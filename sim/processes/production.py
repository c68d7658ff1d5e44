"""Output of firms and farms, prices of local services, and technology inferred from the initial state.

An establishment with capital K and staff L makes A X (K^a L^(1-a))^v: Cobb-Douglas with a span of control v below one
(Lucas 1978). X varies with time and county: growth, price, public capital, density of work. A group of n
like establishments follows the same form with A n^(1-v).
"""


import numpy as np

from sim.baseline.figures import Basis
from sim.core.compiled import kernel
from sim.processes import environment, services
from sim.state.economy import BaseInvestment, Economy, Technology
from sim.state.firms import TRADABLE
from sim.state.places import NOWHERE, county_of
from sim.state.residents import Work
from sim.state.world import World

PUBLIC = Work.PUBLIC_SERVICES
_KINDS_OF_WORK = len(Work)  # a number, as compiled functions cannot ask for it
INDUSTRIAL = np.isin(np.arange(len(Work)), (Work.AGRO_PROCESSING, Work.MANUFACTURING))
"""Whether a sector is one of industry, by code of work."""
LOCAL = (Work.CONSTRUCTION, Work.TRADE_LOGISTICS, Work.CONSUMER_SERVICES)
"""Sectors that depend on spending in the county; public services depend on the budget."""

REACH_KM = 60.0


def cell(firms) -> np.ndarray:
    """Return the position of each row's county and sector in a flattened (county, sector) table.

    That of freed rows is a public service's, so that formulas for all rows hold for them too.
    """
    return _cell(firms.place, firms.sector)


@kernel
def _cell(place, sector):
    cells = np.full(len(place), np.int64(PUBLIC))
    for i in range(len(place)):
        if place[i] != NOWHERE:
            cells[i] = county_of(np.int64(place[i])) * _KINDS_OF_WORK + sector[i]
    return cells


def by_cell(world: World, values: np.ndarray) -> np.ndarray:
    """Sum whole numbers over firms by (county, sector); exact in any order of rows, hence whole."""
    sums = np.zeros((world.places.counties, len(Work)))
    _add_by_cell(world.firms.place, world.firms.sector, values, sums)
    return sums


@kernel
def _add_by_cell(place, sector, values, sums):
    for i in range(len(place)):
        if place[i] != NOWHERE:
            sums[county_of(place[i]), sector[i]] += values[i]


def by_place(world: World, values: np.ndarray) -> np.ndarray:
    """Sum whole numbers over firms by place of the counties; exact in any order of rows, hence whole."""
    sums = np.zeros(world.places.districts)
    _add_by_place(world.firms.place, values, sums)
    return sums


def by_county(world: World, values: np.ndarray) -> np.ndarray:
    """Sum whole numbers over firms by county; exact in any order of rows, hence whole."""
    return world.places.of_counties(by_place(world, values))


@kernel
def _add_by_place(place, values, sums):
    for i in range(len(place)):
        if place[i] != NOWHERE:
            sums[place[i]] += values[i]


def capital_ratio(p) -> np.ndarray:
    """Return capital to yearly value added by sector, in years."""
    return np.where(INDUSTRIAL, p.capital_output_industry, p.capital_output_services)


def conditions(world: World) -> np.ndarray:
    """Return X without prices by (county, sector), 1 in the initial state: growth, public capital and density."""
    p, t, rates = world.parameters.firms, world.technology, world.rates
    counties = world.places.counties
    jobs = by_cell(world, world.firms.staff).sum(1) * world.config.scale
    density = np.maximum(jobs, 1) / np.maximum(t.staff.sum(1), 1)
    growth = world.trend ** (1 - p.capital_share * p.span_of_control)
    level = growth * rates["firm_productivity"][:counties] * density**p.agglomeration
    level = level * world.standing(services.infrastructure) ** p.public_capital
    return level[:, None] * np.ones(len(Work))


def demand(world: World) -> np.ndarray:
    """Return the price at which the supply of each (county, sector) would meet demand, against the first quarter.

    Local services: spending over output, as with constant budget shares that drift towards services; construction
    follows new homes and public investment in part. Industry and tourism meet demand from elsewhere that grows with the
    trend and has a constant price elasticity (Armington 1969), agro-processing more where farms yield more; for a
    declared part it is met by whoever of the neighbourhood sells most, so that orders move between counties.
    """
    p, e, t = world.parameters.firms, world.economy, world.technology
    wanted = np.ones_like(e.price)
    rates, counties = world.rates, slice(world.places.counties)
    supply = np.maximum(e.output, 1) / np.maximum(t.output, 1) / world.trend
    asked = rates["external_demand"][counties, None] * np.ones_like(e.price)
    harvest = e.output[:, Work.FARMING] / np.maximum(t.output[:, Work.FARMING], 1) / farm_trend(world)
    asked[:, Work.AGRO_PROCESSING] *= np.maximum(harvest, 0.1) ** p.farm_link
    asked[:, Work.TOURISM_CULTURE] = rates["tourism_demand"][counties] * world.standing(environment.visitors)
    short = np.log(asked / supply)[:, TRADABLE]
    short += p.order_displacement * (world.once(nearby) @ short - short)
    wanted[:, TRADABLE] = np.exp(short / p.trade_elasticity)
    spent = e.spending / t.spending / world.trend
    invested = investment(world) / world.trend
    drift = np.exp(p.services_drift * world.years)
    for sector in LOCAL:
        share = p.investment_in_construction if sector == Work.CONSTRUCTION else 0.0
        services = 1.0 if sector == Work.CONSTRUCTION else drift * rates["local_demand"][counties]
        wanted[:, sector] = services * ((1 - share) * spent + share * invested) / supply[:, sector]
    return np.clip(wanted, 0.2, 5.0)


def nearby(world: World) -> np.ndarray:
    """Return the weight of each county's jobs in the market of every county, rows summing to 1: jobs at the start by
    nearness, shape (counties, counties)."""
    places = world.places
    jobs = world.technology.staff.sum(1)
    weight = np.exp(-world.distance_km[np.ix_(places.seats, places.seats)] / REACH_KM) * jobs
    share: np.ndarray = weight / weight.sum(1, keepdims=True)
    return share


def investment(world: World) -> np.ndarray:
    """Return demand for construction against the initial state by county: homes under way and public investment."""
    share = world.parameters.firms.public_share_of_investment
    homes, public = _under_construction(world), world.budget.capital_spending
    base = world.base_investment
    ratio = np.divide(homes, base.homes, out=np.ones(len(homes)), where=base.homes > 0) * world.trend
    spent = np.divide(public, base.public, out=np.ones(len(homes)), where=base.public > 0)
    return (1 - share) * ratio + share * spent


def initial(world: World) -> BaseInvestment:
    """Return homes under construction and public investment at the start."""
    return BaseInvestment(homes=_under_construction(world), public=world.budget.capital_spending.copy())


def _under_construction(world: World) -> np.ndarray:
    """Return m2 of homes under construction by county."""
    return world.places.of_counties(world.housing.under_construction.sum(0))


def farm_trend(world: World) -> float:
    """Return farm output at constant labour against that of the base year."""
    return float(np.exp(world.parameters.firms.farm_productivity_growth * world.years))


def farm_output(world: World, farmers: np.ndarray) -> np.ndarray:
    """Return farm output in yuan a quarter by county for a number of farmers (persons): F N^b on given land."""
    p, counties = world.parameters.firms, world.places.counties
    level = world.technology.farm * farm_trend(world) * world.rates["farm_productivity"][:counties]
    return level * np.maximum(farmers, 1.0) ** p.farm_labour_elasticity


def first_output(world: World, workers: np.ndarray) -> np.ndarray:
    """Return yearly value added in yuan at 2020 prices by (county, sector) in the base year.

    The output of the three broad sectors is split among branches by workers times declared relative output per worker;
    a start that knows no county output takes declared outputs per worker.
    """
    p = world.parameters.labour
    weight = np.zeros(len(Work))
    weight[[Work.FARMING, Work.MANUFACTURING, Work.TRADE_LOGISTICS]] = 1.0
    weight[Work.AGRO_PROCESSING] = p.relative_output_agro_processing
    weight[Work.CONSTRUCTION] = p.relative_output_construction
    weight[Work.CONSUMER_SERVICES] = p.relative_output_consumer_services
    weight[Work.TOURISM_CULTURE] = p.relative_output_tourism
    weight[Work.PUBLIC_SERVICES] = p.relative_output_public_services
    broad = ((Work.FARMING, Work.AGRO_PROCESSING), (Work.AGRO_PROCESSING, Work.TRADE_LOGISTICS),
             (Work.TRADE_LOGISTICS, len(Work)))
    made = np.zeros(workers.shape)
    table = world.start.output
    if table is None:
        per_worker = p.farm_output_2010 * np.array([1.0, p.secondary_productivity, p.tertiary_productivity])
        for (first, end), output in zip(broad, per_worker, strict=True):
            made[:, first:end] = workers[:, first:end] * weight[first:end] * output
        return made
    whole = table["gdp_yi"].to_numpy(float) * 1e8
    for (first, end), name in zip(broad, ("primary", "secondary", "tertiary"), strict=True):
        effective = np.maximum(workers[:, first:end], 1e-3) * weight[first:end]
        made[:, first:end] = effective / effective.sum(1, keepdims=True)
        made[:, first:end] *= (whole * table[f"{name}_share"].to_numpy(float))[:, None]
    return made


def note_basis(world: World) -> None:
    """Note how the output of each county in the base year is known."""
    known = np.full(world.places.counties, Basis.ASSUMED, np.uint8)
    if world.start.output is not None:
        names = {"sourced": Basis.OBSERVED, "scaled": Basis.SCALED, "model": Basis.IMPUTED_BY_TYPE,
                 "imputed": Basis.IMPUTED_BY_TYPE}
        known[:] = [names[method] for method in world.start.output["method"]]
    world.figures.basis["output"] = known


def reach(world: World) -> np.ndarray:
    """Return the people within reach of each county seat, discounted by distance."""
    places, counts = world.places, world.counts
    people = counts.residents.sum(1) * float(world.config.scale)
    people[places.districts : places.outside] += world.districts.totals
    return (world.once(_nearness) * people[: places.outside]).sum(1)


def _nearness(world: World) -> np.ndarray:
    places = world.places
    near: np.ndarray = np.exp(-world.distance_km[places.seats, : places.outside] / REACH_KM)
    return near


def first_technology(world: World, made: np.ndarray, workers: np.ndarray, bill: np.ndarray,
                     establishments: np.ndarray) -> tuple[Technology, Economy]:
    """Return the technology and economy at which the firms of the initial state have the staff they want.

    All by (county, sector): `made` value added in yuan a year, `workers` staff of firms and farmers in persons, `bill`
    wages of firms in yuan a quarter, `establishments` their number.
    """
    p, counties = world.parameters.firms, world.places.counties
    output = np.round(made / 4)
    worker_output = made / np.maximum(workers, 1e-9)
    capital = capital_ratio(p) * worker_output  # for each worker
    exponent = p.capital_share * p.span_of_control
    spent = spending(world, output, bill, world.base_trend_since_2020)
    staff = np.where(np.arange(len(Work)) > Work.FARMING, workers, 0.0)
    technology = Technology(
        level=np.where(staff > 0, worker_output * np.maximum(capital, 1e-9) ** -exponent, 0.0),
        wedge=4 * bill / np.maximum(p.span_of_control * (1 - p.capital_share) * made, 1e-9),
        output=output,
        turnover=output / np.maximum(establishments, 1),
        spending=spent,
        staff=staff,
        reach=reach(world),
        farm=output[:, Work.FARMING] / np.maximum(workers[:, Work.FARMING], 1.0) ** p.farm_labour_elasticity,
        wage=world.labour.wage.copy(),
    )
    nothing = np.zeros((counties, len(Work)))
    economy = Economy(
        output=output.astype(np.int64), wage_bill=bill.astype(np.int64), price=nothing + 1, turnover=nothing + 1,
        year_output=(4 * output).astype(np.int64), year_wage_bill=(4 * bill).astype(np.int64), spending=spent.copy(),
        industrial_land_wanted=np.zeros(counties), founded=np.zeros(counties, np.int64),
        closed=np.zeros(counties, np.int64))
    return technology, economy


def spending(world: World, value: np.ndarray, wage_bill: np.ndarray, level: float) -> np.ndarray:
    """Return the incomes that are spent in each county, yuan a quarter.

    Wages of its firms, farm output, a share of firms' output beyond wages, and a basic amount for everyone; `value`
    is output times price, `level` the trend against 2020.
    """
    p = world.parameters
    private = slice(Work.AGRO_PROCESSING, Work.PUBLIC_SERVICES)
    beyond = np.maximum(value[:, private].sum(1) - wage_bill[:, private].sum(1), 0)
    people = world.people.sum(1)
    basic = p.incomes.basic_receipts / 4 * level * people
    return wage_bill.sum(1) + value[:, Work.FARMING] + p.firms.profit_spent_locally * beyond + basic
