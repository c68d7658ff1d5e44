"""Totals over counties, of which observations are functions, and the register of observations."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.baseline.figures import Basis
from sim.core.described import Described


class Totals:
    """Named amounts by county, or summed over groups of counties; each is an attribute, an array of float64.

    Every observation is a function of such sums, so that a group's value is that of its counties together.
    """

    def __init__(self, amounts: dict[str, np.ndarray]):
        self._amounts = {name: np.asarray(amount, float) for name, amount in amounts.items()}

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._amounts[name]

    def of_groups(self, members: np.ndarray) -> "Totals":
        """Return sums over groups of counties (bool, (groups, counties))."""
        weights = members.astype(float)
        return Totals({name: weights @ amount for name, amount in self._amounts.items()})


@dataclass(frozen=True)
class Observation(Described):
    """A yearly observation: its titles and unit, function of totals, bases of county values, and whether it counts
    events."""

    measure: Callable[[Totals], np.ndarray]
    bases: tuple[Basis | str, ...]
    event: bool

    @property
    def name(self) -> str:
        """Name of the observation: that of its function."""
        return self.measure.__name__


OBSERVATIONS: dict[str, Observation] = {}
"""Every yearly observation by name, in the order of declaration."""


def observation(unit: str, *bases: Basis | str, zh: str, en: str, event: bool = False):
    """Register a function of totals as an observation: its only declaration, from which files, reports, the page and
    listings have name, unit and titles.

    Each of `bases` says how an input of the county values is known, or names the variable of `world.figures` that
    knows it; without any, values are observed. An event counts occurrences in a year, of which the base year has none.
    """

    def register(measure: Callable[[Totals], np.ndarray]) -> Callable[[Totals], np.ndarray]:
        OBSERVATIONS[measure.__name__] = Observation(zh, en, unit, measure, bases, event)
        return measure

    return register


def ratio(part: np.ndarray, whole: np.ndarray, factor: float = 1.0) -> np.ndarray:
    """Return factor x part / whole; not a number where the whole is zero."""
    return factor * part / np.where(whole == 0, np.nan, whole)


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return percentages; not a number where the whole is zero."""
    return ratio(part, whole, 100.0)
