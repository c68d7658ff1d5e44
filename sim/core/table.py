"""Agents of one kind as columns of equal length, declared once."""

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np


class Column(NamedTuple):
    """A column of a table, declared in one place: its dtype, unit, meaning, and the value of a row until it is set."""

    name: str
    dtype: type
    unit: str
    meaning: str
    default: int | np.integer = 0


class Table:
    """Rows of one population as numpy columns, with room to grow and freed rows that are used again.

    Columns are attributes: `table.place` is the array of the rows in use (a view, shape `(size,)`). Rows get
    their number from `allocate`; a row given back with `release` is handed out again by a later `allocate`. Rows start
    from the defaults of their columns, whoever was there before.
    """

    columns: ClassVar[tuple[Column, ...]] = ()
    slack: ClassVar[float] = 0.04

    def __init__(self, size: int):
        self.size = int(size)
        capacity = int(size * (1 + self.slack)) + 4096
        self._columns: dict[str, np.ndarray] = {c.name: np.full(capacity, c.default, c.dtype) for c in self.columns}
        self._free = np.empty(0, np.int64)
        self._bind()

    @property
    def capacity(self) -> int:
        """Rows that fit before memory has to grow."""
        return len(next(iter(self._columns.values())))

    @property
    def free(self) -> np.ndarray:
        """Rows below `size` that hold nobody."""
        return self._free

    def allocate(self, count: int) -> np.ndarray:
        """Return `count` row numbers (int64) at their defaults: freed rows first, then rows behind the last."""
        reused = self._free[:count]
        fresh = count - len(reused)
        if self.size + fresh > self.capacity:
            self._grow(self.size + fresh)
        rows = np.concatenate([reused, np.arange(self.size, self.size + fresh)])
        self._free = self._free[count:]
        self.size += fresh
        self._bind()
        for column in self.columns:
            self._columns[column.name][rows] = column.default
        return rows

    def release(self, rows: np.ndarray) -> None:
        """Give rows back; the caller has marked them empty."""
        self._free = np.concatenate([self._free, rows])

    def permute(self, order: np.ndarray) -> None:
        """Put the rows in another order (`order[k]` is the old row of new row k)."""
        for column in self._columns.values():
            column[: self.size] = column[: self.size][order]
        position = np.empty(self.size, np.int64)
        position[order] = np.arange(self.size)
        self._free = position[self._free]
        self._remap(position)

    def nbytes(self) -> int:
        """Bytes held by the columns, slack included."""
        return sum(column.nbytes for column in self._columns.values())

    def _remap(self, position: np.ndarray) -> None:
        """Follow a permutation in columns that hold row numbers."""

    def _grow(self, needed: int) -> None:
        capacity = int(needed * 1.1) + 4096
        for name in self._columns:  # one column at a time, so that the peak is one column, not the table
            column = np.zeros(capacity, self._columns[name].dtype)  # whoever allocates rows sets their defaults
            column[: self.size] = self._columns[name][: self.size]
            self._columns[name] = column

    def _bind(self) -> None:
        for name, column in self._columns.items():
            setattr(self, name, column[: self.size])

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> np.ndarray:
            """Return a column."""

    def __len__(self) -> int:
        return self.size - len(self._free)

    def __getstate__(self) -> dict[str, object]:
        state: dict[str, object] = {k: v for k, v in self.__dict__.items() if k not in self._columns}
        state["_columns"] = {name: column[: self.size] for name, column in self._columns.items()}
        return state

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._bind()
