"""No job, establishment or worker appears or vanishes without an event, by county and every quarter."""

import numpy as np
import pytest

from sim import model as schedule
from sim.processes import labour
from sim.processes.production import by_cell
from sim.state.residents import Employer, Flag, Work

RUNS = [(2011, 1), (2021, 1), (2021, 2**63 - 1)]
pytestmark = pytest.mark.parametrize(("start", "seed"), RUNS)


def staff(world):
    return by_cell(world, world.firms.staff).astype(np.int64)


def establishments(world):
    return by_cell(world, world.firms.establishments).sum(1).astype(np.int64)


def farmers(world):
    people = world.residents
    rows = people.living() & (people.employer == Employer.OWN_ACCOUNT)
    return np.bincount(people.place[rows] // 3, minlength=world.places.counties)


@pytest.fixture
def between(monkeypatch):
    """Remember staff and farmers between separation and matching."""
    kept = {}

    def separate(world):
        labour.separate(world)
        kept.update(staff=staff(world), farmers=farmers(world), openings=world.firms.openings.copy(),
                    of=world.firms.staff.copy())

    steps = tuple(separate if step is labour.separate else step for step in schedule.EVERY_QUARTER)
    monkeypatch.setattr(schedule, "EVERY_QUARTER", steps)
    return kept


def test_staff_grows_by_hires_and_no_firm_hires_more_than_it_offers(build, between, start, seed):
    model = build(start=start, seed=seed)
    world = model.world
    while model.running:
        model.step()
        hired = staff(world) - between["staff"]
        assert (hired >= 0).all()
        np.testing.assert_array_equal(hired.sum(1), world.labour.hires)
        by_firm = world.firms.staff - between["of"]
        assert (by_firm >= 0).all()
        assert (by_firm <= between["openings"]).all()
        np.testing.assert_array_equal(world.labour.vacancies, np.bincount(
            world.firms.county[world.firms.living()], weights=between["openings"][world.firms.living()],
            minlength=78))


def test_between_quarters_jobs_end_and_none_begins(build, between, start, seed):
    model = build(start=start, seed=seed)
    world = model.world
    while model.running:
        before = world.firms.staff.copy()
        model.step()
        assert (between["of"][: len(before)] <= before).all()
        assert not between["of"][len(before) :].any()


def test_establishments_change_by_closures_and_foundations(build, start, seed):
    model = build(start=start, seed=seed)
    world, economy = model.world, model.world.economy
    while model.running:
        before, first = establishments(world), world.quarter % 4 == 0
        closed, founded = (np.zeros(78, np.int64) if first else column.copy()
                           for column in (economy.closed, economy.founded))
        model.step()
        change = (economy.founded - founded) - (economy.closed - closed)
        np.testing.assert_array_equal(establishments(world) - before, change)


def test_work_by_residence_is_staff_and_farmers_and_commuters(build, start, seed):
    model = build(start=start, seed=seed)
    world, people = model.world, model.world.residents
    while model.running:
        model.step()
        employed = world.labour.employed[: 3 * 78].reshape(78, 3, -1).sum(1)
        commutes = people.living() & (people.employer == Employer.DISTRICTS) & (people.place < 3 * 78)
        away = np.zeros_like(employed)
        np.add.at(away, (people.place[commutes] // 3, people.work[commutes]), 1)
        own = np.zeros_like(employed)
        own[:, Work.FARMING] = farmers(world)
        np.testing.assert_array_equal(employed, staff(world) + own + away)


def test_nobody_works_and_looks_for_work_and_jobs_are_kept_within_the_county(build, by_uid, start, seed):
    model = build(start=start, seed=seed)
    world, area = model.world, model.world.places.area
    while model.running:
        before = by_uid(world.residents)
        model.step()
        after = by_uid(world.residents)
        works, seeks = after["work"] > 0, (after["flags"] & np.uint8(Flag.SEEKING)) > 0
        assert not (works & seeks).any()
        assert not (after["birth"] > world.quarter - 1 - 4 * 15)[works | seeks].any()
        both = before.index.intersection(after.index)
        old, new = before.loc[both], after.loc[both]
        kept = (old["employer"] == new["employer"]) & (new["employer"] < int(Employer.OUTSIDE))
        assert kept.sum() > 10_000
        np.testing.assert_array_equal(area[old.loc[kept, "place"]], area[new.loc[kept, "place"]])
        farms = (old["employer"] == new["employer"]) & (new["employer"] == int(Employer.OWN_ACCOUNT))
        reclassified = (new["flags"] & np.uint8(Flag.PLACE_RECLASSIFIED)) > 0
        assert (old["place"] == new["place"])[farms & ~reclassified].mean() > 0.99
