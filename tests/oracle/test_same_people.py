"""The compiled model and the oracle of plain objects end with the same people, on one thread and on two."""

import dataclasses

import numpy as np
import pytest

from sim.compose import compose
from sim.core import blocks
from sim.model import CountyUrbanization

from .model import COLUMNS, Oracle
from .small_world import build

QUARTERS = 8
LIVELY = {
    "migration.consideration": 0.8, "migration.absent_consideration": 2.0, "migration.taste_width": 1.0,
    "migration.leave_children_share": 0.8, "migration.spouse_follows": 0.3, "citizenization.ceiling": 0.5,
    "citizenization.intercept": 0.0, "citizenization.willing_share": 0.55,
    "labour.commuting": 0.3, "labour.farm_fallback": 0.9, "labour.farm_search": 0.6, "labour.farm_search_older": 0.2,
    "labour.job_separation": 0.4, "labour.leaving": 0.12, "labour.withdrawal": 0.8, "firms.closure": 0.12,
    "firms.closure_size": 0.0, "firms.shock_width": 0.1, "firms.layoff_speed": 0.5,
    "establishments.commuting_minutes": 90, "housing.purchase_rate": 0.20, "housing.accompany_share": 0.8,
    "housing.resale": 0.15, "housing.villager_ratio": 0.5}
"""Parameters at the ends of their ranges, so that rare rules happen often."""


@pytest.fixture(scope="module", params=[{}, LIVELY], ids=["reference", "lively"])
def case(request):
    """A configuration and the oracle after all its quarters."""
    config = compose("run", ["policy=no_new_policy", "scale=1000", "end=2022"])
    config = config.model_copy(update={"parameters": config.parameters.changed(request.param)})
    with pytest.MonkeyPatch.context() as patch:
        oracle = Oracle(build(patch, config, every=6).world)
    for _ in range(QUARTERS):
        oracle.step()
    return config, oracle


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_people(case, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    config, oracle = case
    model = _run(config, threads, monkeypatch)
    ours, theirs = _people(model), {int(person.uid): _row(person) for person in oracle.people}
    assert len(oracle.people) == len(theirs) == len(model.world.residents)
    different = {uid: (ours.get(uid), theirs.get(uid)) for uid in ours.keys() | theirs.keys()
                 if ours.get(uid) != theirs.get(uid)}
    assert not different, f"{len(different)} people differ in {('guardian', *COLUMNS)}, model first: " + str(
        dict(list(different.items())[:5]))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_accounts(case, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    config, oracle = case
    model = _run(config, threads, monkeypatch)
    for ours, theirs in ((model.world.flows, oracle.world.flows), (model.world.counts, oracle.world.counts)):
        for field in dataclasses.fields(ours):
            np.testing.assert_array_equal(getattr(ours, field.name), getattr(theirs, field.name), field.name)
    np.testing.assert_array_equal(model.world.districts.persons, oracle.world.districts.persons)
    for name in ("seekers", "vacancies", "hires", "employed", "unemployed", "new_urban_jobs"):
        ours, theirs = (getattr(world.labour, name) for world in (model.world, oracle.world))
        np.testing.assert_array_equal(ours, theirs, name)
    for name in ("tightness", "finding", "wage"):
        ours, theirs = (getattr(world.labour, name) for world in (model.world, oracle.world))
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, err_msg=name)
    for name in ("sold", "second_homes"):
        ours, theirs = (getattr(world.housing, name) for world in (model.world, oracle.world))
        np.testing.assert_array_equal(ours, theirs, name)
    for name in ("uid", "place", "sector", "establishments", "staff", "openings"):
        ours, theirs = (getattr(world.firms, name) for world in (model.world, oracle.world))
        np.testing.assert_array_equal(ours, theirs, name)
    np.testing.assert_allclose(model.world.urban_edge.rank, oracle.urban_edge, rtol=1e-12)
    np.testing.assert_array_equal(model.world.urban_edge.pace, oracle.world.urban_edge.pace)


def test_rare_rules_happen(case) -> None:
    _, oracle = case
    if oracle.world.parameters.migration.consideration < LIVELY["migration.consideration"]:
        pytest.skip("rare rules are rare at the reference parameters")
    flows, places = oracle.flows, oracle.world.places
    events = {
        "births": flows.births, "deaths": flows.deaths, "conversions": flows.conversions,
        "reclassified": flows.reclassified, "newcomers": flows.newcomers,
        "returns": flows.returns[: places.districts], "moves of children": flows.moves[..., 0],
        "establishments closed": oracle.world.economy.closed, "establishments founded": oracle.world.economy.founded,
        **oracle.rare}
    counts = {name: int(np.sum(event)) for name, event in events.items()}
    assert not {name: count for name, count in counts.items() if count <= 5}


def _run(config, threads: int, patch: pytest.MonkeyPatch) -> CountyUrbanization:
    model = build(patch, config, every=6, threads=threads)
    patch.setattr(blocks, "SERIAL", 0)
    patch.setattr(blocks, "BLOCK", 512)
    for _ in range(QUARTERS):
        model.step()
    return model


def _people(model: CountyUrbanization) -> dict[int, tuple[int, ...]]:
    people = model.world.residents
    rows = np.flatnonzero(people.living())
    columns = [people.uid[people.household[rows]], *(getattr(people, name)[rows] for name in COLUMNS)]
    return dict(zip(people.uid[rows].tolist(), zip(*(c.tolist() for c in columns), strict=True), strict=True))


def _row(person) -> tuple[int, ...]:
    return int(person.guardian.uid), *(getattr(person, name) for name in COLUMNS)
