"""The change of both urban shares is the sum of its components: exactly in persons, and in points without order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.indicators.components import COMPONENTS, RATES, points, red_flags, tabulate
from sim.state import observed

STARTS = pytest.mark.parametrize("start", [2011, 2021])
SIDES = ("urban", "village", "both")


@pytest.fixture(scope="module")
def runs(build):
    """Return decomposition and indicators, (group, year) by name, of two years by their start."""
    found = {}
    for start in (2011, 2021):
        model = build(start=start)
        model.run_until_end()
        table = model.indicators().query("group != 'province'")
        wide = table.pivot(index=["group", "year"], columns="indicator", values="value")
        parts = model.world.observed.table("decomposition")
        names = parts.select_dtypes("category").columns
        found[start] = model, parts.astype(dict.fromkeys(names, str)), wide
    return found


def changes(values):
    """Return yearly changes of a series by (group, year)."""
    return values.groupby(level="group").diff().dropna()


def summed(table, rate, column, sides=SIDES):
    """Return sums of a column of the decomposition over components by (group, year)."""
    part = table[(table["rate"] == rate) & table["acts_on"].isin(sides)]
    return part.groupby(["group", "year"])[column].sum()


@STARTS
@pytest.mark.parametrize(("rate", "people"), [(RATES[0], "residents"), (RATES[1], "registered")])
def test_components_sum_to_the_change_of_every_group_and_year(runs, start, rate, people):
    model, table, wide = runs[start]
    urban = (wide[rate] * wide[people] / 100).round()
    for amount, sides in ((urban, ("urban", "both")), (wide[people], ("urban", "village"))):
        change = changes(amount)
        assert len(change) == 2 * wide.index.get_level_values("group").nunique()
        assert set(model.world.places.county_codes) < set(change.index.get_level_values("group"))
        pd.testing.assert_series_equal(summed(table, rate, "persons", sides).astype(float), change, check_names=False)
    in_points = summed(table, rate, "points")
    pd.testing.assert_series_equal(in_points, changes(wide[rate]), check_names=False, rtol=0, atol=1e-9)
    assert in_points.abs().max() > 0.1


@STARTS
def test_components_are_the_events_that_others_count(runs, start):
    model, table, wide = runs[start]
    by_name = table[table["rate"] == RATES[0]].groupby(["component", "group", "year"])["persons"].sum()
    events = wide[wide["births"].notna()]
    np.testing.assert_array_equal(by_name["births"].reindex(events.index), events["births"])
    np.testing.assert_array_equal(-by_name["deaths"].reindex(events.index), events["deaths"])
    net = by_name["arrivals"] + by_name["returns"] + by_name["departures"]
    np.testing.assert_array_equal(net.reindex(events.index), events["net_migration"])
    last = by_name.xs("all_counties", level="group").xs(start + 1, level="year")
    flows, scale = model.world.flows, model.config.scale
    assert last["reclassification"] == flows.reclassified[:, 0].sum() * scale
    # newcomers of the districts and the outside are among those who come from elsewhere
    assert last["arrivals"] >= flows.newcomers * scale > 0


@STARTS
def test_every_component_is_known_in_words_and_happens(runs, start):
    _, table, _ = runs[start]
    assert set(map(tuple, table[["rate", "component"]].drop_duplicates().to_numpy())) == {
        (one.rate, one.name) for one in COMPONENTS}
    happened = table.groupby(["rate", "component"])["persons"].agg(lambda persons: persons.abs().sum())
    assert (happened > 0).all()
    losses = table["component"].isin(("deaths", "departures", "registration_out"))
    assert (table.loc[losses, "persons"] <= 0).all()
    assert (table.loc[~losses & (table["acts_on"] != "both"), "persons"] >= 0).all()


@STARTS
def test_people_of_villages_move_the_share_through_the_denominator_alone(runs, start):
    _, table, _ = runs[start]
    villages = table[(table["acts_on"] == "village") & (table["persons"] != 0)]
    assert (np.sign(villages["points"]) == -np.sign(villages["persons"])).all()
    others = table[(table["acts_on"] != "village") & (table["persons"] != 0)]
    assert (np.sign(others["points"]) == np.sign(others["persons"])).all()


@given(st.lists(st.tuples(st.sampled_from(SIDES), st.integers(-20_000, 20_000)), min_size=1, max_size=12),
       st.integers(50_000, 1_000_000), st.integers(50_000, 1_000_000))
def test_points_of_any_components_sum_to_the_change_of_the_share(components, urban, village):
    urban1 = urban + sum(n for side, n in components if side != "village")
    village1 = village + sum({"urban": 0, "village": n, "both": -n}[side] for side, n in components)
    assume(urban1 >= 0 and village1 >= 0 and urban1 + village1 > 0)
    start, end = (urban, urban + village), (urban1, urban1 + village1)
    change = 100 * (end[0] / end[1] - start[0] / start[1])
    assert sum(points(n, side, start, end) for side, n in components) == pytest.approx(change, abs=1e-9)


def test_a_share_that_rises_as_people_leave_or_by_the_line_on_a_map_is_flagged():
    # 1: urban people grow; 2: fewer urban people, yet fewer villagers still; 3: nothing but reclassification; 4: falls
    parts = {("departures", "urban"): np.array([50, -10, 0, -50]), ("departures", "village"): np.array([0, -200, 0, 0]),
             ("reclassification", "both"): np.array([10, 0, 30, 10])}
    start = np.array([[500.0] * 4, [1000.0] * 4])
    urban = start[0] + parts["departures", "urban"] + parts["reclassification", "both"]
    whole = start[1] + parts["departures", "urban"] + parts["departures", "village"]
    table = observed.table([tabulate(parts, start, np.stack([urban, whole]), list("1234"), RATES[0])])
    flags = table.drop_duplicates("group").set_index("group")
    assert flags["urban_people_fall"].tolist() == [False, True, False, False]
    assert flags["reclassification_alone"].tolist() == [False, False, True, False]
    assert len(table) == 12


def test_reclassification_that_makes_up_for_losses_is_flagged_too():
    assert red_flags([0.2], [5], [0.5])["reclassification_alone"].all()
    assert not red_flags([0.2], [5], [0.1])["reclassification_alone"].any()
