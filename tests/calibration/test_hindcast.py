"""The hindcast is held against rules that are right where they must be, and against counties that were held out."""

import numpy as np
import pandas as pd
import pytest

from sim.experiments.calibration import benchmarks, hindcast
from sim.experiments.calibration.counties import past


@pytest.fixture(scope="module")
def known(configure):
    """Return both censuses."""
    return past(configure())


def errors(known, rule, numbers=None, measure="urban_share"):
    """Return absolute errors of a rule that has seen all counties."""
    said = benchmarks.RULES[rule](known, np.ones(78, bool), measure, numbers)
    return np.abs(said - benchmarks.value(known.after, measure))


@pytest.mark.parametrize(("rule", "mean"), [("no_change", 13.00), ("uniform", 5.14), ("logit", 5.37),
                                            ("regression", 5.01), ("ridge", 4.3)])
def test_rules_miss_2020_by_what_is_known(known, configure, rule, mean):
    numbers = benchmarks.covariates(configure())
    assert np.isfinite(numbers).all()
    assert errors(known, rule, numbers).mean() == pytest.approx(mean, abs=0.05)


def test_a_logit_shift_is_each_countys_shift_share(known):
    everyone = np.ones(78, bool)
    urban, rural = (known.before.urban, known.before.residents - known.before.urban)
    grown = [part * after.sum() / part.sum() for part, after in
             ((urban, known.after.urban), (rural, known.after.residents - known.after.urban))]
    said = benchmarks.logit(known, everyone, "urban_share", None)
    np.testing.assert_allclose(said, 100 * grown[0] / sum(grown), atol=1e-9)


def test_cohorts_together_are_those_of_2020(known):
    said = benchmarks.cohorts(known, np.ones(78, bool), "residents", None)
    assert said.sum() == pytest.approx(known.after.residents.sum())


def test_a_rule_knows_nothing_of_counties_it_has_not_seen(known, configure):
    numbers, seen = benchmarks.covariates(configure()), ~known.held_out
    spoilt = known._replace(after=known.after._replace(**{
        name: np.where(seen, column, 0.5 * column) for name, column in known.after._asdict().items()
        if column.ndim == 1}, ages=np.where(seen[:, None], known.after.ages, 0.5 * known.after.ages)))
    for measure in benchmarks.MEASURES:
        for name, rule in benchmarks.RULES.items():
            if measure in benchmarks.ONLY.get(name, benchmarks.MEASURES):
                np.testing.assert_array_equal(*(rule(one, seen, measure, numbers) for one in (known, spoilt)))


def test_each_fifth_has_its_share_of_types_and_sizes(known, baseline):
    types = baseline.counties["county_type"]
    shares = pd.crosstab(types, known.part)
    assert (shares.max(axis=1) - shares.min(axis=1) <= 1).all()
    assert known.held_out.sum() == 16
    sizes = pd.Series(known.before.residents).groupby(known.part).mean()
    assert sizes.max() / sizes.min() < 1.2


def test_boundaries_that_changed_are_those_of_2020(known, baseline):
    names = baseline.counties["name_en"][known.moved]
    assert set(names) == {"Feixian", "Tancheng", "Yinan"}
    assert known.before.residents[known.moved] == pytest.approx([790_900, 838_019, 757_000])


def test_a_run_that_says_2020_is_right_everywhere(known, configure):
    after = known.after
    run = pd.DataFrame({
        "residents_2010": 1000.0, "residents": 1000.0 * after.residents / known.before.residents,
        **{name: getattr(after, name) / after.residents * 1000.0 * after.residents / known.before.residents
           for name in ("urban", "children", "old")},
        "registered": after.registered, "absent": after.absent}, index=known.codes)
    scored = hindcast.scores(known, [run], benchmarks.covariates(configure()))
    model = scored[(scored["rule"] == "model") & (scored["measure"] != "all")]
    assert model[["mae", "rmse", "bias"]].abs().to_numpy().max() == pytest.approx(0, abs=1e-9)
    assert set(scored["counties"]) == {"all", "fitted", "held_out"}
    judged = scored[(scored["measure"] == "all") & (scored["verdict"] != "")]
    assert list(judged["counties"]) == ["held_out"]
