"""Outside conditions: the year's rates, rebuilt from their baselines, and the mark of a new quarter."""

import numpy as np

from sim.config import DRIVERS
from sim.processes import attraction
from sim.state.places import Kind
from sim.state.rates import addition
from sim.state.world import World


def drive(world: World) -> None:
    """Rebuild every rate of the year from parameters and the external scenario's series."""
    world.forget_year()
    p, places, rates, year = world.parameters, world.places, world.rates, world.year
    index = {name: world.config.external.index(name, year) for name in DRIVERS}
    rates.set("mortality", 1.0, index["mortality"] - 1)
    rates.set("fertility", 1.0, index["fertility"] - 1)
    rates.set("senior_secondary_progression", p.education.senior_secondary_progression)
    rates.set("college_progression", p.education.college_progression)
    rates.set("job_separation", p.labour.job_separation)
    rates.set("participation", 1.0)
    rates.set("matching_efficiency", p.labour.matching_efficiency)
    rates.set("commuting", p.labour.commuting, index["commuting"] - 1)
    rates.set("farm_search", 1.0)
    rates.set("firm_productivity", 1.0, index["productivity"] - 1)
    rates.set("farm_productivity", 1.0, index["productivity"] - 1)
    for name in ("external_demand", "tourism_demand", "local_demand"):
        rates.set(name, 1.0, index[name] - 1)
    fringe = np.zeros(places.areas)
    fringe[: places.counties] = places.in_circle * (index["fringe_entry"] - 1)
    rates.set("firm_entry", 1.0, fringe)
    rates.set("firm_closure", 1.0)
    rates.set("consideration", 1.0, index["migration"] - 1)
    m = p.migration
    by_kind = np.array([m.village_attraction, m.town_attraction, m.seat_attraction, m.district_attraction,
                        m.outside_attraction])
    core = np.zeros(places.count)
    core[places.core] = m.core_attraction + np.log(index["core_pull"])
    pull = np.zeros(places.count)
    pull[places.kind == Kind.DISTRICT] = np.log(index["district_pull"])
    pull[places.outside] = np.log(index["outside_pull"])
    rates.set("retention_share", p.finance.retention_share * index["retention"])
    rates.set("attraction", by_kind[places.kind], core, pull, _pull_of_retention(world), attraction.lasting(world))
    rates.set("service_parity", m.service_parity)
    from_core = np.zeros(places.areas)
    from_core[places.area[places.core]] = index["core_arrivals"] - 1
    rates.set("district_arrivals", m.district_arrivals, index["district_arrivals"] - 1, from_core)
    rates.set("outside_arrivals", m.outside_arrivals, index["outside_arrivals"] - 1)
    in_district = (np.arange(places.areas) >= places.counties) * (p.citizenization.district_ratio - 1)
    rates.set("conversion", p.citizenization.ceiling, in_district)
    rates.set("land_rights_kept", p.citizenization.land_rights_kept)
    rates.set("reclassification", p.reclassification.rate, index["reclassification"] - 1)
    rates.set("housing_subsidy", 0.0)
    rates.set("land_quota", 1.0, index["land_quota"] - 1)
    rates.set("industrial_land_share", p.land.industrial_share)
    rates.set("industrial_land_price", p.land.industrial_price_ratio)
    rates.set("idle_recovery", p.land.idle_recovery)
    rates.set("platform_land_purchases", p.land.platform_purchases)
    rates.set("land_cost", p.land.cost_share)
    rates.set("village_land_exchange", p.land.village_land_exchange)
    f = p.finance
    rates.set("delivery_efficiency", f.delivery_efficiency)
    rates.set("tax_effort", 1.0)
    rates.set("public_wage", 1.0)
    rates.set("bond_room", 1.0, index["bond_room"] - 1)
    rates.set("platform_borrowing", 1.0, index["platform_borrowing"] - 1)
    rates.set("staff_replacement", 1.0, index["public_staff"] - 1)
    rates.set("transfer_coverage", f.transfer_coverage)
    rates.set("transfer_level", 1.0, index["transfers"] - 1)
    rates.set("transfer_retention", f.transfer_retention * index["retention"])
    rates.set("capital_grant", 0.0)
    rates.set("interest_cost", f.interest_rate, index["interest"] - 1)
    rates.set("least_school_enrolment", p.services.least_school_enrolment, index["school_threshold"] - 1)
    for stock in world.config.stocks:
        rates.set(addition(stock), 0.0)


def _pull_of_retention(world: World) -> np.ndarray:
    """Return what draws people to districts whose prefecture keeps more of its counties' taxes than is practice, by
    place: log odds for each share kept, counties that the province manages counting as none."""
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
