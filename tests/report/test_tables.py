"""What the report's tables hold follows from the run's files: effects, money, moves, layers of the map, names."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.core import store
from sim.core.described import packed
from sim.indicators import components
from sim.indicators.observation import OBSERVATIONS
from sim.report.charts import layers
from sim.report.pages import comparisons
from sim.report.tables import cells, change, effects, evaluation, fairness, gains, money, movement, overview
from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

METADATA = {"indicators": packed(OBSERVATIONS), "decomposition": packed(components.DESCRIBED)}
COUNTIES = ("370124", "370126", "370281")
PREFECTURES = pd.DataFrame({"adcode": ["370100", "370200"], "name_zh": ["甲市", "乙市"], "name_en": ["Alpha", "Beta"]})
PROVINCE = {"name": {"zh": "省", "en": "P"}, "core_cities": ["370100"], "sources": {"zh": "表", "en": "Tables"}}


@pytest.mark.parametrize("name", ["ledger", "doses", "nothing"])
def test_rows_of_a_year_are_those_of_the_table(folder, tmp_path, name):
    """Read from a run, and from two that are compared."""
    runs = [f"{folder}:{policy}" for policy in ("full_package", "no_new_policy")]
    for read in (Results(folder), comparisons.compare(*runs, tmp_path)):
        table, year = read.table(name), read.horizon
        rows = table[table["year"] == year] if len(table) else table
        assert len(rows) > 0 or name == "nothing"
        pd.testing.assert_frame_equal(read.table(name, year).reset_index(drop=True), rows.reset_index(drop=True))


def _indicators(values: dict[str, dict[int, list[float]]], group: str = "all_counties", indicator: str = "jobs"):
    rows = [
        {"year": year, "group": group, "indicator": indicator, "value": value, "basis": "", "policy": policy,
         "external": "reference", "parameters": "default", "seed": seed, "run": policy}
        for policy, years in values.items() for year, seeds in years.items() for seed, value in enumerate(seeds)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def results(tmp_path):
    """Return results of invented tables."""

    def make(**tables: pd.DataFrame) -> Results:
        counties = pd.DataFrame({"adcode": COUNTIES, "name_zh": ["甲县", "乙县", "丙县"], "name_en": ["A", "B", "C"]})
        for name, table in {"counties": counties, "prefectures": PREFECTURES, **tables}.items():
            table = table.assign(parameter_set=0) if "seed" in table else table
            store.write_table(tmp_path / f"{name}.parquet", table, METADATA.get(name))
        store.write_json(tmp_path / "province.json", PROVINCE)
        return Results(tmp_path)

    return make


def test_effects_are_paired_by_seed_and_say_what_can_be_told_from_chance(results):
    ours, theirs = [12.0, 23.0, 31.0, 44.0], [10.0, 20.0, 30.0, 40.0]
    found = effects.effects(results(indicators=_indicators({"p": {2025: ours}, "none": {2025: theirs}}))).iloc[0]
    gaps = np.subtract(ours, theirs)
    assert (found["effect"], found["low"], found["high"]) == pytest.approx((2.5, *np.quantile(gaps, [0.1, 0.9])))
    error = gaps.std(ddof=1) / 2
    assert found["detectable"] == pytest.approx((stats.t.ppf(0.975, 3) + stats.t.ppf(0.8, 3)) * error)
    assert found["same_sign"] == 1.0
    assert found["clear"] == (stats.ttest_rel(ours, theirs).pvalue < 0.05)


@pytest.mark.parametrize(
    ("ours", "clear"), [([11.0, 11.1, 10.9], True), ([11.0, 9.0, 10.1], False), ([11.0], False), ([10.0] * 3, False)]
)
def test_an_effect_is_clear_only_beyond_chance(results, ours, clear):
    table = _indicators({"p": {2025: ours}, "none": {2025: [10.0] * len(ours)}})
    assert bool(effects.effects(results(indicators=table))["clear"].iloc[0]) == clear


def test_seeds_without_a_partner_do_not_count(results):
    table = _indicators({"p": {2025: [11.0, 12.0, 90.0]}, "none": {2025: [10.0, 10.0]}})
    found = effects.effects(results(indicators=table)).iloc[0]
    assert (found["effect"], found["seeds"]) == (1.5, 2)


def test_the_share_that_has_arrived_is_that_of_clear_effects_only(results):
    def path(size: float, noise: float):
        return {
            year: [50 + size * step + noise * sign for sign in (-1, 1, 0.5)] for year, step in ((2025, 1), (2035, 4))
        }

    flat = {2025: [50.0] * 3, 2035: [50.0] * 3}
    table = pd.concat([
        _indicators({"p": path(1.0, 0.01), "none": flat}, indicator="resident_urbanization"),
        _indicators({"p": path(0.0, 1.0), "none": flat}, indicator="hukou_urbanization")])
    found = effects.arrived(results(indicators=table)).set_index("indicator")["share"]
    assert found["resident_urbanization"] == pytest.approx(0.25, abs=0.01)
    assert np.isnan(found["hukou_urbanization"])


def test_nothing_has_arrived_where_a_run_ends_with_the_targets(results):
    table = _indicators({"p": {2025: [1.0, 2.0]}, "none": {2025: [1.0, 1.0]}})
    assert effects.arrived(results(indicators=table)).empty


def _ledger(policy: str, lines: list[tuple[str, str, float]], seed: int = 0) -> pd.DataFrame:
    table = pd.DataFrame(lines, columns=["book", "item", "yuan"])
    return table.assign(year=2024, holder=COUNTIES[0], counterparty="x", policy=policy, seed=seed)


def test_payers_add_up_to_what_measures_cost(results):
    costs = pd.DataFrame({"year": [2024, 2024, 2025, 2026, 2025], "adcode": COUNTIES[0], "policy": "p", "seed": 0,
                          "payer": ["planned", "province", "province", "province", "county"],
                          "yuan": [500.0, 60.0, 25.0, 9.0, 15.0]})
    indicators = _indicators({"p": {2025: [1.0]}, "none": {2025: [1.0]}})
    paid = money.payers(results(indicators=indicators, costs=costs))
    assert paid.set_index("payer")["yuan"].to_dict() == {"province": 85.0, "county": 15.0}
    assert money.from_above(paid) == 0.85


def test_accounts_are_above_zero_on_their_side_and_compared_by_seed(results):
    ours = [("general", "public_pay", -100.0), ("general", "transfers", 80.0), ("general_debt", "closing", -50.0)]
    theirs = [("general", "public_pay", -90.0), ("general", "transfers", 80.0), ("general_debt", "closing", -40.0)]
    ledger = pd.concat([_ledger("p", ours), _ledger("none", theirs)]).assign(year=2025)
    indicators = _indicators({"p": {2025: [1.0]}, "none": {2025: [1.0]}})
    found = money.accounts(results(indicators=indicators, ledger=ledger)).set_index("book")
    assert found.loc["general", "side"].tolist() == ["in", "out"]
    assert found.loc["general", "value"].tolist() == [80.0, 100.0]
    assert found.loc["general", "effect"].tolist() == [0.0, 10.0]
    assert found.loc["general_debt", ["side", "value", "effect"]].tolist() == ["owed", 50.0, 10.0]


def test_doses_are_means_over_the_counties_that_plan_them_and_money_what_was_paid(tmp_path, results):
    table = pd.DataFrame({"year": [2024, 2025], "adcode": COUNTIES[0], "measure": "transport", "lever": "transport",
                          "area": "county", "target": 0.9, "wanted": [0.4, 0.2], "funded": [0.1, 0.2],
                          "delivered": [0.0, 0.1], "paid": [100.0, 210.0], "policy": "p",
                          "seed": 0})
    (tmp_path / "runs" / "p").mkdir(parents=True)
    (tmp_path / "runs" / "p" / "manifest.json").write_text(
        '{"config": {"measures": {"transport": {"title": {"zh": "交通", "en": "Transport"}, "group": "facilities",'
        ' "levers": {"transport": {}}}}}}', "utf-8")
    found = money.doses(results(indicators=_indicators({"p": {2025: [1.0]}}), doses=table)).iloc[0]
    assert (found["planned"], found["funded"], found["delivered"]) == pytest.approx((0.9, 0.3, 0.1))
    assert found["counties"] == 1
    assert found["paid"] == pytest.approx(100 + 200 + 10)


def _flows(moves: list[tuple[str, str, float]], policy: str = "p") -> pd.DataFrame:
    table = pd.DataFrame(moves, columns=["origin", "destination", "persons"])
    return table.assign(year=2025, hukou="village", age="15-64", policy=policy, seed=0)


def test_every_move_counts_once_and_under_its_kind(results):
    a, b = COUNTIES[:2]
    flows = _flows([(f"{a}-village", f"{a}-seat", 5), (f"{a}-village", f"{b}-seat", 7), (f"{a}-seat", "outside", 2),
                    ("370100-districts", f"{a}-town", 3), ("370300-districts", f"{a}-town", 4)])
    made = results(indicators=_indicators({"p": {2025: [1.0]}}), flows=flows)
    found = movement.matrix(made, "p")
    assert found.to_numpy().sum() == flows["persons"].sum()
    assert found.loc["village", ["seat", "other_county"]].tolist() == [5, 7]
    assert found.loc["seat", "outside"] == 2
    assert found["town"][["districts", "core"]].tolist() == [4, 3]
    assert movement.kinds(made)["core"] == Words("甲市区", "Alpha")


def test_neighbours_are_those_without_measures_beside_one_with(results):
    doses = pd.DataFrame({"adcode": COUNTIES[0], "target": [1.0], "policy": "p"})
    pairs = pd.DataFrame({"adcode_a": COUNTIES[:2], "adcode_b": COUNTIES[1:]})
    made = results(indicators=_indicators({"p": {2025: [1.0]}}), doses=doses, neighbours=pairs)
    assert fairness.untreated_neighbours(made) == [COUNTIES[1]]


@pytest.mark.parametrize(("ours", "said"), [
    ({"metropolitan_fringe": [110.0, 111.0, 109.0], "population_loss": [102.0, 101.9, 102.1]},
     ["+2.00% (population loss) to +10.0% (metropolitan fringe)", "+2.00%（人口流失）到+10.0%（大城市周边）"]),
    ({"metropolitan_fringe": [110.0, 111.0, 109.0], "population_loss": [102.0, 98.0, 101.0]}, []),
])
def test_the_types_at_both_ends_are_said_where_their_effects_are_sure(results, ours, said):
    table = pd.concat([_indicators({"p": {2025: values}, "none": {2025: [100.0] * 3}}, group)
                       for group, values in ours.items()])
    sentence = gains.sentence(results(indicators=table))
    assert (sentence is not None) == bool(said)
    assert all(words in " ".join(sentence or ()) for words in said)


def test_counties_named_in_half_of_the_runs_are_listed_and_none_is_ranked(results):
    rows = [{"year": 2025, "group": code, "class": "other", "rank": rank, "advanced": advanced, "progress": False,
             "score": 50.0 - rank, "policy": "p", "external": "reference", "seed": seed, "run": "p"}
            for seed in range(4) for rank, (code, advanced) in enumerate(
                [("370281", True), ("370124", seed < 2), ("370126", seed < 1)], 1)]
    found = evaluation.table(results(indicators=_indicators({"p": {2025: [1.0] * 4}}), evaluation=pd.DataFrame(rows)))
    assert [[cell if isinstance(cell, str) else cell.en for cell in row] for row in found.rows] == [
        ["A (other)", "50%", "0%"], ["C (other)", "100%", "0%"]]


def test_that_nobody_is_named_in_half_of_the_runs_is_no_silence(results):
    rows = [{"year": 2025, "group": code, "class": "other", "rank": 1, "advanced": False, "progress": False,
             "score": 50.0, "policy": "p", "external": "reference", "seed": 0, "run": "p"} for code in COUNTIES]
    found = evaluation.table(results(indicators=_indicators({"p": {2025: [1.0]}}), evaluation=pd.DataFrame(rows)))
    assert found.rows == [] and "at least half of the runs" in found.note.en


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(lambda parts: sum(parts) > 1e-3))
def test_shares_in_whole_percent_add_up(parts):
    shares = {str(k): part / sum(parts) for k, part in enumerate(parts)}
    written = {name: int(text.removesuffix("%")) for name, text in cells.percents(shares).items()}
    assert sum(written.values()) == 100
    assert all(abs(written[name] - 100 * share) < 1 for name, share in shares.items())


def test_only_counties_whose_value_is_known_are_shown(results):
    parts = [_indicators({"p": {2020: [50.0], 2025: [55.0]}}, code, "piped_gas").assign(basis=basis)
             for code, basis in zip(COUNTIES, ("imputed_by_type", "observed", "assumed"), strict=True)]
    table = pd.concat(parts)
    table.loc[table["year"] == 2025, "basis"] = "simulated"
    made = results(indicators=table)
    assert layers.showable(made) == {"piped_gas": {COUNTIES[1]}}
    values = layers.values(made, "piped_gas", "change")["value"]
    assert values.isna().tolist() == [True, False, True]
    assert values[COUNTIES[1]] == 5.0
    assert {layer.written[0] for layer in layers.layers(made)} == {"—"}


def test_a_gap_is_to_the_target_that_the_rule_implies_for_the_county(results):
    table = _indicators({"p": {2020: [50.0], 2025: [53.0]}}, COUNTIES[0], "resident_urbanization")
    made = results(indicators=table.assign(basis=np.where(table["year"] == 2020, "observed", "simulated")))
    rule = made.system.indicators["resident_urbanization"].target
    assert layers.values(made, "resident_urbanization", "gap")["value"].iloc[0] == pytest.approx(3 - rule.value)


def test_components_are_summed_over_years_and_flags_need_most_of_them(results):
    table = pd.DataFrame({
        "year": [2024, 2024, 2025, 2025], "group": "all_counties", "rate": "resident_urbanization",
        "component": "deaths", "acts_on": ["urban", "village"] * 2, "persons": 1.0, "points": [-0.1, 0.3, -0.2, 0.4],
        "urban_people_fall": [True] * 4, "reclassification_alone": [True, True, False, False], "policy": "p",
        "seed": 0})
    made = results(indicators=_indicators({"p": {2025: [1.0]}}), decomposition=table)
    found = change.components(made).iloc[0]
    assert (found["points"], found["emptying"]) == pytest.approx((0.4, 0.7))
    assert change.flags(made)["flag"].tolist() == ["urban_people_fall"]


def test_summary_is_mean_and_interval_of_the_last_year(results):
    made = results(indicators=_indicators({"p": {2020: [1.0, 1.0], 2025: [2.0, 4.0]}}))
    found = overview.summarize(made).iloc[0]
    assert (found["base"], found["mean"], found["low"], found["high"], found["seeds"]) == pytest.approx(
        (1.0, 3.0, 2.2, 3.8, 2)
    )


def test_a_folder_is_found_by_path_and_by_name(tmp_path, monkeypatch):
    from sim.report.tables.results import find

    (tmp_path / "outputs" / "one").mkdir(parents=True)
    _indicators({"p": {2025: [1.0]}}).to_parquet(tmp_path / "outputs" / "one" / "indicators.parquet")
    monkeypatch.chdir(tmp_path)
    assert find("one") == Path("outputs/one")
    assert find("outputs/one") == Path("outputs/one")
