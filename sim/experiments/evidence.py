"""Pooling of published estimates, by which a parameter is derived from the rows that are on its scale."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from sim.config.evidence import DESCRIPTIVE, Estimate, Tier

WEIGHTS: dict[Tier, float] = {"shandong_county": 1.0, "china_county": 1.0, "china": 0.5, "elsewhere": 0.25}
"""How much a study counts by where it was done."""
SELECTION = 0.6
"""Correction of published effects for selection: four fifths are twice too large, one fifth right (0.8 / 2 + 0.2).

Nearly 80 % of reported effects are exaggerated, typically twofold, a third of them fourfold or more (Ioannidis, Stanley
and Doucouliagos 2017, The Power of Bias in Economics Research, Economic Journal 127, doi.org/10.1111/ecoj.12461).
"""
UNSELECTED = ("meta_analysis", *DESCRIPTIVE)
"""Designs whose figures no test of significance selects, or whose authors looked for selection."""
Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Pooled:
    """Estimate, 95 % prediction interval for another place, number of rows and the standard deviation between them."""

    estimate: float
    low: float
    high: float
    rows: int
    between: float


def pooled(rows: Sequence[Estimate], selection: float = SELECTION) -> Pooled:
    """Pool estimates of one unit by random effects, weighted by place; `ValueError` where that cannot be done.

    Rows of meta-analyses and plain counts are taken as they are, all others times `selection`. Where no error is
    published it is the width of the interval over 2 x 1.96, or the greatest at which the estimate would still differ
    from zero at 5 %; a null result without figures is 0 with the median error of the other rows. Variance between
    places: DerSimonian and Laird (1986). Weights: place / rows of the same source / (error^2 + variance between).
    """
    if not rows or len({row.unit for row in rows}) > 1:
        raise ValueError("expected rows of one unit")
    values = np.array([_centre(row) * (1 if row.design in UNSELECTED else selection) for row in rows])
    variances = _errors(rows) ** 2
    between = _between(values, variances)
    shared = Counter(row.source for row in rows)
    places = np.array([WEIGHTS[row.tier] / shared[row.source] for row in rows])
    weights = places / (variances + between)
    weights /= weights.sum()
    mean = float(weights @ values)
    half = Z * float(np.sqrt(between + weights**2 @ (variances + between)))
    return Pooled(mean, mean - half, mean + half, len(rows), float(np.sqrt(between)))


def _centre(row: Estimate) -> float:
    """Return the estimate; the middle of a range published without one, and 0 for a null result without figures."""
    if row.estimate is not None:
        return row.estimate
    return 0.0 if row.low is None or row.high is None else (row.low + row.high) / 2


def _errors(rows: Sequence[Estimate]) -> np.ndarray:
    errors = np.full(len(rows), np.nan)
    for k, row in enumerate(rows):
        if row.standard_error is not None:
            errors[k] = row.standard_error
        elif row.low is not None and row.high is not None:
            errors[k] = (row.high - row.low) / (2 * Z)
        elif not row.null_result:
            errors[k] = abs(_centre(row)) / Z
    known = errors[~np.isnan(errors)]
    if not known.size or not (known > 0).all():
        raise ValueError("expected an error above 0 for at least one row")
    return np.where(np.isnan(errors), np.median(known), errors)


def _between(values: np.ndarray, variances: np.ndarray) -> float:
    """Return the variance between places by the method of moments, with inverse variances as weights."""
    weights = 1 / variances
    spread = weights @ (values - weights @ values / weights.sum()) ** 2
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, float((spread - (len(values) - 1)) / scale)) if len(values) > 1 else 0.0
