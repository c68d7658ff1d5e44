"""How sure a run is: the interval of the same choices over parameter sets of the ensemble, as it fills in."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from sim.compose import parameter_sets
from sim.config import SEED_LIMIT, Config
from sim.config.files import load_ensemble
from sim.report.tables import findings
from sim.report.words.bilingual import Words
from sim.view.background import Look
from sim.view.words import BAND

SETS, LEAST = 8, 2
"""Parameter sets that a band goes over at most, and at least: one run has no interval."""


class Interval(NamedTuple):
    """What is known of a band at one moment: runs asked for, finished and failed, and the 80 % interval of the finished
    ones (columns low and high by indicator, group and year; empty before the second)."""

    asked: int
    done: int
    failed: int
    table: pd.DataFrame

    def said(self) -> Words:
        """Return how much of the band there is and what it holds, in words."""
        failed = BAND["failed"].fill(count=self.failed) if self.failed else ""
        words = BAND["progress"].fill(done=self.done, asked=self.asked, failed=failed)
        if self.table.empty:
            return BAND["begins" if self.done + self.failed < self.asked else "none"].fill(progress=words)
        return BAND["holds"].fill(progress=words, few=BAND["few"] if self.done < findings.FEW else "")


class Band:
    """The runs behind an interval, one after another; `notify` is called when one of them ends.

    Each has a parameter set and a seed of its own, so that the interval holds chance and what is not known of
    parameters. To be used by one thread; what others read is the `Interval` of a moment.
    """

    def __init__(self, config: Config, notify: Callable[[], object]):
        self._config, self._notify = config, notify
        self._left, self._tables, self._failed = over(config), list[pd.DataFrame](), 0
        self._asked = len(self._left)
        self._look: Look | None = None
        self._shown: Interval | None = None
        self.fault: Exception | None = None

    def serves(self, config: Config) -> bool:
        """Return whether the band is that of a configuration."""
        return config.fingerprint() == self._config.fingerprint()

    def interval(self) -> Interval:
        """Return what is known by now, and begin the next run where the last has ended."""
        while self._left or self._look:
            if self._look is None:
                self._look = Look(self._left.pop(0), self._news, patient=True)
            if not (self._look.finished or self._look.fault):
                break
            self._take(self._look)
        if self._shown is None:
            table = findings.band(pd.concat(self._tables)) if len(self._tables) >= LEAST else pd.DataFrame()
            self._shown = Interval(self._asked, len(self._tables), self._failed, table)
        return self._shown

    def cancel(self) -> None:
        """Begin no more runs, and look no more at the present one."""
        self._left = []
        if self._look:
            self._look.cancel()

    def _take(self, look: Look) -> None:
        look.cancel()
        if look.finished:
            self._tables.append(look.table)
        else:
            self._failed, self.fault = self._failed + 1, look.fault
        self._look = self._shown = None

    def _news(self) -> None:
        look = self._look
        if look is None or look.finished or look.fault:  # a finished run may tell before the look at it is kept
            self._notify()


def sets() -> int:
    """Return how many parameter sets a band goes over: 0 where the ensemble has too few for an interval."""
    there = min(SETS, len(load_ensemble()) - 1)
    return there if there >= LEAST else 0


def over(config: Config) -> list[Config]:
    """Return the configuration with parameter sets 1, 2, ... of the ensemble and a seed of its own for each."""
    if not (count := sets()):
        return []
    return [one.model_copy(update={"parameter_sets": 1, "seed": (config.seed + k) % SEED_LIMIT})
            for k, one in enumerate(parameter_sets(config.model_copy(update={"parameter_sets": count})))]
