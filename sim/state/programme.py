"""The programme of measures in every county: planned, paid and delivered doses, and costs."""

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
    laid_down: tuple[np.ndarray, np.ndarray]  # doses and starts of counties as the policy plans them
    rank: np.ndarray  # order of payment by (lever, county), 0 first; infinite for levers that share the remaining means
    town_slots: np.ndarray  # pilot towns by county
    town_share: np.ndarray  # their part of the residents of a county's towns
    wanted: np.ndarray  # dose that the plan adds this year
    funded: np.ndarray  # part of that dose paid for when the year was closed, to be delivered next year
    delivered: np.ndarray  # dose in place
    kept: np.ndarray  # by county: share of running costs that was paid last year
    capital_cost: np.ndarray  # of the dose wanted this year, by (lever, unit)
    running_cost: np.ndarray  # of the delivered dose in the year, by (lever, unit)
    paid: np.ndarray  # capital and running costs paid when the year was closed, by (lever, unit)
    absorbed: np.ndarray  # sum that could be turned into works and services when the year was closed, by county
    unhindered: np.ndarray  # dose that would stand if whatever was wanted had been paid every year
    short_of_money: np.ndarray  # part of the dose missing to that for want of money
    short_of_works: np.ndarray  # part of it that could not have been turned into works in the year, whoever paid
    payers: dict[str, np.ndarray] = field(default_factory=dict)  # sums paid by each payer, by county
    history: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    """Delivered doses and the doses added, of each year since the start."""

    @property
    def counties(self) -> int:
        """Number of counties; there are as many pilot-town units."""
        counties: int = self.rank.shape[1]
        return counties

    def by_county(self, money: np.ndarray) -> np.ndarray:
        """Return a sum over levers, of counties and their pilot towns together."""
        return money.reshape(-1, 2, self.counties).sum((0, 1))
