"""Shares of variance (Sobol 1993; first order by Saltelli and others 2010, total by Jansen 1999)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.config.sensitivity import Sensitivity
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.points import Points
from sim.experiments.sensitivity.problem import agreement, growing, noise_share, problem, units


def decompose(config: Sensitivity, factors: Sequence[Factor], points: Points,
              names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Run Sobol's design with the model itself and return its tables.

    `indices`: by group of counties, outcome and factor the first and total index with 95 % intervals, the total index
    that chance alone gives (`noise`), and whether the interval of the total one reaches it. `pairs`: indices of pairs
    where asked for. `outcomes` and `convergence` as for a screening.
    """
    sets = [(group, name) for group in points.groups for name in names]
    design = sample(config, factors, config.samples)
    found = points.outcomes(factors, design, names)
    values = found.reshape(*found.shape[:2], -1)  # point, seed, column
    mean = values.mean(1)
    pairs, indices = indexed(config, factors, mean, sets, noise(values, factors, config))

    def index(part: slice) -> np.ndarray:
        return total(mean, factors, config, part)

    outcomes = pd.DataFrame(sets, columns=["counties", "outcome"]).assign(
        mean=mean.mean(0), deviation=mean.std(0, ddof=1), noise_share=noise_share(values),
        **agreement(index, config.samples))
    mine = [k for k, (group, _) in enumerate(sets) if group == config.group]
    return {"design": pd.DataFrame(design, columns=[one.name for one in factors]).rename_axis("point").reset_index(),
            "indices": indices, "outcomes": outcomes, **pairs,
            "convergence": growing(index, config.samples, units(factors), sets, mine)}


def sample(config: Sensitivity, factors: Sequence[Factor], size: int) -> np.ndarray:
    """Return the points of a scrambled Sobol design."""
    spec = problem(factors, ["outcome"])
    spec.sample_sobol(size, calc_second_order=config.second_order, seed=config.seed)
    return np.asarray(spec.samples)


def indexed(config: Sensitivity, factors: Sequence[Factor], mean: np.ndarray, sets: Sequence[tuple[str, str]],
            limits: np.ndarray) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return indices of pairs (nothing where they are not asked for) and of factors from outcomes by (point, column).

    `limits` are the total indices within the noise, by (unit, column). Indices of an outcome that never changes are not
    numbers.
    """
    spec = problem(factors, ["outcome"])
    names, parts, pairs = units(factors), [], []
    for k, (group, name) in enumerate(sets):
        if np.ptp(mean[:, k]) == 0:
            empty = dict.fromkeys(("S1", "ST", "S1_low", "S1_high", "ST_low", "ST_high"), np.nan)
            parts.append(pd.DataFrame({"counties": group, "outcome": name, "factor": names, **empty,
                                       "noise": limits[:, k], "within_noise": True}))
            continue
        spec.set_results(mean[:, k])
        spec.analyze_sobol(calc_second_order=config.second_order, num_resamples=config.resamples, seed=config.seed)
        found = {key: np.asarray(value, float) for key, value in spec.analysis.items()}
        bounds = {f"{order}_{end}": found[order] + sign * found[f"{order}_conf"]
                  for order in ("S1", "ST") for end, sign in (("low", -1), ("high", 1))}
        parts.append(pd.DataFrame({
            "counties": group, "outcome": name, "factor": names, "S1": found["S1"], "ST": found["ST"], **bounds,
            "noise": limits[:, k], "within_noise": bounds["ST_low"] <= np.nan_to_num(limits[:, k])}))
        if config.second_order and group == config.group:
            pairs.append(_pairs(names, found).assign(counties=group, outcome=name))
    return ({"pairs": pd.concat(pairs, ignore_index=True)} if pairs else {}), pd.concat(parts, ignore_index=True)


def total(values: np.ndarray, factors: Sequence[Factor], config: Sensitivity, part: slice) -> np.ndarray:
    """Return total indices by (unit, column) from a part of the samples; 0 for an outcome that never changes."""
    a, mixed, b = _parted(values, factors, config)
    a, mixed, b = a[part], mixed[:, part], b[part]
    variance = np.concatenate([a, b]).var(0)
    return ((a - mixed) ** 2).mean(1) / 2 / np.where(variance > 0, variance, 1)


def noise(values: np.ndarray, factors: Sequence[Factor], config: Sensitivity) -> np.ndarray:
    """Return the total index that chance alone gives each unit, by (unit, column), of values by (point, seed, column).

    Half the variance over seeds of the differences that the total index is made of, over the outcome's variance. Not a
    number for one seed.
    """
    a, mixed, b = _parted(values, factors, config)
    seeds = values.shape[1]
    if seeds < 2:
        return np.full((len(mixed), values.shape[2]), np.nan)
    variance = np.concatenate([a, b]).mean(1).var(0)
    chance = (a - mixed).var(2, ddof=1).mean(1) / seeds / 2
    return chance / np.where(variance > 0, variance, 1)


def _parted(values: np.ndarray, factors: Sequence[Factor], config: Sensitivity) -> tuple[np.ndarray, ...]:
    """Return outcomes of the points A, of those with one unit taken from B (unit first), and of B."""
    count = len(units(factors))
    step = 2 * count + 2 if config.second_order else count + 2
    return values[0::step], np.stack([values[k + 1 :: step] for k in range(count)]), values[step - 1 :: step]


def _pairs(names: list[str], found: dict[str, np.ndarray]) -> pd.DataFrame:
    first, second = np.triu_indices(len(names), 1)
    value, error = found["S2"][first, second], found["S2_conf"][first, second]
    return pd.DataFrame({"factor": np.array(names)[first], "other": np.array(names)[second], "S2": value,
                         "S2_low": value - error, "S2_high": value + error})
