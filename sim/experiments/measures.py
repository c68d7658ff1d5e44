"""Measures one by one: each alone at full dose and paid for, against no new policy with the same seeds."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.config import Config, Policy
from sim.config.measures import Measure
from sim.model import CountyUrbanization

LAST = 2026
"""Year whose observations are compared: by then the slowest measure begun in 2021 is built and takes effect."""


class Alone:
    """Effects of single measures under a configuration, by seed; runs are kept, so that they share the baseline.

    Measures that a measure needs are delivered on both sides.
    """

    def __init__(self, config: Config):
        self.config = config.model_copy(update={"start": 2021, "end": LAST})
        self.seeds = [config.seed + k for k in range(config.seeds)]
        self._runs: dict[tuple[frozenset[str], int], pd.Series] = {}
        self._delivered: dict[tuple[frozenset[str], int], pd.Series] = {}

    def effect(self, name: str) -> pd.DataFrame:
        """Return the effect of a measure on each observation: rows (group, indicator, year), a column for each seed."""
        needed = partners(self.config.measures[name])
        return pd.DataFrame({seed: self.observed(needed | {name}, seed) - self.observed(needed, seed)
                             for seed in self.seeds})

    def judge(self, name: str) -> pd.DataFrame:
        """Return the expectations of a measure, one row for each group of counties, beside its effect in `LAST`.

        Columns: measure, indicator, group, sign, why, delivered (dose in place), without (value without it), effect
        (mean over seeds, % of that), noise (its standard error, % points), holds (sign as expected, and beyond twice
        the noise).
        """
        measure, effect, delivered = self.config.measures[name], self.effect(name), self.delivered(name)
        rows = []
        for expected in measure.expected:
            for group in expected.types or ("all_counties",):
                key = (group, expected.indicator, LAST)
                without = pd.Series({seed: self.observed(partners(measure), seed).loc[key] for seed in self.seeds})
                change = 100 * effect.loc[key] / without
                holds = abs(change.mean()) > 2 * change.sem() and (change.mean() > 0) == (expected.sign == "up")
                rows.append({"measure": name, "indicator": expected.indicator, "group": group, "sign": expected.sign,
                             "why": expected.why, "delivered": delivered, "without": without.mean(),
                             "effect": change.mean(), "noise": change.sem(), "holds": bool(holds)})
        return pd.DataFrame(rows)

    def observed(self, names: Iterable[str], seed: int) -> pd.Series:
        """Return every observation under these measures by (group, indicator, year)."""
        key = frozenset(names), seed
        if key not in self._runs:
            config = self.config.model_copy(update={"policy": full(key[0])})
            model = CountyUrbanization(config=config, rng=seed)
            model.run_until_end()
            self._runs[key] = model.indicators().set_index(["group", "indicator", "year"])["value"]
            doses = model.world.observed.table("doses")
            standing = doses[doses["year"] == LAST].groupby("measure", observed=True)["delivered"].mean()
            self._delivered[key] = standing
        return self._runs[key]

    def delivered(self, name: str) -> float:
        """Return the dose of a measure that stands in `LAST`, the mean over levers, counties and seeds."""
        names = partners(self.config.measures[name]) | {name}
        for seed in self.seeds:
            self.observed(names, seed)
        return float(np.mean([self._delivered[frozenset(names), seed][name] for seed in self.seeds]))


def partners(measure: Measure) -> set[str]:
    """Return the measures without which a part of this one's effect is lost."""
    return {name for lever in measure.levers.values() for effect in lever.effects for name in effect.needs}


def full(names: Iterable[str]) -> Policy:
    """Return the policy of measures at full dose from 2021 on, paid for whatever counties have."""
    return Policy.model_validate({
        "name": "alone", "title": {"zh": "单项措施", "en": "Single measures"},
        "question": {"zh": "单项措施本身有什么作用？", "en": "What does a measure do by itself?"},
        "differs": {"zh": "这些措施按满剂量实施，别的不做。", "en": "These measures at full dose, and nothing else."},
        "why": {"zh": "用来分清每项措施的作用。", "en": "To tell apart what each measure does."},
        "doses": dict.fromkeys(sorted(names), 1.0), "start": "2021Q1", "funding": {"guaranteed": True}})
