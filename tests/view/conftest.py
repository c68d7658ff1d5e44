"""Sessions without a browser, and the served page with one."""

import threading
from dataclasses import replace

import pytest

from sim.view.choices import Choices
from sim.view.session import Session

COARSE = Choices(scale="1000", end="2022")
PATIENCE = 300
"""Seconds after which what is waited for is not to be expected any more, on whatever machine."""


def ended(*names):
    """Wait until no thread of these names is left, nor one that another has begun at its end."""
    while left := [thread for thread in threading.enumerate() if thread.name in names]:
        left[0].join(PATIENCE)
        assert not left[0].is_alive()


class Visitor:
    """A session and waits until it has done what it was told, or tells what is waited for."""

    def __init__(self, choices):
        self.session = Session(choices, self._told)
        self.told, self._news = 0, threading.Condition()
        self.close = self.session.open()

    def _told(self):
        with self._news:
            self.told += 1
            self._news.notify_all()

    def wait(self):
        """Return the session when nothing is left to do."""
        assert self.session.rest(PATIENCE), self.session.state
        return self.session

    def until(self, condition):
        """Return the session when something holds of it, which is looked at whenever it has news."""
        with self._news:
            assert self._news.wait_for(lambda: condition(self.session), PATIENCE)
        return self.session

    def compared(self):
        """Return the session when its reference run is finished and shown."""
        self.until(lambda session: not session.live.theirs.empty
                   and session.live.theirs["year"].max() == session.config.end)
        ended("county-background")
        return self.session

    def step(self, quarters=1):
        """Advance, and return the session."""
        for _ in range(quarters):
            self.session.step()
        return self.wait()


@pytest.fixture
def visit(own_cache):
    """Return a function that opens a session at scale 1000 until 2022, unless other choices are said."""
    visitors = []

    def open_session(**choices):
        visitors.append(Visitor(replace(COARSE, **choices)))
        visitors[-1].wait()
        return visitors[-1]

    yield open_session
    for visitor in visitors:
        visitor.close()
    ended("county-model", "county-background")
