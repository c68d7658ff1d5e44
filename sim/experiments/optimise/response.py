"""How outcomes of counties answer to doses: a ridge regression on runs, as a difference to no policy.

One run gives every county doses of its own, and so as many points as there are counties. Effects are quadratic in
doses, and less or more the more is done beside them, as measures share works and money. Slopes differ by county type,
external condition and parameter set, and where all counties carry out packages together: spill-over between neighbours
is then another than for random doses, where it is noise. The penalty is chosen for each outcome by leaving out one
point at a time (Golub, Heath and Wahba 1979).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import RidgeCV

PENALTIES = np.logspace(-1, 4, 11)


class Points(NamedTuple):
    """Points to learn from: doses by (point, lever), codes by (point, trait), negative for none, differences by (point,
    outcome), and weights, which are residents: chance is smaller where more live."""

    doses: np.ndarray
    traits: np.ndarray
    differences: np.ndarray
    weights: np.ndarray

    def with_others(self, other: "Points") -> "Points":
        """Return these points and others."""
        return Points(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))


class Response:
    """Differences of outcomes to no policy as a function of doses and traits."""

    def __init__(self, points: Points, levels: Sequence[int]):
        self.levels = list(levels)
        features = self._features(points.doses, points.traits)
        fitted = RidgeCV(alphas=PENALTIES, alpha_per_target=True)
        fitted.fit(features, points.differences, sample_weight=points.weights / points.weights.mean())
        self.weights, self.constant = fitted.coef_.T, fitted.intercept_

    def __call__(self, doses: np.ndarray, traits: np.ndarray, outcomes: slice = slice(None)) -> np.ndarray:
        """Return differences by (point, set of traits, outcome) of doses by (point, lever), traits by (point, set of
        traits, trait)."""
        common, weights = _basis(doses), self.weights[:, outcomes]
        found = (common @ weights[: common.shape[1]] + self.constant[outcomes])[:, None]
        own = weights[common.shape[1]:].reshape(sum(self.levels), doses.shape[1] + 1, -1)
        own = np.concatenate([own, np.zeros_like(own[:1])])
        place = np.where(traits < 0, len(own) - 1, traits + np.cumsum([0, *self.levels[:-1]]))
        slopes = own[place].sum(2)  # point, set, 1 + lever, outcome
        return found + slopes[:, :, 0] + np.einsum("pl,pslo->pso", doses, slopes[:, :, 1:], optimize=True)

    def _features(self, doses: np.ndarray, traits: np.ndarray) -> np.ndarray:
        lines = np.hstack([np.ones((len(doses), 1)), doses])
        own = [lines * (traits[:, k] == level)[:, None] for k, count in enumerate(self.levels)
               for level in range(count)]
        return np.hstack([_basis(doses), *own])


def _basis(doses: np.ndarray) -> np.ndarray:
    return np.hstack([doses, doses**2, doses * doses.mean(1, keepdims=True)])
