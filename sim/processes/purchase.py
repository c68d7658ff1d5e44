"""The purchase of a home: who decides, with what chance, where; and who owns one in the initial state."""

from typing import NamedTuple

import numpy as np

from sim.core import rng
from sim.core.compiled import kernel, leaf
from sim.processes.decisions import BUYING, OWNING
from sim.state.places import NOWHERE, Kind, county_of, first_district, kind_of, place_of
from sim.state.rates import quarterly
from sim.state.residents import ADULT, SCHOOL_CHILD, Sex
from sim.state.world import World

AGES = 160
KINDERGARTEN_AT = 3
LEAST_AGE = 22
"""Age in years from which somebody buys a home."""

OLDEST_SON = 40
GENERATION = 16
"""A reference adult who is this many years older is taken for a parent, not a spouse."""


class Tables(NamedTuple):
    """All that the purchase reads beyond the person's own columns."""

    rate: np.ndarray  # purchases per year by age
    income: np.ndarray  # factor by (place of residence, schooling)
    residence: np.ndarray  # factor by place of residence
    market: np.ndarray  # factor by place of the home: its price, homes for sale, demand of the year
    schools: np.ndarray  # factor by county for village households with a child
    child: float
    seat: np.ndarray  # chance by county that a home bought from elsewhere is in the seat, not in a town
    counties: int


def tables(world: World) -> Tables:
    """Return the tables of the quarter from parameters, attributes of places, prices and vacancy.

    Income and price enter with the long-run elasticities of demand of Chow and Niu, against a home in a seat at the
    declared price-income ratio. Homes for sale are last quarter's vacancy against the normal one, at most 1.
    """
    p, places, h, attributes = world.parameters.housing, world.places, world.housing, world.place_attributes
    counties = places.counties
    price = p.seat_house_price * world.trend_since_2020
    income = 12 * p.earners * attributes.income / (price * p.home_area / p.normal_price_income)
    subsidy = 1 - world.rates["housing_subsidy"]
    for_sale = np.divide(h.vacancy, h.normal_vacancy, out=np.zeros(places.count), where=h.normal_vacancy > 0)
    market = np.minimum((h.price * subsidy / price) ** p.price_elasticity, p.greatest_affordability)
    market = market * np.clip(for_sale, 0, 1) * world.config.external.index("land_market", world.year)
    schools = places.by_kind(world.place_attributes.schools)
    seat = seat_chance(world)
    in_reach = seat * schools[:, Kind.SEAT] + (1 - seat) * schools[:, Kind.TOWN]
    return Tables(
        rate=world.once(_rate),
        income=np.minimum(income**p.income_elasticity, p.greatest_affordability),
        residence=world.once(_residence),
        market=market,
        schools=(in_reach / np.maximum(schools[:, Kind.VILLAGE], 1e-3)) ** p.school_pull,
        child=np.exp(p.child_effect),
        seat=seat,
        counties=counties,
    )


def _rate(world: World) -> np.ndarray:
    p, ages = world.parameters.housing, np.arange(AGES, dtype=float)
    rate = np.where(ages < p.marriage_from, np.interp(ages, [LEAST_AGE - 1, p.marriage_from], [0, 1]),
                    np.exp(-p.purchase_decline * np.maximum(ages - p.marriage_to, 0)))
    rate[:LEAST_AGE] = 0
    return p.purchase_rate * rate


def _residence(world: World) -> np.ndarray:
    p, kind = world.parameters.housing, world.places.kind
    return np.select([kind >= Kind.DISTRICT, kind == Kind.VILLAGE], [p.absent_ratio, p.villager_ratio], 1.0)


def seat_chance(world: World) -> np.ndarray:
    """Return by county the chance that a home bought from elsewhere is in the seat: by residents and price."""
    people = world.counts.people.astype(float)
    price = world.places.by_kind(world.housing.price)
    weight = people * price**world.parameters.housing.price_elasticity
    return weight[:, Kind.SEAT] / np.maximum(weight[:, Kind.TOWN :].sum(1), 1e-9)


def bound(t: Tables) -> np.ndarray:
    """Return draws (uint64) by age at or above which nobody buys."""
    most = t.child * t.income.max() * t.market.max() * t.residence.max() * max(1.0, t.schools.max())
    return np.ceil(quarterly(t.rate * most) * rng.TWO_32 * (1 + 1e-9)).astype(np.uint64)


@leaf
def chance(age, place, schooling, child, target, t):
    """Return a household's probability to buy a home at `target` in a quarter."""
    rate = t.rate[age] * t.income[place, schooling] * t.residence[place] * t.market[target]
    if child:
        rate *= t.child
        if place < first_district(t.counties) and kind_of(place) == Kind.VILLAGE:
            rate *= t.schools[county_of(target)]
    return -np.expm1(-rate / 4)


@leaf
def target(draw, place, hukou, seat):
    """Return where somebody would buy: where they live if in town or seat, else at home in their county."""
    inside = first_district(len(seat))
    if place < inside and kind_of(place) != Kind.VILLAGE:
        return place
    home = hukou if hukou < inside else place
    if home >= inside:
        return NOWHERE
    county = county_of(home)
    return place_of(county, Kind.SEAT if draw < seat[county] * rng.TWO_32 else Kind.TOWN)


@leaf
def decides(i, age, household, birth, sex):
    """Return whether somebody decides on a home: reference adults, and grown sons who live in a parent's household.

    The bridegroom's family provides the home (Wei and Zhang 2011, Journal of Political Economy 119(3)).
    """
    reference = household[i]
    if age < LEAST_AGE:
        return False
    if reference == i:
        return True
    return sex[i] == Sex.MALE and age <= OLDEST_SON and birth[i] - birth[reference] >= 4 * GENERATION


@kernel
def mark_children(start, stop, quarter, birth, place, household, with_child):
    """Mark the reference adults of children of kindergarten or school age."""
    for i in range(start, stop):
        age = quarter - birth[i]
        if 4 * KINDERGARTEN_AT <= age < 4 * ADULT and place[i] != NOWHERE and household[i] != i:
            with_child[household[i]] = True  # the only value ever written, whichever thread comes first


@kernel
def buy(start, stop, seed, quarter, uid, birth, place, hukou, household, sex, schooling, flags, home, with_child, t,
        most, resale, accompany):
    """Let people buy, move in or give up a home elsewhere; return movers, homes bought and second homes by place."""
    rows = np.empty(stop - start, np.int64)
    count = 0
    bought = np.zeros(len(t.market), np.int64)
    second = np.zeros(len(t.market), np.int64)
    draws = np.empty(rng.TILE, np.uint64)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, BUYING, quarter, uid[first:last], draws)
        for i in range(first, last):
            if place[i] == NOWHERE:
                continue
            draw = draws[i - first]
            if home[i] != NOWHERE:
                if home[i] != place[i]:
                    if draw < resale:
                        home[i] = NOWHERE
                    else:
                        second[home[i]] += 1
                continue
            age = (quarter - birth[i]) >> 2
            if draw >= most[age] or not decides(i, age, household, birth, sex):
                continue
            _, where, moves, _ = rng.words(seed, BUYING, quarter, uid[i])
            code = target(where, place[i], hukou[i], t.seat)
            if code == NOWHERE or draw >= chance(age, place[i], schooling[i], with_child[i], code, t) * rng.TWO_32:
                continue
            home[i] = code
            bought[code] += 1
            in_village = place[i] < first_district(t.counties) and kind_of(place[i]) == Kind.VILLAGE
            if in_village and flags[i] & SCHOOL_CHILD and moves < accompany[county_of(place[i])]:
                place[i] = code
                rows[count] = i
                count += 1
            elif code != place[i]:
                second[code] += 1
    return rows[:count].copy(), bought, second


@kernel
def settle(start, stop, seed, quarter, uid, birth, place, hukou, household, home, share, seat):
    """Draw who owns a home they bought; `share` by place of residence. Return second homes by place."""
    second = np.zeros(len(share), np.int64)
    for i in range(start, stop):
        home[i] = NOWHERE
        if place[i] == NOWHERE or household[i] != i or quarter - birth[i] < 4 * LEAST_AGE:
            continue
        owns, where, _, _ = rng.words(seed, OWNING, quarter, uid[i])
        code = target(where, place[i], hukou[i], seat)
        if code != NOWHERE and owns < share[place[i]]:
            home[i] = code
            if code != place[i]:
                second[code] += 1
    return second
