"""Diagnostic shocks: what places offer is shifted by hand for two years, and people answer with the declared sign.

Sizes are held against the range of the elasticity that governs each answer: the one that evidence gives where there is
any (configs/derivations.yaml), the declared one elsewhere. A shock of one side of a choice moves arrivals by no more
than the elasticity, and by less the more of the alternatives share it.
"""

import numpy as np
import pytest

from sim import model as schedule
from sim.config.files import declared_parameters
from sim.processes import place_attributes
from sim.state.places import Kind

QUANTITIES = declared_parameters().quantities


def _offers(name, factor):
    """Return a shift of an attribute of places by a factor where it applies."""

    def shift(world, where):
        getattr(world.place_attributes, name)[where] *= factor

    return shift


def _income(world, where):
    made, inside = world.place_attributes, where[: world.places.districts]
    made.income[where] *= 1.1
    made.pay[inside] *= 1.1
    if where[world.places.villages].any():
        made.farm *= 1.1


def _parity(world, where):
    world.rates.values["service_parity"][: world.places.counties] = 1.0


def _jobs(world, where):
    firms = world.firms
    if world.quarter % 4 == 0:
        firms.productivity[firms.living() & where[np.where(firms.living(), firms.place, 0)]] *= 1.05


SHOCKS = {
    "income": (_income, "migration.income_elasticity", np.log(1.1)),
    "home cost": (_offers("home_cost", 0.8), "migration.housing_elasticity", -np.log(0.8)),
    "services": (_offers("services", 1.2), "migration.service_elasticity", np.log(1.2)),
    "schools": (_offers("schools", 1.2), "migration.school_elasticity", np.log(1.2)),
}
"""Shift, the elasticity that governs the answer, and the size in logs."""


@pytest.fixture(scope="module")
def answers(build):
    """Return a function that runs two years with a shift of towns and seat, or of whole counties, or without one.

    The result: arrivals in towns and seat in the first year, residents of counties, their urban share in percent, and
    staff of firms at the end; means over seeds.
    """
    kept = {}

    def run(scale, shift=None, whole=False):
        key = scale, shift, whole
        if key not in kept:
            kept[key] = np.mean([_two_years(build, scale, seed, shift, whole)
                                 for seed in ((1, 2, 3) if scale == 1000 else (1,))], axis=0)
        return kept[key]

    return run


def _two_years(build, scale, seed, shift, whole):
    def update(world):
        place_attributes.update(world)
        if shift:
            kind = world.places.kind
            shift(world, kind <= Kind.SEAT if whole else (kind == Kind.TOWN) | (kind == Kind.SEAT))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "EVERY_QUARTER", tuple(
            update if process is place_attributes.update else process for process in schedule.EVERY_QUARTER))
        model = build(scale=scale, seed=seed, end=2022, threads=2)
        for _ in range(4):
            model.step()
        kind = model.world.places.kind
        moves = model.world.flows.moves.sum((2, 3))
        into = np.ix_(kind >= 0, (kind == Kind.TOWN) | (kind == Kind.SEAT))
        arrivals = moves[into].sum() * scale
        model.run_until_end()
    world = model.world
    return arrivals, world.people.sum(), 100 * model.province.urban_share, world.firms.staff.sum() * scale


SCALES = pytest.mark.parametrize("scale", [1000, 100])


@SCALES
@pytest.mark.parametrize("name", SHOCKS)
def test_better_towns_and_seats_draw_within_the_range_of_the_elasticity(answers, scale, name):
    shift, elasticity, size = SHOCKS[name]
    before, after = answers(scale), answers(scale, shift)
    q = QUANTITIES[elasticity]
    low, high = (size * end for end in (q.low, q.high))
    drawn = np.log(after[0] / before[0])
    assert 0 < drawn <= high
    assert drawn >= 0.3 * low
    assert after[2] > before[2]


@SCALES
@pytest.mark.parametrize("name", ["income", "services"])
def test_what_the_whole_county_offers_holds_people_there_and_moves_them_less_within(answers, scale, name):
    shift = SHOCKS[name][0]
    before, towns, whole = answers(scale), answers(scale, shift), answers(scale, shift, True)
    assert whole[1] > before[1]
    assert whole[2] < towns[2]


@SCALES
def test_services_open_to_strangers_draw_them_to_towns(answers, scale):
    before, after = answers(scale), answers(scale, _parity)
    assert after[0] > before[0]
    assert after[2] > before[2]


@SCALES
def test_jobs_of_towns_and_seats_draw_people_after_them(answers, scale):
    before, after = answers(scale), answers(scale, _jobs)
    assert after[3] > 1.002 * before[3]
    assert after[1] > before[1]
