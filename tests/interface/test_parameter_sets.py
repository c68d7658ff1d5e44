"""Runs over several parameter sets: each with all seeds, the same for both policies, and told apart in every table."""

import pandas as pd
import pytest

from sim.compose import compose, parameter_sets
from sim.config import ConfigError
from sim.config.files import load_ensemble, load_parameters
from sim.report.pages import page
from sim.report.tables import effects, overview
from sim.report.tables.results import Results
from sim.run import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory, own_cache):
    """Return the folder of a run of two sets with two seeds each, with and without a policy."""
    place = tmp_path_factory.mktemp("parameter_sets")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        return place / run(compose("run", ["scale=1000", "parameter_sets=2", "seeds=2", "end=2023", "name=two"]))


def test_the_ensemble_that_is_shipped_is_within_its_priors():
    sets, known = load_ensemble(), load_parameters().quantities
    assert len(sets) > 20
    for one in sets:
        for name, value in one.items():
            assert known[name].low <= value <= known[name].high, name
    for name, value in sets[0].items():
        assert (known[name].value, known[name].grade) == (value, "calibrated")
    assert len({tuple(one.values()) for one in sets[1:]}) == len(sets) - 1  # set 0 may be one of them


def test_parameter_sets_are_the_first_sets_and_what_was_asked_for_stays():
    config = compose("run", ["parameter_sets=3", "parameters.reclassification.rate=0.01"])
    found, sets = parameter_sets(config), load_ensemble()
    assert [one.parameter_set for one in found] == [1, 2, 3]
    for one in found:
        assert one.parameters.reclassification.rate == 0.01
        for name, value in sets[one.parameter_set].items():
            if name != "reclassification.rate":
                assert one.quantities[name].value == value
    assert len({one.fingerprint() for one in found}) == 3
    assert parameter_sets(compose("run", ["parameter_sets=1"]))[0].quantities["reclassification.rate"].value == sets[0][
        "reclassification.rate"]


def test_every_set_has_every_seed_under_both_policies(folder):
    table = pd.read_parquet(folder / "indicators.parquet")
    pairs = table.groupby("policy")[["parameter_set", "seed"]]
    runs = pairs.apply(lambda part: {*part.itertuples(index=False, name=None)})
    assert set(runs.index) == {"full_package", "no_new_policy"}
    assert all(pairs == {(1, 1), (1, 2), (2, 1), (2, 2)} for pairs in runs)
    assert set(table["parameters"]) == {"default"}
    values = table[(table["group"] == "all_counties") & (table["indicator"] == "residents") & (table["year"] == 2021)]
    assert values["value"].nunique() == 4  # policies move nobody in their first year


def test_bands_and_effects_go_over_both_and_say_which_part_is_which(folder):
    results = Results(folder)
    assert (results.replicates, results.parameter_sets) == (4, 2)
    assert results.over.en == "2 parameter sets with 2 seeds each"
    summary = overview.summarize(results).set_index(["group", "indicator"])
    whole = summary.loc[("all_counties", "resident_urbanization")]
    values = results.whole("full_package").query("indicator == 'resident_urbanization' and year == 2023")["value"]
    assert (whole["mean"], whole["seeds"]) == (pytest.approx(values.mean()), 4)
    assert summary["of_parameters"].dropna().between(0, 1).all()
    found = effects.effects(results)
    assert set(found["seeds"]) == {4}
    assert found["of_parameters"].notna().any()


def test_the_report_says_so_in_both_languages(folder):
    html = page.render(Results(folder))
    assert "2 parameter sets with 2 seeds each" in html
    assert "2组参数各2个随机种子" in html
    assert '<section id="spread">' in html


def test_the_older_name_of_the_key_is_understood_and_no_key_is_given_twice():
    assert compose("run", ["members=2"]) == compose("run", ["parameter_sets=2"])
    with pytest.raises(ConfigError, match="parameter_sets is given twice"):
        compose("run", ["members=2", "parameter_sets=2"])
