"""The schedule is four readable tuples, and what it says is what happens."""

import dataclasses
import inspect
import typing

import pytest

from sim import initial
from sim import model as schedule
from sim.policy import programme
from sim.state.world import World

YEAR = ("EVERY_YEAR", "EVERY_QUARTER", "YEAR_END")
TUPLES = ("INITIAL_STATE", *YEAR)
STEPS = [(name, step) for name in TUPLES for step in getattr(schedule, name)]


def lines(name):
    """Return the lines inside a tuple of the schedule."""
    source = inspect.getsource(schedule).splitlines()
    first = source.index(f"{name} = (")
    return [line.strip() for line in source[first + 1 : source.index(")", first)]]


@pytest.mark.parametrize("name", TUPLES)
def test_each_line_is_a_function_and_a_comment_of_at_most_five_words(name):
    steps = getattr(schedule, name)
    assert len(lines(name)) == len(steps)
    for line, step in zip(lines(name), steps, strict=True):
        code, separator, comment = line.partition("  # ")
        assert separator
        assert code == f"{step.__module__.rpartition('.')[2]}.{step.__name__},"
        assert 1 <= len(comment.split()) <= 5, comment


@pytest.mark.parametrize(("name", "step"), STEPS, ids=[f"{name}-{step.__name__}" for name, step in STEPS])
def test_each_step_says_its_rule_in_a_docstring(name, step):
    first = (step.__doc__ or "").partition("\n\n")[0]
    assert len(first.split()) >= 4
    assert first.rstrip().endswith((".", ":"))
    assert list(inspect.signature(step).parameters) == ["world"]


def test_each_step_is_taken_and_timed_as_often_as_its_tuple_says(build, monkeypatch):
    taken = []

    def spy(step):
        def take(world):
            taken.append((step.__name__, world.quarter))
            step(world)

        take.__module__, take.__name__ = step.__module__, step.__name__
        return take

    for name in YEAR:
        monkeypatch.setattr(schedule, name, tuple(spy(step) for step in getattr(schedule, name)))
    model = build()
    model.run_until_end()
    quarters = range(4 * 2021, 4 * 2023)
    expected = []
    for quarter in quarters:
        due = ["EVERY_YEAR"] * (quarter % 4 == 0) + ["EVERY_QUARTER"] + ["YEAR_END"] * (quarter % 4 == 3)
        expected += [(step.__name__, quarter) for name in due for step in getattr(schedule, name)]
    assert taken == expected
    steps = [step for name in YEAR for step in getattr(schedule, name)]
    names = {f"{step.__module__.rpartition('.')[2]}.{step.__name__}" for step in steps}
    assert names | {"initial_state"} == set(model.seconds)
    assert all(seconds >= 0 for seconds in model.seconds.values())


def test_everyone_is_an_agent_of_the_model(finished):
    kinds = {kind.__name__: len(agents) for kind, agents in finished.agents_by_type.items()}
    assert kinds == {"Population": 1, "Enterprises": 1, "Province": 1, "Prefecture": 16, "County": 78}
    assert finished.enterprises.firms is finished.world.firms
    assert finished.population.residents is finished.world.residents
    assert not finished.running
    assert finished.world.quarter == 4 * 2023


def test_the_page_variables_are_those_of_the_tables(finished):
    frame = finished.datacollector.get_model_vars_dataframe()
    assert len(frame) == 9
    table = finished.indicators().query("group == 'all_counties'").set_index(["year", "indicator"])["value"]
    for row, year in ((0, 2020), (4, 2021), (8, 2022)):
        for name in ("residents", "resident_urbanization"):
            assert frame[name].iloc[row] == pytest.approx(table[year, name])


def test_a_world_without_a_theme_is_not_made(finished, configure, baseline):
    setting = initial.setting(baseline, configure(), seed=1, threads=1)
    lacking = tuple(step for step in schedule.INITIAL_STATE if step is not programme.initial)
    with pytest.raises(TypeError, match="no initial state of programme"):
        World(setting, lacking)


def test_preparation_leaves_every_theme_complete(build):
    world = build().world
    for name, kind in typing.get_type_hints(World).items():
        theme = getattr(world, name)
        assert isinstance(theme, kind)
        if dataclasses.is_dataclass(theme):
            assert {field.name for field in dataclasses.fields(theme)} <= set(vars(theme)), name
