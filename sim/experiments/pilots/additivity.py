"""What single pilots add up to: own effects, effects among pilots and on others, learnt from the random draws.

Every draw is a run of its own, so that the sum is not needed to judge it; it tells effect from chance, carries effects
over to designs that were not run, and its error is measured on draws it was not learnt from.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd


class Additive(NamedTuple):
    """Effects in each year and outcome: of a county on itself when a pilot (`own`, by county first), on a pilot of each
    pilot that adjoins it (`among`), on another county of each pilot that adjoins it (`near`), and of all on any other
    county (`far`, for as many pilots as were drawn)."""

    own: np.ndarray
    among: np.ndarray
    near: np.ndarray
    far: np.ndarray


def fit(treated: np.ndarray, change: np.ndarray, adjoining: np.ndarray) -> Additive:
    """Return the effects by least squares from who were pilots, bool (draw, county), and what changed (draw, county,
    year, outcome); `adjoining` is bool (county, county). A county that never was a pilot has the mean effect."""
    beside = treated.astype(float) @ adjoining
    count = np.maximum(treated.sum(0), 1)

    def by_county(values: np.ndarray) -> np.ndarray:
        return np.einsum("dc,dc...->c...", treated.astype(float), values) / count.reshape(-1, *[1] * (values.ndim - 2))

    means, near = by_county(change), by_county(beside)
    around = np.where(treated, beside - near, 0.0)
    among = np.einsum("dc,dcto->to", around, change) / max((around**2).sum(), 1e-12)
    own = means - near[:, None, None] * among
    own[~treated.any(0)] = own[treated.any(0)].mean(0)
    others, values = beside[~treated], change[~treated]
    centred = others - others.mean()
    slope = np.tensordot(centred, values, 1) / max((centred**2).sum(), 1e-12)
    return Additive(own, among, slope, values.mean(0) - others.mean() * slope)


def predict(effects: Additive, treated: np.ndarray, adjoining: np.ndarray) -> np.ndarray:
    """Return what would change (draw, county, year, outcome) with these pilots, bool (draw, county)."""
    beside = (treated.astype(float) @ adjoining)[..., None, None]
    return np.where(treated[..., None, None], effects.own + beside * effects.among, effects.far + beside * effects.near)


def mean_over(change: np.ndarray, members: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted mean change (draw, year, outcome) of members, bool (draw, county); not a number for none."""
    share = members * weights
    whole = share.sum(1)[:, None, None]
    return np.divide(np.einsum("dc,dcto->dto", share, change), whole,
                     out=np.full((len(change), *change.shape[2:]), np.nan), where=whole > 0)


def check(treated: np.ndarray, shuffle: np.ndarray, change: np.ndarray, adjoining: np.ndarray, weights: np.ndarray,
          names: list[str], chance: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return how well sums of single effects predict draws that they were not learnt from, in the last year.

    Draws are halved by shuffle. Columns: outcome, group (pilots, all_counties), spread (standard deviation of effects
    over draws), error (root mean square of prediction less run), chance (standard deviation over seeds of the effect of
    the same pilots, by `chance`: group to values by outcome), explained (share of the variance of draws), halves
    (correlation of own effects learnt from either half).
    """
    halves = [shuffle % 2 == k for k in range(2)]
    learnt = [fit(treated[half], change[half], adjoining) for half in halves]
    said = np.empty_like(change)
    for half, other in zip(halves, learnt[::-1], strict=True):
        said[half] = predict(other, treated[half], adjoining)
    rows = []
    for group, members in {"pilots": treated, "all_counties": np.ones_like(treated)}.items():
        found, sums = (mean_over(values, members, weights)[:, -1] for values in (change, said))
        for k, name in enumerate(names):
            missed = ((sums[:, k] - found[:, k]) ** 2).mean()
            own, spread = np.array([half.own[:, -1, k] for half in learnt]), found[:, k].var()
            rows.append({"outcome": name, "group": group, "spread": found[:, k].std(ddof=1), "error": missed**0.5,
                         "chance": chance[group][k], "explained": 1 - missed / spread if spread else np.nan,
                         "halves": np.corrcoef(own)[0, 1] if own.std(1).all() else np.nan})
    return pd.DataFrame(rows)
