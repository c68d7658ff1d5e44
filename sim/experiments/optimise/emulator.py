"""The emulator of packages: what runs without policy show, plus the learnt response to doses, scored with chance."""

import copy
from collections.abc import Sequence

import numpy as np

from sim.experiments.optimise.futures import INDICATORS, Found, Future
from sim.experiments.optimise.response import Points, Response
from sim.experiments.optimise.scoring import Scores, achieved, met
from sim.experiments.optimise.units import ALL, Plans, Unit

SCATTERED, TOGETHER = -1, 0
"""Trait of runs with random doses of single counties, which is none, and of runs with packages: what these teach is
how all counties of a unit together depart from a county alone."""


class Emulator:
    """Scores of packages in each future of the search, learnt from runs with random doses and runs with packages."""

    def __init__(self, plans: Plans, futures: Sequence[Future], without: Found, seeds: int):
        """`without` has the runs without policy by future and, within it, seed."""
        self.of_factor, self.loss = plans.of_factor, plans.loss
        self.without = Found(*(part.reshape(len(futures), seeds, *part.shape[1:]) for part in without))
        self.each, *others = self.without
        self.bases, self.goals, self.residents = (part.mean(1) for part in others)
        self.kinds, self.kind = np.unique(plans.baseline.counties["county_type"].to_numpy(), return_inverse=True)
        externals = list(dict.fromkeys(one.external for one in futures))
        sets = list(dict.fromkeys(one.parameter_set for one in futures))
        self.traits = np.array([[externals.index(one.external), sets.index(one.parameter_set)] for one in futures])
        self.levels = [len(self.kinds), len(externals), len(sets), 1]
        self.points: Points | None = None

    def learn(self, found: Found, doses: np.ndarray, future: np.ndarray, seed: np.ndarray, regime: int) -> None:
        """Learn from runs with doses by (run, county, lever), under futures and seeds by position."""
        counties = len(self.kind)
        differences = found.values - self.each[future, seed]
        traits = np.stack([np.tile(self.kind, (len(future), 1)),
                           *np.repeat(self.traits[future].T[:, :, None], counties, axis=2),
                           np.full((len(future), counties), regime)], axis=-1)
        points = Points(doses.reshape(-1, doses.shape[-1]), traits.reshape(-1, traits.shape[-1]),
                        differences.reshape(-1, differences.shape[-1]), found.residents.ravel())
        self._fit(self.points.with_others(points) if self.points else points)

    def _fit(self, points: Points, penalties: np.ndarray | None = None) -> None:
        self.points, counties = points, len(self.kind)
        self.response = Response(points, self.levels, penalties)
        left = points.differences - self.response(points.doses, points.traits[:, None])[:, 0]
        whole = points.differences.var(0)
        self.missed = np.divide(left.var(0), whole, out=np.zeros_like(whole), where=whole > 0)
        left = left.reshape(-1, counties, left.shape[-1])
        carried = points.traits[::counties, -1] == TOGETHER
        self.bias = left[carried if carried.any() else slice(None)].mean(0)  # county, outcome
        own = self.each.std(1, ddof=1).mean(0) if self.each.shape[1] > 1 else 0.0
        # Two runs are apart by the chance of both; where common random numbers leave little, that of a seed counts.
        self.chance = np.sqrt(np.maximum(left.var(0) / 2, np.square(own)))[:, : len(INDICATORS)]
        self.apart = left.std(0)[:, : len(INDICATORS)]

    def unlearnt(self, runs: slice) -> "Emulator":
        """Return the emulator without some of the runs that it learnt, the last of which is -1; penalties stay."""
        assert self.points is not None
        kept = np.ones((len(self.points.doses) // len(self.kind), len(self.kind)), bool)
        kept[runs] = False
        other = copy.copy(self)
        other._fit(Points(*(part[kept.ravel()] for part in self.points)), self.response.penalties)
        return other

    def beside(self, without: Found, future: np.ndarray) -> "Emulator":
        """Return the emulator of runs that have the seed and parameters of other runs without policy, each under one of
        the futures by position or like it: scores are what these show and what packages add to it."""
        other = copy.copy(self)
        other.each, other.bases, other.goals, other.residents = without.values[:, None], *without[1:]
        other.traits, other.chance = self.traits[future], self.apart
        return other

    def of_factors(self, unit: Unit, doses: np.ndarray) -> Scores:
        """Return scores of packages with doses by (package, factor) for a unit, by (package, future).

        What prefectures or the province decide is taken as the unit decides it.
        """
        return self._scores(unit, *self._variants(unit, doses))

    def cost(self, unit: Unit, doses: np.ndarray) -> np.ndarray:
        """Return mean costs over futures of packages with doses by (package, factor), yuan per resident."""
        levers, variant = self._variants(unit, doses)
        return self._paid(unit, self._values(unit, levers, variant, slice(-1, None))).mean(1)

    def of_counties(self, unit: Unit, doses: np.ndarray) -> Scores:
        """Return scores of one package with doses by (county, lever), by (1, future)."""
        own = doses[unit.members]
        return self._scores(unit, own[None], np.arange(len(own)))

    def _variants(self, unit: Unit, doses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return doses by (package, variant, lever), and the variant of each county of a unit: counties of one type are
        alike, but for those that lose people, which have a plan above that of their type."""
        levers, loss = doses @ self.of_factor, self.loss[unit.members]
        if unit.name != ALL and unit.name not in self.kinds:
            loss = np.full_like(loss, np.nan)
        own = np.column_stack([self.kind[unit.members], np.nan_to_num(loss, nan=-1.0)])
        _, first, variant = np.unique(own, axis=0, return_index=True, return_inverse=True)
        return np.stack([np.where(np.isnan(loss[k]), levers, loss[k]) for k in first], axis=1), variant.ravel()

    def _values(self, unit: Unit, doses: np.ndarray, variant: np.ndarray, outcomes: slice) -> np.ndarray:
        """Return outcomes by (package, future, county, outcome)."""
        packages, variants, futures = *doses.shape[:2], len(self.traits)
        kind = np.empty(variants, int)
        kind[variant] = self.kind[unit.members]
        traits = np.empty((packages, variants, futures, 4), int)
        traits[..., 0], traits[..., 1:3], traits[..., 3] = kind[None, :, None], self.traits, TOGETHER
        moved = self.response(doses.reshape(-1, doses.shape[-1]), traits.reshape(-1, futures, 4), outcomes)
        moved = moved.reshape(packages, variants, futures, -1).swapaxes(1, 2)
        still = self.each.mean(1)[:, unit.members] + self.bias[unit.members]
        found: np.ndarray = still[..., outcomes] + moved[:, :, variant]
        return found

    def _scores(self, unit: Unit, doses: np.ndarray, variant: np.ndarray) -> Scores:
        values = self._values(unit, doses, variant, slice(None))
        indicators, chance = values[..., : len(INDICATORS)], self.chance[unit.members]
        bases, goals = self.bases[:, unit.members], self.goals[:, unit.members]
        return Scores(achieved(indicators, bases, goals, chance).mean(-1), met(indicators, goals, chance).mean(-1),
                      self._paid(unit, values), values[..., -2].mean(-1))

    def _paid(self, unit: Unit, values: np.ndarray) -> np.ndarray:
        residents = self.residents[:, unit.members]
        return np.asarray((np.maximum(values[..., -1], 0) * residents).sum(-1) / residents.sum(-1))
