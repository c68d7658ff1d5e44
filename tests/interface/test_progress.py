"""Progress tells counts, pace and time left: rarely in a log, whatever the number of runs."""

import pytest

from sim.cli.progress import Pace, plain_lines


class Clock:
    """A clock that goes only when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_a_log_of_many_runs_is_short_and_ends_with_the_last(capsys):
    clock = Clock()
    show = plain_lines(clock)
    for done in range(1001):
        show(done, 1000, "")
        clock.now += 0.25
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "0 of 1000 runs, 0 s"
    assert lines[-1] == "1000 of 1000 runs, 250 s, 4.0 runs a second"
    assert 10 < len(lines) < 30
    assert any(line.startswith("200 of 1000 runs, 50 s, 4.0 runs a second, 3 min left") for line in lines)


def test_what_changes_is_said_at_once(capsys):
    show = plain_lines(Clock())
    show(0, 9, "compiling")
    show(0, 9, "compiling")
    show(1, 9, "")
    show(2, 9, "1 failed")
    assert capsys.readouterr().err.splitlines() == [
        "0 of 9 runs, 0 s: compiling", "1 of 9 runs, 0 s", "2 of 9 runs, 0 s: 1 failed"]


@pytest.mark.parametrize(("spent", "done", "said"), [
    (10, 120, "2.0 runs a second, 7 min left"),
    (100, 101, "100.0 s a run, 24 h 58 min left"),
    (450, 1000, "2.0 runs a second"),
])
def test_runs_that_were_there_do_not_count(spent, done, said):
    clock = Clock()
    pace = Pace(clock)
    assert pace.words(100, 1000) == ""
    clock.now += spent
    assert pace.words(done, 1000) == said
