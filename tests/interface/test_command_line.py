"""Commands do what they say and end with the right exit code."""

import os
import subprocess
import sys

import pandas as pd
import pytest

import sim.run
from sim import cli
from sim.baseline import SHIPPED, DataError
from sim.cli.table import align, width

LISTS = ("policies", "externals", "indicators", "counties", "parameters")
FILES_ALONE = ("report", "compare", "plan", "check", "verify", "clean", "template", "list")
"""Commands that simulate nothing of a configuration."""
SLOW = ("hydra", "numba", "mesa", "frictionless", "matplotlib", "pandas", "numpy")


@pytest.fixture
def runs(monkeypatch):
    """Return a function that puts another one in the place of the run."""
    return lambda function: monkeypatch.setattr(sim.run, "run", function)


def raising(error):
    def run(config, progress):
        raise error

    return run


def test_tables_alone_need_nothing_that_draws_and_leave_no_older_picture(tmp_path):
    folder = tmp_path / "outputs" / "small"
    (folder / "figures").mkdir(parents=True)
    (folder / "report.html").touch()
    arguments = ["run", "scale=1000", "parameter_sets=1", "seeds=1", "end=2021", "name=small", "figures=false"]
    script = f"""import sys
from sim.cli import main
assert main({arguments}) == 0
assert "matplotlib" not in sys.modules"""
    said = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, text=True, stdout=subprocess.PIPE)
    assert "county report small" in said.stdout
    assert (folder / "summary.csv").is_file() and (folder / "indicators.parquet").is_file()
    assert not (folder / "figures").exists() and not (folder / "report.html").exists()


def test_run_gets_the_configuration(runs, capsys):
    given = []

    def run(config, progress):
        given.append(config)
        raise sim.run.RunFailed("seed 1: that will do")

    runs(run)
    assert cli.main(["run", "scale=1000", "seeds=2"]) == 1
    assert capsys.readouterr().err == "county: seed 1: that will do\n"
    assert [(config.scale, config.seeds) for config in given] == [(1000, 2)]


def test_a_run_writes_tables_a_summary_and_figures_and_is_not_repeated(tmp_path, monkeypatch, capsys, request):
    monkeypatch.chdir(tmp_path)
    command = ["run", "scale=1000", "parameter_sets=1", "seeds=2", "end=2021", "name=small"]
    assert cli.main(command) == 0
    printed = capsys.readouterr().out
    folder = tmp_path / "outputs" / "small"
    for name in ("indicators", "quarterly", "flows"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        assert {"policy", "external", "parameters", "parameter_set", "seed", "run"} <= set(table)
        assert set(table["seed"]) == {1, 2}
    summary = pd.read_csv(folder / "summary.csv")
    assert list(summary.columns[:7]) == ["policy", "external", "group", "indicator", "zh", "en", "unit"]
    assert (folder / "report.html").stat().st_size > 100_000
    names = {"paths", "economy", "map", "indicators", "measures", "effects"}
    pictures = {path.name for path in (folder / "figures").glob("*.png")}
    assert pictures == {f"{name}.{language}.png" for name in names for language in ("zh", "en")}
    manifests = sorted((folder / "runs").glob("*/manifest.json"))
    assert len(manifests) == 4  # both policies with both seeds
    assert set(summary["policy"]) == {"full_package"}
    assert set(pd.read_parquet(folder / "indicators.parquet")["policy"]) == {"full_package", "no_new_policy"}
    written = [path.stat().st_mtime_ns for path in manifests]
    request.getfixturevalue("undrawn")
    assert cli.main(command) == 0
    assert capsys.readouterr().out == printed
    assert [path.stat().st_mtime_ns for path in manifests] == written


@pytest.mark.parametrize(
    ("error", "code", "complaint"),
    [
        (
            DataError("counties.csv, row 2: bad\n(expected good)"),
            2,
            "county: counties.csv, row 2: bad (expected good)\n",
        ),
        (KeyboardInterrupt(), 130, "county: interrupted\n"),
        (OSError(28, "No space left on device"), 1, "county: [Errno 28] No space left on device\n"),
    ],
)
def test_failures_of_a_run(runs, capsys, error, code, complaint):
    runs(raising(error))
    assert cli.main(["run"]) == code
    assert capsys.readouterr().err == complaint


def test_a_fault_of_the_program_shows_where_it_is(runs, capsys):
    runs(raising(ZeroDivisionError("surprise")))
    assert cli.main(["run"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("Traceback")
    assert error.endswith("ZeroDivisionError: surprise\n")


def test_check(capsys, tmp_path):
    assert cli.main(["check", f"data={SHIPPED}"]) == 0
    assert capsys.readouterr().out == f"{SHIPPED}: no faults\n"
    assert cli.main(["check", f"data={tmp_path / 'nowhere'}"]) == 2
    output = capsys.readouterr()
    assert output.out
    assert output.err == ""


def test_the_name_of_the_file_chooses_the_template(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["template", "own/actuals.csv"]) == 0
    assert capsys.readouterr().out.startswith("Template written to own/actuals.csv; the names: county list indicators")
    assert (tmp_path / "own" / "actuals.csv").read_text("utf-8") == "year,group,indicator,value,source\n"


@pytest.mark.parametrize("path", ["mine.csv", "folder/county_figures.csv"])
def test_the_template_is_written_once_and_is_valid(tmp_path, monkeypatch, capsys, path):
    monkeypatch.chdir(tmp_path)
    arguments = ["template", path]
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out == f"Template written to {path}; the names of figures: county list figures\n"
    assert (tmp_path / path).read_text("utf-8") == "adcode,variable,value,year,source\n"
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err == f"county: {path}: exists already; expected a new file\n"
    assert cli.main(["template", "a", "b"]) == 2
    assert capsys.readouterr().err == "county: template a b: expected one path\n"


def test_the_shipped_data_package_is_a_template_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["template", "own/datapackage.json"]) == 0
    assert capsys.readouterr().out == "Data package written to own; county check data=own\n"
    assert {path.name for path in (tmp_path / "own").glob("*.csv")} == {path.name for path in SHIPPED.glob("*.csv")}
    assert cli.main(["check", "data=own"]) == 0
    capsys.readouterr()
    assert cli.main(["template", "own/datapackage.json"]) == 2
    assert capsys.readouterr().err == "county: own: exists already; expected a new folder\n"


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help(capsys, arguments):
    assert cli.main(arguments) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {command} " in text for command in cli.ACTIONS)


@pytest.mark.parametrize("command", list(cli.ACTIONS))
def test_help_of_a_command(capsys, command):
    assert cli.main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: county {command} ")
    assert ("\n  scale=1" in text) == (command not in FILES_ALONE)


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("county 0.")


def test_counties(capsys):
    assert cli.main(["list", "counties"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == [
        "adcode",
        "中文",
        "English",
        "prefecture",
        "type",
        "residents",
        "2020",
        "urban",
        "share",
    ]
    assert len(rows) == 78
    assert len({width(line) for line in (header, *rows)}) == 1


@pytest.mark.parametrize("kind", LISTS)
def test_lists_import_nothing_slow(kind, tmp_path):
    computing = {"numba", "pandas", "numpy"} if kind == "indicators" else set()  # titles stand where tables are made
    slow = set(SLOW) - computing
    program = (
        "import sys; from sim.cli import main; code = main(sys.argv[1:]); "
        f"slow = sorted({slow} & set(sys.modules)); sys.exit(f'imported {{slow}}' if slow else code)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "list", kind],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) > 1


def test_a_broken_scenario_of_ones_own_does_not_break_the_list(tmp_path, monkeypatch, capsys):
    own = tmp_path / "scenarios" / "external"
    own.mkdir(parents=True)
    (own / "broken.yaml").write_text("title: {")
    (own / "untitled.yaml").write_text("title: text")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["list", "externals"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("broken ") and "cannot be used" in line for line in lines)
    assert any(line.startswith("untitled ") for line in lines)


def test_whoever_reads_may_stop_early():
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "sim", "list", "parameters"]
    ended = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_chinese_takes_two_columns():
    assert [width(text) for text in ("", "abc", "平阴县", "a县。", "é", "e\u0301")] == [0, 3, 6, 5, 1, 1]
    assert align([["县", "1"], ["abc", "10"]], [False, True]) == ["县    1", "abc  10"]
