"""The province that results are about, in words: its name, core cities and sources."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from sim.report.words.bilingual import Words, joined


class Province(NamedTuple):
    """What a data package says of its province, as reports write it."""

    name: Words
    cores: tuple[str, ...]  # prefectures, by code
    core: Words  # the districts of these prefectures
    sources: Words


def said(facts: Mapping[str, Any], prefectures: pd.DataFrame) -> Province:
    """Return the province from what its data package says (`province.yaml`) and the table of its prefectures."""
    cores = tuple(facts["core_cities"])
    named = prefectures[prefectures["adcode"].isin(cores)]
    cities = joined([Words(row.name_zh.removesuffix("市"), row.name_en) for row in named.itertuples()]) if cores else ""
    return Province(Words(**facts["name"]), cores, Words("{cities}市区", "{cities}").fill(cities=cities),
                    Words(**facts["sources"]))
