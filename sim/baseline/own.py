"""The user's own figures of single counties: an optional table, one row a figure."""

from collections.abc import Iterator, Mapping

import pandas as pd

from sim.baseline.fault import Fault
from sim.config.fault import suggestion
from sim.config.variables import variables

TABLE = "county_figures"


def impossible_figures(tables: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Yield figures of unknown names, beyond the bounds of their variable, or given twice for a county and year."""
    frame = tables.get(TABLE)
    if frame is None:
        return
    known = variables()
    names = frame["variable"] if "variable" in frame else pd.Series(dtype=object)
    for row, name in names.dropna().items():
        if name not in known:
            yield Fault(f"{TABLE}.csv", int(row), "variable", name, f"a known figure; {suggestion(name, known)}")
        elif "value" in frame:
            variable, value = known[name], frame.at[row, "value"]
            if not variable.low <= value <= variable.high and pd.notna(value):
                expected = f"{name} from {variable.low:,g} to {variable.high:,g} {variable.unit}"
                yield Fault(f"{TABLE}.csv", int(row), "value", f"{value:g}", expected)
    keys = ["adcode", "variable", "year"]
    if set(keys) <= set(frame):
        given = frame[frame[["adcode", "variable"]].notna().all(axis=1)]
        alike = given.groupby(keys, dropna=False).ngroup()
        for row in given.index[given.duplicated(keys)]:
            first = alike.index[alike == alike[row]][0]
            expected = f"each figure once a county and year; row {first} has the same"
            yield Fault(f"{TABLE}.csv", int(row), "adcode, variable", ", ".join(given.loc[row, keys[:2]]), expected)
