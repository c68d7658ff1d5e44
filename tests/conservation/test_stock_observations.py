"""Observations of stocks are those of their parts, groups add up, and bases are those of the indicators' page."""

import dataclasses

import numpy as np
import pytest

from sim.indicators import environment, facilities
from sim.indicators import services as services_observed
from sim.indicators.observation import groups
from sim.indicators.totals import OBSERVATIONS, Totals
from sim.processes import services
from sim.state.stocks import total

MODULES = (facilities, services_observed, environment)
NAMES = [name for name, one in OBSERVATIONS.items()
         if one.measure.__module__ in {module.__name__ for module in MODULES}]
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


def observe(world):
    """Return every observation of stocks as arrays over the groups, and the groups' members."""
    of = groups(world)
    sums = Totals({name: amount for module in MODULES for name, amount in module.totals(world).items()})
    sums = sums.of_groups(np.array(list(of.values())))
    return {name: dict(zip(of, OBSERVATIONS[name].measure(sums), strict=True)) for name in NAMES}, of


@pytest.fixture
def found(held):
    """Return the observations of a year with some change, the groups and the world."""
    residents = held.counts.residents.copy()
    residents[::5] *= 2
    held.counts = dataclasses.replace(held.counts, residents=residents)
    held.quarter += 4
    services.reorganise_schools(held)
    services.maintain(held)
    return *observe(held), held


@pytest.mark.parametrize(("name", "base"), BASES.items(), ids=BASES)
def test_bases_of_the_initial_state(held, name, base):
    values = np.array(list(observe(held)[0][name].values()))
    assert (values >= base[0] * (1 - 1e-9)).all()
    assert (values <= base[1] * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_observation_has_a_value_a_unit_and_a_known_basis_in_every_group(found, name):
    values, of, world = found
    one = OBSERVATIONS[name]
    assert set(values[name]) == set(of)
    assert np.isfinite(list(values[name].values())).all()
    assert one.unit
    assert {basis for basis in one.bases if isinstance(basis, str)} <= set(world.figures.basis)


def test_ratios_of_groups_are_those_of_their_sums_and_totals_add_up(found):
    values, of, world = found
    beds, residents = (total(column["hospital_beds"]) for column in (world.stocks.values, world.stocks.needs))
    for name, members in of.items():
        assert values["hospital_beds"][name] == pytest.approx(1000 * beds[members].sum() / residents[members].sum())
        for observed in ("rooftop_solar", "village_schools", "hazard_damage"):
            parts = np.array([values[observed][code] for code in world.places.county_codes])
            assert values[observed][name] == pytest.approx(parts[members].sum())


def test_what_is_served_lies_in_bounds_and_others_have_the_part_that_is_open_to_them(found):
    values, _, world = found
    local, others = (np.array(list(values[name].values())) for name in ("locals_served", "others_served"))
    assert ((local >= 0) & (local <= 100)).all()
    np.testing.assert_allclose(others / local, world.rates["service_parity"][0], rtol=0.05)
    share = np.array(list(values["waste_incineration"].values()))
    assert ((share > 0) & (share <= 100)).all()


def test_a_county_with_spare_capacity_helps_its_neighbours_and_nobody_else(held):
    held.stocks.values["waste_incineration"][0] *= 3
    values, _ = observe(held)
    share = np.array([values["waste_incineration"][code] for code in held.places.county_codes])
    near = held.stocks.neighbours[0]
    assert share[0] == pytest.approx(100)
    assert (share[near] > 87.6).all()
    away = ~near & (np.arange(len(share)) > 0)
    np.testing.assert_allclose(share[away], 87.5)
