"""The choice of a place: a hazard to consider moving and a nested logit over the places within reach.

Utility of place j for a person living in o:
income elasticity x ln(expected income) - distance x ln(1 + d / d0) - housing x ln(price to income) unless one owns
a home there
+ services and schools as far as they are open to the person + home + attraction.
Forms: Rogers and Castro (1981) for the age profile; McFadden (1978) for the nests.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from sim.core import rng
from sim.processes.decisions import TASTE
from sim.state.places import KINDS, first_district, kind_of, place_of
from sim.state.rates import quarterly
from sim.state.residents import ADULT, LAND_RIGHTS, SCHOOL_CHILD
from sim.state.settlement import Reach
from sim.state.world import World

AGES = 160
NESTS = 6
NO_PLACE = 65_535


class Tables(NamedTuple):
    """All that the choice reads beyond the person's own columns; arrays over places unless said."""

    rate: np.ndarray  # consideration per year by (place, age)
    by_schooling: np.ndarray  # factor by schooling
    taste_width: float  # half-width of the permanent taste, in logs
    child_factor: float
    land_factor: float
    value: np.ndarray  # utility of a place by (place, schooling), services and schools apart
    own_home: np.ndarray  # utility gained from already owning a home there
    services: np.ndarray
    schools: np.ndarray
    parity: np.ndarray  # by area
    distance: np.ndarray  # disutility (place, place)
    reach: np.ndarray  # places within reach by place, shape (places, n), padded with 65535
    nest: np.ndarray  # nest of each of those
    area: np.ndarray
    counties: int
    home: float
    older_home: float
    similarity: float  # dissimilarity parameter of the nests, 0-1


def tables_and_bound(world: World) -> tuple["Tables", np.ndarray]:
    """Return the tables of the year and the bound that thins the decision."""
    made = tables(world)
    return made, bound(made)


def tables(world: World) -> Tables:
    """Return the tables of the running year from parameters, rates and attributes of places."""
    p, places, rates, attributes = world.parameters.migration, world.places, world.rates, world.place_attributes
    ages = np.arange(AGES, dtype=float)
    curve = rogers_castro(ages, p.peak_age, p.youth_decline, p.age_floor)
    away = np.where(ages < 45, 1.0, 1.0 + p.older_return * np.minimum(ages - 45, 20) / 20) * p.absent_consideration
    years = min(world.year, p.consideration_trend_end) - 2011
    intensity = p.consideration * (1 - p.consideration_decline) ** years
    rate = np.where((places.county >= 0)[:, None], curve, away) * intensity
    rate = rate * rates["consideration"][places.area][:, None]
    rate[:, :ADULT] = 0.0
    cost = p.housing_elasticity * np.log(np.maximum(attributes.home_cost, 1.0))
    value = p.income_elasticity * np.log(attributes.income) - cost[:, None]
    return Tables(
        rate=rate,
        by_schooling=np.exp(p.schooling_effect * np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 2.0])),
        taste_width=p.taste_width,
        child_factor=np.exp(p.school_child_effect),
        land_factor=np.exp(-p.land_rights_effect),
        value=value + rates["attraction"][:, None],
        own_home=cost,
        services=p.service_elasticity * np.log(attributes.services),
        schools=p.school_elasticity * attributes.schools,
        parity=rates["service_parity"],
        distance=p.distance_elasticity * p.income_elasticity
        * np.log1p(world.distance_km / world.parameters.population.gravity_distance_km),
        reach=world.reach.places,
        nest=world.reach.nests,
        area=places.area,
        counties=places.counties,
        home=p.home_attachment,
        older_home=p.older_home_attachment,
        similarity=p.nest_dissimilarity,
    )


def rogers_castro(age: np.ndarray, peak: float, decline: float, floor: float) -> np.ndarray:
    """Return the labour-force part of the Rogers-Castro migration schedule, its peak scaled to 1, plus a floor."""
    x = np.asarray(age, float) - peak
    youth = np.exp(-decline * x - np.exp(-0.4 * x))
    return floor + (1 - floor) * youth / youth.max()


def bound(t: Tables) -> np.ndarray:
    """Return draws (uint64) by (in a county / away, age, schooling) at or above which nobody considers moving."""
    factor = np.exp(t.taste_width) * max(1.0, t.child_factor) * max(1.0, t.land_factor)
    districts = first_district(t.counties)
    most = np.stack([t.rate[:districts].max(0), t.rate[districts:].max(0)])
    chance = quarterly(most[:, :, None] * t.by_schooling * factor)
    return np.ceil(chance * rng.TWO_32 * (1 + 1e-9)).astype(np.uint64)


@njit(cache=True, nogil=True)
def consideration(seed, uid, age, place, schooling, flags, t):
    """Return a person's probability to consider moving in a quarter."""
    taste = (2 * rng.uniform(seed, TASTE, 0, uid) - 1) * t.taste_width
    rate = t.rate[place, age] * t.by_schooling[schooling] * np.exp(taste)
    if flags & SCHOOL_CHILD:
        rate *= t.child_factor
    if flags & LAND_RIGHTS:
        rate *= t.land_factor
    return -np.expm1(-rate / 4)


@njit(cache=True, nogil=True)
def destination(draw, age, place, hukou, home, schooling, flags, t):
    """Return the place chosen for one uniform draw; the present place is among the alternatives, `home` one's own."""
    most = t.reach.shape[1] + 3
    utility, nest, target = np.empty(most), np.empty(most, np.int64), np.empty(most, np.int64)
    count = 0
    home_area = t.area[hukou]
    away = t.area[place] != home_area
    for k in range(t.reach.shape[1]):
        code = t.reach[place, k]
        if code == NO_PLACE:
            break
        if away and t.area[code] == home_area:
            continue  # home comes as a nest of its own below
        target[count] = code
        nest[count] = t.nest[place, k]
        count += 1
    if away:
        in_county = hukou < first_district(t.counties)
        first = hukou - kind_of(hukou) if in_county else hukou
        for code in range(first, first + (3 if in_county else 1)):
            target[count] = code
            nest[count] = NESTS - 1
            count += 1
    best = -1e300
    for k in range(count):
        code = target[k]
        area = t.area[code]
        access = 1.0 if area == home_area else t.parity[area]
        u = t.value[code, schooling] - t.distance[place, code] + access * t.services[code]
        if flags & SCHOOL_CHILD:
            u += access * t.schools[code]
        if code == home:
            u += t.own_home[code]
        if area == home_area:
            u += t.home + (t.older_home if age >= 45 else 0.0)
        utility[k] = u / t.similarity
        best = max(best, utility[k])
    return target[_nested(draw, utility, nest, count, best, t.similarity)]


@njit(cache=True, nogil=True)
def _nested(draw, utility, nest, count, best, similarity):
    """Return the alternative of a two-level nested logit that a uniform draw selects."""
    within = np.zeros(NESTS)
    for k in range(count):
        utility[k] = np.exp(utility[k] - best)
        within[nest[k]] += utility[k]
    total = 0.0
    for n in range(NESTS):
        if within[n] > 0:
            of_nest = within[n] ** similarity
            total += of_nest
            within[n] = of_nest / within[n]
    mark = draw * total
    for k in range(count):
        share = within[nest[k]] * utility[k]
        if mark < share:
            return k
        mark -= share
    return 0


def reach(world: World) -> Reach:
    """Return the places within reach of each place and their nests, both (places, n), padded with 65535.

    Nests: 0 village, 1 town and seat of the own county, 2 other seats and districts of the prefecture, 3 the
    core cities, 4 outside; 5 is the county of registration of those who live elsewhere.
    """
    places = world.places
    lists = []
    for code in range(places.count):
        prefecture, county = places.prefecture[code], places.county[code]
        seats = [places.seats[c] for c in np.flatnonzero(places.prefecture_of_county == prefecture) if c != county]
        own = [(place_of(county, kind), min(kind, 1)) for kind in range(KINDS)] if county >= 0 else []
        if code == places.outside:
            district = list(places.core)
        else:
            district = sorted({places.districts + prefecture, *places.core})
        near = [(place, 3 if place in places.core and place != places.districts + prefecture else 2)
                for place in district]
        lists.append([*own, *[(s, 2) for s in seats], *near, (places.outside, 4)])
    width = max(map(len, lists))
    codes = np.full((places.count, width), NO_PLACE, np.int64)
    nests = np.zeros((places.count, width), np.int64)
    for code, choices in enumerate(lists):
        codes[code, : len(choices)] = [place for place, _ in choices]
        nests[code, : len(choices)] = [nest for _, nest in choices]
    return Reach(codes, nests)
