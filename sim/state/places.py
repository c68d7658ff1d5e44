"""Where people can be: villages, towns and the seat of each county, the districts of each prefecture, outside."""

import functools
from enum import IntEnum

import numpy as np
from numba.extending import register_jitable

from sim.baseline import Baseline
from sim.config.parameters import Theme

NOWHERE = np.uint16(65_535)
"""Place code of a freed row."""

EARTH_RADIUS_KM = 6371.0

TO_NEAREST, TO_CENTRE = 0.5, 0.376
"""Mean distance, in roots of area, to the nearest of points strewn at random with unit density (Clark and Evans 1954,
Ecology 35), and to the centre of a disc (2/3 of its radius)."""

KINDS = 3
"""Kinds of place within a county."""


class Kind(IntEnum):
    """Kinds of place; the first three are also a place's position within its county."""

    VILLAGE = 0
    TOWN = 1
    SEAT = 2
    DISTRICT = 3
    OUTSIDE = 4


@register_jitable
def place_of[C: (int, np.ndarray)](county: C, kind: int | C) -> C:
    """Return the code of a place of a county."""
    place: C = KINDS * county + kind
    return place


@register_jitable
def county_of[C: (int, np.ndarray)](place: C) -> C:
    """Return the county of a place within one."""
    county: C = place // KINDS
    return county


@register_jitable
def kind_of[C: (int, np.ndarray)](place: C) -> C:
    """Return the kind of a place within a county."""
    kind: C = place % KINDS
    return kind


@register_jitable
def first_district(counties: int) -> int:
    """Return the code of the first place outside the counties; every lower one is inside."""
    return KINDS * counties


class Places:
    """Every place with its code, from the counties and prefectures of a data package.

    County c (in file order) has the codes 3c (villages), 3c + 1 (towns) and 3c + 2 (seat); then come the
    districts of each prefecture and, last, everywhere outside the province. An area is a county, the
    districts of a prefecture or the outside, numbered in this order.
    """

    def __init__(self, baseline: Baseline):
        counties, prefectures = baseline.counties, baseline.prefectures
        self.county_codes = list(counties["adcode"])
        self.prefecture_codes = list(prefectures["adcode"])
        self.counties, self.prefectures = len(counties), len(prefectures)
        self.districts = first_district(self.counties)
        self.outside = self.districts + self.prefectures
        self.count = self.outside + 1
        prefecture = counties["prefecture_adcode"].map(self.prefecture_codes.index).to_numpy()

        self.kind = np.full(self.count, Kind.OUTSIDE, np.uint8)
        self.kind[: self.districts] = np.tile([Kind.VILLAGE, Kind.TOWN, Kind.SEAT], self.counties)
        self.kind[self.districts : self.outside] = Kind.DISTRICT
        self.county = np.full(self.count, -1, np.int16)
        self.county[: self.districts] = np.repeat(np.arange(self.counties), KINDS)
        self.prefecture = np.full(self.count, -1, np.int16)
        self.prefecture[: self.districts] = np.repeat(prefecture, KINDS)
        self.prefecture[self.districts : self.outside] = np.arange(self.prefectures)
        self.prefecture_of_county = prefecture.astype(np.int16)
        self.area = np.where(self.county >= 0, self.county, np.arange(self.count) - 2 * self.counties).astype(np.int16)
        self.areas = self.counties + self.prefectures + 1

        self.longitude = np.full(self.count, np.nan)
        self.latitude = np.full(self.count, np.nan)
        for column, target in (("seat_lon", self.longitude), ("seat_lat", self.latitude)):
            target[: self.districts] = np.repeat(counties[column].to_numpy(float), KINDS)
            target[self.districts : self.outside] = prefectures[column].to_numpy(float)
        self.area_km2 = counties["area_km2"].to_numpy(float)  # by county
        self.county_type = counties["county_type"].to_numpy()
        self.remoteness = np.log(np.diagonal(self._great_circles[self.seats][:, self.districts + prefecture]))
        """Log of km from the seat to the districts of the prefecture, by county."""
        self.in_circle = counties["metropolitan_circle"].to_numpy() != "none"  # of a core city, by county
        self.core = self.districts + np.flatnonzero(prefectures["adcode"].isin(baseline.province.core_cities))

    def names(self) -> np.ndarray:
        """Return a readable code for each place: adcode and kind."""
        inside = [f"{code}-{kind}" for code in self.county_codes for kind in ("village", "town", "seat")]
        return np.array([*inside, *(f"{code}-districts" for code in self.prefecture_codes), "outside"])

    @functools.cached_property
    def seats(self) -> np.ndarray:
        """Codes of the county seats."""
        return place_of(np.arange(self.counties), Kind.SEAT)

    @functools.cached_property
    def villages(self) -> np.ndarray:
        """Codes of the counties' villages."""
        return place_of(np.arange(self.counties), Kind.VILLAGE)

    def by_kind(self, values: np.ndarray) -> np.ndarray:
        """Return values over places as (county, village / town / seat, ...), a view; other places are left out."""
        return values[: self.districts].reshape(self.counties, KINDS, *values.shape[1:])

    def of_counties(self, values: np.ndarray) -> np.ndarray:
        """Return sums over the places of each county."""
        return self.by_kind(values).sum(1)

    def minutes_to_core(self, p: Theme) -> np.ndarray:
        """Return travel times in minutes from each county seat to the nearest core city (inf where there is none)."""
        if not len(self.core):
            return np.full(self.counties, np.inf)
        nearest: np.ndarray = self._great_circles[np.ix_(self.seats, self.core)].min(1)
        return nearest * p.detour / p.commuting_speed * 60

    def commuting_km(self, p: Theme) -> np.ndarray:
        """Return great-circle km between where one lives and works within a county, shape (counties, home, work).

        The seat lies in the middle of the county and the declared number of towns anywhere; within a kind of place
        there is no distance.
        """
        centre, town = TO_CENTRE * np.sqrt(self.area_km2), TO_NEAREST * np.sqrt(self.area_km2 / p.towns)
        km = np.zeros((self.counties, KINDS, KINDS))
        for home, work, way in ((Kind.VILLAGE, Kind.TOWN, town), (Kind.VILLAGE, Kind.SEAT, centre),
                                (Kind.TOWN, Kind.SEAT, centre)):
            km[:, home, work] = km[:, work, home] = way
        return km

    def job_weight(self, p: Theme) -> np.ndarray:
        """Return how much a job elsewhere in the county weighs against one at home, 0-1: exp(-decay x km), as in job
        search over space (Manning and Petrongolo 2017, American Economic Review 107(10)); shape as `commuting_km`."""
        weight: np.ndarray = np.exp(-p.commuting_decay * self.commuting_km(p))
        return weight

    def distance_km(self, within_km: float, outside_km: float) -> np.ndarray:
        """Return the matrix of great-circle distances between places, shape (places, places).

        Places of one county are `within_km` apart, everywhere outside the province is `outside_km` away.
        """
        distance = self._great_circles.copy()
        same_county = (self.county[:, None] == self.county) & (self.county >= 0)
        distance[same_county] = within_km
        np.fill_diagonal(distance, 0.0)
        distance[self.outside, :] = distance[:, self.outside] = outside_km
        distance[self.outside, self.outside] = 0.0
        return distance

    @functools.cached_property
    def _great_circles(self) -> np.ndarray:
        """Great-circle distances between places in km."""
        longitude, latitude = np.radians(self.longitude), np.radians(self.latitude)
        half = (
            np.sin((latitude[:, None] - latitude) / 2) ** 2
            + np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
        )
        distance: np.ndarray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
        return distance


@functools.lru_cache(maxsize=4)
def all_places(baseline: Baseline) -> Places:
    """Return the places of a data package, made once for all models on the same data."""
    return Places(baseline)
