"""Where the registered people of each county live who do not live there, and whence its incomers came."""

from dataclasses import dataclass

import numpy as np

from sim.config import Config
from sim.initial.fitting import apportion, fit
from sim.initial.margins import Margins
from sim.state.places import Places


@dataclass(frozen=True)
class Absence:
    """Stocks of people away from their county of registration, in rows."""

    from_county: np.ndarray  # (destination county, origin county)
    from_district: np.ndarray  # (destination county, origin prefecture)
    from_outside: np.ndarray  # (destination county,)
    to_district: np.ndarray  # (origin county, prefecture)
    to_outside: np.ndarray  # (origin county,)


def locate(margins: Margins, places: Places, config: Config) -> Absence:
    """Fit the table origin x destination of absent people, a gravity table raked to known margins.

    Known are each county's absent people, its incomers by origin inside or outside the province and, as
    weights, the incomers of the districts. Declared are the share of absent people outside the province and
    the share of counties' incomers from the province who come from other counties rather than districts.
    """
    p = config.parameters.population
    counties, prefectures, scale = places.counties, places.prefectures, config.scale
    distance = places.distance_km(p.within_county_km, 1e4)
    seats = places.seats
    districts = places.districts + np.arange(prefectures)

    absent = margins.absent.astype(float)
    incomers = margins.from_province.astype(float)
    outside = absent * p.absent_outside_share
    away = absent - outside
    to_counties = p.incomers_from_counties_share * incomers
    to_districts = (away.sum() - to_counties.sum()) * _shares(margins.districts_from_province)

    gravity = (1 + distance[np.ix_(seats, np.r_[seats, districts])] / p.gravity_distance_km) ** -p.gravity_power
    gravity[np.arange(counties), np.arange(counties)] = 0.0
    gravity[:, counties:] *= np.where(
        places.prefecture_of_county[:, None] == np.arange(prefectures), p.own_prefecture_preference, 1.0
    )
    columns = np.r_[to_counties, to_districts]
    table = fit(gravity * columns, away, columns)

    near = (1 + distance[np.ix_(seats, districts)] / p.gravity_distance_km) ** -p.gravity_power
    near = near * margins.districts.sum(1)
    rows_in = np.array([round(v) for v in incomers / scale], np.int64)
    sources = np.hstack([table[:, :counties].T, near / near.sum(1, keepdims=True) * (incomers - to_counties)[:, None]])
    inward = np.stack([apportion(sources[c], rows_in[c]) for c in range(counties)])

    gone = _absent_rows(margins, scale) - inward[:, :counties].sum(0)
    outward = np.hstack([table[:, counties:], outside[:, None]])
    outward = np.stack([apportion(outward[c], max(0, gone[c])) for c in range(counties)])
    return Absence(
        from_county=inward[:, :counties],
        from_district=inward[:, counties:],
        from_outside=np.round(margins.from_outside / scale).astype(np.int64),
        to_district=outward[:, :-1],
        to_outside=outward[:, -1],
    )


def _absent_rows(margins: Margins, scale: int) -> np.ndarray:
    """Rows registered in each county less those of them who live there."""
    present = (
        np.round(margins.residents / scale)
        - np.round(margins.from_province / scale)
        - np.round(margins.from_outside / scale)
    )
    return (np.round(margins.registered / scale) - present).astype(np.int64)


def _shares(values: np.ndarray) -> np.ndarray:
    return values / values.sum()
