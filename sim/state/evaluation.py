"""Scores and ranks of the yearly evaluation of counties."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Evaluation:
    """The evaluation of a year; arrays run over counties."""

    used: tuple[str, ...]  # indicators that enter the ranking
    score: np.ndarray  # 0 to 100 within the county's class
    rank: np.ndarray  # among all counties, 1 is the best
    gain: np.ndarray  # ranks gained since the year before
    advanced: np.ndarray  # named for its score (bool)
    progress: np.ndarray  # named for its gain (bool)
