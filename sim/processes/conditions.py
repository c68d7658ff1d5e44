"""Outside conditions: the year's rates, rebuilt from their baselines, and the mark of a new quarter."""

from collections.abc import Callable

import numpy as np

from sim.processes import attraction
from sim.state.places import Kind
from sim.state.rates import REGISTRY
from sim.state.world import World


def drive(world: World) -> None:
    """Rebuild every rate of the year from parameters, the external scenario's series and changes by measures."""
    world.forget_year()
    for name, rate in REGISTRY.items():
        if name not in LOCAL:
            world.rates.set(name, rate.without_measures(world.parameters, world.config.external, world.year))
    for name, local in LOCAL.items():
        base = REGISTRY[name].without_measures(world.parameters, world.config.external, world.year)
        world.rates.set(name, base, *local(world))


def _index(world: World, driver: str) -> float:
    return world.config.external.index(driver, world.year)


def _founded_in_the_fringe(world: World) -> list[np.ndarray]:
    """More firms are founded in the circle of a core city where those spill over."""
    change = np.zeros(world.places.count)
    world.places.by_kind(change)[:] = (world.places.in_circle * (_index(world, "fringe_entry") - 1))[:, None]
    return [change]


def _drawn_to_places(world: World) -> list[np.ndarray]:
    """Kinds of place, the core cities, districts and the outside attract differently, and counties for good."""
    m, places = world.parameters.migration, world.places
    by_kind = np.array([m.village_attraction, m.town_attraction, m.seat_attraction, m.district_attraction,
                        m.outside_attraction])
    core = np.zeros(places.count)
    core[places.core] = m.core_attraction + np.log(_index(world, "core_pull"))
    pull = np.zeros(places.count)
    pull[places.kind == Kind.DISTRICT] = np.log(_index(world, "district_pull"))
    pull[places.outside] = np.log(_index(world, "outside_pull"))
    return [by_kind[places.kind], core, pull, _pull_of_retention(world), world.once(attraction.lasting)]


def _arrive_from_core_cities(world: World) -> list[np.ndarray]:
    """People of the core cities' districts move into counties at a pace of their own."""
    change = np.zeros(world.places.areas)
    change[world.places.area[world.places.core]] = _index(world, "core_arrivals") - 1
    return [change]


def _register_in_districts(world: World) -> list[np.ndarray]:
    """Districts register newcomers at another pace than counties."""
    in_district = np.arange(world.places.areas) >= world.places.counties
    return [in_district * (world.parameters.citizenization.district_ratio - 1)]


LOCAL: dict[str, Callable[[World], list[np.ndarray]]] = {
    "firm_entry": _founded_in_the_fringe, "attraction": _drawn_to_places,
    "district_arrivals": _arrive_from_core_cities, "conversion": _register_in_districts}
"""Further changes of rates that differ between areas or places; they may read all other rates of the year."""


def _pull_of_retention(world: World) -> np.ndarray:
    """Return by place the attraction of districts whose prefecture keeps more of its counties' taxes than is practice:
    log odds for the mean share kept beyond practice, which counts as zero for counties that the province manages."""
    places = world.places
    managed = world.baseline.counties["province_managed_finance"].to_numpy(int) == 1
    more = world.rates["retention_share"][: places.counties] - world.parameters.finance.retention_share
    groups = places.prefecture_of_county
    kept = np.bincount(groups, np.where(managed, 0, more), places.prefectures)
    pull = np.zeros(places.count)
    counties = np.maximum(np.bincount(groups, minlength=places.prefectures), 1)
    pull[places.districts : places.outside] = kept / counties * world.parameters.governance.district_pull_of_retention
    return pull


def begin(world: World) -> None:
    """Remember where everyone lives when the quarter begins."""
    world.residents.origin[:] = world.residents.place
