"""A world cut down to whole households and the firms they work for, so that objects can follow it."""

import numpy as np
import pytest

from sim import initial
from sim.baseline import Baseline
from sim.config import Config
from sim.model import CountyUrbanization
from sim.state.districts import Districts
from sim.state.firms import Firms
from sim.state.residents import Employer, Residents


def build(patch: pytest.MonkeyPatch, config: Config, every: int, threads: int = 1, seed: int = 5) -> CountyUrbanization:
    """Return the model with one household in `every`; the districts' accounts stay whole."""
    whole = initial.people

    def part(baseline: Baseline, config: Config) -> tuple[Residents, Firms, Districts]:
        residents, firms, districts = whole(baseline, config)
        residents = households(residents, every)
        return residents, employers(residents, firms), districts

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


def employers(residents: Residents, firms: Firms) -> Firms:
    """Return the firms that still have staff, with as many establishments as that staff fills; employers follow."""
    works = residents.employer < Employer.OUTSIDE
    staff = np.bincount(residents.employer[works], minlength=firms.size)
    kept = np.flatnonzero(staff)
    part = Firms(len(kept))
    for column in Firms.columns:
        getattr(part, column.name)[:] = getattr(firms, column.name)[kept]
    share = staff[kept] / firms.staff[kept]
    part.establishments[:] = np.maximum(np.round(firms.establishments[kept] * share), 1)
    part.staff[:] = staff[kept]
    residents.employer[works] = np.searchsorted(kept, residents.employer[works])
    return part
