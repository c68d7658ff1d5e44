"""Iterative proportional fitting and its integerisation."""

import numpy as np

from sim.core.compiled import kernel


def apportion(values: np.ndarray, total: int) -> np.ndarray:
    """Return integers proportional to `values` that sum to `total` (largest remainders, int64)."""
    values = np.asarray(values, float)
    if values.sum() == 0 or total == 0:
        return np.zeros(len(values), np.int64)
    exact = values * (total / values.sum())
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts


def fit(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 60) -> np.ndarray:
    """Return the table nearest to `seed` (in relative entropy) with the given row and column sums.

    Deming and Stephan (1940). `seed` has shape (R, C), zeros stay zero; the last pass is over rows, so rows
    are met exactly and columns to the tolerance reached.
    """
    table = np.array(seed, float)
    for _ in range(rounds):
        table *= _ratio(columns, table.sum(0))
        table *= _ratio(rows, table.sum(1))[:, None]
        if np.abs(table.sum(0) - columns).max(initial=0) < 1e-6 * max(1.0, columns.max(initial=0)):
            break
    return table


def split(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return whole numbers with exactly these row and column sums, as near to the fitted table as can be.

    The fitted table is rounded down; the units left over go to cells drawn with a chance that grows with
    their remainder, among rows and columns that still lack some, so that no category is favoured at coarse
    scales. Raises ValueError if the two sums differ.
    """
    rows, columns = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
    if rows.sum() != columns.sum():
        raise ValueError(f"row sums {rows.sum()} and column sums {columns.sum()} differ")
    expected = fit(seed, rows, columns)
    counts = np.floor(expected + 1e-9).astype(np.int64)
    counts = np.minimum(counts, rows[:, None])
    remainder = np.clip(expected - counts, 1e-12, 1.0)
    priority = np.log(random.random(expected.shape)) / remainder  # Efraimidis and Spirakis (2006)
    priority[expected <= 0] = -np.inf
    order = np.argsort(-priority, axis=None, kind="stable")
    _fill(counts, rows - counts.sum(1), columns - counts.sum(0), order, expected > 0)
    return counts


@kernel
def _fill(counts, row_lack, column_lack, order, allowed):
    """Hand out the missing units, then trade between rows until rows and columns are exact."""
    width = counts.shape[1]
    for cell in order:
        i, j = cell // width, cell % width
        if row_lack[i] > 0 and column_lack[j] > 0 and allowed[i, j]:
            counts[i, j] += 1
            row_lack[i] -= 1
            column_lack[j] -= 1
    for j in range(width):  # flooring may leave a column too full: take units back into their rows
        while column_lack[j] < 0:
            i = np.argmax(counts[:, j])
            counts[i, j] -= 1
            row_lack[i] += 1
            column_lack[j] += 1
    for i in range(counts.shape[0]):
        while row_lack[i] > 0:
            _place(counts, i, column_lack, allowed)
            row_lack[i] -= 1


@kernel
def _place(counts, i, column_lack, allowed):
    """Put one unit into row i and a column that lacks one, by a trade with another row where need be."""
    height, width = counts.shape
    last = -1
    for j in range(width):
        if column_lack[j] > 0:
            last = j
            if allowed[i, j]:
                counts[i, j] += 1
                column_lack[j] -= 1
                return
            for k in range(width):
                if not allowed[i, k]:
                    continue
                for other in range(height):
                    if counts[other, k] > 0 and allowed[other, j]:
                        counts[other, k] -= 1
                        counts[other, j] += 1
                        counts[i, k] += 1
                        column_lack[j] -= 1
                        return
    counts[i, last] += 1
    column_lack[last] -= 1


def _ratio(target: np.ndarray, current: np.ndarray) -> np.ndarray:
    return np.divide(target, current, out=np.zeros(len(current)), where=current > 0)
