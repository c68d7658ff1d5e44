"""What a county government knows when it plans a year, what it decides, and the base of every strategy."""

import functools
import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.config import Title
from sim.config.indicators import IndicatorSystem


@dataclass(frozen=True)
class Decision:
    """The plan of a county by lever: doses from 0 to 1, the year (with quarters) in which each begins to rise, and the
    order of payment, 0 first; infinite ranks share what is left."""

    doses: np.ndarray
    start: np.ndarray
    rank: np.ndarray


@dataclass(frozen=True, eq=False)
class Published:
    """What is known of all counties from yearbooks and reports on plans, up to the year before the one planned."""

    years: tuple[int, ...]
    counties: tuple[str, ...]  # codes
    classes: np.ndarray  # class of the yearly evaluation, by county; alike where the start knows none
    figures: Mapping[str, np.ndarray]  # by name, (year, county), in the units of the tables; no number where unknown
    doses: np.ndarray  # in place at the end of each year, (year, lever, county)
    plans: Decision  # in force, by (lever, county)
    goals: Mapping[str, np.ndarray]  # target of each of the nineteen indicators by county; no number where unknown
    achieved: Mapping[str, np.ndarray]  # share of the way to it, 0 to 1.2, by county
    system: IndicatorSystem  # the nineteen indicators with the rules of their targets and their weights

    def progress(self) -> np.ndarray:
        """Return the mean share of the way to targets by county, by the weights of the indicators."""
        weight = np.array([self.weight(name) for name in self.achieved])[:, None]
        share = np.array([*self.achieved.values()])
        known = ~np.isnan(share)
        done: np.ndarray = (weight * np.where(known, share, 0)).sum(0) / np.maximum((weight * known).sum(0), 1e-9)
        return done

    def weight(self, indicator: str) -> float:
        """Return the weight of an indicator: that of its aspect, shared by the indicators of the aspect."""
        return self._weights[indicator]

    @functools.cached_property
    def _weights(self) -> dict[str, float]:
        sharing = Counter(one.aspect for one in self.system.indicators.values())
        return {name: self.system.aspects[one.aspect].weight / sharing[one.aspect]
                for name, one in self.system.indicators.items()}


@dataclass(frozen=True)
class Sight:
    """What one county government sees: published figures, its ledger, its plan and what its works cost; no more.

    Arrays run over levers.
    """

    year: int  # the year planned
    county: int  # its place among `published.counties`
    county_type: str  # empty for a start that knows none
    levers: tuple[str, ...]  # measure.lever
    purposes: tuple[frozenset[str], ...]  # indicators with a target that the lever's measure is declared to improve
    plan: Decision  # of the policy, in the order of payment that the county has come to
    standing: np.ndarray  # doses in place
    cost: np.ndarray  # yuan of the year for a whole dose
    running_cost: np.ndarray  # yuan a year of a whole dose
    ledger: Mapping[str, float]  # its accounts of last year in yuan, and who paid how much for measures
    published: Published

    def figure(self, name: str) -> float:
        """Return its own figure of last year; raises KeyError for one that is not published."""
        return float(self.published.figures[name][-1, self.county])

    def gap(self, indicator: str) -> float:
        """Return the share of the way to its target that is still to go, 0 where that is met or unknown."""
        left = 1 - float(self.published.achieved[indicator][self.county])
        return 0.0 if math.isnan(left) else min(max(left, 0.0), 1.0)

    def of(self, name: str) -> np.ndarray:
        """Return which levers are meant by the name of a measure, of one lever or `all` (bool)."""
        return np.array([name in ("all", lever, lever.partition(".")[0]) for lever in self.levers])

    @property
    def peers(self) -> np.ndarray:
        """Places of the counties of its class among `published.counties`, its own among them."""
        return np.flatnonzero(self.published.classes == self.published.classes[self.county])


class Strategy(ABC):
    """How a county government decides: once a year, from what it sees and nothing else.

    It remembers nothing (`Sight` holds all years) and draws nothing, so that equal seeds stay equal. Arguments of
    `__init__` are its settings, numbers with defaults.
    """

    title: ClassVar[Title | None] = None

    @abstractmethod
    def decide(self, sight: Sight) -> Decision:
        """Return the plan from this year on."""
