"""Housing by place: stock, price, vacancy and construction."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Housing:
    """The housing market; arrays run over places. Districts and the outside have a price and nothing else."""

    stock: np.ndarray  # m2 of dwellings
    under_construction: np.ndarray  # m2 that will be finished in 1, 2, ... quarters, (quarters, places)
    price: np.ndarray  # yuan per m2
    occupied: np.ndarray  # m2 lived in or kept as a second home
    sold: np.ndarray  # m2 bought by households in the running year
    started: np.ndarray  # m2 begun in the running year
    needed: np.ndarray  # m2 that residents want and second homes take; more than the stock where people crowd
    floor_area: np.ndarray  # m2 per resident in the initial state
    space: np.ndarray  # log of the floor area wanted by a resident against the initial state
    first_price: np.ndarray  # yuan per m2 in the initial state
    relative: np.ndarray  # log deviation of the price from trend, without the effects of external drivers
    normal_vacancy: np.ndarray  # share of the stock
    second_homes: np.ndarray  # households that own a home here and live elsewhere, in rows
    growth: np.ndarray  # growth of `needed` that builders expect, per year
    wanted: np.ndarray  # m2 that builders want to begin in a year in towns and seat, by county
    first_earnings: np.ndarray  # earnings per resident in the initial state, yuan a month, by county
    followed: np.ndarray  # residents reclassified this year whose homes have been moved with them, in rows, by county

    @property
    def vacancy(self) -> np.ndarray:
        """Share of the stock that nobody uses, by place; 0 where there is no stock."""
        share = np.zeros(len(self.stock))
        np.divide(self.stock - self.occupied, self.stock, out=share, where=self.stock > 0)
        return share
