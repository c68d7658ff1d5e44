"""A world cut down to whole households, so that objects can follow it."""

import numpy as np
import pytest

from sim import initial
from sim.agents.districts import Districts
from sim.agents.residents import Residents
from sim.baseline import Baseline
from sim.config import Config
from sim.model import CountyUrbanization


def build(patch: pytest.MonkeyPatch, config: Config, every: int, threads: int = 1, seed: int = 5) -> CountyUrbanization:
    """Return the model with one household in `every`; the districts' accounts stay whole."""
    whole = initial.people

    def part(baseline: Baseline, config: Config) -> tuple[Residents, Districts]:
        residents, districts = whole(baseline, config)
        return households(residents, every), districts

    with patch.context() as patched:
        patched.setattr(initial, "people", part)
        return CountyUrbanization(config=config, rng=seed, threads=threads)


def households(residents: Residents, every: int) -> Residents:
    """Return the members of one household in `every`, spread over all counties."""
    heads = np.unique(residents.household)[::every]
    rows = np.flatnonzero(np.isin(residents.household, heads))
    part = Residents(len(rows))
    for column in Residents.columns:
        getattr(part, column.name)[:] = getattr(residents, column.name)[rows]
    part.household[:] = np.searchsorted(rows, residents.household[rows])
    return part
