"""A fault in a table of actual values is one line with row and column, before anything is simulated."""

import pytest

from sim.cli import main
from sim.config import ConfigError
from sim.report.tables import actuals

HEAD = "year,group,indicator,value,source"
GOOD = "2021,all_counties,residents,5e7,s"
KNOWN = (["residents", "jobs"], ["370124", "370126"], ["370100"])
"""Observations, counties and prefectures."""


@pytest.fixture
def write(tmp_path):
    def to_file(*lines: str, encoding: str = "utf-8"):
        path = tmp_path / "actuals.csv"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return to_file


@pytest.mark.parametrize(("lines", "fault"), [
    (["year,group,indicator,valu", "2021,province,residents,1"], ": valu: unknown column; did you mean value? known: "),
    (["year,group,value", "2021,province,1"], ": indicator: missing column"),
    ([HEAD], ": expected at least one row"),
    ([HEAD, GOOD, "2021,all_counties,resident,1,"], ", row 3, indicator=resident: unknown indicator; did you mean "),
    ([HEAD, "2021,370125,residents,1,"], ", row 2, group=370125: unknown group; did you mean 37012"),
    ([HEAD, "2021,all_county,residents,1,"], ", row 2, group=all_county: unknown group; did you mean all_counties?"),
    ([HEAD, "", "20211,province,residents,1,"], ", row 3, year=20211: expected a year from 2000 to 2035"),
    ([HEAD, "2021.5,province,residents,1,"], ", row 2, year=2021.5: expected a year from"),
    ([HEAD, "last,province,residents,1,"], ", row 2, year=last: expected a year from"),
    ([HEAD, "2021,province,residents,many,"], ", row 2, value=many: expected a number"),
    ([HEAD, "2021,province,residents,,"], ", row 2, value=: expected a number"),
    ([HEAD, "2021,province,residents,inf,"], ", row 2, value=inf: expected a number"),
    ([HEAD, GOOD, GOOD], ", row 3: residents of all_counties in 2021 stands there already, in row 2"),
    ([HEAD, "2021,province,residents,1,234,s"], ", row 2: 6 cells, expected 5, as many as columns; a cell with commas"),
    ([HEAD, "2021,province,residents"], ", row 2: 3 cells, expected 5"),
    ([HEAD, '2021,province,residents,"1,234",s'], ", row 2, value=1,234: expected a number"),
    ([HEAD, "2021,province,residents,1_000,"], ", row 2, value=1_000: expected a number"),
    ([HEAD, "2021,province,residents,１,"], ", row 2, value=１: expected a number"),
    ([HEAD, "2021,province,residents,1e999,"], ", row 2, value=1e999: expected a number"),
    ([f"{HEAD},value", f"{GOOD},1"], ": value: twice among the columns"),
    ([HEAD, "20,province,resident,x,"], ", row 2, indicator=resident: unknown indicator; did you mean residents? known:"
     " jobs, residents; row 2, year=20: expected a year from 2000 to 2035; row 2, value=x: expected a number"),
    ([""], ": year: missing column; group: missing column"),
])
def test_a_fault_is_one_line(write, lines, fault):
    path = write(*lines)
    with pytest.raises(ConfigError) as caught:
        actuals.read(path, *KNOWN)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"actuals={path}{fault}")


def test_what_is_no_table_is_said(write, tmp_path):
    for path in (write("年份,组", encoding="gbk"), write('"')):
        with pytest.raises(ConfigError, match=r"actuals\.csv: expected CSV in UTF-8; "):
            actuals.read(path, *KNOWN)
    with pytest.raises(ConfigError, match="nowhere: No such file or directory; expected CSV in UTF-8"):
        actuals.read(tmp_path / "nowhere", *KNOWN)


def test_lines_without_content_and_a_byte_order_mark_are_no_fault(write):
    assert len(actuals.read(write(HEAD, GOOD, ",,,,", "", encoding="utf-8-sig"), *KNOWN)) == 1
    assert len(actuals.read(write(HEAD.removesuffix(",source"), GOOD.removesuffix(",s")), *KNOWN)) == 1


@pytest.mark.parametrize("command", [["run", "name=never"], ["report", "run", "actual=x"]])
def test_commands_refuse_it(write, command, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    path = write(HEAD, "2021,province,residents,many,")
    assert main([*command, f"actuals={path}"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert not (tmp_path / "outputs").exists()
