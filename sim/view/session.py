"""One visitor's model: built, stepped and played in a thread of its own, so that the page stays responsive."""

import threading
import weakref
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sim.compose import reference_run
from sim.config import Config, ConfigError
from sim.core import memory
from sim.model import CountyUrbanization
from sim.view.background import Look
from sim.view.band import Band
from sim.view.choices import Choices
from sim.view.live import Live
from sim.view.pinned import Pinned
from sim.view.preview import Answer, Preview

BUILDING, READY, PLAYING, ENDED, FAILED = "building", "ready", "playing", "ended", "failed"
SPEEDS = {"slow": 2.0, "medium": 0.7, "fast": 0.15, "fastest": 0.0}
"""Seconds between two quarters."""


Result = TypeVar("Result")


def _said(error: Exception) -> str:
    """Return an error as a visitor reads it: faults of choices are sentences, all others come with their kind."""
    return str(error) if isinstance(error, ConfigError) else f"{type(error).__name__}: {error}"


_present: weakref.WeakSet["Session"] = weakref.WeakSet()
"""Sessions that have a model or are making one."""
_door = threading.Lock()


class Session:
    """A model under a visitor's choices; `notify` is called whenever there is something new to show.

    Faults of choices and errors of the model are kept in `error` and end nothing but the run.
    """

    def __init__(self, choices: Choices, notify: Callable[[], None]):
        self.asked = self.choices = choices
        self.config: Config | None = None
        self.model: CountyUrbanization | None = None
        self.live: Live | None = None
        self.state, self.error, self.speed = BUILDING, "", "medium"
        self.lock = threading.Lock()
        """Held while the model is at work; whoever reads its arrays holds it too."""
        self._notify = notify
        self._tasks: deque[Callable[[], None]] = deque([self._build])
        self._news = threading.Condition()
        """Tells that there is something to do, or nothing any more."""
        self._closed = self._resting = False
        self._reference: Look | None = None
        self._band: Band | None = None
        self._pinned: Pinned | None = None
        self._preview: Preview | None = None
        self.answer: Answer | None = None
        """What the last change of choices comes to, as far as quick runs tell by now."""
        self._thread = threading.Thread(target=self._work, name="county-model", daemon=True)

    def open(self) -> Callable[[], None]:
        """Begin to work; return the function that ends it."""
        self._thread.start()
        return self.close

    def close(self) -> None:
        """End the work and let go of the model."""
        with _door:
            _present.discard(self)
        with self._news:
            self._closed = True
            self._news.notify_all()

    @property
    def changed(self) -> bool:
        """Whether choices were made that the model does not follow yet."""
        return self.asked != self.choices

    def rest(self, seconds: float) -> bool:
        """Wait until nothing is being done or left to do, and return whether that came within a time."""
        with self._news:
            return self._news.wait_for(lambda: self._resting and not self._tasks, seconds)

    def choose(self, choices: Choices) -> None:
        """Ask for something else from the next reset on; before the first quarter it holds at once."""
        self.asked = choices
        self._notify()
        self._do(self._consider)

    def attempt(self, task: Callable[[], Result]) -> Result | None:
        """Do something for the visitor, and keep a failure as the error to show."""
        try:
            return task()
        except Exception as error:
            self.error = _said(error)
            self._notify()
            return None

    def pace(self, speed: str) -> None:
        """Play at another speed."""
        self.speed = speed
        self._notify()
        self._do()

    def reset(self) -> None:
        """Begin anew under the last choices."""
        self._do(self._build)

    def step(self) -> None:
        """Advance by one quarter, and stop playing."""
        self._do(self._pause, self._step)

    def play(self) -> None:
        """Advance quarter by quarter until paused or at the end."""
        self._do(self._play)

    def pause(self) -> None:
        """Stop playing."""
        self._do(self._pause)

    def spread(self, wanted: bool) -> None:
        """Show how sure the run is, or no more."""
        self._do(partial(self._spread, wanted))

    def pin(self, wanted: bool) -> None:
        """Keep what the run has come to, to compare other runs with it, or let go of it."""
        self._do(partial(self._pin, wanted))

    def _do(self, *tasks: Callable[[], None]) -> None:
        with self._news:
            self._tasks.extend(tasks)
            self._news.notify_all()

    def _work(self) -> None:
        while not self._closed:
            if task := self._next():
                self._attempt(task)
        for beside in (self._reference, self._band, self._preview):
            if beside:
                beside.cancel()
        self.model = self.live = self._reference = self._band = self._pinned = self._preview = None
        memory.give_back()

    def _next(self) -> Callable[[], None] | None:
        """Return the next task: the one asked for or, while playing, a step when its time has come."""
        with self._news:
            if not self._tasks and not self._closed:
                playing = self.state == PLAYING
                self._resting = not playing
                self._news.notify_all()
                self._news.wait(SPEEDS[self.speed] if playing else None)
                self._resting = False
            if self._closed:
                return None
            return self._tasks.popleft() if self._tasks else self._step if self.state == PLAYING else None

    def _attempt(self, task: Callable[[], None]) -> None:
        before = self.state
        try:
            task()
        except Exception as error:
            self._tasks.clear()
            self.error = _said(error)
            self.state = FAILED if self.model is None or task == self._step else before
        if not self._closed:
            self._notify()

    def _consider(self) -> None:
        """Tell whether the choices are valid, follow them where no run is lost, and try them in quick runs."""
        self.error = "" if self.state != FAILED else self.error
        former, self._preview = self._preview, None
        try:
            config = self.asked.config()
            if self.model is not None and self.state != FAILED:  # else a model that works comes first
                self._preview = Preview(config, lambda: self._do(self._read), former)
                self._read()
            if self.changed and (self.model is None or self.model.time == 0):
                self._build()
        finally:
            if self._preview is None:
                self.answer = None
            if former:
                former.cancel()  # after the new ones are looked at: what both have goes on

    def _read(self) -> None:
        """Read what quick runs tell by now."""
        if self._preview is None:
            return
        self.answer = self._preview.answer()
        if self._preview.fault:  # is told once, and ends them
            self.error = self.error or _said(self._preview.fault)
            self._preview.cancel()
            self._preview = None

    def _build(self) -> None:
        """Make the model that was asked for; the present one stays where this fails."""
        before, self.state = self.state, BUILDING
        self._notify()
        self.state = before
        asked = self.asked
        config = asked.config()
        self._enter(asked.visitors)
        model = CountyUrbanization(config=config, rng=config.seed)
        without = reference_run(config)
        if self._reference is None or self._reference.fault or not self._reference.serves(without):
            if self._reference:
                self._reference.cancel()
            self._reference = Look(without, self._look_again, counties=True)
        if self._band and not self._band.serves(config):
            self._band.cancel()
            self._band = None
        with self.lock:
            self.choices, self.config, self.model = asked, config, model
        self.state, self.error = READY, ""
        self._look()
        memory.give_back()

    def _enter(self, most: int) -> None:
        """Be one of the visitors who have a model; raises ConfigError where there are as many as may be."""
        with _door:
            if self not in _present and len(_present) >= most:
                raise ConfigError(f"已有{most}位访客在使用模型，请稍后重置。 "
                                  f"{most} visitors have a model, as many as may: reset later.")
            if not self._closed:
                _present.add(self)

    def _play(self) -> None:
        if self.state == READY:
            self.state = PLAYING

    def _pause(self) -> None:
        if self.state == PLAYING:
            self.state = READY

    def _step(self) -> None:
        if self.model is None or self.state not in (READY, PLAYING):
            return
        years = self.model.world.observed.years
        with self.lock:
            self.model.step()
        if self.model.world.observed.years > years:
            self._look()
        if not self.model.running:
            self.state = ENDED

    def _spread(self, wanted: bool) -> None:
        if self._band:
            self._band.cancel()
            self.error = ""  # which may have been the band's
        self._band = Band(self.config, self._look_again) if wanted and self.config else None
        self._look()

    def _pin(self, wanted: bool) -> None:
        if not wanted:
            self._pinned = None
        elif self.live and self.config:
            self._pinned = Pinned(self.choices, self.config, self.live.ours)
        self._look()

    def _look(self) -> None:
        """Read the observations of the model, and those of the runs beside it."""
        if self.model and self._reference:
            fault = self._reference.fault
            band = self._band.interval() if self._band else None
            self.live = Live(self.model, None if fault else self._reference.table, band, self._pinned)
            fault = fault or (self._band.fault if self._band else None)
            self.error = self.error or (_said(fault) if fault else "")

    def _look_again(self) -> None:
        """Show more of the runs beside the model."""
        self._do(self._look)
