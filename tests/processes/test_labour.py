"""Jobs end and people look for work at the hazards in force; every job is held by one resident, quarter by quarter."""

import numpy as np
import pytest

from sim.processes import households, initial_jobs, labour, participation
from sim.processes.labour import LOST
from sim.state.places import NOWHERE, Kind
from sim.state.rates import quarterly
from sim.state.residents import Employer, Flag, Work, migrant_work

N = 20_000
DISTRICT, OUTSIDE = 3 * 78, 3 * 78 + 16
SOME_FIRM = 5
RUNS = [(2021, 1, 1000), (2021, 2**63 - 1, 1000), (2011, 3, 1000), (2021, 4, 100)]


def close(found, chance, size=N):
    return abs(np.mean(found) - chance) <= 4 * np.sqrt(max(chance * (1 - chance), 1e-9) / size)


def assert_exact(world):
    """Require that jobs and people agree one by one and that the tables of labour count them."""
    people, firms, places = world.residents, world.firms, world.places
    living = people.living()
    employer, work, place = people.employer[living], people.work[living], people.place[living]
    of_firm = employer < Employer.OUTSIDE
    np.testing.assert_array_equal(np.bincount(employer[of_firm], minlength=firms.size), firms.staff)
    row = employer[of_firm]
    assert firms.living()[row].all()
    np.testing.assert_array_equal(work[of_firm], firms.sector[row])
    np.testing.assert_array_equal(place[of_firm] // 3, firms.place[row] // 3)
    np.testing.assert_array_equal(work > 0, employer != Employer.NONE)
    np.testing.assert_array_equal(work == Work.FARMING, employer == Employer.OWN_ACCOUNT)
    assert (place[employer == Employer.OWN_ACCOUNT] < places.districts).all()
    np.testing.assert_array_equal((place == places.outside) & (work > 0), employer == Employer.OUTSIDE)
    commutes = (employer == Employer.DISTRICTS) & (place < places.districts)
    assert (places.minutes_to_core(world.parameters.establishments)[place[commutes] // 3] < 60).all()
    seeking = people.flags[living] & Flag.SEEKING > 0
    assert not (seeking & (work > 0)).any()
    table = np.zeros((places.count, len(Work)), np.int64)
    np.add.at(table, (place[work > 0], work[work > 0]), 1)
    np.testing.assert_array_equal(world.labour.employed, table)
    np.testing.assert_array_equal(world.labour.unemployed, np.bincount(place[seeking], minlength=places.count))
    assert (world.labour.hires <= np.minimum(world.labour.seekers, world.labour.vacancies)).all()


@pytest.mark.parametrize(("start", "seed", "scale"), RUNS)
def test_every_job_is_held_by_one_resident_after_every_quarter(build, start, seed, scale):
    model = build(start=start, seed=seed, scale=scale, threads=2, end=start + 1)
    people = model.world.residents
    employer, firms = people.employer[people.living()], model.world.firms
    np.testing.assert_array_equal(np.bincount(employer[employer < Employer.OUTSIDE], minlength=firms.size), firms.staff)
    for _ in range(8 if scale == 1000 else 2):
        model.step()
        assert_exact(model.world)


@pytest.fixture
def workers(few):
    """Return a function that lets one firm, or another employer, have N workers before jobs end."""

    def make(employer=SOME_FIRM, age=40.0, place=None, aim=N, size=N, **columns):
        if place is None:
            place = few([30.0], place=0).firms.place[SOME_FIRM] // 3 * 3 + Kind.TOWN
        world = few(np.full(size, age), place=place, employer=employer, work=3, **columns)
        world.firms.staff[SOME_FIRM], world.firms.aim[SOME_FIRM] = size, aim
        labour.separate(world)
        return world, world.residents

    return make


@pytest.mark.parametrize(
    ("employer", "place"),
    [(SOME_FIRM, None), (Employer.DISTRICTS, 4), (Employer.OWN_ACCOUNT, 0)],
    ids=["firm", "commuters", "farm"],
)
def test_people_leave_for_good_and_jobs_end_at_the_rates(workers, employer, place):
    world, people = workers(employer, place=place, sex=1)
    p = world.parameters.labour
    left = people.employer == Employer.NONE
    seeks = people.flags & Flag.SEEKING > 0
    np.testing.assert_array_equal(left, people.work == Work.NONE)
    assert not (seeks & ~left).any()
    hazards = participation.hazards(world)
    stops = hazards.leave[1, 160] / 2**32
    assert stops >= quarterly(p.leaving)
    assert close(left & ~seeks, stops)
    assert close(seeks, 0.0 if employer == Employer.OWN_ACCOUNT else quarterly(p.job_separation))


def test_a_firm_that_wants_fewer_lets_the_excess_go(workers):
    for share in (0.9, 0.6, 0.0):
        world, people = workers(aim=share * N)
        stops = participation.hazards(world).leave[0, 160] / 2**32
        leaving = quarterly(world.parameters.labour.leaving)  # of them some go for good
        assert close(people.flags & Flag.SEEKING > 0, min(1 - share - leaving, 1 - stops))
        assert world.firms.staff[SOME_FIRM] == (people.employer == SOME_FIRM).sum()
        assert world.firms.openings[SOME_FIRM] == 0 or world.firms.aim[SOME_FIRM] > world.firms.staff[SOME_FIRM]
    assert world.firms.staff[SOME_FIRM] == 0


def test_an_excess_that_leaves_anyway_costs_nobody_else_the_job(workers):
    world, _ = workers()
    usual = quarterly(world.parameters.labour.job_separation)
    _, people = workers(aim=(1 - usual / 2) * N)
    assert close(people.flags & Flag.SEEKING > 0, usual)


def test_nobody_stays_in_a_firm_whose_establishments_closed(few):
    world = few(np.full(N, 40.0), place=0, employer=SOME_FIRM, work=3)
    world.firms.staff[SOME_FIRM], world.firms.aim[SOME_FIRM], world.firms.establishments[SOME_FIRM] = N, N, 0
    world.residents.place[:] = world.firms.place[SOME_FIRM]
    labour.separate(world)
    assert (world.residents.work == Work.NONE).all()
    assert world.firms.staff[SOME_FIRM] == world.firms.openings[SOME_FIRM] == 0


def test_openings_are_what_is_missing_on_the_average(world):
    firms = world.firms
    firms.aim[:] = firms.staff + 0.37
    world.residents.employer[:] = Employer.NONE
    world.residents.work[:] = 0
    labour.separate(world)
    missing = firms.aim - firms.staff
    assert (np.abs(firms.openings - missing) < 1).all()
    assert abs((firms.openings - missing).mean()) < 4 * np.sqrt(0.25 / firms.size)


@pytest.mark.parametrize(("age", "place", "work", "employer", "after"), [
    (14.75, 0, 0, Employer.NONE, 0), (90, 0, 1, Employer.OWN_ACCOUNT, 0), (110, DISTRICT, 6, Employer.DISTRICTS, 0),
    (95, 0, 0, Employer.NONE, 0), (40, NOWHERE, 4, SOME_FIRM, 4)])
def test_children_the_very_old_and_freed_rows(few, age, place, work, employer, after):
    world = few(np.full(N, float(age)), place=place, hukou=0, work=work, employer=employer)
    labour.separate(world)
    assert (world.residents.work == after).all()
    assert not (world.residents.flags & Flag.SEEKING).any()
    assert not len(world.pending.seekers)
    assert world.firms.staff[SOME_FIRM] == 0


def test_seekers_give_up_and_others_begin_at_the_hazards(few):
    world = few(np.full(2 * N, 30.0), place=2, sex=1, flags=np.repeat([Flag.SEEKING, 0], N))
    hazards = participation.hazards(world)
    labour.separate(world)
    seeks = world.residents.flags & Flag.SEEKING > 0
    assert close(~seeks[:N], hazards.withdraw[120] / 2**32)
    assert close(seeks[N:], hazards.enter[2, 1, 120] / 2**32)
    np.testing.assert_array_equal(np.sort(world.pending.seekers), np.flatnonzero(seeks))


def cohort(world, place, sex):
    """Follow a cohort in expected numbers from 15 on, were the normal share of its labour force without work."""
    hazards, p = participation.hazards(world), world.parameters.labour
    enter, leave, withdraw = (
        table / 2**32 for table in (hazards.enter[place, sex], hazards.leave[sex], hazards.withdraw)
    )
    force, found = 0.0, np.zeros(participation.AGES)
    for age in range(60, participation.AGES - 1):
        seek = p.normal_unemployment * force
        force += (1 - force) * enter[age] - (force - seek) * leave[age] - seek * withdraw[age]
        found[age + 1] = (1 - p.normal_unemployment) * force
    return found


@pytest.mark.parametrize("sex", [0, 1])
def test_a_cohort_follows_the_age_curve_if_the_normal_share_is_without_work(world, sex):
    world.labour.employment_level[:] = 1.0
    curve = participation._by_quarter(participation.age_curve(world.parameters.labour))[sex]
    found = cohort(world, 0, sex)
    assert np.abs(found - np.clip(curve, 0, 0.93)).max() < 0.03
    world.labour.employment_level[:] = 0.7
    assert np.abs(cohort(world, 0, sex) - 0.7 * curve)[: 4 * 50].max() < 0.03


@pytest.mark.parametrize("start", [2011, 2021])
def test_employment_of_the_initial_state_lasts(build, start):
    model = build(start=start, end=start + 2)
    world = model.world

    def employed():
        people = world.residents
        age = (world.quarter - people.birth) // 4
        adult = people.living() & (age >= 20) & (age < 60) & (people.place < world.places.districts)
        return (people.work[adult] != Work.NONE).mean()

    first = employed()
    model.run_until_end()
    assert abs(employed() - first) < 0.06
    out = world.labour.unemployed[: world.places.districts].sum()
    assert 0.01 < out / (out + world.labour.employed[: world.places.districts].sum()) < 0.10


@pytest.mark.parametrize(("age", "parameter"), [(30.0, "farm_search"), (50.0, "farm_search_older"), (60.0, None)])
def test_farmers_who_look_around_keep_farming_unless_hired(few, hand_made_firms, age, parameter):
    world = few(np.full(N, age), place=0, work=Work.FARMING, employer=Employer.OWN_ACCOUNT, flags=Flag.LAND_RIGHTS)
    people, p = world.residents, world.parameters.labour
    world.firms = hand_made_firms([2], [Work.TRADE_LOGISTICS], aim=40)
    labour.separate(world)
    looking = world.pending.seekers[world.pending.why == labour.FARMER]
    assert close(np.isin(np.arange(N), looking), quarterly(getattr(p, parameter)) if parameter else 0.0)
    farms = people.work == Work.FARMING
    assert farms[looking].all()
    labour.match(world)
    hired = people.employer == 0
    assert set(np.flatnonzero(hired)) <= set(looking)
    assert hired.sum() == world.labour.hires[0] == world.firms.staff[0]
    assert (hired.sum() > 20) == (parameter is not None)
    assert not (people.flags & Flag.SEEKING)[farms].any()
    assert (people.employer[farms & ~hired] == Employer.OWN_ACCOUNT).all()
    assert world.labour.employed[0, Work.FARMING] == (people.work == Work.FARMING).sum()


def seekers_without_openings(few, place, flags=0, size=N):
    world = few(np.full(size, 30.0), place=place, flags=Flag.SEEKING | flags)
    world.firms.openings[:] = 0
    world.pending.seekers, world.pending.why = np.arange(size), np.full(size, labour.WAITING, np.uint8)
    world.pending.why[: size // 2] = LOST
    labour.match(world)
    return world, world.residents


@pytest.mark.parametrize(("kind", "flags", "farms"), [
    (Kind.VILLAGE, Flag.LAND_RIGHTS, True), (Kind.VILLAGE, 0, False), (Kind.TOWN, Flag.LAND_RIGHTS, False),
    (Kind.SEAT, Flag.LAND_RIGHTS, False)])
def test_villagers_with_land_fall_back_on_it_and_nobody_else(few, kind, flags, farms):
    minutes = few([30.0], place=0).places.minutes_to_core(few([30.0], place=0).parameters.establishments)
    world, people = seekers_without_openings(few, 3 * int(minutes.argmax()) + kind, flags)
    farming = people.employer == Employer.OWN_ACCOUNT
    np.testing.assert_array_equal(farming, people.work == Work.FARMING)
    np.testing.assert_array_equal(farming, people.flags & Flag.SEEKING == 0)
    assert close(farming, world.parameters.labour.farm_fallback if farms else 0.0)


def test_only_counties_within_an_hour_of_a_core_city_commute_the_nearer_the_more(few):
    world, people = seekers_without_openings(few, np.repeat(3 * np.arange(78) + 1, 500), size=78 * 500)
    p = world.parameters
    minutes = world.places.minutes_to_core(p.establishments)
    commutes = people.employer == Employer.DISTRICTS
    assert 3 < (minutes < 60).sum() < 40
    for county in range(78):
        chance = p.labour.commuting * max(0.0, 1 - minutes[county] / p.establishments.commuting_minutes)
        assert close(commutes[people.place // 3 == county], chance, 500)
    mix = migrant_work(p.work)
    mix[Work.NONE] = 0
    found = np.bincount(people.work[commutes], minlength=len(Work)) / commutes.sum()
    mix /= mix.sum()
    assert (np.abs(found - mix) < 4 * np.sqrt(mix * (1 - mix) / commutes.sum()) + 1e-9).all()
    assert not world.labour.hires.any()


def test_who_lives_in_districts_or_outside_finds_work_there(few):
    world = few(np.full(2 * N, 30.0), place=np.repeat([DISTRICT, OUTSIDE], N), hukou=0, flags=Flag.SEEKING)
    labour.separate(world)
    people, p = world.residents, world.parameters.labour
    gives_up = participation.hazards(world).withdraw[120] / 2**32
    for who, employer in ((slice(0, N), Employer.DISTRICTS), (slice(N, None), Employer.OUTSIDE)):
        works = people.work[who] > 0
        assert close(works, (1 - gives_up) * p.migrant_job_finding)
        assert (people.employer[who][works] == employer).all()
        assert (people.employer[who][~works] == Employer.NONE).all()
    assert not (people.work == Work.FARMING).any()


def test_a_move_within_the_county_keeps_a_firms_job_and_no_other(few):
    employers = [SOME_FIRM, SOME_FIRM, Employer.DISTRICTS, Employer.OWN_ACCOUNT, Employer.NONE, Employer.OUTSIDE]
    world = few(np.full(6, 30.0), place=[1, 5, 1, 1, 1, DISTRICT], origin=[0, 0, 0, 0, 0, OUTSIDE], hukou=0,
                work=[3, 3, 3, 1, 0, 4], employer=employers)
    households.note_move(world, np.arange(6))
    people = world.residents
    assert people.work.tolist() == [3, 0, 0, 0, 0, 0]
    assert people.employer.tolist() == [SOME_FIRM] + 5 * [Employer.NONE]
    assert (people.flags & Flag.SEEKING > 0).tolist() == [False, True, True, True, False, True]


def test_the_dead_leave_their_job_to_others(few):
    world = few(np.full(N, 40.0), place=0, employer=SOME_FIRM, work=3)
    world.residents.place[: N // 2] = NOWHERE
    world.firms.staff[SOME_FIRM] = world.firms.aim[SOME_FIRM] = N
    labour.separate(world)
    staff = (world.residents.employer[N // 2 :] == SOME_FIRM).sum()
    assert world.firms.staff[SOME_FIRM] == staff < N / 2
    assert abs(world.firms.openings[SOME_FIRM] - (N - staff)) < 1


def test_new_urban_jobs_count_those_hired_into_towns_and_seats_less_those_who_stop(build):
    model = build()
    world = model.world
    for _ in range(3):
        before = world.labour.new_urban_jobs.copy()
        model.step()
        change = world.labour.new_urban_jobs - before
        assert change.sum() > 0
        assert (change <= world.labour.hires).all()
    total = world.labour.new_urban_jobs.copy()
    model.step(), model.step()
    assert world.labour.new_urban_jobs.sum() < total.sum()  # counted anew from the first quarter of a year


def test_pay_in_the_first_year_follows_published_pay_and_output(world):
    p, pay = world.parameters.labour, initial_jobs.first_wages(world)
    assert not pay[:, : Work.AGRO_PROCESSING].any()
    np.testing.assert_allclose(pay[:, Work.MANUFACTURING] / pay[:, Work.CONSTRUCTION],
                               p.pay_manufacturing / p.pay_construction)
    mean = np.exp(np.log(pay[:, Work.TRADE_LOGISTICS]).mean())
    of_2020 = p.local_wage * np.exp(-world.parameters.firms.productivity_growth)  # published for 2021
    assert mean == pytest.approx(of_2020 * p.pay_trade, rel=1e-9)
    table = world.baseline.gdp_2020.set_index("adcode").loc[world.places.county_codes, "gdp_per_capita_yuan"]
    richest, poorest = table.to_numpy().argmax(), table.to_numpy().argmin()
    ratio = pay[richest][Work.TRADE_LOGISTICS] / pay[poorest][Work.TRADE_LOGISTICS]
    assert ratio == pytest.approx((table.max() / table.min()) ** p.wage_elasticity)
