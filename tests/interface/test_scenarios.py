"""Every shipped scenario composes, and its series mean what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.compose import compose
from sim.config import DRIVERS, Series
from sim.config.files import scenarios
from sim.model import CountyUrbanization

INDICES = st.dictionaries(st.integers(2000, 2100), st.floats(0, 10), min_size=1, max_size=8)


def series(index: dict[int, float]) -> Series:
    return Series(index=index, grade="assumed", source="made up")


@pytest.mark.parametrize("name", scenarios("external"))
def test_externals_compose(name):
    external = compose("run", [f"external={name}"]).external
    assert external.name == name
    assert bool(external.series) == (name != "reference")
    for driver in DRIVERS:
        assert external.index(driver, 2020) == 1.0
        moved = any(external.index(driver, year) != 1.0 for year in range(2021, 2026))
        assert moved == (driver in external.series)
        if driver in external.series:
            assert len(external.series[driver].source) > 5


def test_a_series_of_ones_own_file_holds_in_its_years(tmp_path, monkeypatch, own_cache):
    own = tmp_path / "scenarios" / "external"
    own.mkdir(parents=True)
    text = "title: {zh: 无出生, en: No births}\nquestion: {zh: 问, en: q}\n"
    text += "differs: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"
    text += "series: {fertility: {index: {2021: 1, 2022: 0, 2023: 2}, grade: assumed, source: made up}}\n"
    (own / "no_births.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    births = []
    for external in ("reference", "no_births"):
        model = CountyUrbanization(external=external, end=2023, rng=1)
        model.run_until_end()
        table = model.indicators().query("group == 'all_counties' and indicator == 'births'")
        births.append(table.set_index("year")["value"])
    usual, own_births = births
    assert own_births[2021] == usual[2021] > 0
    assert own_births[2022] == 0
    assert own_births[2023] == pytest.approx(2 * usual[2023], rel=0.15)


@pytest.mark.parametrize("name", scenarios("policy"))
def test_policies_compose(name):
    assert compose("run", [f"policy={name}"]).policy.name == name


@given(INDICES)
def test_series_pass_through_their_points(index):
    for year, value in index.items():
        assert series(index).at(year) == pytest.approx(value)


@given(INDICES, st.floats(1900, 2200))
def test_series_stay_between_their_neighbours(index, year):
    value = series(index).at(year)
    last_before = max((y for y in index if y <= year), default=min(index))
    first_after = min((y for y in index if y >= year), default=max(index))
    ends = (index[last_before], index[first_after])
    assert min(ends) - 1e-9 <= value <= max(ends) + 1e-9


@given(INDICES)
def test_series_are_constant_outside(index):
    assert series(index).at(min(index) - 50) == index[min(index)]
    assert series(index).at(max(index) + 50) == index[max(index)]


@given(st.integers(2000, 2050), st.integers(1, 50), st.floats(0, 10), st.floats(0, 10), st.floats(0, 1))
def test_series_are_linear_between(first, length, low, high, share):
    between = series({first: low, first + length: high}).at(first + share * length)
    assert between == pytest.approx(low + share * (high - low), abs=1e-9)


@given(INDICES)
def test_order_in_the_file_does_not_matter(index):
    turned = dict(reversed(index.items()))
    assert [series(index).at(y) for y in range(2000, 2101)] == [series(turned).at(y) for y in range(2000, 2101)]
