"""Numbers are written as a planner says them."""

import pytest

from sim.report import units


@pytest.mark.parametrize(
    ("value", "written"),
    [(51.93, "51.9"), (5533.94, "5,534"), (-0.04, "0.0"), (-4.26, "−4.3"), (float("nan"), "—")],
)
def test_a_number_has_one_decimal_below_a_thousand(value, written):
    assert units.number(value) == written


def test_units_are_those_of_the_statistics():
    people, share = units.unit("persons"), units.unit("share")
    assert units.amount(55_339_446 * people.factor, people, "zh") == "5,534万人"
    assert units.amount(55_339_446 * people.factor, people, "en") == "5,534 × 10,000 persons"
    assert units.change(0.0443 * share.factor, share, "zh") == "+4.4个百分点"
    assert units.change(-0.0443 * share.factor, share, "en") == "−4.4 percentage points"


def test_an_unknown_unit_is_called_as_it_is_written():
    assert units.amount(2.5, units.unit("beds"), "en") == "2.5 beds"


@pytest.mark.parametrize(("value", "written"), [(50.0, "50"), (2.5, "2.5"), (-1.0, "−1"), (12500.0, "12,500")])
def test_marks_on_an_axis_have_the_decimals_that_they_need(value, written):
    assert units.tick(value) == written
