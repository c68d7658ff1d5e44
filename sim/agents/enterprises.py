"""All firms as one Mesa agent, and single ones as readable records."""

from dataclasses import dataclass

import mesa
import numpy as np
import pandas as pd

from sim.state.firms import Firms
from sim.state.places import Places
from sim.state.residents import Work


@dataclass(frozen=True)
class Firm:
    """A group of establishments read off the columns: a copy, which changes nothing. Staff is in persons."""

    uid: int
    sector: str
    place: str
    park: bool
    establishments: int
    staff: int
    openings: int
    wage: float
    output: float
    capital: float
    age: float


class Enterprises(mesa.Agent):
    """The one agent that owns all firms, so that `model.agents` shows everyone there is.

    `enterprises[uid]` is one firm, `enterprises.to_frame("sector == 'manufacturing' and park")` a table of some.
    """

    def __init__(self, model: mesa.Model, firms: Firms, places: Places):
        super().__init__(model)
        self.firms = firms
        self._names = places.names()

    def __len__(self) -> int:
        return len(self.firms)

    def __getitem__(self, uid: int) -> Firm:
        """Return one firm; raises KeyError for a uid that none has."""
        rows = np.flatnonzero((self.firms.uid == np.uint64(uid)) & self.firms.living())
        if not len(rows):
            raise KeyError(f"no firm has the uid {uid}")
        return Firm(**self._frame(rows).iloc[0].to_dict())

    def to_frame(self, query: str | None = None) -> pd.DataFrame:
        """Return firms with readable values, all or those of a pandas query over the fields of `Firm`."""
        table = self._frame(np.flatnonzero(self.firms.living()))
        return table if query is None else table.query(query).reset_index(drop=True)

    def _frame(self, rows: np.ndarray) -> pd.DataFrame:
        firms, scale = self.firms, self.model.config.scale
        return pd.DataFrame({
            "uid": firms.uid[rows],
            "sector": np.array([work.name.lower() for work in Work])[firms.sector[rows]],
            "place": self._names[firms.place[rows]],
            "park": firms.park[rows] > 0,
            "establishments": firms.establishments[rows],
            "staff": firms.staff[rows] * scale,
            "openings": firms.openings[rows] * scale,
            "wage": firms.wage[rows],
            "output": firms.output[rows],
            "capital": firms.capital[rows],
            "age": (self.model.world.quarter - firms.founded[rows]) / 4,
        })
