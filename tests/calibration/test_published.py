"""Published effects are aimed at: experiments of the drawn half have estimates, and choices answer as they must."""

import numpy as np
import pytest

from sim.config.files import load_quasi_experiments
from sim.experiments import treatments
from sim.experiments.calibration import choices, published
from sim.model import CountyUrbanization


@pytest.fixture(scope="module")
def config(configure):
    return configure(scale=1000, start=2021, end=published.last_year(), seed=3)


@pytest.fixture(scope="module")
def placebo(config):
    model = CountyUrbanization(config=config, rng=config.seed, threads=1)
    return model, treatments.panel(model)


def test_targets_are_the_sizes_of_the_fitted_half_and_their_tolerances_are_said():
    wanted = [*published.targets(), *choices.targets()]
    assert len({one.name for one in wanted}) == len(wanted)
    sized = sum(finding.published is not None for one in load_quasi_experiments().values() if one.fit
                for finding in one.findings)
    assert len(published.targets()) == sized > 3
    for one in wanted:
        assert one.observation > 0 and one.discrepancy > 0
        assert one.source


def test_every_target_has_a_figure_of_its_own(config, placebo):
    model, without = placebo
    found = {**published.estimates(config, without, 1), **choices.responses(model.world)}
    assert set(found) == {one.name for one in (*published.targets(), *choices.targets())}
    assert np.isfinite(list(found.values())).all()
    assert found["Q2_rural_income"] > 0.5  # as one experiment at a time finds


def test_experiments_of_one_run_name_no_measure_twice():
    shared: dict = {}
    for one in published.fitted():
        shared.setdefault((one.start, one.funded), []).extend(one.measures)
    for measures in shared.values():
        assert len(set(measures)) == len(measures)
        assert "all" not in measures or len(measures) == 1


def test_choices_answer_to_the_elasticities_and_leave_the_world_as_it_was(placebo):
    """Without an elasticity there is no answer; with more of it there is more."""
    model, _ = placebo
    world = model.world
    places, incomes = world.residents.place.copy(), world.place_attributes
    usual = choices.responses(world)
    assert (world.residents.place == places).all()
    assert world.place_attributes is incomes

    def at(**values):
        before = world.config
        changed = before.parameters.changed({f"migration.{name}": value for name, value in values.items()})
        world.config = before.model_copy(update={"parameters": changed})
        try:
            return choices.responses(world)
        finally:
            world.config = before

    assert at(service_elasticity=0.05)["choice_by_services"] < at(service_elasticity=0.32)["choice_by_services"]
    assert at(income_elasticity=0.7)["choice_by_income"] < at(income_elasticity=1.8)["choice_by_income"]
    known = world.parameters.migration.distance_elasticity
    assert at(distance_elasticity=2.0)["pay_for_distance"] > usual["pay_for_distance"]
    assert 0.5 * known < usual["pay_for_distance"] < known
    assert choices.responses(world) == usual
