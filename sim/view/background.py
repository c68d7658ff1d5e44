"""Runs beside the visitors' own: each is simulated once for all who ask for the same, and only a few at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable

import pandas as pd

from sim import baseline
from sim.config import Config
from sim.core import blocks, memory
from sim.model import CountyUrbanization
from sim.report.words.style import GROUPS
from sim.run import identity

KEPT = 1_000_000
"""Rows of finished runs that are remembered, for whoever asks for the same again."""
AT_ONCE = max(2, blocks.cores() // 2)
"""Runs that the server simulates at the same time; one of these places is never taken by a run that can wait."""

_lock = threading.Lock()
_under_way: dict[str, "_Run"] = {}
"""Runs that wait or are simulated, in the order in which they were asked for."""
_finished: OrderedDict[str, "_Run"] = OrderedDict()
_working: list["_Run"] = []


class Look:
    """A visitor's look at a run of a configuration, simulated in a thread of its own, once for all who look at it.

    `table` holds the yearly observations so far, of single counties too where `counties` says so, and `finished`
    whether these are all. `fault` is the error that ended the run, or the last that `notify` has raised, which is
    called whenever there is something new. A run of which `patient` is said waits for those that are needed sooner.
    """

    def __init__(self, config: Config, notify: Callable[[], object], counties: bool = False, patient: bool = False):
        self.notify = notify
        self._fault: Exception | None = None
        self._key = _key(config, counties)
        with _lock:
            self._run = _finished.get(self._key) or _under_way.get(self._key) or _Run(config, self._key, counties)
            self._run.asked.add(self)
            self._run.patient &= patient
            if self._key in _finished:
                _finished.move_to_end(self._key)
            else:
                _under_way.setdefault(self._key, self._run)
        _begin()

    @property
    def table(self) -> pd.DataFrame:
        """The observations so far."""
        return self._run.table

    @property
    def finished(self) -> bool:
        """Whether the run came to its end."""
        return self._run.finished

    @property
    def fault(self) -> Exception | None:
        """What went wrong."""
        return self._run.fault or self._fault

    def serves(self, config: Config) -> bool:
        """Return whether this is a look at the run of a configuration, on data of the same content."""
        return _key(config, self._run.counties) == self._key

    def cancel(self) -> None:
        """Look no more; a run at which nobody looks is not begun, and stops before its next quarter."""
        with _lock:
            self._run.asked.discard(self)

    def tell(self) -> None:
        """Say that there is something new; whatever goes wrong there is kept."""
        try:
            self.notify()
        except Exception as fault:
            self._fault = fault.with_traceback(None)


class _Run:
    """A simulation for all who asked for it."""

    def __init__(self, config: Config, key: str, counties: bool):
        self._config, self.key, self.counties = config, key, counties
        self.table = pd.DataFrame()
        self.fault: Exception | None = None
        self.finished, self.patient = False, True
        self.asked: set[Look] = set()

    def attempt(self) -> None:
        """Simulate to the end, or until nobody looks any more; keep an error."""
        try:
            self._simulate()
        except Exception as fault:
            self.fault = fault.with_traceback(None)  # which holds the model
        with _lock:
            if _under_way.get(self.key) is self:
                del _under_way[self.key]
            if self.finished:
                _remember(self)
        if self.finished or self.fault:
            self._tell()
        memory.give_back()

    def _simulate(self) -> None:
        model = CountyUrbanization(config=self._config, rng=self._config.seed, threads=1)
        while model.running:
            with _lock:
                if not self.asked:
                    del _under_way[self.key]  # whoever asks from now on begins anew
                    return
            years = model.world.observed.years
            model.step()
            if model.world.observed.years > years:
                table = model.indicators()
                self.table = table if self.counties else table[table["group"].isin(GROUPS)].copy()
                if model.running:
                    self._tell()
        self.finished = True

    def _tell(self) -> None:
        with _lock:
            asked = list(self.asked)
        for one in asked:
            one.tell()


def _key(config: Config, counties: bool) -> str:
    return f"{identity(config, baseline.load(config.data).hash)} {counties}"


def _begin() -> None:
    """Begin the next run that waits, where there is a place for it."""
    with _lock:
        if run := _next():
            _working.append(run)
            threading.Thread(target=_work, args=(run,), name="county-background", daemon=True).start()


def _next() -> _Run | None:
    """Return the first run that waits and may begin, one that cannot wait before others."""
    for run in [run for run in _under_way.values() if not run.asked and run not in _working]:
        del _under_way[run.key]
    waiting = sorted((run for run in _under_way.values() if run not in _working), key=lambda run: run.patient)
    if not waiting or len(_working) >= AT_ONCE:
        return None
    patient = sum(run.patient for run in _working)
    return None if waiting[0].patient and patient >= AT_ONCE - 1 else waiting[0]


def _work(run: _Run) -> None:
    try:
        run.attempt()
    finally:
        with _lock:
            _working.remove(run)
        _begin()


def _remember(run: _Run) -> None:
    """Keep a finished run, and let go of those that were asked for longest ago where there are too many."""
    _finished[run.key] = run
    while sum(len(one.table) for one in _finished.values()) > KEPT:
        _finished.popitem(last=False)
