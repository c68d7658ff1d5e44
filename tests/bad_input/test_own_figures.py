"""One's own figures of counties are optional, checked cell by cell, and read no later than the run may know."""

import csv
import dataclasses
import shutil
import zipfile
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from sim.baseline import SHIPPED, DataError, faults, load, own
from sim.baseline.figures import COLUMNS, Basis, Figures
from sim.cli import main, workbook
from sim.config.variables import variables

GOOD = ["370124", "hospital_beds", "6.4", "2020", "county yearbook"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a function that copies the shipped tables beside some own figures."""
    monkeypatch.setenv("COUNTY_CACHE", str(tmp_path / "cache"))

    def make(*rows, header=COLUMNS):
        made = tmp_path / "data"
        made.mkdir()
        for path in (*SHIPPED.glob("*.csv"), SHIPPED / "province.yaml"):
            shutil.copy(path, made)
        with (made / "county_figures.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return made

    return make


@pytest.fixture(scope="module")
def template():
    """Return the bytes of the workbook of two counties in which every value is the middle of what is possible."""
    data, known = load(), variables()
    two = dataclasses.replace(data, counties=data.counties[:2])
    values = {name: [(one.low + one.high) / 2] * 2 for name, one in known.items()}
    return workbook.made(two, values, {name: [Basis.IMPUTED_BY_TYPE, Basis.OBSERVED] for name in known}, 2020)


@pytest.fixture
def filled(template, tmp_path):
    """Return a function that fills cells of the workbook in, by line and column, and returns its path."""

    def fill(cells, without=()):
        book = load_workbook(BytesIO(template))
        sheet = book[own.SHEET]
        at = {str(cell.value).split()[-1]: cell.column for cell in sheet[1]}
        for (line, column), value in cells.items():
            sheet.cell(line, at[column], value)
        for column in sorted((at[name] for name in without), reverse=True):
            sheet.delete_cols(column)
        book.save(tmp_path / "mine.xlsx")
        return tmp_path / "mine.xlsx"

    return fill


FAULTS = (
    (["370124", "hospital_bed", "6", "", "s"],
     "variable: 'hospital_bed' (expected a known figure; did you mean hospital_beds?)"),
    (["370199", "doctors", "2", "", "s"], "adcode: '370199' (expected a county by code or name; did you mean 371329?)"),
    (["Linyi", "doctors", "2", "", "s"],
     "adcode: 'Linyi' (expected a code, as 临邑县 Linyi (Dezhou) 371424 and 临沂市 Linyi 371300 have this name)"),
    (["滨州", "doctors", "2", "", "s"], "adcode: '滨州' (expected a county, and 滨州市 Binzhou 371600 is none)"),
    (["370124", "doctors", "-2", "", "s"], "value: '-2' (expected doctors from 0 to 10 doctors per 1,000 residents)"),
    (["370126", "doctors", "many", "", "s"], "value: 'many' (expected a number, 人/千人 doctors per 1,000 residents)"),
    (["370126", "doctors", "1,2", "", "s"], "value: '1,2' (expected a number, 人/千人 doctors per 1,000 residents)"),
    (["370281", "doctors", "", "", "s"], "value: missing (expected a figure, as year or source is given)"),
    (["370281", "doctors", "", "2020", ""], "value: missing (expected a figure, as year or source is given)"),
    (["370126", "hospital_beds", "6000", "", "s"],
     "value: '6000' (expected hospital_beds from 0 to 20 beds per 1,000 residents)"),
    (["370124", "house_price_seat", "7", "", "s"],
     "value: '7' (expected house_price_seat from 300 to 100,000 yuan per m2)"),
    (["370281", "hospital_beds", "2", "1890", "s"], "year: '1890' (expected a year from 2000 to 2035, or nothing)"),
    (["370281", "hospital_beds", "2", "2020.5", "s"], "year: '2020.5' (expected a year from 2000 to 2035, or nothing)"),
    (["370124", "doctors", "2", "2020", ""], "source: missing (expected where the figure was published)"),
    (["", "doctors", "2", "2020", "s"], "adcode: missing (expected a county by code or name)"),
    (["平阴", *GOOD[1:]],
     "variable: '370124, hospital_beds' (expected each figure once a county and year; row 2 has the same)"),
)


def test_every_fault_is_found_and_printed_with_file_row_column_and_what_was_expected(folder, capsys):
    made = folder(GOOD, *(row for row, _ in FAULTS))
    found = [f"county_figures.csv, row {row}, {line}" for row, (_, line) in enumerate(FAULTS, 3)]
    assert [str(fault) for fault in faults(made)] == found
    assert main(["check", f"data={made}"]) == 2
    assert capsys.readouterr().out.splitlines() == found


@pytest.mark.parametrize("header", [COLUMNS[:-1], [*COLUMNS, "note"], [*COLUMNS, "value"], COLUMNS[1:]])
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
    assert list(load().county_figures) == COLUMNS


def test_figures_are_part_of_the_hash(folder):
    made = folder(GOOD)
    one = load(made)
    assert one.county_figures["value"].tolist() == [6.4]
    text = (made / "county_figures.csv").read_text().replace("6.4", "6.5")
    (made / "county_figures.csv").write_text(text)
    assert load(made).hash != one.hash != load().hash


def test_same_figures_are_same_data_whatever_the_file(filled, tmp_path):
    known = {name: line for line, name in enumerate(variables(), 2)}
    beds = known["hospital_beds"]
    book = filled({(beds, "value"): 6.4, (beds, "year"): 2020, (beds, "source"): "county yearbook",
                   (beds + len(known), "value"): "1,200.5", (beds + len(known), "variable"): "transport",
                   (beds + len(known), "unit"): "元（2020年价）/人", (beds + len(known), "source"): "s"})
    files = []
    for k, name in enumerate(("370124", "平阴县", "pingyin")):
        files.append(tmp_path / f"{k}.csv")
        rows = [COLUMNS, ["商河", "transport", "1200.5", "", "s"], [name, *GOOD[1:]], ["370281", "doctors", "", "", ""]]
        with files[-1].open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    one, *others = (load(path) for path in (book, *files))
    assert {other.hash for other in others} == {one.hash} != {load().hash}
    assert one.county_figures[["adcode", "variable", "value"]].to_numpy().tolist() == [
        ["370124", "hospital_beds", 6.4], ["370126", "transport", 1200.5]]


def test_a_workbook_in_which_nothing_is_filled_in_changes_nothing(filled):
    assert load(filled({})).hash == load().hash


CELLS = {
    (2, "value"): 65, (2, "source"): "s", (3, "value"): "many", (3, "year"): 1890, (3, "source"): "s",
    (4, "year"): 2020, (5, "source"): "s", (6, "value"): 0.2, (7, "current"): 40, (8, "value"): "=1/0",
    (8, "source"): "s", (9, "unit"): "亿元", (9, "value"): 17, (9, "source"): "s", (10, "adcode"): "商河",
    (10, "value"): 3e9, (10, "source"): "s", (11, "value"): True, (11, "source"): "s",
}
BY_CELL = (
    "H2, value: '65' (expected house_price_seat from 300 to 100,000 yuan per m2)",
    "H3, value: 'many' (expected a number, 元/平方米 yuan per m2)",
    "I3, year: '1890' (expected a year from 2000 to 2035, or nothing)",
    "H4, value: missing (expected a figure, as year or source is given)",
    "H5, value: missing (expected a figure, as year or source is given)",
    "J6, source: missing (expected where the figure was published)",
    "E7, current: '40' (expected 77.5, as written: what is your own goes into the column value)",
    "H8, value: '=1/0' (expected a number, 比例（0至1） share of 1)",
    "D9, unit: '亿元' (expected 元/年 yuan a year, in which own_revenue is read)",
    "H9, value: '17' (expected own_revenue from 10,000,000 to 1,000,000,000,000 yuan a year)",
    "A10, county: '平阴县 Pingyin' (expected the county of adcode, 370126)",
    "H11, value: 'True' (expected a number, 元/年 yuan a year)",
)


def test_faults_of_a_workbook_are_told_by_cell(filled, capsys):
    path = filled(CELLS)
    found = [f"sheet {own.SHEET}, {fault}" for fault in BY_CELL]
    assert main(["check", f"data={path}"]) == 2
    assert capsys.readouterr().out.splitlines() == [f"mine.xlsx, {fault}" for fault in found]
    assert main(["run", "scale=1000", f"data={path}"]) == 2
    few = "; ".join(found[:8])
    assert capsys.readouterr().err == (f"county: data={path}: {few}; and 4 more; county check data={path} lists all\n")


@pytest.mark.parametrize("without", [["current"], ["written"], ["current", "written"], ["basis"], ["current_year"],
                                     ["current_source"], ["unit"], ["county"], ["adcode"], ["year"],
                                     ["prefecture", "least", "most", "figure"]])
def test_columns_that_are_not_there_are_no_fault_of_the_rows(filled, without):
    path = filled({(2, "value"): 5000, (2, "source"): "s"}, without)
    assert faults(path) == []
    assert load(path).county_figures["value"].tolist() == [5000]


@pytest.mark.parametrize("without", ["value", "variable", "source"])
def test_columns_that_are_needed_are_named(filled, without):
    (fault,) = faults(filled({}, [without]))
    assert str(fault) == f"mine.xlsx, row 1, sheet {own.SHEET}: missing (expected a column {without})"


def packed(name, content):
    """Return an archive with one file."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


def sheets(*names):
    """Return a workbook with empty sheets of these names."""
    book, made = Workbook(), BytesIO()
    for name in names:
        book.create_sheet(name)
    book.remove(book.active)
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(("name", "content", "fault"), [
    ("a.xlsx", b"adcode,variable", "a.xlsx: 'no workbook' (expected a workbook (.xlsx) as county template"),
    ("a.xlsx", b"", "a.xlsx: 'no workbook' (expected a workbook"),
    ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600,
     "a.xlsx: 'a workbook with a password, or of before 2007' (expected one without a password, saved as .xlsx)"),
    ("a.xlsx", packed("word/document.xml", "<a/>"), "a.xlsx: 'a workbook that cannot be read: "),
    ("a.xlsx", packed("[Content_Types].xml", "<a"), "a.xlsx: 'a workbook that cannot be read: "),
    ("a.xlsx", sheets("one", "two"), f"a.xlsx: 'sheets one, two' (expected a sheet {own.SHEET})"),
    ("a.xlsx", sheets("one"), "a.xlsx, row 1, sheet one: missing (expected a column variable)"),
    ("a.csv", "代码,指标".encode("gbk"), "a.csv, row 1: 'byte 0xb4' (expected UTF-8 text, as Excel saves it with "
     "the type CSV UTF-8)"),
    ("a.csv", b"", "a.csv, row 1: missing (expected a column variable)"),
    ("a.xls", b"", "a.xls: '.xls' (expected a file that ends in .csv or .xlsx)"),
    ("nowhere.xlsx", None, "nowhere.xlsx: 'No such file or directory' (expected a file of own figures, .csv or .xlsx)"),
])
def test_what_is_no_table_of_figures_is_said_in_one_line(name, content, fault, tmp_path, capsys):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["check", f"data={path}"]) == 2
    assert capsys.readouterr().out.startswith(fault)
    assert main(["run", "scale=1000", f"data={path}"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"county: data={path}: ")
    assert error.count("\n") == 1


def test_one_file_of_a_folder_and_one_data_of_a_command(folder, filled, capsys):
    made = folder(GOOD)
    shutil.copy(filled({}), made / "county_figures.xlsx")
    (fault,) = faults(made)
    assert str(fault) == "county_figures.xlsx: 'county_figures.xlsx' (expected one of county_figures.csv and " \
                         "county_figures.xlsx)"
    with pytest.raises(DataError, match="expected one of"):
        load(made)
    (made / "county_figures.csv").unlink()
    assert faults(made) == []
    for first in (SHIPPED, made):
        assert main(["check", f"data={first}", f"data={made}"]) == 2
        assert capsys.readouterr().err.endswith(": data is given twice\n")


def test_check_says_what_was_read(filled, capsys):
    first = {(2, "value"): 5000, (2, "source"): "s", (4, "value"): 2000, (4, "year"): 2022, (4, "source"): "s"}
    second = {(line + len(variables()), column): value for (line, column), value in first.items() if line == 2}
    assert main(["check", f"data={filled({**first, **second})}"]) == 0
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert said[1] == ["自有数据", "Own", "figures", "in", "mine.xlsx:", "3", "(2个县（市）", "counties)"]
    assert said[2][0].startswith("1个数值晚于")
    assert said[4:] == [["house_price_seat", "县城住房价格", "2", "平阴县、商河县", "2", "0"],
                        ["house_price_village", "村庄住房价格", "1", "平阴县", "0", "0"]]


def test_a_run_reads_the_latest_figure_before_its_start():
    rows = [("a", 1.0, 2008), ("a", 2.0, 2015), ("a", 3.0, 2022), ("b", 4.0, np.nan)]
    given = pd.DataFrame([(code, "doctors", value, year, "s") for code, value, year in rows], columns=COLUMNS)
    for start, expected, later in ((2021, [2.0, 4.0, 9.0], 1), (2011, [1.0, 9.0, 9.0], 3)):
        figures = Figures(["a", "b", "c"], given, start)
        assert figures.take("doctors", 9.0, Basis.ASSUMED).tolist() == expected
        assert figures.values["doctors"].tolist() == expected
        assert (figures.basis["doctors"] == Basis.OWN).tolist() == [value < 9 for value in expected]
        assert figures.later == later
    assert Figures(["a"]).take("doctors", 9.0).tolist() == [9.0]


def test_only_what_own_figures_determine_is_called_own(folder, build):
    given = {"hospital_beds": 6.4, "own_revenue": 2e9, "general_expenditure": 4e9, "land_income": 1e9, "debt": 3e9,
             "village_schools": 20, "heritage": 500, "floor_area_per_person": 45}
    made = folder(*(["370124", name, str(value), "2020", "yearbook"] for name, value in given.items()))
    model = build(data=str(made))
    table = model.indicators().query("year == 2020")
    basis = table.set_index(["group", "indicator"])["basis"]
    for name in ("hospital_beds", "own_revenue", "general_expenditure", "fiscal_self_sufficiency", "debt",
                 "village_schools"):
        assert basis["370124", name] == "own"
        assert basis["370126", name] in ("imputed_by_type", "assumed")
    for name in ("transfers", "capital_spending", "arrears", "land_income_net", "debt_ratio", "visitors_index",
                 "school_distance", "floor_area_per_resident", "jobs"):
        assert basis["370124", name] in ("imputed_by_type", "assumed")
    assert {*model.world.figures.own["variable"]} == {*given}


def test_a_figure_may_be_called_by_its_title(folder):
    doctors = variables()["doctors"]
    made = folder(["平阴县", doctors.zh, "2", "", "s"], ["Shanghe", doctors.en.upper(), "3", "", "s"])
    given = load(made).county_figures
    assert given[["variable", "value"]].to_numpy().tolist() == [["doctors", 2.0], ["doctors", 3.0]]


@pytest.mark.parametrize(("name", "variable"), variables().items(), ids=variables())
def test_every_figure_has_a_unit_a_meaning_and_room(name, variable):
    assert name.isidentifier()
    assert variable.unit
    assert len(variable.en) > 5
    assert not variable.zh.isascii()
    assert not variable.unit_zh.isascii()
    assert 0 <= variable.low < variable.high
