"""What the model is held against: estimates find what was done, lights follow their rules, the page shows them all."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import cli
from sim.baseline import load
from sim.compose import compose
from sim.config.files import CROSSVALIDATION, load_quasi_experiments
from sim.experiments import quasi_experiments as quasi
from sim.experiments import recent, treatments
from sim.indicators.totals import OBSERVATIONS
from sim.report.pages import validation as page

FINDING = load_quasi_experiments()["returning_entrepreneurs"].findings[0]


def test_declared_experiments_name_what_there_is(build):
    build()  # observations are registered where they are observed
    codes = [one.code for one in load_quasi_experiments().values()]
    assert codes == [f"Q{k}" for k in range(1, 12)]
    for one in load_quasi_experiments().values():
        for finding in one.findings:
            for outcome in filter(None, (finding.outcome, finding.per)):
                assert outcome in {*OBSERVATIONS, "families_to_towns", "arrivals_in_towns"}
            assert finding.unit in page.UNITS


def test_half_of_the_counties_are_drawn_and_the_seed_decides_which():
    drawn = [treatments.treated(78, seed) for seed in range(40)]
    assert {int(one.sum()) for one in drawn} == {39}
    assert np.ptp(np.sum(drawn, axis=0)) < 25  # no county is always or never drawn
    np.testing.assert_array_equal(treatments.treated(78, 7), treatments.treated(78, 7))


def test_half_of_the_experiments_are_fitted_as_drawn():
    known = load_quasi_experiments().values()
    drawn = set(np.random.default_rng(1).permutation([one.code for one in known][:10])[:5])  # Q11 came after the draw
    assert {one.code for one in known if one.fit} == drawn
    for one in known:
        for finding in one.findings:
            aimed_at = one.fit and finding.published is not None
            assert (one.role(finding) == "fitted") == aimed_at
            assert aimed_at or one.role(finding) == finding.role


def test_treatments_of_one_run_are_told_apart_whatever_counties_they_share():
    random = np.random.default_rng(4)
    design = np.column_stack([treatments.treated(78, (7, k)) for k in range(3)])
    then = np.exp(random.normal(3, 1, 78))
    codes = list(load().counties["adcode"])

    def of(values, name):
        return pd.concat({name: pd.DataFrame({2026: values}, index=codes)}, names=["indicator", "group"])

    relative = then * np.exp(design @ [0.03, -0.01, 0.1] + 0.02)
    found = treatments.effects(FINDING, design, of(relative, FINDING.outcome), of(then, FINDING.outcome))
    np.testing.assert_allclose(found, [3, -1, 10], atol=1e-9)
    pooled = FINDING.model_copy(update={"form": "pooled"})
    then[0] = 0.0  # nothing to take the logarithm of
    added = then * (1.02 + design @ [0.03, -0.01, 0.1])
    found = treatments.effects(pooled, design, of(added, FINDING.outcome), of(then, FINDING.outcome))
    np.testing.assert_allclose(found, 100 * np.log([1.05 / 1.02, 1.01 / 1.02, 1.12 / 1.02]), atol=1e-9)
    ratio = FINDING.model_copy(update={"form": "ratio", "per": "spent"})
    both = [pd.concat([of(then + change * (design @ [1.0, 2, 3]), FINDING.outcome), of(then + change, "spent")
                       .add(change * (design @ [1.0, 1, 1]), axis=0)]) for change in (1, 0)]
    np.testing.assert_allclose(treatments.effects(ratio, design, *both), [1, 2, 3], atol=1e-9)


def test_counties_have_the_doses_of_their_own_arms_and_no_others():
    known = load_quasi_experiments()
    arms = [treatments.Arm(known[name], treatments.treated(78, (1, k)))
            for k, name in enumerate(("e_commerce", "transfer_shock", "school_closure"))]
    config = treatments.under(compose("validate"), arms)
    for k, code in enumerate(load().counties["adcode"]):
        plan = config.policy.by_county.get(code)
        wanted = [name for name, arm in zip(("trade_logistics", "treatment.Q4", "treatment.Q6"), arms, strict=True)
                  if arm.treated[k]]
        assert sorted(plan.doses if plan else []) == sorted(wanted)
    assert set(config.measures["treatment"].levers) == {"Q4", "Q6"}


def panel(values):
    """Return a panel of one outcome by county and year, and of residents, whose order of counties is read."""
    codes = list(load().counties["adcode"])
    table = pd.DataFrame(values, index=codes, columns=[2020, 2021, *range(2022, 2027)])
    return pd.concat({"rural_income": table, "residents": table}, names=["indicator", "group"])


def test_a_known_effect_is_found_whatever_the_counties_trends(seed=3):
    rng = np.random.default_rng(1)
    trend = rng.normal(0.05, 0.03, (78, 1)) * np.arange(7)
    without = np.exp(9 + rng.normal(0, 0.3, (78, 1)) + trend)
    chosen = treatments.treated(78, seed)
    ours = without * np.where(chosen[:, None] & (np.arange(7) >= 2), np.exp(0.03), 1.0)
    panels = {("x", seed): panel(ours), ("", seed): panel(without)}
    experiment = load_quasi_experiments()["returning_entrepreneurs"]
    net, plain, effect, spillover = quasi._estimates(compose("validate"), "x", FINDING, experiment, panels, seed)
    assert net == pytest.approx(3.0, abs=1e-9)
    assert effect == pytest.approx(3.0, abs=1e-9)
    assert spillover == pytest.approx(0, abs=1e-9)
    assert abs(plain - 3.0) > 0.1  # one study alone is off by what chance put into its lot


@given(st.floats(-9, 9), st.floats(0, 5), st.sampled_from(["up", "down"]))
def test_lights_of_experiments(estimate, half, sign):
    finding = FINDING.model_copy(update={"sign": sign, "published": None, "low": None, "high": None})
    way = 1 if sign == "up" else -1
    expected = "green" if way * estimate - half > 0 else "red" if way * estimate + half < 0 else "amber"
    assert quasi.verdict(finding, estimate, estimate - half, estimate + half) == expected


def test_a_size_counts_within_half_to_twice_and_nothing_must_be_nothing():
    judged = [quasi.verdict(FINDING, size, size - 0.1, size + 0.1) for size in (1.4, 1.6, 5.9, 6.1)]
    assert judged == ["amber", "green", "green", "amber"]
    none = FINDING.model_copy(update={"sign": "none", "low": -0.5, "high": 0.5})
    judged = [quasi.verdict(none, size, size - 0.2, size + 0.2) for size in (0.2, 0.4, 0.8, -0.8)]
    assert judged == ["green", "amber", "red", "red"]


@pytest.mark.parametrize(("miss", "light"), [(0, "green"), (0.3, "green"), (0.31, "amber"), (0.7, "red")])
def test_lights_of_published_figures(miss, light):
    assert recent.light(miss, 0.3) == light


@pytest.fixture(scope="module")
def validated(tmp_path_factory, own_cache):
    """Return the folder of a small validation with two experiments, and with actual values given."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("validated")
        patch.chdir(folder)
        known = load_quasi_experiments()
        few = {name: known[name] for name in ("e_commerce", "transfer_shock")}
        patch.setattr(quasi, "load_quasi_experiments", lambda: few)
        (folder / "actuals.csv").write_text(
            "year,group,indicator,value\n2022,province,resident_urbanization,64.54\n", encoding="utf-8")
        arguments = ["scale=1000", "parameter_sets=1", "seeds=2", "end=2022", "workers=1", "actuals=actuals.csv"]
        assert cli.main(["validate", *arguments]) == 0
        yield folder / "outputs" / "validate"


FILES = ("initial_fit.csv", "hindcast_scores.csv", CROSSVALIDATION, "recent.csv", "patterns.csv",
         "quasi_experiments.csv", "accuracy.csv")


def test_a_validation_writes_every_part_and_counts_their_lights(validated):
    tables = {part: pd.read_csv(validated / file) for part, file in zip(page.PARTS, FILES, strict=True)
              if part != "crossvalidation" or CROSSVALIDATION.is_file()}
    lights = pd.concat([table["verdict"] for table in tables.values() if "verdict" in table]).dropna()
    assert set(lights) <= set(page.LIGHTS)
    shown = page.content(tables)
    assert shown["count"] == len(lights)
    assert shown["whole"] == {light: int((lights == light).sum()) for light in page.LIGHTS}
    text = (validated / page.NAME).read_text(encoding="utf-8")
    assert f"{len(lights)} checks: {shown['whole']['green']} green" in text
    assert "Q4 A shock to transfers: spending multiplier" in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_a_shock_is_seen_in_the_model(validated):
    table = pd.read_csv(validated / "quasi_experiments.csv").set_index("outcome")
    assert table.loc["capital_spending", "estimate_low"] > 5
    assert abs(table.loc["capital_spending", "spillover"]) < 5
    np.testing.assert_allclose(table["estimate"], table["effect"] - table["spillover"], rtol=5e-3)


def test_actual_values_are_scored(validated):
    table = pd.read_csv(validated / "accuracy.csv")
    simulated = pd.read_parquet(validated / "indicators.parquet").query(
        "group == 'province' and indicator == 'resident_urbanization' and year == 2022")["value"]
    assert table.loc[0, "bias"] == pytest.approx(simulated.mean() - 64.54)
    assert table.loc[0, "mae"] == pytest.approx(abs(simulated.mean() - 64.54))


def test_a_faulty_validation_is_refused_before_anything_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments, said in (
        (["seeds=1"], "seeds=1: expected at least 2"),
        (["what=pattern"], "what"),
        (["actuals=none.csv"], "none.csv"),
    ):
        assert cli.main(["validate", *arguments]) == 2
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1
    assert not (tmp_path / "outputs").exists()
