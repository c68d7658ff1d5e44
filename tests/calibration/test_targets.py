"""Targets are dated 2020 or earlier and know nothing of counties that are held out."""

import dataclasses

import numpy as np
import pytest

from sim.experiments.calibration import targets
from sim.experiments.calibration.counties import past


@pytest.fixture(scope="module")
def known(configure):
    return past(configure())


def test_each_has_a_name_a_tolerance_and_a_source(known, configure):
    wanted = targets.targets(configure(), known, ~known.held_out)
    assert len({one.name for one in wanted}) == len(wanted) > 20
    for one in wanted:
        assert one.tolerance > 0
        assert one.source
        assert np.isfinite(one.value)


def test_nothing_published_of_later_years_enters_any(known, configure, baseline, monkeypatch):
    """Whatever the series of the province say after 2020, targets stay as they are."""

    def spoilt(years):
        series = baseline.province_series
        changed = series.assign(value=series["value"].where(~years(series["year"]), 3 * series["value"]))
        other = dataclasses.replace(baseline, province_series=changed)
        monkeypatch.setattr(targets.baseline, "load", lambda data: other)
        return targets.targets(configure(), known, ~known.held_out)

    usual = targets.targets(configure(), known, ~known.held_out)
    assert spoilt(lambda year: year > 2020) == usual
    assert spoilt(lambda year: year == 2020) != usual


def test_held_out_counties_enter_none(known, configure):
    """Whatever is written into their rows of both censuses, targets stay as they are."""
    random, held = np.random.default_rng(1), known.held_out

    def spoilt(census):
        return census._replace(**{name: np.where(held.reshape(-1, *[1] * (column.ndim - 1)), column * random.uniform(
            0.2, 3), column) for name, column in census._asdict().items()})

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
