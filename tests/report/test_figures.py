"""Figures of paths stay readable, survive missing values, and are written whole and alike."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.report.charts import figures, rendering
from sim.report.charts.marks import Dot
from sim.report.charts.panels import prepare
from sim.report.charts.paths import spread
from sim.report.words.style import GROUPS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_is_large_enough_on_the_page_and_apart(check, results, panels, language):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(figures.paths(results, panels, language=language, people_per_row=100, policy_start=2023))


def test_title_is_the_finding_of_the_first_panel(written, results, panels):
    found = " ".join(written(figures.paths(results, panels[:1], language="en", people_per_row=100)))
    assert "Resident urbanization in all counties would rise from 50.0% in 2020" in found
    assert "Lines are means over 10 seeds" in found
    given = figures.paths(results, panels[:1], language="en", people_per_row=100, title="Given")
    assert written(given)[0] == "Given"


def test_missing_values_and_absent_indicators_are_drawn_as_such(written, results, panels):
    sparse = results.assign(value=results["value"].mask(results["indicator"] == "elderly"))
    sparse.loc[sparse["year"] == 2020, "value"] = np.nan
    page = figures.paths(sparse, panels[3:], language="en", people_per_row=100)
    assert written(page).count("No data") == 2
    empty = results.assign(value=np.nan)
    assert rendering.png(figures.paths(empty, panels[:2], language="zh", people_per_row=100), "")


def test_a_single_run_of_one_year_is_drawn(check, results, panels):
    one = results[(results["seed"] == 0) & (results["year"] == 2025)]
    check(figures.paths(one, panels, language="en", people_per_row=1))


def test_observed_values_are_circles(results, panels):
    observed = results[results["seed"] == 0].drop(columns="seed")
    page = figures.paths(results, panels[:1], language="en", people_per_row=100, observed=observed)
    circles = [mark for mark in page.chart.marks if isinstance(mark, Dot)]
    assert len(circles) == (observed["indicator"] == panels[0].indicator).sum()


def test_panels_with_one_scale_share_it(results, panels):
    drawn = figures.on_shared_scales(prepare(panels, results, None, GROUPS))
    assert drawn[0].limits == drawn[1].limits != drawn[4].limits


def test_an_unknown_group_is_named(results, panels):
    strange = pd.concat([results, results.head(1).assign(group="elsewhere")])
    with pytest.raises(ValueError, match=r"unknown groups: elsewhere \(known: all_counties, "):
        figures.paths(strange, panels, language="zh", people_per_row=100)


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [([], []), ([5], [5]), ([0, 50], [0, 50]), ([40, 41], [34.5, 46.5]), ([0, 1], [0, 12]), ([99, 100], [88, 100])],
)
def test_labels_move_as_little_as_needed(wanted, placed):
    assert spread(np.array(wanted), 12, 0, 100) == pytest.approx(placed)


def test_files_are_written_whole_and_alike(tmp_path, results, panels):
    written = [
        figures.save(figures.paths(results, panels[:1], language="zh", people_per_row=100), tmp_path / name, "paths")
        for name in ("once", "again")
    ]
    for one, two in zip(*written, strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in (tmp_path / "once").iterdir()) == ["paths.png", "paths.svg"]
    drawing = written[0][1].read_text("utf-8")
    assert "<text" not in drawing and "date" not in drawing


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    figures.save(Figure(), tmp_path, "kept")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(self, content):
        with self.open("wb") as file:
            file.write(content[:4])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        figures.save(Figure(), tmp_path, "kept")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
