"""Needs that stocks serve, the denominators of their levels: residents by place and age, pupils, area, waste."""

import numpy as np

from sim.processes import schools
from sim.state.counts import Band
from sim.state.land import Use
from sim.state.places import Kind
from sim.state.stocks import Stocks, total
from sim.state.world import World


def of(world: World, stocks: Stocks) -> dict[str, np.ndarray]:
    """Return every need of `sim.config.stocks.NEEDS` by county, pupils by (county, kind of place).

    Nobody's need is zero: a cell counts at least one row of people, so that stocks per need stay finite.
    """
    counts, p = world.counts, world.parameters.services
    residents = np.maximum(counts.people, 1) * float(world.config.scale)
    older = counts.of_counties(counts.residents[:, Band.OLDER :].sum(1)).sum(1)
    return {
        "residents": residents.sum(1),
        "village_residents": residents[:, Kind.VILLAGE],
        "seat_residents": residents[:, Kind.SEAT],
        "older_residents": np.maximum(older, 1) * float(world.config.scale),
        "built_up_area": _built_up(world, residents),
        "household_waste": residents.sum(1) * p.household_waste / 1000,
        "county": np.ones(world.places.counties),
        **schools.enrolment(world, stocks.village_schools),
    }


def of_stock(name: str, world: World, needs: dict[str, np.ndarray], stocks: Stocks) -> np.ndarray:
    """Return the need that a stock serves: one of `needs`, or another stock that is already up to date."""
    need = world.config.stocks[name].need
    return needs[need] if need in needs else np.maximum(total(stocks.values[need]), 1e-9)


def _built_up(world: World, residents: np.ndarray) -> np.ndarray:
    """Return the built-up area of the seat in m2: its residents' part of the urban land."""
    built = world.land.uses[:, : Use.IDLE].sum(1).astype(float)
    return np.maximum(built * residents[:, Kind.SEAT] / residents[:, Kind.TOWN :].sum(1), 1.0)
