"""All residents as one Mesa agent, and single ones as readable records."""

from dataclasses import dataclass

import mesa
import numpy as np
import pandas as pd

from sim.state.places import Places
from sim.state.residents import Flag, Residents, Schooling, Sex, Work


@dataclass(frozen=True)
class Resident:
    """A person read off the columns: a copy, which changes nothing."""

    uid: int
    age: float
    sex: str
    schooling: str
    work: str
    place: str
    hukou: str
    household: int
    land_rights: bool
    school_child: bool


class Population(mesa.Agent):
    """The one agent that owns all residents, so that `model.agents` shows everyone there is.

    `population[uid]` is one resident, `population.to_frame("age < 16 and sex == 'female'")` a table of some.
    """

    def __init__(self, model: mesa.Model, residents: Residents, places: Places):
        super().__init__(model)
        self.residents = residents
        self._names = places.names()

    def __len__(self) -> int:
        return len(self.residents)

    def __getitem__(self, uid: int) -> Resident:
        """Return one resident; raises KeyError for a uid that nobody has."""
        rows = np.flatnonzero((self.residents.uid == np.uint64(uid)) & self.residents.living())
        if not len(rows):
            raise KeyError(f"no resident has the uid {uid}")
        return Resident(**self._frame(rows).iloc[0].to_dict())

    def to_frame(self, query: str | None = None) -> pd.DataFrame:
        """Return residents with readable values, all or those of a pandas query over the fields of `Resident`."""
        table = self._frame(np.flatnonzero(self.residents.living()))
        return table if query is None else table.query(query).reset_index(drop=True)

    def _frame(self, rows: np.ndarray) -> pd.DataFrame:
        people = self.residents
        labels = {kind: np.array([member.name.lower() for member in kind]) for kind in (Sex, Schooling, Work)}
        return pd.DataFrame({
            "uid": people.uid[rows],
            "age": (self.model.world.quarter - people.birth[rows]) / 4,
            "sex": labels[Sex][people.sex[rows]],
            "schooling": labels[Schooling][people.schooling[rows]],
            "work": labels[Work][people.work[rows]],
            "place": self._names[people.place[rows]],
            "hukou": self._names[people.hukou[rows]],
            "household": people.uid[people.household[rows]],
            "land_rights": (people.flags[rows] & Flag.LAND_RIGHTS) > 0,
            "school_child": (people.flags[rows] & Flag.SCHOOL_CHILD) > 0,
        })
