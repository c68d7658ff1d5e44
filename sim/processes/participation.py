"""Who enters and leaves the labour force by age: an increment-decrement (working-life) table.

Hazards are those at which the share of people in work would follow the age curve of the place if a declared share of
the labour force looked for work: entry replaces those who leave and supplies the rise of the curve from one age to
the next; where it falls, people retire (Schoen and Woodrow 1980, Demography 17, for such tables).
"""

import functools
from typing import NamedTuple

import numpy as np

from sim.config.parameters import Theme
from sim.core import rng
from sim.core.compiled import kernel
from sim.state.rates import quarterly
from sim.state.residents import Sex
from sim.state.world import World

OLDEST = 111

RETIRED = 90
"""Age in years from which nobody works."""

AGES = 4 * OLDEST
"""Ages in quarters of the tables."""

MOST_IN_WORK = 0.93
"""Greatest share in work of people of one age."""


class Hazards(NamedTuple):
    """Draws (uint64) below which something happens to a person in a quarter."""

    enter: np.ndarray  # who begins to look for work, by (place, sex, age in quarters)
    most_enter: np.ndarray  # the greatest of all places, by (sex, age in quarters): a table that stays in the cache
    leave: np.ndarray  # who stops working for good, by (sex, age in quarters)
    withdraw: np.ndarray  # who gives up looking, by age in quarters


def hazards(world: World) -> Hazards:
    """Return the hazards of the year's rates."""
    level = world.labour.employment_level * world.rates["participation"][world.places.area]
    return _hazards(world.parameters.labour, level.tobytes())


@functools.lru_cache(maxsize=2)  # those of most years, and of runs that differ by the seed, are the same
def _hazards(p: Theme, level: bytes) -> Hazards:
    curve = _by_quarter(age_curve(p))
    usual, fall = quarterly(p.leaving), np.maximum(-np.diff(curve, axis=-1, append=0.0), 0) / np.maximum(curve, 1e-9)
    leave = np.clip(usual + fall, 0, 1)
    withdraw = quarterly(p.withdrawal) + np.clip(fall.mean(0), 0, 1)
    leave[:, 4 * RETIRED :] = withdraw[4 * RETIRED :] = 1.0
    enter = _enter(np.frombuffer(level).copy(), curve, p.normal_unemployment, float(usual),
                   float(quarterly(p.withdrawal)))
    return Hazards(enter, enter.max(0), _draws(leave), _draws(np.clip(withdraw, 0, 1)))


@kernel
def _enter(level, curve, unemployment, leaving, withdrawal):
    """Return draws (uint64) by (place, sex, age in quarters) below which somebody begins to look for work."""
    sexes, ages = curve.shape
    draws = np.zeros((len(level), sexes, ages), np.uint64)
    for place in range(len(level)):
        for sex in range(sexes):
            older = min(max(level[place] * curve[sex, 0], 0.0), MOST_IN_WORK)
            for age in range(ages):
                in_work = older
                older = min(max(level[place] * curve[sex, min(age + 1, ages - 1)], 0.0), MOST_IN_WORK)
                if in_work <= 0:
                    continue
                seeking = in_work * unemployment / (1 - unemployment)
                idle = max(1 - in_work - seeking, 0.02)
                needed = leaving * in_work + max(older - in_work, 0.0) / (1 - unemployment) + withdrawal * seeking
                draws[place, sex, age] = np.uint64(min(needed / idle, 1.0) * rng.TWO_32)
    return draws


def age_curve(p) -> np.ndarray:
    """Return the share in work by (sex, age 0-110) of a place with employment level 1."""
    ages = np.arange(OLDEST)
    men = np.interp(ages, [15, 16, 20, 25, 30, 50, 60, 70, 80, 90],
                    [0, 0.1, 0.45, 0.85, 0.92, 0.9, 0.62, 0.35, 0.1, 0])
    women = men * np.where(ages < 50, p.female_employment_ratio, p.older_female_employment_ratio)
    return np.stack([women, men])[[Sex.FEMALE, Sex.MALE]]


def _by_quarter(by_year: np.ndarray) -> np.ndarray:
    """Interpolate values by single year of age (last axis) to ages in quarters."""
    ages = np.arange(AGES) / 4
    return np.stack([np.interp(ages, np.arange(by_year.shape[-1]), row) for row in by_year])


def _draws(chance: np.ndarray) -> np.ndarray:
    return np.where(chance >= 1, 2.0**32, chance * rng.TWO_32).astype(np.uint64)
