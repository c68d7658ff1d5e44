"""Sources of the spread of replicates: chance (seeds) and uncertainty of parameters (parameter sets)."""

import numpy as np
import pandas as pd

from sim.report.words.bilingual import Words

LEAST_SEEDS = 3
"""Seeds below which no effect is called clear: two that happen to agree say nothing."""


def shares(values: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the shares of parameters and of chance in the variance of a replicate, by `keys`, in order of appearance.

    `values` has the columns parameter_set, chance (the seed) and value. A two-way analysis of variance without
    replication (Scheffe 1959, The Analysis of Variance, ch. 4): `parameters` is the variance of sets, not negative;
    `chance` that of seeds and the residual. NaN with one set or one seed, or where nothing varies.
    """
    wide = values.pivot_table(index=keys, columns=["parameter_set", "chance"], values="value", sort=False)
    sets, seeds = (wide.columns.get_level_values(k).nunique() for k in range(2))
    if sets < 2 or seeds < 2 or len(wide.columns) < sets * seeds:
        return pd.DataFrame({"parameters": np.nan, "chance": np.nan}, index=wide.index)
    cube = wide.sort_index(axis=1).to_numpy(float).reshape(len(wide), sets, seeds)
    by_set, by_seed = cube.mean(2), cube.mean(1)
    rest = cube - by_set[:, :, None] - by_seed[:, None, :] + cube.mean((1, 2))[:, None, None]
    left = (rest**2).sum((1, 2)) / ((sets - 1) * (seeds - 1))
    of_sets = np.maximum(by_set.var(1, ddof=1) - left / seeds, 0)
    of_seeds = np.maximum(by_seed.var(1, ddof=1) - left / sets, 0) + left
    whole = of_sets + of_seeds
    known = whole > 1e-12 * np.maximum((cube**2).mean((1, 2)), 1e-300)
    part = np.divide(of_sets, whole, out=np.full(len(wide), np.nan), where=known)
    return pd.DataFrame({"parameters": part, "chance": 1 - part}, index=wide.index)


def counts(table: pd.DataFrame) -> tuple[int, int]:
    """Return how many parameter sets and how many seeds the replicates of a table have."""
    return int(table["parameter_set"].nunique()), int(table["chance"].nunique())


def over(sets: int, seeds: int) -> Words:
    """Name the replicates that an interval goes over: seeds, or sets of parameters with seeds each."""
    many = "s" if seeds > 1 else ""
    if sets > 1:
        return Words(f"{sets}组参数各{seeds}个随机种子", f"{sets} parameter sets with {seeds} seed{many} each")
    return Words(f"{seeds}个随机种子", f"{seeds} seed{many}")


def basis(sets: int) -> Words:
    """Say in one sentence which parameter sets were run, and what intervals hold therefore."""
    if sets > 1:
        return Words(f"参数取{sets}组与数据相符的参数组，区间{holds(sets).zh}。",
                     f"Parameters are those of {sets} sets that agree with the data: intervals are {holds(sets).en}.")
    return Words("参数取参照组（第0组）一组，区间只含随机变化。",
                 "Parameters are those of the reference set (set 0) alone: intervals hold chance only.")


def holds(sets: int) -> Words:
    """Name the sources of the spread in an interval: chance and parameters, or chance alone."""
    if sets > 1:
        return Words("含随机变化和参数不确定性", "of chance and of what is not known of parameters")
    return Words("只含随机变化、参数固定", "of chance alone, parameters fixed")
