"""The yearly supply of land: quota, idle land, platforms, prices."""


import numpy as np
import pytest

from sim.processes import land, land_market
from sim.state.land import Use


@pytest.mark.parametrize(("each", "link"), [(100, 100), (101, 80), (150, 80), (151, 50)])
def test_settlers_bring_the_land_that_the_link_allows(market, each, link):
    here, p = market.land, market.parameters.land
    here.uses[:, : Use.VILLAGE] = 0
    here.uses[:, Use.RESIDENTIAL] = 1_000_000 * each
    here.urban_before[:], here.settlers[:] = 1_000_000, 5000
    market.rates.set("village_land_exchange", 0)
    land_market.set_quota(market)
    np.testing.assert_allclose(here.quota, 1_000_000 * each * p.trend_quota + 5000 * link)


def test_empty_homesteads_bring_quota(market):
    here = market.land
    quotas = []
    for rate in (0, 0.02):
        market.rates.set("village_land_exchange", rate)
        land_market.set_quota(market)
        quotas.append(here.quota)
    np.testing.assert_allclose(quotas[1] - quotas[0], market.parameters.land.exchange_quota * here.exchanged)
    assert (here.exchanged > 0).all()


def test_what_finds_no_buyer_lies_idle_and_is_offered_first_next_year(market):
    here = market.land
    market.housing.wanted[:] = 0
    market.rates.set("platform_land_purchases", 0)
    market.rates.set("idle_recovery", 0)
    idle = here.uses[:, Use.IDLE].copy()
    land.supply(market)
    assert not here.sold[:, [Use.INDUSTRIAL, Use.RESIDENTIAL]].any()
    land.account(market)
    assert (here.uses[:, Use.IDLE] > idle).all()
    market.rates.set("idle_recovery", 1)
    farmland, idle = here.uses[:, Use.FARMLAND].copy(), here.uses[:, Use.IDLE].copy()
    market.economy.industrial_land_wanted[:] = 1000
    here.settlers[:] = 0
    market.rates.set("village_land_exchange", 0)
    land.supply(market)
    assert (here.converted == 0).all()
    land.account(market)
    np.testing.assert_array_equal(here.uses[:, Use.FARMLAND], farmland)
    assert (idle - here.uses[:, Use.IDLE] >= 1000).all()


def test_idle_land_comes_on_top_of_the_quota(market):
    here = market.land
    market.rates.set("land_quota", 0)
    market.rates.set("village_land_exchange", 0)
    market.rates.set("idle_recovery", 0.5)
    market.economy.industrial_land_wanted[:] = 10_000
    land.supply(market)
    assert (here.quota == 0).all()
    assert (here.converted == 0).all()
    assert (here.sold[:, Use.INDUSTRIAL] > 5_000).any()
    assert (here.sold[:, Use.INDUSTRIAL] <= 10_000).all()


def test_firms_get_what_they_want_up_to_their_part_of_the_quota(market):
    here = market.land
    market.rates.set("idle_recovery", 0)
    for wanted in (0, 1000, 1e9):
        market.economy.industrial_land_wanted[:] = wanted
        land.supply(market)
        most = here.quota * market.rates["industrial_land_share"][:78]
        np.testing.assert_allclose(here.sold[:, Use.INDUSTRIAL], np.minimum(wanted, most))


def test_platforms_buy_what_finds_no_buyer_as_far_as_their_money_goes(market):
    here = market.land
    market.housing.wanted[:], market.budget.platform_room[:] = 0, 1e15
    market.rates.set("platform_land_purchases", 0.5)
    land.supply(market)
    bought = here.bought_by_platforms.copy()
    assert (bought > 0).all()
    np.testing.assert_allclose(here.sold[:, Use.RESIDENTIAL], bought)
    market.budget.platform_room[:] = np.where(np.arange(78) < 5, 0.0, 1e5)
    land.supply(market)
    assert (here.bought_by_platforms[:5] == 0).all()
    assert (here.bought_by_platforms[5:] > 0).all()
    assert (here.bought_by_platforms * here.price[:, Use.RESIDENTIAL] <= 1e5 + 1e-6).all()


def test_platform_purchases_support_the_price(market):
    market.housing.wanted[:], market.budget.platform_room[:] = 0, 1e15
    prices = []
    for share in (0, 0.5, 1):
        market.rates.set("platform_land_purchases", share)
        land.supply(market)
        prices.append(market.land.price[:, Use.RESIDENTIAL].mean())
    assert prices[0] < prices[1] < prices[2]


def test_income_is_sold_land_times_its_price(market):
    here = market.land
    market.rates.set("village_land_exchange", 0)
    land.supply(market)
    np.testing.assert_allclose(here.income, (here.sold * here.price).sum(1))
    np.testing.assert_allclose(here.cost, 0.7 * here.income)


def test_own_figures_replace_imputed_ones_and_are_clipped_to_the_area(market):
    own = {"urban_land": 1e12, "farmland": -5.0, "idle_land_share": 3.0}
    take = market.figures.take
    market.figures.take = lambda name, imputed, *basis: take(name, np.where(np.arange(78) == 0, own.get(name, imputed),
                                                                            imputed), *basis)
    market.land = land.initial(market)
    uses = market.land.uses
    assert (uses >= 0).all()
    np.testing.assert_array_equal(uses.sum(1), np.round(market.baseline.counties["area_km2"] * 1e6).astype(int))
    assert uses[0, Use.FARMLAND] == 0
    assert uses[0, Use.IDLE] == uses[0, : Use.VILLAGE].sum()
