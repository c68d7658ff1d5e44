"""What has been simulated is not simulated again, can be compared, and can be taken away."""

import json
import os

import pandas as pd
import pytest

from sim import archive, cli, engine, run
from sim.compose import compose

ONE = ["scale=1000", "end=2021", "workers=1", "figures=false", "parameter_sets=1"]
BASE, FEW = "policy=no_new_policy", [*ONE, "seeds=3"]


@pytest.fixture(scope="module")
def place(tmp_path_factory, own_cache):
    """Return a folder in whose outputs are a run, `base`, and one of another policy, `land`, compared with it."""
    place = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert cli.main(["run", BASE, *FEW, "name=base"]) == 0
        before = {path.name for path in (place / "outputs/base/runs").iterdir()}
        simulated = []
        execute = engine.execute
        patch.setattr(engine, "execute", lambda function, jobs, *rest: (
            simulated.extend(name for name, _ in jobs), execute(function, jobs, *rest))[1])
        assert cli.main(["run", *FEW, "policy=land_led", "policy.start=2021Q1", "compare=true", "name=land"]) == 0
        assert len(simulated) == 3 and not before & {*simulated}
    return place


@pytest.fixture
def there(place, monkeypatch):
    monkeypatch.chdir(place)
    return place / "outputs"


def said(capsys, *arguments):
    capsys.readouterr()
    assert cli.main([*arguments]) == 0
    return capsys.readouterr().out


def complaint(capsys, *arguments):
    capsys.readouterr()
    assert cli.main([*arguments]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1 and error.startswith("county: ")
    return error.removeprefix("county: ").strip()


def test_a_run_that_is_kept_under_another_name_is_shared(there):
    for run_name in archive.gather(there / "base", [path.name for path in (there / "base/runs").iterdir()]):
        here = archive.manifest(there / "land", run_name)
        assert here is not None and here["config"]["name"] == "land"
        assert archive.manifest(there / "base", run_name)["config"]["name"] == "base"
        for name in here["files"]:
            assert os.path.samefile(there / "base/runs" / run_name / name, there / "land/runs" / run_name / name)


def test_a_torn_run_or_one_of_another_set_is_not(there, tmp_path):
    config = compose("run", [BASE, *ONE])
    (name,) = [path.name for path in (there / "base/runs").iterdir()
               if json.loads((path / "manifest.json").read_text())["config"]["seed"] == 1]
    places = [there / "base/runs" / name]
    other = run._configuration(config) | {"parameter_set": 7}
    assert not archive.adopt(tmp_path / "outputs/new", name, places, other)
    assert not (tmp_path / "outputs/new/runs").exists()
    torn = tmp_path / "outputs/torn/runs" / name
    archive.adopt(tmp_path / "outputs/torn", name, places, run._configuration(config))
    content = (torn / "ledger.parquet").read_bytes()
    (torn / "ledger.parquet").unlink()  # the file is shared: the other's stays as it is
    (torn / "ledger.parquet").write_bytes(content[:-1])
    assert not archive.adopt(tmp_path / "outputs/new", name, [torn], run._configuration(config))
    assert archive.manifest(there / "base", name) is not None


def test_comparing_gives_the_effects_of_the_run_and_their_opposite(there, capsys):
    text = said(capsys, "compare", "land", "base")
    assert "2021" in text and "没有共同的" not in text
    found = pd.read_csv(there / "compare/effects.csv").set_index(["group", "indicator"])
    effects = pd.read_csv(there / "land/effects.csv")
    effects = effects[effects["year"] == 2021].set_index(["group", "indicator"])
    pd.testing.assert_series_equal(found["effect"], effects["effect"].loc[found.index], rtol=1e-4)
    said(capsys, "compare", "land:no_new_policy", "land:land_led", "name=opposite")
    opposite = pd.read_csv(there / "opposite/effects.csv").set_index(["group", "indicator"])
    pd.testing.assert_series_equal(found["effect"], -opposite["effect"].loc[found.index])
    page = (there / "opposite/report.html").read_bytes()
    said(capsys, "report", "opposite")
    assert (there / "opposite/report.html").read_bytes() == page


def test_other_data_are_said_where_they_make_a_part_of_the_difference(there, capsys):
    rows = ["adcode,variable,value,year,source", "370124,urban_vacancy,0.4,2019,yearbook"]
    (there.parent / "mine.csv").write_text("\n".join(rows) + "\n", "utf-8")
    assert cli.main(["run", BASE, *ONE, "seeds=1", "data=mine.csv", "name=mine"]) == 0
    assert "different data" in said(capsys, "compare", "mine", "base", "name=data")
    assert "different data" not in said(capsys, "compare", "land", "base", "name=data")


def test_runs_without_a_seed_in_common_are_paired_in_order_and_it_is_said(there, capsys):
    assert cli.main(["run", BASE, *ONE, "seeds=2", "seed=11", "name=others"]) == 0
    text = said(capsys, "compare", "land", "others", "name=unpaired")
    page = (there / "unpaired/report.html").read_text("utf-8")
    assert "no parameter set and seed in common: 2 pairs" in page and "Too few random seeds (2)" in text
    table = pd.read_parquet(there / "unpaired/compare.parquet").set_index("indicator")
    for name, policy, column in (("land", "land_led", "value"), ("others", "no_new_policy", "without")):
        rows = pd.read_parquet(there / name / "indicators.parquet")
        wanted = {"policy": policy, "group": "all_counties", "year": 2021, "indicator": "piped_gas"}
        rows = rows[(rows[list(wanted)] == pd.Series(wanted)).all(axis=1)]
        assert table.loc["piped_gas", column] == pytest.approx(rows["value"].mean())


def test_what_cannot_be_compared(there, capsys):
    assert complaint(capsys, "compare", "land").startswith("compare land: expected two runs")
    assert complaint(capsys, "compare", "land", "lnd").startswith("lnd: no folder with the results of a run")
    assert complaint(capsys, "compare", "land:lend", "base").startswith("land:lend: no lend in outputs/land")
    assert "both sides are" in complaint(capsys, "compare", "land", "land")
    assert complaint(capsys, "compare", "land", "base", "name=base").startswith("name=base: outputs/base holds")
    assert complaint(capsys, "compare", "land", "base", "name=../x").startswith("name=../x: expected at most 64")


def test_cleaning_shows_and_takes_away_what_is_named(there, capsys):
    assert cli.main(["run", BASE, *FEW, "name=gone"]) == 0
    text = said(capsys, "clean")
    assert "outputs/gone" in text and "outputs/land" in text
    assert complaint(capsys, "clean", "lend").startswith("clean lend: no folder of results; did you mean land?")
    assert "outputs/gone" in said(capsys, "clean", "gone")
    assert not (there / "gone").exists()
    assert all(archive.manifest(there / "base", path.name) for path in (there / "base/runs").iterdir())


def test_single_runs_of_another_model_are_outdated(there, capsys):
    assert cli.main(["run", BASE, *FEW, "name=old"]) == 0
    first, *rest = sorted((there / "old/runs").iterdir())
    manifest = json.loads((first / "manifest.json").read_text("utf-8"))
    (first / "manifest.json").write_text(json.dumps({**manifest, "code": "another"}), "utf-8")
    said(capsys, "clean", "outdated")
    assert not first.exists() and all(path.exists() for path in rest)
    assert (there / "old/indicators.parquet").exists() and (there / "land/runs").exists()
