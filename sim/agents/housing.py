"""Housing by place: stock, price, vacancy and what is being built."""

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

    @property
    def vacancy(self) -> np.ndarray:
        """Share of the stock that nobody uses, by place; 0 where there is no stock."""
        return np.divide(self.stock - self.occupied, self.stock, out=np.zeros(len(self.stock)), where=self.stock > 0)
