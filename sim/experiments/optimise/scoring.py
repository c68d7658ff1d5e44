"""What a package is worth: achievement of targets, targets met, cost and debt, as promised and as runs show."""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from sim import targets
from sim.config.files import load_indicators
from sim.experiments.optimise.futures import INDICATORS, Found

SYSTEM = load_indicators()
BETTER = [one.better for one in SYSTEM.indicators.values()]
SIGNS = np.array([1.0 if better == "up" else -1.0 for better in BETTER])

NODES, SHARES = np.polynomial.hermite_e.hermegauss(3)
"""Points and weights of a normal distribution (Gauss-Hermite): achievement is capped, so that chance moves its mean."""


class Scores(NamedTuple):
    """Scores of packages, each by (package, future): mean over a unit's counties of achievement (capped composite of
    all targets), of the share of targets met and of the debt ratio in %, and yuan per resident."""

    achievement: np.ndarray
    met: np.ndarray
    cost: np.ndarray
    debt: np.ndarray


def importance() -> np.ndarray:
    """Return the weight of each indicator: aspects as declared, indicators of an aspect alike; they sum to 1."""
    aspects = [one.aspect for one in SYSTEM.indicators.values()]
    weights = targets.weights(SYSTEM)
    return np.array([weights[aspect] / aspects.count(aspect) for aspect in aspects])


IMPORTANCE = importance()


def achieved(values: np.ndarray, bases: np.ndarray, goals: np.ndarray, chance: np.ndarray | float = 0.0) -> np.ndarray:
    """Return mean achievement over indicators (last axis), expected where values have a standard deviation."""
    nodes = [(0.0, 1.0)] if np.ndim(chance) == 0 else list(zip(NODES, SHARES / SHARES.sum(), strict=True))
    whole: np.ndarray | float = 0.0
    for node, share in nodes:
        seen = values + node * chance
        for k, better in enumerate(BETTER):
            whole = whole + share * IMPORTANCE[k] * targets.achievement(
                seen[..., k], bases[..., k], goals[..., k], better)
    return np.asarray(whole)


def met(values: np.ndarray, goals: np.ndarray, chance: np.ndarray | float = 0.0) -> np.ndarray:
    """Return the share of targets met (last axis), expected where values have a standard deviation."""
    room = SIGNS * (values - goals)
    if np.ndim(chance) == 0:
        return (room >= 0).mean(-1)
    return norm.cdf(room / np.maximum(chance, 1e-12)).mean(-1)


def seen(found: Found, members: np.ndarray) -> Scores:
    """Return scores of runs for a unit, by (run,)."""
    values, count = found.values[:, members], len(INDICATORS)
    bases, goals, residents = (part[:, members] for part in (found.bases, found.goals, found.residents))
    indicators = values[..., :count]
    return Scores(achieved(indicators, bases, goals).mean(1), met(indicators, goals).mean(1),
                  (values[..., -1] * residents).sum(1) / residents.sum(1), values[..., -2].mean(1))
