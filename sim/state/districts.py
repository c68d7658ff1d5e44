"""The urban districts of each prefecture: yearly accounts of the people there who are no rows of the model."""

import numpy as np

RURAL, URBAN = 0, 1
AGES = 101
"""Single years of age, the last one open."""


class Districts:
    """Cohort-component accounts of the districts' own people.

    `persons` counts people by (prefecture, rural / urban, sex, age), int64; `births` and `deaths` those of the last
    year by prefecture. People registered in a county of
    the model who live in districts are rows of `Residents` and are not counted here.
    """

    def __init__(self, persons: np.ndarray):
        self.persons = persons.astype(np.int64)
        self.births = self.deaths = np.zeros(len(persons), np.int64)

    @property
    def totals(self) -> np.ndarray:
        """Own people by prefecture."""
        return self.persons.sum((1, 2, 3))

    def take(self, prefecture: np.ndarray, sex: np.ndarray, age: np.ndarray, persons: int) -> None:
        """Remove `persons` people for each entry: urban ones first, then rural ones, then those nearest in age."""
        self._add(prefecture, sex, age, -persons)
        if self.persons.min() >= 0:
            return
        short = np.minimum(self.persons[:, URBAN], 0)
        self.persons[:, URBAN] -= short
        self.persons[:, RURAL] += short
        for k, s, years in np.argwhere(self.persons[:, RURAL] < 0):
            lacking, self.persons[k, RURAL, s, years] = -self.persons[k, RURAL, s, years], 0
            for near in np.argsort(np.abs(np.arange(AGES) - years), kind="stable"):
                for place in (URBAN, RURAL):
                    found = min(lacking, max(self.persons[k, place, s, near], 0))
                    self.persons[k, place, s, near] -= found
                    lacking -= found

    def give(self, prefecture: np.ndarray, sex: np.ndarray, age: np.ndarray, persons: int) -> None:
        """Add `persons` urban people for each entry."""
        self._add(prefecture, sex, age, persons)

    def _add(self, prefecture: np.ndarray, sex: np.ndarray, age: np.ndarray, persons: int) -> None:
        np.add.at(self.persons, (prefecture, URBAN, sex, np.minimum(age, AGES - 1)),  # type: ignore[arg-type]  # numpy: one index only
                  persons)
