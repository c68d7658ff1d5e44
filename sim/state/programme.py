"""Measures in every county: what is planned, paid and delivered."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Programme:
    """Doses by (lever, unit), from 0, the practice of 2022, to 1.

    Units are the counties and then the pilot towns of each county, where doses stand on top of those of the county.
    Money is yuan of the running year.
    """

    levers: list[str]  # measure.lever, in the order of the configuration
    target: np.ndarray  # dose of the plan once it has risen
    start: np.ndarray  # year and quarter in which it begins to rise, as a number
    ramp: np.ndarray  # years it takes to rise
    rank: np.ndarray  # of payment by (lever, county), the first paid is 0; infinite for those that share what is left
    town_slots: np.ndarray  # pilot towns by county
    town_share: np.ndarray  # their part of the residents of a county's towns
    wanted: np.ndarray  # what the plan adds this year
    funded: np.ndarray  # what of it was paid when the year was closed, to be delivered next year
    delivered: np.ndarray  # what stands
    kept: np.ndarray  # by county: share of running costs that was paid last year
    capital_cost: np.ndarray  # of what is wanted this year, by (lever, unit)
    running_cost: np.ndarray  # of what stands
    paid: np.ndarray  # for each lever by (lever, unit) when the year was closed, capital and running
    payers: dict[str, np.ndarray] = field(default_factory=dict)  # who paid that, by county
    history: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    """Delivered doses, and what each year added, since the start."""

    @property
    def counties(self) -> int:
        """Number of counties; there are as many pilot-town units."""
        counties: int = self.rank.shape[1]
        return counties

    def by_county(self, money: np.ndarray) -> np.ndarray:
        """Return a sum over levers, of counties and their pilot towns together."""
        return money.reshape(-1, 2, self.counties).sum((0, 1))
