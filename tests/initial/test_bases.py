"""The bases of the nineteen indicators that a run computes, beside what is known or typical of them."""

import pytest

from sim import targets
from sim.config.files import load_indicators
from sim.indicators.totals import OBSERVATIONS

SYSTEM = load_indicators()
KNOWN = {
    "resident_urbanization": (51.88, 51.98),  # 51.93 in the census
    "hukou_urbanization": (41.44, 41.64),  # 41.54 in the provincial report
    "output_per_resident": (50_000, 52_000),  # 51,000 yuan from statistics and the model of output
    "non_agricultural_output": (86, 88),
    "fiscal_self_sufficiency": (45, 55),
    "urban_jobs_created": (550_000, 600_000),
    "piped_gas": (85, 92),
    "sewage_collection": (55, 62),
    "waste_incineration": (85, 90),
    "road_area_share": (13, 14.5),
    "park_area_per_resident": (15.5, 17),
    "hospital_beds": (5.5, 6.2),
    "childcare_places": (2, 2.5),
    "nursing_beds_share": (45, 50),
    "inclusive_kindergartens": (84, 86),
    "sports_area_per_resident": (2.4, 2.6),
    "urban_rural_income_ratio": (2.1, 2.3),
    "rural_sewage_treatment": (34, 36),
}
DIFFERS = {
    "seat_concentration": ((30, 35), (37, 38.5)),
}
"""Typical values that the model's base lies outside of, and where it lies: the seat's share of urban residents is
printed for county-level cities, which are the larger ones, and assumed for the rest."""


@pytest.fixture(scope="module")
def bases(finished):
    """Return the bases of all counties together by indicator."""
    found = targets.assess(finished.indicators(), SYSTEM)
    return found[found["group"] == targets.WHOLE].set_index("indicator")


def test_the_nineteen_are_observed():
    assert len(SYSTEM.indicators) == 19
    assert SYSTEM.indicators.keys() <= OBSERVATIONS.keys()
    aspects = [one.aspect for one in SYSTEM.indicators.values()]
    assert [aspects.count(name) for name in SYSTEM.aspects] == [3, 4, 5, 5, 2]


def test_a_base_is_declared_exactly_where_the_base_year_has_none():
    events = {name for name in SYSTEM.indicators if OBSERVATIONS[name].event}
    assert events == {name for name, one in SYSTEM.indicators.items() if one.base}


def test_every_base_is_held_against_what_is_known(bases):
    assert {*KNOWN, *DIFFERS} == set(bases.index) == set(SYSTEM.indicators)


@pytest.mark.parametrize(("name", "known"), KNOWN.items(), ids=KNOWN)
def test_the_base_is_the_known_one(bases, name, known):
    assert known[0] <= bases.loc[name, "base"] <= known[1]


@pytest.mark.parametrize(("name", "ranges"), DIFFERS.items(), ids=DIFFERS)
def test_the_base_differs_as_stated(bases, name, ranges):
    typical, found = ranges
    assert found[0] <= bases.loc[name, "base"] <= found[1]
    assert not typical[0] <= bases.loc[name, "base"] <= typical[1]


def test_targets_follow_from_the_bases(bases):
    assert bases.loc["resident_urbanization", "target"] == pytest.approx(56.88, abs=0.06)
    assert bases.loc["resident_urbanization", "second_target"] == pytest.approx(55.88, abs=0.06)
    assert bases.loc["hukou_urbanization", "target"] == pytest.approx(46.5, abs=0.1)
    assert bases.loc["urban_rural_income_ratio", "target"] < bases.loc["urban_rural_income_ratio", "base"]
    rule = {name: one.target.rule for name, one in SYSTEM.indicators.items()}
    levels = [name for name in bases.index if rule[name] == "level"]
    assert len(levels) == 11
    assert all(bases.loc[name, "target"] == SYSTEM.indicators[name].target.value for name in levels)


def test_targets_of_types_and_counties_are_assumed_and_declared_bases_add_up(finished, bases):
    found = targets.assess(finished.indicators(), SYSTEM)
    parts = found[found["group"] != targets.WHOLE]
    assert set(parts["grade"]) == {"assumed"}
    assert {"sourced", "derived"} < set(bases["grade"])
    jobs = parts[parts["indicator"] == "urban_jobs_created"].set_index("group")["base"]
    counties = finished.world.places.county_codes
    assert jobs[counties].sum() == pytest.approx(bases.loc["urban_jobs_created", "base"])
    assert "province" not in set(found["group"])
