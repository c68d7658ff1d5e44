"""What a change of choices comes to, from a few quick runs before it is run: pairs with and without the policy."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from sim.compose import reference_run
from sim.config import SEED_LIMIT, Config
from sim.config.files import load_indicators
from sim.report.tables import effects
from sim.view import band
from sim.view.background import Look

SCALE, PAIRS = 1000, 5
"""People per row of a quick run, at least, and how many pairs there are."""
OUTCOMES = ("resident_urbanization", "hukou_urbanization", "jobs", "output", "debt", "debt_ratio")
"""Observations of all counties whose difference is told."""


class Answer(NamedTuple):
    """What is known at one moment: the year, people per row, parameter sets, pairs asked for and finished, and the
    effect on each outcome with its 80 % interval, as `effects.spread` gives it (empty before the first pair)."""

    year: int
    scale: int
    sets: int
    asked: int
    done: int
    effects: pd.DataFrame
    moved: pd.Series
    """Mean difference of each outcome to the last choices whose runs had all ended, over the same sets and seeds; empty
    where there are none of the same conditions."""


class Preview:
    """Quick runs of a configuration with and without its policy; `notify` is called whenever one of them has ended.

    Each pair has a parameter set and a seed of its own, so that the interval holds chance and what is not known of
    parameters; without an ensemble it has a seed alone. No emulator: runs at this scale take half a second, and hold
    for any policy, conditions and data.
    """

    def __init__(self, config: Config, notify: Callable[[], object], before: "Preview | None" = None):
        self._before = before.settled() if before else {}
        self._year, self._notify = min(load_indicators().target_year, config.end), notify
        quick = config.model_copy(update={"scale": max(config.scale, SCALE), "end": self._year})
        self._configs = (band.over(quick) or [quick.model_copy(update={"seed": (quick.seed + k) % SEED_LIMIT})
                                              for k in range(PAIRS)])[:PAIRS]
        self._without = [reference_run(one) for one in self._configs]
        self._looks, self._told = list[Look](), 0
        for pair in zip(self._configs, self._without, strict=True):
            for run in pair:
                self._looks.append(Look(run, self._news, patient=True))

    @property
    def fault(self) -> Exception | None:
        """What went wrong in one of the runs."""
        return next((look.fault for look in self._looks if look.fault), None)

    def answer(self) -> Answer:
        """Return what is known by now."""
        rows = []
        for config, ours, theirs in zip(self._configs, self._looks[::2], self._looks[1::2], strict=True):
            if ours.finished and theirs.finished:
                values = _values(ours.table, self._year) - _values(theirs.table, self._year)
                rows.append(values.rename("value").rename_axis("indicator").reset_index().assign(
                    parameter_set=config.parameter_set, chance=config.seed, seed=config.seed))
        moved = [now - self._before[key] for key, now in self._ended().items() if key in self._before]
        table = effects.spread(pd.concat(rows), ["indicator"]).set_index("indicator") if rows else pd.DataFrame()
        sets = len({config.parameter_set for config in self._configs})
        mean = pd.concat(moved, axis=1).mean(axis=1) if moved else pd.Series(dtype=float)
        return Answer(self._year, self._configs[0].scale, sets, len(self._configs), len(rows), table, mean)

    def settled(self) -> dict[str, pd.Series]:
        """Return the outcomes of each run under the policy by what else it is made of; those that it is held against
        itself where not all have ended."""
        ended = self._ended()
        return ended if len(ended) == len(self._configs) else self._before

    def _ended(self) -> dict[str, pd.Series]:
        return {without.fingerprint(): _values(look.table, self._year)
                for without, look in zip(self._without, self._looks[::2], strict=True) if look.finished}

    def cancel(self) -> None:
        """Look no more at the runs."""
        for look in self._looks:
            look.cancel()

    def _news(self) -> None:
        """Pass on that a run has ended; years of runs under way are no news."""
        ended = sum(look.finished or look.fault is not None for look in self._looks)
        if ended > self._told:
            self._told = ended
            self._notify()


def _values(table: pd.DataFrame, year: int) -> pd.Series:
    """Return the outcomes of all counties in a year."""
    rows = table[(table["group"] == "all_counties") & (table["year"] == year)].set_index("indicator")["value"]
    return rows[[*OUTCOMES]]
