"""Parameters and sizes of measures may lie anywhere within their declared ranges, all of them at once."""

import warnings

import numpy as np
import pytest

from sim.compose import compose
from sim.experiments.sensitivity import factors
from sim.model import CountyUrbanization


@pytest.mark.parametrize("draw", range(3))
def test_a_corner_of_all_ranges_gives_finite_figures(draw):
    themes = ",".join(compose("run").parameters.root)
    config = compose("sensitivity", ["policy=full_package", "what=parameters", f"uncertain=[{themes},effects]",
                                     "end=2022"])
    unknown = factors.chosen(config)
    ends = np.random.default_rng(draw).integers(0, 2, len(unknown))
    values = [(one.low, one.high)[end] for one, end in zip(unknown, ends, strict=True)]
    corner = factors.applied(config, unknown, values)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        model = CountyUrbanization(config=corner, rng=1, threads=1)
        model.run_until_end()
    before, after = (np.isfinite(model.world.observed.values[year]) for year in (1, -1))
    assert before.any() and (after >= before).all()
