"""A start of 2011 reads nothing dated later than 2010."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim import baseline as data

LATER_TABLES = ("census_2020", "age_sex_2020", "gdp_2020", "districts")
LATER_COLUMNS = {
    "counties": ["status", "county_type", "type_basis", "resident_change_2010_2020_share", "population_loss_flag",
                 "key_ecological_zone", "evaluation_class", "evaluation_class_basis", "national_demonstration_2020",
                 "provincial_pilot_2023"],
}


def spoilt(table, columns=None, rows=slice(None)):
    """Return a copy with numbers made NaN and text made nonsense; codes that name the rows stay."""
    table = table.copy()
    for column in table.columns if columns is None else columns:
        if "adcode" in column:
            continue
        nonsense = np.nan if pd.api.types.is_numeric_dtype(table[column]) else "nonsense"
        if table[column].dtype == "int64":
            table[column] = table[column].astype(float)
        table.loc[rows, column] = nonsense
    return table


@pytest.fixture
def poisoned(baseline):
    """Return the data with all that is dated after 2010 made useless."""
    prefectures, series, schedules = baseline.prefectures, baseline.province_series, baseline.mortality_fertility
    later = [column for column in prefectures if column.startswith("gdp") or "2020" in column or "2021" in column]
    return dataclasses.replace(
        baseline,
        hash="poisoned",
        prefectures=spoilt(prefectures, [*later, "county_units"]),
        province_series=spoilt(series, ["value"], series["year"] > 2010),
        mortality_fertility=spoilt(schedules, ["value"], schedules["schedule"] != "china_2000_census"),
        **{name: spoilt(getattr(baseline, name)) for name in LATER_TABLES},
        **{name: spoilt(getattr(baseline, name), columns) for name, columns in LATER_COLUMNS.items()},
    )


def test_the_hindcast_is_bit_for_bit_the_same_without_later_data(build, assert_equal, by_uid, poisoned, monkeypatch):
    clean = build(start=2011)
    monkeypatch.setattr(data, "load", lambda folder=None: poisoned)
    blind = build(start=2011)
    assert blind.world.baseline is poisoned
    pd.testing.assert_frame_equal(by_uid(clean.world.residents), by_uid(blind.world.residents))
    np.testing.assert_array_equal(clean.world.districts.persons, blind.world.districts.persons)
    clean.run_until_end(), blind.run_until_end()
    assert_equal(clean, blind)


def test_the_poison_would_be_noticed_by_who_reads_it(build, poisoned, monkeypatch):
    monkeypatch.setattr(data, "load", lambda folder=None: poisoned)
    with pytest.raises((ValueError, KeyError, TypeError)):
        build(start=2021)


def test_county_types_enter_nothing_before_2021(build):
    def named(model):
        return set(model.indicators()["group"])

    types = {"metropolitan_fringe"} | set(build().world.places.county_type)
    assert types <= named(build())
    assert not types & named(build(start=2011))
