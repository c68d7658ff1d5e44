"""Attribution of a package's effect to its measures: alone, last of all, and on average over orders (Shapley)."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from sim.config.sensitivity import Sensitivity
from sim.experiments.sensitivity.factors import Factor, dosed
from sim.experiments.sensitivity.points import Points
from sim.model import CountyUrbanization
from sim.policy import programme

EXACT = 5
"""Players up to which every order is taken."""

CERTAIN = 0.975
"""Quantile of Student's t that ends intervals."""

Coalition = frozenset[int]


def attribute(config: Sensitivity, factors: Sequence[Factor], points: Points,
              names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Run coalitions of a package's measures, or groups of them, and return the contribution of each.

    `indices`: by group of counties, outcome and player the effect alone, that on top of all others (leave one out), and
    the Shapley value with its 95 % interval over orders and seeds; whether that holds 0 (`within_noise`); the plan's
    cost in yuan. Shapley values add up to the effect of the package. With `money=equal` doses are scaled so that each
    player's plan costs the same, the median of their planned costs; who costs less at full dose stays there. With up to
    five players every order is taken, otherwise `trajectories` orders at random, each with its reverse.
    """
    players = list(dict.fromkeys(one.group for one in factors))
    doses, cost = budgets(config, factors, players)
    orders = _orders(len(players), config)
    everyone: Coalition = frozenset(range(len(players)))
    coalitions = {frozenset(order[:k]) for order in orders for k in range(len(order) + 1)}
    coalitions |= {frozenset([k]) for k in everyone} | {everyone - {k} for k in everyone}
    listed = sorted(coalitions, key=lambda one: (len(one), sorted(one)))
    plans = [{dose: size for k in sorted(coalition) for dose, size in doses[k].items()} for coalition in listed]
    found = points.of([config.model_copy(update={"policy": dosed(config, plan)}) for plan in plans], names)
    value = {coalition: found[k].reshape(config.seeds, -1) for k, coalition in enumerate(listed)}  # seed, column
    gains = np.stack([_gains(order, value) for order in orders])  # order, player, seed, column
    alone = np.stack([(value[frozenset([k])] - value[frozenset()]).mean(0) for k in sorted(everyone)])
    last = np.stack([(value[everyone] - value[everyone - {k}]).mean(0) for k in sorted(everyone)])
    sets = [(group, name) for group in points.groups for name in names]
    return {"design": _design(listed, plans, players), "indices": _indices(gains, alone, last, cost, players, sets),
            "outcomes": _outcomes(value[frozenset()], value[everyone], sets)}


def budgets(config: Sensitivity, factors: Sequence[Factor],
            players: Sequence[str]) -> tuple[list[dict[str, float]], np.ndarray]:
    """Return the doses of each player and the cost of its plan in yuan, counted as for `same_cost_as`."""
    world = CountyUrbanization(config=config, rng=config.seed).world
    capital, running = programme.full_cost(world, world.programme.town_share)
    each = (capital + running)[:, : world.places.counties].sum(1)
    full = {lever.removesuffix(f".{lever.partition('.')[0]}"): yuan
            for lever, yuan in zip(world.programme.levers, each, strict=True)}
    doses = [{one.name: one.high for one in factors if one.group == player} for player in players]
    cost = np.array([sum(full[name] * dose for name, dose in plan.items()) for plan in doses])
    if config.money == "planned":
        return doses, cost
    most = np.array([1 / max(plan.values()) for plan in doses])
    scale = np.minimum(np.median(cost) / np.maximum(cost, 1e-9), most)
    scaled = [{name: min(dose * by, 1.0) for name, dose in plan.items()} for plan, by in zip(doses, scale, strict=True)]
    return scaled, cost * scale


def _gains(order: tuple[int, ...], value: dict[Coalition, np.ndarray]) -> np.ndarray:
    """Return the marginal contribution of each player when they join in this order, by (player, seed, column)."""
    gains = np.empty((len(order), *value[frozenset()].shape))
    for k, player in enumerate(order):
        gains[player] = value[frozenset(order[: k + 1])] - value[frozenset(order[:k])]
    return gains


def _orders(players: int, config: Sensitivity) -> list[tuple[int, ...]]:
    """Return every order of few players, and random ones with their reverses of many."""
    if players <= EXACT:
        return list(itertools.permutations(range(players)))
    random = np.random.default_rng(config.seed)
    drawn = [tuple(map(int, random.permutation(players))) for _ in range(-(-config.trajectories // 2))]
    return [order for one in drawn for order in (one, one[::-1])]


def _indices(gains: np.ndarray, alone: np.ndarray, last: np.ndarray, cost: np.ndarray, players: Sequence[str],
             sets: Sequence[tuple[str, str]]) -> pd.DataFrame:
    shapley = gains.mean((0, 2))  # player, column
    error = _error(gains)
    return pd.concat([pd.DataFrame({
        "counties": group, "outcome": name, "factor": players, "shapley": shapley[:, k],
        "shapley_low": shapley[:, k] - error[:, k], "shapley_high": shapley[:, k] + error[:, k],
        "alone": alone[:, k], "on_top": last[:, k], "noise": error[:, k],
        "within_noise": np.abs(shapley[:, k]) <= error[:, k], "cost": cost,
        "per_billion": shapley[:, k] / np.maximum(cost, 1e-9) * 1e9})
        for k, (group, name) in enumerate(sets)], ignore_index=True)


def _error(gains: np.ndarray) -> np.ndarray:
    """Return half the width of a 95 % interval of means of (order, player, seed, column), by (player, column).

    Few seeds tell little of their own variance: degrees of freedom are those of Welch (1947) and Satterthwaite (1946).
    """
    orders, seeds = _variance_of_orders(gains.mean(2)), _variance_of_seeds(gains.mean(0))
    few = orders**2 / max(gains.shape[0] // 2 - 1, 1) + seeds**2 / max(gains.shape[2] - 1, 1)
    freedom = np.divide((orders + seeds) ** 2, few, out=np.ones_like(few), where=few > 0)
    return stats.t.ppf(CERTAIN, freedom) * np.sqrt(orders + seeds)


def _variance_of_orders(gains: np.ndarray) -> np.ndarray:
    """Return the variance of means over orders of (order, player, column); none where every order was taken."""
    if gains.shape[1] <= EXACT:
        return np.zeros(gains.shape[1:])
    pairs = gains.reshape(-1, 2, *gains.shape[1:]).mean(1)  # an order and its reverse are one draw
    return pairs.var(0, ddof=1) / len(pairs) if len(pairs) > 1 else np.full(gains.shape[1:], np.nan)


def _variance_of_seeds(gains: np.ndarray) -> np.ndarray:
    """Return the variance of means over seeds of (player, seed, column), not a number for one seed."""
    seeds = gains.shape[1]
    return gains.var(1, ddof=1) / seeds if seeds > 1 else np.full((gains.shape[0], gains.shape[2]), np.nan)


def _outcomes(without: np.ndarray, whole: np.ndarray, sets: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return the effect of the package by group of counties and outcome, with its standard error over seeds."""
    effect = whole - without
    spread = effect.std(0, ddof=1) / np.sqrt(len(effect)) if len(effect) > 1 else np.full(effect.shape[1], np.nan)
    return pd.DataFrame(sets, columns=["counties", "outcome"]).assign(
        without=without.mean(0), mean=whole.mean(0), effect=effect.mean(0), standard_error=spread)


def _design(listed: Sequence[Coalition], plans: Sequence[dict[str, float]], players: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(list(plans)).fillna(0.0)
    table.insert(0, "players", [" ".join(players[k] for k in sorted(one)) for one in listed])
    return table.rename_axis("point").reset_index()
