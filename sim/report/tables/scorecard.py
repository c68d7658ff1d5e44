"""The indicators against their targets, as the table that a decision-maker reads."""

from functools import lru_cache

import numpy as np
import pandas as pd

from sim import targets
from sim.report.tables import effects
from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.results import Results

WHOLE = targets.WHOLE

VARIES = 1e-3
"""Part of a base by which it differs between runs where that is said."""


@lru_cache(maxsize=8)
def scorecard(results: Results, group: str = WHOLE) -> pd.DataFrame:
    """Return one row per indicator of a group, in the order of the declaration, in the units of the observations.

    Columns: indicator, aspect, year, base, without (mean without the policy), value (mean), low, high (80 % interval
    over runs), target, achievement, verdict (met, close, missed; nothing where the target year is not simulated),
    without_verdict, effect, effect_low, effect_high, clear, second_target, status, grade, base_varies (whether the
    base, and the target with it, differs between runs by more than a thousandth).
    """
    system, year = results.system, results.horizon
    table = results.indicators
    assessed = targets.assess(table[table["group"] == group], system, year)
    ours = assessed[assessed["policy"] == results.policy].groupby("indicator")
    theirs = assessed[assessed["policy"] == results.reference].groupby("indicator")
    table = ours.agg(base=("base", "mean"), value=("value", "mean"), target=("target", "mean"),
                     second_target=("second_target", "mean"), grade=("grade", "first"))
    table["low"], table["high"] = ours["value"].quantile(LOW), ours["value"].quantile(HIGH)
    table["base_varies"] = ours["base"].std() > VARIES * table["base"].abs()
    table["without"] = theirs["value"].mean()
    known = [name for name in system.indicators if name in table.index]
    table = table.loc[known]
    table["aspect"] = [system.indicators[name].aspect for name in known]
    table["status"] = [system.indicators[name].status for name in known]
    table["achievement"] = _achievement(results, table, "value")
    for column, verdict in (("value", "verdict"), ("without", "without_verdict")):
        judged = targets.verdicts(_achievement(results, table, column), system)
        table[verdict] = judged if year >= system.target_year else ""
    found = effects.effects(results, year)
    wanted = ["effect", "low", "high", "clear"]
    if len(found):
        found = found[found["group"] == group].set_index("indicator")[wanted]
    else:
        found = pd.DataFrame(columns=wanted, dtype=float)
    table[["effect", "effect_low", "effect_high", "clear"]] = found.reindex(known)
    table["clear"] = table["clear"].eq(True)
    return table.assign(year=year).rename_axis("indicator").reset_index()


def counts(card: pd.DataFrame, column: str = "verdict") -> dict[str, int]:
    """Return how many indicators are met, close and missed."""
    return {name: int((card[column] == name).sum()) for name in ("met", "close", "missed")}


def improvement(results: Results, card: pd.DataFrame) -> pd.Series:
    """Return clear effects as shares of the way from base to target, above 0 where they help, the largest first."""
    way = (card["target"] - card["base"]).abs().where(lambda gap: gap > 0)
    sign = np.array([1 if results.system.indicators[name].better == "up" else -1 for name in card["indicator"]])
    shares = (sign * card["effect"] / way).where(card["clear"])
    return shares.set_axis(card["indicator"]).dropna().sort_values(ascending=False)


def _achievement(results: Results, table: pd.DataFrame, column: str) -> np.ndarray:
    each = [targets.achievement(row[column], row["base"], row["target"], results.system.indicators[name].better)
            for name, row in table.iterrows()]
    return np.array(each, float)
