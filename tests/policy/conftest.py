"""What tests of policies share: policies made of fields, and runs of them."""

import pytest

from sim.compose import compose
from sim.config import Policy
from sim.model import CountyUrbanization

TITLE = {"name": "a_test",
         **{key: {"zh": "试验", "en": "Test"} for key in ("title", "question", "differs", "why")}}


@pytest.fixture(scope="session")
def make_policy():
    """Return a function that makes a policy of its fields."""
    return lambda **fields: Policy.model_validate({**TITLE, **fields})


@pytest.fixture(scope="session")
def run(own_cache, make_policy):
    """Return a function that runs a policy given by its fields, at scale 1000 from 2021 to the end of a year."""

    def make(end=2026, seed=1, external="reference", **fields):
        config = compose("run", ["scale=1000", f"end={end}", f"external={external}"])
        config = config.model_copy(update={"policy": make_policy(**fields)})
        model = CountyUrbanization(config=config, rng=seed)
        model.run_until_end()
        return model

    return make
