"""Turnover of firms' staff in the year: who is hired from where, who loses a job and who leaves one for good."""

import numpy as np

from sim.state.flows import ENTRANTS, FARMERS, MOVERS, UNEMPLOYED
from sim.state.places import KINDS, county_of, kind_of
from sim.state.world import World

LOST, WAITING, ENTERED, FARMER = range(1, 5)
"""Why somebody looks for work: lost the last job, looked before, has just begun, or farms meanwhile."""

_SOURCE = np.array([-1, UNEMPLOYED, ENTRANTS, ENTRANTS, FARMERS])
"""The source of a hire by why the person looked for work."""


def note_hires(world: World, rows: np.ndarray, why: np.ndarray, firm: np.ndarray) -> None:
    """Add people (`rows`, who looked for work as `why` says) hired by firms to the year's flows.

    Who moved in the last four quarters counts as such, whatever they did before.
    """
    people = world.residents
    source = np.where(world.quarter - people.moved[rows].astype(np.int64) < 4, MOVERS, _SOURCE[why])
    place = world.firms.place[firm].astype(np.int64)
    elsewhere = kind_of(people.place[rows]) != kind_of(place)
    hires = world.flows.hires
    cell = np.ravel_multi_index((county_of(place), kind_of(place), source, elsewhere.astype(np.int64)), hires.shape)
    hires += np.bincount(cell, minlength=hires.size).reshape(hires.shape)


def note_separations(world: World, staying: np.ndarray, lost: np.ndarray) -> None:
    """Add those who are no longer staff of firms to the year's flows: those who `lost` the job and look for another,
    and those who retired, died or moved away; both by firm, as is who is `staying`."""
    firms, separations = world.firms, world.flows.separations
    had = np.flatnonzero(firms.staff)
    for kind, ended in enumerate((lost[had], firms.staff[had] - staying[had] - lost[had])):
        found = np.bincount(firms.place[had], weights=ended, minlength=world.places.districts)
        separations[:, :, kind] += found.astype(np.int64).reshape(-1, KINDS)
