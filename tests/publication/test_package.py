"""What is built holds all that commands read, and works in a folder that is not the project's."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
CARRIED = {"sim": "sim", "configs": "sim/configs", "scenarios": "sim/scenarios"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a folder with what the wheel holds that is built from what the source distribution holds."""
    made = tmp_path_factory.mktemp("made")
    with tarfile.open(next(SdistBuilder(str(ROOT)).build(directory=str(made), versions=["standard"]))) as archive:
        archive.extractall(made, filter="data")
    source = next(path for path in made.iterdir() if path.is_dir())
    wheel = next(WheelBuilder(str(source)).build(directory=str(made), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "installed")
    return made / "installed"


def python(installed, folder, *arguments):
    """Run Python where the package is found in what was installed, and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True, capture_output=True,
                          text=True, encoding="utf-8").stdout


def test_everything_that_is_kept_is_carried(installed):
    listed = subprocess.run(["git", "ls-files", *CARRIED], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    kept = listed.split()
    assert len(kept) > 300
    for name in kept:
        top, _, rest = name.partition("/")
        assert (installed / CARRIED[top] / rest).read_bytes() == (ROOT / name).read_bytes(), name
    assert (installed / "sim" / "py.typed").is_file()
    assert {path.name for path in installed.iterdir()} == {"sim", next(installed.glob("*.dist-info")).name}


def test_licences_and_the_command_are_declared(installed):
    about = next(installed.glob("*.dist-info"))
    carried = {path.name for path in (about / "licenses").rglob("*.txt")}
    assert carried == {"LICENSE-census-transcription.txt", "OFL.txt"}
    assert (about / "licenses" / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")
    assert "county = sim.cli:main" in (about / "entry_points.txt").read_text("utf-8")


def test_commands_work_elsewhere(installed, tmp_path):
    def county(*arguments):
        return python(installed, tmp_path, "-m", "sim", *arguments)

    where = python(installed, tmp_path, "-c", "import sim.config.files as f; print(f.PACKAGE, f.CONFIGS, f.SCENARIOS)")
    assert where.split() == [str(installed / "sim" / part) for part in ("", "configs", "scenarios")]
    assert county("--version").startswith("county ")
    assert "full_package" in county("list", "policies")
    assert "Zouping" in county("list", "counties")
    assert "resident_urbanization" in county("list", "indicators")
    assert county("template", "county_figures.csv") and (tmp_path / "county_figures.csv").is_file()
    assert county("template", "own/datapackage.json") and county("check", "data=own") == "own: no faults\n"


def test_reports_and_the_page_find_what_they_draw_with(installed, tmp_path):
    code = ("from sim.report.pages import html; from sim.report.words import typeface; "
            "from sim.config.files import PACKAGE; from sim.view import server;"
            "print(PACKAGE, len(typeface.packed(server._characters(None))))")
    package, size = python(installed, tmp_path, "-c", code).split()
    assert package == str(installed / "sim")
    assert int(size) > 10_000
