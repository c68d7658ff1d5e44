"""New firms: how many are founded where, and rows of closed ones that fall free."""

import numpy as np

from sim.core import rng
from sim.processes import production
from sim.processes.counted import one_by_one
from sim.processes.decisions import ENTRANT, ENTRY
from sim.processes.firms import PUBLIC, mean_staff, pay
from sim.processes.production import INDUSTRIAL, by_cell
from sim.state.firms import GROUP, identities, places_of_jobs
from sim.state.land import Use
from sim.state.places import NOWHERE, Kind, place_of
from sim.state.rates import quarterly
from sim.state.residents import Work
from sim.state.world import World


def enter(world: World) -> None:
    """Found new firms where an establishment turns over more than the trend, people are within reach and land is free.

    Expected entry replaces ordinary closures at normal turnover; the number of rows in each cell of county, place and
    sector is rounded by a draw. Dead rows fall free first, the new ones begin with openings and no staff.
    """
    firms, p, t, scale = world.firms, world.parameters.firms, world.technology, world.config.scale
    structure, counties = world.parameters.establishments, world.places.counties
    size = np.maximum(p.entrant_size * world.once(mean_staff), 1.0)
    rows = np.maximum(size / scale, float(GROUP)) if scale > 1 else np.round(size)
    staff = by_cell(world, firms.staff)
    access = (production.reach(world) / t.reach) ** p.access_response_entry
    drive = world.economy.turnover**p.profit_response_entry * access[:, None]
    drive[:, INDUSTRIAL] *= land_available(world)[:, None]
    wanted = staff * quarterly(p.closure * normal_closure(world)) * drive
    wanted[:, [Work.NONE, Work.FARMING, PUBLIC]] = 0.0
    rate = world.places.by_kind(world.rates["firm_entry"])
    expected = wanted[:, :, None] * world.once(_places_of_jobs) * rate[:, None] / np.maximum(rows, 1e-9)[:, None]
    draws = rng.uniforms(world.seed, ENTRY, world.quarter, np.arange(expected.size))
    made = np.floor(expected + draws.reshape(expected.shape)).astype(np.int64)

    dead = np.flatnonzero(firms.living() & (firms.establishments == 0))
    _free_later(world, dead)
    (county, sector, kind), order = one_by_one(made)
    if not len(county):
        return
    place = place_of(county, kind)
    uid = identities(place, sector, world.quarter, order.astype(np.uint64))
    new = firms.allocate(len(uid))
    second = rng.uniforms(world.seed, ENTRANT, world.quarter, uid)
    firms.uid[new], firms.place[new], firms.sector[new] = uid, place, sector
    firms.founded[new] = world.quarter
    industrial = INDUSTRIAL[sector] & (kind != Kind.VILLAGE)
    firms.park[new] = industrial & (second < structure.park_share_of_industry)
    number = np.maximum(np.round(rows[sector] * scale / size[sector]), 1)
    firms.establishments[new] = number
    firms.desired[new] = firms.aim[new] = rows[sector]
    people = rows[sector] * scale
    firms.productivity[new] = t.level[county, sector] * people ** (1 - p.span_of_control)
    ratio = production.capital_ratio(p)[sector] * t.level[county, sector]
    made_by_one = ratio ** (1 / (1 - p.capital_share * p.span_of_control)) * world.trend
    firms.capital[new] = made_by_one * people
    firms.land[new] = np.where(industrial, p.land_per_worker_industry * people, 0.0)
    firms.wage[new] = pay(world, new)
    world.economy.founded += np.bincount(county, weights=number, minlength=counties).astype(np.int64)
    world.economy.industrial_land_wanted += np.bincount(county, weights=firms.land[new], minlength=counties)


def _places_of_jobs(world: World) -> np.ndarray:
    return places_of_jobs(world.parameters.establishments)


def normal_closure(world: World) -> float:
    """Return by how much closures weighted by jobs fall short of those weighted by establishments, 0 to 1.

    Larger establishments close less often, and entry replaces jobs: without this jobs would grow at normal turnover.
    """
    firms, p = world.firms, world.parameters.firms
    private = firms.living() & (firms.sector != PUBLIC) & (firms.establishments > 0)
    number, mean = np.maximum(firms.establishments, 1), world.once(mean_staff).take(firms.sector)
    factor = np.clip(firms.staff * float(world.config.scale) / number / mean, 0.2, 50) ** -p.closure_size
    staff = np.where(private, firms.staff, 0.0)
    weights = np.round(factor * 2**20)
    return float((weights * staff).sum() / max(staff.sum(), 1) / 2**20)


def land_available(world: World) -> np.ndarray:
    """Return by county how much of the industrial land asked for this year could be had, 0 to 1."""
    wanted, sold = world.land.wanted[:, Use.INDUSTRIAL], world.land.sold[:, Use.INDUSTRIAL]
    return np.clip(np.divide(sold, wanted, out=np.ones(len(sold)), where=wanted > 1), 0, 1)


def _free_later(world: World, dead: np.ndarray) -> None:
    """Firms without establishments lose their staff this quarter; rows whose staff is gone fall free."""
    empty = dead[world.firms.staff[dead] == 0]
    world.firms.place[empty] = NOWHERE
    world.firms.openings[empty] = 0
    world.firms.release(empty)
