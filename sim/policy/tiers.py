"""Three tiers pay for measures: grants of the province to counties, and matching funds of prefectures."""

import numpy as np

from sim.config.policies import Sharing
from sim.policy import plan
from sim.state.world import World


def grants(world: World) -> np.ndarray:
    """Return the grants for measures that the province offers each county this year, in yuan: its part of the grants
    for all counties by the declared rule, and grants for pilots."""
    policy = world.config.policy
    people = world.people.sum(1)
    offered = policy.funding.grant * world.trend_since_2020 * people.sum() * shares(world, policy.funding.sharing)
    if policy.pilots:
        offered = offered + policy.pilots.grant * world.trend_since_2020 * pilots(world)
        if policy.pilots.towns:
            offered = offered + policy.pilots.towns.grant * world.trend_since_2020 * world.programme.town_slots
    return offered


def bond_room(world: World, room: np.ndarray) -> np.ndarray:
    """Return the room for new bonds by county once the province has shared out all of it, in yuan; without a rule, as
    it was. A county without any, as its debts are at the limit, gets none."""
    rule = world.config.policy.funding.bond_room
    if rule is None:
        return room
    share = shares(world, rule) * (room > 0)
    return room.sum() * share / max(share.sum(), 1e-9)


def shares(world: World, rule: Sharing) -> np.ndarray:
    """Return each county's part of what the province shares out: by residents, by the transfers it gets, or by
    residents and the score of the last evaluation."""
    weight = world.people.sum(1)
    if rule == "by_need":
        weight = np.maximum(world.budget.transfer_plan, 0)
    if rule == "by_result" and world.evaluation is not None:
        weight = weight * world.evaluation.score
    return weight / max(weight.sum(), 1e-9)


def matched(world: World, given: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the matching funds of prefectures by county, in yuan, out of the revenue they retained (`kept`).

    `given` are the grants by county; a prefecture splits its funds by these and, as far as its objective says, output:
    where it pools by grants alone, where counties compete by output alone.
    """
    groups = world.places.prefecture_of_county
    way = world.config.policy.prefectures
    objective = {"pool": 0.0, "compete": 1.0}.get(way, world.parameters.governance.prefecture_objective)
    given = np.where(world.budget.managed, 0, given)
    output = np.where(given > 0, world.economy.year_output.sum(1).astype(float), 0)
    asked = np.bincount(groups, given, len(kept))
    total = np.minimum(world.config.policy.funding.match * asked, np.maximum(kept, 0))
    by_grant = given / np.maximum(asked, 1e-9)[groups]
    by_output = output / np.maximum(np.bincount(groups, output, len(kept)), 1e-9)[groups]
    return total[groups] * ((1 - objective) * by_grant + objective * by_output)


def within_ratio(world: World, given: np.ndarray, added: np.ndarray) -> np.ndarray:
    """Return the factor, by county, at which no prefecture adds more than its ratio to the grants of its counties."""
    groups = world.places.prefecture_of_county
    allowed = world.config.policy.funding.match * np.bincount(groups, np.where(world.budget.managed, 0, given))
    return np.minimum(1.0, allowed / np.maximum(np.bincount(groups, added), 1e-9))[groups]


def pilots(world: World) -> np.ndarray:
    """Return which counties are pilots (bool)."""
    policy, codes = world.config.policy, np.array(world.places.county_codes)
    if policy.pilots is None:
        return np.zeros(len(codes), bool)
    named = plan.named_pilots(policy.pilots, world.baseline)
    return np.isin(codes, named)
