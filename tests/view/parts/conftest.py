"""A run of the model to 2025 as the page reads it, alone and beside others."""

import pandas as pd
import pytest

from sim.model import CountyUrbanization
from sim.report.tables import findings
from sim.report.words import style
from sim.view.band import Interval
from sim.view.choices import ALL, Choices
from sim.view.live import Live
from sim.view.pinned import Pinned


@pytest.fixture(scope="session")
def model(own_cache):
    made = CountyUrbanization(config=Choices(scale="1000", end="2025").config(), rng=1)
    made.run_until_end()
    return made


@pytest.fixture(scope="session")
def without(own_cache):
    made = CountyUrbanization(policy="no_new_policy", scale=1000, rng=1)
    made.run_until_end()
    return made


@pytest.fixture(scope="session")
def live(model, without):
    return Live(model, without.indicators())


@pytest.fixture(scope="session")
def first(own_cache):
    return Live(CountyUrbanization(config=Choices(scale="1000").config(), rng=1), None)


@pytest.fixture(scope="session")
def code(live):
    return live.counties["adcode"].iloc[10]


@pytest.fixture(scope="session")
def beside(model, without):
    """Return a run with another pinned beside it, of another seed and with doses of its own, and with a band."""
    asked = Choices(policy="no_new_policy", scale="1000", seed="2")
    for scope, name in ((ALL, "land_use"), (ALL, "sewage"), ("key_ecological", "heritage"), (ALL, "transport")):
        asked = asked.with_doses(scope, {name: 0.35})
    other = CountyUrbanization(config=asked.config(), rng=2)
    other.run_until_end()
    tables = [table[table["group"].isin(style.GROUPS)] for table in (model.indicators(), other.indicators())]
    interval = Interval(8, 2, 0, findings.band(pd.concat(tables)))
    return Live(model, without.indicators(), interval, Pinned(asked, other.config, other.indicators()))
