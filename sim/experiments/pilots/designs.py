"""Designs of an evaluation: how pilots are drawn, and the estimate and interval that go with the draw.

All are differences in differences of the mean after less the mean before the start, with one number for each county
(Bertrand, Duflo and Mullainathan 2004, Quarterly Journal of Economics 119(1)): serial correlation does no harm.
"""

from typing import NamedTuple, Protocol

import networkx
import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist

LEVEL = 0.95


class Estimate(NamedTuple):
    """Estimates and half widths of their 95 % intervals, by trial."""

    value: np.ndarray
    half: np.ndarray


class Design(Protocol):
    """How pilots are drawn and their effect is estimated; draws are bool (trial, county)."""

    name: str
    n: int

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        """Return so many draws of pilots."""
        ...

    def estimate(self, changes: np.ndarray, treated: np.ndarray) -> Estimate:
        """Return the estimates from changes (trial, county) with these pilots."""
        ...

    def again(self, treated: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
        """Return weights of counties (trial or 1, draw, county) whose sum of changes is the estimate if others had been
        drawn, for a permutation test."""
        ...


class Random:
    """A simple draw: the difference of means and Welch's interval."""

    def __init__(self, counties: int, n: int, name: str = "random"):
        self.name, self.n, self.counties = name, n, counties

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        return np.argsort(np.argsort(random.random((count, self.counties)), axis=1), axis=1) < self.n

    def estimate(self, changes: np.ndarray, treated: np.ndarray) -> Estimate:
        ours, theirs = (changes[who].reshape(len(changes), -1) for who in (treated, ~treated))
        found = stats.ttest_ind(ours, theirs, axis=1, equal_var=False).confidence_interval(LEVEL)
        return Estimate(ours.mean(1) - theirs.mean(1), (found.high - found.low) / 2)

    def again(self, treated: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
        drawn = self.draw(count, random)
        return (drawn / self.n - ~drawn / (self.counties - self.n))[None]


class Given(Random):
    """Pilots that nobody drew: the same in every trial, judged as if they had been drawn."""

    def __init__(self, members: np.ndarray, name: str):
        super().__init__(len(members), int(members.sum()), name)
        self.members = members

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        return np.tile(self.members, (count, 1))

    def again(self, treated: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
        return Random(self.counties, self.n).again(treated, count, random)


class Stratified:
    """A draw within strata, in each of them about as many as its share of the counties: differences within strata.

    The variance within strata and arms is taken to be the same in all (Gerber and Green 2012, Field Experiments, 4.5).
    """

    name = "stratified"

    def __init__(self, strata: np.ndarray, n: int):
        self.n, self.strata = n, [np.flatnonzero(strata == kind) for kind in np.unique(strata)]
        quota = n * np.array([len(members) for members in self.strata]) / len(strata)
        self.counts = np.floor(quota).astype(int)
        self.counts[np.argsort(-(quota - self.counts), kind="stable")[: n - self.counts.sum()]] += 1
        self.counties = len(strata)

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        found = np.zeros((count, self.counties), bool)
        for members, number in zip(self.strata, self.counts, strict=True):
            found[:, members] = Random(len(members), number).draw(count, random)
        return found

    def estimate(self, changes: np.ndarray, treated: np.ndarray) -> Estimate:
        value, squares, factor, freedom = np.zeros(len(changes)), np.zeros(len(changes)), 0.0, 0
        for members, number in zip(self.strata, self.counts, strict=True):
            own, who, left = changes[:, members], treated[:, members], len(members) - number
            if not number or not left:
                continue
            ours, theirs = (own[one].reshape(len(own), -1) for one in (who, ~who))
            value += number / self.n * (ours.mean(1) - theirs.mean(1))
            squares += sum(((arm - arm.mean(1, keepdims=True)) ** 2).sum(1) for arm in (ours, theirs))
            freedom += len(members) - 2
            factor += (number / self.n) ** 2 * (1 / number + 1 / left)
        return Estimate(value, stats.t.ppf(0.5 + LEVEL / 2, freedom) * np.sqrt(squares / freedom * factor))

    def again(self, treated: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
        drawn, found = self.draw(count, random), np.zeros((count, self.counties))
        for members, number in zip(self.strata, self.counts, strict=True):
            if number and number < len(members):
                who = drawn[:, members]
                found[:, members] = number / self.n * (who / number - ~who / (len(members) - number))
        return found[None]


class Paired:
    """Counties are paired by how alike they are; of n pairs drawn one county each becomes a pilot by lot, the other is
    what it is compared with, and the rest is left out: the mean difference within pairs and its t interval."""

    name = "paired"

    def __init__(self, features: np.ndarray, n: int):
        self.n, self.counties, self.pairs = n, len(features), pairs(features)

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        found = np.zeros((count, self.counties), bool)
        for row in found:
            chosen = self.pairs[random.permutation(len(self.pairs))[: self.n]]
            row[chosen[np.arange(self.n), random.integers(0, 2, self.n)]] = True
        return found

    def estimate(self, changes: np.ndarray, treated: np.ndarray) -> Estimate:
        differences = self._differences(changes, treated)
        found = stats.ttest_1samp(differences, 0, axis=1).confidence_interval(LEVEL)
        return Estimate(differences.mean(1), (found.high - found.low) / 2)

    def again(self, treated: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
        sign = random.choice([-1.0, 1.0], (count, len(self.pairs)))
        own = self._signs(treated)  # trial, pair
        found = np.zeros((len(treated), count, self.counties))
        for side, factor in ((0, 1.0), (1, -1.0)):
            found[:, :, self.pairs[:, side]] = factor * own[:, None] * sign / self.n
        return found

    def _signs(self, treated: np.ndarray) -> np.ndarray:
        return treated[:, self.pairs[:, 0]].astype(float) - treated[:, self.pairs[:, 1]]

    def _differences(self, changes: np.ndarray, treated: np.ndarray) -> np.ndarray:
        sign = self._signs(treated)
        values = sign * (changes[:, self.pairs[:, 0]] - changes[:, self.pairs[:, 1]])
        return values[sign != 0].reshape(len(changes), self.n)


def pairs(features: np.ndarray) -> np.ndarray:
    """Return pairs of counties (pair, 2) whose standardised features (county, feature) are together nearest; of an odd
    number of counties one has no pair."""
    spread = features.std(0)
    distance = cdist(*[features / np.where(spread > 0, spread, 1)] * 2)
    graph = networkx.Graph()
    graph.add_weighted_edges_from((a, b, distance[a, b]) for a in range(len(features)) for b in range(a))
    return np.array(sorted(tuple(sorted(pair)) for pair in networkx.min_weight_matching(graph)))
