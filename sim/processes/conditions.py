"""Outside conditions: the year's rates, rebuilt from their baselines, and the mark of a new quarter."""

import numpy as np

from sim.agents.places import Kind
from sim.rates import addition
from sim.world import World


def drive(world: World) -> None:
    """Rebuild every rate of the year from parameters and the external scenario's series."""
    world.tables.clear()
    p, places, rates, year = world.parameters, world.places, world.rates, world.year
    index = {name: world.config.external.index(name, year) for name in (
        "fertility", "mortality", "migration", "district_pull", "core_pull", "outside_pull", "district_arrivals",
        "outside_arrivals", "reclassification", "productivity", "transfers", "interest")}  # fmt: skip
    rates.set("mortality", 1.0, index["mortality"] - 1)
    rates.set("fertility", 1.0, index["fertility"] - 1)
    rates.set("senior_secondary_progression", p.education.senior_secondary_progression)
    rates.set("college_progression", p.education.college_progression)
    rates.set("village_school_closure", 1.0)
    rates.set("job_separation", p.labour.job_separation)
    rates.set("participation", 1.0)
    rates.set("matching_efficiency", p.labour.matching_efficiency)
    rates.set("farm_search", 1.0)
    rates.set("firm_productivity", 1.0, index["productivity"] - 1)
    rates.set("farm_productivity", 1.0, index["productivity"] - 1)
    rates.set("firm_entry", 1.0)
    rates.set("firm_closure", 1.0)
    rates.set("consideration", 1.0, index["migration"] - 1)
    m = p.migration
    by_kind = np.array([m.village_attraction, m.town_attraction, m.seat_attraction, m.district_attraction,
                        m.outside_attraction])  # fmt: skip
    core = np.zeros(places.count)
    core[places.core] = m.core_attraction + np.log(index["core_pull"])
    pull = np.zeros(places.count)
    pull[places.kind == Kind.DISTRICT] = np.log(index["district_pull"])
    pull[places.outside] = np.log(index["outside_pull"])
    rates.set("attraction", by_kind[places.kind], core, pull)
    rates.set("service_parity", m.service_parity)
    rates.set("district_arrivals", m.district_arrivals, index["district_arrivals"] - 1)
    rates.set("outside_arrivals", m.outside_arrivals, index["outside_arrivals"] - 1)
    in_district = (np.arange(places.areas) >= places.counties) * (p.citizenization.district_ratio - 1)
    rates.set("conversion", p.citizenization.ceiling, in_district)
    rates.set("land_rights_kept", p.citizenization.land_rights_kept)
    rates.set("reclassification", p.reclassification.rate, index["reclassification"] - 1)
    rates.set("housing_subsidy", 0.0)
    rates.set("land_quota", 1.0)
    rates.set("industrial_land_share", p.land.industrial_share)
    rates.set("industrial_land_price", p.land.industrial_price_ratio)
    rates.set("idle_recovery", p.land.idle_recovery)
    rates.set("platform_land_purchases", p.land.platform_purchases)
    rates.set("land_cost", p.land.cost_share)
    rates.set("village_land_exchange", p.land.village_land_exchange)
    f = p.finance
    for name in ("tax_effort", "bond_room", "platform_borrowing", "public_wage"):
        rates.set(name, 1.0)
    rates.set("transfer_coverage", f.transfer_coverage)
    rates.set("transfer_level", 1.0, index["transfers"] - 1)
    rates.set("retention_share", f.retention_share)
    rates.set("capital_grant", 0.0)
    rates.set("interest_cost", f.interest_rate, index["interest"] - 1)
    for stock in world.config.stocks:
        rates.set(addition(stock), 0.0)


def begin(world: World) -> None:
    """Remember where everyone lives when the quarter begins."""
    world.residents.origin[:] = world.residents.place
