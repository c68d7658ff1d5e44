"""Overall level: residents, urbanization by residence and by registration, migration, age."""

import numpy as np

from sim.indicators.totals import Totals, observation, share
from sim.state.counts import Band
from sim.state.places import Kind
from sim.state.world import World


def totals(world: World) -> dict[str, np.ndarray]:
    """Return persons at the end of a year and the year's events by county."""
    c, f, scale = world.counts, world.flows, world.config.scale
    counties = world.places.counties
    residents = c.people
    registered = c.of_counties(c.registered)
    urban = slice(Kind.TOWN, None)
    rows = {
        "residents": residents.sum(1),
        "urban": residents[:, urban].sum(1),
        "in_seat": residents[:, Kind.SEAT],
        "urban_by_reclassification": c.of_counties(c.reclassified_residents)[:, urban].sum(1),
        "registered": registered.sum(1),
        "registered_urban": registered[:, urban].sum(1),
        "registered_urban_by_reclassification": c.of_counties(c.reclassified_registered)[:, urban].sum(1),
        "absent": c.absent,
        "old": c.of_counties(c.residents[:, Band.OLD]).sum(1),
        "births": c.of_counties(f.births).sum(1),
        "deaths": c.of_counties(f.deaths).sum(1),
        "arrivals": f.arrivals[:counties],
        "departures": f.departures[:counties],
    }
    return {name: scale * amount for name, amount in rows.items()}


@observation("%", zh="常住人口城镇化率", en="Resident urbanization")
def resident_urbanization(t: Totals) -> np.ndarray:
    """Return the urban share of residents in percent."""
    return share(t.urban, t.residents)


@observation("%", zh="常住人口城镇化率（不含就地改划）", en="Resident urbanization without reclassification")
def resident_urbanization_without_reclassification(t: Totals) -> np.ndarray:
    """Return that share as if village homes that became urban since the start had stayed rural."""
    return share(t.urban - t.urban_by_reclassification, t.residents)


@observation("%", "urban_hukou", zh="户籍人口城镇化率", en="Hukou urbanization")
def hukou_urbanization(t: Totals) -> np.ndarray:
    """Return the share of registered people, absent ones included, whose hukou place is urban, in percent."""
    return share(t.registered_urban, t.registered)


@observation("%", "urban_hukou", zh="户籍人口城镇化率（不含就地改划）",
             en="Hukou urbanization without reclassification")
def hukou_urbanization_without_reclassification(t: Totals) -> np.ndarray:
    """Return that share as if village homes that became urban since the start had stayed rural."""
    return share(t.registered_urban - t.registered_urban_by_reclassification, t.registered)


@observation("%", "seat_split", zh="县城常住人口占县域比重", en="Residents of the county seat")
def seat_concentration(t: Totals) -> np.ndarray:
    """Return residents of the county seat in percent of the county's residents."""
    return share(t.in_seat, t.residents)


@observation("persons", zh="常住人口", en="Residents")
def residents(t: Totals) -> np.ndarray:
    """Return residents in persons."""
    return t.residents


@observation("persons", zh="城镇常住人口", en="Urban residents")
def urban_residents(t: Totals) -> np.ndarray:
    """Return residents of towns and seats in persons."""
    return t.urban


@observation("persons", "registered", zh="户籍人口", en="Registered people")
def registered(t: Totals) -> np.ndarray:
    """Return registered people in persons, wherever they live."""
    return t.registered


@observation("persons", "absent", zh="户籍外出人口", en="Registered people who live elsewhere")
def absent(t: Totals) -> np.ndarray:
    """Return registered people who live outside their county, in persons."""
    return t.absent


@observation("persons", zh="净迁移（一年）", en="Net migration in the year", event=True)
def net_migration(t: Totals) -> np.ndarray:
    """Return arrivals less departures over county borders in the year, in persons."""
    return t.arrivals - t.departures


@observation("per 1,000", zh="净迁移率", en="Net migration rate", event=True)
def net_migration_rate(t: Totals) -> np.ndarray:
    """Return net migration per 1,000 residents."""
    return 10 * share(t.arrivals - t.departures, t.residents)


@observation("persons", zh="出生人口", en="Births", event=True)
def births(t: Totals) -> np.ndarray:
    """Return births of the year in persons."""
    return t.births


@observation("persons", zh="死亡人口", en="Deaths", event=True)
def deaths(t: Totals) -> np.ndarray:
    """Return deaths of the year in persons."""
    return t.deaths


@observation("%", zh="65岁及以上人口占比", en="Aged 65 and over")
def age_65_plus(t: Totals) -> np.ndarray:
    """Return the share of residents aged 65 and over in percent."""
    return share(t.old, t.residents)
