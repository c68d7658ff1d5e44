"""Sessions without a browser, and the served page with one."""

import threading
import time
from dataclasses import replace

import pytest

from sim.view.choices import Choices
from sim.view.session import BUILDING, PLAYING, Session

COARSE = Choices(scale="1000", end="2022")


class Visitor:
    """A session and a wait until it has done what it was told."""

    def __init__(self, choices):
        self.session = Session(choices, self._told)
        self.told = 0
        self.close = self.session.open()

    def _told(self):
        self.told += 1

    def wait(self, seconds=60):
        """Return the session when nothing is left to do."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            session = self.session
            if not session.busy and session.state not in (BUILDING, PLAYING):
                return session
            time.sleep(0.002)
        raise AssertionError(f"still {self.session.state} after {seconds} s")

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
    for thread in threading.enumerate():
        if thread.name in ("county-model", "county-baseline"):
            thread.join(30)
