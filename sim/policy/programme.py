"""The programme of measures: planned doses, their costs and funding, delivery and effects.

A dose is planned for every lever and county (see `plan`). When the year is closed the doses that the plan adds are paid
in order of priority as far as means go, and delivered in the next year. Delivered doses move named rates and stocks;
no process knows a measure.
"""

import numpy as np

from sim.config import ConfigError
from sim.config.measures import Effect, Lever
from sim.config.policies import PilotTowns, Plan, Policy
from sim.policy import plan
from sim.state.places import Kind
from sim.state.programme import Programme
from sim.state.rates import REGISTRY
from sim.state.world import World

KINDS = {"village": Kind.VILLAGE, "town": Kind.TOWN, "seat": Kind.SEAT}


def initial(world: World) -> Programme:
    """Lay down the plan of every county and of its pilot towns from the policy.

    Raises ConfigError where doses cannot be scaled to the cost of the policy named in `same_cost_as`.
    """
    policy, levers = world.config.policy, plan.levers_of(world.config.measures)
    found = plan.layers(policy, world.baseline, world.start.classified)
    start, ramp = (np.tile(when, (1, 2)) for when in plan.timetable(found, levers))
    counties = world.places.counties
    nothing = np.zeros((len(levers), 2 * counties))
    planned = targets(world, policy, levers)
    if isinstance(policy.same_cost_as, Policy):
        planned = planned * _same_cost(world, policy, planned, levers)
    programme = Programme(
        levers=levers, target=np.hstack([planned, np.zeros_like(planned)]), start=start, ramp=ramp,
        laid_down=(planned.copy(), start[:, :counties].copy()),
        rank=plan.ranks(found, levers), town_slots=np.zeros(counties), town_share=np.zeros(counties),
        wanted=nothing.copy(), funded=nothing.copy(), delivered=nothing.copy(), kept=np.ones(counties),
        capital_cost=nothing.copy(), running_cost=nothing.copy(), paid=nothing.copy(),
        absorbed=np.zeros(counties), unhindered=nothing.copy(), short_of_money=nothing.copy(),
        short_of_works=nothing.copy())
    if policy.pilots and policy.pilots.towns:
        _lay_down_towns(world, programme, policy.pilots.towns, planned)
    return programme


def targets(world: World, policy: Policy, levers: list[str]) -> np.ndarray:
    """Return planned doses by (lever, county).

    A lever that a prefecture or the province decides has one dose in all its counties, the mean of their plans weighted
    by residents, unless it is planned for single prefectures, counties or pilots.
    """
    found = plan.layers(policy, world.baseline, world.start.classified)
    narrow = len(policy.by_prefecture) + len(policy.by_county) + (policy.pilots is not None)
    wide = found[: len(found) - narrow]
    planned = plan.doses(wide, levers)
    for k, groups in plan.common(world).items():
        if planned[k].any():
            planned[k] = plan.agreed(planned[k], world.people.sum(1), groups)
    return plan.doses(found[len(wide) :], levers, planned)


def deliver(world: World) -> None:
    """Deliver the doses paid last year, and let delivered doses move rates and stocks: with a lag, with diminishing
    returns, and less where another measure that they need is missing."""
    programme, before = world.programme, world.programme.delivered
    programme.delivered = np.minimum(before + programme.funded, 1.0)
    programme.history.append((programme.delivered * np.tile(programme.kept, 2), programme.delivered - before))
    programme.funded = np.zeros_like(programme.delivered)
    moved: dict[str, list[np.ndarray]] = {}
    if programme.target.any():
        for name, lever, part in _parts(world):
            for effect in part.effects:
                size = change(world, name, f"{name}.{lever}", effect)
                if size.any():
                    moved.setdefault(effect.rate, []).append(size)
    world.rates.moved = moved


def change(world: World, name: str, lever: str, effect: Effect) -> np.ndarray:
    """Return the change of a rate or stock by an effect this year, over areas or places as its rate is."""
    programme = world.programme
    measure = world.config.measures[name]
    past = len(programme.history) - 1 - measure.lag_years
    if past < 0:
        return np.zeros(1)
    stands, added = (doses[programme.levers.index(lever)] for doses in programme.history[past])
    dose = added if effect.builds else saturated(stands, measure.saturation)
    if not dose.any():
        return np.zeros(1)
    partners: np.ndarray | float = 1.0
    for other, share in effect.needs.items():
        rows = [k for k, one in enumerate(programme.levers) if one.partition(".")[0] == other]
        there = programme.delivered[rows].mean(0)
        there[programme.counties :] += there[: programme.counties]
        partners = partners * (1 - share * (1 - np.minimum(there, 1)))
    return spread(world, effect, dose * partners, programme.town_share)


def spread(world: World, effect: Effect, dose: np.ndarray, town_share: np.ndarray) -> np.ndarray:
    """Return the change that doses by unit make, over areas or places: pilot towns weigh by their residents.

    `town_share` is their part of the residents of a county's towns.
    """
    places = world.places
    size = dose.reshape(2, -1) * effect.value * _by_type(world, effect)
    if REGISTRY[effect.rate].scope == "area":
        lived_in, changed = world.counts.people, np.zeros(places.areas)
        town = town_share * lived_in[:, Kind.TOWN] / np.maximum(lived_in.sum(1), 1)
        changed[: places.counties] = size[0] + size[1] * town
        return changed
    kinds = np.array([effect.kinds.get(kind, 0.0 if effect.kinds else 1.0) for kind in KINDS])  # type: ignore[call-overload]
    changed = np.zeros(places.count)
    by_kind = places.by_kind(changed)
    by_kind[:] = size[0][:, None] * kinds
    by_kind[:, Kind.TOWN] += size[1] * town_share * kinds[Kind.TOWN]
    return changed


def saturated(dose: np.ndarray, saturation: float) -> np.ndarray:
    """Return the share of the full effect at a dose: (1 - exp(-s d)) / (1 - exp(-s)), d itself for s = 0."""
    return dose if saturation == 0 else np.expm1(-saturation * dose) / np.expm1(-saturation)


def request(world: World) -> None:
    """Set the dose that the plan adds this year, as fast as it may be built, its capital cost and the running costs.

    Doses rise in equal steps from the quarter of the start; costs are those of residents at today's prices, and the
    cost of delays and overruns comes on top.
    """
    programme = world.programme
    programme.wanted = addition(world, programme.delivered)
    if not (programme.wanted.any() or programme.delivered.any()):
        programme.capital_cost, programme.running_cost = 0 * programme.wanted, 0 * programme.wanted
        return
    capital, running = full_cost(world, programme.town_share)
    useful = np.tile(world.rates["delivery_efficiency"][: programme.counties], 2)
    programme.capital_cost, programme.running_cost = programme.wanted * capital / useful, programme.delivered * running


def addition(world: World, standing: np.ndarray) -> np.ndarray:
    """Return the dose that the plan adds this year to one that stands, as fast as it rises and may be built."""
    programme = world.programme
    risen = np.clip((world.year + 1 - programme.start) / programme.ramp, 0, 1)
    years = np.array([world.config.measures[name].build_years for name, _, _ in _parts(world)])[:, None]
    added: np.ndarray = np.clip(programme.target * risen - standing, 0, 1 / years)
    return added


def full_cost(world: World, town_share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the capital cost and the yearly running cost of full doses, in yuan of the year by (lever, unit).

    Stocks that a lever builds are charged at their building cost, as far as counties pay for them; other costs are
    declared per resident. Running costs of stocks are part of the county's upkeep.
    """
    lived_in, parts = world.people, _parts(world)
    people = np.r_[lived_in.sum(1), town_share * lived_in[:, Kind.TOWN]]
    capital, running = (np.zeros((len(parts), len(people))) for _ in range(2))
    for k, (_, _, part) in enumerate(parts):
        capital[k] = part.capital_cost.value * people
        running[k] = part.running_cost.value * people
        for effect in part.effects:
            if effect.builds:
                capital[k] += _building_cost(world, effect, town_share)
    return capital * world.trend_since_2020, running * world.trend_since_2020


def costs(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the cost of measures this year by county, and the part that earns enough for special bonds, in yuan."""
    programme = world.programme
    earns = np.array([part.earns for _, _, part in _parts(world)])
    total = programme.by_county(programme.capital_cost) + programme.by_county(programme.running_cost)
    return total, programme.by_county(programme.capital_cost[earns])


def fund(world: World, means: np.ndarray, bonds: np.ndarray | float = 0.0) -> np.ndarray:
    """Pay for measures out of `means` and, for those that earn, first out of `bonds` (yuan by county): running costs
    first, then capital costs by priority.

    Measures without a priority come last and share the rest in proportion to their cost. Returns the sum paid, yuan by
    county. Unpaid doses are not delivered.
    """
    programme = world.programme
    running = programme.by_county(programme.running_cost)
    kept = np.minimum(running, means)
    programme.kept = np.divide(kept, running, out=np.ones(len(running)), where=running > 0)
    cost = programme.capital_cost.reshape(-1, 2, programme.counties).sum(1)
    earns = np.array([part.earns for _, _, part in _parts(world)])[:, None]
    by_bonds = cost * earns * payable(cost * earns, programme.rank, np.broadcast_to(bonds, means.shape))
    paid = by_bonds + (cost - by_bonds) * payable(cost - by_bonds, programme.rank, means - kept)
    share = np.divide(paid, cost, out=np.ones_like(cost), where=cost > 0)
    programme.funded = programme.wanted * np.tile(share, 2)
    programme.paid = programme.capital_cost * np.tile(share, 2) + programme.running_cost * np.tile(programme.kept, 2)
    return programme.by_county(programme.paid)


def payable(cost: np.ndarray, rank: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Return the share of each cost that means pay for, by (lever, county): in order of rank; infinite ranks share."""
    order = np.argsort(rank, axis=0, kind="stable")
    ranked = np.take_along_axis(np.where(np.isfinite(rank), cost, 0.0), order, axis=0)
    before = np.vstack([np.zeros(cost.shape[1]), ranked.cumsum(0)[:-1]])
    paid = np.empty_like(cost)
    np.put_along_axis(paid, order, np.clip(means - before, 0, ranked), axis=0)
    others = np.where(np.isfinite(rank), 0.0, cost)
    left, wanted = np.maximum(means - paid.sum(0), 0), others.sum(0)
    paid += others * np.clip(np.divide(left, wanted, out=np.zeros_like(wanted), where=wanted > 0), 0, 1)
    return np.divide(paid, cost, out=np.ones_like(cost), where=cost > 0)


def _parts(world: World) -> list[tuple[str, str, Lever]]:
    """Return measure, lever and its entry, in the order of `Programme.levers`."""
    return [(name, lever, part) for name, measure in world.config.measures.items()
            for lever, part in measure.levers.items()]


def _by_type(world: World, effect: Effect) -> np.ndarray:
    """Return the factor of an effect by county; not every start knows types and loss of population."""
    if not world.start.classified:
        return np.full(world.places.counties, float(not effect.population_loss_only))
    factor = np.ones(world.places.counties)
    for kind, times in effect.types.items():
        factor[world.places.county_type == kind] = times
    if effect.population_loss_only:
        factor[~world.once(losing_people)] = 0.0
    return factor


def losing_people(world: World) -> np.ndarray:
    """Return which counties have the flag of population loss (bool)."""
    losing: np.ndarray = world.baseline.counties["population_loss_flag"].to_numpy(int) == 1
    return losing


def _building_cost(world: World, effect: Effect, town_share: np.ndarray) -> np.ndarray:
    """Return the counties' part of the building cost of a full dose, by unit, in yuan at 2020 prices."""
    name, counties = effect.rate.removesuffix("_addition"), world.places.counties
    stock, need = world.config.stocks[name], world.stocks.needs[name]
    cost = []
    for unit in range(2):
        dose = np.repeat([unit == 0, unit == 1], counties).astype(float)
        built = spread(world, effect, dose, town_share)[: need.size]
        cost.append((built.reshape(need.shape) / stock.per * need).reshape(counties, -1).sum(1))
    return np.concatenate(cost) * stock.building_cost.value * stock.public_share


def _same_cost(world: World, policy: Policy, planned: np.ndarray, levers: list[str]) -> float:
    """Return the factor by which doses must be scaled for the plan to cost as much as that of the other policy."""
    other: Policy = policy.same_cost_as  # type: ignore[assignment]
    capital, running = full_cost(world, np.zeros(world.places.counties))
    each = (capital + running)[:, : world.places.counties]
    wanted = (targets(world, other, levers) * each).sum()
    factor = wanted / max((planned * each).sum(), 1e-9)
    if (planned * factor).max() > 1:
        raise ConfigError(f"policy.same_cost_as={other.name}: expected doses that can cost as much, "
                          f"those of {policy.name} would have to be {factor:.2f} times as high")
    return float(factor)


def _lay_down_towns(world: World, programme: Programme, towns: PilotTowns, counties: np.ndarray) -> None:
    """Give every county its slots of pilot towns by the residents of its towns, and plan doses on top of its own."""
    people = world.people[:, Kind.TOWN]
    quota = towns.count * people / max(people.sum(), 1)
    slots = np.floor(quota)
    rest = np.argsort(-(quota - slots), kind="stable")[: int(towns.count - slots.sum())]
    slots[rest] += 1
    size = world.parameters.governance.residents_of_pilot_town
    programme.town_slots = slots
    programme.town_share = np.minimum(slots * size / np.maximum(people, 1), 1.0)
    everywhere = np.ones(world.places.counties, bool)
    wanted = plan.doses([(everywhere, Plan(doses=towns.doses))], programme.levers)
    programme.target[:, world.places.counties :] = np.maximum(wanted - counties, 0) * (slots > 0)
    if towns.start:
        programme.start[:, world.places.counties :] = plan.in_years(towns.start)
