"""The recommendation of a study: these counties, this design, this much could be seen."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.config.pilots import PilotStudy
from sim.experiments.pilots.designs import Design, Paired
from sim.experiments.pilots.effects import RANDOM
from sim.experiments.pilots.evaluations import Worlds

RECOMMENDED, COMPARED = "recommended", "compared_with"
"""Names, in the place of rules, of the counties recommended and of those that pairs compare them with."""


def recommend(config: PilotStudy, tables: Mapping[str, pd.DataFrame], worlds: Worlds,
              chosen: Mapping[str, np.ndarray]) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Return the recommendation and its counties (bool by name).

    A rule is recommended where its effect on all counties, of the first outcome in the last year, is beyond chance
    greater than that of random draws; otherwise no loss by a lot can be shown, and it is drawn by the design that finds
    the smallest effect. Columns: outcome, years, by (rule, lot), rule (of the greatest effect), gain (its effect on all
    counties less the mean of draws) with low and high, design, estimator, truth (effect on pilots), estimate,
    selection (estimate without any effect), detectable (smallest effect found in 80 of 100 trials), found (share of
    trials that find the model's effect), least_n (fewest pilots considered that find it in 80 of 100, by any draw).
    """
    outcome, years = worlds.frame.names[0], max(worlds.frame.years)
    gains = _gains(tables["effects"], outcome, years)
    best = gains.loc[gains["gain"].idxmax()]
    table = tables["power"].query("errors == 'published' and source == 'sums' and years == @years")
    plain = table[table["estimator"] == "difference_in_differences"]
    drawn = plain[(plain["outcome"] == outcome) & (plain["n"] == config.n) & ~plain["design"].isin(list(chosen))]
    design = str(drawn.loc[drawn["permutation_detectable"].fillna(np.inf).idxmin(), "design"])
    by = "rule" if best["low"] > 0 else "lot"
    members = {RECOMMENDED: chosen[best["rule"]]} if by == "rule" else _lot(config, worlds, design)
    name = best["rule"] if by == "rule" else design
    rows = []
    for each in worlds.frame.names:
        row = plain[(plain["outcome"] == each) & (plain["n"] == config.n) & (plain["design"] == name)].iloc[0]
        enough = plain[(plain["outcome"] == each) & ~plain["design"].isin(list(chosen)) & (plain["permutation"] >= 0.8)]
        rows.append({"outcome": each, "years": years, "by": by, **best.to_dict(), "design": name,
                     "estimator": "difference_in_differences", "truth": row["truth"], "estimate": row["estimate"],
                     "selection": row["selection"], "detectable": row["permutation_detectable"],
                     "found": row["permutation"], "least_n": enough["n"].min() if len(enough) else np.nan})
    return pd.DataFrame(rows), members


def _gains(effects: pd.DataFrame, outcome: str, years: int) -> pd.DataFrame:
    """Return by how much each rule's effect on all counties exceeds that of random draws, with a 95 % interval."""
    found = effects.query("outcome == @outcome and years == @years and group == 'all_counties'").set_index("rule")
    drawn = found.loc[RANDOM]
    rules = found.drop(index=[RANDOM, "all_counties"], errors="ignore")
    half = np.hypot((rules["high"] - rules["low"]) / 2, (drawn["high"] - drawn["low"]) / 2)
    gain = rules["effect"] - drawn["effect"]
    return pd.DataFrame({"gain": gain, "low": gain - half, "high": gain + half}).rename_axis("rule").reset_index()


def _lot(config: PilotStudy, worlds: Worlds, name: str) -> dict[str, np.ndarray]:
    """Return the counties that a design draws, and where it makes pairs those they are compared with."""
    design: Design = next(one for one in worlds.designs(config.n) if one.name == name)
    drawn = design.draw(1, np.random.default_rng(config.seed))
    found = {RECOMMENDED: drawn[0]}
    if isinstance(design, Paired):
        found[COMPARED] = (design.again(drawn, 1, np.random.default_rng(config.seed))[0, 0] != 0) & ~drawn[0]
    return found
