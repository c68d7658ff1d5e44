"""Schools: who goes to school where, which village schools close, and how good the schools of a place are."""

import numpy as np
from scipy.special import ndtr

from sim.baseline.figures import Basis
from sim.state.counts import Band
from sim.state.places import Kind
from sim.state.residents import Work
from sim.state.stocks import LEAST, Stocks, VillageSchools, distance_km
from sim.state.world import World


def children(world: World, band: Band) -> np.ndarray:
    """Return children of an age band by county and kind of place in persons, at least one row's."""
    rows = world.counts.of_counties(world.counts.residents[:, band])
    return np.maximum(rows, 1) * float(world.config.scale)


def initial(world: World) -> VillageSchools:
    """Return the village schools of the initial state: sites by children, the smallest of them closed."""
    p, places = world.parameters.services, world.places
    primary = children(world, Band.PRIMARY)
    rank = np.full(places.counties, _rank(p.least_school_enrolment / p.children_per_village_school, p))
    standing = primary[:, Kind.VILLAGE] / p.children_per_village_school * (1 - ndtr(rank))
    standing = np.maximum(np.round(world.figures.take("village_schools", standing, Basis.ASSUMED)), 1)
    pupils_in_towns = primary[:, Kind.TOWN :].sum(1) + primary[:, Kind.VILLAGE] * _closed_share(rank, p)
    town_schools = np.ceil(pupils_in_towns / p.pupils_per_town_school)
    area_km2 = world.baseline.counties["area_km2"].to_numpy(float)
    return VillageSchools(
        sites=standing / (1 - ndtr(rank)),
        first_rank=rank,
        closed_rank=rank.copy(),
        first_children=primary[:, Kind.VILLAGE],
        open=standing,
        closures=np.zeros(places.counties),
        town_schools=town_schools,
        area_km2=area_km2,
        first_km=distance_km(area_km2, standing + town_schools),
    )


def close(world: World, village: VillageSchools) -> np.ndarray:
    """Close the village schools that have become too small; return the share of their pupils who go to town.

    The share is of those who were at village schools. Sizes are lognormal with the declared spread; as children get
    fewer all shrink alike, and those whose enrolment falls below the threshold in force close for good.
    """
    p = world.parameters.services
    now = children(world, Band.PRIMARY)[:, Kind.VILLAGE]
    threshold = world.rates["least_school_enrolment"][: len(now)]
    size = np.log(now / village.first_children) - np.log(threshold / p.least_school_enrolment)
    rank = village.first_rank - size / p.school_size_spread
    before = 1 - _closed_share(village.closed_rank, p)
    village.closed_rank = np.maximum(village.closed_rank, rank)
    standing = np.round(village.sites * (1 - ndtr(village.closed_rank)))
    village.closures = village.open - standing
    village.open = standing
    after = 1 - _closed_share(village.closed_rank, p)
    return 1 - np.divide(after, before, out=np.ones(len(after)), where=before > 0)


def enrolment(world: World, village: VillageSchools) -> dict[str, np.ndarray]:
    """Return pupils by level of school, each (county, kind of place where the school stands), in persons.

    Children of villages whose school has closed, and most of junior-secondary age, go to school in town; one stays, so
    that places per pupil stay finite.
    """
    p = world.parameters.services
    to_town = {
        "primary_pupils": (children(world, Band.PRIMARY), _closed_share(village.closed_rank, p)),
        "junior_pupils": (children(world, Band.JUNIOR), p.village_junior_pupils_in_towns),
    }
    pupils = {"kindergarten_pupils": p.kindergarten_enrolment * children(world, Band.KINDERGARTEN)}
    for level, (of_age, share) in to_town.items():
        moved = np.minimum(of_age[:, Kind.VILLAGE] * share, of_age[:, Kind.VILLAGE] - 1)
        pupils[level] = of_age + moved[:, None] * np.array([-1.0, 1.0, 0.0])
    return pupils


def quality(world: World, stocks: Stocks) -> np.ndarray:
    """Return how good schools are by (county, kind of place) against when the run began: 1 at the start.

    Places per pupil up to enough of them, staff per resident, and for village children the distance to school.
    """
    p, village = world.parameters.services, stocks.village_schools
    relative = staff(world, stocks)[:, None] ** p.staff_effect * np.ones(3)
    levels = ("primary_places", "junior_places")
    places, pupils = (sum(of[level] for level in levels) for of in (stocks.values, stocks.needs))
    first = sum(stocks.first[level] * stocks.needs[level] for level in levels) / pupils
    enough = np.clip(places / pupils, LEAST, p.enough_places) / np.clip(first, LEAST, p.enough_places)
    relative *= enough**p.congestion_effect
    relative[:, Kind.VILLAGE] *= (village.distance_km / village.first_km) ** -p.distance_effect
    return relative


def staff(world: World, stocks: Stocks) -> np.ndarray:
    """Return staff of public services per resident by county against when the run began."""
    now = staff_per_resident(world)
    return np.divide(now, stocks.first_staff, out=np.ones(len(now)), where=stocks.first_staff > 0)


def staff_per_resident(world: World) -> np.ndarray:
    """Return staff of public services per resident by county."""
    staff = world.places.of_counties(world.labour.employed[:, Work.PUBLIC_SERVICES])
    return staff / np.maximum(world.counts.people.sum(1), 1)


def _rank(relative_threshold, p):
    """Return the standard normal rank of a school at the threshold, which is given relative to the mean size."""
    return np.log(relative_threshold) / p.school_size_spread + p.school_size_spread / 2


def _closed_share(rank, p):
    """Return the share of children whose school lies below a size rank: the lognormal's partial expectation."""
    return ndtr(rank - p.school_size_spread)
