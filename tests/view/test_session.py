"""A visitor's session runs a model of its own, says what is wrong and lives on, and lets go of what is over."""

import gc
import threading
import weakref

import pandas as pd
import pytest

from sim import model as schedule
from sim.model import CountyUrbanization
from sim.report.tables import findings
from sim.report.words.style import GROUPS
from sim.view import background, band
from sim.view.choices import ALL
from sim.view.session import ENDED, FAILED, READY
from tests.view.conftest import ended


def models():
    """Return how many models there are after a full collection."""
    gc.collect()
    return sum(isinstance(one, CountyUrbanization) for one in gc.get_objects())


def ours(session):
    return session.live.ours.reset_index(drop=True)


def test_a_session_steps_as_the_model_does(visit):
    visitor = visit()
    session = visitor.step(5)
    assert session.state == READY and session.model.time == 5
    model = CountyUrbanization(config=session.config, rng=1)
    for _ in range(5):
        model.step()
    pd.testing.assert_frame_equal(ours(session), model.indicators())


def test_it_plays_to_the_end_and_begins_anew(visit):
    visitor = visit(end="2021")
    visitor.session.pace("fastest")
    visitor.session.play()
    session = visitor.wait()
    assert session.state == ENDED and session.model.time == 4
    first = ours(session)
    visitor.session.reset()
    assert visitor.wait().model.time == 0
    pd.testing.assert_frame_equal(ours(visitor.step(4)), first)


def test_it_pauses(visit):
    visitor = visit()
    visitor.session.pace("slow")
    visitor.session.play()
    visitor.session.pause()
    assert visitor.wait().state == READY


def test_the_reference_run_has_the_same_seed_and_conditions(visit):
    visitor = visit(external="low_fertility", seed="4")
    model = CountyUrbanization(policy="no_new_policy", external="low_fertility", end=2022, rng=4)
    model.run_until_end()
    pd.testing.assert_frame_equal(visitor.compared().live.theirs, model.indicators())
    assert not visitor.step(8).live.waiting
    assert set(visitor.session.live.indicators["policy"]) == {"full_package", "no_new_policy"}


def test_a_finished_reference_run_is_not_simulated_again(visit):
    visitor = visit(seed="5", end="2021")
    visitor.compared()
    visitor.session.choose(visitor.session.asked.with_doses(ALL, {"land_use": 0.1}))
    session = visitor.wait()
    assert session.choices == session.asked
    assert session.live.theirs["year"].max() == 2021
    assert sum(len(run.table) for run in background._finished.values()) <= background.KEPT


def test_visitors_who_look_at_the_same_share_one_reference_run_which_ends_with_the_last(visit):
    visitors = [visit(seed="6", end="2035") for _ in range(3)]
    runs = {id(visitor.session._reference._run) for visitor in visitors}
    assert len(runs) == 1
    run = weakref.ref(visitors[0].session._reference._run)
    for visitor in visitors:
        visitor.close()
        visitor.session._thread.join()
    ended("county-background")
    gc.collect()
    assert run() is None or not run().asked
    assert not background._under_way


def test_twenty_visitors_leave_nothing(visit):
    before = models()
    visitors = [visit(seed="7", end="2021") for _ in range(20)]
    sessions = [weakref.ref(visitor.session) for visitor in visitors]
    visitors[10].close()
    for visitor in visitors[:10]:
        visitor.step()
    for visitor in visitors:
        visitor.close()
        visitor.session._thread.join()
        del visitor.session, visitor.close
        visitor.close = list
    ended("county-background")
    assert models() <= before
    assert not any(session() for session in sessions)


def test_choices_hold_at_once_before_the_first_quarter_and_on_reset_later(visit):
    visitor = visit()
    visitor.session.choose(visitor.session.asked.with_value("seed", "2"))
    session = visitor.wait()
    assert not session.changed and session.model.config.seed == 2
    visitor.step()
    visitor.session.choose(visitor.session.asked.with_doses(ALL, {"land_use": 0.25}))
    session = visitor.wait()
    assert session.changed and session.model.time == 1
    visitor.session.reset()
    session = visitor.wait()
    assert not session.changed and session.model.time == 0
    assert session.model.config.policy.doses["land_use"] == 0.25


def test_a_wrong_value_is_told_and_the_run_goes_on(visit):
    visitor = visit()
    visitor.step()
    visitor.session.choose(visitor.session.asked.with_value("seed", "-1"))
    session = visitor.wait()
    assert session.error.startswith("seed=-1") and session.state == READY
    assert visitor.step().model.time == 2
    visitor.session.reset()
    session = visitor.wait()
    assert session.error.startswith("seed=-1") and session.model.time == 2
    visitor.session.choose(visitor.session.asked.with_value("seed", "3"))
    assert visitor.wait().error == ""
    visitor.session.reset()
    assert visitor.wait().model.config.seed == 3


def test_a_session_that_begins_with_a_wrong_value_can_be_put_right(visit):
    visitor = visit(external="nowhere")
    session = visitor.wait()
    assert session.state == FAILED and session.model is None and "external=nowhere" in session.error
    visitor.step()
    visitor.session.choose(visitor.session.asked.with_value("external", "reference"))
    session = visitor.wait()
    assert session.state == READY and session.error == "" and session.model is not None


def test_an_exception_in_a_step_is_told_and_reset_goes_on(visit, monkeypatch):
    visitor = visit()
    visitor.step()

    def burst(world):
        raise ZeroDivisionError("no one left")

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "EVERY_QUARTER", (*schedule.EVERY_QUARTER, burst))
        session = visitor.step(3)
        assert session.state == FAILED and session.error == "ZeroDivisionError: no one left"
        visitor.session.play()
        assert visitor.wait().state == FAILED
        visitor.session.choose(session.asked.with_value("seed", "2"))
        assert visitor.wait().error == "ZeroDivisionError: no one left"
    visitor.session.reset()
    session = visitor.wait()
    assert (session.state, session.error) == (READY, "")
    assert visitor.step(4).model.time == 4


def test_a_reference_run_that_fails_is_told_and_the_run_goes_on(visit, monkeypatch):
    def burst(world):
        if world.config.policy.name == "no_new_policy":
            raise ZeroDivisionError("no one left")

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "EVERY_QUARTER", (*schedule.EVERY_QUARTER, burst))
        visitor = visit(seed="11")
        assert visitor.until(lambda session: session.error).error == "ZeroDivisionError: no one left"
        session = visitor.step(4)
        assert session.state == READY and session.live.theirs.empty and not session.live.waiting
    visitor.session.reset()
    assert visitor.wait().error == ""


def test_two_visitors_do_not_meet(visit):
    one, two = visit(), visit(seed="2")
    one.step(5)
    assert (one.session.model.time, two.session.model.time) == (5, 0)
    two.step(5)
    assert one.session.model is not two.session.model
    model = CountyUrbanization(config=two.session.config, rng=2)
    for _ in range(5):
        model.step()
    pd.testing.assert_frame_equal(ours(two.session), model.indicators())


def test_resets_leave_one_model(visit):
    before = models()
    visitor = visit(end="2021")
    visitor.compared()
    threads = threading.active_count()
    for k in range(12):
        visitor.session.reset()
        if k % 4 == 0:
            visitor.session.step()
    visitor.wait()
    assert threading.active_count() <= threads
    assert models() <= before + 1


@pytest.fixture
def without_collections():
    """Have only what asks for a collection get one."""
    gc.disable()
    yield
    gc.enable()


def test_closing_frees_the_model_at_once(visit, without_collections):
    visitor = visit()
    model = weakref.ref(visitor.session.model)
    visitor.close()
    visitor.session._thread.join()
    assert model() is None and visitor.session.live is None


@pytest.mark.parametrize("action", ["step", "play", "pause", "reset"])
def test_nothing_is_done_after_closing(visit, action):
    visitor = visit()
    visitor.close()
    visitor.session._thread.join()
    told = visitor.told
    getattr(visitor.session, action)()
    assert visitor.told == told and visitor.session.model is None


def test_the_band_is_of_the_run_that_is_shown_and_goes_with_its_choices(visit, monkeypatch):
    monkeypatch.setattr(band, "SETS", 2)
    visitor = visit(end="2021")
    visitor.step(4)
    visitor.session.spread(True)
    session = visitor.until(lambda session: session.live.band and session.live.band.done == 2)
    tables = []
    for one in band.over(session.config):
        model = CountyUrbanization(config=one, rng=one.seed)
        model.run_until_end()
        tables.append(model.indicators())
    expected = findings.band(pd.concat([table[table["group"].isin(GROUPS)] for table in tables]))
    pd.testing.assert_frame_equal(session.live.band.table, expected)
    assert session.config.parameter_set == 0 and {one.seed for one in band.over(session.config)} == {1, 2}
    visitor.session.reset()
    assert visitor.wait().live.band.done == 2
    visitor.session.choose(session.asked.with_doses(ALL, {"land_use": 0.35}))
    assert visitor.wait().live.band is None
    visitor.session.spread(True)
    visitor.session.spread(False)
    assert visitor.wait().live.band is None


def test_a_pinned_run_stays_while_others_are_run(visit):
    visitor = visit(end="2021")
    session = visitor.step(4)
    table = ours(session)
    session.pin(True)
    session.choose(session.asked.with_value("seed", "2"))
    session.reset()
    live = visitor.step(4).live
    pd.testing.assert_frame_equal(live.pinned.ours.reset_index(drop=True), table)
    assert (live.pinned.choices.seed, session.choices.seed) == ("1", "2")
    assert not ours(session).equals(table)
    session.pin(False)
    assert visitor.wait().live.pinned is None
