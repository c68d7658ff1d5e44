"""Comparison of runs: effects of policies, their ranks under each external condition, and how robust these are.

Everything is computed from the gathered tables of a folder and its cases: the columns policy, external, parameters,
setting, parameter_set, seed, run and against (see `sweep.Plan`).
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pyarrow import parquet

from sim import targets
from sim.config.files import load_indicators
from sim.report.effects import spread
from sim.report.sweeps.naming import CASE

ENOUGH = 0.5
"""Composite achievement that satisfies: half of the way to the targets."""


class Outcomes(NamedTuple):
    """Outcomes of runs to compare: indicators of all counties against their targets, in the target year or the last one
    before (see `targets.assess`), and by run the score (composite achievement), debt in that year and cost until then.
    """

    indicators: pd.DataFrame
    runs: pd.DataFrame


def effects(outcomes: Outcomes, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the effect of each policy on each indicator of all counties, under each external condition, parameters and
    setting, against the policy compared with at the same seeds in the target year (or the last before).

    Columns: policy, against, external, parameters, setting, indicator, year, effect, low, high, seeds, same_sign,
    detectable, clear (see `report.effects.spread`). Empty where nothing is compared.
    """
    values = outcomes.indicators.set_index(["run", "indicator"])[["year", "value"]]
    pairs = cases[(cases["against"] != "") & (cases["against"] != cases["run"])]
    pairs = pairs.merge(pd.DataFrame({"indicator": list(load_indicators().indicators)}), how="cross")
    ours = pairs.join(values, on=["run", "indicator"])
    theirs = pairs.join(values, on=["against", "indicator"])["value"]
    name = cases.drop_duplicates("run").set_index("run")["policy"]
    ours = ours.assign(value=ours["value"] - theirs, against=ours["against"].map(name)).dropna(subset="value")
    return spread(ours, ["policy", "against", *CASE, "indicator", "year"])


def ranking(outcomes: Outcomes, cases: pd.DataFrame) -> pd.DataFrame:
    """Return how policies do under each external condition, parameters and setting, the best first.

    Columns: external, parameters, setting, policy; achievement (composite over the indicators at the declared weights)
    with low and high (80 % interval over runs); satisfied (share of runs with at least half of it); regret (the best
    policy's achievement less this one's); cost (yuan paid for measures until the target year); debt (yuan owed then);
    seeds (runs) and parameter_sets (of these); efficient (no other policy achieves as much at as little cost and debt,
    and more of one: the Pareto front).
    """
    by = [*CASE, "policy"]
    runs = cases[[*by, "parameter_set", "seed", "run"]].drop_duplicates().join(outcomes.runs, on="run")
    scores = runs.groupby(by)["score"]
    found = pd.DataFrame({
        "achievement": scores.mean(), "low": scores.quantile(0.1), "high": scores.quantile(0.9),
        "satisfied": scores.apply(lambda values: (values >= ENOUGH).mean()),
        **{name: runs.groupby(by)[name].mean() for name in ("cost", "debt")}, "seeds": scores.size(),
        "parameter_sets": runs.groupby(by)["parameter_set"].nunique()})
    best = found.groupby(level=CASE)["achievement"].transform("max")
    found["regret"] = best - found["achievement"]
    found["efficient"] = pd.concat([_front(part) for _, part in found.groupby(level=CASE)])
    order = [*CASE, "achievement"]
    return found.reset_index().sort_values(order, ascending=[True] * len(CASE) + [False], ignore_index=True)


def robustness(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return how policies do over all external conditions, parameters and settings, the least regretted first.

    Columns: policy, cases (how many), max_regret (minimax regret of Savage), mean_achievement, least_achievement,
    satisfied (cases in which the mean is at least half of the way to the targets), efficient (cases in which it is).
    """
    by = ranked.assign(satisfied=ranked["achievement"] >= ENOUGH).groupby("policy")
    found = pd.DataFrame({
        "cases": by.size(), "max_regret": by["regret"].max(), "mean_achievement": by["achievement"].mean(),
        "least_achievement": by["achievement"].min(), "satisfied": by["satisfied"].sum(),
        "efficient": by["efficient"].sum()})
    return found.reset_index().sort_values(["max_regret", "policy"], ignore_index=True)


def _front(part: pd.DataFrame) -> pd.Series:
    """Return which rows no other row beats in achievement, cost and debt at once."""
    values = np.column_stack([-part["achievement"], part["cost"], part["debt"]])
    beaten = [((values <= row).all(1) & (values < row).any(1)).any() for row in values]
    return pd.Series(~np.array(beaten), index=part.index)


def read(folder: Path) -> Outcomes:
    """Return the outcomes of the runs whose tables are gathered in a folder."""
    columns = ["run", "year", "group", "indicator", "value"]
    whole = parquet.read_table(folder / "indicators.parquet", columns=columns, read_dictionary=columns[2:4],
                               filters=[("group", "==", "all_counties")])
    table, system = whole.to_pandas().astype({"group": str, "indicator": str}), load_indicators()
    last = table.groupby("run")["year"].transform("max").clip(upper=system.target_year)
    assessed = pd.concat([targets.assess(part, system, year) for year, part in table.groupby(last)], ignore_index=True)
    score = targets.composite(targets.by_aspect(assessed, system), targets.weights(system))
    runs = pd.DataFrame({"score": score.groupby("run").first(), "year": assessed.groupby("run")["year"].first()})
    debt = table[table["indicator"] == "debt"].set_index(["run", "year"])["value"]
    runs["debt"] = debt.reindex(runs.set_index("year", append=True).index).to_numpy()
    costs = pd.read_parquet(folder / "costs.parquet", columns=["run", "payer", "year", "yuan"])
    costs = costs.join(runs["year"].rename("until"), on="run")
    paid = costs[(costs["payer"] != "planned") & (costs["year"] <= costs["until"])]
    runs["cost"] = paid.groupby("run")["yuan"].sum().reindex(runs.index).fillna(0.0)
    return Outcomes(assessed, runs)
