"""Under stable outside conditions nothing explodes and nothing dies: 15 years stay inside declared bands."""

import numpy as np
import pytest

BANDS = {
    "employment_rate": (43, 56),  # of residents, who age until 2035
    "unemployment_rate": (2, 8),
    "housing_vacancy": (7, 18),
    "village_housing_vacancy": (8, 25),
    "price_income_ratio": (4, 9),
    "debt_ratio": (60, 130),
    "fiscal_self_sufficiency": (42, 60),
    "urban_rural_income_ratio": (1.8, 2.5),
    "services_index": (0.9, 1.05),
    "infrastructure_index": (0.9, 1.05),
    "non_agricultural_output": (85, 97),
    "farming_share": (15, 40),
}
"""Least and greatest value of all counties together in any year."""

GROWTH = {"establishments": (-0.01, 0.02), "jobs": (-0.01, 0.03), "output": (0.03, 0.065), "debt": (0.0, 0.07),
          "monthly_pay": (0.025, 0.055), "house_price": (0.025, 0.06), "land_income": (-0.03, 0.10),
          "built_up_land": (0.0, 0.03)}
"""Least and greatest yearly growth from the first year to the last; money at 2020 prices."""

COUNTY = {"unemployment_rate": (0, 30), "housing_vacancy": (0, 45), "debt_ratio": (0, 300),
          "fiscal_self_sufficiency": (5, 120)}
"""What no single county may leave."""


@pytest.fixture(scope="module")
def fifteen_years(build):
    """Return the observations of 2020-2035 by indicator, group and year."""
    model = build(end=2035)
    model.run_until_end()
    values = model.indicators().set_index(["indicator", "group", "year"])["value"].sort_index()
    return values, model.world.places.county_codes


@pytest.mark.parametrize("name", BANDS)
def test_levels_stay_inside_their_bands(fifteen_years, name):
    path = fifteen_years[0][name, "all_counties"]
    low, high = BANDS[name]
    assert path.between(low, high).all(), path.round(2).to_dict()


@pytest.mark.parametrize("name", GROWTH)
def test_growth_stays_inside_its_band(fifteen_years, name):
    path = fifteen_years[0][name, "all_counties"]
    years = path.index[-1] - path.index[0]
    growth = (path.iloc[-1] / path.iloc[0]) ** (1 / years) - 1
    assert GROWTH[name][0] <= growth <= GROWTH[name][1], growth


@pytest.mark.parametrize("name", COUNTY)
def test_no_county_runs_away(fifteen_years, name):
    values, codes = fifteen_years
    of_counties = values[name].unstack("year").loc[codes]
    low, high = COUNTY[name]
    outside = of_counties[((of_counties < low) | (of_counties > high)).any(axis=1)]
    assert outside.empty, outside.round(1)


def test_everything_stays_a_number(fifteen_years):
    values, _ = fifteen_years
    assert np.isfinite(values.drop("province", level="group").groupby("indicator").sum()).all()
