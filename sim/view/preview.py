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

SCALE, PAIRS = 1000, 4
"""People per row of a quick run, at least, and how many pairs there are."""
OUTCOMES = ("resident_urbanization", "hukou_urbanization", "jobs", "output", "debt", "debt_ratio")
"""Observations of all counties whose difference is told."""


class Answer(NamedTuple):
    """What is known at one moment: the year, people per row, pairs asked for and finished, and the effect on each
    outcome with its 80 % interval, as `effects.spread` gives it (empty before the first pair)."""

    year: int
    scale: int
    asked: int
    done: int
    effects: pd.DataFrame


class Preview:
    """Quick runs of a configuration with and without its policy; `notify` is called whenever one of them moves on.

    Each pair has a parameter set and a seed of its own, so that the interval holds chance and what is not known of
    parameters. No emulator: runs at this scale take half a second, and hold for any policy, conditions and data.
    """

    def __init__(self, config: Config, notify: Callable[[], object]):
        self._year = min(load_indicators().target_year, config.end)
        quick = config.model_copy(update={"scale": max(config.scale, SCALE)})
        found = band.over(quick) or [quick.model_copy(update={"seed": (quick.seed + k) % SEED_LIMIT})
                                     for k in range(PAIRS)]
        self._configs = found[:PAIRS]
        self._pairs = [tuple(Look(run, notify) for run in (one, reference_run(one))) for one in self._configs]

    @property
    def fault(self) -> Exception | None:
        """What went wrong in one of the runs."""
        return next((look.fault for pair in self._pairs for look in pair if look.fault), None)

    def answer(self) -> Answer:
        """Return what is known by now."""
        rows = []
        for config, pair in zip(self._configs, self._pairs, strict=True):
            if all(look.finished for look in pair):
                ours, theirs = (_values(look.table, self._year) for look in pair)
                values = (ours - theirs).rename("value").rename_axis("indicator").reset_index()
                rows.append(values.assign(parameter_set=config.parameter_set, chance=config.seed, seed=config.seed))
        table = effects.spread(pd.concat(rows), ["indicator"]).set_index("indicator") if rows else pd.DataFrame()
        return Answer(self._year, self._configs[0].scale, len(self._pairs), len(rows), table)

    def cancel(self) -> None:
        """Look no more at the runs."""
        for pair in self._pairs:
            for look in pair:
                look.cancel()


def _values(table: pd.DataFrame, year: int) -> pd.Series:
    """Return the outcomes of all counties in a year."""
    rows = table[(table["group"] == "all_counties") & (table["year"] == year)].set_index("indicator")["value"]
    return rows[[*OUTCOMES]]
