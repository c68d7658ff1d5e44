"""What a planned dose waits for: time, works and money sum to what is missing, whatever was paid when."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.policy import bounds, programme
from sim.state.programme import Programme

LEVERS, YEARS = 3, 8
SHARE = st.floats(0, 1)


def parts(model):
    """Return doses with the parts of what is missing."""
    table = model.world.observed.table("doses")
    return table.assign(missing=table["target"] - table["delivered"], time=table["target"] - table["unhindered"])


@pytest.fixture(scope="module")
def runs(run):
    """Return doses of the whole package: paid for by the province, by counties alone, and from 2021 on."""
    return {"guaranteed": parts(run(doses={"all": 1}, funding={"guaranteed": True})),
            "poor": parts(run(doses={"all": 1}, funding={"reprioritised": 0.05})),
            "cheap": parts(run(doses={"citizenization.entry_rules": 1}, start="2021Q1", funding={"guaranteed": True}))}


@pytest.mark.parametrize("name", ["guaranteed", "poor", "cheap"])
def test_time_works_and_money_are_what_is_missing_of_every_dose(runs, name):
    table = runs[name]
    found = table["time"] + table["short_of_works"] + table["short_of_money"]
    np.testing.assert_allclose(found, table["missing"], atol=1e-12)
    assert (table[["time", "short_of_works", "short_of_money"]] >= -1e-12).all(axis=None)


def test_only_what_the_means_say_is_waited_for(runs):
    last = {name: table.query("year == 2026") for name, table in runs.items()}
    assert last["guaranteed"]["short_of_money"].max() < 1e-6
    assert last["guaranteed"]["short_of_works"].mean() > 0.05
    assert last["poor"]["short_of_money"].mean() > last["guaranteed"]["short_of_works"].mean()
    cheap = runs["cheap"].query("target > 0").groupby("year")[["delivered", "time"]].mean()
    # two years to build, and a year from payment to delivery; a rule costs next to nothing
    assert cheap["delivered"].round(6).tolist() == [0, 0.5, 1, 1, 1, 1]
    assert cheap["time"].round(6).tolist() == [1, 0.5, 0, 0, 0, 0]


def _world(target, start, ramp, build):
    """Return a world of one county with pilot towns and these levers."""
    shape = (LEVERS, 2)
    zero = {name: np.zeros(shape) for name in (
        "wanted", "funded", "delivered", "capital_cost", "running_cost", "paid", "unhindered", "short_of_money",
        "short_of_works")}
    measures = {f"m{k}": SimpleNamespace(build_years=build[k], levers={"only": None}) for k in range(LEVERS)}
    made = Programme(levers=[f"m{k}.only" for k in range(LEVERS)], target=np.array(target).reshape(shape),
                     start=np.full(shape, start), ramp=np.full(shape, ramp), rank=np.zeros((LEVERS, 1)),
                     laid_down=(np.zeros((LEVERS, 1)), np.zeros((LEVERS, 1))),
                     town_slots=np.zeros(1), town_share=np.zeros(1), kept=np.ones(1), absorbed=np.zeros(1), **zero)
    return SimpleNamespace(year=2021, programme=made, config=SimpleNamespace(measures=measures))


@given(st.lists(SHARE, min_size=2 * LEVERS, max_size=2 * LEVERS), st.sampled_from([2020.0, 2021.5, 2023.0]),
       st.sampled_from([0.25, 1.0, 3.0]), st.lists(st.sampled_from([1, 2, 4]), min_size=LEVERS, max_size=LEVERS),
       st.lists(st.tuples(st.lists(SHARE, min_size=LEVERS, max_size=LEVERS), SHARE), min_size=YEARS, max_size=YEARS))
def test_whatever_is_paid_the_parts_are_never_below_zero_and_sum(target, start, ramp, build, paid):
    world = _world(target, start, ramp, build)
    p = world.programme
    for shares, built in paid:
        p.wanted = programme.addition(world, p.delivered)
        p.capital_cost = 5.0 * p.wanted
        share = np.array(shares)[:, None]
        p.funded, p.paid = p.wanted * share, p.capital_cost * share
        cost = p.by_county(p.capital_cost)
        p.absorbed = p.by_county(p.paid) + built * (cost - p.by_county(p.paid))
        bounds.account(world)
        p.delivered = p.delivered + p.funded
        world.year += 1
        np.testing.assert_allclose(p.unhindered - p.delivered, p.short_of_money + p.short_of_works, atol=1e-9)
        assert min(p.short_of_money.min(), p.short_of_works.min()) >= -1e-9
        assert (p.unhindered <= p.target + 1e-9).all()
