"""The data of the measures: expectations name what is observed, and interactions are where they should be."""

import pytest
import yaml
from pydantic import ValidationError

from sim.config import ConfigError
from sim.config.files import load_measures, load_stocks
from sim.config.measures import Measure
from sim.indicators.totals import OBSERVATIONS

MEASURES = load_measures()
STOCKS = load_stocks()


def effects(name, lever=None):
    return [one for key, part in MEASURES[name].levers.items() if lever in (None, key) for one in part.effects]


@pytest.mark.parametrize("name", MEASURES)
def test_expectations_name_observations_and_county_types(name, world):
    for expected in MEASURES[name].expected:
        assert expected.indicator in OBSERVATIONS
        assert set(expected.types) <= set(world.places.county_type)


@pytest.mark.parametrize("name", MEASURES)
def test_every_cost_says_what_it_is_for(name):
    """A lever that pays beyond the stocks it builds says for what; none is charged at a class of cost alone."""
    for part in MEASURES[name].levers.values():
        builds = [one.rate.removesuffix("_addition") for one in part.effects if one.builds]
        assert set(builds) <= set(STOCKS)
        assert len(part.capital_cost.source) > 12
        if builds and part.capital_cost.value > 0 and any(STOCKS[stock].public_share for stock in builds):
            said = ("no stock carries", "charged as", "stock of", "the stocks of", "stock carries")
            assert any(words in part.capital_cost.source for words in said), part.capital_cost.source


@pytest.mark.parametrize(("name", "lever", "partner"), [
    ("citizenization", "service_parity", "education_resources"),  # parity is useless without seats
    ("industrial_platforms", None, "employment_training"),
    ("investment_financing", "special_bonds", "land_use"),  # bonds that land secures
    ("specialty_industries", None, "trade_logistics"),
])
def test_what_a_measure_needs_is_declared(name, lever, partner):
    found = [one for one in effects(name, lever) if one.rate != "reclassification"]  # land is taken all the same
    assert all(0 < one.needs[partner] < 1 for one in found)


def test_roads_work_with_the_sign_of_the_county_type():
    (entry,) = (one for one in effects("transport") if one.rate == "firm_entry")
    assert entry.types["metropolitan_fringe"] > 0 > entry.types["population_loss"]


def test_seats_are_built_in_town_and_schools_kept_in_villages():
    """Education and services to villages compete through schools: neither needs nor strengthens the other."""
    seats = [one for one in effects("education_resources") if one.rate in ("primary_places_addition",
                                                                           "junior_places_addition")]
    assert len(seats) == 2
    assert all(set(one.kinds) == {"town", "seat"} for one in seats)
    (kept,) = (one for one in effects("services_to_villages") if one.rate == "least_school_enrolment")
    assert kept.value < 0
    assert "competes" in MEASURES["services_to_villages"].not_expected
    assert "compete" in MEASURES["education_resources"].not_expected


@pytest.mark.parametrize("rate", ["conversion", "consideration", "attraction", "district_arrivals"])
def test_no_measure_moves_people_directly_by_more_than_a_half(rate):
    """The permit is no barrier in counties any more, and no study measures roads that move people."""
    for name in MEASURES:
        assert sum(one.value for one in effects(name) if one.rate == rate) <= 0.5


CENTRAL = """
title: {zh: 试, en: try}
group: services
decides: county
build_years: 1
lag_years: 0
saturation: 0
not_expected: nothing
expected: [{indicator: doctors, sign: up, why: a test}]
levers:
  one:
    title: {zh: 试, en: try}
    capital_cost: {value: 0, low: 0, high: 1, grade: assumed, source: a test}
    running_cost: {value: 0, low: 0, high: 1, grade: assumed, source: a test}
    effects: [{rate: doctors_addition, value: 1, low: 0, high: 2, unit: doctors, grade: assumed, source: a test}]
"""


@pytest.mark.parametrize(("change", "said"), [
    ({"saturation": 0.5}, "expected 0 where only stocks are built"),
    ({"expected": []}, "at least 1"),
    ({"expected": [{"indicator": "doctors", "sign": "none", "why": "a test"}]}, "'up' or 'down'"),
])
def test_faulty_measures_are_refused(change, said):
    content = yaml.safe_load(CENTRAL)
    Measure.model_validate(content)
    with pytest.raises((ValidationError, ConfigError), match=said):
        Measure.model_validate({**content, **change})
