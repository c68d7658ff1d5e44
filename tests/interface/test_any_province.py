"""Data of another province, without a core city and with much that is not published, go through every command."""

import re

import numpy as np
import pandas as pd
import pytest

from sim import baseline as data
from sim.cli import main
from sim.compose import compose
from sim.experiments.calibration import targets
from sim.experiments.calibration.counties import past
from sim.report.words import record
from sim.view.choices import Choices
from sim.view.session import Session

from ..foreign import NAME_EN, NAME_ZH, WITHOUT_OUTPUT, publish, write

SHANDONG = re.compile("Shandong|山东|Jinan|济南|Qingdao|青岛|78 counties|78个")
SMALL = ("scale=1000", "seeds=1", "end=2021", "workers=1")
COMMANDS = {
    "run": ("run", *SMALL, "policy=full_package", "compare=true", "figures=false", "name=run"),
    "hindcast": ("run", "start=2011", "end=2011", "scale=1000", "seeds=1", "figures=false", "name=hindcast"),
    "sweep": ("sweep", *SMALL, "policy=pilots_top_output,full_package", "name=sweep"),
    "sensitivity": ("sensitivity", *SMALL, "method=morris", "what=levers", "levers=[transport,sewage]",
                    "trajectories=2"),
    "pilots": ("pilots", "scale=1000", "seeds=2", "n=2", "draws=20", "trials=20", "years=[2]", "since=2022Q1",
               "rules=[top_output]", "workers=1"),
    **{what: ("validate", "scale=1000", "seeds=1", "parameter_sets=1", f"what={what}", f"name={what}")
       for what in ("initial", "recent", "patterns")},
}
"""Commands that simulate; then there is a run to report on."""


@pytest.fixture(scope="module")
def north(own_cache, tmp_path_factory):
    """Return the folder of another province's package."""
    return write(tmp_path_factory.mktemp("north"))


@pytest.fixture(scope="module")
def province(north):
    """Return its data."""
    return data.load(north)


@pytest.fixture(scope="module")
def given(north, tmp_path_factory):
    """Return the folder of results after every command was given, and what each returned."""
    place = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        codes = {name: main([*arguments, f"data={north}"]) for name, arguments in COMMANDS.items()}
        codes["report"], codes["plan"] = main(["report", "run"]), main(["plan", "990105", "run=run"])
        codes["compare"] = main(["compare", "run:full_package", "run:no_new_policy"])
        codes["check"] = main(["check", "run"])
        codes["verify"] = main(["verify", "run", f"data={north}", "runs=1"])
    return place / "outputs", codes


def test_its_data_have_no_fault(north, capsys):
    assert main(["check", f"data={north}"]) == 0
    assert "no faults" in capsys.readouterr().out


def test_every_command_takes_them(given):
    assert given[1] == dict.fromkeys([*COMMANDS, "report", "plan", "compare", "check", "verify"], 0)


def test_what_is_written_names_the_province_and_no_other(given):
    folder, _ = given
    pages = list(folder.rglob("*.html"))
    written = {path.parent.name for path in pages}
    assert written >= {"run", "sweep", "sensitivity", "pilots", "initial", "recent", "patterns", "plans", "compare"}
    for path in pages:
        text = re.sub(r"base64,[\w+/=]+", "", path.read_text("utf-8"))
        assert not SHANDONG.findall(text), path
    report = (folder / "run" / "report.html").read_text("utf-8")
    for said in (f"{NAME_ZH}29个县（市）", f"29 counties of {NAME_EN}", "Tables of Northland", "City districts"):
        assert said in report
    assert "Core cities" not in report and "Other city districts" not in report
    recent = (folder / "recent" / "validation.html").read_text("utf-8")
    assert "The data package has no published figure to compare with." in recent
    known = pd.read_csv(folder / "patterns" / "patterns.csv")["pattern"].str[:2]
    assert set(known) == {"P6", "P7", "P8"}  # nothing is published of the province, and it has no core city


def test_every_table_to_read_says_what_made_it(given):
    folder, _ = given
    for path in folder.rglob("*.csv"):
        table = pd.read_csv(path)
        assert table.columns[-1] == "record" and set(table["record"]) <= {record.line(path.parent)}, path
    books = list(folder.rglob("*.xlsx"))
    assert {path.name for path in books} >= {"summary.xlsx"}
    for path in books:
        said = pd.read_excel(path, sheet_name="record").to_numpy().tolist()
        assert said == [[record.line(path.parent)]], path


def test_where_no_output_is_published_that_of_the_prefecture_is_spread_by_workers(province):
    output = province.gdp_2020.set_index("adcode")
    home = province.counties.set_index("adcode")["prefecture_adcode"]
    ours = output[output["method"] == "imputed"]
    assert set(home[ours.index]) == {WITHOUT_OUTPUT} and len(ours) == (home == WITHOUT_OUTPUT).sum() > 1
    whole = province.prefectures.set_index("adcode").loc[WITHOUT_OUTPUT]
    everywhere = pd.concat([province.census_2020, province.districts]).set_index("adcode")
    there = province.units.set_index("adcode")["prefecture_adcode"] == WITHOUT_OUTPUT
    for sector in ("primary", "secondary", "tertiary"):
        workers = everywhere["resident_population"] * everywhere[f"emp_{sector}_share"]
        part = workers[ours.index] / workers[there[there].index].sum()
        made = ours["gdp_yi"] * ours[f"{sector}_share"]
        np.testing.assert_allclose(made, part * whole[f"gdp_2020_{sector}_yi"])
    residents = province.census_2020.set_index("adcode").loc[ours.index, "resident_population"]
    np.testing.assert_allclose(ours["gdp_per_capita_yuan"], ours["gdp_yi"] * 1e8 / residents)


def test_a_fit_says_which_figure_is_not_published(north, capsys):
    assert main(["calibrate", f"data={north}"]) == 2
    error = capsys.readouterr().err
    assert error.endswith("province_series.csv: expected urban_share_pct of 2016 (pre_census_2020), which the fit is "
                          "to meet\n") and error.count("\n") == 1


def test_a_fit_aims_at_what_is_published_of_it(tmp_path):
    publish(write(tmp_path))
    config = compose("calibrate", [f"data={tmp_path}"])
    known, people = past(config), data.load(tmp_path).prefectures["resident_population_2020"].sum()
    wanted = {one.name: one for one in targets.targets(config, known, ~known.held_out)}
    assert wanted["province_residents_2020"].value == pytest.approx(people, rel=1e-6)
    own = targets.observed(config, known)[~known.held_out]
    assert wanted["urban_share"].value == pytest.approx(100 * own["urban"].sum() / own["residents"].sum())
    unknown = {"core_share_of_growth", "hukou_rise", "income_ratio_2020"}  # it has no core city and no benchmarks
    assert not unknown & wanted.keys()


def test_a_visitor_of_the_page_has_a_model_of_it(north):
    session = Session(Choices(scale="1000", end="2021", given=(f"data={north}",)), lambda: None)
    close = session.open()
    try:
        assert session.rest(300) and not session.error
        said = session.live.province
        assert (said.name.zh, said.name.en, said.cores) == (NAME_ZH, NAME_EN, ())
        assert len(session.live.counties) == 29
    finally:
        close()
