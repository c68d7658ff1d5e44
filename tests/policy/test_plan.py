"""One county, one plan: layers, names, timetable, order of payment and equal cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.baseline import names
from sim.compose import compose
from sim.config import ConfigError
from sim.config.files import load_measures
from sim.model import CountyUrbanization
from sim.policy import plan, programme

LEVERS = plan.levers_of(load_measures())


def of(policy, baseline, lever, county):
    """Return the dose of a lever in a county, given by its Chinese name."""
    found = plan.doses(plan.layers(policy, baseline), LEVERS)
    return found[LEVERS.index(lever), list(baseline.counties["name_zh"]).index(county)]


def test_counties_and_prefectures_are_known_by_code_and_by_name(make_policy, baseline):
    for name in ("371681", "邹平市", "邹平", "Zouping", "zouping", "邹平市 Zouping"):
        policy = make_policy(by_county={name: {"doses": {"sewage": 0.7}}})
        assert of(policy, baseline, "sewage.sewage", "邹平市") == 0.7
        assert of(policy, baseline, "sewage.sewage", "平阴县") == 0
    for name in ("371600", "滨州市", "滨州", "Binzhou"):
        policy = make_policy(by_prefecture={name: {"doses": {"sewage": 0.6}}})
        assert of(policy, baseline, "sewage.sewage", "邹平市") == 0.6


@pytest.mark.parametrize(("fields", "said"), [
    ({"by_county": {"邹中市": {}}}, "by_county.邹中市: unknown county; did you mean 邹平市?"),
    ({"by_county": {"邹平市": {}, "371681": {}}}, "371681 is named twice"),
    ({"by_county": {"邹平": {}, "zouping": {}}}, "by_county.zouping: expected each county once, 371681 is named twice"),
    ({"by_county": {"济南": {}}}, "by_county.济南: expected a county, and 济南市 Jinan 370100 is none"),
    ({"by_county": {"Linyi": {}}}, r"Linyi: expected a code, as 临邑县 Linyi \(Dezhou\) 371424 and 临沂市 Linyi 371300 "
                                   "have this name"),
    ({"by_prefecture": {"Qingdo": {}}}, "unknown prefecture; did you mean Qingdao?"),
    ({"pilots": {"counties": ["Zoupin"]}}, "unknown county; did you mean Zouping?"),
])
def test_wrong_and_doubled_names_are_refused(fields, said, make_policy, baseline):
    with pytest.raises(ConfigError, match=said):
        plan.layers(make_policy(**fields), baseline)


def test_a_name_that_several_counties_have_is_refused(make_policy, baseline):
    doubled = baseline.counties.copy()
    doubled.loc[1, "name_en"] = doubled.loc[0, "name_en"]
    with pytest.raises(ConfigError, match="expected a code, as 平阴县 Pingyin 370124 and 商河县 Pingyin 370126 have"):
        names.codes(doubled, [doubled.loc[0, "name_en"]], "policy.by_county", "county")
    assert names.codes(doubled, ["平阴"], "policy.by_county", "county") == ["370124"]


def test_every_county_and_prefecture_is_found_by_all_its_names(baseline):
    places = names.Names("place", baseline.counties, baseline.prefectures)
    for table in (baseline.counties, baseline.prefectures):
        for code, zh, en in table[["adcode", "name_zh", "name_en"]].itertuples(index=False):
            short = zh[:-1] if len(zh) > 2 else zh
            called = {code, zh, en, short} - {"Linyi"}
            assert {places.find(name) for name in called} == {code}
    for name in ("Linyi", "linyi"):
        with pytest.raises(ValueError, match=r"临邑县 .* 371424 and 临沂市 Linyi 371300 have this name"):
            places.find(name)
    assert places.find("临沂") == "371300"


def test_loss_of_population_overrides_land_and_parks_of_any_type(make_policy, baseline):
    flagged = baseline.counties["population_loss_flag"].to_numpy(int) == 1
    assert len(set(baseline.counties["county_type"][flagged])) > 1
    everything = {"doses": {"land_use": 1, "industrial_platforms": 1}}
    types = dict.fromkeys(set(baseline.counties["county_type"]), everything)
    found = plan.doses(plan.layers(make_policy(by_type=types), baseline), LEVERS)
    for lever in ("land_use.quota", "industrial_platforms.industrial_platforms"):
        np.testing.assert_array_equal(found[LEVERS.index(lever)], np.where(flagged, 0, 1))
    assert (found[LEVERS.index("land_use.idle_land")] == 1).all()


def test_the_timetable_is_by_measure_and_county(make_policy, baseline):
    policy = make_policy(start="2023Q1", timetable={"transport": "2024Q3"}, ramp_years=2,
                         by_county={"邹平市": {"start": "2022Q2", "ramp_years": 0.5}})
    start, ramp = plan.timetable(plan.layers(policy, baseline), LEVERS)
    zouping = list(baseline.counties["name_zh"]).index("邹平市")
    transport, sewage = LEVERS.index("transport.transport"), LEVERS.index("sewage.sewage")
    assert start[transport, 0] == 2024.5
    assert start[sewage, 0] == 2023
    assert (start[:, zouping] == 2022.25).all()
    assert (ramp[:, zouping] == 0.5).all()
    assert (ramp[:, 0] == 2).all()


def test_the_order_of_payment_is_that_of_the_narrowest_plan(make_policy, baseline):
    policy = make_policy(priority=["sewage", "transport"], by_county={"邹平市": {"priority": ["land_use"]}})
    rank = plan.ranks(plan.layers(policy, baseline), LEVERS)
    zouping = list(baseline.counties["name_zh"]).index("邹平市")
    assert rank[LEVERS.index("transport.transport"), 0] == 1
    assert np.isinf(rank[LEVERS.index("transport.transport"), zouping])
    assert (rank[[LEVERS.index(lever) for lever in LEVERS if lever.startswith("land_use.")], zouping] == 0).all()


def test_what_a_prefecture_decides_has_one_dose_there_and_the_same_mean(world, make_policy):
    policy = make_policy(by_type={"metropolitan_fringe": {"doses": {"transport": 1, "sewage": 1}}})
    world.config = world.config.model_copy(update={"policy": policy})
    planned, people = programme.targets(world, policy, LEVERS), world.people.sum(1)
    transport = planned[LEVERS.index("transport.transport")]
    fringe = world.places.county_type == "metropolitan_fringe"
    for code in range(world.places.prefectures):
        inside = world.places.prefecture_of_county == code
        if inside.any():
            assert np.ptp(transport[inside]) == 0
            assert transport[inside][0] == pytest.approx(np.average(fringe[inside], weights=people[inside]))
    np.testing.assert_array_equal(planned[LEVERS.index("sewage.sewage")], fringe)


def test_differentiated_and_uniform_packages_cost_the_same(build):
    cost = {}
    for name in ("type_differentiated", "uniform"):
        world = build(policy=name).world
        capital, running = programme.full_cost(world, world.programme.town_share)
        cost[name] = (world.programme.target * (capital + running)).sum()
    assert cost["uniform"] == pytest.approx(cost["type_differentiated"], rel=1e-9)
    assert cost["uniform"] > 1e9
    uniform = world.programme.target[:, : world.places.counties]
    assert np.ptp(uniform) == 0
    assert 0 < uniform.max() < 1


def test_a_cost_that_doses_cannot_reach_is_refused(build):
    config = compose("run", ["scale=1000", "policy=uniform"])
    policy = config.policy.model_copy(update={"doses": {"heritage": 0.1}})
    config = config.model_copy(update={"policy": policy})
    with pytest.raises(ConfigError, match="expected doses that can cost as much"):
        CountyUrbanization(config=config)


MONEY = st.floats(0, 1e9)


@given(arrays(float, (5, 3), elements=MONEY), arrays(float, (5, 3), elements=st.sampled_from([0.0, 1.0, 2.0, np.inf])),
       arrays(float, 3, elements=st.floats(0, 3e9)))
def test_payment_spends_what_there_is_in_order_and_no_more(cost, rank, means):
    share = programme.payable(cost, rank, means)
    assert ((share >= 0) & (share <= 1 + 1e-12)).all()
    paid = (share * cost).sum(0)
    np.testing.assert_allclose(paid, np.minimum(means, cost.sum(0)), rtol=1e-9, atol=1e-3)
    for county in range(3):
        for lever in range(5):
            if cost[lever, county] > 1 and share[lever, county] < 1 - 1e-6:
                later = (rank[:, county] > rank[lever, county]) & (cost[:, county] > 1)
                assert (share[later, county] * cost[later, county] < 1e-3).all()
    others = np.isinf(rank) & (cost > 1)
    for county in range(3):
        alike = share[others[:, county], county]
        assert alike.size == 0 or np.ptp(alike) < 1e-6
