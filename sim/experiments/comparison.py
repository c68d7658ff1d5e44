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
from sim.report.tables.effects import spread
from sim.report.tables.naming import CASE

WHOLE = targets.WHOLE
ENOUGH = 0.5
"""Composite achievement that satisfies: half of the way to the targets."""


class Outcomes(NamedTuple):
    """Outcomes of runs to compare: indicators of all counties against their targets, in the target year or the last one
    before (see `targets.assess`), and by run and by (run, group) the score (composite achievement), targets met and
    how many there are, residents, debt and debt ratio (percent) in that year and cost until then.
    """

    indicators: pd.DataFrame
    runs: pd.DataFrame
    groups: pd.DataFrame


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


def by_type(outcomes: Outcomes, cases: pd.DataFrame) -> pd.DataFrame:
    """Return how policies do in each county type and in all counties, under each case.

    Columns: external, parameters, setting, group, policy; met (mean number of targets met) of how many; achievement
    (composite) with low and high (80 % interval over runs); held (share of runs with at least half of the way); cost
    (yuan a resident, paid for measures until then); debt_ratio (percent); seeds (runs) and parameter_sets (of these).
    """
    by = [*CASE, "group", "policy"]
    runs = cases[[*CASE, "policy", "parameter_set", "run"]].drop_duplicates().merge(
        outcomes.groups.reset_index(), on="run")
    found = runs.groupby(by, sort=False)
    scores, money = found["score"], found[["cost", "residents"]].sum()
    return pd.DataFrame({
        "met": found["met"].mean(), "of": found["of"].max(), "achievement": scores.mean(),
        "low": scores.quantile(0.1), "high": scores.quantile(0.9),
        "held": scores.apply(lambda values: (values >= ENOUGH).mean()), "cost": money["cost"] / money["residents"],
        "debt_ratio": found["debt_ratio"].mean(), "seeds": found.size(),
        "parameter_sets": found["parameter_set"].nunique()}).reset_index()


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
    system = load_indicators()
    counties = pd.read_parquet(folder / "counties.parquet", columns=["adcode", "county_type"])
    shown = [WHOLE, *sorted(counties["county_type"].unique())]
    needed = [*system.indicators, *targets.sharing(system), "residents", "debt", "debt_ratio"]
    columns = ["run", "year", "group", "indicator", "value"]
    chosen = parquet.read_table(folder / "indicators.parquet", columns=columns, read_dictionary=columns[2:4],
                                filters=[("group", "in", shown), ("indicator", "in", needed)])
    table = chosen.to_pandas().astype({"group": str, "indicator": str})
    last = table.groupby("run")["year"].transform("max").clip(upper=system.target_year)
    assessed = pd.concat([targets.assess(part, system, year) for year, part in table.groupby(last)], ignore_index=True)
    by_run = assessed.groupby(["run", "group"])
    groups = pd.DataFrame({
        "score": targets.composite(targets.by_aspect(assessed, system), targets.weights(system)),
        "year": by_run["year"].first(), "met": by_run["verdict"].agg(lambda verdicts: (verdicts == "met").sum()),
        "of": by_run["value"].count()})
    at = groups.set_index("year", append=True).index
    for name in ("residents", "debt", "debt_ratio"):
        seen = table[table["indicator"] == name].set_index(["run", "group", "year"])["value"]
        groups[name] = seen.reindex(at).to_numpy()
    groups["cost"] = _paid(folder, counties, groups["year"].xs(WHOLE, level="group")).reindex(groups.index).fillna(0.0)
    whole = assessed[assessed["group"] == WHOLE].reset_index(drop=True)
    return Outcomes(whole, groups.xs(WHOLE, level="group"), groups)


def _paid(folder: Path, counties: pd.DataFrame, until: pd.Series) -> pd.Series:
    """Return what was paid for measures until a year by run, in yuan by (run, group)."""
    costs = pd.read_parquet(folder / "costs.parquet", columns=["run", "adcode", "payer", "year", "yuan"])
    costs = costs[(costs["payer"] != "planned") & (costs["year"] <= costs["run"].map(until).astype(float))]
    kind = costs["adcode"].astype(str).map(counties.set_index("adcode")["county_type"])
    return pd.concat([costs.assign(group=group).groupby(["run", "group"])["yuan"].sum() for group in (WHOLE, kind)])
