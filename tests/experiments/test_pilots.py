"""The pilot laboratory in made worlds: what is known beforehand is what it finds, with and without spill-over."""

import re

import numpy as np
import pandas as pd
import pytest

from sim import baseline
from sim.cli import main
from sim.compose import compose
from sim.experiments.pilots import additivity, estimators, power, runs, selection
from sim.experiments.pilots.designs import Paired, Random, Stratified
from sim.indicators.totals import OBSERVATIONS

COUNTIES, YEARS, FIRST, SINCE = 78, 11, 6, 5
EFFECT = 1.5


def ring():
    """Return counties in a circle, each between two others, bool (county, county)."""
    place = np.arange(COUNTIES)
    return np.isin((place[:, None] - place) % COUNTIES, (1, COUNTIES - 1))


def world(effect=EFFECT, near=0.0, far=0.0, error=1.0):
    """Return a world of random walks, one history, with a constant effect and spill-over to neighbours and others."""
    steps = np.random.default_rng(4).normal(0.5, 0.3, (20, COUNTIES, YEARS))
    constant = np.ones(SINCE)
    return power.World(50 + steps.cumsum(2), np.full((COUNTIES, SINCE), effect), 0 * constant, near * constant,
                       far * constant, ring(), np.full((COUNTIES, YEARS), error), FIRST)


def designs():
    strata = np.random.default_rng(5).integers(0, 5, COUNTIES)
    features = np.random.default_rng(6).normal(size=(COUNTIES, 2))
    return [Random(COUNTIES, 10), Random(COUNTIES, 30), Stratified(strata, 10), Paired(features, 10)]


def evaluated(design, made, count=1000, **about):
    treated = design.draw(count, np.random.default_rng(7))
    found = power.trials(made, power.together(treated), chance=1.0, error=1.0, seed=8)
    return power.judged(design, found, FIRST, SINCE, seed=9, **about)


def near_share(share, wanted, count, sigmas=4.0):
    return abs(share - wanted) <= sigmas * (wanted * (1 - wanted) / count) ** 0.5


@pytest.mark.parametrize("design", designs(), ids=lambda one: f"{one.name}{one.n}")
def test_without_spill_over_estimates_are_unbiased_and_intervals_hold_the_truth(design):
    found = evaluated(design, world())
    assert found["truth"] == pytest.approx(EFFECT)
    assert abs(found["bias"]) < 4 * found["bias_error"]
    assert near_share(found["coverage"], 0.95, 1000)
    assert near_share(found["placebo"], 0.05, 1000)
    assert near_share(found["permutation_placebo"], 0.05, 1000)


@pytest.mark.parametrize("design", designs(), ids=lambda one: f"{one.name}{one.n}")
@pytest.mark.parametrize(("near", "sign"), [(-0.5, 1), (0.5, -1)])
def test_what_neighbours_lose_is_taken_for_an_effect_and_what_they_gain_hides_it(design, near, sign):
    found = evaluated(design, world(near=near))
    assert sign * found["bias"] > 4 * found["bias_error"]


@pytest.mark.parametrize("design", designs(), ids=lambda one: f"{one.name}{one.n}")
def test_the_smallest_effect_found_is_found_in_80_of_100_evaluations(design):
    none = evaluated(design, world(effect=0.0))
    assert none["permutation"] == none["permutation_placebo"]
    for name, share in (("detectable", "found"), ("permutation_detectable", "permutation")):
        there = evaluated(design, world(effect=none[name]))
        assert near_share(there[share], 0.8, 1000), name


def test_more_pilots_show_smaller_effects():
    few, many = (evaluated(Random(COUNTIES, n), world())["permutation_detectable"] for n in (5, 20))
    assert many < 0.7 * few


@pytest.mark.parametrize("name", [*estimators.TOGETHER, *estimators.IN_WAVES])
def test_estimators_of_libraries_find_the_constant_effect(name):
    design, count = Random(COUNTIES, 10), 12
    treated = design.draw(count, np.random.default_rng(1))
    starts = power.together(treated)
    if name in estimators.IN_WAVES:
        starts = power.in_waves(treated, 2, np.random.default_rng(2))
        assert {*np.unique(starts)} == {0, 1, 3}
        assert ((starts == 1).sum(1) == 5).all()
    estimator = {**estimators.TOGETHER, **estimators.IN_WAVES}[name]
    for near, sign in ((0.0, 0), (-2.0, 1)):
        found = power.trials(world(near=near, error=0.3), starts, chance=1.0, error=1.0, seed=3)
        summary = power.by_library(estimator, found, YEARS)
        assert summary["truth"] == pytest.approx(EFFECT)
        if sign:
            assert summary["bias"] > 3 * summary["bias_error"]
        else:
            assert abs(summary["bias"]) < 4 * summary["bias_error"]
            assert summary["coverage"] >= 0.5  # 12 trials of 95 %: fewer than 6 hold the truth once in 50 million


def test_libraries_agree_where_they_estimate_the_same():
    design = Random(COUNTIES, 10)
    treated = design.draw(3, np.random.default_rng(1))
    found = power.trials(world(), power.together(treated), chance=1.0, error=1.0, seed=3)
    changes = found.panels[..., FIRST:].mean(2) - found.panels[..., :FIRST].mean(2)
    plain = design.estimate(changes, treated)
    for panel, starts, value, half, who in zip(found.panels, found.starts, *plain, treated, strict=True):
        regressed, imputed = estimators.regressed(panel, starts), estimators.imputed(panel, starts)
        assert regressed.value == pytest.approx(value, abs=1e-8)
        assert imputed.value == pytest.approx(value, abs=1e-8)
        assert regressed.half == pytest.approx(half, rel=0.02)  # Welch and Bell-McCaffrey nearly coincide
        ours, donors = panel[who].mean(0), panel[~who][: FIRST - 1]  # so few donors that weights are unique
        assert estimators.gap(ours, donors, FIRST) == pytest.approx(estimators.other_gap(ours, donors, FIRST), abs=0.01)


def test_draws_are_balanced_simple_samples():
    drawn, shuffle = selection.draws(COUNTIES, 10, 1000, seed=1)
    assert (drawn.sum(1) == 10).all()
    for number in range(shuffle.max()):
        assert drawn[shuffle == number].sum(0).max() == 1
    assert drawn.sum(0).min() > 100
    together = (drawn.T.astype(int) @ drawn)[~np.eye(COUNTIES, dtype=bool)]
    assert together.mean() == pytest.approx(1000 * 10 / 78 * 9 / 77)
    np.testing.assert_array_equal(drawn[:50], selection.draws(COUNTIES, 10, 50, seed=1)[0])


def test_a_stratified_draw_takes_from_every_stratum_and_pairs_share_no_county():
    strata = np.repeat([0, 1, 2], [40, 28, 10])
    drawn = Stratified(strata, 8).draw(50, np.random.default_rng(1))
    assert {tuple(np.bincount(strata[row])) for row in drawn} == {(4, 3, 1)}
    paired = Paired(np.arange(COUNTIES)[:, None] // 2 * 10.0, 10)
    np.testing.assert_array_equal(paired.pairs, np.arange(COUNTIES).reshape(-1, 2))
    treated = paired.draw(50, np.random.default_rng(1))
    assert (treated[:, ::2] & treated[:, 1::2]).sum() == 0
    assert (treated.sum(1) == 10).all()


def test_single_effects_and_spill_over_are_learnt_from_draws():
    random, adjoining = np.random.default_rng(2), ring()
    drawn, shuffle = selection.draws(COUNTIES, 10, 400, seed=3)
    own = random.normal(2, 1, (COUNTIES, 2, 1))
    known = additivity.Additive(own, np.full((2, 1), 0.3), np.full((2, 1), -0.4), np.full((2, 1), 0.1))
    change = additivity.predict(known, drawn, adjoining)
    for found, wanted in zip(additivity.fit(drawn, change, adjoining), known, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-9)
    noisy = change + random.normal(0, 0.5, change.shape)
    weights = random.uniform(1, 2, COUNTIES)
    table = additivity.check(drawn, shuffle, noisy, adjoining, weights, ["one"],
                             {"pilots": np.array([0.16]), "all_counties": np.array([0.06])})
    rows = table.set_index("group")
    assert rows.loc["pilots", "explained"] > 0.5
    assert rows.loc["pilots", "error"] < 0.25


GAIN = {"resident_urbanization": 2.0, "hukou_urbanization": 1.0}
LOSS = -0.2


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Put a made world in the place of the simulation: a county gains by its place in the file, its neighbours lose."""
    monkeypatch.chdir(tmp_path)
    data = baseline.load(None)
    codes = list(data.counties["adcode"])
    near = {tuple(pair) for pair in data.neighbours[["adcode_a", "adcode_b"]].to_numpy()}
    ran = []

    def simulate(names, moves, study, threads):
        ran.append(study.seed)
        pilots = study.policy.pilots.counties if study.policy.pilots else ()
        chosen = np.isin(codes, pilots)
        beside = np.array([sum((a, b) in near or (b, a) in near for b in pilots) for a in codes])
        random = np.random.default_rng(study.seed)
        years = np.arange(study.start - 1, study.end + 1)
        after = (years >= study.first)[None]
        table = {}
        for name in dict.fromkeys([*names, *runs.BESIDE]):
            base = 40 + random.normal(0.5, 0.2, (len(codes), len(years))).cumsum(1)
            if name in GAIN:
                gain = GAIN[name] * (np.arange(len(codes)) / len(codes))[:, None] * chosen[:, None]
                base = base + after * np.where(chosen[:, None], gain, LOSS * beside[:, None])
            else:
                base = np.full(base.shape, 5e5) + 1000 * chosen[:, None] * after
            table[name] = np.vstack([base, base.mean(0), base.mean(0)]).ravel()
        found = pd.DataFrame({f"{k}": table[name] for k, name in enumerate([*names, *runs.BESIDE])})
        found[f"{len(found.columns)}"] = np.vstack([1e8 * chosen[:, None] * after, 0 * after, 0 * after]).ravel()
        if moves:
            found = pd.concat([found, pd.DataFrame(0.0, index=found.index, columns=codes)], axis=1)
        return found

    monkeypatch.setattr(runs, "simulate", simulate)
    return tmp_path / "outputs" / "pilots", codes, ran


ARGUMENTS = ["pilots", "draws=140", "trials=40", "seeds=2", "workers=1", "years=[1,3]", "errors={}",
             "outcomes=[resident_urbanization,hukou_urbanization]"]


def test_the_study_finds_whom_to_choose_what_it_does_and_what_could_be_seen(made, capsys):
    folder, codes, ran = made
    assert main(ARGUMENTS) == 0, capsys.readouterr().err
    printed = capsys.readouterr().out
    assert "greatest effect" in printed
    pilots = pd.read_parquet(folder / "pilots.parquet").groupby("rule")["adcode"].agg(set)
    assert len(pilots["greatest_effect"] & set(codes[-13:])) >= 9
    assert pilots["recommended"] == pilots["greatest_effect"]
    effects = pd.read_parquet(folder / "effects.parquet").query("outcome == 'resident_urbanization' and years == 3")
    by = effects.set_index(["rule", "group"])
    assert by.loc[("greatest_effect", "pilots"), "effect"] == pytest.approx(1.86, abs=0.1)
    assert by.loc[("random", "pilots"), "effect"] == pytest.approx(1.0, abs=0.1)
    assert (by["effect"].xs("neighbours_of_pilots", level="group").drop("random") < LOSS / 2).all()
    assert by.loc[("greatest_effect", "pilots"), "beats"] > 0.99
    assert np.isnan(by.loc[("greatest_effect", "pilots"), "beats_expected"])  # it was chosen by these very sums
    assert by.loc[("top_output", "pilots"), "beats_expected"] < 0.5  # most of these come early in the file
    assert by.loc[("top_output", "pilots"), "paid"] == pytest.approx(3e9)
    power_table = pd.read_parquet(folder / "power.parquet")
    drawn = power_table.query("design == 'random' and n == 10 and years == 3 and errors == 'counted' "
                              "and outcome == 'resident_urbanization'").set_index("source")
    assert drawn.loc["runs", "truth"] == pytest.approx(drawn.loc["sums", "truth"], abs=0.05)
    assert drawn.loc["runs", "bias"] == pytest.approx(drawn.loc["sums", "bias"], abs=0.1)
    assert drawn.loc["sums", "bias"] > 0  # what neighbours lose is taken for an effect
    scaled = pd.read_parquet(folder / "scaled.parquet").query("rule == 'greatest_effect' and years == 3")
    np.testing.assert_allclose(scaled["alone"], scaled["together"])
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"\bnan\b", page.split("<main>")[1].split("base64")[0])
    assert not any(f"{{{key}}}" in page for key in ("names", "unit", "years", "outcome"))

    before = len(ran)
    assert main(ARGUMENTS) == 0
    assert len(ran) == before  # what was there is not run again
    assert main(["report", "pilots"]) == 0
    assert (folder / "report.html").read_text(encoding="utf-8") == page


def test_rules_are_shown_with_seeds_that_no_choice_was_made_with(made):
    _, _, ran = made
    assert main([*ARGUMENTS, "rules=greatest_effect"]) == 0
    shown, screened = {seed for seed in ran if seed < 2**60}, {seed for seed in ran if seed >= 2**60}
    assert shown == {1, 2}
    assert len(screened) == 20


def test_a_list_of_ones_own_is_a_rule(made, tmp_path):
    folder, codes, _ = made
    (tmp_path / "mine.txt").write_text("# mine\n邹平市\n" + "\n".join(codes[:3]) + "\n", encoding="utf-8")
    assert main([*ARGUMENTS, "rules=top_output", "n=4", "list=mine.txt"]) == 0
    pilots = pd.read_parquet(folder / "pilots.parquet").query("rule == 'list'")
    assert set(pilots["adcode"]) == {"371681", *codes[:3]}


@pytest.mark.parametrize(("given", "said"), [
    (["n=79"], "n=79: expected at most 77"),
    (["n=78"], "n=78: expected at most 77"),
    (["n=11", "rules=national_demonstration_2020"], "n=11: expected at most 10 by rules=national_demonstration_2020"),
    (["rules=best"], "rules=best: unknown rule"),
    (["rules=list"], "rules=list: expected list=FILE"),
    (["list=nowhere.txt"], "list=nowhere.txt: No such file"),
    (["policy=land_led"], "policy=land_led: expected a policy with pilots"),
    (["policy.pilots.grant=0", "policy.funding.reprioritised=0"], "policy.pilots.grant=0: expected money"),
    (["policy.pilots.doses.all=0"], "expected pilots that plan measures"),
    (["since=2021Q1"], "since=2021Q1: expected 2022Q1 or later"),
    (["years=[12]", "since=2030Q1"], "years=12: expected at most 6 from 2030Q1"),
    (["outcomes=[wealth]"], "outcomes=wealth: no yearly figure has this name"),
    (["errors.wealth={kind: relative, value: 1, grade: assumed, source: none}"], "errors=wealth: no yearly figure"),
    (["seeds=1"], "seeds=1: expected at least 2"),
    (["parameter_sets=2"], "county pilots uses one parameter set"),
])
def test_faults_are_one_line_before_anything_is_simulated(made, given, said, capsys):
    _, _, ran = made
    keys = {one.partition("=")[0] for one in given}
    rest = [one for one in ARGUMENTS if one.partition("=")[0] not in keys and not (
        one == "errors={}" and any(key.startswith("errors") for key in keys))]
    assert main([*rest, *given]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not ran


def test_without_the_libraries_one_line_says_what_to_install(made, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "diff_diff", None)
    assert main(ARGUMENTS) == 2
    assert "pip install 'county-urbanization[pilots]'" in capsys.readouterr().err
    assert not made[2]


def test_a_run_observes_what_the_study_needs():
    study = compose("pilots", ["years=[2]", "since=2022Q1", "outcomes=[resident_urbanization]"])
    codes = list(baseline.load(None).counties["adcode"])
    config = runs.configured(study, codes[:2])
    found = runs.simulate(["resident_urbanization"], True, config, 1)
    assert found.shape == ((78 + 2) * 4, 1 + 2 + 1 + 78)
    values = found.to_numpy().reshape(80, 4, -1)
    assert OBSERVATIONS["resident_urbanization"].unit == "%"
    assert values[:78, :, 2].sum() == pytest.approx((values[:78, :, 0] / 100 * values[:78, :, 1]).sum())
    assert (values[:2, 2, 3] > 0).all()
    assert values[2:, :, 3].sum() == 0
    assert values[:, 1:, 4:].sum() > 0
    assert all(values[k, :, 4 + k].sum() == 0 for k in range(78))
