"""Incomes of residents by the place they live in, once a year: pay, farming, land, pensions, remittances, ownership."""

import numpy as np

from sim.core import blocks
from sim.core.compiled import kernel
from sim.processes import place_attributes
from sim.processes.place_attributes import YEARS
from sim.state.labour import Incomes, Source
from sim.state.places import KINDS, NOWHERE, Kind
from sim.state.residents import LAND_RIGHTS, Employer, Work
from sim.state.world import World

_OUTSIDE, _OWN_ACCOUNT, _NONE = (np.uint32(e) for e in (Employer.OUTSIDE, Employer.OWN_ACCOUNT, Employer.NONE))

PENSION_AGE = 60


def distribute(world: World) -> None:
    """Add up the year's incomes of residents by place and source, in whole yuan.

    Pay is that of the employer by schooling, farmers share farm income, holders of land rights receive rent and
    subsidies, pensions follow registration, people away send a share of their pay to their family's place, and owners
    of the county's firms live in towns and seat.
    """
    people, firms, places, p = world.residents, world.firms, world.places, world.parameters.incomes
    level, scale = world.trend_since_2020, world.config.scale
    village = places.kind == Kind.VILLAGE
    returns = np.where(village, world.parameters.labour.village_return_ratio, 1.0)
    schooling = (1 + returns[:, None] * world.parameters.labour.return_to_schooling) ** YEARS
    months = np.where(village, p.village_months, 12.0)
    farm = np.repeat(12 * place_attributes.farm_income(world), KINDS)
    migrant = 12 * place_attributes.migrant_wage(world)
    commuting = migrant[places.core].mean() if len(places.core) else 0.0
    pensions = np.array([p.rural_pension, p.urban_pension * p.urban_pension_coverage]) * level
    parts = blocks.run(
        _distribute, people.size, world.threads, world.quarter, people.birth, people.place, people.hukou,
        people.work, people.employer, people.schooling, people.flags, firms.wage, schooling, months, farm,
        migrant, commuting, pensions, p.land_income * level, p.remitted_share, places.kind,
        places.districts)
    yuan = np.zeros((places.count, len(Source)), np.int64)
    yuan[:, : Source.OWNERSHIP] = sum(parts) * scale
    e = world.economy
    private = slice(Work.AGRO_PROCESSING, Work.PUBLIC_SERVICES)
    value = e.year_output * e.price
    beyond = np.maximum(value[:, private].sum(1) - e.year_wage_bill[:, private].sum(1), 0)
    urban = world.counts.people[:, Kind.TOWN :]
    share = urban / np.maximum(urban.sum(1, keepdims=True), 1)
    owned = p.ownership_share * beyond[:, None] * share
    places.by_kind(yuan)[:, Kind.TOWN :, Source.OWNERSHIP] = np.round(owned)
    world.incomes = Incomes(yuan)


@kernel
def _distribute(start, stop, quarter, birth, place, hukou, work, employer, schooling, flags, wage, by_schooling,
                months, farm, migrant, commuting, pensions, land, remitted, kind, districts):
    sums = np.zeros((len(kind), 5), np.int64)
    for i in range(start, stop):
        here = place[i]
        if here == NOWHERE:
            continue
        by = employer[i]
        if here >= districts:  # away: remittances
            home = hukou[i]
            if by != _NONE and home < districts:
                sums[home, 4] += np.int64(remitted * migrant[here] * by_schooling[here, schooling[i]])
            continue
        if by < _OUTSIDE:
            sums[here, 0] += np.int64(months[here] * wage[by] * by_schooling[here, schooling[i]])
        elif by == _OWN_ACCOUNT:
            sums[here, 1] += np.int64(farm[here])
        elif by != _NONE:
            sums[here, 0] += np.int64(commuting * by_schooling[here, schooling[i]])
        if flags[i] & LAND_RIGHTS:
            sums[here, 2] += np.int64(land)
        if quarter - birth[i] >= 4 * PENSION_AGE:
            home = hukou[i]
            sums[here, 3] += np.int64(pensions[0 if home < districts and kind[home] == Kind.VILLAGE else 1])
    return sums
