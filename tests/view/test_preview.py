"""What a change of choices comes to is told by real runs, a few and coarse, before the run itself and beside it."""

import pandas as pd
import pytest

from sim.compose import parameter_sets, reference_run
from sim.model import CountyUrbanization
from sim.view import background, band, panel, preview
from sim.view.choices import ALL
from sim.view.session import ENDED
from tests.view.conftest import ended

DOSE = {"citizenization": 0.3}
AT_ONCE = ("policy.start=2021Q1", "policy.timetable={}")
"""Has the policy begin with the run, which ends in 2022."""


@pytest.fixture
def two(monkeypatch):
    """Have previews make two pairs."""
    monkeypatch.setattr(preview, "PAIRS", 2)


def answered(visitor):
    """Return the answer when every pair is finished."""
    session = visitor.until(lambda session: session.answer and session.answer.done == session.answer.asked)
    ended("county-background")
    return session.answer


def outcome(config):
    model = CountyUrbanization(config=config, rng=config.seed)
    model.run_until_end()
    table = model.indicators().query("group == 'all_counties' and year == year.max()")
    return table.set_index("indicator")["value"][[*preview.OUTCOMES]]


def test_nothing_is_told_before_a_change(visit):
    session = visit().session
    assert session.answer is None
    assert panel.preview(session, "zh") == {}


def test_it_is_the_difference_of_whole_runs_with_and_without_the_policy(visit, two):
    visitor = visit(seed="3", given=AT_ONCE)
    visitor.session.choose(visitor.session.asked.with_doses(ALL, DOSE))
    answer = answered(visitor)
    config = visitor.session.config
    assert (answer.year, answer.scale, answer.asked) == (2022, 1000, 2)
    configs = [one.model_copy(update={"parameter_sets": 1, "seed": 3 + k})
               for k, one in enumerate(parameter_sets(config.model_copy(update={"parameter_sets": band.sets()})))][:2]
    differences = pd.DataFrame([outcome(one) - outcome(reference_run(one)) for one in configs])
    assert (differences["jobs"] > 0).all()
    pd.testing.assert_series_equal(answer.effects["effect"].loc[[*preview.OUTCOMES]], differences.mean(),
                                   check_names=False)
    for share, name in ((0.1, "low"), (0.9, "high")):
        pd.testing.assert_series_equal(answer.effects[name].loc[[*preview.OUTCOMES]], differences.quantile(share),
                                       check_names=False)


def test_another_change_takes_the_place_of_the_former_and_is_held_against_it(visit, two):
    visitor = visit(given=AT_ONCE)
    for dose in (0.2, 0.4):
        visitor.session.choose(visitor.session.asked.with_doses(ALL, {"citizenization": dose}))
    visitor.wait()
    last = answered(visitor)
    visitor.session.choose(visitor.session.asked.with_doses(ALL, {"citizenization": 0.2}))
    visitor.wait()
    now = answered(visitor)
    assert now.moved.any()
    pd.testing.assert_series_equal(now.moved, (now.effects["effect"] - last.effects["effect"])[now.moved.index],
                                   check_names=False)
    assert panel.preview(visitor.session, "en")["moved"]
    visitor.session.choose(visitor.session.asked.with_value("external", "low_fertility"))
    visitor.wait()
    assert answered(visitor).moved.empty


def test_without_an_ensemble_pairs_have_seeds_alone(visit, two, monkeypatch):
    monkeypatch.setattr(band, "over", lambda config: [])
    visitor = visit(given=AT_ONCE)
    visitor.session.choose(visitor.session.asked.with_doses(ALL, DOSE))
    assert answered(visitor).sets == 1
    note = panel.preview(visitor.session, "en")["note"]
    assert "each pair with a seed of its own: the interval is of chance alone" in note


def test_a_choice_that_is_not_valid_leaves_no_answer_of_another(visit, two):
    visitor = visit(given=AT_ONCE)
    visitor.session.choose(visitor.session.asked.with_doses(ALL, DOSE))
    answered(visitor)
    visitor.session.choose(visitor.session.asked.with_value("seed", "x"))
    session = visitor.wait()
    assert session.error and session.answer is None


def test_who_has_no_place_has_no_quick_runs(visit):
    visit(seed="8")
    late = visit(seed="9", visitors=1)
    late.session.choose(late.session.asked.with_doses(ALL, DOSE))
    session = late.wait()
    assert session.model is None and session.answer is None


def test_a_fault_of_quick_runs_is_told(visit, monkeypatch):
    visitor = visit(given=AT_ONCE)

    def fail(run):
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(background._Run, "_simulate", fail)
    visitor.session.choose(visitor.session.asked.with_doses(ALL, DOSE))
    assert visitor.until(lambda session: session.error).error == "ZeroDivisionError: no such luck"


@pytest.mark.parametrize(("language", "title", "note"), [
    ("zh", "速算：此政策到2022年带来的差别", "2/2对快速模拟，有、无此政策各一次，每行1,000人"),
    ("en", "Quick answer: what this policy changes by 2022", "2 of 2 pairs of quick runs"),
])
def test_the_run_itself_stands_beside_it_once_it_is_there(visit, two, language, title, note):
    visitor = visit(given=AT_ONCE)
    visitor.session.choose(visitor.session.asked.with_doses(ALL, DOSE))
    answered(visitor)
    told = panel.preview(visitor.session, language)
    assert told["title"] == title and told["note"].startswith(note)
    assert len(told["rows"]) == len(preview.OUTCOMES) and not told["ran"]
    visitor.compared()
    session = visitor.step(8)
    assert session.state == ENDED
    told = panel.preview(session, language)
    live = session.live
    jobs = (live.values.loc[("jobs", ALL), 2022] - live.values_without.loc[("jobs", ALL), 2022]) / 1e4
    assert told["ran"] and float(told["rows"][2]["ran"].replace("−", "-")) == pytest.approx(jobs, abs=0.06)
    session.choose(session.asked.with_doses(ALL, {"citizenization": 1.0}))
    assert not panel.preview(visitor.wait(), language)["ran"]
