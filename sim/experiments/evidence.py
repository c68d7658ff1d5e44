"""Pooling of published estimates, by which parameters and effects of measures are derived from their rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from sim.config.derivations import factor, figures, load_derivations
from sim.config.evidence import DESCRIPTIVE, Estimate, Tier, load_evidence

WEIGHTS: dict[Tier, float] = {"shandong_county": 1.0, "china_county": 1.0, "china": 0.5, "elsewhere": 0.25}
"""How much a study counts by where it was done."""
SELECTION = 0.6
"""Correction of published effects for selection: four fifths are twice too large, one fifth right (0.8 / 2 + 0.2).

Nearly 80 % of reported effects are exaggerated, typically twofold, a third of them fourfold or more (Ioannidis, Stanley
and Doucouliagos 2017, The Power of Bias in Economics Research, Economic Journal 127, doi.org/10.1111/ecoj.12461).
"""
UNSELECTED = ("meta_analysis", *DESCRIPTIVE)
"""Designs whose figures no test of significance selects, or whose authors looked for selection."""
ENOUGH = 3
"""Number of sources from which the variance between places can be estimated."""
Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Pooled:
    """Estimate, 95 % prediction interval for another place, number of rows and the standard deviation between them."""

    estimate: float
    low: float
    high: float
    rows: int
    between: float


def derived(selection: float = SELECTION) -> dict[str, Pooled]:
    """Return value and range of each quantity of `configs/derivations.yaml`, in its own unit and within its bounds.

    Rows are converted, then pooled. Where fewer than three sources speak, the standard deviation between places is at
    least the median coefficient of variation between the estimates of those quantities on which three or more do.
    """
    derivations, names, estimates = load_derivations(), figures(), {row.id: row for row in load_evidence()}
    rows = {name: [_converted(estimates[row], factor(conversion, names))
                   for conversion in one.conversions for row in conversion.rows] for name, one in derivations.items()}
    known = [_values(own, selection) for own in rows.values() if len({row.source for row in own}) >= ENOUGH]
    variation = float(np.median([values.std(ddof=1) / abs(values.mean()) for values in known]))
    found = {}
    for name, one in derivations.items():
        own = pooled(rows[name], selection, variation)
        bounds = (-np.inf if one.least is None else one.least, np.inf if one.most is None else one.most)
        low, high = (float(end) for end in np.clip((own.low, own.high), *bounds))
        found[name] = replace(own, low=low, high=high)
    return found


def pooled(rows: Sequence[Estimate], selection: float = SELECTION, variation: float = 0.0) -> Pooled:
    """Pool estimates of one unit by random effects, weighted by place; `ValueError` where that cannot be done.

    Rows of meta-analyses and plain counts are taken as they are, all others times `selection`. Where no error is
    published it is the width of the interval over 2 x 1.96, or the greatest at which the estimate would still differ
    from zero at 5 %; a null result without figures is 0 with the median error of the other rows. Variance between
    places: DerSimonian and Laird (1986), and with fewer than three sources at least that of the coefficient of
    `variation` at the plain mean. Weights: place / rows of the same source / (error^2 + variance between).
    """
    if not rows or len({row.unit for row in rows}) > 1:
        raise ValueError("expected rows of one unit")
    values = _values(rows, selection)
    variances = _errors(rows) ** 2
    shared = Counter(row.source for row in rows)
    between = _between(values, variances)
    if len(shared) < ENOUGH:
        between = max(between, float(variation * values.mean()) ** 2)
    places = np.array([WEIGHTS[row.tier] / shared[row.source] for row in rows])
    weights = places / (variances + between)
    weights /= weights.sum()
    mean = float(weights @ values)
    half = Z * float(np.sqrt(between + weights**2 @ (variances + between)))
    return Pooled(mean, mean - half, mean + half, len(rows), float(np.sqrt(between)))


def _converted(row: Estimate, factor: float) -> Estimate:
    """Return a row times a factor, in the model's unit."""
    ends = None if row.low is None or row.high is None else sorted((row.low * factor, row.high * factor))
    return row.model_copy(update={
        "unit": "the model's", "estimate": None if row.estimate is None else row.estimate * factor,
        "low": ends and ends[0], "high": ends and ends[1],
        "standard_error": None if row.standard_error is None else row.standard_error * abs(factor)})


def _values(rows: Sequence[Estimate], selection: float) -> np.ndarray:
    return np.array([_centre(row) * (1 if row.design in UNSELECTED else selection) for row in rows])


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
