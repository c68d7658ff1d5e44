"""The strategies that a policy may name."""

import functools
from dataclasses import dataclass, replace

import numpy as np

from sim.config import Title
from sim.policy.strategy import Decision, Published, Sight, Strategy


@dataclass(frozen=True)
class Plan(Strategy):
    """Keep to the plan of the policy, whatever the figures say."""

    title = Title(zh="照计划办", en="Keep to the plan")

    def decide(self, sight: Sight) -> Decision:
        """Return the plan."""
        return sight.plan


@dataclass(frozen=True)
class CloseGaps(Strategy):
    """Pay first what closes most of the gaps to the targets for its cost, by what doses have done so far, and build no
    more of it than the gap asks for.

    A full dose of all that is declared to improve an indicator is taken to close the mean gap of the counties, as plans
    are designed to; `trust` is how many full doses of experience that is worth. Experience is the change of the figure
    beyond that of the county's years without, and the county's own counts `own` times that of another. What serves no
    target stays as planned and shares what is left.
    """

    title = Title(zh="补短板", en="Close the gaps")
    trust: float = 1.0
    own: float = 5.0

    def decide(self, sight: Sight) -> Decision:
        """Return the plan with needed doses, the most gap closed for a yuan first."""
        most = sight.plan.doses if sight.plan.doses.any() else np.ones(len(sight.levers))
        doses, worth = sight.standing.copy(), np.zeros(len(sight.levers))
        serving = np.array([bool(purpose) for purpose in sight.purposes])
        for indicator in sorted(frozenset().union(*sight.purposes)):
            levers = np.flatnonzero([indicator in purpose for purpose in sight.purposes])
            levers = levers[most[levers] > 0]
            goal = sight.published.goals[indicator][sight.county]
            if not len(levers) or np.isnan(goal):
                doses[levers] = most[levers]
                continue
            sign = 1 if sight.published.system.indicators[indicator].better == "up" else -1
            left, whole = max(sign * (goal - sight.figure(indicator)), 0.0), sight.gap(indicator)
            gives = self._gives(sight, indicator, levers, sign)
            gap = left
            for lever in levers[np.argsort(-gives / np.maximum(sight.cost[levers], 1), kind="stable")]:
                each = float(gives[levers == lever][0])
                more = min(max(most[lever] - sight.standing[lever], 0), gap / each) if each > 0 else 0.0
                gap = max(gap - more * each, 0)
                doses[lever] = max(doses[lever], sight.standing[lever] + more)
                if left > 0 and more > 0:
                    closed = whole * min(more * each / left, 1)
                    worth[lever] += sight.published.weight(indicator) * closed / max(more * sight.cost[lever], 1)
        order = np.empty(len(worth))
        order[np.argsort(-worth, kind="stable")] = np.arange(len(worth))
        return replace(sight.plan, doses=np.where(serving, doses, most),
                       rank=np.where(serving & (worth > 0), order, np.inf))

    def _gives(self, sight: Sight, indicator: str, levers: np.ndarray, sign: int) -> np.ndarray:
        """Return what a full dose of each lever gives, in the indicator's unit: ridge regression of yearly changes on
        doses added, drawn to the design."""
        added, beyond, square, seen, design = _experience(sight.published, indicator, tuple(levers), sign)
        ours, own = added[:, :, sight.county], self.own - 1
        square = square + own * ours.T @ ours + self.trust * np.eye(len(levers))
        seen = seen + own * ours.T @ beyond[:, sight.county]
        return np.maximum(np.linalg.solve(square, seen + self.trust * design), 0)


@functools.lru_cache(maxsize=64)
def _experience(known: Published, indicator: str, levers: tuple[int, ...], sign: int) -> tuple[np.ndarray, ...]:
    """Return doses added by (year, lever, county), the change of the indicator beyond that of the county's years
    without by (year, county), both 0 where it is unknown, the products of doses with each other and with that change,
    and what a full dose is designed to give."""
    figures, goals = sign * known.figures[indicator], sign * known.goals[indicator]
    change, added = np.diff(figures, axis=0), np.diff(known.doses[:, list(levers)], axis=0)
    without = (added <= 0).all(1) & ~np.isnan(change)
    usual = np.where(without, change, 0).sum(0) / np.maximum(without.sum(0), 1)
    unknown, gaps = np.isnan(change), np.maximum(goals - figures[0], 0)
    added, beyond = np.where(unknown[:, None], 0.0, added), np.where(unknown, 0.0, change - usual)
    return (added, beyond, np.tensordot(added, added, ((0, 2), (0, 2))), np.tensordot(added, beyond, ((0, 2), (0, 1))),
            np.full(len(levers), gaps[~np.isnan(gaps)].mean() / len(levers)))


@dataclass(frozen=True)
class Imitate(Strategy):
    """Take over the doses and the start of the county of one's class that has come furthest towards its targets, once
    anything is delivered there."""

    title = Title(zh="学先进", en="Imitate the best")

    def decide(self, sight: Sight) -> Decision:
        """Return the plan of the best of the class."""
        best = sight.peers[sight.published.progress()[sight.peers].argmax()]
        if best == sight.county or not sight.published.doses[-1, :, best].any():
            return sight.plan
        plans = sight.published.plans
        return replace(sight.plan, doses=plans.doses[:, best], start=plans.start[:, best])


@dataclass(frozen=True)
class Thrifty(Strategy):
    """Add only what keeps debt under `debt_line` (percent of a year's means) if all of it had to be borrowed: in the
    order of payment, then the cheapest first."""

    title = Title(zh="量入为出", en="Keep debt under a line")
    debt_line: float = 100.0

    def decide(self, sight: Sight) -> Decision:
        """Return the plan as far as the debt allows."""
        means = sight.ledger["own_revenue"] + sight.ledger["transfers"] + max(sight.ledger["land_income_net"], 0)
        room = self.debt_line / 100 * means - sight.ledger["debt"]
        added = np.maximum(sight.plan.doses - sight.standing, 0)
        cost = added * (sight.cost + sight.running_cost)
        order = np.lexsort((cost, sight.plan.rank))
        before = np.concatenate([[0.0], cost[order].cumsum()[:-1]])
        share = np.empty_like(cost)
        share[order] = np.clip(np.divide(room - before, cost[order], out=np.full_like(cost, float(room > 0)),
                                         where=cost[order] > 0), 0, 1)
        return replace(sight.plan, doses=np.where(share < 1, sight.standing + share * added, sight.plan.doses))


SHIPPED: dict[str, type[Strategy]] = {"plan": Plan, "close_gaps": CloseGaps, "imitate": Imitate, "thrifty": Thrifty}
