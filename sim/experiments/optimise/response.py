"""How outcomes of counties answer to doses: a ridge regression on runs, as a difference to no policy.

One run gives every county doses of its own, and so as many points as there are counties. Effects are quadratic in
doses, and less or more the more is done beside them, as measures share works and money. Slopes differ by county type,
external condition and parameter set, and where all counties carry out packages together: spill-over between neighbours
is then another than for random doses, where it is noise. The penalty is chosen for each outcome by leaving out one
point at a time (Golub, Heath and Wahba 1979).

Money is another matter: doses have prices, and add up until works or money bind. Quadratic terms learnt where they bind
would have cheap packages cost too little.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Ridge, RidgeCV

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

    def __init__(self, points: Points, levels: Sequence[int], penalties: np.ndarray | None = None):
        """`penalties` by outcome are chosen unless they are given."""
        self.levels = list(levels)
        features = self._features(points.doses, points.traits)
        fitted = RidgeCV(alphas=PENALTIES, alpha_per_target=True) if penalties is None else Ridge(alpha=penalties)
        fitted.fit(features, points.differences, sample_weight=points.weights / points.weights.mean())
        self.penalties = fitted.alpha_ if penalties is None else penalties
        self.weights, self.constant, self.paid = fitted.coef_.T, fitted.intercept_, Paid(points)

    def __call__(self, doses: np.ndarray, traits: np.ndarray, outcomes: slice = slice(None)) -> np.ndarray:
        """Return differences by (point, set of traits, outcome) of doses by (point, lever), traits by (point, set of
        traits, trait); the last outcome is what is paid."""
        common, weights = _basis(doses), self.weights[:, outcomes]
        found = (common @ weights[: common.shape[1]] + self.constant[outcomes])[:, None]
        own = weights[common.shape[1]:].reshape(sum(self.levels), doses.shape[1] + 1, -1)
        own = np.concatenate([own, np.zeros_like(own[:1])])
        place = np.where(traits < 0, len(own) - 1, traits + np.cumsum([0, *self.levels[:-1]]))
        slopes = own[place].sum(2)  # point, set, 1 + lever, outcome
        found = found + slopes[:, :, 0] + np.einsum("pl,pslo->pso", doses, slopes[:, :, 1:], optimize=True)
        found[..., -1] = self.paid(doses)[:, None]
        return found

    def _features(self, doses: np.ndarray, traits: np.ndarray) -> np.ndarray:
        lines = np.hstack([np.ones((len(doses), 1)), doses])
        own = [lines * (traits[:, k] == level)[:, None] for k, count in enumerate(self.levels)
               for level in range(count)]
        return np.hstack([_basis(doses), *own])


class Paid:
    """Yuan per resident paid for doses: their sum at prices, and of a large one what works and money let be spent.

    Prices are not negative (Lawson and Hanson 1974), and those of the half of points that ask for least; how much of
    what is asked for is paid rises with it (isotonic regression).
    """

    def __init__(self, points: Points):
        paid, weights = points.differences[:, -1], np.sqrt(points.weights)
        asked = points.doses.sum(1)
        for _ in range(2):  # least in doses, then least in money
            least = asked <= np.median(asked)
            self.prices, _ = nnls(points.doses[least] * weights[least, None], paid[least] * weights[least])
            asked = points.doses @ self.prices
        self.curve = IsotonicRegression(out_of_bounds="clip").fit(asked, paid, sample_weight=points.weights)

    def __call__(self, doses: np.ndarray) -> np.ndarray:
        """Return what is paid by point, of doses by (point, lever)."""
        return np.asarray(self.curve.predict(doses @ self.prices))


def _basis(doses: np.ndarray) -> np.ndarray:
    return np.hstack([doses, doses**2, doses * doses.mean(1, keepdims=True)])
