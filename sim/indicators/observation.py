"""Yearly and quarterly observations, as tidy tables."""

import numpy as np
import pandas as pd

from sim.baseline.figures import Basis
from sim.indicators import (
    decomposition,
    environment,
    facilities,
    finances,
    industry,
    overall,
    property,
    services,
    turnover,
)
from sim.indicators.totals import OBSERVATIONS, Observation, Totals
from sim.policy import tiers
from sim.state.counts import Band
from sim.state.districts import URBAN
from sim.state.observed import Columns, Named
from sim.state.places import Kind
from sim.state.world import World

PARTS = (overall, industry, finances, property, facilities, services, environment)
"""Modules that give the sums which observations are functions of."""


def groups(world: World) -> dict[str, np.ndarray]:
    """Return the counties (bool masks) of each group: every county, type, prefecture, and all counties."""
    places = world.places
    single = dict(zip(places.county_codes, np.eye(places.counties, dtype=bool), strict=True))
    types = (
        {name: places.county_type == name for name in sorted(set(places.county_type))}
        if world.start.classified
        else {}
    )
    prefectures = {code: places.prefecture_of_county == k for k, code in enumerate(places.prefecture_codes)}
    return {"all_counties": np.ones(places.counties, bool), **types, **pilot_groups(world), **prefectures, **single}


def pilot_groups(world: World) -> dict[str, np.ndarray]:
    """Return pilot counties, those that border on one, and the rest; nothing where a policy names no pilots."""
    pilots = tiers.pilots(world)
    if not pilots.any():
        return {}
    near = world.stocks.neighbours[pilots].any(0) & ~pilots
    groups = {"pilots": pilots, "neighbours_of_pilots": near, "other_counties": ~(pilots | near)}
    return {name: members for name, members in groups.items() if members.any()}


def observe_year(world: World) -> None:
    """Add every indicator of the year that ends, by group, the year's flows, doses, turnover of staff and
    decomposition to `world.observed`.

    Of the base year, which is not simulated, only stocks are known.
    """
    simulated, observed, year = world.year >= world.config.start, world.observed, world.year
    of = world.once(groups)
    sums = Totals({name: amount for part in PARTS for name, amount in part.totals(world).items()})
    sums = sums.of_groups(np.array(list(of.values())))
    measures = [one for one in OBSERVATIONS.values() if simulated or not one.event]
    whole = province(world)
    if not simulated:
        whole = {name: value for name, value in whole.items() if name not in ("births", "deaths")}
    values = np.full((len(OBSERVATIONS), len(of)), np.nan)
    observed.groups = {name: k for k, name in enumerate(of)}
    observed.indicators = place = {name: k for k, name in enumerate(OBSERVATIONS)}
    for one in measures:
        values[place[one.name]] = one.measure(sums)
    observed.values.append(values)
    each = [place[one.name] for one in measures]
    basis = _bases(world, measures, len(of))
    observed.add("indicators", year, {
        "group": Named(np.r_[np.tile(np.arange(len(of)), len(each)), np.full(len(whole), len(of))], [*of, "province"]),
        "indicator": Named(np.r_[np.repeat(each, len(of)), [place[name] for name in whole]], [*place]),
        "value": np.r_[values[each].ravel(), [*whole.values()]],
        "basis": Named(np.r_[basis.ravel(), np.zeros(len(whole), int)], BASES)})
    observed.add("flows", year, flows(world))
    if simulated:
        observed.add("doses", year, doses(world))
        observed.add("costs", year, costs(world))
        for part in decomposition.decompose(world, of):
            observed.add("decomposition", year, part)
        observed.add("turnover", year, turnover.turnover(world))
    world.counts_before = world.counts


BASES = ("", "simulated", *(basis.name.lower() for basis in Basis))
"""How a value is known, in words; nothing for groups of counties."""


def _bases(world: World, measures: list[Observation], groups: int) -> np.ndarray:
    """Return how each value is known by (observation, group), by position in `BASES`, the weakest basis of a county
    where it has several; groups of counties come first."""
    bases = np.zeros((len(measures), groups), int)
    counties = bases[:, -world.places.counties :]
    if world.year >= world.config.start:
        counties[:] = BASES.index("simulated")
        return bases
    for codes, one in zip(counties, measures, strict=True):
        for basis in one.bases:
            np.maximum(codes, world.figures.basis[basis] if isinstance(basis, str) else basis, out=codes)
    counties += len(BASES) - len(Basis)
    return bases


def province(world: World) -> dict[str, float]:
    """Return residents, urban share, births, deaths and the old of the whole province: counties and districts."""
    places, scale, counts = world.places, world.config.scale, world.counts
    inside = counts.residents[: places.outside] * scale
    own = world.districts.persons
    urban = inside[places.kind[: places.outside] != Kind.VILLAGE].sum() + own[:, URBAN].sum()
    residents = inside.sum() + own.sum()
    old = inside[:, Band.OLD].sum() + own[..., 65:].sum()
    events = {name: getattr(world.flows, name)[: places.outside].sum() * scale
              + getattr(world.districts, name).sum() for name in ("births", "deaths")}
    return {
        "residents": float(residents),
        "resident_urbanization": 100 * urban / residents,
        "age_65_plus": 100 * old / residents,
        **{name: float(value) for name, value in events.items()},
    }


def accounts(world: World) -> np.ndarray:
    """Return births, deaths, arrivals and departures of the year so far in rows, shape (4, counties)."""
    f, counties = world.flows, world.places.counties
    born, died = (world.places.of_counties(events) for events in (f.births, f.deaths))
    return np.stack([born, died, f.arrivals[:counties], f.departures[:counties]])


def observe_quarter(world: World, before: np.ndarray) -> None:
    """Append the population accounts of the quarter by county in persons: residents and components of their change
    since `before`."""
    events = (accounts(world) - before) * world.config.scale
    residents = world.counts.people.sum(1) * world.config.scale
    world.observed.quarterly.append((world.quarter, residents, events))


def quarterly_table(world: World) -> pd.DataFrame:
    """Return the quarterly accounts so far: quarter, adcode, residents, births, deaths, arrivals, departures."""
    columns = ["quarter", "adcode", "residents", "births", "deaths", "arrivals", "departures"]
    observed = world.observed.quarterly
    if not observed:
        return pd.DataFrame(columns=columns)
    codes = world.places.county_codes
    names = [f"{quarter // 4}Q{quarter % 4 + 1}" for quarter, _, _ in observed]
    persons = np.concatenate([np.vstack([residents, events]) for _, residents, events in observed], axis=1)
    return pd.DataFrame(dict(zip(columns, (np.repeat(names, len(codes)), codes * len(names), *persons), strict=True)))


DOSES = ("target", "start", "wanted", "funded", "delivered", "unhindered", "short_of_money", "short_of_works",
         "capital_cost", "running_cost", "paid")
"""Columns of the table of doses that the programme holds under the same name."""


def doses(world: World) -> Columns:
    """Return the doses of the year by county or its pilot towns and lever, where something is planned or stands.

    Planned dose and its start, the dose added this year, the part of that paid for, the dose in place, capital and
    running costs, the sums paid of both in yuan, and the order of payment (0 first, none for levers that share the
    rest).
    """
    programme = world.programme
    lever, unit = np.nonzero((programme.target > 0) | (programme.delivered > 0))
    measures, levers = zip(*(name.split(".") for name in programme.levers), strict=True)
    county = unit % programme.counties
    rank = programme.rank[lever, county]
    return {
        "adcode": Named(county, world.places.county_codes),
        "area": Named(unit // programme.counties, ("county", "pilot_towns")),
        "measure": Named(lever, measures), "lever": Named(lever, levers),
        **{name: getattr(programme, name)[lever, unit] for name in DOSES},
        "priority": np.where(np.isfinite(rank), rank, np.nan)}


def costs(world: World) -> Columns:
    """Return what measures cost and who paid for them this year by county, in yuan: adcode, payer, yuan.

    The payer `planned` is what the year's plan would have cost.
    """
    programme = world.programme
    planned = programme.by_county(programme.capital_cost) + programme.by_county(programme.running_cost)
    of = {"planned": planned, **programme.payers}
    yuan = np.array([*of.values()])
    payer, county = np.nonzero(yuan > 0)
    return {"adcode": Named(county, world.places.county_codes), "payer": Named(payer, [*of]),
            "yuan": yuan[payer, county]}


def flows(world: World) -> Columns:
    """Return the moves of the year in persons by origin, destination, hukou and age band."""
    moves, names = world.flows.moves, world.once(_place_names)
    cell = np.flatnonzero(moves != 0)  # in few cells anybody moves: ten times as fast as np.nonzero
    origin, destination, hukou, band = np.unravel_index(cell, moves.shape)
    return {
        "origin": Named(origin, names), "destination": Named(destination, names),
        "hukou": Named(hukou, ("village", "urban")), "age": Named(band, ("0-14", "15-64", "65+")),
        "persons": moves.ravel()[cell] * world.config.scale}


def _place_names(world: World) -> list[str]:
    return [str(name) for name in world.places.names()]
