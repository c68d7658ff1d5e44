"""A faulty data folder is refused, and every fault names its file, row, column and what was expected."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.baseline import SHIPPED, DataError, Fault, faults, load

PREFECTURE = "3701"  # one prefecture keeps every sum and is quick to check

Rows = list[list[str]]
Change = Callable[[Path], object]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.fixture(scope="session")
def one_prefecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for path in SHIPPED.glob("*.csv"):
        header, *rows = read(path)
        codes = [position for position, column in enumerate(header) if column.startswith("adcode")]
        if "prefecture_adcode" in header:
            codes = [header.index("prefecture_adcode")]
        rows = [row for row in rows if all(row[position].startswith(PREFECTURE) for position in codes)]
        write(folder / path.name, [header, *rows])
    described = (SHIPPED / "province.yaml").read_text("utf-8")
    (folder / "province.yaml").write_text(described.replace('["370100", "370200"]', '["370100"]'), "utf-8")
    return folder


@pytest.fixture
def folder(one_prefecture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(one_prefecture, tmp_path / "data")


def cell(file: str, row: int, column: str, value: str) -> Change:
    def change(rows: Rows) -> Rows:
        rows[row - 1][rows[0].index(column)] = value
        return rows

    return table(file, change)


def table(file: str, change: Callable[[Rows], Rows]) -> Change:
    return lambda folder: write(folder / file, change(read(folder / file)))


def content(file: str, change: Callable[[bytes], bytes]) -> Change:
    return lambda folder: (folder / file).write_bytes(change((folder / file).read_bytes()))


def descriptor(change: Callable[[str], str]) -> Change:
    shipped = (SHIPPED / "datapackage.json").read_text("utf-8")
    return lambda folder: (folder / "datapackage.json").write_text(change(shipped), "utf-8")


def without(column: str) -> Callable[[Rows], Rows]:
    def drop(rows: Rows) -> Rows:
        position = rows[0].index(column)
        return [row[:position] + row[position + 1 :] for row in rows]

    return drop


# Independent faults, put into one folder; each must be found, and nothing else.
TOGETHER: dict[str, tuple[Change, str]] = {
    "unknown choice": (
        cell("counties.csv", 3, "type_basis", "rumour"),
        "counties.csv, row 3, type_basis: 'rumour' (expected one of sourced, rule)",
    ),
    "underscore in a number": (
        cell("census_2020.csv", 2, "rural_population", "1_000"),
        "census_2020.csv, row 2, rural_population: '1_000' (expected integer >= 0)",
    ),
    "negative": (
        cell("census_2020.csv", 3, "male_population", "-5"),
        "census_2020.csv, row 3, male_population: '-5' (expected integer >= 0)",
    ),
    "text in a number": (
        cell("census_2020.csv", 3, "urban_population", "abc"),
        "census_2020.csv, row 3, urban_population: 'abc' (expected integer >= 0)",
    ),
    "not a number": (
        cell("census_2020.csv", 3, "urban_share", "NaN"),
        "census_2020.csv, row 3, urban_share: 'NaN' (expected number from 0 to 1, or nothing)",
    ),
    "wrong sum": (
        cell("census_2010.csv", 2, "male_population", "162973"),
        "census_2010.csv, row 2, resident_population: '331712' (expected male_population + female_population = 331713)",
    ),
    "empty but required": (
        cell("census_2010.csv", 3, "rural_population", ""),
        "census_2010.csv, row 3, rural_population: '' (expected integer >= 0)",
    ),
    "wrong sum over ages": (
        cell("age_sex_2020.csv", 2, "persons", "1276"),
        "age_sex_2020.csv, row 2, persons: '323073' "
        "(expected sum over county 370124 = resident_population of census_2020.csv = 323072)",
    ),
    "an age group twice": (
        table("age_sex_2010.csv", lambda rows: [*rows, rows[1]]),
        "age_sex_2010.csv, row 78, adcode, sex, age_group: '370124, female, 0' "
        "(expected each adcode, sex, age_group once; row 2 has the same)",
    ),
    "missing column": (
        table("gdp_2020.csv", without("method")),
        "gdp_2020.csv, row 1, method: missing (expected this column)",
    ),
    "out of range": (
        cell("gdp_2020.csv", 2, "primary_share", "1.2"),
        "gdp_2020.csv, row 2, primary_share: '1.2' (expected number from 0 to 1, or nothing)",
    ),
    "unknown main district": (
        cell("prefectures.csv", 2, "main_district_adcode", "999999"),
        "prefectures.csv, row 2, main_district_adcode: '999999' (expected one listed in districts.csv (adcode))",
    ),
    "wrong number of counties": (
        cell("prefectures.csv", 2, "county_units", "3"),
        "prefectures.csv, row 2, county_units: '3' (expected rows of counties.csv = 2)",
    ),
    "unknown neighbour": (
        cell("neighbours.csv", 2, "adcode_a", "999999"),
        "neighbours.csv, row 2, adcode_a: '999999' (expected one listed in units.csv (adcode))",
    ),
    "too few cells": (
        table("province_series.csv", lambda rows: [*rows[:2], rows[2][:2], *rows[3:]]),
        "province_series.csv, row 3: '2 cells' (expected 7, as the header)",
    ),
    "extra column": (
        table("mortality_fertility.csv", lambda rows: [[*row, "x"] for row in rows]),
        "mortality_fertility.csv, row 1, x: 'x' (expected no such column)",
    ),
}

# Faults with a wider reach, one folder each; none may show up again as another fault.
ALONE: dict[str, tuple[Change, str]] = {
    "a county twice": (
        table("counties.csv", lambda rows: [*rows, rows[1]]),
        "counties.csv, row 4, adcode: '370124' (expected each adcode once; row 2 has the same)",
    ),
    "a county without a row": (
        table("census_2010.csv", lambda rows: rows[:-1]),
        "census_2010.csv, adcode: missing (expected a row for county 370126)",
    ),
    "an age group without a row": (
        table("age_sex_2020.csv", lambda rows: rows[:-1]),
        "age_sex_2020.csv, sex, age_group: missing (expected a row for county 370126, male, 85+)",
    ),
    "missing table": (
        lambda folder: (folder / "units.csv").unlink(),
        "units.csv: missing (expected a table of 4 columns, adcode to kind)",
    ),
    "empty file": (
        content("units.csv", lambda _: b""),
        "units.csv, row 1: '' (expected a table of 4 columns, adcode to kind)",
    ),
    "only a header": (
        table("units.csv", lambda rows: rows[:1]),
        "units.csv, row 2: missing (expected at least one row)",
    ),
    "an open quote": (
        content("units.csv", lambda text: text + b'370999,"x\n'),
        "units.csv, row 15: 'unexpected end of data' (expected CSV with every quote closed)",
    ),
    "another encoding": (
        content("units.csv", lambda text: text.decode().encode("gbk")),
        "units.csv, row 2: 'byte 0xc0' (expected UTF-8 text, as Excel saves it with the type CSV UTF-8)",
    ),
    "broken descriptor": (
        descriptor(lambda text: text.replace('"name": "counties",', '"name": "counties"', 1)),
        "datapackage.json, row 35: '\"path\": \"counties.csv\",' (expected JSON: Expecting ',' delimiter)",
    ),
    "descriptor without a table": (
        descriptor(lambda text: text.replace('"name": "counties",', '"name": "villages",', 1)),
        "datapackage.json, counties: missing (expected this table)",
    ),
    "descriptor with another type": (
        descriptor(lambda text: text.replace('"type": "integer"', '"type": "number"', 1)),
        "datapackage.json, counties.population_loss_flag: 'number' (expected type integer)",
    ),
    "no word of the province": (
        lambda folder: (folder / "province.yaml").unlink(),
        "province.yaml: missing (expected keys name, core_cities, mortality, fertility and sources; docs/data.md shows "
        "them)",
    ),
    "a start without a schedule": (
        content("province.yaml", lambda text: text.replace(b", 2011: china_2000_census", b"")),
        "province.yaml: 'mortality: expected a schedule for each of 2011, 2021' (expected keys name, core_cities, "
        "mortality, fertility and sources; docs/data.md shows them)",
    ),
    "an unknown schedule of mortality": (
        content("province.yaml", lambda text: text.replace(b"shandong_2020_gompertz", b"shandong_2020")),
        "province.yaml, mortality.2021: 'shandong_2020' (expected a schedule of mortality_fertility.csv with "
        "mortality_rate: china_2000_census, shandong_2020_gompertz)",
    ),
    "an unknown schedule of fertility": (
        content("province.yaml", lambda text: text.replace(b"shandong_2020_scaled", b"china_2000_census")),
        "province.yaml, fertility.2021: 'china_2000_census' (expected a schedule of mortality_fertility.csv with "
        "fertility_rate: china_2020_census, fuzhou_2020_census, shandong_2020_scaled)",
    ),
    "a gap between ages": (
        table("mortality_fertility.csv", lambda rows: [row for row in rows if row[:5] != [
            "china_2000_census", "mortality_rate", "male", "40", "44"]]),
        "mortality_fertility.csv, schedule, sex: 'china_2000_census, male' "
        "(expected rates above 0 for ages that follow one another from 0 to 84 or more)",
    ),
    "an unknown core city": (
        content("province.yaml", lambda text: text.replace(b'"370100"', b'"379900"')),
        "province.yaml, core_cities: '379900' (expected a code of prefectures.csv)",
    ),
    "a circle of no core city": (
        lambda folder: [content("province.yaml", lambda text: text.replace(b'["370100"]', b"[]"))(folder),
                        cell("counties.csv", 2, "metropolitan_circle", "none")(folder)],
        "counties.csv, row 3, metropolitan_circle: 'jinan' (expected none, as province.yaml names no core city)",
    ),
    "a district coded as of elsewhere": (
        lambda folder: [content(f"{name}.csv", lambda text: text.replace(b"370102", b"379902"))(folder)
                        for name in ("districts", "units", "neighbours", "prefectures")],
        "districts.csv, row 2, adcode: '379902' (expected a code that begins with 3701)",
    ),
    "output neither given nor imputed": (
        cell("gdp_2020.csv", 2, "gdp_yi", ""),
        "gdp_2020.csv, row 2, gdp_yi: missing (expected a number, or imputed as method)",
    ),
    "shares of output that are not the whole": (
        cell("gdp_2020.csv", 2, "primary_share", "0.5"),
        "gdp_2020.csv, row 2, primary_share + secondary_share + tertiary_share: '1.4388' (expected 1)",
    ),
    "more schooled people than residents": (
        cell("census_2010.csv", 2, "edu_primary", "331712"),
        "census_2010.csv, row 2, edu_primary to edu_bachelor_plus: '541558' "
        "(expected at most resident_population, 331712)",
    ),
    "nobody farms": (
        cell("census_2020.csv", 2, "emp_primary_share", "0"),
        "census_2020.csv, row 2, emp_primary_share: '0' (expected more than 0)",
    ),
    "no one came to the districts": (
        table("districts.csv", lambda rows: [rows[0], *(["0" if name == "residents_hukou_other_county_same_province"
              else value for name, value in zip(rows[0], row, strict=True)] for row in rows[1:])]),
        "districts.csv, prefecture_adcode: '370100' (expected residents, and some of them from elsewhere "
        "(residents_hukou_other_county_same_province))",
    ),
    "no ages of the districts of 2010": (
        table("province_series.csv", lambda rows: [row for row in rows if row[:2] != ["2010", "age_65_plus_pct"]]),
        "province_series.csv, variable: missing (expected a row for age_65_plus_pct of 2010)",
    ),
    "a range that is none": (
        cell("benchmarks.csv", 2, "high", "0.5"),
        "benchmarks.csv, row 2, high: '0.5' (expected at least low, 0.6)",
    ),
    "descriptor with an unknown constraint": (
        descriptor(lambda text: text.replace('"minimum": 100', '"minimun": 100', 1)),
        'datapackage.json, counties: \'constraint "minimun" is not supported by type "number"\' '
        "(expected a valid table schema)",
    ),
}


@pytest.fixture(scope="session")
def together(one_prefecture: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("together") / "data"
    shutil.copytree(one_prefecture, folder)
    for change, _ in TOGETHER.values():
        change(folder)
    return [str(fault) for fault in faults(folder)]


@pytest.mark.parametrize("line", [line for _, line in TOGETHER.values()], ids=TOGETHER)
def test_each_fault_of_many_is_named_exactly(together: list[str], line: str) -> None:
    assert line in together


def test_faults_come_in_order_and_no_other_is_invented(together: list[str]) -> None:
    assert together == [line for _, line in TOGETHER.values()]


@pytest.mark.parametrize(("change", "line"), ALONE.values(), ids=ALONE)
def test_one_fault_is_named_once_and_exactly(folder: Path, change: Change, line: str) -> None:
    change(folder)
    assert [str(fault) for fault in faults(folder)] == [line]


def test_loading_names_the_first_fault_and_counts_the_rest(folder: Path) -> None:
    (folder / "units.csv").unlink()
    cell("census_2020.csv", 3, "adcode", "999999")(folder)
    first, second, third = faults(folder)
    assert first == Fault("census_2020.csv", 3, "adcode", "999999", "one listed in counties.csv (adcode)")
    assert second == Fault("census_2020.csv", None, "adcode", None, "a row for county 370126")
    assert third.file == "units.csv"
    with pytest.raises(DataError) as caught:
        load(folder)
    assert str(caught.value) == f"data={folder}: {first} (and 2 more; `county check data={folder}` lists all)"


def test_a_folder_that_does_not_exist_is_one_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "nowhere")
    assert (fault.file, fault.value) == (str(tmp_path / "nowhere"), None)
    with pytest.raises(DataError, match=r"nowhere: missing \(expected a folder with the tables counties, "):
        load(tmp_path / "nowhere")


def test_a_long_value_is_shortened_to_one_line() -> None:
    line = str(Fault("units.csv", 2, "name_zh", "x\n" * 1000, "text"))
    assert "\n" not in line and len(line) < 200


def test_what_spreadsheets_write_is_accepted(folder: Path) -> None:
    content("units.csv", lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n") + b"\r\n")(folder)
    table("counties.csv", lambda rows: [row[::-1] for row in rows])(folder)
    assert faults(folder) == []
    baseline = load(folder)
    assert list(baseline.units) == ["adcode", "name_zh", "prefecture_adcode", "kind"]
    assert next(iter(baseline.counties)) == "adcode"


def test_a_descriptor_may_set_other_ranges_and_add_columns(folder: Path) -> None:
    def add_ports(text: str) -> str:
        package = json.loads(text)
        (units,) = (table for table in package["resources"] if table["name"] == "units")
        units["schema"]["fields"].append({"name": "ports", "type": "integer", "constraints": {"maximum": 3}})
        return json.dumps(package)

    descriptor(add_ports)(folder)
    table("units.csv", lambda rows: [[*row, "4" if row[0] == "370103" else ""] for row in rows])(folder)
    cell("units.csv", 1, "", "ports")(folder)
    assert [str(fault) for fault in faults(folder)] == [
        "units.csv, row 3, ports: '4' (expected integer <= 3, or nothing)"
    ]


def test_only_the_verdict_on_valid_data_is_remembered(folder: Path) -> None:
    load(folder)
    verdicts = list((folder.parent / "cache" / "valid").iterdir())
    assert len(verdicts) == 1
    cell("census_2020.csv", 3, "urban_population", "abc")(folder)
    with pytest.raises(DataError, match=r"data=.*: census_2020.csv, row 3, urban_population: 'abc' "):
        load(folder)
    assert list((folder.parent / "cache" / "valid").iterdir()) == verdicts
