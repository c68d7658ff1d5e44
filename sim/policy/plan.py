"""One county, one plan: doses, timetable and order of payment of every county, from the layers of a policy."""

import numpy as np

from sim.baseline import Baseline, names
from sim.config.measures import Measure
from sim.config.policies import Pilots, Plan, Policy
from sim.state.world import World

Layer = tuple[np.ndarray, Plan]

LISTED = "provincial_pilot_2023"
"""Column of the counties that are known to be pilots of the province."""


def levers_of(measures: dict[str, Measure]) -> list[str]:
    """Return every lever as measure.lever."""
    return [f"{name}.{lever}" for name, measure in measures.items() for lever in measure.levers]


def layers(policy: Policy, baseline: Baseline, classified: bool = True) -> list[Layer]:
    """Return the plans of a policy with the counties (bool) that each is for, the widest first.

    Where counties are not classified yet, there is no plan by type or loss of population. Raises ConfigError
    for a county or prefecture that is unknown or named twice.
    """
    counties = baseline.counties
    everywhere = np.ones(len(counties), bool)
    found: list[Layer] = [(everywhere, policy)]
    if classified:
        types = counties["county_type"].to_numpy()
        found += [(types == name, plan) for name, plan in policy.by_type.items()]
        found.append((counties["population_loss_flag"].to_numpy(int) == 1, policy.population_loss))
    prefectures = names.codes(baseline.prefectures, policy.by_prefecture, "policy.by_prefecture", "prefecture")
    codes = counties["prefecture_adcode"].to_numpy()
    found += [(codes == code, plan) for code, plan in zip(prefectures, policy.by_prefecture.values(), strict=True)]
    single = names.codes(counties, policy.by_county, "policy.by_county", "county", baseline.prefectures)
    adcodes = counties["adcode"].to_numpy()
    found += [(adcodes == code, plan) for code, plan in zip(single, policy.by_county.values(), strict=True)]
    if policy.pilots:
        found.append((np.isin(adcodes, named_pilots(policy.pilots, baseline)), policy.pilots))
    return found


def named_pilots(pilots: Pilots, baseline: Baseline) -> list[str]:
    """Return the codes of the counties that a policy names as pilots; `provincial_pilot_2023` stands for those that the
    data package lists as such. Raises ConfigError as `names.codes` does."""
    counties = baseline.counties
    given = [one for name in pilots.counties
             for one in (counties.loc[counties[LISTED] == 1, "adcode"] if name == LISTED else [name])]
    return names.codes(counties, given, "policy.pilots.counties", "county", baseline.prefectures)


def doses(found: list[Layer], levers: list[str], planned: np.ndarray | None = None) -> np.ndarray:
    """Return planned doses by (lever, county): the narrower layer wins, and a lever over its measure over `all`.

    Layers are laid over `planned`, over doses of 0 without it.
    """
    planned = np.zeros((len(levers), len(found[0][0]))) if planned is None else planned.copy()
    for members, plan in found:
        for k, lever in enumerate(levers):
            for name in ("all", lever.partition(".")[0], lever):  # the narrower name last, so that it wins
                if name in plan.doses:
                    planned[k, members] = plan.doses[name]
    return planned


def timetable(found: list[Layer], levers: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return when doses begin to rise, in years with quarters, and how many years they rise, by (lever, county)."""
    start, ramp = np.zeros((2, len(levers), len(found[0][0])))
    for members, plan in found:
        if plan.ramp_years is not None:
            ramp[:, members] = plan.ramp_years
        if plan.start is not None:
            start[:, members] = in_years(plan.start)
        for k, lever in enumerate(levers):
            name = lever.partition(".")[0]
            if name in plan.timetable:
                start[k, members] = in_years(plan.timetable[name])
    return start, ramp


def ranks(found: list[Layer], levers: list[str]) -> np.ndarray:
    """Return the order of payment by (lever, county): 0 is paid first, infinite shares the remaining means."""
    rank = np.full((len(levers), len(found[0][0])), np.inf)
    for members, plan in found:
        if plan.priority is not None:
            rank[:, members] = np.inf
            for position, name in enumerate(plan.priority):
                rank[np.ix_([lever.partition(".")[0] == name for lever in levers], members)] = position
    return rank


def own_order(policy: Policy, baseline: Baseline) -> np.ndarray:
    """Return which counties have an order of payment from a plan for single prefectures, counties or pilots (bool)."""
    given = [members for members, one in narrow(policy, baseline) if one.priority is not None]
    return np.any(given, axis=0) if given else np.zeros(len(baseline.counties), bool)


def wide(policy: Policy, baseline: Baseline) -> np.ndarray:
    """Return which counties have no plan of their own, nor as pilots or by their prefecture (bool)."""
    return ~np.any([np.zeros(len(baseline.counties), bool), *(members for members, _ in narrow(policy, baseline))],
                   axis=0)


def narrow(policy: Policy, baseline: Baseline) -> list[Layer]:
    """Return the plans for single prefectures, counties and pilots, with the counties that each is for."""
    everywhere = {id(policy), id(policy.population_loss), *map(id, policy.by_type.values())}
    return [layer for layer in layers(policy, baseline) if id(layer[1]) not in everywhere]


def common(world: World) -> dict[int, np.ndarray]:
    """Return the levers, by place, that a prefecture or the province decides, with the groups (codes by county) that
    have one dose; what is the prefecture's is each county's own where counties compete."""
    groups = {"province": np.zeros(world.places.counties, int)}
    if world.config.policy.prefectures != "compete":
        groups["prefecture"] = world.places.prefecture_of_county
    deciders = [world.config.measures[lever.partition(".")[0]].decides for lever in levers_of(world.config.measures)]
    return {k: groups[decides] for k, decides in enumerate(deciders) if decides in groups}


def agreed(planned: np.ndarray, residents: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return one dose for all counties of a group (codes by county): the mean weighted by residents."""
    weight = np.bincount(groups, residents)
    return (np.bincount(groups, residents * planned) / weight)[groups]


def in_years(quarter: str) -> float:
    """Return a quarter such as 2023Q1 as the year it begins: 2023.0."""
    return int(quarter[:4]) + (int(quarter[5]) - 1) / 4
