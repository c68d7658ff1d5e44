"""Numbers are written as a planner says them."""

import pytest

from sim.report.words import units


@pytest.mark.parametrize(
    ("value", "written"),
    [(51.93, "51.9"), (5533.94, "5,534"), (-0.04, "0.0"), (-4.26, "−4.3"), (float("nan"), "—")],
)
def test_a_number_has_one_decimal_below_a_thousand(value, written):
    assert units.number(value) == written


def test_units_are_those_of_the_statistics():
    people, share = units.unit("persons"), units.unit("share")
    assert units.amount(55_339_446 * people.factor, people, "zh") == "5,534万人"
    assert units.amount(55_339_446 * people.factor, people, "en") == "55.3 million persons"
    assert units.change(0.0443 * share.factor, share, "zh") == "+4.4个百分点"
    assert units.change(-0.0443 * share.factor, share, "en") == "−4.4 percentage points"


@pytest.mark.parametrize(
    ("yuan", "written"),
    [(2.8285e12, "2.83 trillion yuan"), (2.83e11, "283 billion yuan"), (9.6e8, "960 million yuan"),
     (12_300.0, "12,300 yuan"), (0.0, "0 yuan")],
)
def test_english_spells_large_amounts(yuan, written):
    known = units.unit("yuan")
    assert units.amount(yuan * known.factor, known, "en") == written
    assert units.change(-2.8285e12 * known.factor, known, "en") == "−2.83 trillion yuan"


def test_a_ratio_has_two_decimals():
    assert units.amount(2.104, units.unit("ratio"), "zh") == "2.10倍"
    assert units.amount(2.104, units.unit("ratio"), "en") == "2.10"


def test_small_differences_keep_two_decimals():
    assert [units.difference(value, units.unit("%")) for value in (0.04, -12.34, 0.0)] == ["+0.04", "−12.3", "0.00"]


def test_an_unknown_unit_is_called_as_it_is_written():
    assert units.amount(2.5, units.unit("beds"), "en") == "2.5 beds"


@pytest.mark.parametrize(("value", "written"), [(50.0, "50"), (2.5, "2.5"), (-1.0, "−1"), (12500.0, "12,500")])
def test_marks_on_an_axis_have_the_decimals_that_they_need(value, written):
    assert units.tick(value) == written
