"""What a scenario leaves alone stays as it is, bit for bit; without moves only births and deaths count."""

import numpy as np
import pandas as pd
import pytest

from sim import model as schedule
from sim.config import DRIVERS, Policy
from sim.model import CountyUrbanization
from sim.state.residents import ADULT

INDEX_1 = tuple((name, "2020: 1") for name in DRIVERS)


@pytest.mark.parametrize("start", [2011, 2021])
def test_drivers_at_the_reference_are_the_reference(build, start, assert_equal):
    one, other = build(start=start), build(start=start, drivers=INDEX_1)
    assert len(other.config.external.series) == len(DRIVERS)
    one.run_until_end(), other.run_until_end()
    assert_equal(one, other)
    pd.testing.assert_frame_equal(one.ledger.table(), other.ledger.table(), check_exact=True)


@pytest.fixture(scope="module")
def reference(build):
    """Return a model of scale 1000 after the year 2021, to be read only."""
    model = build(end=2021)
    model.run_until_end()
    return model


@pytest.mark.parametrize("driver", DRIVERS)
def test_each_driver_at_another_index_moves_something(build, reference, driver):
    moved = build(end=2021, drivers=((driver, f"2020: {2 if DRIVERS[driver].high >= 2 else 0.5}"),))
    moved.run_until_end()
    assert not reference.indicators().equals(moved.indicators())


def test_a_scenario_is_the_reference_until_it_begins(build, tables):
    one, other = build(end=2023), build(end=2023, external="outside_pull")
    for model in (one, other):
        model.run_until_end()
    for a, b in zip(tables(one), tables(other), strict=True):
        time = a.columns[0]
        early = [row for row in a[time].unique() if str(row)[:4] <= "2022"]
        np.testing.assert_array_equal(a[a[time].isin(early)].to_numpy(), b[b[time].isin(early)].to_numpy())
        assert not a.reset_index(drop=True).equals(b.reset_index(drop=True))


STOPS = """from dataclasses import replace

from sim.policy.strategy import Strategy


class Stops(Strategy):
    def decide(self, sight):
        return replace(sight.plan, doses=sight.plan.doses * (sight.year < 2023))
"""


def test_a_strategy_is_the_plan_until_it_decides_something_else(build, tables, configure):
    """Governments draw no random numbers, so that whatever they do is seen against the same chances."""
    config = configure(end=2024, policy="full_package")
    ways = [None, {"name": "stops", "source": STOPS}]
    plans = [{**config.policy.model_dump(), "start": "2021Q1", "strategy": way} for way in ways]
    models = [CountyUrbanization(config=config.model_copy(update={"policy": Policy.model_validate(plan)}), rng=1)
              for plan in plans]
    for model in models:
        model.run_until_end()
    for a, b in zip(*map(tables, models), strict=True):
        time = a.columns[0]
        early = [row for row in a[time].unique() if str(row)[:4] <= "2022"]
        np.testing.assert_array_equal(a[a[time].isin(early)].to_numpy(), b[b[time].isin(early)].to_numpy())
    assert not models[0].indicators().equals(models[1].indicators())


@pytest.fixture
def nobody_moves(monkeypatch):
    """Set every rate by which people change place or registration to zero."""

    def still(world):
        for name in ("consideration", "district_arrivals", "outside_arrivals", "conversion", "reclassification"):
            world.rates.set(name, 0.0)

    deliver, drive, *rest = schedule.EVERY_YEAR
    monkeypatch.setattr(schedule, "EVERY_YEAR", (deliver, drive, still, *rest))


@pytest.mark.parametrize("start", [2011, 2021])
def test_without_moves_only_births_and_deaths_change_who_lives_where(build, by_uid, nobody_moves, start):
    model = build(start=start)
    world, places = model.world, model.world.places
    before = by_uid(world.residents)
    while model.running:
        model.step()
        after = by_uid(world.residents)
        both = before.index.intersection(after.index)
        old, new = before.loc[both], after.loc[both]
        assert (old["hukou"] == new["hukou"]).all()
        moved = old["place"] != new["place"]
        # only children whose guardian died go elsewhere, to one who is left
        assert (world.quarter - new["birth"][moved] <= 4 * ADULT).all()
        assert (old["household"][moved] != new["household"][moved]).all()
        assert not (set(old["household"][moved]) & set(after.index))
        assert (new["work"][moved] == old["work"][moved]).all()
        born = after.index.difference(before.index)
        assert (after.loc[born, "birth"] == world.quarter - 1).all()
        before = after
        if world.quarter % 4 == 0:
            assert world.flows.births.sum() > 0
            assert not world.flows.conversions.any()
            assert not world.flows.reclassified.any()
            assert not world.flows.moves[:, :, :, 2].any()
            assert world.flows.newcomers == 0
    residents = world.counts.residents.sum(1)
    assert residents[places.outside] > 0


def test_without_moves_every_place_accounts_for_itself(build, nobody_moves):
    model = build()
    world = model.world
    before = world.counts.residents.sum(1)
    while model.running:
        model.step()
        if world.quarter % 4 == 0:
            after, flows = world.counts.residents.sum(1), world.flows
            net = flows.moves.sum((0, 2, 3)) - flows.moves.sum((1, 2, 3))
            np.testing.assert_array_equal(after, before + flows.births - flows.deaths + net)
            before = after
