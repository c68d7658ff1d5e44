"""Whatever stands in a file of a user's, it is taken or refused in one line that names the file.

`COUNTY_EXAMPLES=2000` tries as many contents of each kind.
"""

import json
import os

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import compose
from sim.config import ConfigError
from sim.experiments import combinations
from sim.indicators.observation import OBSERVATIONS
from sim.report.tables import actuals, boundaries

TITLES = "title: {zh: 甲, en: A}\nquestion: {zh: 问, en: q}\ndiffers: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"
POLICY = TITLES + ("doses: {sewage: 0.5, citizenization.land_rights: 1}\nstart: 2023Q1\ntimetable: {sewage: 2024Q1}\n"
                   "priority: [sewage]\nby_type: {key_ecological: {doses: {all: 0}}}\nfunding: {grant: 60}\n")
SWEEP = "policy: [uniform, land_led]\nseeds: 2\nseed: range(1,3)\nscale: 1000\nexternal: glob(low*)\n"
ACTUALS = "year,group,indicator,value,source\n2021,all_counties,residents,5e7,s\n2022,province,births,\"1\",\n"
WORDS = ["doses", "all", "sewage", "start", "2023Q1", "by_type", "key_ecological", "priority", "pilots", "rule",
         "count", "defaults", "_self_", "mine", "uniform", "same_cost_as", "title", "zh", "${end}", "${oc.env:X}",
         "???", "*a", "&a", "<<", "null", "~", "1_0", "1e5", ".nan", "0x1", "-", "range(1,2)", "glob(*)", "policy",
         "features", "geometry", "coordinates", "Polygon", "adcode", "properties", "[" * 50, "9" * 5000, "\0", "\ufeff",
         "\t", "中"]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(WORDS)
JUNK = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=4), max_leaves=10)
MANY = settings(max_examples=int(os.environ.get("COUNTY_EXAMPLES", "40")),
                suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def contents(whole):
    """Return a strategy of what a file may hold instead of what it should: anything, or that with parts exchanged."""
    def exchanged(cuts):
        text = whole
        for at, length, other in cuts:
            at %= len(text) + 1
            text = text[:at] + other + text[at + length:]
        return text.encode("utf-8", "surrogatepass")

    cut = st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(WORDS) | st.text(max_size=3))
    return (st.binary(max_size=40) | JUNK.map(lambda one: yaml.safe_dump(one, allow_unicode=True).encode())
            | JUNK.map(lambda one: json.dumps(one).encode()) | st.lists(cut, min_size=1, max_size=3).map(exchanged))


@pytest.fixture
def taken_or_refused(tmp_path, monkeypatch):
    """Return a function that writes a file and reads it by a function: it is taken, or refused in one line."""
    monkeypatch.chdir(tmp_path)

    def check(name, content, read):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        try:
            read(path)
        except ConfigError as error:
            assert str(error) and "\n" not in str(error)

    return check


@MANY
@given(content=contents(POLICY))
def test_policies(taken_or_refused, content):
    taken_or_refused("scenarios/policy/mine.yaml", content, lambda _: compose.compose("run", ["policy=mine"]))


@MANY
@given(content=contents(POLICY.replace("doses", "series")))
def test_externals(taken_or_refused, content):
    taken_or_refused("scenarios/external/mine.yaml", content, lambda _: compose.compose("run", ["external=mine"]))


@MANY
@given(content=contents(SWEEP))
def test_sweeps(taken_or_refused, content):
    taken_or_refused("mine.yaml", content, lambda _: combinations.variants(combinations.given(["sweep=mine.yaml"])))


@MANY
@given(content=contents(ACTUALS))
def test_actuals(taken_or_refused, baseline, content):
    observations = {name: OBSERVATIONS[name] for name in ("residents", "births")}
    taken_or_refused("actuals.csv", content, lambda path: actuals.read(path, observations, baseline.counties,
                                                                       baseline.prefectures))


@pytest.fixture(scope="module")
def shapes(baseline):
    """Return a GeoJSON file of the counties."""
    def ring(x, y):
        return [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y]]

    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"adcode": row.adcode},
         "geometry": {"type": "Polygon", "coordinates": [ring(row.seat_lon, row.seat_lat)]}}
        for row in baseline.counties.itertuples()]})


@MANY
@given(data=st.data())
def test_boundaries(taken_or_refused, shapes, baseline, data):
    content = data.draw(contents(shapes))
    taken_or_refused("shapes.json", content, lambda path: boundaries.read(path, baseline.counties))
