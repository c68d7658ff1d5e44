"""A list of inputs that must be refused, each in one line with exit code 2 and nothing left behind."""

import shlex
from pathlib import Path

import pytest
import yaml

from sim import CountyUrbanization
from sim.cli import main
from sim.config import ConfigError

INPUTS = yaml.safe_load((Path(__file__).parent / "inputs.yaml").read_text("utf-8"))
TITLES = "title: {zh: 甲, en: A}\nquestion: {zh: 问, en: q}\ndiffers: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"
HEAD = "year,group,indicator,value,source\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, own_cache):
    """Work in a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "there.csv").touch()


def rows(part):
    return pytest.mark.parametrize(("given", "names"), [(given, names) for given, *names in INPUTS[part]],
                                   ids=[given[:40] for given, *_ in INPUTS[part]])


def refused(capsys, arguments, names):
    """Require that a command is refused in one line that names these, and that it leaves nothing."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("county: ") and said.err.count("\n") == 1 and "Traceback" not in said.err
    for name in names:
        assert name in said.err
    assert not Path("outputs").exists()


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


def test_there_are_enough():
    assert sum(map(len, INPUTS.values())) >= 900


@rows("commands")
def test_commands(given, names, capsys):
    refused(capsys, shlex.split(given), names)


@rows("policies")
def test_policies(given, names, capsys):
    write("scenarios/policy/mine.yaml", f"{TITLES}\n{given}\n")
    refused(capsys, ["run", "policy=mine", "scale=1000"], names)


@rows("externals")
def test_externals(given, names, capsys):
    write("scenarios/external/mine.yaml", f"{TITLES}{given}\n")
    refused(capsys, ["run", "external=mine", "scale=1000"], names)


@rows("sweeps")
def test_sweeps(given, names, capsys):
    write("configs/sweep/mine.yaml", given)
    refused(capsys, ["sweep", "sweep=mine"], names)


@rows("actuals")
def test_actuals(given, names, capsys):
    write("mine.csv", HEAD + given + "\n")
    refused(capsys, ["run", "scale=1000", "actuals=mine.csv"], names)


@rows("models")
def test_models(given, names):
    with pytest.raises(ConfigError) as caught:
        CountyUrbanization(**yaml.safe_load(given))
    for name in names:
        assert name in str(caught.value)


@pytest.mark.parametrize("command", ["compare torn torn", "report torn", "check torn"])
def test_a_torn_table(command, capsys):
    write("outputs/torn/indicators.parquet", "PAR1")
    assert main(command.split()) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "indicators.parquet: expected" in said
