"""Measures in every county: what is planned, paid and delivered."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Programme:
    """Doses by (lever, county), from 0, the practice of 2022, to 1. Money is yuan of the running year by county."""

    levers: list[str]  # measure.lever, in the order of the configuration
    order: np.ndarray  # of payment, positions of the levers that have a priority
    target: np.ndarray  # dose of the plan once it has risen
    wanted: np.ndarray  # what the plan adds this year
    funded: np.ndarray  # what of it was paid when the year was closed, to be delivered next year
    delivered: np.ndarray  # what stands
    kept: np.ndarray  # by county: share of running costs that was paid last year
    capital_cost: np.ndarray  # of what is wanted this year, by (lever, county)
    running_cost: np.ndarray  # of what stands
    paid: np.ndarray  # for measures when the year was closed
    history: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    """Delivered doses, and what each year added, since the start."""
