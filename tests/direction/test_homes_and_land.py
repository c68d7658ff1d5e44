"""Homes and land move the way their sources say, and stay put when nothing happens."""

import pickle

import numpy as np
import pytest

from sim.processes import building, housing
from sim.state.land import Use
from sim.state.places import Kind
from sim.state.rates import Rates

INSIDE = 3 * 78


def copy(world):
    return pickle.loads(pickle.dumps(world))


def urban(world, column):
    """Return the part of a column over places that lies in towns and seats, (county, 2)."""
    return column[:INSIDE].reshape(-1, 3)[:, Kind.TOWN :]


def vacancy(world):
    h = world.housing
    return 1 - urban(world, h.occupied).sum() / urban(world, h.stock).sum()


def deviation(world):
    """Return the price of homes in towns and seats against its trend, a mean weighted by stock."""
    return np.average(urban(world, np.exp(world.housing.relative)), weights=urban(world, world.housing.stock))


def change(rate):
    """Return what makes residents and workers of towns and seats grow at a rate per year."""

    def each(world):
        if not hasattr(world, "first"):
            world.first = world.quarter, world.counts.residents.copy(), world.labour.employed.copy()
        quarter, residents, employed = world.first
        factor = np.where(np.isin(world.places.kind, (Kind.TOWN, Kind.SEAT)),
                          np.exp(rate * (world.quarter - quarter) / 4), 1)[:, None]
        world.counts.residents, world.labour.employed = residents * factor, employed * factor

    return each


def with_quota(monkeypatch, factor):
    """Let the quota of construction land be `factor` times the trend, whenever rates are rebuilt."""
    put = Rates.set
    monkeypatch.setattr(Rates, "set", lambda self, name, base, *changes: put(
        self, name, base, *changes, *((factor - 1,) if name == "land_quota" else ())))


def test_with_people_as_they_are_nothing_drifts_for_15_years(market, walk):
    h = market.housing
    first = vacancy(market), h.stock[:INSIDE].reshape(-1, 3).sum(0), housing.affordability(market)[:INSIDE]
    built = market.land.uses[:, : Use.VILLAGE].sum()
    for _ in range(15):
        walk(market, 1)
        assert abs(vacancy(market) - first[0]) < 0.03
        assert 0.93 < deviation(market) < 1.07
        assert 0.9 < (housing.affordability(market)[:INSIDE] / first[2]).mean() < 1.1
        stock = h.stock[:INSIDE].reshape(-1, 3).sum(0)
        # towns take most of the second homes; demand falls a little more with prices than it rises with incomes
        assert (np.abs(stock / first[1] - 1) < [0.04, 0.15, 0.05]).all()
    assert 1 <= market.land.uses[:, : Use.VILLAGE].sum() / built < 1.05
    assert market.land.income.min() > 0


def test_where_people_leave_homes_stand_empty_and_prices_and_land_income_fall(market, walk):
    """Stock and flow: Chow and Niu for the elasticities; the pattern is that of counties that lose people."""
    still, leaving = copy(market), copy(market)
    walk(still, 5), walk(leaving, 5, change(-0.03))
    assert vacancy(leaving) > vacancy(still) + 0.02
    assert deviation(leaving) < deviation(still) - 0.03
    assert leaving.land.income.sum() < 0.7 * still.land.income.sum()


def test_more_land_where_people_leave_leaves_more_homes_empty(market, walk, monkeypatch):
    """Land that platforms buy to support its price must be built on all the same."""
    empty, price = [], []
    for factor in (0, 1, 3):
        world = copy(market)
        with monkeypatch.context() as patch:
            with_quota(patch, factor)
            walk(world, 8, change(-0.03))
        empty.append(vacancy(world)), price.append(deviation(world))
    assert empty == sorted(empty)
    assert price == sorted(price, reverse=True)
    assert empty[0] < empty[-1]


def test_where_people_arrive_prices_rise_and_building_follows(market, walk):
    still, growing = copy(market), copy(market)
    walk(still, 4), walk(growing, 4, change(0.04))
    assert vacancy(growing) < vacancy(still)
    assert deviation(growing) > deviation(still)
    assert urban(growing, growing.housing.started).sum() > 1.5 * urban(still, still.housing.started).sum()


def test_without_land_nothing_is_begun_and_prices_rise(market, walk, monkeypatch):
    market.rates.set("idle_recovery", 0)
    market.land.uses[:, Use.FARMLAND] = market.land.floor  # nothing may be built on
    short, free = copy(market), copy(market)
    free.land.floor = free.land.floor * 0
    for world in (short, free):
        walk(world, 6, change(0.03))
    assert deviation(short) > deviation(free)
    assert urban(short, short.housing.stock).sum() < urban(free, free.housing.stock).sum()


def test_a_slump_of_the_land_market_lowers_sales_prices_and_land_income(market, walk, configure):
    """National land income fell to 0.77, 0.67 and 0.56 of 2021 in the three years after it."""
    values = []
    for index in (1, 0.77, 0.56):
        world = copy(market)
        world.config = configure(drivers=(("land_market", f"2021: 1, 2022: {index}"),))
        walk(world, 3)
        values.append((world.housing.sold.sum(), world.housing.price[:INSIDE].mean(), world.housing.price[-1],
                       world.land.income.sum(), world.land.price[:, Use.RESIDENTIAL].mean()))
    assert (np.diff(values, axis=0) < 0).all()


def test_a_stronger_pull_of_cities_makes_homes_there_dearer(market, walk, configure):
    other = copy(market)
    other.config = configure(drivers=(("core_pull", "2020: 2"),))
    walk(market, 1), walk(other, 1)
    dearer = other.housing.price / market.housing.price
    assert (dearer[market.places.core] > 1.1).all()
    np.testing.assert_array_equal(np.delete(dearer, market.places.core)[-20:], 1)


@pytest.mark.parametrize(("income", "price"), [(0.1, 0.0), (0.0, 0.1), (0.1, 0.1)])
def test_floor_area_tends_to_the_long_run_elasticities(market, income, price):
    """Chow and Niu: long-run elasticity of demand to income 0.9-1.0, to price -0.8 to -1.1."""
    p, h = market.parameters.housing, market.housing
    h.first_earnings = building.earnings(market) * np.exp(-income)
    h.relative[:] = price - np.log(market.trend)
    for _ in range(400):
        building.adjust_space(market)
    expected = p.income_elasticity * income + p.price_elasticity * price
    np.testing.assert_allclose(h.space[:INSIDE], expected, atol=1e-6)


def test_the_stock_wanted_rises_with_the_price_by_the_elasticity_of_supply(market):
    """Chow and Niu: elasticity of the stock supplied to price 0.5."""
    p, h = market.parameters.housing, market.housing
    h.under_construction[:], h.growth[:] = 0, 0
    h.stock[:] = h.needed / 2  # so short that all want to build
    base = building.wanted(market) - h.stock * building.demolition(market)
    h.relative[:] = 0.2
    dearer = building.wanted(market) - h.stock * building.demolition(market)
    target = (dearer / p.stock_adjustment + h.stock)[:INSIDE] / (base / p.stock_adjustment + h.stock)[:INSIDE]
    np.testing.assert_allclose(target, np.exp(p.supply_elasticity * 0.2))


def test_industrial_land_costs_a_tenth_of_residential(market, walk):
    """He, Nelson, Su, Zhang and Zhang (CEPR / VoxChina): about ten times, 5 to 15."""
    walk(market, 1)
    price = market.land.price
    np.testing.assert_allclose(price[:, Use.RESIDENTIAL] / price[:, Use.INDUSTRIAL], 10)
