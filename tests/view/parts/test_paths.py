"""Paths end in what was observed, with what stands beside the run."""

import re

import numpy as np
import pytest

from sim import targets
from sim.report.charts.marks import Area, Chart, Dot, Line, Text
from sim.report.words import units
from sim.report.words.bilingual import LANGUAGES
from sim.view import maps, paths
from sim.view.choices import ALL
from sim.view.live import Live

CHINESE = re.compile("[\u4e00-\u9fff]")


def lines_of(drawn: Chart) -> dict[str, Line]:
    """Return the paths of a chart by name."""
    return {mark.name: mark for mark in drawn.marks if isinstance(mark, Line) and mark.name}


def texts_of_other_language(found, language):
    return [text for text in found if CHINESE.search(text)] if language == "en" else \
        [text for text in found if re.search("[A-Za-z]{3,}", text)]


@pytest.mark.parametrize("group", [ALL, "key_ecological"])
def test_paths_end_in_the_values_observed(live, group):
    aspects = paths.multiples(live, group, "en")
    drawn = {one["name"]: one for aspect in aspects for one in aspect["items"]}
    assert list(drawn) == list(live.system.indicators)
    assessed = targets.assess(live.ours, live.system, 2025)
    assessed = assessed[assessed["group"] == group].set_index("indicator")
    for name, one in drawn.items():
        unit = live.unit(name)
        ours, theirs = (table[(table["indicator"] == name) & (table["group"] == group) & (table["year"] == 2025)]
                        for table in (live.ours, live.theirs))
        last = one["hover"][-1]
        assert last["year"] == 2025
        for written, table in ((last["ours"], ours), (last["theirs"], theirs)):
            assert written == units.number(table["value"].item() * unit.factor, decimals=unit.decimals)
        assert one["verdict"] == assessed.loc[name, "verdict"] in ("met", "close", "missed")
        drawn, _ = paths.chart(live, name, group, assessed.loc[name, "target"])
        lines = lines_of(drawn)
        assert all(len(lines[kind].points) >= 5 and not lines[kind].dash for kind in ("policy", "reference"))
        assert {round(mark.at[0]) for mark in drawn.marks if isinstance(mark, Text) and mark.name} == {
            round(paths.FRAME.width - paths.FRAME.right + paths.FRAME.leader + 1)}
        goal = units.number(assessed.loc[name, "target"] * unit.factor, decimals=unit.decimals)
        assert one["goal"].startswith(f"Target {goal}")


def test_an_unfinished_reference_run_is_drawn_to_the_year_it_has_reached(model, without):
    theirs = without.indicators()
    some = Live(model, theirs[theirs["year"] <= 2023])
    assert all("2023" in text for text in paths.waiting(some))
    for name in some.system.indicators:
        drawn, on = paths.chart(some, name, ALL, np.nan)
        lines = lines_of(drawn)
        assert lines["reference"].dash == paths.UNFINISHED and not lines["policy"].dash
        label = next(mark for mark in drawn.marks if isinstance(mark, Text) and mark.name == "reference")
        end = lines["reference"].points[-1]
        assert end[0] == on.x(2023) < label.at[0] < paths.FRAME.width - paths.FRAME.right + paths.FRAME.leader
    assert not any(paths.waiting(Live(model, theirs)) + paths.waiting(Live(model, None)))


def test_before_the_first_year_there_are_bases_and_targets(first):
    drawn = [one for aspect in paths.multiples(first, ALL, "zh") for one in aspect["items"]]
    assert len(drawn) == 19
    for name in first.system.indicators.keys() - {"urban_jobs_created"}:
        shown, _ = paths.chart(first, name, ALL, 1.0)
        assert {mark.name for mark in shown.marks if isinstance(mark, Line) and mark.name} == {"target"}
        assert sum(isinstance(mark, Dot) and mark.name == "policy" for mark in shown.marks) == 1
    assert not [one for one in drawn if one["verdict"]]
    assert not first.waiting


def test_a_run_without_the_base_year_has_no_targets(model):
    later = Live(model, None)
    later.ours = later.ours[later.ours["year"] > 2020]
    drawn = [one for aspect in paths.multiples(later, ALL, "en") for one in aspect["items"]]
    assert len(drawn) == 19 and not any(one["verdict"] or 'class="target"' in one["svg"] for one in drawn)
    assert maps.shown(later, maps.FIRST, kind="gap").kind == "value"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pinned_run_and_a_band_are_drawn_beside_the_run(beside, live, language):
    theirs, table = beside.pinned.values, beside.band.table
    for aspect in paths.multiples(beside, "key_ecological", language):
        for one in aspect["items"]:
            name, unit = one["name"], beside.unit(one["name"])
            drawn, _ = paths.chart(beside, name, "key_ecological", np.nan)
            lines = lines_of(drawn)
            assert list(lines) == ["reference", "pinned", "policy"]
            labels = {mark.name: mark.text for mark in drawn.marks if isinstance(mark, Text) and mark.name}
            assert list(sorted(labels)) == ["pinned", "policy", "reference"]
            pinned = units.number(theirs.loc[(name, "key_ecological"), 2025] * unit.factor, decimals=unit.decimals)
            assert one["hover"][-1]["pinned"] == pinned
            assert labels["pinned"] == pinned
            low, high = (units.number(value * unit.factor, decimals=unit.decimals)
                         for value in table.loc[(name, "key_ecological", 2025), ["low", "high"]])
            assert low in one["hover"][-1]["band"] and high in one["hover"][-1]["band"]
            band = next(mark for mark in drawn.marks if isinstance(mark, Area))
            assert len(band.points) == 2 * len(lines["policy"].points)
    shown = paths.beside(beside, language, True)
    assert "0.35" in shown["pinned"] and ("4 in all" in shown["pinned"] or "等4项" in shown["pinned"])
    assert ("Its seed is another" in shown["pinned"]) == (language == "en")
    assert "2/8" in shown["band"] or "2 of 8" in shown["band"]
    assert not texts_of_other_language([shown["pinned"], shown["band"]], language)
    assert not paths.beside(live, language, False)["pinned"] and not paths.beside(live, language, False)["offered"]
