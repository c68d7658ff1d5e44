"""The yearly evaluation: counties are scored within their class, ranked in one list and named, and learn."""

from typing import cast

import numpy as np

from sim.baseline.figures import KNOWN
from sim.policy import plan
from sim.state.evaluation import Evaluation
from sim.state.observed import Columns, Named
from sim.state.world import World


def evaluate(world: World) -> None:
    """Score the counties by the indicators of the year, rank them, and name those advanced and in progress.

    A start that knows no classes evaluates nobody.
    """
    if not world.start.classified:
        return
    rules, classes = world.config.evaluation, world.once(_classes)
    before = world.evaluation
    used = _known(world) if before is None else before.used
    values = _values(world)
    score = scores(world, values, classes, used)
    order = np.lexsort((world.places.county_codes, -score))
    rank = np.empty(len(score), np.int64)
    rank[order] = np.arange(1, len(score) + 1)
    gain = np.zeros_like(rank) if before is None else before.rank - rank
    gained = np.lexsort((rank, -gain))[: rules.progress]
    advanced, progress = rank <= rules.advanced, np.zeros(len(rank), bool)
    progress[gained[gain[gained] > 0]] = True
    world.evaluation = Evaluation(used, score, rank, gain, advanced, progress)
    everything = scores(world, values, classes, tuple(values))
    world.observed.add("evaluation", world.year, _columns(world, world.evaluation, classes, everything))


def scores(world: World, values: dict[str, np.ndarray], classes: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Return scores from 0 to 100: the weighted mean of a county's percentile ranks within its class."""
    score = np.zeros(len(classes))
    for kind in sorted({*classes}):
        inside = classes == kind
        weights = np.array([getattr(world.config.evaluation.weights[name], kind) for name in names], float)
        signed = np.array([values[name][inside] * (1 if world.config.evaluation.weights[name].better == "up" else -1)
                           for name in names])
        mine, others = signed[:, :, None], signed[:, None, :]
        place = ((mine > others).sum(axis=2) + (mine == others).sum(axis=2) / 2) / inside.sum()
        score[inside] = 100 * (weights @ place) / max(weights.sum(), 1e-9)
    return score


def awards(world: World) -> np.ndarray:
    """Return the awards of this year to counties named in the last evaluation, in yuan by county."""
    named = world.evaluation
    if named is None:
        return np.zeros(world.places.counties)
    return world.config.policy.funding.award * world.trend_since_2020 * (named.advanced * 1.0 + named.progress)


def learn(world: World) -> None:
    """Move counties' order of payment towards that of the best-rated county of their class, and no dose.

    An order that the policy gives to single prefectures, counties or pilots stays as it is.
    """
    named, rank = world.evaluation, world.programme.rank
    if named is None or not np.isfinite(rank).any() or not world.programme.delivered.any():
        return  # nobody can be seen to do better before anything is delivered
    classes, pace = world.once(_classes), world.parameters.governance.learning
    own = plan.own_order(world.config.policy, world.baseline)
    after = rank[np.isfinite(rank)].max() + 1  # who shares what is left comes after every order
    last = np.where(np.isfinite(rank), rank, after)
    for kind in sorted({*classes}):
        inside = np.flatnonzero(classes == kind)
        best = inside[named.rank[inside].argmin()]
        free = inside[~own[inside]]
        last[:, free] += pace * (last[:, [best]] - last[:, free])
    unranked = np.isinf(rank) & (last >= after)
    world.programme.rank = np.where(unranked, np.inf, last)


def _classes(world: World) -> np.ndarray:
    return world.baseline.counties["evaluation_class"].to_numpy()


def _values(world: World) -> dict[str, np.ndarray]:
    """Return this year's values of the indicators that count, by county."""
    observed, counties = world.observed, world.places.counties
    return {name: observed.values[-1][observed.indicators[name], -counties:]
            for name in world.config.evaluation.weights}


def _known(world: World) -> tuple[str, ...]:
    """Return the indicators whose values of the base year are observed or scaled in every county."""
    first = world.observed.parts["indicators"][0]
    group, indicator, basis = (cast(Named, first[name]) for name in ("group", "indicator", "basis"))
    of_county = np.isin(group.names, world.places.county_codes)[group.position]
    known = np.isin(basis.names, KNOWN)[basis.position]
    seen, doubtful = ({indicator.names[k] for k in np.unique(indicator.position[rows])}
                      for rows in (of_county, of_county & ~known))
    return tuple(name for name in world.config.evaluation.weights if name in seen - doubtful)


def _columns(world: World, named: Evaluation, classes: np.ndarray, everything: np.ndarray) -> Columns:
    """Return the evaluation of the year by county, and by type the mean score by every indicator, imputed ones too."""
    kinds = world.places.county_type
    types = sorted(set(kinds))
    nobody = np.zeros(len(types), np.int64)
    return {
        "group": np.array([*world.places.county_codes, *types], object),
        "class": np.array([*classes, *[""] * len(types)], object),
        "score": np.r_[named.score, [everything[kinds == kind].mean() for kind in types]],
        "rank": np.r_[named.rank, nobody], "gain": np.r_[named.gain, nobody],
        "advanced": np.r_[named.advanced, nobody > 0], "progress": np.r_[named.progress, nobody > 0]}
