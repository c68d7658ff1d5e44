"""Counties are evaluated by class with known values only; awards move money only where they are switched on."""

import numpy as np
import pytest

from sim.checks import check
from sim.compose import compose
from sim.config import ConfigError
from sim.policy import evaluation


@pytest.fixture(scope="module")
def judged(run):
    return run(end=2024)


def table(model):
    return model.world.observed.table("evaluation")


def test_every_county_is_ranked_once_a_year(judged):
    counties = table(judged).query("rank > 0")
    for _, year in counties.groupby("year"):
        assert sorted(year["rank"]) == list(range(1, 79))
        assert year["advanced"].sum() == 10
        assert year["progress"].sum() <= 10
        assert (year.loc[year["advanced"], "rank"] <= 10).all()
        assert (year.loc[year["progress"], "gain"] > 0).all()
    assert not counties.query("year == 2021")["progress"].any()  # nobody has gained before the first list


def test_rank_follows_score_and_gain_is_the_change_of_rank(judged):
    counties = table(judged).query("rank > 0")
    for _, year in counties.groupby("year"):
        ordered = year.sort_values("rank")["score"].to_numpy()
        assert (np.diff(ordered) <= 1e-9).all()
    ranks = counties.pivot(index="group", columns="year", values="rank")
    gains = counties.pivot(index="group", columns="year", values="gain")
    np.testing.assert_array_equal(gains[2024], ranks[2023] - ranks[2024])


def test_imputed_values_enter_no_ranking_of_named_counties(judged):
    values, used = evaluation._values(judged.world), judged.world.evaluation.used
    assert "resident_urbanization" in used
    assert "fiscal_self_sufficiency" not in used
    classes = judged.world.baseline.counties["evaluation_class"].to_numpy()
    before = evaluation.scores(judged.world, values, classes, used)
    values["fiscal_self_sufficiency"] = values["fiscal_self_sufficiency"][::-1]
    np.testing.assert_array_equal(evaluation.scores(judged.world, values, classes, used), before)
    np.testing.assert_array_equal(judged.world.evaluation.score, before)
    types = table(judged).query("rank == 0")
    assert set(types["group"]) == set(judged.world.places.county_type)


def test_scores_are_means_of_percentile_ranks_within_the_class(judged):
    classes = judged.world.baseline.counties["evaluation_class"].to_numpy()
    values = evaluation._values(judged.world)
    score = evaluation.scores(judged.world, values, classes, ("farming_share",))
    for kind in set(classes):
        inside = classes == kind
        order = np.argsort(values["farming_share"][inside], kind="stable")
        assert (np.diff(score[inside][order]) <= 0).all()  # less farming is better
        assert score[inside].mean() == pytest.approx(50)


def test_awards_are_off_by_default_and_are_paid_the_year_after_when_on(judged, run):
    items = set(judged.ledger.table()["item"])
    assert "awards" not in items
    paid = run(end=2024, funding={"award": 8e6})
    awards = paid.ledger.table().query("item == 'awards' and book == 'fund'")
    assert awards["year"].min() == 2022
    named = table(paid).query("year == 2023 and (advanced or progress)")["group"]
    assert set(awards.query("year == 2024")["holder"]) == set(named)
    assert awards["yuan"].max() <= 2 * 8e6 * 1.5


def test_counties_learn_the_order_of_the_best_of_their_class(run):
    some = run(end=2026, doses={"sewage": 0.5, "transport": 0.5}, priority=["sewage", "transport"],
               by_type={"specialised_function": {"priority": ["transport", "sewage"]}})
    world, p = some.world, some.world.programme
    first = np.where(world.places.county_type == "specialised_function", 1, 0)
    now = p.rank[p.levers.index("sewage.sewage")]
    classes = world.baseline.counties["evaluation_class"].to_numpy()
    moved = ~np.isclose(now, first)
    assert moved.any()
    assert ((now >= 0) & (now <= 1)).all()
    np.testing.assert_array_equal(p.target[p.levers.index("sewage.sewage"), :78], np.full(78, 0.5))  # no dose moves
    own = run(end=2026, doses={"sewage": 0.5, "transport": 0.5}, priority=["sewage", "transport"],
              by_type={"specialised_function": {"priority": ["transport", "sewage"]}},
              by_county={"邹平市": {"priority": ["transport", "sewage"]}}).world
    zouping = own.places.county_codes.index("371681")
    assert own.programme.rank[p.levers.index("sewage.sewage"), zouping] == 1  # what a policy gives one county stays
    alike = [len(set(first[classes == kind])) == 1 for kind in sorted(set(classes))]
    for kind, same in zip(sorted(set(classes)), alike, strict=True):
        assert not (same and moved[classes == kind].any())


def test_an_unknown_indicator_is_refused_before_anything_runs(baseline):
    config = compose("run", ["scale=1000"])
    weight = config.evaluation.weights["hospital_beds"]
    rules = config.evaluation.model_copy(update={"weights": {"hospital_bed": weight}})
    with pytest.raises(ConfigError, match="hospital_bed: unknown indicator; did you mean hospital_beds"):
        check(config.model_copy(update={"evaluation": rules}), baseline)
    check(config, baseline)
