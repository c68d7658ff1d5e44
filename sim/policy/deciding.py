"""Governments decide: counties look at what is published and plan anew each year, prefectures settle what is theirs."""

from dataclasses import replace

import numpy as np

from sim import targets
from sim.config import Config, ConfigError
from sim.config.fault import suggestion
from sim.config.policies import Plan, StrategyChoice, Trigger
from sim.policy import own_strategies, plan, programme
from sim.policy.own_strategies import StrategyFailed
from sim.policy.strategy import Decision, Published, Sight
from sim.state.world import World

FINANCES = ("own_revenue", "transfers", "general_expenditure", "land_income_net", "debt", "platform_debt", "arrears")
"""Accounts of its own that a county knows, in yuan."""

MORE = ("residents", "urban_residents", "own_revenue", "transfers", "general_expenditure", "debt", "debt_ratio")
"""Figures of every county that are published beside the nineteen indicators and those of the evaluation."""

SHARED = ("medical_services", "education_resources")
"""Measures whose hospitals and schools neighbours may share."""

KEEP = StrategyChoice(name="plan")


def published_names(config: Config) -> list[str]:
    """Return the names of the figures that governments see."""
    return [*dict.fromkeys((*config.indicators.indicators, *config.evaluation.weights, *MORE))]


def check(config: Config) -> None:
    """Raise ConfigError for an unknown strategy or figure of a policy, and for a user's file that cannot be read."""
    own_strategies.check(config.policy)
    for where, one in config.policy.plans():
        for trigger in one.triggers or ():
            known = published_names(config) if trigger.behind is None else [*config.indicators.indicators]
            if trigger.when not in known:
                hint = suggestion(trigger.when, known)
                raise ConfigError(f"policy.{where}triggers.{trigger.when}: unknown figure; {hint}")


def decide(world: World) -> None:
    """Let every county with a strategy or triggers plan anew, and prefectures settle what is theirs to decide.

    Where all decide as planned nothing changes. Raises StrategyFailed for a user's strategy.
    """
    policy, laid_down = world.config.policy, world.programme.laid_down
    found = world.once(_layers)
    if policy.prefectures != "pool" and not any(one.strategy or one.triggers for _, one in found):
        return
    seen = published(world)
    each = [sight(world, seen, k) for k in range(world.places.counties)]
    decided = [_decided(one, [layer for members, layer in found if members[one.county]]) for one in each]
    doses, start, rank = (np.stack([getattr(one, name) for one in decided], axis=1)
                          for name in ("doses", "start", "rank"))
    if policy.prefectures == "pool":
        _pool(world, seen, doses)
    if world.start.classified:
        for name in policy.population_loss.doses:  # a rule of the province, which binds whatever a county decides
            held = np.ix_(each[0].of(name), world.once(programme.losing_people))
            doses[held] = np.minimum(doses[held], laid_down[0][held])
    wide = plan.wide(policy, world.baseline)
    for k, groups in plan.common(world).items():
        for array, before in zip((doses, start), laid_down, strict=True):
            changed = np.isin(groups, groups[(array[k] != before[k]) & wide]) & wide
            if changed.any():
                agreed = plan.agreed(array[k, wide], world.people.sum(1)[wide], groups[wide])
                array[k, changed] = agreed[changed[wide]]
    _lay_down(world, Decision(doses, start, rank))


def _layers(world: World) -> list[plan.Layer]:
    return plan.layers(world.config.policy, world.baseline, world.start.classified)


def published(world: World) -> Published:
    """Return what is published of all counties up to last year."""
    observed, system, counties = world.observed, world.config.indicators, world.places.counties
    names, base = published_names(world.config), system.base_year - (world.config.start - 1)
    tables = np.stack(observed.values, axis=1)[[observed.indicators[name] for name in names], :, -counties:]
    tables.flags.writeable = False
    programme, last = world.programme, observed.years - 1
    doses = np.stack([np.zeros((len(programme.levers), counties)),
                      *(stands[:, :counties] for stands, _ in programme.history[:last])])
    figures, goals, achieved = dict(zip(names, tables, strict=True)), {}, {}
    for name, one in system.indicators.items():
        first = np.full(counties, np.nan)
        if 0 <= base < last:  # of the base year alone, flows are not known
            first = figures[name][base]
            if one.base:
                first = one.base.value * figures[one.base.shared_by][base] / figures[one.base.shared_by][base].sum()
        goals[name] = targets.target(one, first)
        achieved[name] = targets.achievement(figures[name][-1], first, goals[name], one.better)
    classes = world.baseline.counties["evaluation_class"].to_numpy(str)
    plans = Decision(programme.target[:, :counties].copy(), programme.start[:, :counties].copy(), programme.rank.copy())
    known = Published(tuple(range(world.config.start - 1, world.config.start + last)), tuple(world.places.county_codes),
                      classes if world.start.classified else np.full(counties, ""),
                      figures, doses, plans, goals, achieved, system)
    for array in (doses, plans.doses, plans.start, plans.rank):
        array.flags.writeable = False
    return known


def sight(world: World, known: Published, k: int) -> Sight:
    """Return what a county sees, by its place among all."""
    programme, kind = world.programme, str(world.places.county_type[k]) if world.start.classified else ""
    ledger = {name: float(getattr(world.budget, name)[k]) for name in FINANCES}
    ledger |= {f"measures_paid_by_{payer}": float(paid[k]) for payer, paid in programme.payers.items()}
    ours = Decision(*(array[:, k].copy() for array in (*programme.laid_down, programme.rank)))
    capital, running = (cost[:, k].copy() for cost in world.yearly(_costs))
    return Sight(world.year, k, kind, tuple(programme.levers), world.once(_purposes)[kind], ours,
                 programme.delivered[:, k].copy(), capital, running, ledger, known)


def _purposes(world: World) -> dict[str, tuple[frozenset[str], ...]]:
    """Return by county type the indicators that each lever's measure is declared to improve there."""
    goals, found = world.config.indicators.indicators, {}
    for kind in {"", *world.places.county_type}:
        meant = {name: frozenset(
            one.indicator for one in measure.expected if not one.types or kind in one.types
            if one.indicator in goals and one.sign == goals[one.indicator].better)
            for name, measure in world.config.measures.items()}
        found[str(kind)] = tuple(meant[lever.partition(".")[0]] for lever in world.programme.levers)
    return found


def _costs(world: World) -> tuple[np.ndarray, np.ndarray]:
    return programme.full_cost(world, world.programme.town_share)


def _decided(sight: Sight, plans: list[Plan]) -> Decision:
    """Return what a county decides under the plans that are for it, the widest first: the narrowest strategy and the
    narrowest triggers."""
    choice = next((one.strategy for one in plans[::-1] if one.strategy), KEEP)
    with own_strategies.faults_named(choice):
        decision = own_strategies.made(choice).decide(sight)
    _expect_decision(decision, sight, choice)
    for trigger in next((one.triggers for one in plans[::-1] if one.triggers is not None), ()):
        if _passed(sight, trigger):
            decision = _act(sight, decision, trigger)
    return decision


def _expect_decision(decision: object, sight: Sight, choice: StrategyChoice) -> None:
    file, code = own_strategies.file_of(choice), sight.published.counties[sight.county]
    if not isinstance(decision, Decision):
        raise StrategyFailed(f"{file}: expected a Decision for {code}, it returned {type(decision).__name__}")
    for name in ("doses", "start", "rank"):
        array = np.asarray(getattr(decision, name))
        if array.shape != (len(sight.levers),) or array.dtype.kind not in "fiu":
            count = len(sight.levers)
            raise StrategyFailed(f"{file}: expected {name} of {code} as {count} numbers, one for each lever")
        wrong = np.isnan(array) | ((array < 0) | (array > 1) if name == "doses" else False)
        if wrong.any():
            lever = int(wrong.argmax())
            expected = "a dose from 0 to 1" if name == "doses" else "a number"
            raise StrategyFailed(f"{file}: {name} of {sight.levers[lever]}={array[lever]:g} in {code}: "
                                 f"expected {expected}")


def _passed(sight: Sight, trigger: Trigger) -> bool:
    """Return whether a figure passed the line of a trigger; one that is unknown did not."""
    value = sight.figure(trigger.when)
    if trigger.above is not None:
        return value > trigger.above
    if trigger.below is not None:
        return value < trigger.below
    system, year = sight.published.system, sight.published.years[-1]
    due = min((year - system.base_year) / (system.target_year - system.base_year), 1)
    short: bool = due - sight.published.achieved[trigger.when][sight.county] > (trigger.behind or 0)
    return short


def _act(sight: Sight, decision: Decision, trigger: Trigger) -> Decision:
    doses, start = decision.doses, decision.start
    for name, dose in trigger.doses.items():
        doses = np.where(sight.of(name), dose, doses)
    for name in trigger.stop:
        doses = np.where(sight.of(name), np.minimum(doses, sight.standing), doses)
    for name in trigger.forward:
        start = np.where(sight.of(name), np.minimum(start, sight.year), start)
    return replace(decision, doses=doses, start=start)


def _pool(world: World, known: Published, doses: np.ndarray) -> None:
    """Share out the hospitals and schools that counties of a prefecture ask for together: a whole dose first where the
    targets they serve are furthest away."""
    people, groups = world.people.sum(1), world.places.prefecture_of_county
    for k, lever in enumerate(world.programme.levers):
        measure = lever.partition(".")[0]
        if measure not in SHARED:
            continue
        served = [one.indicator for one in world.config.measures[measure].expected
                  if one.indicator in known.achieved]
        done = np.nan_to_num(np.mean([known.achieved[name] for name in served], axis=0))
        for group in np.unique(groups):
            inside = np.flatnonzero(groups == group)
            inside = inside[np.argsort(done[inside], kind="stable")]
            before = np.r_[0, people[inside].cumsum()[:-1]]
            doses[k, inside] = np.clip(((doses[k, inside] * people[inside]).sum() - before) / people[inside], 0, 1)


def _lay_down(world: World, decided: Decision) -> None:
    """Put decisions into force; of a dose that is planned no more, nothing is missing."""
    p, counties = world.programme, world.places.counties
    cut = np.zeros(p.target.shape, bool)
    cut[:, :counties] = decided.doses < p.target[:, :counties]
    p.target[:, :counties], p.start[:, :counties], p.rank = decided.doses, decided.start, decided.rank
    if cut.any():
        ours = np.maximum(p.target, p.delivered)
        missing, still = p.unhindered - p.delivered, np.minimum(p.unhindered, ours) - p.delivered
        kept = np.where(cut, np.divide(still, missing, out=np.zeros_like(still), where=missing > 0), 1)
        p.unhindered = np.where(cut, np.minimum(p.unhindered, ours), p.unhindered)
        p.short_of_money, p.short_of_works = p.short_of_money * kept, p.short_of_works * kept
