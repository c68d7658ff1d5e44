"""One's own figures of counties are optional, checked cell by cell, and read no later than the run may know."""

import csv
import shutil

import numpy as np
import pandas as pd
import pytest

from sim.baseline import SHIPPED, faults, load
from sim.baseline.figures import Basis, Figures
from sim.cli import main
from sim.config.variables import variables

HEADER = ["adcode", "variable", "value", "year", "source"]
GOOD = ["370124", "hospital_beds", "6.4", "2020", "county yearbook"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a function that copies the shipped tables beside some own figures."""
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path / "cache"))

    def make(*rows, header=HEADER):
        made = tmp_path / "data"
        made.mkdir()
        for path in (*SHIPPED.glob("*.csv"), SHIPPED / "province.yaml"):
            shutil.copy(path, made)
        with (made / "county_figures.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return made

    return make


FAULTS = (
    (["370124", "hospital_bed", "6", "", "s"],
     "variable: 'hospital_bed' (expected a known figure; did you mean hospital_beds?)"),
    (["370199", "doctors", "2", "", "s"], "adcode: '370199' (expected one listed in counties.csv (adcode))"),
    (["370124", "doctors", "-2", "", "s"], "value: '-2' (expected number >= 0)"),
    (["370126", "doctors", "many", "", "s"], "value: 'many' (expected number >= 0)"),
    (["370281", "doctors", "", "", "s"], "value: '' (expected number >= 0)"),
    (["370126", "hospital_beds", "6000", "", "s"],
     "value: '6000' (expected hospital_beds from 0 to 20 beds per 1,000 residents)"),
    (["370124", "house_price_seat", "7", "", "s"],
     "value: '7' (expected house_price_seat from 300 to 100,000 yuan per m2)"),
    (["370281", "hospital_beds", "2", "1890", "s"], "year: '1890' (expected integer from 2000 to 2035, or nothing)"),
    (["370124", "doctors", "2", "2020", ""], "source: '' (expected text)"),
    (GOOD, "adcode, variable: '370124, hospital_beds' (expected each figure once a county and year; row 2 has the "
           "same)"),
)


def test_every_fault_is_found_and_printed_with_file_row_column_and_what_was_expected(folder, capsys):
    made = folder(GOOD, *(row for row, _ in FAULTS))
    found = [f"county_figures.csv, row {row}, {line}" for row, (_, line) in enumerate(FAULTS, 3)]
    assert [str(fault) for fault in faults(made)] == found
    assert main(["check", f"data={made}"]) == 2
    assert capsys.readouterr().out.splitlines() == found


@pytest.mark.parametrize("header", [HEADER[:-1], [*HEADER, "note"]])
def test_other_columns_are_a_fault(folder, header):
    (fault, *_) = faults(folder(header=header))
    assert (fault.file, fault.row) == ("county_figures.csv", 1)


def test_the_template_alone_is_no_figure_and_no_fault(folder):
    made = folder()
    assert (made / "county_figures.csv").read_bytes() == (SHIPPED / "templates" / "county_figures.csv").read_bytes()
    assert faults(made) == []
    assert load(made).county_figures.empty


def test_a_folder_without_the_table_has_none():
    assert load().county_figures.empty
    assert list(load().county_figures) == HEADER


def test_figures_are_part_of_the_hash(folder):
    made = folder(GOOD)
    one = load(made)
    assert one.county_figures["value"].tolist() == [6.4]
    text = (made / "county_figures.csv").read_text().replace("6.4", "6.5")
    (made / "county_figures.csv").write_text(text)
    assert load(made).hash != one.hash != load().hash


def test_a_run_reads_the_latest_figure_before_its_start():
    rows = [("a", 1.0, 2008), ("a", 2.0, 2015), ("a", 3.0, 2022), ("b", 4.0, np.nan)]
    own = pd.DataFrame([(code, "doctors", value, year, "s") for code, value, year in rows], columns=HEADER)
    for start, expected in ((2021, [2.0, 4.0, 9.0]), (2011, [1.0, 9.0, 9.0])):
        figures = Figures(["a", "b", "c"], own, start)
        assert figures.take("doctors", 9.0, Basis.ASSUMED).tolist() == expected
        observed = figures.basis["doctors"] == Basis.OBSERVED
        assert observed.tolist() == [value < 9 for value in expected]
    assert Figures(["a"]).take("doctors", 9.0).tolist() == [9.0]


def test_only_what_own_figures_determine_is_called_observed(folder, build):
    given = {"hospital_beds": 6.4, "own_revenue": 2e9, "general_expenditure": 4e9, "land_income": 1e9, "debt": 3e9,
             "village_schools": 20, "heritage": 500, "floor_area_per_person": 45}
    made = folder(*(["370124", name, str(value), "2020", "yearbook"] for name, value in given.items()))
    table = build(data=str(made)).indicators().query("year == 2020")
    basis = table.set_index(["group", "indicator"])["basis"]
    for name in ("hospital_beds", "own_revenue", "general_expenditure", "fiscal_self_sufficiency", "debt",
                 "village_schools"):
        assert basis["370124", name] == "observed"
        assert basis["370126", name] in ("imputed_by_type", "assumed")
    for name in ("transfers", "capital_spending", "arrears", "land_income_net", "debt_ratio", "visitors_index",
                 "school_distance", "floor_area_per_resident", "jobs"):
        assert basis["370124", name] in ("imputed_by_type", "assumed")


@pytest.mark.parametrize(("name", "variable"), variables().items(), ids=variables())
def test_every_figure_has_a_unit_a_meaning_and_room(name, variable):
    assert name.isidentifier()
    assert variable.unit
    assert len(variable.meaning) > 5
    assert 0 <= variable.low < variable.high
