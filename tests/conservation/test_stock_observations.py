"""Observations of stocks are those of their parts, groups add up, and bases are those of the indicators' page."""

import numpy as np
import pytest

from sim.agents.stocks import total
from sim.indicators.observation import groups
from sim.indicators.stocks import NAMES, observations
from sim.processes import services

BASES = {
    "piped_gas": (85, 92),
    "sewage_collection": (55, 62),
    "waste_incineration": (85, 90),
    "road_area_share": (13, 14.5),
    "park_area_per_resident": (15.5, 17),
    "hospital_beds": (5.5, 6.2),
    "childcare_places": (2, 2.5),
    "nursing_beds_share": (45, 50),
    "inclusive_kindergartens": (85, 85),
    "sports_area_per_resident": (2.4, 2.6),
    "rural_sewage_treatment": (35, 35),
}


@pytest.fixture
def found(held):
    """Return every observation of every group, the groups' members and the world after a year with some change."""
    held.counts.residents[::5] *= 2
    held.quarter += 4
    services.reorganise_schools(held)
    services.maintain(held)
    of = groups(held)
    members = np.array(list(of.values()))
    made = observations(held.config.stocks)
    return {name: dict(zip(of, one.of_groups(held, members), strict=True)) for name, one in made.items()}, of, held


@pytest.mark.parametrize(("name", "base"), BASES.items(), ids=BASES)
def test_bases_of_the_first_world(held, name, base):
    values = observations(held.config.stocks)[name].of_groups(held, np.eye(held.places.counties, dtype=bool))
    assert (values >= base[0] * (1 - 1e-9)).all()
    assert (values <= base[1] * (1 + 1e-9)).all()


def test_every_stock_and_every_observation_has_a_value_in_every_group(found):
    values, of, world = found
    assert {NAMES.get(name, name) for name in world.config.stocks} <= set(values)
    for name, by_group in values.items():
        assert set(by_group) == set(of)
        assert np.isfinite(list(by_group.values())).all(), name


def test_ratios_of_groups_are_those_of_their_sums_and_totals_add_up(found):
    values, of, world = found
    beds, residents = (total(column["hospital_beds"]) for column in (world.stocks.values, world.stocks.needs))
    counties = list(world.places.county_codes)
    for name, members in of.items():
        assert values["hospital_beds"][name] == pytest.approx(1000 * beds[members].sum() / residents[members].sum())
        for observation in ("rooftop_solar_capacity", "village_schools", "hazard_damage"):
            parts = np.array([values[observation][code] for code in counties])
            assert values[observation][name] == pytest.approx(parts[members].sum())


def test_what_is_served_lies_in_bounds_and_others_have_the_part_that_is_open_to_them(found):
    values, _, world = found
    local = np.array(list(values["locals_served"].values()))
    others = np.array(list(values["others_served"].values()))
    assert ((local >= 0) & (local <= 100)).all()
    np.testing.assert_allclose(others / local, world.rates["service_parity"][0], rtol=0.05)
    share = np.array(list(values["waste_incineration"].values()))
    assert ((share > 0) & (share <= 100)).all()


def test_a_county_with_spare_capacity_helps_its_neighbours_and_nobody_else(held):
    county = 0
    held.stocks.values["waste_incineration"][county] *= 3
    one = observations(held.config.stocks)["waste_incineration"]
    share = one.of_groups(held, np.eye(held.places.counties, dtype=bool))
    near = held.stocks.neighbours[county]
    assert share[county] == pytest.approx(100)
    assert (share[near] > 87.6).all()
    away = ~near & (np.arange(len(share)) != county)
    np.testing.assert_allclose(share[away], 87.5)
