"""Outside conditions move the results the way they say."""

import numpy as np
import pytest


def whole(model, indicator, group="all_counties"):
    """Return an indicator of all counties by year."""
    table = model.indicators().query("group == @group and indicator == @indicator")
    return table.set_index("year")["value"]


@pytest.fixture(scope="module")
def run(build):
    def make(**values):
        model = build(**values)
        model.run_until_end()
        return model

    return make


def moves(model):
    return model.world.observed.table("flows")["persons"].sum()


@pytest.mark.parametrize("start", [2011, 2021])
def test_more_who_consider_moving_more_moves(run, start):
    few, some, many = (moves(run(start=start, drivers=(("migration", f"2020: {index}"),))) for index in (0.5, 1, 2))
    assert few < some < many
    assert 1.5 < many / some < 2.1


def test_a_stronger_pull_from_outside_leaves_more_absent(run, finished):
    pulled = run(drivers=(("outside_pull", "2020: 2"),))
    assert (whole(pulled, "absent")[[2021, 2022]] > whole(finished, "absent")[[2021, 2022]]).all()
    outside = [model.world.counts.residents[-1].sum() for model in (finished, pulled)]
    assert outside[1] > outside[0]
    assert whole(pulled, "residents")[2022] < whole(finished, "residents")[2022]


@pytest.mark.parametrize(("driver", "places"), [("district_pull", slice(0, 16)), ("core_pull", [0, 1])])
def test_a_stronger_pull_of_cities_fills_them(run, finished, driver, places):
    pulled = run(drivers=((driver, "2020: 2"),))
    weaker = run(drivers=((driver, "2020: 0.5"),))
    lives = [model.world.counts.residents[3 * 78 : -1].sum(1)[places].sum() for model in (weaker, finished, pulled)]
    assert lives[0] < lives[1] < lives[2]


@pytest.mark.parametrize(
    ("driver", "source"), [("district_arrivals", slice(0, 16)), ("outside_arrivals", slice(16, 17))]
)
def test_more_arrivals_where_the_index_is_higher(run, driver, source):
    first = 3 * 78
    counts = []
    for index in (0, 1, 3):
        world = run(drivers=((driver, f"2020: {index}"),)).world
        people = world.residents
        origin = (people.hukou >= first) & people.living() & (people.moved >= 4 * 2021)
        counts.append(np.isin(people.hukou[origin], np.arange(first, first + 17)[source]).sum())
    assert counts[0] < counts[1] < counts[2]


@pytest.mark.parametrize("start", [2011, 2021])
def test_without_reclassification_with_and_without_it_are_equal(run, start):
    still = run(start=start, drivers=(("reclassification", "2020: 0"),))
    moving = run(start=start)
    for name in ("resident_urbanization", "hukou_urbanization"):
        np.testing.assert_array_equal(whole(still, name), whole(still, f"{name}_without_reclassification"))
        gap = whole(moving, name) - whole(moving, f"{name}_without_reclassification")
        assert gap.iloc[0] == 0
        assert (np.diff(gap) > 0).all()
        assert whole(moving, name).iloc[-1] > whole(still, name).iloc[-1]


def test_no_fertility_no_births(run):
    model = run(drivers=(("fertility", "2020: 0"),))
    assert (whole(model, "births") == 0).all()
    assert (whole(model, "births", "province") == 0).all()
    people = model.world.residents
    assert people.birth[people.living()].max() < 4 * 2021


def test_births_follow_the_index(run, finished):
    ratio = whole(run(drivers=(("fertility", "2020: 0.5"),)), "births")[2021] / whole(finished, "births")[2021]
    births = whole(finished, "births")[2021] / 1000
    assert abs(ratio - 0.5) < 4 * np.sqrt(0.25 / births)


def test_double_mortality_gives_twice_the_deaths_of_the_first_quarter(run, finished):
    doubled = run(end=2021, drivers=(("mortality", "2020: 2"),))
    deaths = [model.world.observed.quarterly[0][2][1].sum() / 1000 for model in (finished, doubled)]
    # the same people die and as many again: the second half is a Poisson number of its own
    assert abs(deaths[1] - 2 * deaths[0]) < 4 * np.sqrt(2 * deaths[0])


def test_who_dies_at_the_reference_dies_at_double_mortality_too(build, by_uid):
    one, other = build(), build(drivers=(("mortality", "2020: 2"),))
    before = by_uid(one.world.residents).index
    one.step(), other.step()
    dead, more = (before.difference(by_uid(model.world.residents).index) for model in (one, other))
    left = by_uid(one.world.residents)
    assert len(dead.difference(more)) < 0.15 * len(dead)  # some leave the model alive in one run and die in the other
    assert len(more) > 1.5 * len(dead)
    assert len(left) > 0


@pytest.mark.parametrize(("driver", "events"), [("fertility", "births"), ("mortality", "deaths")])
def test_each_year_has_the_rates_of_its_own_index(run, finished, driver, events):
    ended = whole(run(drivers=((driver, "2021: 1, 2022: 0"),)), events)
    assert ended[2021] == whole(finished, events)[2021] > 0
    least = 0 if driver == "fertility" else 0.2  # death rates have a lower bound
    assert abs(ended[2022] - least * whole(finished, events)[2022]) <= 4 * 1000 * np.sqrt(least * ended[2021] / 1000)


@pytest.mark.parametrize("driver", ["migration", "district_arrivals"])
def test_moves_and_newcomers_follow_the_index_of_their_year(run, driver):
    def of_year(model, year):
        flows = model.world.observed.table("flows").query("year == @year")
        new = flows["origin"].str.endswith("districts") if driver == "district_arrivals" else flows["persons"] > 0
        return flows["persons"][new].sum()

    steady, rising = (run(drivers=((driver, f"2021: 0.2, 2022: {index}"),)) for index in (0.2, 6))
    assert of_year(rising, 2021) == of_year(steady, 2021)
    assert of_year(rising, 2022) > 1.5 * of_year(steady, 2022)
