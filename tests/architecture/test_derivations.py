"""Derived parameters and effects: declared as the rule gives them, from rows and factors that are known."""

import pytest

from sim.config.derivations import factor, figures, load_derivations, quantities
from sim.config.evidence import load_evidence
from sim.config.fault import ConfigError
from sim.config.files import CONFIGS, load_ensemble, load_parameters
from sim.experiments.evidence import derived, pooled

DERIVATIONS = load_derivations()
ROWS = {row.id: row for row in load_evidence()}
FOUND = derived()


@pytest.mark.parametrize("name", DERIVATIONS)
def test_what_is_derived_is_declared_to_two_digits_and_says_so(name):
    declared, found = quantities()[name], FOUND[name]
    assert (declared.value, declared.low, declared.high) == tuple(
        float(f"{value:.2g}") for value in (found.estimate, found.low, found.high))
    assert declared.grade == "derived"


@pytest.mark.parametrize("name", DERIVATIONS)
def test_the_shipped_parameter_sets_lie_within_derived_ranges(name):
    declared = quantities()[name]
    for one in load_ensemble():
        assert declared.low <= one.get(name, declared.value) <= declared.high


def test_there_are_derived_effects_of_measures_and_derived_parameters():
    effects = [name for name in DERIVATIONS if name.startswith("measures.")]
    assert len(effects) >= 5
    assert len(DERIVATIONS) - len(effects) >= 10


def test_one_row_counts_with_its_own_error_and_that_between_places():
    """Value 1.5 times 0.6, error 1.5 / 1.96; places differ by at least the median coefficient of variation."""
    one = FOUND["migration.distance_elasticity"]
    row = ROWS["zhang_zhao_distance"]
    assert one.estimate == pytest.approx(0.6 * 1.5)
    alone = pooled([row])
    assert one.between > alone.between == 0
    assert one.high - one.estimate == pytest.approx(
        1.959964 * ((1.5 / 1.959964) ** 2 + 2 * one.between**2) ** 0.5, rel=1e-6)
    assert one.low == 0


def test_null_results_pull_towards_nothing():
    one = FOUND["measures.trade_logistics.farm_productivity"]
    share = ROWS["business_income_2020"].estimate
    assert one.estimate == pytest.approx(0.6 * 0.037 / share / 2)


def test_pay_follows_tightness_less_than_unemployment():
    """Constant returns: d ln u / d ln tightness = -(1 - elasticity to seekers), where separations stay the same."""
    step, = DERIVATIONS["labour.wage_curve"].conversions
    assert factor(step, figures()) == pytest.approx(-(1 - load_parameters().labour.matching_elasticity))


@pytest.mark.parametrize(("entry", "expected"), [
    ("firms.magic: {conversions: [{rows: [bom_2009_mean], factor: '1', why: w}]}",
     "firms.magic: no parameter or single effect; did you mean firms."),
    ("measures.citizenization.conversion: {conversions: [{rows: [an_2024_urban], factor: '1', why: w}]}",
     "measures.citizenization.conversion: no parameter or single effect"),
    ("firms.public_capital: {conversions: [{rows: [bom_2009], factor: '1', why: w}]}",
     "firms.public_capital: row=bom_2009: unknown; did you mean bom_20"),
    ("firms.public_capital: {conversions: [{rows: [lin_2018_all], factor: '1', why: w}]}",
     "firms.public_capital: row=lin_2018_all: expected a row whose mechanism names it"),
    ("firms.public_capital: {conversions: [{rows: [bom_2009_mean, bom_2009_mean], factor: '1', why: w}]}",
     "firms.public_capital: bom_2009_mean: expected once, it appears 2 times"),
    ("housing.supply_elasticity: {conversions: [{rows: [chow_niu_supply, lin_2018_all], factor: '1', why: w}]}",
     "housing.supply_elasticity: rows=chow_niu_supply, lin_2018_all: expected one unit for a factor, not % of price"),
    ("firms.public_capital: {conversions: [{rows: [bom_2009_mean], factor: '', why: w}]}",
     "firms.public_capital.conversions.0.factor=: expected text, not nothing"),
    ("firms.public_capital: {conversions: [{rows: [bom_2009_mean], factor: '1', why: w, offset: 1}]}",
     "firms.public_capital.conversions.0.offset: unknown key"),
    *((f"firms.public_capital: {{conversions: [{{rows: [bom_2009_mean], factor: {text!r}, why: w}}]}}",
       f"firms.public_capital: factor={text}: expected")
      for text in ("labour.pay", "1 / 0", "0", "1 +", "open", "firms._name", "'a' * 2", "10 ** 400", "firms")),
])
def test_a_faulty_entry_is_refused_in_one_line(tmp_path, entry, expected):
    path = tmp_path / "derivations.yaml"
    path.write_text(entry, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_derivations(path)
    message = str(caught.value)
    assert f"derivations.yaml: {expected}" in message
    assert "\n" not in message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        load_derivations(tmp_path / "missing.yaml")
    assert (CONFIGS / "derivations.yaml").is_file()
