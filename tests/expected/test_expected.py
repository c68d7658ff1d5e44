"""The model says what is committed; whoever means it to say something else accepts that for all to see."""

import pandas as pd
import pytest

from sim.config.files import load_indicators, load_measures
from sim.config.fitted import load_fitted, record_fitted

from . import results


@pytest.mark.parametrize("name", results.TABLES)
def test_the_model_says_what_is_expected(name, own_cache):
    table = results.TABLES[name][0]()
    results.write(results.FOUND, name, table)
    found = results.FOUND / f"{name}.csv"
    moved = results.moved(results.expected(name), results.read(found, name))
    if moved.empty:
        found.unlink()
        return
    where = found.relative_to(results.FOLDER.parents[1])
    pytest.fail(f"{results.told(name, moved)}\nAll that was found is in {where}. "
                "If this is what is meant: make accept (some minutes; it may ask for another fit of the parameters, "
                "see docs/calibration.md)", pytrace=False)


def test_every_measure_and_indicator_has_an_expected_effect():
    table = results.expected("measures")
    assert [*table.columns] == [str(year) for year in results.YEARS]
    rows = ["delivered_dose", *load_indicators().indicators]
    assert [*table.index] == [(name, one) for name in load_measures() for one in rows]


def test_the_model_is_known_by_its_expected_observations():
    assert load_fitted().model == results.fingerprint(results.expected("observations")), "make accept"


def test_the_parameter_sets_were_fitted_with_this_model():
    assert not load_fitted().warning


def table(columns):
    """Return the effects of a measure on jobs and on a share in some years."""
    rows = pd.MultiIndex.from_product([["a"], ["jobs", "share"]], names=results.TABLES["measures"][1])
    return pd.DataFrame(columns, rows)


@pytest.mark.parametrize(("found", "rows"), [
    ({"2025": [1e5, 0.0], "2035": [2e5, 5e-3]}, []),
    ({"2025": [1e5, 0.0], "2035": [2e5 + 0.2, 5e-3]}, []),  # the last digits
    ({"2025": [1e5, 0.0], "2035": [2.1e5, 5e-3]}, ["a jobs"]),
    ({"2025": [1e5, 0.0], "2035": [2.1e5, 6e-3]}, ["a share", "a jobs"]),  # a small effect counts as a large one
    ({"2025": [1e5, 1e-6], "2035": [2e5, 5e-3]}, ["a share"]),  # nothing is measured by what there is in other years
    ({"2025": [1e5, float("nan")], "2035": [2e5, 5e-3]}, ["a share"]),
    ({"2025": [1e5, 0.0]}, ["a jobs", "a share"])])
def test_what_moved_is_told_and_what_moved_most_comes_first(found, rows):
    expected = table({"2025": [1e5, 0.0], "2035": [2e5, 5e-3]})
    assert [*results.moved(expected, table(found))["row"]] == rows
    assert results.moved(expected, expected).empty


def test_a_fingerprint_is_that_of_the_declared_parameters_alone():
    known = results.expected("observations")
    shipped, original = known.index.get_level_values("parameters") == "shipped", results.fingerprint(known)
    assert results.fingerprint(known.assign(**{"2020": known["2020"].where(~shipped, 0.0)})) == original
    assert results.fingerprint(known.assign(**{"2020": known["2020"].where(shipped, 0.0)})) != original


def test_the_reason_why_a_model_needs_no_other_fit_is_kept_with_it(tmp_path):
    path = tmp_path / "fitted.yaml"
    path.write_text("model: a\nfitted_with: a\n")
    assert not load_fitted(path).warning
    record_fitted(path, model="b")
    assert "another model (a)" in load_fitted(path).warning
    path.write_text("model: b\nfitted_with: a\nirrelevant: {b: 'it is about 2035'}\n")
    assert not load_fitted(path).warning
    record_fitted(path)
    assert load_fitted(path).irrelevant == {"b": "it is about 2035"}
    record_fitted(path, model="c")
    assert load_fitted(path).warning and not load_fitted(path).irrelevant
    record_fitted(path, fitted_with="c")
    assert not load_fitted(path).warning
