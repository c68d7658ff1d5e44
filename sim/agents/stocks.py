"""Stocks of services, infrastructure and environment by county."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Stocks:
    """Named stocks and what they are held against; arrays run over counties.

    `values[name]` is the stock in its unit, `needs[name]` what it serves (persons, pupils, tonnes), and
    `first[name]` the stock per unit of need when the run began, against which indices are taken.
    """

    values: dict[str, np.ndarray] = field(default_factory=dict)
    needs: dict[str, np.ndarray] = field(default_factory=dict)
    first: dict[str, np.ndarray] = field(default_factory=dict)

    def per_need(self, name: str) -> np.ndarray:
        """Return a stock for each unit of what it serves."""
        return self.values[name] / np.maximum(self.needs[name], 1e-9)

    def index(self, name: str) -> np.ndarray:
        """Return a stock per unit of need against that of the first world: 1 at the start."""
        return self.per_need(name) / np.maximum(self.first[name], 1e-12)
