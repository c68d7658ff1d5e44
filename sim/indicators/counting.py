"""Counting the rows of residents, once a quarter."""

import numpy as np

from sim.core import blocks
from sim.core.compiled import kernel
from sim.state.counts import BAND_FROM, Band, Counts
from sim.state.places import KINDS, NOWHERE, first_district
from sim.state.residents import HUKOU_RECLASSIFIED, PLACE_RECLASSIFIED
from sim.state.world import World

BANDS = len(Band)
OLDEST_QUARTER = 4 * 128


def initial(world: World) -> Counts:
    """Return who lives and who is registered where at the end of the base year, in rows."""
    return _counted(world, world.quarter - 1)


def count(world: World) -> Counts:
    """Return who lives and who is registered where at this moment, in rows."""
    return _counted(world, world.quarter)


def _counted(world: World, quarter: int) -> Counts:
    people, places = world.residents, world.places
    parts = blocks.run(_count, people.size, world.threads, quarter, people.birth, people.place, people.hukou,
                       people.flags, places.area, places.count, places.counties, _BAND)
    return Counts(*(sum(arrays) for arrays in zip(*parts, strict=True)))


_BAND = (np.searchsorted(4 * np.array(BAND_FROM), np.arange(OLDEST_QUARTER), side="right") - 1).astype(np.uint8)
"""Band by age in quarters."""


@kernel
def _count(start, stop, quarter, birth, place, hukou, flags, area, places, counties, band):
    residents = np.zeros((places, BANDS), np.int64)
    registered = np.zeros(places, np.int64)
    at_home = np.zeros(area[-1] + 1, np.int64)  # by area of registration
    new_residents = np.zeros(places, np.int64)
    new_registered = np.zeros(places, np.int64)
    for i in range(start, stop):
        here = place[i]
        if here == NOWHERE:
            continue
        residents[here, band[quarter - birth[i]]] += 1
        home = hukou[i]
        registered[home] += 1
        at_home[area[home]] += area[home] == area[here]
        if flags[i] & PLACE_RECLASSIFIED:
            new_residents[here] += 1
        if flags[i] & HUKOU_RECLASSIFIED:
            new_registered[home] += 1
    absent = registered[: first_district(counties)].reshape(counties, KINDS).sum(1) - at_home[:counties]
    return residents, registered, absent, new_residents, new_registered
