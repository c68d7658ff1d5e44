"""The reference run: no new policy, with the seed and under the conditions of the visitor's own run."""

import threading
from collections import OrderedDict
from collections.abc import Callable

import pandas as pd

from sim.compose import reference_run
from sim.config import Config
from sim.core import memory
from sim.model import CountyUrbanization

KEPT = 16
"""Finished reference runs that are remembered, for whoever asks for the same again."""

_lock = threading.Lock()
_under_way: dict[str, "_Run"] = {}
_finished: OrderedDict[str, "_Run"] = OrderedDict()


class ReferenceRun:
    """The yearly observations under no new policy, simulated beside the visitor's own model, once for all visitors
    who look at the same.

    `table` holds the years so far, `fault` the error that ended it before its time; `notify` is called after each year.
    """

    def __init__(self, config: Config, notify: Callable[[], None]):
        wanted = reference_run(config)
        self._key, self.notify = _key(wanted), notify
        with _lock:
            known = _finished.get(self._key) or _under_way.get(self._key)
            self._run = known or _Run(wanted, self._key)
            self._run.asked.add(self)
            if known is None:
                _under_way[self._key] = self._run
                threading.Thread(target=self._run.attempt, name="county-reference", daemon=True).start()

    @property
    def table(self) -> pd.DataFrame:
        """The observations so far."""
        return self._run.table

    @property
    def fault(self) -> Exception | None:
        """The error that ended it."""
        return self._run.fault

    def serves(self, config: Config) -> bool:
        """Return whether another configuration has the same reference run."""
        return _key(reference_run(config)) == self._key

    def cancel(self) -> None:
        """Look no more; the run stops soon when nobody does."""
        with _lock:
            self._run.asked.discard(self)


class _Run:
    """A simulation for all who asked for it."""

    def __init__(self, config: Config, key: str):
        self._config, self._key = config, key
        self.table = pd.DataFrame()
        self.fault: Exception | None = None
        self.asked: set[ReferenceRun] = set()

    def attempt(self) -> None:
        """Simulate to the end, or until nobody looks any more; keep an error."""
        try:
            self._simulate()
        except Exception as fault:
            self.fault = fault
            with _lock:
                del _under_way[self._key]
            self._tell()
        memory.give_back()

    def _simulate(self) -> None:
        model = CountyUrbanization(config=self._config, rng=self._config.seed, threads=1)
        while model.running:
            with _lock:
                if not self.asked:
                    del _under_way[self._key]
                    return
            years = model.world.observed.years
            model.step()
            if model.world.observed.years > years:
                self.table = model.indicators()
                self._tell()
        with _lock:
            _finished[self._key] = _under_way.pop(self._key)
            while len(_finished) > KEPT:
                _finished.popitem(last=False)

    def _tell(self) -> None:
        with _lock:
            asked = list(self.asked)
        for one in asked:
            one.notify()


def _key(config: Config) -> str:
    return f"{config.fingerprint()} {config.data}"
