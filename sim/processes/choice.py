"""The choice of a place: a hazard to consider moving and a nested logit over the places within reach.

Utility of place j for a person living in o:
income elasticity x ln(expected income) + jobs x ln(jobs within reach) - distance x ln(1 + d / d0)
- housing x ln(price to income) unless one owns a home there + services x ln(access x services)
+ schools x ln(access x schools) + amenity x ln(natural amenity) + home + attraction.
Jobs are the size of an alternative that holds many (McFadden 1978; Ben-Akiva and Lerman 1985). Access is 1 where one
is registered and the parity of services elsewhere. Who works for a firm keeps the job within the county and expects its
pay less the cost of the way; a farmer expects farm income in the county's villages.
Forms: Rogers and Castro (1981) for the age profile; McFadden (1978) for the nests.
"""

import functools
from typing import NamedTuple

import numpy as np

from sim.core import rng
from sim.core.compiled import kernel, leaf
from sim.processes.decisions import TASTE
from sim.state.places import KINDS, Kind, Places, county_of, first_district, kind_of, place_of
from sim.state.rates import quarterly
from sim.state.residents import ADULT, LAND_RIGHTS, SCHOOL_CHILD, Employer, Schooling
from sim.state.settlement import Reach
from sim.state.world import World

_OUTSIDE, _OWN_ACCOUNT = np.uint32(Employer.OUTSIDE), np.uint32(Employer.OWN_ACCOUNT)

AGES = 160
NESTS = 6
NO_PLACE = 65_535
ON_OWN_FARM = 65_534
LEAST_ACCESS = 0.05
"""Services or schools, or a share of them, that stand for none at all, whose logarithm has no bound."""
LEAST_INCOME = 1.0
"""Yuan a month that stand for no income at all."""


class Tables(NamedTuple):
    """All that the choice reads beyond the person's own columns; arrays over places unless said."""

    rate: np.ndarray  # consideration per year by (place, age)
    by_schooling: np.ndarray  # factor by schooling
    taste_width: float  # half-width of the permanent taste, in logs
    child_factor: float
    land_factor: float
    commuter_factor: float
    value: np.ndarray  # utility of a place by (place, schooling), services apart
    farming: np.ndarray  # what own-account farming adds to that of the county's villages, by (county, schooling)
    job: np.ndarray  # what a job at a kind of place adds to those of its county, by (home, kind of work, schooling)
    own_home: np.ndarray  # utility gained from already owning a home there
    schools: np.ndarray  # utility of schools by place
    closed: np.ndarray  # utility lost where services are not open to the person, by area
    closed_schools: np.ndarray
    distance: np.ndarray  # disutility (place, place)
    reach: np.ndarray  # places within reach by place, shape (places, n), padded with 65535
    nest: np.ndarray  # nest of each of those
    area: np.ndarray
    counties: int
    home: float
    older_home: float
    similarity: float  # dissimilarity parameter of the nests, 0-1


def tables(world: World) -> Tables:
    """Return the tables of the quarter from parameters, rates and attributes of places."""
    p, places, rates, attributes = world.parameters.migration, world.places, world.rates, world.place_attributes
    cost = p.housing_elasticity * np.log(np.maximum(attributes.home_cost, 1.0))
    log_income, log_pay, log_farm = (np.log(np.maximum(income, LEAST_INCOME)) for income in (
        attributes.income, places.by_kind(attributes.pay), attributes.farm))
    own = places.by_kind(log_income)
    kept = log_pay[:, None] - world.once(cost_of_the_way)[..., None]
    years = (log_income - log_income[:, [Schooling.JUNIOR_SECONDARY]])[places.villages]
    farming = log_farm[:, None] + years - own[:, Kind.VILLAGE]
    closed = -np.log(np.maximum(rates["service_parity"], LEAST_ACCESS))
    alike = p.service_elasticity * np.log(np.maximum(attributes.services, LEAST_ACCESS)) - cost + rates["attraction"]
    alike += world.parameters.environment.choice_by_natural_amenity * np.log(attributes.amenity)
    alike += p.job_elasticity * np.log(attributes.jobs)
    value = p.income_elasticity * log_income + alike[:, None]
    return Tables(
        rate=world.yearly(_rate),
        by_schooling=np.exp(p.schooling_effect * np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 2.0])),
        taste_width=p.taste_width,
        child_factor=np.exp(p.school_child_effect),
        land_factor=np.exp(-p.land_rights_effect),
        commuter_factor=np.exp(p.commuter_effect),
        value=value,
        farming=p.income_elasticity * farming,
        job=(p.income_elasticity * (kept - own[:, :, None])).reshape(-1, KINDS, value.shape[1]),
        own_home=cost,
        schools=p.school_elasticity * np.log(np.maximum(attributes.schools, LEAST_ACCESS)),
        closed=p.service_elasticity * closed,
        closed_schools=p.school_elasticity * closed,
        distance=world.once(_distance),
        reach=world.reach.places,
        nest=world.reach.nests,
        area=places.area,
        counties=places.counties,
        home=p.home_attachment,
        older_home=p.older_home_attachment,
        similarity=p.nest_dissimilarity,
    )


def _rate(world: World) -> np.ndarray:
    """Return the hazard to consider moving per year by (place, age)."""
    p, places = world.parameters.migration, world.places
    ages = np.arange(AGES, dtype=float)
    curve = rogers_castro(ages, p.peak_age, p.youth_decline, p.age_floor)
    away = np.where(ages < 45, 1.0, 1.0 + p.older_return * np.minimum(ages - 45, 20) / 20) * p.absent_consideration
    years = min(world.year, p.consideration_trend_end) - 2011
    intensity = p.consideration * (1 - p.consideration_decline) ** years
    rate = np.where((places.county >= 0)[:, None], curve, away) * intensity
    rate = rate * world.rates["consideration"][places.area][:, None]
    rate[:, :ADULT] = 0.0
    return rate


def cost_of_the_way(world: World) -> np.ndarray:
    """Return the share of pay, in logs, that the way to work costs by (county, home, work)."""
    way: np.ndarray = (world.parameters.migration.commuting_cost
                       * world.places.commuting_km(world.parameters.establishments))
    return way


def _distance(world: World) -> np.ndarray:
    """Return the disutility of distance by (place, place)."""
    p = world.parameters.migration
    km = world.distance_km / world.parameters.population.gravity_distance_km
    return p.distance_elasticity * p.income_elasticity * np.log1p(km)


def rogers_castro(age: np.ndarray, peak: float, decline: float, floor: float) -> np.ndarray:
    """Return the labour-force part of the Rogers-Castro migration schedule, its peak scaled to 1, plus a floor."""
    x = np.asarray(age, float) - peak
    youth = np.exp(-decline * x - np.exp(-0.4 * x))
    return floor + (1 - floor) * youth / youth.max()


def bound(t: Tables) -> np.ndarray:
    """Return draws (uint64) by (in a county / away, age, schooling) at or above which nobody considers moving."""
    factor = np.exp(t.taste_width) * max(1.0, t.child_factor) * max(1.0, t.land_factor) * max(1.0, t.commuter_factor)
    districts = first_district(t.counties)
    most = np.stack([t.rate[:districts].max(0), t.rate[districts:].max(0)])
    chance = quarterly(most[:, :, None] * t.by_schooling * factor)
    return np.ceil(chance * rng.TWO_32 * (1 + 1e-9)).astype(np.uint64)


@leaf
def consideration(seed, uid, age, place, works_at, schooling, flags, t):
    """Return a person's probability to consider moving in a quarter; `works_at` is as in `destination`."""
    taste = (2 * rng.uniform(seed, TASTE, 0, uid) - 1) * t.taste_width
    rate = t.rate[place, age] * t.by_schooling[schooling] * np.exp(taste)
    if flags & SCHOOL_CHILD:
        rate *= t.child_factor
    if flags & LAND_RIGHTS:
        rate *= t.land_factor
    if works_at < first_district(t.counties) and works_at != place:
        rate *= t.commuter_factor
    return -np.expm1(-rate / 4)


@leaf
def workplace(employer, place, firm_place, t):
    """Return where somebody works: the place of the firm, ON_OWN_FARM, or NO_PLACE."""
    if employer < _OUTSIDE:
        return firm_place[employer]
    return ON_OWN_FARM if employer == _OWN_ACCOUNT and place < first_district(t.counties) else NO_PLACE


class Odds(NamedTuple):
    """What utilities are worth in the choice: exp(utility / dissimilarity), so that a person's odds are products."""

    place: np.ndarray  # of each place within reach by (place, position within reach, schooling)
    best: np.ndarray  # utility that stands for odds of 1 by (place, schooling)
    value: np.ndarray  # utilities as in `Tables`, for home, which is rarely within reach of those away
    distance: np.ndarray
    farming: np.ndarray
    job: np.ndarray
    own_home: np.ndarray
    schools: np.ndarray
    closed: np.ndarray
    closed_schools: np.ndarray
    home: float
    older_home: float
    reach: np.ndarray
    nest: np.ndarray
    area: np.ndarray
    counties: int
    similarity: float


def odds(t: Tables) -> Odds:
    """Return the odds of the utilities in tables."""
    utility, best = _utilities(t.value, t.distance, t.reach)
    return Odds(
        place=np.exp((utility - best[:, None]) / t.similarity), best=best, value=t.value, distance=t.distance,
        **{name: np.exp(getattr(t, name) / t.similarity) for name in (
            "farming", "job", "own_home", "schools", "home", "older_home")},
        **{name: np.exp(-getattr(t, name) / t.similarity) for name in ("closed", "closed_schools")},
        reach=t.reach, nest=t.nest, area=t.area, counties=t.counties, similarity=t.similarity)


@kernel
def _utilities(value, distance, reach):
    """Return utilities by (place, position within reach, schooling) and the greatest of each place and schooling."""
    utility = np.full((*reach.shape, value.shape[1]), -np.inf)
    best = np.full(value.shape, -np.inf)
    for place in range(len(reach)):
        for k in range(reach.shape[1]):
            target = reach[place, k]
            if target == NO_PLACE:
                break
            for schooling in range(value.shape[1]):
                utility[place, k, schooling] = value[target, schooling] - distance[place, target]
                best[place, schooling] = max(best[place, schooling], utility[place, k, schooling])
    return utility, best


@leaf
def destination(draw, age, place, hukou, home, works_at, schooling, flags, o, share, within):
    """Return the place chosen for one uniform draw; the present place is among the alternatives, `home` one's own.

    `works_at` is the place of the firm one works for, ON_OWN_FARM for own-account farmers of a county, or NO_PLACE;
    `share` and `within` are the arrays of `scratch`.
    """
    width = o.reach.shape[1]
    inside = first_district(o.counties)
    home_area = o.area[hukou]
    away = o.area[place] != home_area
    registered = hukou - kind_of(hukou) if hukou < inside else hukou  # the first place of where one is registered
    count = width + (KINDS if hukou < inside else 1) if away else width
    attached = o.home * (o.older_home if age >= 45 else 1.0)
    child = flags & SCHOOL_CHILD
    for k in range(count):
        code = o.reach[place, k] if k < width else registered + k - width
        share[k] = 0.0
        if code == NO_PLACE:
            continue
        area = o.area[code]
        if k >= width:  # home is a nest of its own
            utility = o.value[code, schooling] - o.distance[place, code] - o.best[place, schooling]
            odds = np.exp(utility / o.similarity)
        elif away and area == home_area:
            continue
        else:
            odds = o.place[place, k, schooling]
        of = o.schools[code] if child else 1.0
        if area == home_area:
            of *= attached
        else:
            of *= o.closed[area] * (o.closed_schools[area] if child else 1.0)
        if works_at < inside and code < inside:
            if county_of(code) == county_of(works_at):
                of *= o.job[code, kind_of(works_at), schooling]
        elif works_at == ON_OWN_FARM and area == o.area[place] and kind_of(code) == Kind.VILLAGE:
            of *= o.farming[area, schooling]
        if code == home:
            of *= o.own_home[code]
        share[k] = odds * of
    k = _nested(draw, share, o.nest[place], count, o.similarity, within)
    if k == NO_PLACE:
        return place
    return o.reach[place, k] if k < width else registered + k - width


@kernel
def scratch(o: Odds) -> tuple[np.ndarray, np.ndarray]:
    """Return room for the odds of all alternatives of one person, and for those of nests."""
    return np.empty(o.reach.shape[1] + KINDS), np.empty(NESTS)


@leaf
def _nested(draw, odds, nest, count, similarity, within):
    """Return the alternative of a two-level nested logit that a uniform draw selects; those beyond `nest` are of the
    last one, and `within` is scratch. NO_PLACE where all odds are 0."""
    within[:] = 0.0
    for k in range(count):
        within[nest[k] if k < len(nest) else NESTS - 1] += odds[k]
    total = 0.0
    for n in range(NESTS):
        if within[n] > 0:
            of_nest = within[n] ** similarity
            total += of_nest
            within[n] = of_nest / within[n]
    mark, last = draw * total, NO_PLACE
    for k in range(count):
        if odds[k] == 0.0:
            continue
        share = within[nest[k] if k < len(nest) else NESTS - 1] * odds[k]
        if mark < share:
            return k
        mark -= share
        last = k
    return last


def reach(world: World) -> Reach:
    """Return the places within reach of each place and their nests, both (places, n), padded with 65535.

    Nests: 0 village, 1 town and seat of the own county, 2 other seats and districts of the prefecture, 3 the
    core cities, 4 outside; 5 is the county of registration of those who live elsewhere.
    """
    return _reach(world.places)


@functools.lru_cache(maxsize=4)
def _reach(places: Places) -> Reach:
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
