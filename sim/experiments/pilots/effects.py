"""What pilots do: to themselves, their neighbours, other counties, all of them and the province; per yuan; and whether
that lasts when every county does the same."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.baseline import Baseline
from sim.experiments.pilots.additivity import Additive, mean_over, predict
from sim.experiments.pilots.designs import LEVEL
from sim.experiments.pilots.runs import Observed

GROUPS = ("pilots", "neighbours_of_pilots", "other_counties", "all_counties", "province")
RANDOM, EVERYWHERE = "random", "all_counties"
"""Names, in the place of a rule, of the mean over random draws and of pilots in all counties."""


class Shown(NamedTuple):
    """The runs of a rule with seeds of their own, and those of the same seeds without pilots."""

    treated: np.ndarray
    ours: Observed
    without: Observed


class Frame(NamedTuple):
    """What all tables need: names of outcomes, places of the years judged and after how many they are, the place of the
    first year of pilots, which counties adjoin, and residents by county in the year before the first."""

    names: list[str]
    at: list[int]
    years: list[int]
    first: int
    adjoining: np.ndarray
    residents: np.ndarray


def adjoining(data: Baseline) -> np.ndarray:
    """Return which counties adjoin, bool (county, county)."""
    place = {code: k for k, code in enumerate(data.counties["adcode"])}
    found = np.zeros((len(place), len(place)), bool)
    for a, b in zip(data.neighbours["adcode_a"], data.neighbours["adcode_b"], strict=True):
        if a in place and b in place:
            found[place[a], place[b]] = found[place[b], place[a]] = True
    return found


def by_group(frame: Frame, treated: np.ndarray, ours: Observed, without: Observed) -> np.ndarray:
    """Return effects (run, group of `GROUPS`, year, outcome) of pilots, bool (run, county), against runs without.

    Means of single counties are weighted by residents; all counties and the province are as they are observed.
    """
    change, whole = ours.values - without.values, ours.whole - without.whole
    near = (treated @ frame.adjoining) & ~treated
    means = [mean_over(change, members, frame.residents) for members in (treated, near, ~(treated | near))]
    return np.stack([*means, whole[:, 0], whole[:, 1]], axis=1)


def paid(frame: Frame, ours: Observed, without: Observed) -> np.ndarray:
    """Return yuan paid for measures since the first year of pilots, in all counties, by (run, year)."""
    return (ours.paid - without.paid).sum(1)[:, frame.first:].cumsum(1)


def table(frame: Frame, shown: Mapping[str, Shown], drawn: np.ndarray, sums: Mapping[str, np.ndarray],
          expected: np.ndarray, money: np.ndarray) -> pd.DataFrame:
    """Return effects of every rule and of the random draws: rule, outcome, group, years (since the start), effect, low,
    high (95 % interval of the mean over seeds or draws), runs, paid (yuan until then), per_billion (effect for a
    billion yuan), beats (share of random draws, as run, with a smaller effect), beats_expected (the same by what single
    pilots add up to, for rule and draws, which chance does not widen).

    `drawn` are the effects of draws (draw, group, year, outcome), `expected` the sums of single effects on pilots and
    all counties (draw, 2, year, outcome), and `sums` the same of rules (2, year, outcome); not of those that choose
    by these sums, which owe a part of it to chance.
    """
    rows = []
    for name in [RANDOM, *shown]:
        found = drawn if name == RANDOM else by_group(frame, *shown[name])
        cost = (money if name == RANDOM else paid(frame, *shown[name][1:])).mean(0)
        for place, years in zip(frame.at, frame.years, strict=True):
            for g, group in enumerate(GROUPS):
                for k, outcome in enumerate(frame.names):
                    values = found[:, g, place, k]
                    if not np.isfinite(values).any():
                        continue
                    rows.append({"rule": name, "outcome": outcome, "group": group, "years": years,
                                 **interval(values), "runs": int(np.isfinite(values).sum()),
                                 "paid": cost[years - 1],
                                 "beats": (drawn[:, g, place, k] < np.nanmean(values)).mean() if name != RANDOM
                                 else np.nan,
                                 "beats_expected": _beaten(sums.get(name), expected, group, place, k)})
    found = pd.DataFrame(rows)
    found.insert(found.columns.get_loc("paid") + 1, "per_billion", found["effect"] / (found["paid"] / 1e9))
    return found


def _beaten(own: np.ndarray | None, expected: np.ndarray, group: str, place: int, outcome: int) -> float:
    if own is None or group not in ("pilots", "all_counties"):
        return float("nan")
    g = int(group == "all_counties")
    return float((expected[:, g, place, outcome] < own[g, place, outcome]).mean())


def expectations(frame: Frame, effects: Additive, treated: np.ndarray) -> np.ndarray:
    """Return the sums of single effects on pilots and on all counties (draw, 2, year, outcome)."""
    change = predict(effects, treated, frame.adjoining)
    return np.stack([mean_over(change, members, frame.residents) for members in (treated, np.ones_like(treated))], 1)


def around(frame: Frame, shown: Mapping[str, Shown]) -> pd.DataFrame:
    """Return what pilots do to residents around them, in persons: rule, years, part, persons, low, high (95 % over
    seeds).

    Parts: pilots; neighbours; diversion, by how many more moved since the start from neighbours to pilots, less those
    who moved back, with its sign for the neighbours; spill_over, what else changed there; other_counties.
    """
    rows = []
    for name, (treated, ours, without) in shown.items():
        change = (ours.persons - without.persons)[..., 0]
        pilot, near = treated[0], (treated[0] @ frame.adjoining) & ~treated[0]
        moved = (ours.moves - without.moves)[:, frame.first:].cumsum(1)
        net = moved[:, :, near][..., pilot].sum((2, 3)) - moved[:, :, pilot][..., near].sum((2, 3))
        for place, years in zip(frame.at, frame.years, strict=True):
            at = change[:, :, place]
            diverted = -net[:, place - frame.first]
            parts = {"pilots": at[:, pilot].sum(1), "neighbours": at[:, near].sum(1), "diversion": diverted,
                     "spill_over": at[:, near].sum(1) - diverted, "other_counties": at[:, ~(pilot | near)].sum(1)}
            rows += [{"rule": name, "years": years, "part": part, **interval(values, "persons")}
                     for part, values in parts.items()]
    return pd.DataFrame(rows)


def money(frame: Frame, shown: Mapping[str, Shown]) -> pd.DataFrame:
    """Return what money of pilots brings: rule, years, paid (yuan since the start), urban_residents (how many more in
    all counties) with low and high (95 % over seeds), per_million (of them for a million yuan)."""
    rows = []
    for name, (_, ours, without) in shown.items():
        urban = (ours.persons - without.persons)[..., 1].sum(1)
        cost = paid(frame, ours, without)
        for place, years in zip(frame.at, frame.years, strict=True):
            found = interval(urban[:, place], "urban_residents")
            spent = float(cost[:, years - 1].mean())
            rows.append({"rule": name, "years": years, "paid": spent, **found,
                         "per_million": found["urban_residents"] / (spent / 1e6) if spent else np.nan})
    return pd.DataFrame(rows)


def scaled(frame: Frame, shown: Mapping[str, Shown]) -> pd.DataFrame:
    """Return whether what pilots gain lasts when all counties are pilots: rule, outcome, years, alone (effect on the
    pilots), together (effect on the same counties when all are), kept (together / alone), and lost (alone less
    together) with low and high (95 % over seeds)."""
    rows = []
    everywhere = shown[EVERYWHERE]
    change = everywhere.ours.values - everywhere.without.values
    for name, one in shown.items():
        if name == EVERYWHERE:
            continue
        alone = mean_over(one.ours.values - one.without.values, one.treated, frame.residents)
        together = mean_over(change, one.treated, frame.residents)
        for place, years in zip(frame.at, frame.years, strict=True):
            for k, outcome in enumerate(frame.names):
                a, b = alone[:, place, k], together[:, place, k]
                kept = b.mean() / a.mean() if a.mean() else np.nan
                rows.append({"rule": name, "outcome": outcome, "years": years, "alone": a.mean(), "together": b.mean(),
                             "kept": kept, **interval(a - b, "lost")})
    return pd.DataFrame(rows)


def interval(values: np.ndarray, name: str = "effect") -> dict[str, float]:
    """Return the mean of values, numbers only, with the 95 % interval of the mean as low and high."""
    values = values[np.isfinite(values)]
    mean, half = float(values.mean()), np.nan
    if len(values) > 1:
        half = float(stats.t.ppf(0.5 + LEVEL / 2, len(values) - 1) * stats.sem(values))
    return {name: mean, "low": mean - half, "high": mean + half}
