"""Turnover of firms' staff in the year: who is hired from where, who loses a job and who leaves one for good."""

import numpy as np

from sim.core.compiled import leaf
from sim.processes.production import by_place
from sim.state.flows import ENTRANTS, FARMERS, MOVERS, UNEMPLOYED
from sim.state.places import KINDS, county_of, kind_of
from sim.state.world import World

LOST, WAITING, ENTERED, FARMER = range(1, 5)
"""Why somebody looks for work: lost the last job, looked before, has just begun, or farms meanwhile."""

_SOURCE = np.array([-1, UNEMPLOYED, ENTRANTS, ENTRANTS, FARMERS])
"""The source of a hire by why the person looked for work."""


@leaf
def note_hire(hires, at, home, why, quarters):
    """Add somebody who lives in a place and is hired by a firm `at` another to the year's flows.

    Who moved in the last four quarters counts as such, whatever they did before they looked for work (`why`).
    """
    source = MOVERS if quarters < 4 else _SOURCE[why]
    hires[county_of(at), kind_of(at), source, int(kind_of(home) != kind_of(at))] += 1


def note_separations(world: World, staying: np.ndarray, lost: np.ndarray) -> None:
    """Add those who are no longer staff of firms to the year's flows: those who `lost` the job and look for another,
    and those who retired, died or moved away; both by firm, as is who is `staying`."""
    separations = world.flows.separations
    for kind, ended in enumerate((lost, world.firms.staff - staying - lost)):
        separations[:, :, kind] += by_place(world, ended).astype(np.int64).reshape(-1, KINDS)
