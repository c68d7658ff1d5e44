"""Hydra's own multirun does the same runs as `county sweep`, with each of its launchers and from any folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim import cli
from sim.config.files import scenarios
from sim.experiments import combinations, sweep

ASKED = ["external=glob(low_f*)", "parameters.finance.absorption=0.15", "scale=1000", "end=2021", "seeds=1"]


@pytest.fixture
def multirun(tmp_path, own_cache):
    """Return a function that runs `python -m sim run -m` in a folder and gives exit code and output."""

    def run(*arguments, folder=tmp_path):
        environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
        command = [sys.executable, "-m", "sim", "run", "-m", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(("launcher", "policies"), [
    ("basic", "glob(mi*),uniform"), ("joblib", "mine,uniform"), ("submitit_local", "mine,uniform")])
def test_launchers_do_the_runs_of_a_sweep_and_find_scenarios_of_the_user(multirun, tmp_path, monkeypatch,
                                                                         launcher, policies):
    (tmp_path / "scenarios" / "policy").mkdir(parents=True)
    shutil.copy(scenarios("policy")["land_led"], tmp_path / "scenarios" / "policy" / "mine.yaml")
    asked = [f"policy={policies}", *ASKED, f"name={launcher}"]
    code, printed = multirun(f"hydra/launcher={launcher}", *asked)
    assert code == 0, printed
    assert "土地引领 Land first" in printed
    folder = tmp_path / "outputs" / launcher
    listed = pd.read_csv(folder / "catalogue.csv")
    assert set(listed["status"]) == {"done"}
    assert set(listed["external"]) == {"low_fertility"}
    assert set(listed["policy"]) == {"mine", "uniform", "no_new_policy"}
    assert (folder / "hydra" / "multirun.yaml").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"outputs", "scenarios"}  # nothing of Hydra's is elsewhere
    monkeypatch.chdir(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("runs/*/manifest.json")}
    again = sweep.sweep(combinations.variants(asked))
    assert {path: path.stat().st_mtime_ns for path in folder.glob("runs/*/manifest.json")} == before
    assert set(again.catalogue["run"]) == set(listed["run"]) == {path.parent.name for path in before}


def test_scenarios_of_the_user_are_found(multirun, tmp_path):
    (tmp_path / "scenarios" / "policy").mkdir(parents=True)
    shutil.copy(scenarios("policy")["land_led"], tmp_path / "scenarios" / "policy" / "土地, 1.yaml")
    code, printed = multirun("policy=glob(土*)", "name=试点_2025", "external.title.en=it's ${nothing}", "scale=1000",
                             "end=2021", "seeds=1")
    assert code == 0, printed
    listed = pd.read_csv(tmp_path / "outputs" / "试点_2025" / "catalogue.csv")
    assert set(listed["policy"]) == {"土地, 1", "no_new_policy"}


@pytest.mark.parametrize(("argument", "code", "said"), [
    ("policy=land_led,finance", 2, "policy=finance: no such scenario"),
    ("hydra/launcher=slurm", 2, "Could not find 'hydra/launcher/slurm'"),
])
def test_bad_input_launches_nothing(multirun, tmp_path, argument, code, said):
    ended, printed = multirun(argument, "scale=1000", "end=2021")
    assert ended == code
    assert said in printed
    assert "Traceback" not in printed
    assert not list(tmp_path.glob("outputs/*/runs"))


@pytest.mark.parametrize("launcher", ["joblib", "submitit_slurm"])
def test_a_launcher_that_is_not_installed_is_named_with_its_extra(monkeypatch, capsys, tmp_path, launcher):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, f"hydra_plugins.hydra_{launcher.partition('_')[0]}_launcher", None)
    assert cli.main(["run", "--multirun", f"hydra/launcher={launcher}", "scale=1000", "end=2021"]) == 2
    assert capsys.readouterr().err == (f"county: hydra/launcher={launcher}: expected the extra launchers; "
                                       "pip install 'county-urbanization[launchers]'\n")
    assert not list(tmp_path.iterdir())
