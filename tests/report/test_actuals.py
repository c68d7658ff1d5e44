"""What really happened is drawn beside what a run says, scored against it, and changes no run."""

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.baseline import load
from sim.compose import compose
from sim.report.charts import figures, overview_figures
from sim.report.charts.multiples import multiple
from sim.report.charts.panels import Panel, prepare
from sim.report.pages import page
from sim.report.tables import actuals
from sim.report.tables.results import Results
from sim.report.words.style import GROUPS
from sim.run import identity

SIMULATED = pd.DataFrame(
    [(year, "all_counties", "jobs", seed, 100.0 + 10 * (year - 2020) + seed) for year in (2020, 2021, 2022)
     for seed in range(5)],
    columns=["year", "group", "indicator", "seed", "value"],
)


def table(*rows) -> pd.DataFrame:
    return pd.DataFrame([(*row, "s") for row in rows], columns=[*actuals.REQUIRED, *actuals.OPTIONAL])


@pytest.fixture
def given(folder, tmp_path):
    """A file of actual values, of which one has no partner in the run."""
    path = tmp_path / "actuals.csv"
    table((2021, "all_counties", "resident_urbanization", 52.0), (2023, "all_counties", "resident_urbanization", 53.0),
          (2023, "370124", "resident_urbanization", 40.0), (2022, "370100", "residents", 850_000),
          (2030, "province", "residents", 1e8)).to_csv(path, index=False)
    return path


def test_errors_and_bands_follow_from_the_seeds():
    seen = table((2021, "all_counties", "jobs", 111.0), (2022, "all_counties", "jobs", 130.0))
    scored = actuals.scores(SIMULATED, seen)
    assert list(scored["error"]) == pytest.approx([1.0, -8.0])
    assert list(scored["absolute_error"]) == pytest.approx([1.0, 8.0])
    assert list(scored["low"]) == pytest.approx([np.quantile(range(5), 0.1) + base for base in (110, 120)])
    assert list(scored["inside"]) == [True, False]
    found = actuals.accuracy(scored).iloc[0]
    assert (found["values"], found["mae"], found["bias"]) == pytest.approx((2, 4.5, -3.5))
    assert found["rmse"] == pytest.approx(np.sqrt((1 + 64) / 2))
    assert found["coverage"] == 0.5


def test_what_a_run_begins_with_is_not_scored():
    assert actuals.scores(SIMULATED, table((2020, "all_counties", "jobs", 102.0))).empty


def test_kinds_of_groups_are_scored_apart(folder, given):
    scored = Results(folder, given).scores
    assert list(scored["level"]) == ["all_counties", "all_counties", "prefecture", "county"]
    assert len(actuals.accuracy(scored)) == 3


def test_changes_are_counted_from_the_first_year_of_the_run():
    seen = table((2022, "all_counties", "jobs", 2 * 102.0)).drop(columns="source")
    panel = Panel("jobs", "岗位", "Jobs", "persons", since_first_year=True)
    [drawing] = prepare([panel], SIMULATED, seen, GROUPS)
    circles = next(path for path in drawing.paths if path.open)
    assert list(circles.values) == pytest.approx([100.0])


def test_circles_stand_in_the_report_and_in_figures(folder, given, monkeypatch):
    results = Results(folder, given)
    chart = multiple(results, "resident_urbanization", 60.0)
    assert sum(mark.name == "observed" for mark in chart.marks) == 2
    html = page.render(results)
    assert html.count('class="observed"') == 2
    assert '<section id="scores">' in html
    assert "Of 4 actual values (2 indicators)" in html
    seen = []
    monkeypatch.setattr(figures, "paths", lambda *_, observed, **__: seen.append(observed))
    for shown in (overview_figures.PATHS, overview_figures.ECONOMY):
        overview_figures.paths(results, "en", shown)
    assert [len(observed) for observed in seen] == [2, 2]


def test_without_them_nothing_is_said_of_them(html):
    assert 'class="observed"' not in html
    assert '<section id="scores">' not in html


def test_the_command_writes_scores_and_takes_old_ones_away(folder, given, monkeypatch, undrawn):
    monkeypatch.chdir(folder.parents[1])
    assert cli.main(["report", "small", f"actuals={given}"]) == 0
    assert len(pd.read_csv(folder / "scores.csv")) == 4
    assert set(pd.read_csv(folder / "accuracy.csv")) >= {"mae", "rmse", "bias", "coverage"}
    assert cli.main(["report", "small"]) == 0
    assert not (folder / "scores.csv").exists()


def test_runs_are_the_same_with_and_without(given):
    plain, told = compose("run"), compose("run", [f"actuals={given}"])
    data = load(None).hash
    assert told.actuals == given
    assert identity(plain, data) == identity(told, data)
