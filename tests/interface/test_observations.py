"""An observation is declared once: whatever names it has title and unit from there, or from the file of its table."""

import shutil
from unittest.mock import patch

import pandas as pd
import pytest

from sim import cli
from sim.cli import listing
from sim.core import store
from sim.core.described import packed, unpacked
from sim.experiments.sensitivity.outcomes import OUTCOMES
from sim.indicators.observation import OBSERVATIONS
from sim.indicators.totals import Totals, observation
from sim.report.pages import page
from sim.report.tables import summary
from sim.report.tables.results import Results
from sim.report.words.units import UNITS
from sim.run import run
from sim.view.downloads import table as download
from sim.view.live import Live

NAME, ZH, EN = "twice_the_residents", "常住人口的两倍", "Twice the residents"


@pytest.fixture(scope="module")
def added(tmp_path_factory, configure, build):
    """Return the folder of a run with an observation more, and what the page has to download of it; the register is as
    it was by then."""
    with pytest.MonkeyPatch.context() as place, patch.dict(OBSERVATIONS):
        @observation("persons", zh=ZH, en=EN)
        def twice_the_residents(t: Totals):
            return 2 * t.residents

        place.chdir(tmp_path_factory.mktemp("added"))
        folder = run(configure(end=2021, parameter_sets=1, seeds=1)).resolve()
        downloaded = download(Live(build(end=2021), None))
    assert NAME not in OBSERVATIONS
    return folder, downloaded


def test_one_declaration_brings_an_observation_to_tables_and_report(added, tmp_path):
    folder, _ = added
    actual = tmp_path / "actuals.csv"
    actual.write_text(f"year,group,indicator,value\n2021,all_counties,{NAME},1e8\n", encoding="utf-8")
    results = Results(folder, actual)
    rows = summary.tables(results)["summary"].query("group == 'all_counties'").set_index("indicator")
    assert rows.loc[NAME, ["zh", "en", "unit"]].tolist() == [ZH, EN, "persons"]
    assert rows.loc[NAME, "mean"] == pytest.approx(2 * rows.loc["residents", "mean"], rel=1e-5)
    shown = page.render(results)
    assert f"{ZH}，万人" in shown and f"{EN}, 10,000 persons" in shown


def test_one_declaration_brings_it_to_the_page(added):
    rows = added[1].query("group == 'all_counties'").set_index("indicator")
    assert rows.loc[NAME, ["zh", "en", "unit"]].tolist() == [ZH, EN, "persons"]


def test_single_and_gathered_tables_say_what_they_hold(added):
    for path in (added[0] / "indicators.parquet", *added[0].glob("runs/*/indicators.parquet")):
        said = unpacked(store.read_metadata(path))
        assert list(said) == [*OBSERVATIONS, NAME]
        assert set(pd.read_parquet(path)["indicator"]) == set(said)
        assert {(one.zh, one.en, one.unit) for one in said.values()} > {
            (one.zh, one.en, one.unit) for one in OBSERVATIONS.values()}


def test_what_is_declared_can_be_written_and_told_apart():
    for one in OUTCOMES.values():
        assert one.zh.strip() and one.en[0].isupper()
        assert one.unit in ("", "GW", *UNITS)
    for language in ("zh", "en"):
        assert len({getattr(one, language) for one in OUTCOMES.values()}) == len(OUTCOMES)


def test_every_listed_indicator_has_the_titles_and_unit_of_its_observation():
    _, rows, _ = listing.indicators()
    assert len(rows) == 19
    for name, zh, en, _, unit, *_ in rows:
        one = OBSERVATIONS[name]
        assert (zh, en, unit) == (one.zh, one.en, one.unit)


@pytest.mark.parametrize("metadata", [None, {"observations": "{"}, {"observations": "[]"},
                                      {"observations": '{"jobs": {"zh": "岗位"}}'}])
@pytest.mark.parametrize("table", ["indicators", "outcomes"])
def test_a_folder_that_does_not_say_is_refused(tmp_path, monkeypatch, capsys, table, metadata):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "outputs" / "older"
    store.write_table(folder / f"{table}.parquet", pd.DataFrame({"indicator": ["jobs"]}), metadata)
    if table == "outcomes":
        store.write_json(folder / "sensitivity.json", {"method": "morris"})
    before = sorted(folder.iterdir())
    assert cli.main(["report", "older"]) == 2
    said = capsys.readouterr().err
    assert f"outputs/older/{table}.parquet: expected titles and units of observations" in said
    assert said.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_a_folder_that_says_too_little_is_refused(added, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "outputs" / "older" / "indicators.parquet"
    shutil.copytree(added[0], path.parent)
    fewer = {name: one for name, one in unpacked(store.read_metadata(path)).items() if name != "jobs"}
    store.write_table(path, pd.read_parquet(path).query("indicator != 'jobs'"), packed(fewer))
    assert cli.main(["report", "older"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].endswith("outputs/older/indicators.parquet: expected title and unit of jobs in its metadata; the "
                             "file is of another version, simulate again")
    assert not any("Traceback" in line for line in said)
