"""How the model's loops are compiled; what is kept of them must be thrown away where this changes."""

from numba import njit

kernel = njit(cache=True, nogil=True)
"""Compile a loop over rows: other threads run beside it, and the machine code is kept for the next process."""

leaf = njit(cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]
"""Compile a function that a kernel calls again and again, such as for one person.

It borrows its arrays and may make none: references to each array of the tables that it is handed would be counted, one
by one and atomically, which takes ten times as long as what it computes and lets threads wait for one another.
"""
