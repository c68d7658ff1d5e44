"""Packages: the front is found where it is known, checks use what the search never saw, and nothing is run twice."""

import sys

import numpy as np
import pandas as pd
import pytest

from sim import baseline
from sim.cli import main
from sim.compose import compose
from sim.config.optimise import Optimise
from sim.experiments.optimise import futures, search, tables
from sim.experiments.optimise.emulator import Emulator
from sim.experiments.optimise.futures import DEBT, INDICATORS, PAID
from sim.experiments.optimise.response import Paid, Points
from sim.experiments.optimise.scoring import IMPORTANCE, Scores
from sim.experiments.optimise.search import Limits
from sim.policy import plan
from sim.run import quiet

UNITS = ("371428", "population_loss")
LEVERS = ("solid_waste", "sewage", "medical_services", "townscape")
SMALL = {"units": "[武城县,population_loss]", "levers": f"[{','.join(LEVERS)}]", "externals": "[fiscal_stress]",
         "parameter_sets": "2", "designs": "2", "rounds": "1", "generations": "8", "packages": "4", "rivals": "50",
         "workers": "1"}
PART = 0.2
"""Achievement is so many times the gains, so that no indicator reaches its cap."""
GAINS, PRICES = np.array([0.4, 0.3, 0.2, 0.1]), np.array([100.0, 150.0, 200.0, 300.0])
"""By lever: achievement and yuan per resident of a full dose; the first is worth most for its money, the last least."""


def market(doses):
    """Return scores of packages by (package, lever): gains and prices add up, and the last lever lowers debt."""
    achievement = (doses @ GAINS)[:, None]
    return Scores(achievement, achievement, (doses @ PRICES)[:, None], 100.0 - 10.0 * doses[:, 3:])


def most(cost):
    """Return what can be achieved at a cost: the best value first."""
    return np.interp(cost, np.r_[0, PRICES.cumsum()], np.r_[0, GAINS.cumsum()])


def command(**others):
    """Return the arguments of a small search, with others in the place of those of the same key."""
    return ["optimise", *(f"{key}={value}" for key, value in {**SMALL, **others}.items())]


def pretend(data, ran):
    """Return a simulation in which each lever moves one indicator of its county, with a price; it notes what it ran."""

    def simulate(config, threads):
        ran.append(config)
        levers = plan.levers_of(config.measures)
        planned = plan.doses(plan.layers(config.policy, data), levers)
        doses = planned[[levers.index(f"{name}.{name}") for name in LEVERS]].T
        random = np.random.default_rng([config.seed, config.parameter_set])
        counties, parts = len(doses), []
        # A lever moves the indicator of its place as far as its share in the composite makes its gain.
        for k, name in enumerate(INDICATORS):
            value = PART * GAINS[k] / IMPORTANCE[k] * doses[:, k] if k < len(LEVERS) else np.zeros(counties)
            value = value + 0.001 * random.normal(size=counties)
            sign = -1 if name == "urban_rural_income_ratio" else 1
            parts.append(pd.DataFrame({"outcome": name, "value": 1 + sign * value, "base": 1.0, "target": 1.0 + sign}))
        for name, value in ((DEBT, 100 - 10 * doses[:, 3]), (PAID, doses @ PRICES)):
            parts.append(pd.DataFrame({"outcome": name, "value": value, "base": np.nan, "target": np.nan}))
        codes = list(data.counties["adcode"]) * len(parts)
        return pd.concat(parts, ignore_index=True).assign(adcode=codes, residents=1000.0)

    return simulate


@pytest.fixture(scope="module")
def searched(own_cache, tmp_path_factory):
    """Run a search in a world whose front is known; return its folder and the configurations that were run."""
    folder, ran = tmp_path_factory.mktemp("optimise"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(futures, "simulate", pretend(baseline.load(), ran))
        assert main(command()) == 0
        again = len(ran)
        assert main(["report", "optimise"]) == 0 and len(ran) == again
    return folder / "outputs" / "optimise", ran


def table_of(folder, name):
    return pd.read_parquet(folder / f"{name}.parquet")


def test_the_front_of_a_known_problem_is_found():
    found = search.front(market, 4, Limits(np.inf, np.inf), 40, 1)
    cost, achieved = found.scores.cost.mean(1), found.scores.achievement.mean(1)
    assert (achieved <= most(cost) + 1e-9).all()
    steps = search.ladder(market, found, 5)
    reached = market(steps)
    np.testing.assert_allclose(reached.achievement[:, 0], most(reached.cost[:, 0]), atol=0.02)
    assert reached.cost.max() == pytest.approx(PRICES.sum())


def test_limits_are_kept():
    found = search.front(market, 4, Limits(400.0, 96.0), 40, 1)
    some = found.doses.any(1)
    assert some.any()
    assert (found.scores.cost[some] <= 400 + 1e-9).all() and (found.scores.debt[some] <= 96 + 1e-9).all()


def test_the_cheapest_package_is_that_of_the_best_value():
    found = search.front(market, 4, Limits(np.inf, np.inf), 60, 1)
    least = search.cheapest(market, found, 0.55)
    np.testing.assert_allclose(least, [1, 0.5, 0, 0], atol=0.06)
    assert search.cheapest(market, found, 1.05) is None


def test_random_packages_cost_the_same():
    drawn = search.rivals(lambda doses: doses @ PRICES, 4, 120.0, 200, 1)
    cost = drawn @ PRICES
    assert (cost <= 120 + 1e-9).all() and np.median(cost) == pytest.approx(120, abs=2)


def test_a_search_ends_in_packages_that_keep_their_promises(searched):
    folder, _ = searched
    checked = table_of(folder, "checked")
    assert set(checked["package"]) == {"step_1", "step_2", "step_3", "cheapest", "best"} and len(checked) == 10
    np.testing.assert_allclose(checked["promised_cost"], checked["cost"], atol=15)
    np.testing.assert_allclose(checked["promised_achievement"], checked["achievement"], atol=0.01)
    gain = (checked["achievement"] - checked["achievement_without"]).to_numpy()
    assert (gain <= PART * most(checked["cost"]) + 0.005).all() and (gain >= PART * most(checked["cost"]) - 0.02).all()
    assert table_of(folder, "rivals")["lead"].max() < 0.003
    assert (checked[checked["package"] == "best"]["holds"] == 1).all()


def test_nine_promises_of_ten_are_kept_within_their_bands():
    """Quantities that differ in why promises err: all reasons, chance alone, the emulator alone, sets alone."""
    random, shape, sets = np.random.default_rng(1), (6, 5), 4  # packages, units
    chance, error, between = (np.array(one)[:, None] for one in ((2, 10, 0, 0), (1, 0, 10, 0), (2, 0, 0, 10)))
    kept = []
    for _ in range(400):
        level = 100 * random.normal(size=(1, 5, 4, 12))  # what no policy shows, which differs most

        def gains():
            of_set = between * random.normal(size=(1, 5, 4, sets))
            return np.broadcast_to(np.tile(of_set, 3), (*shape, 4, 12))

        def shown(gain):
            return gain + chance * random.normal(size=gain.shape)

        def missed():
            return error * random.normal(size=(*shape, 4, 1))

        gain, fresh = gains(), gains()
        without = np.broadcast_to(level, gain.shape)
        bands = tables.bands(level + gain + missed(), level + shown(gain), without, sets)
        off = (shown(fresh) - (gain + missed())).mean(-1)  # package, unit, quantity
        kept.append((np.abs(off) <= bands.T).mean((0, 1)))
    held = np.mean(kept, axis=0)
    assert (held > 0.87).all() and (held < 0.98).all(), held  # more where units share the greater of two errors


def test_what_is_paid_is_the_sum_at_prices_until_no_more_can_be_spent():
    random = np.random.default_rng(1)
    doses = random.random((3000, 4)) * random.random((3000, 1))
    paid = np.minimum(doses @ PRICES, 250.0) + random.normal(size=3000)
    learnt = Paid(Points(doses, np.zeros((3000, 1), int), paid[:, None], np.ones(3000)))
    np.testing.assert_allclose(learnt.prices, PRICES, rtol=0.02)
    few = np.eye(4) * 0.25
    np.testing.assert_allclose(learnt(few), few @ PRICES, rtol=0.05)
    assert learnt(np.ones((1, 4)))[0] == pytest.approx(250, rel=0.02)


def test_a_package_is_promised_as_if_it_had_not_been_learnt():
    """Two runs of one county each: without the second, the response is that of the first alone."""
    made = object.__new__(Emulator)
    made.kind, made.levels, made.each = np.zeros(40, int), [1, 1, 1, 1], np.zeros((1, 1, 40, 21))
    random = np.random.default_rng(1)
    doses = random.random((3, 40, 2))
    points = [Points(one, np.zeros((40, 4), int), np.repeat(one @ [[k + 1.0], [2.0]], 21, 1), np.ones(40))
              for k, one in enumerate(doses)]
    whole = points[0].with_others(points[1]).with_others(points[2])
    made._fit(whole)
    rest = made.unlearnt(slice(-1, None))
    made._fit(points[0].with_others(points[1]), made.response.penalties)
    np.testing.assert_allclose(rest.response.weights, made.response.weights)
    assert len(rest.points.doses) == 80 and not np.allclose(rest.response.paid.prices, 0)


def test_the_page_says_both_languages(searched):
    page = (searched[0] / "report.html").read_text(encoding="utf-8")
    assert "cheapest checked package" in page and "经核验最省组合" in page and "武城县" in page and "Wucheng" in page


def test_the_check_has_seeds_and_sets_that_the_search_never_saw(searched):
    _, ran = searched
    learnt = [one for one in ran if one.policy.name.startswith(("scattered", "round"))]
    tested = [one for one in ran if one.policy.name.startswith(("step", "cheapest", "best", "rival"))]
    assert learnt and tested
    assert not {one.seed for one in learnt} & {one.seed for one in tested}
    assert not {one.parameter_set for one in learnt} & {one.parameter_set for one in tested}


def test_a_package_is_a_policy_that_runs(searched):
    folder, _ = searched
    policy = compose("run", [f"policy={folder / 'policy' / 'best.yaml'}"]).policy
    assert policy.name == "best" and policy.funding.guaranteed and not policy.doses
    assert set(policy.by_type) == {"population_loss"} and set(policy.by_county) == {"371428"}
    doses = table_of(folder, "packages")
    mine = doses[(doses["package"] == "best") & (doses["unit"] == "371428")].set_index("factor")["dose"]
    assert dict(policy.by_county["371428"].doses) == pytest.approx(dict(mine))


def test_interrupted_runs_go_on_where_they_stopped(own_cache, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    data, ran = baseline.load(), []
    whole = pretend(data, ran)

    def interrupted(config, threads):
        if len(ran) == 3:
            raise KeyboardInterrupt
        return whole(config, threads)

    config = compose("optimise", [one for one in command()[1:]])
    runs = futures.Runs(config, quiet)
    asked = [(one, config.policy.model_copy(update={"doses": {}}), seed)
             for one in futures.foreseen(config) for seed in (1, 2)]
    monkeypatch.setattr(futures, "simulate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        runs.of(asked, "")
    monkeypatch.setattr(futures, "simulate", whole)
    found = runs.of(asked, "")
    assert len(ran) == len(asked) == len(found.values)
    np.testing.assert_array_equal(runs.of(asked, "").values, found.values)
    assert len(ran) == len(asked)


@pytest.mark.parametrize(("key", "value", "words"), [
    ("units", "[costal]", "units=costal: unknown county type or county; "),
    ("units", "[population_loss,371428,武城县]", "371428 is in several"),
    ("budget", "0", "budget=0"), ("debt_line", "-1", "debt_line=-1"), ("levers", "[sewer]", "did you mean sewage?"),
    ("externals", "[fiscal]", "external=fiscal: no such scenario"),
    ("parameter_sets", "21", "expected from 2 to 20"), ("parameter_sets", "1", "expected from 2 to 20"),
    ("policy", "pilots_random", "expected a policy with one plan for all counties"), ("rounds", "0", "rounds=0"),
])
def test_bad_input_is_refused_in_one_line(own_cache, monkeypatch, tmp_path, capsys, key, value, words):
    monkeypatch.chdir(tmp_path)
    assert main(command(**{key: value})) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1 and not (tmp_path / "outputs").exists()


def test_without_pymoo_its_extra_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("pymoo", "pymoo.optimize"):
        monkeypatch.setitem(sys.modules, name, None)
    assert main(command()) == 2
    error = capsys.readouterr().err
    assert "county-urbanization[optimise]" in error and error.count("\n") == 1


def test_futures_of_the_check_are_others():
    config = compose("optimise", ["parameter_sets=3"])
    assert isinstance(config, Optimise)
    first, later = futures.foreseen(config), futures.foreseen(config, fresh=True)
    assert [one.external for one in first] == [one.external for one in later] and len(first) == 9
    assert {one.parameter_set for one in first} == {1, 2, 3} and {one.parameter_set for one in later} == {4, 5, 6}
