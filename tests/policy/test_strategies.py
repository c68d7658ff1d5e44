"""County governments decide from what is published: a strategy that sees nothing new is the plan, the others do what
they say, and prefectures settle what is theirs."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from sim import targets
from sim.policy import deciding, plan
from sim.policy.strategies import SHIPPED, CloseGaps, Imitate, Thrifty
from sim.policy.strategy import Sight

FULL = {"doses": {"all": 1}, "population_loss": {}, "priority": ["citizenization", "sewage"],
        "funding": {"reprioritised": 0.3}}
MANY_LAYERS = {
    "doses": {"all": 0.4}, "by_type": {"key_ecological": {"doses": {"transport": 1, "blue_green": 1}}},
    "by_prefecture": {"青岛市": {"doses": {"transport": 0.7}}}, "by_county": {"邹平市": {"doses": {"sewage": 1}}},
    "pilots": {"counties": ["曹县"], "doses": {"all": 1}, "start": "2021Q3",
               "towns": {"count": 20, "doses": {"sewage": 1}}}}
NEVER = {"when": "debt_ratio", "above": 1e9, "stop": ["all"], "doses": {"all": 0}}
NOTHING_NEW = {
    "plan": {"strategy": "plan"}, "imitate": {"strategy": "imitate"},
    "thrifty": {"strategy": {"name": "thrifty", "settings": {"debt_line": 1e6}}},
    "triggers": {"triggers": [{**NEVER, "stop": ["transport"]}]}}


@pytest.fixture(scope="module")
def planned(run):
    """Return a finished run of the full plan, to be read only."""
    return run(**FULL)


def doses(model):
    """Return doses, costs and payments of a model, all years."""
    return [table for name, table in model.world.observed.yearly().items() if name in ("doses", "costs")]


@pytest.mark.parametrize("name", NOTHING_NEW)
def test_a_strategy_that_sees_nothing_new_is_the_plan_bit_for_bit(name, run, planned, assert_equal):
    decided = run(**FULL, **NOTHING_NEW[name])
    assert decided.world.programme.delivered.any()
    assert_equal(decided, planned)
    for ours, theirs in zip(doses(decided), doses(planned), strict=True):
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    pd.testing.assert_frame_equal(decided.ledger.table(), planned.ledger.table(), check_exact=True)


def test_the_plan_as_a_strategy_keeps_every_layer_of_a_policy(run, assert_equal):
    one, other = run(end=2025, **MANY_LAYERS), run(end=2025, strategy="plan", **MANY_LAYERS)
    assert_equal(one, other)
    for ours, theirs in zip(doses(one), doses(other), strict=True):
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


@pytest.fixture(scope="module")
def closing(run):
    """Return a finished run in which counties close their gaps, to be read only."""
    return run(**{**FULL, "priority": []}, strategy="close_gaps")


def met(model):
    """Return how many targets of single counties are met."""
    found = targets.assess(model.indicators(), model.config.indicators)
    return (found[found["group"].isin(model.world.places.county_codes)]["verdict"] == "met").sum()


def test_closing_gaps_meets_more_targets_than_the_plan_for_no_more_money(run, closing):
    fixed = run(**{**FULL, "priority": []})
    assert met(closing) > 1.1 * met(fixed)
    paid = [table.query("payer != 'planned'")["yuan"].sum() for table in (doses(closing)[1], doses(fixed)[1])]
    assert paid[0] < 1.02 * paid[1]


def sight(model, county=0):
    """Return what a county sees when the year after a finished run is planned."""
    return deciding.sight(model.world, deciding.published(model.world), county)


def test_no_gap_no_dose(closing):
    seen = sight(closing)
    known = seen.published
    there = {name: known.figures[name][-1].copy() for name in known.goals}
    at_goal = replace(known, goals={name: there[name] - (1e-6 if one.better == "up" else -1e-6)
                                    for name, one in known.system.indicators.items()},
                      achieved={name: np.ones_like(there[name]) for name in there})
    decision = CloseGaps().decide(replace(seen, published=at_goal))
    serving = np.array([bool(purpose) for purpose in seen.purposes])
    np.testing.assert_array_equal(decision.doses[serving], seen.standing[serving])
    np.testing.assert_array_equal(decision.doses[~serving], seen.plan.doses[~serving])
    assert np.isinf(decision.rank).all()


def test_what_doses_have_done_is_found_again(closing):
    """In a world made up, where a full dose of sewage gives 8 points, it is found to give 8."""
    seen, lever = sight(closing), closing.world.programme.levers.index("sewage.sewage")
    rng = np.random.default_rng(1)
    years, counties = 12, len(seen.published.counties)
    made = np.zeros((years, len(seen.levers), counties))
    made[4:, lever] = np.cumsum(rng.uniform(0, 0.1, (years - 4, counties)), axis=0)
    figures = 40 + 0.5 * np.arange(years)[:, None] + 8 * made[:, lever]
    known = replace(seen.published, doses=made, goals={**seen.published.goals, "sewage_collection": figures[0] + 30},
                    figures={**seen.published.figures, "sewage_collection": figures})
    gives = CloseGaps(trust=1e-9)._gives(replace(seen, published=known), "sewage_collection", np.array([lever]), 1)
    assert gives == pytest.approx(8, rel=1e-6)
    drawn = CloseGaps(trust=1e9)._gives(replace(seen, published=known), "sewage_collection", np.array([lever]), 1)
    assert drawn == pytest.approx(30, rel=1e-3)


def test_the_best_of_the_class_is_imitated_by_all_but_itself(closing):
    plans = deciding.published(closing.world).plans
    progress = deciding.published(closing.world).progress()
    copied = 0
    for county in range(closing.world.places.counties):
        seen = sight(closing, county)
        best = seen.peers[progress[seen.peers].argmax()]
        decision = Imitate().decide(seen)
        nothing_yet = not seen.published.doses[-1, :, best].any()
        expected = seen.plan.doses if best == county or nothing_yet else plans.doses[:, best]
        np.testing.assert_array_equal(decision.doses, expected)
        copied += not np.array_equal(decision.doses, seen.plan.doses)
    assert copied > 20


def test_the_thrifty_add_nothing_above_the_line_and_no_more_than_the_room_below_it(planned):
    seen = sight(planned)
    means = seen.ledger["own_revenue"] + seen.ledger["transfers"] + max(seen.ledger["land_income_net"], 0)
    ratio = 100 * seen.ledger["debt"] / means
    assert ratio == pytest.approx(seen.figure("debt_ratio"), rel=1e-6)
    over = Thrifty(debt_line=ratio - 1).decide(seen)
    np.testing.assert_array_equal(over.doses, np.minimum(seen.standing, 1))
    room = 0.02 * means
    under = Thrifty(debt_line=ratio + 2).decide(seen)
    added = under.doses - seen.standing
    assert (added * (seen.cost + seen.running_cost)).sum() == pytest.approx(room, rel=1e-6)
    assert (added >= 0).all()


def test_thrifty_counties_owe_less(run, planned):
    thrifty = run(**FULL, strategy={"name": "thrifty", "settings": {"debt_line": 60}})
    assert thrifty.province.debt < planned.province.debt
    assert thrifty.world.programme.delivered.sum() < planned.world.programme.delivered.sum()


def test_a_government_sees_nothing_of_the_model_and_changes_nothing_that_others_see(closing):
    seen = sight(closing)
    kinds = {type(getattr(seen, field.name)).__module__.partition(".")[0] for field in fields(Sight)}
    kinds |= {type(one).__module__ for one in vars(seen.published).values()}
    assert kinds <= {"builtins", "numpy", "sim", "sim.policy.strategy", "sim.config.indicators"}
    for array in (*seen.published.figures.values(), seen.published.doses, seen.published.plans.doses):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    before = closing.world.programme.delivered.copy()
    seen.standing[:], seen.plan.doses[:], seen.cost[:] = 9, 9, 9
    np.testing.assert_array_equal(closing.world.programme.delivered, before)
    assert sight(closing).cost.max() > 9
    assert max(seen.published.years) == closing.world.year - 1


@pytest.mark.parametrize(("trigger", "acts"), [
    ({"when": "debt_ratio", "above": 0, "stop": ["transport"]}, True),
    ({"when": "debt_ratio", "above": 1e6, "stop": ["transport"]}, False),
    ({"when": "debt_ratio", "below": 1e6, "stop": ["transport"]}, True),
    ({"when": "debt_ratio", "below": 0, "stop": ["transport"]}, False),
    ({"when": "sewage_collection", "behind": 0, "stop": ["transport"]}, True),
    ({"when": "sewage_collection", "behind": 1, "stop": ["transport"]}, False)])
def test_a_trigger_acts_once_its_figure_passes_the_line(trigger, acts, run):
    model = run(end=2025, doses={"all": 1}, start="2021Q1", funding={"guaranteed": True}, triggers=[trigger])
    programme = model.world.programme
    row, other = (programme.levers.index(name) for name in ("transport.transport", "sewage.sewage"))
    ours = programme.target[row, : programme.counties]
    assert (ours < 1).all() == acts and programme.target[other, 0] == 1
    if acts:
        assert (programme.delivered[row, : programme.counties] < 0.5).all()


def test_triggers_bring_forward_and_plan_other_doses(run):
    act = {"when": "debt_ratio", "above": 0, "forward": ["sewage"], "doses": {"transport": 0.5}}
    model = run(end=2024, doses={"all": 1}, start="2030Q1", funding={"guaranteed": True}, triggers=[act])
    programme, counties = model.world.programme, model.world.places.counties
    standing = dict(zip(programme.levers, programme.delivered[:, :counties].max(1), strict=True))
    assert {lever for lever, dose in standing.items() if dose > 0} == {"sewage.sewage"}
    assert (programme.target[programme.levers.index("transport.transport"), :counties] == 0.5).all()


def test_what_is_missing_of_a_dose_waits_for_something_also_when_it_is_cut(run):
    act = {"when": "resident_urbanization", "above": 50, "stop": ["all"]} | {"stop": ["sewage", "transport"]}
    table = run(**FULL, strategy="close_gaps", triggers=[act]).world.observed.yearly()["doses"]
    missing = (table["target"] - table["delivered"]).clip(lower=0)
    time = (table["target"] - table["unhindered"]).clip(lower=0)
    open_ = table["target"] >= table["delivered"]
    waits = time + table["short_of_money"] + table["short_of_works"]
    np.testing.assert_allclose(waits[open_], missing[open_], atol=1e-9)
    assert (table[["short_of_money", "short_of_works"]] >= -1e-12).all().all()


def test_counties_that_lose_people_get_no_land_whatever_they_decide(run):
    model = run(end=2024, strategy="close_gaps", triggers=[
        {"when": "debt_ratio", "above": 0, "doses": {"land_use": 1, "sewage": 1}}])
    programme, losing = model.world.programme, model.world.baseline.counties["population_loss_flag"].eq(1).to_numpy()
    quota = programme.target[programme.levers.index("land_use.quota"), : programme.counties]
    assert not quota[losing].any() and (quota[~losing] == 1).all()
    assert (programme.target[programme.levers.index("sewage.sewage"), : programme.counties] == 1).all()


def own_doses(model, lever):
    """Return the planned doses of a lever by county."""
    programme = model.world.programme
    return programme.target[programme.levers.index(lever), : programme.counties]


def test_what_a_prefecture_decides_has_one_dose_unless_counties_compete(run):
    groups = run(end=2021).world.places.prefecture_of_county
    together = own_doses(run(end=2023, doses={"all": 1}, strategy="close_gaps"), "transport.transport")
    alone = own_doses(run(end=2023, doses={"all": 1}, strategy="close_gaps", prefectures="compete"),
                      "transport.transport")
    spread = [max(np.ptp(doses[groups == group]) for group in np.unique(groups)) for doses in (together, alone)]
    assert spread[0] < 1e-12 < spread[1]


def test_pooling_moves_hospitals_to_neighbours_that_lack_most_and_builds_no_more(run):
    model = run(end=2023, doses={"all": 0.5}, prefectures="pool")
    pooled, people = own_doses(model, "medical_services.medical_services"), model.world.people.sum(1)
    groups = model.world.places.prefecture_of_county
    before = np.bincount(groups, 0.5 * people)
    np.testing.assert_allclose(np.bincount(groups, pooled * people), before, rtol=0.05)  # people move within a year
    done = deciding.published(model.world).achieved["hospital_beds"]
    full = [done[(groups == group) & (pooled > 0.99)].max(initial=-1) for group in np.unique(groups)]
    none = [done[(groups == group) & (pooled < 0.01)].min(initial=2) for group in np.unique(groups)]
    assert (pooled > 0.99).sum() > 20 and (pooled < 0.01).sum() > 20
    assert np.mean(np.array(full) <= np.array(none) + 0.05) > 0.8  # a year later, as the order is that of last year
    np.testing.assert_array_equal(own_doses(model, "sewage.sewage"), 0.5)


def test_what_a_prefecture_decides_is_agreed_among_counties_without_a_plan_of_their_own(run):
    model = run(end=2024, doses={"transport": 0.5}, by_county={"邹平市": {"doses": {"transport": 1}}},
                triggers=[{"when": "debt_ratio", "above": 100, "doses": {"transport": 0}}])
    own = plan.wide(model.config.policy, model.world.baseline)
    assert (~own).sum() == 1
    groups, dose = model.world.places.prefecture_of_county, own_doses(model, "transport.transport")
    for group in np.unique(groups[own]):
        assert np.ptp(dose[own & (groups == group)]) < 1e-12
    assert len(set(np.round(dose[own], 6)) - {0.0, 0.5}) > 0


def test_a_strategy_may_be_for_some_counties_only(run):
    model = run(end=2024, doses={"all": 1}, by_county={"邹平市": {"strategy": {
        "name": "thrifty", "settings": {"debt_line": 0}}}})
    own = model.world.places.county_codes.index("371681")
    doses = own_doses(model, "sewage.sewage")
    assert doses[own] == 0 and (np.delete(doses, own) == 1).all()


def test_a_start_before_the_types_are_known_decides_as_well(build):
    model = build(start=2011, end=2013, policy="close_gaps")
    model.run_until_end()
    assert sight(model).county_type == "" and len(sight(model).peers) == 78
    assert sight(model).gap("sewage_collection") == 0  # no base is known yet


def test_every_shipped_strategy_has_words_in_both_languages():
    for kind in SHIPPED.values():
        assert kind.title.zh and kind.title.en and kind.__doc__
