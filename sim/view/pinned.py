"""A run that a visitor pins, to compare later ones with it: what was chosen, in words, and what was observed."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sim.config import Config
from sim.config.files import load_measures
from sim.report.words.bilingual import Words
from sim.view.choices import ALL, Choices
from sim.view.words import PIN, SCOPE_NAMES

NAMED = 3
"""Doses that are named at most, of those that were changed."""
COLOUR = "#A85400"


@dataclass(frozen=True)
class Pinned:
    """The choices of a run, its configuration and its observations until it was pinned."""

    choices: Choices
    setting: Config
    ours: pd.DataFrame

    @cached_property
    def values(self) -> pd.DataFrame:
        """Values by indicator and group (rows) and year (columns)."""
        return self.ours.pivot(index=["indicator", "group"], columns="year", values="value")

    @cached_property
    def run(self) -> Words:
        """What was chosen."""
        setting = self.setting
        return PIN["run"].fill(
            policy=setting.policy.title, doses=self._doses(), external=setting.external.title, seed=setting.seed,
            scale=f"{setting.scale:,}", year=int(self.ours["year"].max()))

    def said(self, setting: Config) -> Words:
        """Return how the run is drawn, what was chosen, and what makes it hard to compare with another."""
        parts = [PIN["line"].fill(run=self.run)]
        parts += [PIN[key] for key in ("seed", "scale") if getattr(setting, key) != getattr(self.setting, key)]
        return Words("".join(part.zh for part in parts), " ".join(part.en for part in parts))

    def _doses(self) -> Words:
        changes = self.choices.changes
        if not changes:
            return Words("", "")
        measures = load_measures()
        named = []
        for (scope, name), dose in list(changes.items())[:NAMED]:
            words = PIN["dose" if scope == ALL else "dose_of"]
            named.append(words.fill(measure=measures[name.partition(".")[0]].title, dose=f"{dose:g}",
                                    scope=SCOPE_NAMES[scope]))
        more = PIN["more"].fill(count=len(changes)) if len(changes) > NAMED else Words("", "")
        joined = Words("、".join(one.zh for one in named), ", ".join(one.en for one in named))
        return PIN["doses"].fill(doses=Words(joined.zh + more.zh, joined.en + more.en))
