"""What the fit aims at."""

from typing import NamedTuple

import numpy as np


class Target(NamedTuple):
    """A figure: its value, two standard deviations that make its tolerance with that of chance, its date and source."""

    name: str
    value: float
    observation: float  # how well the figure is known
    discrepancy: float  # how far a model like this may be off it
    unit: str
    date: str
    source: str
    scale: str = "linear"
    """On which emulators work: linear, log, or logit of percentages."""

    @property
    def tolerance(self) -> float:
        """Standard deviation of the figure about a model that is right, chance apart."""
        return float(np.hypot(self.observation, self.discrepancy))
