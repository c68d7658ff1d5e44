"""Seekers and openings meet one by one: as many as the matching function says, by aptitude, in no order of rows."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.processes import labour, matching
from sim.state.residents import Employer, Flag, Schooling, Work

WAITING = labour.WAITING
JOBS = st.dictionaries(st.sampled_from(range(Work.AGRO_PROCESSING, len(Work))), st.integers(1, 60), min_size=1)


@pytest.fixture(scope="module")
def market(_prepared, populate, hand_made_firms):
    """Return a function that makes seekers of some schooling in the town of a county, and firms with openings there."""

    started = pickle.loads(_prepared)

    def make(schooling, openings, sectors, county=0, order=None, firm_order=None):
        size = len(schooling)
        world = populate(started, np.full(size, 30.0), place=3 * county + 1, schooling=schooling, flags=Flag.SEEKING)
        world.firms = hand_made_firms(np.full(len(openings), 3 * county + 2), sectors, openings=openings)
        if order is not None:
            world.residents.permute(order)
        if firm_order is not None:
            world.firms.permute(firm_order)
        world.pending.seekers, world.pending.why = np.arange(size), np.full(size, WAITING, np.uint8)
        return world

    return make


def hired(world):
    """Fill the jobs; return who works for whom, by uid."""
    labour.match(world)
    people, firms = world.residents, world.firms
    rows = np.flatnonzero(people.employer < Employer.OUTSIDE)
    return dict(zip(people.uid[rows].tolist(), firms.uid[people.employer[rows]].tolist(), strict=True))


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 77), st.integers(8084, 8200), st.floats(0.1, 3),
       st.integers(0, 2**64 - 1))
def test_matches_are_those_of_the_function_and_at_most_either_side(one_market, u, v, county, quarter, a, seed):
    world, b = one_market(u, v, county), 0.5
    world.seed, world.quarter = seed, quarter
    world.rates.set("matching_efficiency", a)
    found = (matching.assign(world) >= 0).sum()
    expected = a * u**b * v ** (1 - b)
    assert found <= min(u, v)
    assert found == min(u, v) or abs(found - expected) < 1


@given(st.lists(st.integers(0, 90), max_size=300))
def test_people_are_grouped_by_county_in_the_order_in_which_they_came(counties):
    """Whoever lives in none of the 78 comes last."""
    county = np.array(counties, np.uint16)
    order, first = matching._grouped(county, 78)
    np.testing.assert_array_equal(order, np.argsort(np.minimum(county, 78), kind="stable"))
    assert [first[k] for k in range(79)] == [int((county < k).sum()) for k in range(79)]


@pytest.fixture(scope="module")
def one_market(market):
    def make(u, v, county):
        firms = np.array([v // 2, v - v // 2])
        return market(np.full(u, 2), firms[firms > 0], np.full((firms > 0).sum(), Work.MANUFACTURING), county)

    return make


def test_rounding_favours_neither_side(one_market):
    found, u, v = [], 7, 5
    for county in range(78):
        world = one_market(u, v, county)
        for _ in range(20):
            world.quarter += 1
            found.append((matching.assign(world) >= 0).sum())
    expected = float(world.rates["matching_efficiency"][0]) * np.sqrt(u * v)
    part = expected % 1
    assert set(found) <= {int(expected), int(expected) + 1}
    assert abs(np.mean(found) - expected) < 4 * np.sqrt(part * (1 - part) / len(found))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=300), JOBS, st.integers(0, 2**32), st.integers(0, 2**64 - 1))
def test_no_order_of_people_or_firms_decides_who_is_hired_where(market, schooling, jobs, order, seed):
    random = np.random.default_rng(order)
    openings = [part for count in jobs.values() for part in (count // 3, count - count // 3)]
    sectors = np.repeat(list(jobs), 2)
    found = []
    for shuffled in (False, True):
        world = market(
            np.array(schooling), np.array(openings), sectors,
            order=random.permutation(len(schooling)) if shuffled else None,
            firm_order=random.permutation(len(openings)) if shuffled else None)
        world.seed = seed
        found.append(hired(world))
    assert found[0] == found[1]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.3]), st.integers(0, 2**64 - 1)), max_size=60, unique=True))
def test_a_queue_is_ordered_by_key_and_equal_keys_by_identity(queue):
    key = np.array([first for first, _ in queue])
    uid = np.array([second for _, second in queue], np.uint64)
    order = matching._order(key, uid)
    np.testing.assert_array_equal(order, np.lexsort((uid, key)))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=200), JOBS)
def test_one_person_gets_one_job_and_no_firm_more_than_it_offers(market, schooling, jobs):
    world = market(np.array(schooling), np.array(list(jobs.values())), np.array(list(jobs)))
    people, firms = world.residents, world.firms
    got = hired(world)
    rows = np.flatnonzero(people.employer < Employer.OUTSIDE)
    staff = np.bincount(people.employer[rows], minlength=firms.size)
    np.testing.assert_array_equal(firms.staff, staff)
    assert (staff <= firms.openings).all()
    np.testing.assert_array_equal(people.work[rows], firms.sector[people.employer[rows]])
    assert not (people.flags[rows] & Flag.SEEKING).any()
    assert world.labour.hires[0] == len(got) == staff.sum()
    assert world.labour.vacancies[0] == sum(jobs.values())
    assert world.labour.seekers[0] == len(schooling)
    still = people.employer == Employer.NONE
    assert (people.flags[still] & Flag.SEEKING).all()
    assert world.labour.unemployed[1] == still.sum()


def test_the_more_schooled_are_taken_for_public_services(market):
    schooling = np.repeat(np.arange(6), 400)
    sectors = [Work.MANUFACTURING, Work.PUBLIC_SERVICES, Work.CONSTRUCTION]
    world = market(schooling, np.full(3, 800), sectors)
    hired(world)
    work = world.residents.work
    by_level = np.array([[(work[schooling == level] == sector).mean() for sector in sectors] for level in Schooling])
    public, construction = by_level[:, 1] / by_level.sum(1), by_level[:, 2] / by_level.sum(1)
    assert (np.diff(public[Schooling.PRIMARY :]) > 0).all()
    assert public[-1] > 0.6 > 0.1 > public[0]
    assert (np.diff(construction[Schooling.JUNIOR_SECONDARY :]) < 0).all()


def test_who_is_taken_is_a_weighted_draw(market):
    """Of two applicants for one job each wins in proportion to aptitude (Efraimidis and Spirakis 2006)."""
    schooling = np.array([Schooling.JUNIOR_SECONDARY, Schooling.BACHELOR])
    weight = matching.aptitude()[schooling, Work.PUBLIC_SERVICES]
    world = market(schooling, np.array([1]), np.array([Work.PUBLIC_SERVICES]))
    world.rates.set("matching_efficiency", 3.0)
    first = []
    for seed in range(4000):
        world.seed = seed
        found = matching.assign(world)
        assert (found >= 0).sum() == 1
        first.append(found[0] >= 0)
    share = weight[0] / weight.sum()
    assert abs(np.mean(first) - share) < 4 * np.sqrt(share * (1 - share) / len(first))


@given(st.integers(0, 77), st.sampled_from([0, 1, 2]))
def test_the_way_to_work_weighs_as_declared(market, county, work):
    """Of seekers alike but for their homes each kind of place is taken by its weight for the job's."""
    world = market(np.full(3, 2), np.array([1]), np.array([Work.MANUFACTURING]), county)
    world.residents.place[:] = 3 * county + np.arange(3)
    world.firms.place[:] = 3 * county + work
    world.rates.set("matching_efficiency", 3.0)
    taken = np.zeros(3)
    for seed in range(1500):
        world.seed = seed
        taken += matching.assign(world) >= 0
    assert taken.sum() == 1500
    weight = world.places.job_weight(world.parameters.establishments)[county, :, work]
    share = weight / weight.sum()
    assert weight[work] == 1 > np.delete(weight, work).max()
    assert (np.abs(taken / 1500 - share) < 4 * np.sqrt(share * (1 - share) / 1500) + 1e-9).all()


def test_firms_fill_their_openings_in_proportion_on_the_average(market):
    world = market(np.full(60, 2), np.array([10, 30, 80]), np.full(3, Work.TRADE_LOGISTICS))
    got = np.zeros(3)
    for seed in range(300):
        world.seed = seed
        found = matching.assign(world)
        got += np.bincount(found[found >= 0], minlength=3)
    share = np.array([10, 30, 80]) / 120
    assert (np.abs(got / got.sum() - share) < 4 * np.sqrt(share * (1 - share) / got.sum())).all()


def test_no_job_crosses_a_county(few, hand_made_firms):
    world = few(np.full(780, 30.0), place=np.repeat(3 * np.arange(78), 10), flags=Flag.SEEKING)
    world.firms = hand_made_firms(3 * np.arange(0, 78, 2) + 2, np.full(39, Work.TRADE_LOGISTICS), openings=8)
    world.pending.seekers, world.pending.why = np.arange(780), np.full(780, WAITING, np.uint8)
    labour.match(world)
    employer = world.residents.employer
    rows = np.flatnonzero(employer < Employer.OUTSIDE)
    np.testing.assert_array_equal(world.firms.place[employer[rows]] // 3, world.residents.place[rows] // 3)
    np.testing.assert_array_equal(world.labour.hires > 0, np.arange(78) % 2 == 0)


def test_no_openings_or_no_seekers_no_jobs(market):
    assert not hired(market(np.full(50, 2), np.array([0]), np.array([3])))
    empty = market(np.full(0, 2), np.array([5]), np.array([3]))
    assert not hired(empty)
    assert empty.labour.vacancies[0] == 5
