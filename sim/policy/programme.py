"""The programme of measures: one plan for each county, what money there is for it, what is delivered, what it moves.

A dose is planned for every lever and county. When the year is closed what the plan adds is paid in order of priority as
far as means go; what is paid is delivered in the next year. Delivered doses move named rates and stocks; no process
knows a measure.
"""

import numpy as np

from sim.agents.places import Kind
from sim.agents.programme import Programme
from sim.config.measures import Effect, Measure
from sim.rates import REGISTRY
from sim.world import World

KINDS = {"village": Kind.VILLAGE, "town": Kind.TOWN, "seat": Kind.SEAT}


def prepare(world: World) -> None:
    """Lay down the plan of every county from the policy: doses, and the order in which measures are paid."""
    levers = levers_of(world.config.measures)
    shape = len(levers), world.places.counties
    order = [k for name in world.config.policy.priority for k, lever in enumerate(levers)
             if lever.partition(".")[0] == name]  # fmt: skip
    nothing = np.zeros(shape)
    world.programme = Programme(
        levers=levers, order=np.array(order, np.int64), target=targets(world, levers), wanted=nothing.copy(),
        funded=nothing.copy(), delivered=nothing.copy(), kept=np.ones(shape[1]), capital_cost=nothing.copy(),
        running_cost=nothing.copy(), paid=np.zeros(shape[1]))  # fmt: skip


def levers_of(measures: dict[str, Measure]) -> list[str]:
    """Return every lever as measure.lever."""
    return [f"{name}.{lever}" for name, measure in measures.items() for lever in measure.levers]


def targets(world: World, levers: list[str]) -> np.ndarray:
    """Return planned doses by (lever, county): county over prefecture over type over all, lever over measure over all.

    A start before 2021, which may not know county types, knows no doses by type.
    """
    policy, places = world.config.policy, world.places
    prefectures = np.array(places.prefecture_codes)[places.prefecture_of_county]
    types = places.county_type if world.config.start > 2020 else np.full(places.counties, "")
    planned = np.zeros((len(levers), places.counties))
    everywhere = np.ones(places.counties, bool)
    layers = [(everywhere, policy.doses)]
    layers += [(types == name, doses) for name, doses in policy.by_type.items()]
    layers += [(prefectures == name, doses) for name, doses in policy.by_prefecture.items()]
    layers += [(np.array(places.county_codes) == name, doses) for name, doses in policy.by_county.items()]
    for members, doses in layers:
        for k, lever in enumerate(levers):
            for name in ("all", lever.partition(".")[0], lever):  # the narrower name last, so that it wins
                if name in doses:
                    planned[k, members] = doses[name]
    return planned


def deliver(world: World) -> None:
    """Deliver what was paid last year, and let what stands move rates and stocks, later, less at high doses, and less
    where another measure that it needs is missing."""
    programme = world.programme
    programme.delivered = np.minimum(programme.delivered + programme.funded, 1.0)
    programme.history.append((programme.delivered * programme.kept, programme.funded.copy()))
    programme.funded = np.zeros_like(programme.delivered)
    moved: dict[str, list[np.ndarray]] = {}
    if programme.target.any():
        for name, measure in world.config.measures.items():
            for lever, one in measure.levers.items():
                for effect in one.effects:
                    size = change(world, name, f"{name}.{lever}", effect)
                    if size.any():
                        moved.setdefault(effect.rate, []).append(size)
    world.rates.moved = moved


def change(world: World, name: str, lever: str, effect: Effect) -> np.ndarray:
    """Return what an effect changes this year, over areas or places as its rate is."""
    programme, places = world.programme, world.places
    measure = world.config.measures[name]
    past = len(programme.history) - 1 - measure.lag_years
    if past < 0:
        return np.zeros(1)
    stands, added = (doses[programme.levers.index(lever)] for doses in programme.history[past])
    builds = effect.rate.endswith("_addition")
    dose = added if builds else saturated(stands, measure.saturation)
    factor = np.full(places.counties, effect.value)
    if world.config.start > 2020:
        factor = factor * np.array([effect.types.get(kind, 1.0) for kind in places.county_type])
    for other, share in effect.needs.items():
        rows = [k for k, one in enumerate(programme.levers) if one.partition(".")[0] == other]
        factor = factor * (1 - share * (1 - programme.delivered[rows].mean(0)))
    size = dose * factor
    if REGISTRY[effect.rate].scope == "area":
        return np.r_[size, np.zeros(places.areas - places.counties)]
    kinds = np.array([effect.kinds.get(kind, 0.0 if effect.kinds else 1.0) for kind in KINDS])  # type: ignore[call-overload]
    return np.r_[(size[:, None] * kinds).ravel(), np.zeros(places.count - places.districts)]


def saturated(dose: np.ndarray, saturation: float) -> np.ndarray:
    """Return the share of the full effect at a dose: (1 - exp(-s d)) / (1 - exp(-s)), d itself for s = 0."""
    return dose if saturation == 0 else np.expm1(-saturation * dose) / np.expm1(-saturation)


def plan(world: World) -> None:
    """Set what the plan adds this year, as fast as it may be built, and what that and what stands cost.

    Doses rise in equal steps from the quarter of the start; costs are those of residents at today's prices.
    """
    programme, policy = world.programme, world.config.policy
    start = int(policy.start[:4]) + (int(policy.start[5]) - 1) / 4
    risen = np.clip((world.year + 1 - start) / policy.ramp_years, 0, 1)
    residents = world.counts.by_county(world.counts.residents.sum(1)).sum(1) * float(world.config.scale)
    measures = world.config.measures.values()
    each = [(measure.build_years, lever.capital_cost.value, lever.running_cost.value)
            for measure in measures for lever in measure.levers.values()]  # fmt: skip
    years, capital, running = np.array(each).T[:, :, None]
    programme.wanted = np.clip(programme.target * risen - programme.delivered, 0, 1 / years)
    programme.capital_cost = programme.wanted * capital * world.level * residents
    programme.running_cost = programme.delivered * running * world.level * residents


def costs(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return what measures cost this year by county, and the part of it that earns enough for special bonds; yuan."""
    programme = world.programme
    earns = np.array([one.earns for measure in world.config.measures.values() for one in measure.levers.values()])
    total = programme.capital_cost.sum(0) + programme.running_cost.sum(0)
    return total, programme.capital_cost[earns].sum(0)


def fund(world: World, means: np.ndarray) -> np.ndarray:
    """Pay for measures out of `means` (yuan by county): what stands first, then what is wanted by priority.

    Measures without a priority come last and share what is left in proportion to their cost. Returns what was paid,
    yuan by county. What is not paid is not delivered.
    """
    programme = world.programme
    running = programme.running_cost.sum(0)
    kept = np.minimum(running, means)
    programme.kept = np.divide(kept, running, out=np.ones(len(running)), where=running > 0)
    left = means - kept
    for k in programme.order:
        cost = programme.capital_cost[k]
        paid = np.minimum(cost, left)
        programme.funded[k] = programme.wanted[k] * np.divide(paid, cost, out=np.ones(len(cost)), where=cost > 0)
        left = left - paid
    others = np.setdiff1d(np.arange(len(programme.levers)), programme.order)
    cost = programme.capital_cost[others].sum(0)
    paid = np.minimum(cost, left)
    programme.funded[others] = programme.wanted[others] * np.divide(paid, cost, out=np.ones(len(cost)), where=cost > 0)
    left = left - paid
    programme.paid = means - left
    return programme.paid
