"""The yearly change of firms' staff by where the hired came from and why others are gone; exact in persons."""

import numpy as np

from sim.core.described import Described
from sim.state.observed import Columns, Named
from sim.state.world import World

DESCRIBED = {name: Described(zh, en, "persons") for name, zh, en in (
    ("unemployed", "失业后再就业者", "people who had lost work"),
    ("entrants", "新进入劳动力市场者", "people who begin to work"),
    ("farmers", "原自营务农者", "own-account farmers"),
    ("movers", "近一年迁来现居地者", "people who moved to where they live in the last year"),
    ("lost", "失去岗位而求职者", "people who lost the job and look for another"),
    ("left", "退休、去世或迁走者", "people who retired, died or moved away"),
)}
"""Hires by source and separations by reason, in the order of the year's flows."""

PLACES = ("village", "town", "seat")
HOMES = ("same", "elsewhere", "")
"""Whether the hired live in the kind of place where the job is, or commute within the county."""


def turnover(world: World) -> Columns:
    """Return the year's hires (above 0) and separations (below) of firms in persons, which sum to the change of staff.

    Columns: adcode, place (kind of that of the job), flow (of `DESCRIBED`), home (of `HOMES`, of hires), persons.
    """
    f = world.flows
    flows = np.concatenate([f.hires.reshape(*f.hires.shape[:2], -1), -f.separations], axis=2)
    sources, reasons = f.hires.shape[2], f.separations.shape[2]
    flow = np.r_[np.repeat(np.arange(sources), 2), sources + np.arange(reasons)]
    home = np.r_[np.tile([0, 1], sources), np.full(reasons, 2)]
    county, place, which = np.nonzero(flows)
    return {
        "adcode": Named(county, world.places.county_codes), "place": Named(place, PLACES),
        "flow": Named(flow[which], [*DESCRIBED]), "home": Named(home[which], HOMES),
        "persons": flows[county, place, which] * world.config.scale}
