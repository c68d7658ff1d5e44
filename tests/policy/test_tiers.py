"""Three tiers pay: the province shares grants by rule, prefectures add to them, and the ledger shows every payer."""

import numpy as np
import pandas as pd
import pytest

from sim.policy import tiers


@pytest.fixture
def granting(world, make_policy):
    """Return a function that gives a world a policy with some funding."""

    def make(**funding):
        world.config = world.config.model_copy(update={"policy": make_policy(doses={"all": 1}, funding=funding)})
        return world

    return make


@pytest.mark.parametrize("sharing", ["equal", "by_need", "by_result"])
def test_every_rule_shares_out_the_whole_and_no_more(sharing, granting):
    world = granting(grant=50, sharing=sharing)
    people = world.counts.residents[: world.places.districts].sum() * world.config.scale
    assert tiers.grants(world).sum() == pytest.approx(50 * world.trend_since_2020 * people)
    assert (tiers.grants(world) >= 0).all()


def test_sharing_by_the_gap_favours_counties_that_transfers_favour(granting):
    world = granting(grant=50)
    by_people = tiers.shares(world, "equal")
    per_head = world.budget.transfer_plan / by_people
    tilt = tiers.shares(world, "by_need") / by_people
    assert np.corrcoef(per_head, tilt)[0, 1] > 0.99


@pytest.mark.parametrize("rule", ["equal", "by_need", "by_result"])
def test_the_room_for_bonds_is_shared_out_whole_and_not_to_counties_at_the_limit(rule, granting):
    world = granting(bond_room=rule)
    room = np.arange(world.places.counties, dtype=float)
    shared = tiers.bond_room(world, room)
    assert shared.sum() == pytest.approx(room.sum())
    assert shared[0] == 0
    given = shared[1:] / tiers.shares(world, rule)[1:]
    np.testing.assert_allclose(given, given[0])


def test_without_a_rule_every_county_keeps_its_room(granting):
    room = np.arange(78.0)
    assert tiers.bond_room(granting(), room) is room


@pytest.mark.parametrize(("way", "value"), [("pool", 0.0), ("compete", 1.0)])
def test_prefectures_that_pool_split_by_grants_and_counties_that_compete_get_by_output(way, value, world, make_policy,
                                                                                     configure):
    split = []
    for prefectures, objective in ((way, 0.5), ("coordinate", value)):
        policy = make_policy(doses={"all": 1}, funding={"grant": 50, "match": 0.5}, prefectures=prefectures)
        config = configure(parameters=(("governance.prefecture_objective", objective),))
        world.config = config.model_copy(update={"policy": policy})
        split.append(tiers.matched(world, tiers.grants(world), np.full(world.places.prefectures, 1e12)))
    np.testing.assert_array_equal(*split)


def test_prefectures_match_out_of_what_they_kept_for_counties_they_manage(granting):
    world = granting(grant=50, match=0.5)
    given, groups = tiers.grants(world), world.places.prefecture_of_county
    rich = tiers.matched(world, given, np.full(world.places.prefectures, 1e12))
    managed = world.budget.managed
    assert (rich[managed] == 0).all()
    assert rich.sum() == pytest.approx(0.5 * given[~managed].sum())
    poor = tiers.matched(world, given, np.full(world.places.prefectures, 1e6))
    assert (np.bincount(groups, poor) <= 1e6 + 1e-3).all()
    assert not tiers.matched(world, given, np.full(world.places.prefectures, -1.0)).any()


def test_the_objective_moves_matching_money_to_the_larger_economy(granting, configure):
    world = granting(grant=50, match=0.5)
    given, kept = tiers.grants(world), np.full(world.places.prefectures, 1e12)
    by_need, by_output = (
        tiers.matched(_with_objective(world, configure, value), given, kept) for value in (0.0, 1.0))
    output = world.economy.year_output.sum(1)
    for code in range(world.places.prefectures):
        inside = (world.places.prefecture_of_county == code) & ~world.budget.managed
        if inside.sum() > 1:
            got, size = by_output[inside], output[inside]
            np.testing.assert_allclose(got / got.sum(), size / size.sum())
            assert by_need[inside].sum() == pytest.approx(by_output[inside].sum())


def _with_objective(world, configure, value):
    parameters = configure(parameters=(("governance.prefecture_objective", value),)).parameters
    world.config = world.config.model_copy(update={"parameters": parameters})
    return world


def test_who_paid_is_in_the_table_of_costs_and_in_the_ledger(run):
    model = run(end=2025, doses={"all": 0.5}, funding={"grant": 100, "match": 0.5})
    costs = model.world.observed.table("costs")
    ledger = model.ledger.table().query("book == 'fund'")
    for payer, item in (("province", "measure_grants"), ("prefecture", "matching_funds")):
        shown = costs[costs["payer"] == payer].groupby("year")["yuan"].sum()
        booked = ledger[ledger["item"] == item].groupby("year")["yuan"].sum()
        assert len(shown)
        pd.testing.assert_series_equal(shown, booked, check_names=False)
    paid = costs[costs["payer"] != "planned"].groupby("year")["yuan"].sum()
    booked = -ledger[ledger["item"] == "measures"].groupby("year")["yuan"].sum()
    pd.testing.assert_series_equal(paid, booked, check_names=False)
    planned = costs[costs["payer"] == "planned"].groupby("year")["yuan"].sum()
    assert (paid <= planned[paid.index] + 1).all()


def test_bonds_pay_for_nothing_but_what_earns(run):
    model = run(end=2025, doses={"all": 0.5}, priority=["citizenization", "medical_services"],
                funding={"reprioritised": 0.1})
    p, levers = model.world.programme, model.config.measures
    earns = np.array([part.earns for one in levers.values() for part in one.levers.values()])
    capital = p.by_county((p.paid - p.running_cost * np.tile(p.kept, 2))[earns])
    assert p.payers["special_bonds"].max() > 0
    assert (p.payers["special_bonds"] <= capital + 1).all()


def test_no_prefecture_adds_more_than_its_ratio_to_what_the_province_gives(run):
    model = run(end=2023, doses={"sewage": 0.3}, funding={"grant": 500, "match": 0.5, "reprioritised": 0.1})
    groups, payers = model.world.places.prefecture_of_county, model.world.programme.payers
    added, given = (np.bincount(groups, payers[name]) for name in ("prefecture", "province"))
    assert added.sum() > 0
    assert (added <= 0.5 * given + 1).all()
