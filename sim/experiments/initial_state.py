"""Goodness of fit of the initial state to the census it is made from."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sim import baseline
from sim import initial as initial_state
from sim.config import Config
from sim.initial import margins
from sim.initial.margins import AGE_EDGES, Margins
from sim.report.words import record
from sim.run import Progress, quiet
from sim.state.places import Kind, Places
from sim.state.residents import ADULT, Residents, Work

EXACT = ("residents", "age and sex", "urban residents", "seat residents", "schooling", "work", "from the province",
         "from outside", "registered")
"""Margins that hold to the rounding of one row; the others are as near as the declared assumptions bring them."""


def initial(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Compare the initial state with every margin of its census, county by county; return and write the table.

    Columns: margin, cells, persons in census and model, greatest gap of a cell in rows, mean gap in percent, verdict:
    green where no gap is above a row or the mean gap at most 1 %, amber where it is at most 2 %, else red.
    """
    data = baseline.load(config.data)
    census = margins.read(data, config)
    residents, _, _ = initial_state.people(data, config)
    places = Places(data)
    rows = [
        _compare(name, wanted, given, config.scale) for name, wanted, given in pairs(census, residents, places, config)
    ]
    table = pd.DataFrame(rows)
    record.write_csv(Path("outputs") / config.name / "initial_fit.csv", table)
    return table


def pairs(
    census: Margins, people: Residents, places: Places, config: Config
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield each margin by county: its name, persons in the census and rows in the model."""
    n = places.counties
    here = people.place < places.districts
    county = places.county[people.place]
    age = (4 * config.start - 1 - people.birth) // 4
    living = county[here]
    kinds = places.by_kind(np.bincount(people.place[here], minlength=places.count))
    hukou = places.by_kind(np.bincount(people.hukou, minlength=places.count))
    group = np.minimum(np.searchsorted(AGE_EDGES, age[here], side="right") - 1, len(AGE_EDGES) - 2)
    elsewhere = here & (places.area[people.hukou] != county)
    outsider = people.hukou == places.outside
    away = ~here & (people.hukou < places.districts)
    leads = here & (people.household == np.arange(people.size)) & (age >= ADULT)
    between = elsewhere & (people.hukou < places.districts)
    absent = np.bincount(places.area[people.hukou[away | between]], minlength=n)[:n]

    yield "residents", census.residents, kinds.sum(1)
    yield "age and sex", census.age_sex, _tally((living, group, people.sex[here]), census.age_sex.shape)
    yield "urban residents", census.urban, kinds[:, Kind.TOWN :].sum(1)
    yield "seat residents", census.urban * census.seat_share, kinds[:, Kind.SEAT]
    yield "schooling", census.schooling, _tally((living, people.schooling[here]), census.schooling.shape)
    yield "work", census.work, _tally((living, people.work[here]), (n, len(Work)))
    yield "from the province", census.from_province, np.bincount(county[elsewhere & ~outsider], minlength=n)
    yield "from outside", census.from_outside, np.bincount(county[elsewhere & outsider], minlength=n)
    yield "registered", census.registered, hukou.sum(1)
    yield "absent", census.absent, absent
    yield "urban hukou", census.registered * census.urban_hukou_share, hukou[:, Kind.TOWN :].sum(1)
    yield "households", census.households + census.collective, np.bincount(county[leads], minlength=n)


def _tally(index: tuple[np.ndarray, ...], shape: tuple[int, ...]) -> np.ndarray:
    table = np.zeros(shape, np.int64)
    np.add.at(table, index, 1)
    return table


def _compare(name: str, wanted: np.ndarray, given: np.ndarray, scale: int) -> dict:
    gap = np.abs(given - wanted / scale)
    greatest, mean = float(gap.max()), 100 * float(gap.sum() / (wanted.sum() / scale))
    return {
        "margin": name, "cells": gap.size, "census": round(float(wanted.sum())), "model": int(given.sum()) * scale,
        "greatest gap, rows": round(greatest, 2), "mean gap, %": round(mean, 3),
        "verdict": "green" if greatest <= 1 or mean <= 1 else "amber" if mean <= 2 else "red",
    }
