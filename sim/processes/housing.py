"""Homes: ownership, purchase, construction, demolition, prices.

The market is one of stock and flow: vacancy against its normal share moves the price, price and vacancy move
housing starts, and land that was sold bounds them. Elasticities: Chow and Niu.
"""

import numpy as np

from sim.baseline.figures import Basis
from sim.core import blocks, rng
from sim.processes import building, land, purchase
from sim.processes.households import note_move
from sim.state.housing import Housing
from sim.state.places import KINDS, Kind
from sim.state.rates import quarterly
from sim.state.residents import Schooling
from sim.state.world import World

GREATEST_VACANCY = 0.9
"""Bound of the share of homes that stand empty in the initial state, whatever a user's own figures say."""


def buy(world: World) -> None:
    """Let households without a home of their own buy one in town or seat, and some village families move into it.

    Reference adults decide, and grown sons at marriage age. Those who live in villages, districts or outside buy in
    their county of registration; of village buyers with a schoolchild the declared share moves (children follow later),
    fewer where people consider moving less.
    Owners who live elsewhere give a home up at a declared rate. Reads uid, birth, place, hukou, household, sex,
    schooling, flags; writes home and place. Counts m2 bought in `housing.sold`.
    """
    people, h, p = world.residents, world.housing, world.parameters.housing
    if world.quarter % 4 == 0:
        h.sold[:] = 0
    with_child = np.zeros(people.size, bool)
    blocks.run(purchase.mark_children, people.size, world.threads, world.quarter, people.birth, people.place,
               people.household, with_child)
    willing = np.minimum(world.rates["consideration"][: world.places.counties], 1)
    t = purchase.tables(world)
    parts = blocks.run(purchase.buy, people.size, world.threads, world.seed, world.quarter, people.uid, people.birth,
                       people.place, people.hukou, people.household, people.sex, people.schooling, people.flags,
                       people.home, with_child, t, purchase.bound(t), rng.threshold(quarterly(p.resale)),
                       rng.threshold(p.accompany_share * willing))
    rows, bought, second = zip(*parts, strict=True)
    h.sold += sum(bought) * (world.config.scale * p.home_area)
    h.second_homes = sum(second)
    note_move(world, np.concatenate(rows))


def build(world: World) -> None:
    """Finish homes begun some quarters ago, pull down old ones, begin new ones where needs, price and land allow.

    Builders want the stock that leaves normal vacancy, raised by the price to the elasticity of supply; they look
    ahead by the time of construction. Homes of reclassified villages become those of towns and seats.
    """
    p, h, places = world.parameters.housing, world.housing, world.places
    if world.quarter % 4 == 0:
        h.started[:] = h.followed[:] = 0
    people = building.follow_reclassified(world)
    before = h.needed
    h.stock = h.stock * (1 - quarterly(building.demolition(world))) + h.under_construction[0]
    building.adjust_space(world)
    building.occupy(world, people)
    change = np.clip(4 * np.log(np.maximum(h.needed, 1) / np.maximum(before, 1)), -1, 1)
    h.growth = h.growth + (change - h.growth) * quarterly(1 / p.growth_memory)
    begun = building.wanted(world) / 4
    urban = places.by_kind(begun)[:, Kind.TOWN :]
    h.wanted = 4 * urban.sum(1)
    urban[:] = land.begin(world, urban, quarterly(p.must_begin))
    h.under_construction = np.vstack([h.under_construction[1:], begun])
    h.started += begun


def price(world: World) -> None:
    """Let prices in towns and seats rise where vacancy is below normal and fall where it is above, about their trend.

    Prices elsewhere follow the trend; the drivers of the land market and of the pull of cities shift them at once.
    """
    p, h = world.parameters.housing, world.housing
    kind = world.places.kind
    tightness = np.where((kind == Kind.TOWN) | (kind == Kind.SEAT),
                         h.normal_vacancy - (1 - h.needed / np.maximum(h.stock, 1)), 0)
    # a quarter moves it by no more than full vacancy would, however many people crowd
    moved = h.relative + p.price_speed / 4 * np.clip(tightness, -1, 1)
    h.relative = np.clip(moved, -p.greatest_deviation, p.greatest_deviation)
    h.price = h.first_price * world.trend * np.exp(h.relative) * building.shifts(world)


def affordability(world: World, pay: np.ndarray | None = None) -> np.ndarray:
    """Return by place what a home of the declared area costs its buyer over a household's yearly income there.

    `pay` is the expected pay of an adult with junior-secondary schooling in yuan a month, by default that on offer.
    """
    p = world.parameters.housing
    pay = world.place_attributes.income[:, Schooling.JUNIOR_SECONDARY] if pay is None else pay
    price = world.housing.price * (1 - world.rates["housing_subsidy"])
    return price * p.home_area / (12 * p.earners * pay)


def settle_owners(world: World) -> np.ndarray:
    """Draw who owns a purchased home in the initial state; return second homes by place in rows.

    Reference adults of towns and seats own with the census share of purchased tenure, which is taken to lie
    there; others own a second home in their county with the declared share. No seed of a run enters.
    """
    people, places, p = world.residents, world.places, world.parameters.housing
    residents = world.counts.people
    urban_share = residents[:, Kind.TOWN :].sum(1) / residents.sum(1)
    bought = world.figures.take("purchased_tenure_share", _census(world, "tenure_purchased_share"), Basis.OBSERVED)
    share = np.full(places.count, p.absent_second_homes)
    share[: places.districts] = np.repeat(np.minimum(bought / urban_share, p.greatest_owner_share), KINDS)
    share[places.kind == Kind.VILLAGE] = p.village_second_homes
    seat = residents[:, Kind.SEAT] / np.maximum(residents[:, Kind.TOWN :].sum(1), 1)
    return sum(blocks.run(purchase.settle, people.size, world.threads, world.config.start, world.quarter,
                          people.uid, people.birth, people.place, people.hukou, people.household, people.home,
                          rng.threshold(share), seat))


def initial(world: World) -> Housing:
    """Make the first homes from the census: floor area of residents, vacancy by county type, price by county wage.

    Under construction are replacements of homes pulled down and the growth that builders expect in towns and seats. A
    county's own figures may replace the imputed ones.
    """
    p, places, figures = world.parameters.housing, world.places, world.figures
    second = settle_owners(world)
    people = world.counts.residents.sum(1) * float(world.config.scale)
    census = figures.take("floor_area_per_person", _census(world, "floor_area_per_capita_m2"), Basis.OBSERVED)
    by_kind = places.by_kind(people)
    ratio = np.array([p.village_floor_ratio, 1.0, 1.0])
    floor_area = _places(world, (census * by_kind.sum(1) / (by_kind * ratio).sum(1))[:, None] * ratio)
    town, village = (figures.take(f"{kind}_vacancy", world.by_type(f"housing.{kind}_vacancy")).clip(0, GREATEST_VACANCY)
                     for kind in ("urban", "village"))
    vacancy = _places(world, np.stack([village, town, town], axis=1))
    occupied = people * floor_area + second * (world.config.scale * p.home_area)
    stock = occupied / (1 - vacancy)
    quarters = int(p.construction_quarters)
    growth = np.where(np.isin(places.kind, (Kind.TOWN, Kind.SEAT)), p.first_growth, 0.0)
    zero = np.zeros(places.count)
    first_price = _first_price(world)
    begun = stock * (building.demolition(world) + growth)
    return Housing(
        stock=stock, under_construction=np.tile(begun / 4, (quarters, 1)), price=first_price * world.last_trend,
        occupied=occupied, sold=zero.copy(), started=zero.copy(), needed=occupied.copy(), floor_area=floor_area,
        space=zero.copy(), first_price=first_price, relative=zero.copy(), normal_vacancy=vacancy, second_homes=second,
        growth=growth, wanted=places.by_kind(begun)[:, Kind.TOWN :].sum(1), first_earnings=building.earnings(world),
        followed=np.zeros(places.counties, np.int64))


def _first_price(world: World) -> np.ndarray:
    """Return yuan per m2 by place: the declared price of a mean county, scaled by the county's wage."""
    p, figures = world.parameters.housing, world.figures
    wage = building.wage(world)
    relative = (wage / wage.mean()) ** p.price_to_wage
    declared = {"village": p.village_house_price, "town": p.town_house_price, "seat": p.seat_house_price}
    level = world.base_trend_since_2020
    counties = [figures.take(f"house_price_{kind}", level * price * relative) for kind, price in declared.items()]
    first = _places(world, np.maximum(np.stack(counties, axis=1), 1))
    first[world.places.districts :] = p.district_house_price * level
    first[world.places.outside] = p.outside_house_price * level
    return first


def _census(world: World, column: str) -> np.ndarray:
    """Return a column of the census before the start by county."""
    return world.start.census[column].to_numpy(float)


def _places(world: World, by_kind: np.ndarray) -> np.ndarray:
    """Return values by (county, village / town / seat) over all places, 0 elsewhere."""
    values = np.zeros(world.places.count)
    values[: world.places.districts] = by_kind.ravel()
    return values
