"""The urban districts of each prefecture: yearly accounts of the people there who are no rows of the model."""

import numpy as np

RURAL, URBAN = 0, 1
AGES = 101
"""Single years of age, the last one open."""


class Districts:
    """Cohort-component accounts of the districts' own people.

    `persons` counts people by (prefecture, rural / urban, sex, age), int64. People registered in a county of
    the model who live in districts are rows of `Residents` and are not counted here.
    """

    def __init__(self, persons: np.ndarray):
        self.persons = persons.astype(np.int64)

    @property
    def totals(self) -> np.ndarray:
        """Own people by prefecture."""
        return self.persons.sum((1, 2, 3))

    def take(self, prefecture: np.ndarray, sex: np.ndarray, age: np.ndarray, persons: int) -> None:
        """Remove `persons` urban people for each entry; who is lacking is taken from the rural ones."""
        self._add(prefecture, sex, age, -persons)

    def give(self, prefecture: np.ndarray, sex: np.ndarray, age: np.ndarray, persons: int) -> None:
        """Add `persons` urban people for each entry."""
        self._add(prefecture, sex, age, persons)

    def _add(self, prefecture, sex, age, persons) -> None:
        np.add.at(self.persons, (prefecture, URBAN, sex, np.minimum(age, AGES - 1)), persons)
        short = np.minimum(self.persons[:, URBAN], 0)
        self.persons[:, URBAN] -= short
        self.persons[:, RURAL] += short
