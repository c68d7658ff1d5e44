"""Which counties are pilots: those that a policy names, and as many more as its rule finds."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.baseline import Baseline
from sim.config import Config, ConfigError
from sim.config.policies import Pilots
from sim.policy.plan import named_pilots

SCREENING_SCALE, SCREENING_SEEDS = 1000, 3
"""People per row and replicates of the runs by which `greedy_effect` finds its counties."""
FIRST_SCREENING_SEED = 2**61
"""Far from the seeds of replicates: counties picked for their luck with a seed must not be shown with the same one."""


def settled(config: Config, baseline: Baseline, simulate: Callable[[Config], pd.DataFrame]) -> Config:
    """Return the configuration with its pilot counties named by code.

    `simulate` returns the indicators of a configuration; only the rule `greedy_effect` needs it. Raises ConfigError for
    an unknown county, and for fewer counties than are asked for.
    """
    asked = config.policy.pilots
    if asked is None:
        return config
    named = named_pilots(asked, baseline)
    missing = asked.count - len(named)
    if asked.rule is not None and missing > 0:
        table = baseline.counties.merge(baseline.gdp_2020[["adcode", "gdp_yi", "gdp_per_capita_yuan"]], on="adcode")
        table = table[~table["adcode"].isin(named)]
        if asked.rule == "greedy_effect":
            order = _by_effect(config, asked, simulate, list(table["adcode"]))
        else:
            order = RULES[asked.rule](table, np.random.Generator(np.random.Philox(asked.draw)))
        if len(order) < missing:
            most = len(order) + len(named)
            raise ConfigError(f"policy.pilots.count={asked.count}: expected at most {most} by {asked.rule}")
        named = [*named, *order[:missing]]
    pilots = asked.model_copy(update={"counties": tuple(named), "count": len(named)})
    return config.model_copy(update={"policy": config.policy.model_copy(update={"pilots": pilots})})


def _stratified(table: pd.DataFrame, random: np.random.Generator) -> list[str]:
    """Draw as many counties of each type at random; the remainder of the division goes to the larger types."""
    drawn = table.iloc[random.permutation(len(table))]
    turn = drawn.groupby("county_type").cumcount()
    size = drawn["county_type"].map(table["county_type"].value_counts())
    return list(drawn.assign(turn=turn, size=-size).sort_values(["turn", "size"], kind="stable")["adcode"])


def _top_output(table: pd.DataFrame, random: np.random.Generator) -> list[str]:
    return list(table.sort_values(["gdp_yi", "adcode"], ascending=[False, True])["adcode"])


def _worst_off(table: pd.DataFrame, random: np.random.Generator) -> list[str]:
    return list(table.sort_values(["gdp_per_capita_yuan", "adcode"])["adcode"])


def _one_per_prefecture(table: pd.DataFrame, random: np.random.Generator) -> list[str]:
    """The county of greatest output in each prefecture, in the order of their output."""
    best = table.sort_values(["gdp_yi", "adcode"], ascending=[False, True])
    return list(best.drop_duplicates("prefecture_adcode")["adcode"])


def _random(table: pd.DataFrame, random: np.random.Generator) -> list[str]:
    return list(table["adcode"].to_numpy()[random.permutation(len(table))])


def _national(table: pd.DataFrame, random: np.random.Generator) -> list[str]:
    return list(table[table["national_demonstration_2020"].astype(int) == 1]["adcode"])


RULES: dict[str, Callable[[pd.DataFrame, np.random.Generator], list[str]]] = {
    "stratified_by_type": _stratified, "top_output": _top_output, "worst_off": _worst_off,
    "one_per_prefecture": _one_per_prefecture, "random": _random, "national_demonstration_2020": _national}


def _by_effect(config: Config, asked: Pilots, simulate: Callable[[Config], pd.DataFrame],
               codes: list[str]) -> list[str]:
    """Return counties by their own gain in resident urbanization when all of them are pilots, the greatest first.

    Each county's gain is taken as independent of who else is a pilot: one step of a greedy search, no more.
    """
    everyone = asked.model_copy(update={"counties": tuple(codes), "rule": None, "count": len(codes)})
    gains = []
    first = FIRST_SCREENING_SEED + asked.draw * SCREENING_SEEDS
    for seed in range(first, first + SCREENING_SEEDS):
        found = []
        for each in (everyone, None):
            policy = config.policy.model_copy(update={"pilots": each})
            table = simulate(config.model_copy(update={"policy": policy, "scale": SCREENING_SCALE, "seed": seed}))
            last = table[(table["year"] == config.end) & (table["indicator"] == "resident_urbanization")]
            found.append(last.set_index("group")["value"].reindex(codes).to_numpy())
        gains.append(found[0] - found[1])
    return [codes[k] for k in np.argsort(-np.mean(gains, axis=0), kind="stable")]
