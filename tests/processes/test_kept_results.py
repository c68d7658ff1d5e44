"""What is kept between quarters is what would be computed anew."""

import numpy as np
import pytest

from sim import model as schedule


@pytest.fixture
def checked(monkeypatch):
    """Check, after every process of the year, what the world keeps of stocks; return the names of what was checked."""
    names = set()

    def followed(process):
        def call(world):
            process(world)
            for build, kept in world._of_stocks.items():
                np.testing.assert_array_equal(kept, build(world), err_msg=f"{build.__name__} after {process.__name__}")
                names.add(build.__name__)

        call.__name__, call.__module__ = process.__name__, process.__module__
        return call

    for part in ("EVERY_YEAR", "EVERY_QUARTER", "YEAR_END"):
        monkeypatch.setattr(schedule, part, tuple(map(followed, getattr(schedule, part))))
    return names


@pytest.mark.parametrize("policy", ["no_new_policy", "full_package"])
def test_what_stocks_give_is_computed_again_once_they_change(build, checked, policy):
    """With and without measures that build, under hazards that damage."""
    model = build(policy=policy, external="climate_shock", end=2024)
    model.run_until_end()
    assert checked >= {"infrastructure", "visitors", "level", "natural_amenity_of_places"}
