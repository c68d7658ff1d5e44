"""Associations between attributes before fitting: residence by age, sex, schooling and work.

All of them are assumed (grade `assumed`): the census prints margins by county, not the joint tables. Fitting
keeps the odds ratios below and resets the levels to each county's margins; for absent people, who have no
margins of their own, schooling and work come from here alone.
"""

import numpy as np

from sim.initial.margins import AGE_EDGES
from sim.state.places import Kind
from sim.state.residents import Schooling, Work, aptitude

_MIDDLE = (AGE_EDGES[:-1] + AGE_EDGES[1:]) / 2


def place_by_age(p) -> np.ndarray:
    """Return odds of village, town and seat by age group, shape (19, 3): villages are older."""
    age = _MIDDLE
    village = np.select(
        [age < 15, age < 25, age < 45, age < 65],
        [p.village_odds_children, p.village_odds_youth, p.village_odds_young_adults, p.village_odds_older_adults],
        p.village_odds_elderly,
    )
    return np.stack([village, np.ones(19), np.ones(19)], axis=1)


def hukou_by_place_and_age() -> np.ndarray:
    """Return odds of own village, own town, own seat, rest of province and outside; shape (19, 3, 5)."""
    odds = np.array([[1.0, 0.02, 0.02, 0.15, 0.10], [0.55, 1.0, 0.05, 0.6, 0.6], [0.45, 0.15, 1.0, 1.0, 1.0]])
    mobile = np.exp(-(((_MIDDLE - 30) / 15) ** 2))
    table = np.tile(odds, (19, 1, 1))
    table[:, :, 3:] *= (0.3 + mobile)[:, None, None]
    return table


def schooling_by_age_and_place() -> np.ndarray:
    """Return odds of the six levels by age group and place kind, shape (19, 3, 6)."""
    none, primary, junior, senior, college, bachelor = range(6)
    table = np.zeros((19, len(Schooling)))
    table[:2, none] = 1.0
    table[2, [none, primary]] = 0.25, 0.75
    table[3, [primary, junior]] = 0.45, 0.55
    table[4, [primary, junior, senior, college, bachelor]] = 0.01, 0.25, 0.62, 0.07, 0.05
    by_age = {  # the levels of cohorts by age in 2020; later and earlier cohorts are moved by the margins
        22: (0.00, 0.02, 0.30, 0.26, 0.22, 0.20), 32: (0.00, 0.04, 0.46, 0.18, 0.18, 0.14),
        47: (0.01, 0.16, 0.60, 0.14, 0.06, 0.03), 57: (0.03, 0.30, 0.48, 0.16, 0.02, 0.01),
        67: (0.10, 0.46, 0.34, 0.09, 0.01, 0.005), 77: (0.25, 0.52, 0.17, 0.05, 0.008, 0.004),
        92: (0.45, 0.42, 0.09, 0.03, 0.006, 0.003)}
    ages, levels = np.array(list(by_age)), np.array(list(by_age.values()))
    for group in range(5, 19):
        table[group] = [np.interp(_MIDDLE[group], ages, levels[:, k]) for k in range(6)]
    urban = np.ones((3, 6))
    urban[Kind.TOWN] = 0.8, 0.85, 1.0, 1.4, 2.0, 2.5
    urban[Kind.SEAT] = 0.5, 0.6, 0.9, 1.8, 4.0, 6.0
    return table[:, None, :] * urban[None]


def work_by_age(schooling_levels: int = 6) -> np.ndarray:
    """Return odds of the kinds of work by age, sex, place and schooling, shape (19, 2, 3, 6, 9)."""
    employed = np.interp(_MIDDLE, [15, 19, 23, 28, 45, 55, 62, 70, 80, 90],
                         [0.02, 0.2, 0.7, 0.85, 0.88, 0.75, 0.5, 0.3, 0.08, 0.01])
    employed[:4] = 0.0
    rate = employed[:, None, None] * np.array([0.85, 1.0])[None, :, None] * np.array([1.1, 0.95, 0.95])
    rate = np.clip(rate, 0, 0.95)
    sector = np.zeros((3, 6, len(Work)))
    farming = np.array([1.0, 0.12, 0.05])
    sector[:, :, Work.FARMING] = farming[:, None] * np.array([2.0, 1.8, 1.0, 0.5, 0.15, 0.05])
    sector[:, :, Work.AGRO_PROCESSING :] = aptitude()[:, Work.AGRO_PROCESSING :]
    sector /= sector.sum(-1, keepdims=True)
    older = np.interp(_MIDDLE, [20, 40, 60, 75], [0.3, 0.8, 2.5, 6.0])
    table = np.broadcast_to(sector, (19, 2, *sector.shape)).copy()
    table[..., Work.FARMING] *= older[:, None, None, None]
    table *= rate[..., None, None] / table.sum(-1, keepdims=True)
    table[..., Work.NONE] = 1 - rate[..., None]
    return table


def absent_by_age(p) -> np.ndarray:
    """Return the propensity to be absent by age group: a Rogers-Castro stock profile (assumed), shape (19,)."""
    x = _MIDDLE - p.absent_peak_age
    youth = np.exp(-p.absent_decline * x - np.exp(-0.35 * x))
    return p.absent_floor + youth / youth.max()
