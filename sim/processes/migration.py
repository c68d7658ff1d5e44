"""Moves: who considers moving, where to, who goes along, and who arrives from districts and outside."""

import numpy as np

from sim.core import blocks, rng
from sim.core.compiled import kernel, leaf
from sim.processes import attraction, choice, reclassification
from sim.processes.counted import one_by_one, whole
from sim.processes.decisions import ARRIVAL, ARRIVING, FOLLOW, LEAVE_CHILDREN, MOVE
from sim.processes.households import hand_over, members, moved, note_move
from sim.state.places import NOWHERE, Kind, county_of, first_district, kind_of
from sim.state.rates import REGISTRY, quarterly
from sim.state.residents import ADULT, SEEKING
from sim.state.world import World


def move(world: World) -> None:
    """Let adults decide to move: a hazard to consider it, then a nested choice of places with the present one.

    Reads uid, birth, place, hukou, homestead, employer, schooling, flags; writes place, moved, work and flags. The
    draw is first held against an upper bound for the person's age and schooling (thinning), and the individual hazard
    and utilities are computed only for those who pass; the outcome is that of evaluating everyone.
    """
    people = world.residents
    tables = choice.tables(world)
    rows = np.concatenate(blocks.run(
        _move, people.size, world.threads, world.seed, world.quarter, people.uid, choice.odds(tables), people.birth,
        people.place, people.hukou, people.homestead, people.household, people.home, people.employer, people.schooling,
        people.flags, world.firms.place, tables, choice.bound(tables), world.urban_edge.rank,
        reclassification.seat_ranks(world)))
    note_move(world, rows)


@kernel
def _move(start, stop, seed, quarter, uid, odds, *columns):
    rows, count = np.empty(stop - start, np.int64), 0
    draws = np.empty(rng.TILE, np.uint64)
    share, within = choice.scratch(odds)
    for first in range(start, stop, rng.TILE):
        last = min(first + rng.TILE, stop)
        rng.fill(seed, MOVE, quarter, uid[first:last], draws)
        count = _consider(first, last, draws, share, within, rows, count, seed, quarter, uid, odds, *columns)
    return rows[:count].copy()


@leaf
def _consider(first, last, draws, share, within, rows, count, seed, quarter, uid, odds, birth, place, hukou, homestead,
              household, home, employer, schooling, flags, firm_place, tables, bound, edge, seat):
    """Let some people consider moving; add the rows of those who move to `rows` and return how many there are then."""
    for i in range(first, last):
        age = (quarter - birth[i]) >> 2
        away = 1 if place[i] >= first_district(tables.counties) else 0
        if draws[i - first] >= bound[away, age, schooling[i]] or place[i] == NOWHERE:
            continue
        works_at = choice.workplace(employer[i], place[i], firm_place, tables)
        chance = choice.consideration(seed, uid[i], age, place[i], works_at, schooling[i], flags[i], tables)
        if draws[i - first] >= chance * rng.TWO_32:
            continue
        second = np.float64(rng.words(seed, MOVE, quarter, uid[i])[1]) / rng.TWO_32
        own = home[household[i]]
        target = choice.destination(second, age, place[i], hukou[i], own, works_at, schooling[i], flags[i], odds,
                                    share, within)
        if target < first_district(len(edge)) and kind_of(target) == Kind.VILLAGE:
            county = county_of(target)
            if homestead[i] < edge[county]:  # that village home has become urban meanwhile
                target += Kind.SEAT if reclassification.becomes_seat(homestead[i], seat[county]) else Kind.TOWN
        if target != place[i]:
            place[i] = target
            rows[count] = i
            count += 1
    return count


def follow(world: World) -> None:
    """Let households follow their reference adult: children always, other adults who lived there by a draw.

    A reference adult who leaves a village for districts or the outside may leave the children behind with
    another adult of the household, who becomes their guardian. Reads uid, birth, place, origin, household.
    """
    people, places, p = world.residents, world.places, world.parameters.migration
    movers = moved(world)
    with_movers = members(world, movers)
    leaves = _leave_children(movers, world.seed, world.quarter, people.uid, people.place, people.origin,
                             people.household, places.kind, rng.threshold(p.leave_children_share))
    left = np.zeros(people.size, bool)
    left[movers[leaves]] = True
    hand_over(world, with_movers[left[people.household[with_movers]]], only_here=True)
    follows = _follow(with_movers, world.seed, world.quarter, people.uid, people.birth, people.place, people.origin,
                      people.household, rng.threshold([p.spouse_follows, p.elder_follows]))
    note_move(world, with_movers[follows])


@kernel
def _leave_children(rows, seed, quarter, uid, place, origin, household, kind, share):
    leaves = np.zeros(len(rows), np.bool_)
    for k, i in enumerate(rows):
        if household[i] == i and kind[origin[i]] == Kind.VILLAGE and kind[place[i]] >= Kind.DISTRICT:
            leaves[k] = rng.draw(seed, LEAVE_CHILDREN, quarter, uid[i]) < share
    return leaves


@kernel
def _follow(rows, seed, quarter, uid, birth, place, origin, household, share):
    follows = np.zeros(len(rows), np.bool_)
    for k, i in enumerate(rows):
        guardian = household[i]
        if place[guardian] in (origin[guardian], place[i]) or guardian == i:
            continue
        age = (quarter - birth[i]) >> 2
        if age >= ADULT:
            if origin[i] != origin[guardian] or place[i] != origin[i]:
                continue
            if rng.draw(seed, FOLLOW, quarter, uid[i]) >= share[1 if age >= 60 else 0]:
                continue
        place[i] = place[guardian]
        follows[k] = True
    return follows


def arrive(world: World) -> None:
    """Let people of the districts and of the outside move into counties: each gets a row of their own.

    Expected numbers follow the rates of arrival, weighted by urban size and distance; they are rounded by a draw for
    each pair of origin and place, so that a newcomer's uid depends on that pair and the quarter alone.
    """
    places, scale = world.places, world.config.scale
    (source, target), ordinal = one_by_one(whole(world, arrivals_expected(world) / scale))
    world.flows.newcomers += len(source)
    if not len(source):
        return
    uid = _arrival_uids((source * places.count + target).astype(np.uint64), world.quarter, ordinal.astype(np.uint64))
    first, second, third, fourth = _four(world.seed, ARRIVING, world.quarter, uid)
    age = np.searchsorted(world.once(_arrival_ages), first, side="right")
    sex = (second >= 0.5).astype(np.uint8)
    schooling = np.searchsorted(_UP_TO_SCHOOLING, third * _UP_TO_SCHOOLING[-1], side="right")
    people = world.residents
    rows = people.allocate(len(uid))
    origin = places.districts + source
    people.uid[rows] = uid
    people.household[rows] = rows
    people.birth[rows] = world.quarter - 4 * age - (fourth * 4).astype(np.int64)
    people.moved[rows] = world.quarter
    people.place[rows] = target
    people.origin[rows] = people.hukou[rows] = origin
    people.homestead[rows] = (fourth * 65_536).astype(np.uint16)
    people.sex[rows] = sex
    people.schooling[rows] = schooling
    people.flags[rows] = np.where(age < 60, SEEKING, 0)
    from_district = origin < places.outside
    world.districts.take(source[from_district], sex[from_district], age[from_district], scale)


ARRIVAL_SCHOOLING = np.array([0.02, 0.12, 0.46, 0.20, 0.12, 0.08])
"""Schooling of newcomers from districts and outside; assumed."""
_UP_TO_SCHOOLING = np.cumsum(ARRIVAL_SCHOOLING)


def arrivals_expected(world: World) -> np.ndarray:
    """Return persons expected to arrive this quarter, shape (prefectures + 1, places of counties)."""
    rates, counties, prefectures = world.rates, world.places.counties, world.places.prefectures
    p = world.parameters.migration
    people = world.people
    urban = people[:, Kind.TOWN] + people[:, Kind.SEAT]
    kinds = people * np.array([p.village_arrivals, 1.0, 1.0])
    pull = world.yearly(_pull_of_seats)
    share = world.once(_nearness_of_districts) * urban * pull
    share /= share.sum(1, keepdims=True)
    area = slice(counties, counties + prefectures)
    from_districts = (world.districts.totals * quarterly(rates["district_arrivals"][area]))[:, None] * share
    from_districts *= _by_measures(world, "district_arrivals")
    outside = world.census.from_outside * pull
    from_outside = outside / outside.sum() * urban.sum() * quarterly(rates["outside_arrivals"][:counties])
    expected = np.vstack([from_districts, from_outside])
    return (expected[:, :, None] * (kinds / kinds.sum(1, keepdims=True))[None]).reshape(prefectures + 1, -1)


def _nearness_of_districts(world: World) -> np.ndarray:
    """Return the weight of distance by (prefecture, county seat)."""
    p, places = world.parameters.population, world.places
    districts = places.districts + np.arange(places.prefectures)
    return (1 + world.distance_km[np.ix_(districts, places.seats)] / p.gravity_distance_km) ** -p.gravity_power


def _pull_of_seats(world: World) -> np.ndarray:
    """Return what draws newcomers to county seats beyond what lasts: the weights hold that already."""
    pull: np.ndarray = np.exp((world.rates["attraction"] - world.once(attraction.lasting))[world.places.seats])
    return pull


def _by_measures(world: World, rate: str) -> np.ndarray:
    """Return by county the factor of measures of the destination on a rate that differs between origins."""
    usual = REGISTRY[rate].without_measures(world.parameters, world.config.external, world.year)
    factor: np.ndarray = world.rates[rate][: world.places.counties] / max(usual, 1e-12)
    return factor


def _arrival_ages(world: World) -> np.ndarray:
    p = world.parameters.migration
    curve = choice.rogers_castro(np.arange(100.0), p.peak_age, p.youth_decline, p.age_floor)
    curve[:ADULT] = 0
    curve[75:] = 0
    return np.cumsum(curve) / curve.sum()


@kernel
def _arrival_uids(pairs, quarter, ordinals):
    uids = np.empty_like(pairs)
    for k in range(len(pairs)):
        uids[k] = rng.descendant(ARRIVAL, quarter, pairs[k], ordinals[k])
    return uids


@kernel
def _four(seed, decision, quarter, uids):
    out = np.empty((4, len(uids)))
    for k in range(len(uids)):
        out[0, k], out[1, k], out[2, k], out[3, k] = rng.words(seed, decision, quarter, uids[k])
    return out / rng.TWO_32
