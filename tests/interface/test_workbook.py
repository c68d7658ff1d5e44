"""The workbook for figures of one's own: every figure of every county beside what a run begins with, and cells that
refuse what cannot be."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from sim.baseline import load, own
from sim.baseline.figures import Basis
from sim.cli import main, workbook
from sim.config.variables import variables

KNOWN = variables()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the workbook of the shipped data package as the command writes it."""
    path = tmp_path_factory.mktemp("workbook") / "county_figures.xlsx"
    assert main(["template", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def sheet(written):
    return load_workbook(written)[own.SHEET]


@pytest.fixture(scope="module")
def table(sheet):
    """Return the rows by county and figure."""
    heads = [str(cell.value).split()[-1] for cell in sheet[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    return {(row["adcode"], row["variable"]): row for row in rows}


def test_it_has_every_figure_of_every_county_and_leaves_room(table, sheet):
    codes = load().counties["adcode"]
    assert [*table] == [(code, name) for code in codes for name in KNOWN]
    assert sheet.max_row == 1 + len(codes) * len(KNOWN)
    for (_, name), row in table.items():
        assert [row[column] for column in own.GIVEN] == [None] * 3
        assert KNOWN[name].low <= row["current"] <= KNOWN[name].high
        assert row["unit"].split("\n") == [KNOWN[name].unit_zh, KNOWN[name].unit]
        assert row["basis"].partition("\n")[2] in ("observed", "imputed_by_type", "assumed")
        assert row["current_year"] == 2020
        assert row["current_source"]


def test_current_values_are_those_that_a_run_begins_with(table, configure):
    census, model = load().census_2020.set_index("adcode"), configure()
    for (code, name), row in table.items():
        if name == "floor_area_per_person":
            assert row["current"] == census.loc[code, "floor_area_per_capita_m2"]
            assert row["basis"].endswith("observed")
        elif name == "hospital_beds":
            assert row["current"] == model.stocks[name].level.value
            assert row["current_source"] == f"{name}: {model.stocks[name].source}"


def test_heads_are_in_both_languages_and_stay_in_sight(sheet):
    heads = {str(cell.value).split()[-1]: str(cell.value) for cell in sheet[1]}
    assert {*heads} == {*own.HEADS}
    assert all(not head.isascii() for head in heads.values())
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:")
    hidden = [letter for letter, one in sheet.column_dimensions.items() if one.hidden]
    assert [str(sheet[f"{letter}1"].value).split()[-1] for letter in hidden] == ["written"]


def test_cells_accept_what_is_possible(sheet):
    at = {str(cell.value).split()[-1]: cell.column_letter for cell in sheet[1]}
    rules = {str(one.sqref).partition("2:")[0]: one for one in sheet.data_validations.dataValidation}
    value, year, source = (rules[at[name]] for name in own.GIVEN)
    assert (value.type, value.formula1, value.formula2) == ("decimal", f"${at['least']}2", f"${at['most']}2")
    assert (year.type, year.formula1, year.formula2) == ("whole", "2000", "2035")
    assert source.type == "textLength"
    assert all(len(one.error) < 225 and len(one.prompt) < 255 for one in rules.values())


def test_it_says_how_it_is_filled_in(written):
    first = load_workbook(written).worksheets[0]
    text = "\n".join(str(cell) for row in first.iter_rows(values_only=True) for cell in row)
    assert {"county check data=county_figures.xlsx", "山东", "Shandong"} <= {
        word for word in ("county check data=county_figures.xlsx", "山东", "Shandong") if word in text}
    assert "{" not in text


def test_same_data_are_same_bytes(written, tmp_path):
    again = tmp_path / "again.xlsx"
    assert main(["template", str(again)]) == 0
    assert again.read_bytes() == written.read_bytes()


def test_figures_given_before_are_told_as_ones_own(written, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("adcode,variable,value,year,source\n平阴,doctors,3.25,2018,yearbook\n", "utf-8")
    data = load(path)
    values = {name: [1.0] * 78 for name in KNOWN}
    bases = {name: [Basis.ASSUMED] * 78 for name in KNOWN}
    bases["doctors"][0] = Basis.OWN
    made = load_workbook(BytesIO(workbook.made(data, values, bases, 2020)))[own.SHEET]
    heads = [str(cell.value).split()[-1] for cell in made[1]]
    row = dict(zip(heads, next(one for one in made.iter_rows(values_only=True) if "doctors" in one), strict=True))
    assert (row["current"], row["basis"], row["current_year"], row["current_source"]) == (
        3.25, "自有数据\nown", 2018, "yearbook")


def test_a_fault_is_one_line_and_nothing_is_written(written, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments, fault in (
            ([str(written)], f"{written}: exists already; expected a new file"),
            (["a.xlsx", "date=x"], "date=x: expected data=PATH once"),
            (["a.xlsx", "data=x", "data=y"], "data=x data=y: expected data=PATH once"),
            (["a.xlsx", "data=nowhere"], "data=nowhere: missing (expected a folder with the tables counties, "),
            (["a.csv", "data=x"], "data=x: changes nothing here; expected with county_figures.xlsx only"),
            (["a.docx"], "template a.docx: expected a path that ends in .xlsx or .csv, or in one of "
                         "county_figures.xlsx, county_figures.csv, actuals.csv, policy.schema.json")):
        assert main(["template", *arguments]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"county: {fault}")
        assert error.count("\n") == 1
    assert [*tmp_path.iterdir()] == []
