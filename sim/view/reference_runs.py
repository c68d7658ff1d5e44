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
"""Finished reference_runs that are remembered, for whoever asks for the same again."""

_lock = threading.Lock()
_finished: OrderedDict[str, pd.DataFrame] = OrderedDict()


class ReferenceRun:
    """The yearly observations under no new policy, simulated in a thread beside the visitor's own model.

    `table` holds the years so far, `fault` the error that ended it before its time; `notify` is called after each year.
    """

    def __init__(self, config: Config, notify: Callable[[], None]):
        self._config, self._notify, self._cancelled = reference_run(config), notify, False
        self.fault: Exception | None = None
        self._key = _key(self._config)
        with _lock:
            known = _finished.get(self._key)
            self.table = known if known is not None else pd.DataFrame()
        if known is None:
            threading.Thread(target=self._attempt, name="county-reference", daemon=True).start()

    def serves(self, config: Config) -> bool:
        """Return whether another configuration has the same reference run."""
        return _key(reference_run(config)) == self._key

    def cancel(self) -> None:
        """Stop soon, as nobody looks any more."""
        self._cancelled = True

    def _attempt(self) -> None:
        try:
            self._run()
        except Exception as fault:
            self.fault = fault
            self._notify()
        memory.give_back()

    def _run(self) -> None:
        model = CountyUrbanization(config=self._config, rng=self._config.seed, threads=1)
        while model.running and not self._cancelled:
            years = model.world.observed.years
            model.step()
            if model.world.observed.years > years:
                self.table = model.indicators()
                self._notify()
        if not self._cancelled:
            with _lock:
                _finished[self._key] = self.table
                while len(_finished) > KEPT:
                    _finished.popitem(last=False)


def _key(config: Config) -> str:
    return f"{config.fingerprint()} {config.data}"
