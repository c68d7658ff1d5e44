"""Indicators say what the rows and the accounts say, and groups add up to the whole."""

import numpy as np
import pytest

from sim.indicators.observation import groups, quarterly_table
from sim.indicators.totals import OBSERVATIONS

pytestmark = pytest.mark.parametrize("start", [2011, 2021])
STOCKS = ("residents", "urban_residents", "registered", "absent")
EVENTS = ("births", "deaths", "net_migration")


@pytest.fixture(scope="module")
def models(build):
    """Return a model after two years by its start."""
    found = {start: build(start=start) for start in (2011, 2021)}
    for model in found.values():
        model.run_until_end()
    return found


def wide(model, year):
    table = model.indicators().query("year == @year")
    return table.pivot(index="group", columns="indicator", values="value")


def test_events_of_a_year_are_those_of_its_quarters(models, start):
    model = models[start]
    quarters = quarterly_table(model.world)
    quarters["year"] = quarters["quarter"].str[:4].astype(int)
    events = quarters.groupby(["year", "adcode"])[["births", "deaths", "arrivals", "departures"]].sum()
    for year in (start, start + 1):
        found = wide(model, year).loc[model.world.places.county_codes]
        np.testing.assert_array_equal(found["births"], events.loc[year, "births"])
        np.testing.assert_array_equal(found["deaths"], events.loc[year, "deaths"])
        np.testing.assert_array_equal(found["net_migration"],
                                      events.loc[year, "arrivals"] - events.loc[year, "departures"])
        last = quarters.query(f"quarter == '{year}Q4'")
        np.testing.assert_array_equal(found["residents"], last["residents"])


def test_stocks_and_shares_are_those_of_the_rows(models, start):
    world = models[start].world
    people, places = world.residents, world.places
    living = people.living()
    county, home = places.county[people.place[living]], places.county[people.hukou[living]]
    urban, urban_home = places.kind[people.place[living]] > 0, places.kind[people.hukou[living]] > 0
    old = world.quarter - 1 - people.birth[living] >= 4 * 65
    found = wide(models[start], start + 1)
    for k, code in enumerate(places.county_codes):
        row, here, registered = found.loc[code], county == k, home == k
        assert row["residents"] == 1000 * here.sum()
        assert row["urban_residents"] == 1000 * (here & urban).sum()
        assert row["registered"] == 1000 * registered.sum()
        assert row["absent"] == 1000 * (registered & ~here).sum()
        assert row["resident_urbanization"] == pytest.approx(100 * urban[here].mean())
        assert row["hukou_urbanization"] == pytest.approx(100 * urban_home[registered].mean())
        assert row["age_65_plus"] == pytest.approx(100 * old[here].mean())


def test_groups_add_up(models, start):
    world = models[start].world
    of, table = groups(world), wide(models[start], start + 1)
    counties = table.loc[world.places.county_codes]
    for name, members in of.items():
        for indicator in (*STOCKS, *EVENTS):
            assert table.loc[name, indicator] == counties[indicator].to_numpy()[members].sum()
    prefectures = table.loc[world.places.prefecture_codes]
    for indicator in (*STOCKS, *EVENTS):
        assert prefectures[indicator].sum() == table.loc["all_counties", indicator]
    types = table.loc[[name for name in of if name in set(world.places.county_type)]]
    assert len(types) == (5 if start == 2021 else 0)
    if len(types):
        assert types["residents"].sum() == table.loc["all_counties", "residents"]


def test_the_province_is_counties_and_districts(models, start):
    world = models[start].world
    table = wide(models[start], start + 1)
    people, districts = world.residents, world.districts
    inside = (people.place < world.places.outside).sum() * 1000
    assert table.loc["province", "residents"] == inside + districts.totals.sum()
    for name in ("births", "deaths"):
        away = getattr(world.flows, name)[world.places.districts : world.places.outside].sum() * 1000
        own = getattr(world.districts, name).sum()
        assert table.loc["province", name] == table.loc["all_counties", name] + away + own
    assert 95e6 < table.loc["province", "residents"] < 103e6


def test_shares_are_shares_and_nothing_is_missing(models, start):
    table = models[start].indicators()
    shares = [name for name in OBSERVATIONS if "urbanization" in name]
    shares.append("age_65_plus")
    assert len(shares) == 5
    assert table.query("indicator in @shares")["value"].between(0, 100).all()
    base, simulated = table.query("year == @start - 1"), table.query("year == @start")
    known = base[base["group"] != "province"]
    counties = set(models[start].world.places.county_codes)
    assert known[known["group"].isin(counties)]["value"].notna().all()
    assert simulated[simulated["group"].isin(counties)]["value"].notna().all()
    events = {name for name, observed in OBSERVATIONS.items() if observed.event}
    assert set(simulated["indicator"]) - set(base["indicator"]) == events


def test_no_simulated_value_is_called_known_and_counties_have_a_basis_before_the_start(models, start):
    table = models[start].indicators()
    county = table["group"].isin(models[start].world.places.county_codes)
    simulated = table["year"] >= start
    assert set(table.loc[county & simulated, "basis"]) == {"simulated"}
    assert set(table.loc[county & ~simulated, "basis"]) == {"observed", "scaled", "imputed_by_type", "assumed"}
    assert set(table.loc[~county, "basis"]) == {""}
