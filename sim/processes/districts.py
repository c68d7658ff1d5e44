"""The districts' own people: a cohort-component account advanced once a year."""

import numpy as np

from sim.processes import choice
from sim.processes.counted import whole
from sim.processes.demography import fertility_index, fertility_schedule, mortality
from sim.state.districts import AGES, RURAL, URBAN
from sim.state.rates import quarterly
from sim.state.residents import Sex
from sim.state.world import World


def advance(world: World) -> None:
    """Age the districts' people by a year: deaths, births, net arrivals from other provinces, rural to urban.

    Rates are those of the counties; expected numbers are rounded by a draw for each cell, so that persons stay whole.
    """
    people, p = world.districts.persons, world.parameters
    prefectures = people.shape[0]
    area = world.places.counties + np.arange(prefectures)
    death = quarterly(4 * world.yearly(mortality)[:, :AGES] * world.rates["mortality"][area][:, None, None])
    deaths = np.minimum(_whole(world, 0, people * death[:, None]), people)
    women = people[:, :, Sex.FEMALE, 15:50].astype(float)
    births = women @ world.once(fertility_schedule) * fertility_index(world)
    births *= world.rates["fertility"][area][:, None] * p.districts.fertility_ratio
    male = p.demography.sex_ratio_at_birth / (100 + p.demography.sex_ratio_at_birth)
    babies = _whole(world, 1, births[:, :, None] * np.array([1 - male, male]))
    world.districts.births, world.districts.deaths = babies.sum((1, 2)), deaths.sum((1, 2, 3))

    people -= deaths
    people[..., -1] += people[..., -2]
    people[..., 1:-1] = people[..., :-2]
    people[..., 0] = babies

    profile = choice.rogers_castro(np.arange(AGES) + 0.5, p.migration.peak_age, p.migration.youth_decline, 0.02)
    profile /= 2 * profile.sum()  # half of each sex
    net = world.districts.totals * p.districts.net_arrivals_from_outside
    arrivals = _whole(world, 2, (net[:, None] * profile)[:, None, :] * np.ones((1, 2, 1)))
    people[:, URBAN] = np.maximum(people[:, URBAN] + arrivals, 0)
    shift = np.minimum(_whole(world, 3, people[:, RURAL] * p.districts.rural_to_urban), people[:, RURAL])
    people[:, RURAL] -= shift
    people[:, URBAN] += shift


def _whole(world: World, part: int, expected: np.ndarray) -> np.ndarray:
    return whole(world, expected, (part + 1) << 32)
