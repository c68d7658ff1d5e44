"""The shipped data are complete, agree with each other, and are read without loss."""

import dataclasses
import hashlib
import json
import pickle
from pathlib import Path

import pandas as pd
import pytest

from sim import baseline

DESCRIPTOR = json.loads((baseline.SHIPPED / "datapackage.json").read_text("utf-8"))
SCHEMAS = {resource["name"]: resource["schema"] for resource in DESCRIPTOR["resources"]}


@pytest.fixture(scope="module")
def shipped() -> baseline.Baseline:
    return baseline.load()


def test_the_shipped_data_have_no_fault() -> None:
    assert baseline.faults(baseline.SHIPPED) == []


def test_every_resource_is_a_table_of_the_baseline() -> None:
    names = [field.name for field in dataclasses.fields(baseline.Baseline)]
    assert names == ["folder", "hash", "province", *SCHEMAS]


def test_the_hash_is_of_descriptor_province_and_tables_in_order(shipped: baseline.Baseline) -> None:
    files = ["datapackage.json", "province.yaml", *(f"{name}.csv" for name in SCHEMAS)]
    content = b"".join((baseline.SHIPPED / file).read_bytes() for file in files if (baseline.SHIPPED / file).exists())
    assert shipped.hash == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", SCHEMAS)
def test_columns_have_the_declared_types(shipped: baseline.Baseline, name: str) -> None:
    table = getattr(shipped, name)
    assert list(table) == [field["name"] for field in SCHEMAS[name]["fields"]]
    for field in SCHEMAS[name]["fields"]:
        column = table[field["name"]]
        if field["type"] == "string":
            assert pd.api.types.is_string_dtype(column)
        elif field["type"] == "integer" and field["constraints"].get("required"):
            assert column.dtype == "int64"
        else:
            assert column.dtype == "float64"


def test_residents_are_the_same_by_any_count(shipped: baseline.Baseline) -> None:
    residents = shipped.census_2020["resident_population"].sum()
    assert len(shipped.counties) == 78
    assert residents == 55_339_446
    assert shipped.age_sex_2020["persons"].sum() == residents
    assert shipped.prefectures["county_units_population_2020"].sum() == residents
    assert shipped.census_2020[["urban_population", "rural_population"]].to_numpy().sum() == residents
    assert shipped.age_sex_2010["persons"].sum() == shipped.census_2010["resident_population"].sum()


def test_codes_are_text_and_every_neighbour_is_a_unit(shipped: baseline.Baseline) -> None:
    assert shipped.counties["adcode"].str.fullmatch("[0-9]{6}").all()
    ends = pd.concat([shipped.neighbours["adcode_a"], shipped.neighbours["adcode_b"]])
    assert ends.isin(shipped.units["adcode"]).all()


def test_an_unwritable_cache_and_a_copy_elsewhere_change_nothing(
    shipped: baseline.Baseline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path / "file"))
    again = baseline.load()
    assert again.hash == shipped.hash
    copy = pickle.loads(pickle.dumps(again))
    pd.testing.assert_frame_equal(copy.census_2020, shipped.census_2020)
