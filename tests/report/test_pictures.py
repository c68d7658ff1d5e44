"""Figures of indicators, measures and effects stay readable, say their finding, and come where there is any."""

import shutil
import warnings

import matplotlib
import pandas as pd
import pytest

from sim.core import store
from sim.report.charts import effect_figure, indicator_figure, measure_figure, pictures, rendering
from sim.report.charts.marks import Dot, Line
from sim.report.charts.multiples import multiple
from sim.report.tables import effects, money
from sim.report.tables.results import Results
from sim.report.tables.scorecard import scorecard

DRAWN = {"indicators": indicator_figure.draw, "measures": measure_figure.draw, "effects": effect_figure.draw}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_text_is_large_enough_on_the_page_and_apart(check, folder, name, language):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(DRAWN[name](Results(folder), language))


@pytest.mark.parametrize("name", pictures.DRAWINGS)
def test_the_users_own_settings_of_matplotlib_change_nothing(folder, name):
    results = Results(folder)
    drawn = [kind(pictures.DRAWINGS[name](results, "en"), "") for kind in (rendering.svg, rendering.png)]
    with matplotlib.rc_context({"axes.autolimit_mode": "round_numbers", "lines.antialiased": False, "font.size": 30,
                                "hatch.linewidth": 5, "figure.facecolor": "red", "path.sketch": (9, 9, 9)}):
        assert [kind(pictures.DRAWINGS[name](results, "en"), "") for kind in (rendering.svg, rendering.png)] == drawn


def test_every_indicator_has_both_paths_and_a_target_with_its_status(folder, written):
    results = Results(folder)
    card = scorecard(results)
    charts = [multiple(results, row.indicator, row.target) for row in card.itertuples()]
    assert len(charts) == len(results.system.indicators)
    for chart in charts:
        lines = [mark.name for mark in chart.marks if isinstance(mark, Line) and mark.name]
        assert sorted(lines) == ["policy", "reference", "target"]
    texts = written(indicator_figure.draw(results, "en"))
    assert sum(t.endswith(("✓", "≈", "×")) for t in texts) == len(charts)
    assert " ".join(texts[:4]).startswith("Targets of the 19 indicators: ")


def test_doses_are_written_as_the_table_has_them(folder, written):
    results = Results(folder)
    texts = written(measure_figure.draw(results, "en"))
    doses = money.doses(results)
    for row in doses.itertuples():
        assert row.en in texts
        assert f"{row.delivered:.2f} / {row.funded:.2f} / {row.planned:.2f}" in texts


def test_what_cannot_be_told_from_chance_is_hollow(folder):
    results = Results(folder)
    found = effects.effects(results, results.horizon)
    found = found[found["indicator"].isin(effect_figure.KEY) & found["group"].isin(effect_figure.GROUPS)]
    found = found[found["group"] != "province"]
    dots = [mark for mark in effect_figure.draw(results, "zh").chart.marks if isinstance(mark, Dot)]
    assert len(dots) == len(found)
    assert sum(dot.fill == "#fff" for dot in dots) == (~found["clear"]).sum()


def test_a_finding_claims_nothing_inside_the_noise(folder):
    found = effects.effects(Results(folder))
    found = found[found["indicator"].isin(effect_figure.KEY)]
    words = effect_figure.finding(Results(folder), found.assign(clear=False))
    assert words.en.startswith("None of ")


def test_a_run_alone_has_neither_effects_nor_measures_and_old_ones_go(folder, tmp_path, undrawn):
    shutil.copytree(folder, tmp_path / "copy")
    copy = tmp_path / "copy"
    for name in ("indicators", "doses", "costs"):
        path = copy / f"{name}.parquet"
        table = pd.read_parquet(path)
        store.write_table(path, table[table["policy"] == "no_new_policy"], store.read_metadata(path))
    (copy / "figures").mkdir(exist_ok=True)
    (copy / "figures" / "effects.en.png").write_bytes(b"old")
    names = {path.name for path in pictures.draw(Results(copy))}
    assert "indicators.en.png" in names
    assert not [name for name in names if name.startswith(("effects", "measures"))]
    assert not (copy / "figures" / "effects.en.png").exists()
