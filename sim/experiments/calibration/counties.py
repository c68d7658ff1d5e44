"""Which counties are fitted and which are held out, and the figures of both censuses for each."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import baseline
from sim.config import Config
from sim.initial import margins
from sim.initial.margins import Margins
from sim.state.places import Places
from sim.state.residents import Work

EVERY, HELD_OUT = 5, 2
"""Parts into which counties are dealt out, and the one that is held out of the fit that is shipped."""

OLD_FROM, CHILD_TO = 14, 4
"""Age groups of the census from which people are 65 or over, and before which they are children under 15."""


class Census(NamedTuple):
    """Census figures, persons by county."""

    residents: np.ndarray
    urban: np.ndarray
    children: np.ndarray  # under 15
    old: np.ndarray  # 65 and over
    registered: np.ndarray
    absent: np.ndarray
    from_province: np.ndarray  # residents who are registered in another county or in districts
    from_outside: np.ndarray  # residents who are registered in another province
    college: np.ndarray  # log odds of having been to college against the mean of counties
    farming: np.ndarray  # log odds of farming among those in work against the mean of counties
    ages: np.ndarray  # (county, 19 age groups)


class Past(NamedTuple):
    """The counties' census of 2010, on the boundaries of 2020 as far as they are known, and that of 2020."""

    codes: np.ndarray
    before: Census
    after: Census
    part: np.ndarray  # which fifth a county belongs to, 0-4
    held_out: np.ndarray  # counties that no target sees
    moved: np.ndarray  # whether its boundary changed
    remoteness: np.ndarray  # log of km to the districts of its prefecture


def past(config: Config, hold_out: int = HELD_OUT) -> Past:
    """Return both censuses by county in file order; a fifth of the counties is held out.

    Counties whose boundaries changed have the residents of 2010 printed for those of 2020; their shares are those of
    the boundaries of 2010, and the other counts are scaled with the residents.
    """
    data = baseline.load(config.data)
    first, last = (margins.read(data, config.model_copy(update={"start": start})) for start in (2011, 2021))
    table = data.census_2010.set_index("adcode").loc[data.counties["adcode"]]
    scale = table["resident_population_comparable"].to_numpy(float) / first.residents
    before = _census(first)
    before = before._replace(**{name: getattr(before, name) * scale for name in
                                ("residents", "urban", "children", "old", "registered", "absent", "from_province",
                                 "from_outside")},
                             ages=before.ages * scale[:, None])
    codes = data.counties["adcode"].to_numpy(str)
    part = parts(data.counties, first.residents)
    return Past(codes, before, _census(last), part, part == hold_out, np.abs(scale - 1) > 1e-9,
                Places(data).remoteness)


def parts(counties: pd.DataFrame, residents: np.ndarray) -> np.ndarray:
    """Return the fifth to which each county belongs: ordered by type, and within it from the most residents of 2010
    to the fewest, counties are dealt out in turn, so that each fifth has its share of every type and size.

    Types are known from the change of 2010-2020; they order the counties here and enter nothing else.
    """
    order = pd.DataFrame({"type": counties["county_type"], "size": -residents, "code": counties["adcode"]})
    place = np.empty(len(order), np.int64)
    place[order.sort_values(["type", "size", "code"]).index] = np.arange(len(order))
    return place % EVERY


def odds(part: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    """Return log odds of belonging to a part."""
    return np.log(part / (whole - part))


def _census(one: Margins) -> Census:
    ages = one.age_sex.sum(2).astype(float)
    college = odds(one.schooling[:, 4:].sum(1), one.residents)
    farming = odds(one.work[:, Work.FARMING], one.work[:, Work.FARMING :].sum(1))
    return Census(
        residents=ages.sum(1), urban=one.urban, children=ages[:, :CHILD_TO].sum(1), old=ages[:, OLD_FROM:].sum(1),
        registered=one.registered, absent=one.absent, from_province=one.from_province, from_outside=one.from_outside,
        college=college - np.average(college, weights=one.residents),
        farming=farming - np.average(farming, weights=one.residents), ages=ages)
