"""Targets are dated 2020 or earlier and know nothing of counties that are held out."""

import re

import numpy as np
import pytest

from sim.experiments.calibration import targets
from sim.experiments.calibration.counties import past


@pytest.fixture(scope="module")
def known(configure):
    return past(configure())


def test_none_is_dated_after_2020_and_each_says_where_it_is_from(known, configure):
    wanted = targets.targets(configure(), known, ~known.held_out)
    assert len({one.name for one in wanted}) == len(wanted) > 20
    for one in wanted:
        assert all(int(year) <= 2020 for year in re.findall(r"\d{4}", one.date)), one.name
        assert one.tolerance > 0
        assert one.source
        assert np.isfinite(one.value)


def test_held_out_counties_enter_none(known, configure):
    """Whatever is written into their rows of both censuses, targets stay as they are."""
    random, held = np.random.default_rng(1), known.held_out

    def spoilt(census):
        return census._replace(**{name: np.where(held.reshape(-1, *[1] * (column.ndim - 1)), column * random.uniform(
            0.2, 3), column) for name, column in census._asdict().items()})  # fmt: skip

    other = known._replace(before=spoilt(known.before), after=spoilt(known.after))
    assert targets.targets(configure(), other, ~held) == targets.targets(configure(), known, ~held)
    everyone = np.ones(78, bool)
    assert targets.targets(configure(), other, everyone) != targets.targets(configure(), known, everyone)


def test_the_census_agrees_with_itself(known, configure):
    """Held against the targets, what is observed is off by nothing."""
    seen = ~known.held_out
    said = targets.summaries(known, seen, targets.observed(configure(), known)).values
    wanted = {one.name: one.value for one in targets.targets(configure(), known, seen)}
    assert said == {name: wanted[name] for name in said}
    assert said["urban_share"] == pytest.approx(52.0, abs=0.1)
    assert said["absent"] == pytest.approx(16.0, abs=0.1)
