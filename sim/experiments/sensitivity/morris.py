"""Screening by elementary effects (Morris 1991; Campolongo, Cariboni and Saltelli 2007)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from sim.config.sensitivity import Sensitivity
from sim.experiments.sensitivity.factors import LEVER, Factor
from sim.experiments.sensitivity.points import Points
from sim.experiments.sensitivity.problem import (
    TOP,
    agreement,
    growing,
    is_grouped,
    membership,
    noise_share,
    overall,
    problem,
    units,
)

LEVELS = 4
"""Levels of the design's grid, as is usual; steps are two thirds of a range."""

STEP = LEVELS / (2 * (LEVELS - 1))
CERTAIN = 1.645
"""Standard normal quantile of 95 %, one-sided."""

MOST = 0.9
"""Part of the variance of an outcome that its leading unknowns make together."""


def screen(config: Sensitivity, factors: Sequence[Factor], points: Points,
           names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Run Morris's design and return its tables.

    `indices`: by group of counties, outcome and factor mu, mu* with its 95 % interval, sigma, the mu* that chance alone
    stays below in 95 of 100 designs (`noise`), whether mu* is within it, and the share of resamples in which the factor
    is among the first ten. All of them in the outcome's unit for the whole range of a factor. `outcomes`: by group of
    counties and outcome mean and deviation over the design, the share of variance that is chance, agreement of two
    halves. `convergence`: mu* from growing parts of the design. `ranking`: factors by their influence on all outcomes.
    `leading`: by group of counties and outcome the unknowns that make nine tenths of the variance (see `leading`).
    """
    sets = [(group, name) for group in points.groups for name in names]
    spec = problem(factors, [f"{group} {name}" for group, name in sets])
    spec.sample_morris(config.trajectories, num_levels=LEVELS, seed=config.seed)
    design = np.asarray(spec.samples)
    found = points.outcomes(factors, design, names)
    values = found.reshape(*found.shape[:2], -1)  # point, seed, column
    spec.set_results(values.mean(1))
    spec.analyze_morris(num_resamples=config.resamples, num_levels=LEVELS, seed=config.seed)
    effects = elementary(factors, design, values)
    mean, limits = effects.mean(2), noise(effects)  # trajectory, unit, column; unit, column
    several = membership(factors).sum(0) > 1
    mean[:, several] = np.abs(mean[:, several])  # a group of factors has no direction
    salib = [spec.analysis[output] for output in spec["outputs"]] if len(sets) > 1 else [spec.analysis]

    def index(part: slice) -> np.ndarray:
        return np.abs(mean[part]).mean(0)

    outcomes = pd.DataFrame(sets, columns=["counties", "outcome"]).assign(
        mean=values.mean((0, 1)), deviation=values.mean(1).std(0, ddof=1), noise_share=noise_share(values),
        **agreement(index, config.trajectories))
    mine = [k for k, (group, _) in enumerate(sets) if group == config.group]
    return {
        "design": pd.DataFrame(design, columns=spec["names"]).rename_axis("point").reset_index(),
        "indices": _indices(factors, sets, mean, limits, salib, config), "outcomes": outcomes,
        "convergence": growing(index, config.trajectories, units(factors), sets, mine),
        "ranking": _ranking(factors, effects[..., mine], names, config),
        "leading": leading(factors, sets, mean, limits)}


def elementary(factors: Sequence[Factor], design: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return elementary effects for whole ranges by (trajectory, unit, ...) of values by (point, ...).

    The effects of a group of several factors have the sign of the change itself.
    """
    low, high = (np.array([getattr(one, end) for one in factors]) for end in ("low", "high"))
    belongs = membership(factors)
    steps = belongs.shape[1]
    scaled = ((design - low) / (high - low)).reshape(-1, steps + 1, len(factors))
    moves = np.diff(scaled, axis=1)  # trajectory, step, factor
    moved = np.abs(moves) @ belongs > STEP / 2
    direction = np.where(belongs.sum(0) > 1, 1.0, np.sign(moves @ belongs))
    change = np.diff(values.reshape(-1, steps + 1, *values.shape[1:]), axis=1) / STEP
    return np.einsum("tsu,ts...->tu...", moved * direction, change)


def noise(effects: np.ndarray) -> np.ndarray:
    """Return the mu* that a factor without any effect stays below in 95 of 100 designs, by (unit, column).

    Of effects by (trajectory, unit, seed, column): their variance over seeds is that of chance; the mean of absolute
    normal deviates follows, and that variance is itself estimated. Not a number for one seed.
    """
    trajectories, _, seeds, _ = effects.shape
    if seeds < 2:
        return np.full((effects.shape[1], effects.shape[3]), np.nan)
    deviation = np.sqrt(effects.var(2, ddof=1).mean(0) / seeds)
    # In deviations the limit c solves (c - mean)^2 = CERTAIN^2 (1 - mean^2) / trajectories + known c^2.
    mean, known = np.sqrt(2 / np.pi), CERTAIN**2 / (2 * trajectories * (seeds - 1))
    if known >= 1:  # so little is known of chance that no effect is beyond it
        return np.full(deviation.shape, np.inf)
    spread = mean**2 - CERTAIN**2 * (1 - mean**2) / trajectories
    return deviation * (mean + np.sqrt(mean**2 - (1 - known) * spread)) / (1 - known)


def leading(factors: Sequence[Factor], sets: Sequence[tuple[str, str]], mean: np.ndarray,
            limits: np.ndarray) -> pd.DataFrame:
    """Return the fewest unknowns, doses of measures aside, that make nine tenths of the variance of each column.

    Of effects by (trajectory, unit, column) and what is within the noise by (unit, column). The variance that a unit
    makes is taken to be the mean square of its effects, which for a factor that acts alone and linearly it is, but for
    the same number for all; what is within the noise makes none. Columns: counties, outcome, factor, `share` of the
    variance of all unknowns, the share `together` with those before it; and what factors that move together do not have
    in common: grade, grade of the declared range (`prior`) and source.
    """
    several = membership(factors).sum(0) > 1
    first = [next(one for one in factors if one.group == unit) for unit in units(factors)]
    unknown = np.array([one.kind != LEVER for one in first])
    squares = np.where((np.abs(mean).mean(0) <= limits) | ~unknown[:, None], 0.0, (mean**2).mean(0))
    columns = ["counties", "outcome", "factor", "share", "together", "grade", "prior", "source"]
    rows = []
    for k, (group, name) in enumerate(sets):
        whole, together = squares[:, k].sum(), 0.0
        for unit in np.argsort(-squares[:, k], kind="stable"):
            if whole == 0 or together >= MOST:
                break
            together += (share := squares[unit, k] / whole)
            one = first[unit]
            known = ("", "", "") if several[unit] else (one.grade, one.prior, one.source)
            rows.append((group, name, one.group, share, together, *known))
    return pd.DataFrame(rows, columns=columns)


def often_first(sizes: np.ndarray, config: Sensitivity) -> np.ndarray:
    """Return the share of bootstrap resamples of trajectories in which a unit's mu* is among the first ten.

    `sizes` are absolute effects by (trajectory, unit, column); the result is by (unit, column).
    """
    count, total = np.zeros(sizes.shape[1:]), len(sizes)
    for drawn in np.random.default_rng(config.seed).integers(0, total, (config.resamples, total)):
        rank = np.argsort(np.argsort(-sizes[drawn].mean(0), axis=0, kind="stable"), axis=0)
        count += rank < TOP
    return count / config.resamples


def _indices(factors: Sequence[Factor], sets: Sequence[tuple[str, str]], mean: np.ndarray, limits: np.ndarray,
             salib: Sequence[dict], config: Sensitivity) -> pd.DataFrame:
    first = often_first(np.abs(mean), config)
    parts = []
    for k, (group, name) in enumerate(sets):
        star, error = (np.asarray(salib[k][key], float) for key in ("mu_star", "mu_star_conf"))
        parts.append(pd.DataFrame({
            "counties": group, "outcome": name, "factor": units(factors),
            "mu": np.nan if is_grouped(factors) else mean[..., k].mean(0), "mu_star": star,
            "mu_star_low": np.maximum(star - error, 0), "mu_star_high": star + error,
            "sigma": mean[..., k].std(0, ddof=1), "noise": limits[:, k], "within_noise": star <= limits[:, k],
            "first_ten": first[:, k]}))
    return pd.concat(parts, ignore_index=True)


def _ranking(factors: Sequence[Factor], effects: np.ndarray, names: Sequence[str],
             config: Sensitivity) -> pd.DataFrame:
    """Return units by their influence on all outcomes, the most influential first, of effects by (trajectory, unit,
    seed, outcome).

    An influence within the noise counts as none; each half of the design has a noise of its own.
    """
    sizes, half = np.abs(effects.mean(2)), len(effects) // 2
    star, beyond = sizes.mean(0), _beyond(effects)
    drawn = np.random.default_rng(config.seed).integers(0, len(sizes), (config.resamples, len(sizes)))
    again = np.array([overall(sizes[rows].mean(0) * beyond) for rows in drawn])
    first = (np.argsort(np.argsort(-again, axis=1, kind="stable"), axis=1) < TOP).mean(0)
    halves = [overall(sizes[part].mean(0) * _beyond(effects[part])) for part in (slice(0, half), slice(half, 2 * half))]
    shares = star * beyond / np.where(star.sum(0) > 0, star.sum(0), 1)
    table = pd.DataFrame({
        "factor": units(factors), "influence": overall(star * beyond), "low": np.quantile(again, 0.025, axis=0),
        "high": np.quantile(again, 0.975, axis=0), "first_ten": first, "beyond_noise": beyond.sum(1),
        "most_on": np.array(names)[shares.argmax(1)], "rank_first_half": _ranks(halves[0]),
        "rank_second_half": _ranks(halves[1])})
    return table.sort_values("influence", ascending=False, kind="stable", ignore_index=True)


def _beyond(effects: np.ndarray) -> np.ndarray:
    """Return whether mu* is beyond the noise, by (unit, outcome); without a limit, of one seed, all are."""
    return ~(np.abs(effects.mean(2)).mean(0) <= noise(effects))


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks, 1 the greatest; equal values, such as no influence at all, share the mean of their ranks."""
    return rankdata(-values)
