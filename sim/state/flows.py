"""Events of a year by place, and rows that the processes of a quarter hand on to each other."""

from dataclasses import dataclass, field

import numpy as np

from sim.state.places import KINDS, Places

SOURCES = UNEMPLOYED, ENTRANTS, FARMERS, MOVERS = range(4)
"""Where firms' new staff comes from: they had lost work, they begin to work, they farmed on their own account, or,
whichever of these, they have moved to where they live in the last year."""


@dataclass
class Flows:
    """Vital events, moves and changes of registration in the running year, counted in rows."""

    births: np.ndarray  # by place
    deaths: np.ndarray  # by place
    births_registered: np.ndarray  # by place of registration
    deaths_registered: np.ndarray  # by place of registration
    moves: np.ndarray  # (origin place, destination place, village / urban hukou, age band)
    arrivals: np.ndarray  # by area
    departures: np.ndarray  # by area
    returns: np.ndarray  # by place: arrivals of people who were registered in the area already
    conversions: np.ndarray  # (place of old registration, place of new registration)
    reclassified: np.ndarray  # (county, residents / registered)
    hires: np.ndarray  # by firms: (county, kind of place of the job, source, lives in that kind of place / elsewhere)
    separations: np.ndarray  # from firms: (county, kind of place of the job, job lost / person gone)
    deaths_at_work: np.ndarray  # of people with a job in a firm of a town or seat, by county of the firm
    newcomers: int  # people of districts and outside who got a row; their moves are counted above too

    @classmethod
    def empty(cls, places: Places) -> "Flows":
        """Return a year without events."""
        n, areas, counties = places.count, places.areas, places.counties
        shapes = {"births": n, "deaths": n, "births_registered": n, "deaths_registered": n, "moves": (n, n, 2, 3),
                  "arrivals": areas, "departures": areas, "returns": n, "conversions": (n, n),
                  "reclassified": (counties, 2), "hires": (counties, KINDS, len(SOURCES), 2),
                  "separations": (counties, KINDS, 2), "deaths_at_work": counties}
        arrays = {name: np.zeros(shape, np.int64) for name, shape in shapes.items()}
        return cls(**arrays, newcomers=0)


@dataclass
class Pending:
    """Rows of residents that a process of the quarter leaves to a later one."""

    died: list[np.ndarray] = field(default_factory=list)  # rows that fall free at the end of the quarter
    converted: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))  # rows whose hukou changed
    converted_from: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint16))  # their former registration
    seekers: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))  # rows who look for work
    why: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))  # why each of them looks for work
