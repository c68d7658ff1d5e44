"""The year's turnover is the change of firms' staff, to the person, and each hire has one source and one home."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import model as schedule
from sim.indicators.turnover import DESCRIBED, HOMES, PLACES
from sim.processes import labour, turnover
from sim.state.flows import ENTRANTS, FARMERS, MOVERS, SOURCES, UNEMPLOYED
from sim.state.observed import table as as_table
from sim.state.residents import Employer, Flag

COUNTIES = 4


def staff(world):
    firms, living = world.firms, world.firms.living()
    size = world.places.districts
    return np.bincount(firms.place[living], firms.staff[living], size).reshape(-1, 3)


@pytest.mark.parametrize("start", [2011, 2021])
def test_hires_less_separations_are_the_change_of_staff_by_county_and_place(build, start):
    model = build(start=start)
    world, scale = model.world, model.config.scale
    places = pd.MultiIndex.from_product([world.places.county_codes, PLACES])
    while model.running:
        before = staff(world)
        for _ in range(4):
            model.step()
        table = as_table(world.observed.parts["turnover"][-1:])
        table = table.astype({name: str for name in ("adcode", "place", "flow", "home")})
        change = table.groupby(["adcode", "place"])["persons"].sum().reindex(places, fill_value=0)
        np.testing.assert_array_equal(change, ((staff(world) - before) * scale).ravel())
        ended = table["flow"].isin(("lost", "left"))
        assert (table.loc[ended, "persons"] < 0).all() and (table.loc[~ended, "persons"] > 0).all()
        assert (table.loc[ended, "home"] == "").all() and set(table.loc[~ended, "home"]) == set(HOMES[:2])
        assert set(table["flow"]) == set(DESCRIBED)


def test_jobs_lost_and_left_are_those_that_people_had(build, by_uid, monkeypatch):
    """Whoever had a job when the quarter began and has none when people begin to look: is there, in the same area, and
    looks for another, or has left."""
    model = build()
    world, area = model.world, model.world.places.area
    seen = {}

    def separate(world):
        labour.separate(world)
        seen["after"] = by_uid(world.residents)
        seen["separations"] = world.flows.separations.sum((0, 1))

    steps = tuple(separate if step is labour.separate else step for step in schedule.EVERY_QUARTER)
    monkeypatch.setattr(schedule, "EVERY_QUARTER", steps)
    counted = np.zeros(2, np.int64)
    for quarter in range(6):
        had = by_uid(world.residents).query(f"employer < {int(Employer.OUTSIDE)}")
        model.step()
        now = seen["after"].reindex(had.index)
        there = now["place"].notna()
        ended = ~(now["employer"] < Employer.OUTSIDE).to_numpy()
        same = np.zeros(len(had), bool)
        same[there] = area[now.loc[there, "place"].astype(int)] == area[had.loc[there, "place"].astype(int)]
        looks = (now["flags"].fillna(0).to_numpy(int) & int(Flag.LOST_WORK)) > 0
        lost = int((ended & same & looks).sum())
        separations = seen["separations"] - (counted if quarter % 4 else 0)
        np.testing.assert_array_equal(separations, [lost, int(ended.sum()) - lost])
        counted = seen["separations"]
    assert counted.min() > 0


PEOPLE = st.lists(st.tuples(st.integers(0, 3 * COUNTIES - 1), st.integers(0, 2), st.integers(1, 4),
                            st.integers(-40_000, 8085)), max_size=60)


@given(PEOPLE)
def test_each_hire_counts_once_by_source_and_home(people):
    quarter, hires = 8085, np.zeros((COUNTIES, 3, len(SOURCES), 2), np.int64)
    expected = np.zeros_like(hires)
    sources = {turnover.LOST: UNEMPLOYED, turnover.WAITING: ENTRANTS, turnover.ENTERED: ENTRANTS,
               turnover.FARMER: FARMERS}
    for home, kind, reason, last in people:
        moved = max(last, -32_768)
        turnover.note_hire(hires, np.uint16(3 * (home // 3) + kind), np.uint16(home), np.uint8(reason),
                           np.int64(quarter) - np.int16(moved))
        source = MOVERS if quarter - moved < 4 else sources[reason]
        expected[home // 3, kind, source, int(home % 3 != kind)] += 1
    np.testing.assert_array_equal(hires, expected)
    assert hires.sum() == len(people)
