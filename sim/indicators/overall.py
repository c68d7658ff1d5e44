"""Overall level: residents, urbanization by residence and by registration, migration, age."""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np

from sim.agents.places import Kind
from sim.world import Band, World


@dataclass(frozen=True)
class Persons:
    """Persons at the end of a year and the year's events; arrays over counties, or over groups of counties."""

    residents: np.ndarray
    urban: np.ndarray
    urban_by_reclassification: np.ndarray
    registered: np.ndarray
    registered_urban: np.ndarray
    registered_urban_by_reclassification: np.ndarray
    absent: np.ndarray
    old: np.ndarray
    births: np.ndarray
    deaths: np.ndarray
    arrivals: np.ndarray
    departures: np.ndarray

    @classmethod
    def of(cls, world: World) -> "Persons":
        """Count persons by county."""
        c, f, scale = world.counts, world.flows, world.config.scale
        counties = world.places.counties
        residents = c.by_county(c.residents.sum(1))
        registered = c.by_county(c.registered)
        urban = slice(Kind.TOWN, None)
        rows = (
            residents.sum(1),
            residents[:, urban].sum(1),
            c.by_county(c.reclassified_residents)[:, urban].sum(1),
            registered.sum(1),
            registered[:, urban].sum(1),
            c.by_county(c.reclassified_registered)[:, urban].sum(1),
            c.absent,
            c.by_county(c.residents[:, Band.OLD]).sum(1),
            c.by_county(f.births).sum(1),
            c.by_county(f.deaths).sum(1),
            f.arrivals[:counties],
            f.departures[:counties],
        )
        return cls(*(scale * row for row in rows))

    def of_groups(self, members: np.ndarray) -> "Persons":
        """Return sums over groups of counties (bool, (groups, counties)); moves between them count on both sides."""
        return Persons(*(members.astype(np.int64) @ row for row in astuple(self)))


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return percentages; not a number where the whole is zero."""
    return np.divide(100.0 * part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def resident_urbanization(p: Persons) -> np.ndarray:
    """Return the urban share of residents in percent."""
    return share(p.urban, p.residents)


def resident_urbanization_without_reclassification(p: Persons) -> np.ndarray:
    """Return that share as if village homes that became urban since the start had stayed rural."""
    return share(p.urban - p.urban_by_reclassification, p.residents)


def hukou_urbanization(p: Persons) -> np.ndarray:
    """Return the share of registered people, absent ones included, whose hukou place is urban, in percent."""
    return share(p.registered_urban, p.registered)


def hukou_urbanization_without_reclassification(p: Persons) -> np.ndarray:
    """Return that share as if village homes that became urban since the start had stayed rural."""
    return share(p.registered_urban - p.registered_urban_by_reclassification, p.registered)


def residents(p: Persons) -> np.ndarray:
    """Return residents in persons."""
    return p.residents.astype(float)


def urban_residents(p: Persons) -> np.ndarray:
    """Return residents of towns and seats in persons."""
    return p.urban.astype(float)


def registered(p: Persons) -> np.ndarray:
    """Return registered people in persons, wherever they live."""
    return p.registered.astype(float)


def absent(p: Persons) -> np.ndarray:
    """Return registered people who live outside their county, in persons."""
    return p.absent.astype(float)


def net_migration(p: Persons) -> np.ndarray:
    """Return arrivals less departures over county borders in the year, in persons."""
    return (p.arrivals - p.departures).astype(float)


def net_migration_rate(p: Persons) -> np.ndarray:
    """Return net migration per 1,000 residents."""
    return 10 * share(p.arrivals - p.departures, p.residents)


def births(p: Persons) -> np.ndarray:
    """Return births of the year in persons."""
    return p.births.astype(float)


def deaths(p: Persons) -> np.ndarray:
    """Return deaths of the year in persons."""
    return p.deaths.astype(float)


def age_65_plus(p: Persons) -> np.ndarray:
    """Return the share of residents aged 65 and over in percent."""
    return share(p.old, p.residents)


INDICATORS: tuple[Callable[[Persons], np.ndarray], ...] = (
    resident_urbanization,
    resident_urbanization_without_reclassification,
    hukou_urbanization,
    hukou_urbanization_without_reclassification,
    residents,
    urban_residents,
    registered,
    absent,
    net_migration,
    net_migration_rate,
    births,
    deaths,
    age_65_plus,
)
"""Every yearly observation of a county or a group of counties; its name is the function's."""

EVENTS = frozenset({net_migration, net_migration_rate, births, deaths})
"""Those that count a year's events, of which the base year has none."""
