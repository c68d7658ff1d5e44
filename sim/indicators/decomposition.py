"""The yearly change of both urban shares by component, from the year's flows and the counts at its ends."""

import numpy as np

from sim.indicators.components import RATES, tabulate
from sim.state.counts import Counts
from sim.state.observed import Columns
from sim.state.places import KINDS, Kind
from sim.state.world import World

Parts = dict[tuple[str, str], np.ndarray]
URBAN = slice(Kind.TOWN, None)


def decompose(world: World, groups: dict[str, np.ndarray]) -> list[Columns]:
    """Return the components of the change of each rate in the year that ends, by group of counties (bool masks).

    Moves and registrations over county borders count as such within a group too. Columns are those of
    `components.tabulate`.
    """
    members, scale = np.array(list(groups.values())).astype(np.int64), world.config.scale
    tables = []
    for rate, parts, column in ((RATES[0], residents(world), _residents), (RATES[1], registered(world), _registered)):
        start, end = (scale * (members @ _ends(column(counts), counts)).T
                      for counts in (world.counts_before, world.counts))
        of_groups = {key: scale * (members @ persons) for key, persons in parts.items()}
        tables.append(tabulate(of_groups, start, end, list(groups), rate))
    return tables


def residents(world: World) -> Parts:
    """Return the components of change of residents in the year by (component, acts_on) and county, in rows."""
    f, counts = world.flows, world.counts
    inward, outward, within = _crossing(world, np.einsum("ijkl->ij", f.moves))
    returns = counts.of_counties(f.returns)
    return {
        **_apart("births", counts.of_counties(f.births)),
        **_apart("deaths", -counts.of_counties(f.deaths)),
        **_apart("arrivals", inward - returns),
        **_apart("returns", returns),
        **_apart("departures", -outward),
        ("moves_within", "both"): within,
        ("reclassification", "both"): f.reclassified[:, 0],
    }


def registered(world: World) -> Parts:
    """Return the components of change of registered people in the year by (component, acts_on) and county, in rows."""
    f, counts = world.flows, world.counts
    inward, outward, within = _crossing(world, f.conversions)
    return {
        **_apart("births", counts.of_counties(f.births_registered)),
        **_apart("deaths", -counts.of_counties(f.deaths_registered)),
        ("conversion", "both"): within,
        **_apart("registration_in", inward),
        **_apart("registration_out", -outward),
        ("reclassification", "both"): f.reclassified[:, 1],
    }


def _crossing(world: World, moves: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split moves (from place, to place): into and out of counties by (county, kind), and net to urban within them."""
    of, counties = world.counts.of_counties, np.arange(world.places.counties)
    inside = moves[: world.places.districts, : world.places.districts].reshape(len(counties), KINDS, -1, KINDS)
    to, from_ = (inside[counties, :, counties].sum(axis) for axis in (1, 2))  # within the county, by kind of place
    return of(moves.sum(0)) - to, of(moves.sum(1)) - from_, (to - from_)[:, URBAN].sum(1)


def _apart(name: str, change: np.ndarray) -> Parts:
    return {(name, "urban"): change[:, URBAN].sum(1), (name, "village"): change[:, Kind.VILLAGE]}


def _residents(counts: Counts) -> np.ndarray:
    return counts.residents.sum(1)


def _registered(counts: Counts) -> np.ndarray:
    return counts.registered


def _ends(column: np.ndarray, counts: Counts) -> np.ndarray:
    by_kind = counts.of_counties(column)
    return np.stack([by_kind[:, URBAN].sum(1), by_kind.sum(1)], axis=1)
