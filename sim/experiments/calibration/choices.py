"""How the choice of a place answers to what places offer, held against studies of such choices.

Everybody considers moving in one more quarter after a run, as places are and with towns of one lot of counties after
another offering more; decisions have the same random numbers. No treatment of counties could show as much: what moves
incomes or services in a run moves other things too, arrivals hold people who choose nothing, and distances cannot be
treated at all.
"""

import copy
from dataclasses import replace

import numpy as np

from sim.config.evidence import load_evidence
from sim.experiments.calibration.target import Target
from sim.experiments.evidence import SELECTION
from sim.processes import migration
from sim.state.places import KINDS, Kind
from sim.state.rates import REGISTRY
from sim.state.world import World

MORE = {"services": 1.5, "income": 1.2}
"""How many times of what they offer towns are made to offer, by attribute."""

LOTS, ASKED = 10, 4
"""Lots into which counties are dealt out, as few places offer more at a time in a choice among many, and how many of
them do so in their turn."""

TOMBE_ZHU = 1.5
"""Elasticity of moves to real income (Tombe and Zhu 2019, American Economic Review 109)."""


def targets() -> list[Target]:
    """Return published answers of choices less what selection adds to them; where no error is published, a size is
    known within half to twice of it.

    No study gives the size of the answer to prices of homes or to schools.
    """
    known = {row.id: row for row in load_evidence()}
    services, distance = known["clds_2016_made"], known["zhang_zhao_distance"]

    def target(name: str, value: float | None, discrepancy: float, unit: str, source: str) -> Target:
        assert value is not None
        value *= SELECTION
        return Target(name, value, (2 * value - 0.5 * value) / 4, discrepancy, unit, "published", source)

    return [
        target("choice_by_services", services.estimate, 0.03, services.unit, services.source),
        target("choice_by_income", TOMBE_ZHU, 0.2, "elasticity", "Tombe and Zhu 2019, American Economic Review 109"),
        target("pay_for_distance", distance.estimate, 0.3, distance.unit, distance.source),
    ]


def responses(world: World) -> dict[str, float]:
    """Return the answers of choices by the name of the target, in a world whose run has ended.

    `choice_by_...` is the elasticity of moves to towns and seats to what those of their lot offer;
    `pay_for_distance` is how much more pay, in %, makes up for 1 % more distance in moves from counties to districts
    (the marginal rate of substitution of the logit). Households do not follow, and the world is left as it was.
    """
    places, attributes, people, rates = world.places, world.place_attributes, world.residents, world.rates.values
    usual = rates["consideration"]
    lot = np.full(places.count, LOTS)
    lot[: places.districts] = np.repeat(np.random.default_rng(world.seed).permutation(places.counties) % LOTS, KINDS)
    lot[places.kind == Kind.VILLAGE] = LOTS
    rates["consideration"] = np.full_like(usual, REGISTRY["consideration"].high)
    origin = people.place.copy()

    def moved(**changed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where from and where to people move."""
        world.residents, world.place_attributes = copy.deepcopy(people), replace(attributes, **changed)
        world.forget_year()
        migration.move(world)
        place = world.residents.place
        rows = np.flatnonzero(place != origin)
        return origin[rows], place[rows]

    start, target = moved()
    found = {}
    for name, factor in MORE.items():
        offered, came = getattr(attributes, name), 0
        for chosen in range(ASKED):
            more = offered.copy()
            more[lot == chosen] *= factor
            came += int((lot[moved(**{name: more})[1]] == chosen).sum())
        found[f"choice_by_{name}"] = float(np.log(max(came, 1) / max((lot[target] < ASKED).sum(), 1)) / np.log(factor))
    world.residents, world.place_attributes, rates["consideration"] = people, attributes, usual
    world.forget_year()
    far = (start < places.districts) & (places.kind[target] == Kind.DISTRICT)
    km, p = world.distance_km[start[far], target[far]], world.parameters
    share = km / (km + p.population.gravity_distance_km)
    found["pay_for_distance"] = float(p.migration.distance_elasticity * share.sum() / max(len(share), 1))
    return found
