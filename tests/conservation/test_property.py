"""Observations of homes and land are sums and shares of the same stocks for counties and groups of them."""

import numpy as np
import pytest

from sim.indicators import property as observed
from sim.indicators.totals import Totals
from sim.state.land import Use


@pytest.fixture
def totals(market, walk):
    """Return the sums of a market after a year, by county, with residents and incomes beside them."""
    walk(market, 1)
    people = market.counts.people * 1000.0
    return market, Totals({**observed.totals(market), "residents": people.sum(1),
                           "urban_income": people[:, 1:].sum(1) * 30_000})


def test_land_of_all_uses_is_the_area(totals):
    world, t = totals
    area = np.round(world.baseline.counties["area_km2"].to_numpy(float) * 1e6)
    np.testing.assert_array_equal(t.built_up + t.land_village + t.land_farmland + t.land_other, area)
    uses = sum(getattr(t, f"land_{use.name.lower()}") for use in Use)
    np.testing.assert_array_equal(uses, area)


def test_shares_and_ratios_lie_where_they_must(totals):
    _, t = totals
    for measure in (observed.housing_vacancy, observed.village_housing_vacancy, observed.idle_land):
        assert (measure(t) >= 0).all()
        assert (measure(t) <= 100).all()
    assert ((observed.house_price(t) > 2000) & (observed.house_price(t) < 15_000)).all()
    assert ((observed.price_income_ratio(t) > 2) & (observed.price_income_ratio(t) < 20)).all()


def test_a_group_is_its_counties_together(totals):
    _, t = totals
    whole = t.of_groups(np.ones((1, 78)))
    price = observed.house_price(t)
    assert price.min() < observed.house_price(whole)[0] < price.max()
    np.testing.assert_allclose(observed.land_income(whole), observed.land_income(t).sum())
    np.testing.assert_allclose(observed.homes_begun(whole), observed.homes_begun(t).sum())
    weights = t.urban_homes / t.urban_homes.sum()
    np.testing.assert_allclose(observed.housing_vacancy(whole), (observed.housing_vacancy(t) * weights).sum())
