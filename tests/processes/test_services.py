"""Stocks wear, are kept up as far as funded, follow needs, and what they give moves with them."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.baseline.figures import Basis
from sim.config.files import load_stocks
from sim.config.stocks import KINDS
from sim.processes import services, upkeep
from sim.state.counts import Band
from sim.state.places import Kind
from sim.state.rates import addition
from sim.state.stocks import Stocks, total
from sim.state.world import World

STOCKS = load_stocks()
BUILT = [name for name, stock in STOCKS.items() if stock.depreciation.value]
SHARE = st.floats(0, 1)


def year(world, funded=1.0, spending=1e15):
    """Let a year pass: works of measures by quarters, upkeep at its end, funded to some share, and some yuan of public
    investment."""
    counties = world.places.counties
    world.budget = SimpleNamespace(maintenance=np.full(counties, funded), capital_spending=np.full(counties, spending))
    for _ in range(4):
        services.build(world)
        world.quarter += 1
    services.maintain(world)


def only(stock, need, neighbours=None, **others):
    """Return a stock x and what it is held against, and nothing else."""
    return Stocks(neighbours=neighbours, village_schools=None, first_staff=None, struck={}, damage=None,
                  values={"x": stock}, needs={"x": need}, **others)


def grow(world, ratio):
    """Multiply everyone, so that every need that counts people grows alike."""
    residents = np.round(world.counts.residents * ratio).astype(np.int64)
    world.counts = dataclasses.replace(world.counts, residents=residents)


def test_the_initial_state_has_the_declared_levels_and_todays_constants(held):
    stocks, places = held.stocks, held.places
    for name, stock in STOCKS.items():
        levels = [stock.by_kind[kind] for kind in KINDS] if stock.by_kind else stock.level.value
        found = stocks.per_need(name) * stock.per
        np.testing.assert_allclose(found, np.broadcast_to(levels, found.shape))
    expected = {services.access: [0.45, 0.75, 1, 1.3, 1.3], services.schools: [0.4, 0.7, 1, 1.2, 1.2]}
    for offer, constants in expected.items():
        np.testing.assert_allclose(offer(held), np.array(constants)[places.kind], rtol=1e-12)
    np.testing.assert_allclose(services.infrastructure(held), 1, rtol=1e-12)


def test_every_county_value_has_a_basis(held):
    for name, stock in STOCKS.items():
        names = [f"{name}_{kind}" for kind in KINDS] if stock.by_kind else [name]
        for figure in names:
            assert (held.figures.basis[figure] == Basis[stock.basis.upper()]).all()


def test_under_full_upkeep_and_constant_needs_no_stock_leaves_its_trend_in_15_years(held):
    places = services.access(held), services.schools(held)
    cost = services.upkeep_cost(held)
    for _ in range(15):
        services.reorganise_schools(held)
        year(held)
    for name, stock in STOCKS.items():
        first, now = held.stocks.first[name], held.stocks.per_need(name)
        np.testing.assert_allclose(now, first * (1 + stock.trend.value) ** 15, rtol=1e-12)
    np.testing.assert_allclose(services.access(held), places[0], rtol=1e-12)
    np.testing.assert_allclose(services.schools(held), places[1], rtol=1e-12)
    np.testing.assert_allclose(services.infrastructure(held), 1, rtol=1e-12)
    growth = (services.upkeep_cost(held) / cost / np.exp(0.045 * 15)) ** (1 / 15) - 1
    assert ((growth > 0) & (growth < 0.03)).all()  # the mean of the trends


@pytest.mark.parametrize("ratio", [1.03, 0.995])
def test_full_upkeep_follows_needs_that_grow_or_slowly_fall(held, ratio):
    grow(held, 10_000)
    held.stocks = services.initial(held)
    for _ in range(5):
        grow(held, ratio)
        year(held)
    for name in BUILT:
        if "pupils" not in STOCKS[name].need:  # schools close where children get fewer
            np.testing.assert_allclose(held.stocks.against_trend(name), 1, rtol=1e-5)


def test_what_falls_out_of_need_wears_away_and_is_not_replaced(held):
    before = held.stocks.values["transport"].copy()
    grow(held, 0.5)
    year(held)
    np.testing.assert_allclose(held.stocks.values["transport"], before * (1 - STOCKS["transport"].depreciation.value))
    assert (held.stocks.against_trend("transport") > 1.5).all()
    grow(held, 2)  # they come back, and there is no more than before for each
    for _ in range(2):
        year(held)
    assert (held.stocks.against_trend("transport") < 1.01).all()


@given(funded=SHARE, more=SHARE)
def test_less_money_never_leaves_more_and_what_is_lost_stays_lost(funded, more):
    stock, need = STOCKS["road_area"], np.ones(3)
    low, high = sorted((funded, more))
    left = {}
    for share in (low, high):
        held = only(need / 10, need, norm={"x": need / 10}, lost={"x": 0 * need})
        for _ in range(3):
            (due,) = upkeep.due(held, "x", stock, need)
            wear = held.values["x"] * stock.depreciation.value
            assert (due <= (wear + stock.trend.value * held.norm["x"]) * (1 + 1e-9) + 1e-12).all()
            upkeep.keep_up(held, "x", stock, need, share)
        left[share] = held.values["x"]
        assert np.allclose(held.values["x"], held.norm["x"])
    assert (left[low] <= left[high] + 1e-12).all()
    assert (left[high] <= 0.1 * (1 + stock.trend.value) ** 3 + 1e-12).all()


def test_a_stock_erodes_by_the_part_of_its_wear_that_is_not_funded(held):
    for _ in range(10):
        year(held, funded=0.5)
    for name in BUILT:
        stock = STOCKS[name]
        eroded = held.stocks.against_trend(name)
        if stock.need in STOCKS:  # which erodes itself
            continue
        rate = 0.5 * stock.public_share * (stock.depreciation.value + stock.trend.value) / (1 + stock.trend.value)
        np.testing.assert_allclose(eroded, (1 - rate) ** 10, rtol=0.01)
    assert (services.access(held)[:2] < [0.45, 0.75]).all()
    assert (services.infrastructure(held) < 1).all()


def test_nothing_added_changes_no_bit_and_what_is_added_stays(held):
    year(held)
    plain = {name: value.copy() for name, value in held.stocks.values.items()}
    held.stocks = services.initial(held)
    for name in STOCKS:
        held.rates.set(addition(name), 0.0, -0.0)
    held.quarter -= 4
    year(held)
    for name in STOCKS:
        np.testing.assert_array_equal(held.stocks.values[name], plain[name])
    held.stocks = services.initial(held)
    held.rates.set(addition("hospital_beds"), 0.0, 0.3)
    seats = np.zeros(held.places.count)
    seats[: held.places.districts].reshape(-1, 3)[:, Kind.SEAT] = 0.1
    held.rates.set(addition("primary_places"), 0.0, seats)
    year(held)
    held.rates.set(addition("hospital_beds"), 0.0)
    held.rates.set(addition("primary_places"), 0.0)
    for _ in range(3):
        year(held)
    beds, growth = 1000 * held.stocks.per_need("hospital_beds"), 1 + STOCKS["hospital_beds"].trend.value
    np.testing.assert_allclose(beds, (5.85 + 0.3) * growth**4)
    np.testing.assert_allclose(held.stocks.per_need("primary_places")[:, Kind.SEAT], 1.1)
    np.testing.assert_allclose(held.stocks.per_need("primary_places")[:, Kind.TOWN], 1.1)


def test_additions_stop_at_the_most_there_can_be(held):
    held.rates.set(addition("piped_gas"), 0.0, 80)
    year(held)
    np.testing.assert_allclose(held.stocks.per_need("piped_gas"), 1)


@pytest.mark.parametrize("funded", [1.0, 0.7])
def test_what_is_built_is_what_is_paid(held, funded, monkeypatch):
    """Upkeep is paid from the budget, and what follows a change of needs from public investment."""
    monkeypatch.setattr(World, "trend", 1.0)
    grow(held, 10_000)
    held.stocks = services.initial(held)
    for ratio in (1.0, 1.05, 1.02):
        paid = funded * services.upkeep_cost(held)
        before, norm = dict(held.stocks.values), dict(held.stocks.norm)
        grow(held, ratio)
        year(held, funded)
        paid = paid + held.service_outcomes.extension_paid
        cost = 0.0
        for name, stock in STOCKS.items():
            left = before[name] * (1 - stock.depreciation.value)
            wanted = np.maximum(upkeep.grown(norm[name], stock) * held.stocks.needs[name] - left, 0)
            of_county = held.stocks.values[name] - left - (1 - stock.public_share) * wanted
            running = funded * stock.public_share * stock.running_cost.value * before[name]
            cost = cost + total(stock.building_cost.value * of_county + running)
        # where money is short beds get fewer, and with them the nursing beds that had been planned
        assert (paid >= cost * (1 - 1e-9)).all()
        np.testing.assert_allclose(paid, cost, rtol=1e-9 if funded == 1 else 1e-3)


def test_stocks_follow_new_needs_as_far_as_there_is_public_investment(held):
    grow(held, 1000)
    held.stocks = services.initial(held)
    grow(held, 1.1)
    year(held, spending=0.0)
    np.testing.assert_allclose(held.stocks.against_trend("sports_area"), 1 / 1.1, rtol=1e-3)
    assert not held.service_outcomes.extension_paid.any()
    assert (held.stocks.against_trend("rooftop_solar") > 0.999).all()  # which is not the county's to pay
    before = held.stocks.against_trend("sports_area")
    year(held, spending=1e15)  # what was not built then is not made up for
    np.testing.assert_allclose(held.stocks.against_trend("sports_area"), before)


def test_ones_own_figures_take_the_place_of_imputed_ones(held):
    held.figures._own["hospital_beds"] = held.baseline.counties.head(1).assign(value=9.0).set_index("adcode")["value"]
    held.stocks = services.initial(held)
    beds = 1000 * held.stocks.per_need("hospital_beds")
    assert beds[0] == pytest.approx(9)
    assert beds[1:] == pytest.approx(5.85)
    assert list(held.figures.basis["hospital_beds"][:2]) == [Basis.OWN, Basis.IMPUTED_BY_TYPE]
    np.testing.assert_allclose(services.access(held)[:3], [0.45, 0.75, 1])  # against its own start


def test_a_county_without_a_stock_breaks_nothing(held):
    for figure in ("hospital_beds", "primary_places_seat", "junior_places_seat"):
        held.figures._own[figure] = held.baseline.counties.head(1).assign(value=0.0).set_index("adcode")["value"]
    held.stocks = services.initial(held)
    for _ in range(3):
        year(held)
        assert np.isfinite(services.access(held)).all()
        assert np.isfinite(services.schools(held)).all()


def test_a_start_of_2011_has_levels_carried_back(build, monkeypatch):
    monkeypatch.setattr(World, "trend", 1.0)
    world = build(start=2011).world
    world.stocks = services.initial(world)
    beds = STOCKS["hospital_beds"]
    np.testing.assert_allclose(world.stocks.per_need("hospital_beds") * 1000, 5.85 / (1 + beds.trend.value) ** 10)


@st.composite
def shared(draw):
    n = draw(st.integers(1, 6))
    numbers = st.lists(st.floats(0.01, 100), min_size=n, max_size=n).map(np.array)
    touching = np.triu(np.array(draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n))).reshape(n, n), 1)
    return draw(numbers), draw(numbers), touching | touching.T


@given(shared())
def test_sharing_serves_no_more_than_there_is_and_never_less_than_alone(example):
    stock, need, touching = example
    served = only(stock, need, neighbours=touching).served("x")
    assert (served <= need * (1 + 1e-9)).all()
    assert served.sum() <= stock.sum() * (1 + 1e-9)
    assert (served >= np.minimum(stock, need) * (1 - 1e-9)).all()
    alone = ~touching.any(1)
    np.testing.assert_allclose(served[alone], np.minimum(stock, need)[alone])


def test_neighbours_are_counties_of_the_model_on_both_sides(held):
    touching = held.stocks.neighbours
    assert (touching == touching.T).all()
    assert not touching.diagonal().any()
    assert touching.sum() == 2 * (held.baseline.neighbours["county_ends"] == 2).sum()
    np.testing.assert_array_equal(touching.sum(1), held.baseline.counties["neighbour_count_model"])


def test_older_bands_are_held_against_beds_for_the_elderly(held):
    older = held.counts.of_counties(held.counts.residents[:, Band.OLDER :].sum(1)).sum(1) * 1000
    np.testing.assert_array_equal(held.stocks.needs["elderly_beds"], older)
