"""The people of one county: census margins fitted, rounded to whole rows and written out one by one."""

from dataclasses import dataclass

import numpy as np

from sim.config import Config
from sim.initial import seeds
from sim.initial.absence import Absence
from sim.initial.fitting import apportion, split
from sim.initial.margins import AGE_EDGES, AGE_GROUPS, Margins
from sim.state.places import Kind, Places, place_of
from sim.state.residents import Schooling, Work, migrant_work

OWN_VILLAGE, OWN_TOWN, OWN_SEAT, PROVINCE, OUTSIDE = range(5)
_GROUPS, _SEXES, _LEVELS, _WORKS = len(AGE_GROUPS), 2, len(Schooling), len(Work)


@dataclass
class People:
    """Rows of one county before they form households; equal-length arrays."""

    age: np.ndarray  # quarters
    sex: np.ndarray
    place: np.ndarray
    hukou: np.ndarray
    schooling: np.ndarray
    work: np.ndarray

    @classmethod
    def join(cls, *parts: "People") -> "People":
        """Return the rows of all parts, one after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


def residents(county: int, margins: Margins, absence: Absence, places: Places, config: Config) -> People:
    """Return the rows of those who live in a county.

    Age x sex, village / town / seat, place of registration, schooling and work are met to the row: exactly
    at scale 1, to rounding above it.
    """
    random = generator(config, county, 0)
    p, scale = config.parameters.population, config.scale
    total = round(margins.residents[county] / scale)
    age_sex = apportion(margins.age_sex[county].ravel(), total)
    urban = round(margins.urban[county] / scale)
    seat = round(margins.urban[county] * margins.seat_share[county] / scale)

    where = split(np.repeat(seeds.place_by_age(p), _SEXES, axis=0), age_sex,
                  np.array([total - urban, urban - seat, seat]), random)
    cells = where.ravel()
    odds = np.repeat(seeds.hukou_by_place_and_age(), _SEXES, axis=0).reshape(-1, 5)
    cells = split(odds, cells, _hukou_rows(county, margins, absence, total, config), random).ravel()
    odds = np.repeat(np.repeat(seeds.schooling_by_age_and_place(), _SEXES, axis=0).reshape(-1, _LEVELS), 5, axis=0)
    cells = split(odds, cells, apportion(margins.schooling[county], total), random).ravel()
    odds = np.repeat(seeds.work_by_age().reshape(-1, _LEVELS, _WORKS)[:, None], 5, axis=1).reshape(-1, _WORKS)
    cells = split(odds, cells, apportion(margins.work[county], total), random)

    shape = (_GROUPS, _SEXES, 3, 5, _LEVELS, _WORKS)
    filled = np.flatnonzero(cells)
    codes = [np.repeat(code.astype(np.uint8), cells.ravel()[filled]) for code in np.unravel_index(filled, shape)]
    group, sex, kind, hukou, schooling, work = codes
    return People(
        age=_ages(group, sex, margins.age_sex[county], random),
        sex=sex,
        place=place_of(np.full(len(kind), county), kind).astype(np.uint16),
        hukou=_hukou_codes(hukou, county, margins, absence, places, p, random),
        schooling=schooling,
        work=work,
    )


def absent(county: int, margins: Margins, absence: Absence, places: Places, config: Config) -> People:
    """Return the rows of those registered in a county who live in districts or outside the province."""
    random = generator(config, county, 1)
    p = config.parameters.population
    destinations = np.r_[places.districts + np.arange(places.prefectures), places.outside]
    rows = np.r_[absence.to_district[county], absence.to_outside[county]]
    total = int(rows.sum())
    weights = margins.age_sex[county] * seeds.absent_by_age(p)[:, None]
    cells = apportion(weights.ravel(), total)
    group, sex = np.divmod(np.repeat(np.arange(_GROUPS * _SEXES), cells), _SEXES)
    odds = seeds.schooling_by_age_and_place()[:, Kind.TOWN]
    schooling = _draw(odds[group], random)
    working = (AGE_EDGES[group] >= 15) & (AGE_EDGES[group] < 65)
    work = np.where(working, _draw(np.tile(migrant_work(config.parameters.work), (total, 1)), random), Work.NONE)
    return People(
        age=_ages(group, sex, margins.age_sex[county], random),
        sex=sex.astype(np.uint8),
        place=random.permutation(np.repeat(destinations, rows)).astype(np.uint16),
        hukou=_absent_hukou(np.full(total, county), margins, p, random),
        schooling=schooling.astype(np.uint8),
        work=work.astype(np.uint8),
    )


def _hukou_rows(county: int, margins: Margins, absence: Absence, total: int, config: Config) -> np.ndarray:
    """Rows of the county's residents by own village, own town, own seat, rest of the province, outside."""
    province = int(absence.from_county[county].sum() + absence.from_district[county].sum())
    outside = int(absence.from_outside[county])
    own = total - province - outside
    share = margins.urban_hukou_share[county]
    urban = (
        share * margins.registered[county]
        - _absent_urban_share(share, config.parameters.population) * margins.absent[county]
    )
    urban = int(np.clip(round(urban / config.scale), 0, round(0.98 * own)))
    seat = round(urban * margins.seat_share[county])
    return np.array([own - urban, urban - seat, seat, province, outside])


def _absent_urban_share(share, p):
    return share * p.absent_urban_hukou_ratio


def _absent_hukou(county: np.ndarray, margins: Margins, p, random: np.random.Generator) -> np.ndarray:
    """Draw village, town or seat of registration for people away from `county` (an array of indices)."""
    urban = random.random(len(county)) < _absent_urban_share(margins.urban_hukou_share[county], p)
    seat = random.random(len(county)) < margins.seat_share[county]
    kind = np.where(urban, np.where(seat, Kind.SEAT, Kind.TOWN), Kind.VILLAGE)
    return place_of(county, kind).astype(np.uint16)


def _hukou_codes(hukou, county, margins, absence, places, p, random) -> np.ndarray:
    """Turn the five classes of registration into place codes; incomers get one of the fitted origins."""
    codes = place_of(county, hukou).astype(np.uint16)
    counties = np.repeat(np.arange(places.counties), absence.from_county[county])
    districts = places.districts + np.repeat(np.arange(places.prefectures), absence.from_district[county])
    origins = np.r_[_absent_hukou(counties, margins, p, random), districts.astype(np.uint16)]
    codes[hukou == PROVINCE] = random.permutation(origins)
    codes[hukou == OUTSIDE] = places.outside
    return codes


def _ages(group, sex, age_sex: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw ages in quarters inside the census age groups (int16).

    The cumulative count by age is interpolated monotonically (PCHIP, Fritsch and Carlson 1980) and inverted,
    so that single years run smoothly and the groups are kept.
    """
    from scipy.interpolate import PchipInterpolator  # takes long, and initial states are mostly there already

    age = np.empty(len(group), np.int16)
    quarters = np.arange(4 * AGE_EDGES[-1] + 1)
    for s in range(_SEXES):
        cumulative = np.r_[0, np.cumsum(age_sex[:, s])].astype(float)
        curve = PchipInterpolator(AGE_EDGES, cumulative)(quarters / 4)
        mine = sex == s
        low, high = cumulative[group[mine]], cumulative[group[mine] + 1]
        target = low + (high - low) * random.random(mine.sum())
        found = np.searchsorted(curve, target, side="right") - 1
        first, last = 4 * AGE_EDGES[group[mine]], 4 * AGE_EDGES[group[mine] + 1] - 1
        age[mine] = np.clip(found, first, last)
    return age


def _draw(odds: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw one category a row from odds of shape (rows, categories)."""
    cumulative = np.cumsum(odds, axis=1)
    return (random.random(len(odds))[:, None] * cumulative[:, -1:] >= cumulative).sum(1)


def generator(config: Config, county: int, part: int) -> np.random.Generator:
    """Return the generator of one part of a county; no seed of a run enters: one world serves all replicates."""
    return np.random.Generator(np.random.Philox(key=[config.start, 1000 * county + part]))
