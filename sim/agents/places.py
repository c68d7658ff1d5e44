"""Where people can be: villages, towns and the seat of each county, the districts of each prefecture, outside."""

import functools
from enum import IntEnum

import numpy as np
import pandas as pd

NOWHERE = np.uint16(65_535)
"""Place code of a freed row."""

EARTH_RADIUS_KM = 6371.0


class Kind(IntEnum):
    """What a place is; the first three are also its position within its county."""

    VILLAGE = 0
    TOWN = 1
    SEAT = 2
    DISTRICT = 3
    OUTSIDE = 4


class Places:
    """Every place with its code, from the counties and prefectures of a data package.

    County c (in file order) has the codes 3c (villages), 3c + 1 (towns) and 3c + 2 (seat); then come the
    districts of each prefecture and, last, everywhere outside the province. An area is a county, the
    districts of a prefecture or the outside, numbered in this order.
    """

    def __init__(self, counties: pd.DataFrame, prefectures: pd.DataFrame):
        self.county_codes = list(counties["adcode"])
        self.prefecture_codes = list(prefectures["adcode"])
        self.counties, self.prefectures = len(counties), len(prefectures)
        self.districts = 3 * self.counties
        self.outside = self.districts + self.prefectures
        self.count = self.outside + 1
        prefecture = counties["prefecture_adcode"].map(self.prefecture_codes.index).to_numpy()

        self.kind = np.full(self.count, Kind.OUTSIDE, np.uint8)
        self.kind[: self.districts] = np.tile([Kind.VILLAGE, Kind.TOWN, Kind.SEAT], self.counties)
        self.kind[self.districts : self.outside] = Kind.DISTRICT
        self.county = np.full(self.count, -1, np.int16)
        self.county[: self.districts] = np.repeat(np.arange(self.counties), 3)
        self.prefecture = np.full(self.count, -1, np.int16)
        self.prefecture[: self.districts] = np.repeat(prefecture, 3)
        self.prefecture[self.districts : self.outside] = np.arange(self.prefectures)
        self.prefecture_of_county = prefecture.astype(np.int16)
        self.area = np.where(self.county >= 0, self.county, np.arange(self.count) - 2 * self.counties).astype(np.int16)
        self.areas = self.counties + self.prefectures + 1

        self.longitude = np.full(self.count, np.nan)
        self.latitude = np.full(self.count, np.nan)
        for column, target in (("seat_lon", self.longitude), ("seat_lat", self.latitude)):
            target[: self.districts] = np.repeat(counties[column].to_numpy(float), 3)
            target[self.districts : self.outside] = prefectures[column].to_numpy(float)
        self.county_type = counties["county_type"].to_numpy()
        self.in_circle = counties["metropolitan_circle"].to_numpy() != "none"  # of a core city, by county
        self.core = self.districts + np.array(
            [self.prefecture_codes.index(code) for code in _cores(counties, prefectures)], np.int64
        )

    def names(self) -> np.ndarray:
        """Return a readable code for each place: adcode and kind."""
        inside = [f"{code}-{kind}" for code in self.county_codes for kind in ("village", "town", "seat")]
        return np.array([*inside, *(f"{code}-districts" for code in self.prefecture_codes), "outside"])

    def village(self, county) -> np.ndarray:
        """Return the village code of a county index."""
        return 3 * np.asarray(county) + Kind.VILLAGE

    def minutes_to_core(self, p) -> np.ndarray:
        """Return travel times in minutes from each county seat to the nearest core city (inf where there is none)."""
        seats = 3 * np.arange(self.counties) + Kind.SEAT
        if not len(self.core):
            return np.full(self.counties, np.inf)
        distance = self.distance_km(0.0, np.inf)[np.ix_(seats, self.core)]
        return distance.min(1) * p.detour / p.commuting_speed * 60

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
        return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


def _cores(counties: pd.DataFrame, prefectures: pd.DataFrame) -> list[str]:
    """Return the codes of the prefectures that are the centre of a metropolitan circle."""
    circles = sorted(set(counties["metropolitan_circle"]) - {"none"})
    return [
        code
        for code, name in zip(prefectures["adcode"], prefectures["name_en"], strict=True)
        if name.lower() in circles
    ]
