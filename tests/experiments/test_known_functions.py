"""Indices of functions whose indices are known, through the command and everything but the simulation itself."""

import zlib

import numpy as np
import pytest
from SALib import ProblemSpec
from SALib.test_functions import Ishigami, Sobol_G

from sim.compose import compose
from sim.config.files import load_parameters
from sim.experiments.sensitivity import morris, sobol
from sim.experiments.sensitivity.factors import chosen

NAMES = [name for name in load_parameters().quantities if name.startswith("migration.")]
FIRST_ORDER, TOTAL, PAIR = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437], 0.2437
"""Of Ishigami's function with a = 7 and b = 0.1 (Ishigami and Homma 1990)."""

TOLERANCE = {"atol": 5e-2, "rtol": 1e-1}
"""Of SALib's own regression tests."""


def listed(names):
    return f"uncertain=[{','.join(names)}]"


def ishigami(positions, names):
    evaluate = Ishigami.evaluate
    return lambda config: float(evaluate((2 * positions(config, names) - 1)[None] * np.pi)[0])


def test_first_total_and_pair_indices_of_ishigami(replace, analyse, positions):
    names = NAMES[:3]
    replace(ishigami(positions, names))
    read = analyse("method=sobol", "what=parameters", "samples=128", "second_order=true", listed(names))
    table = read("indices")
    np.testing.assert_allclose(table["S1"], FIRST_ORDER, **TOLERANCE)
    np.testing.assert_allclose(table["ST"], TOTAL, **TOLERANCE)
    pairs = read("pairs").set_index(["factor", "other"])["S2"]
    np.testing.assert_allclose(pairs[names[0], names[2]], PAIR, **TOLERANCE)
    assert (table["ST_low"] < table["ST"]).all() and (table["ST"] < table["ST_high"]).all()


def test_first_and_total_indices_of_sobol_g(replace, analyse, positions):
    names, a = NAMES[:4], np.array([0.0, 1.0, 4.5, 99.0])
    evaluate = Sobol_G.evaluate
    replace(lambda config: float(evaluate(positions(config, names)[None], a)[0]))
    table = analyse("method=sobol", "what=parameters", "samples=128", listed(names))("indices")
    np.testing.assert_allclose(table["S1"], Sobol_G.sensitivity_index(a), **TOLERANCE)
    np.testing.assert_allclose(table["ST"], Sobol_G.total_sensitivity_index(a), **TOLERANCE)


def test_elementary_effects_of_ishigami(replace, analyse, positions):
    names = NAMES[:3]
    replace(ishigami(positions, names))
    table = analyse("what=parameters", "trajectories=50", listed(names))("indices").set_index("factor")
    # The second factor moves the function by 7 sin^2 over steps of the grid that all have one size.
    assert table.loc[names[1], "mu_star"] == pytest.approx(7.875)
    spec = ProblemSpec({"names": names, "bounds": [[-np.pi, np.pi]] * 3, "outputs": ["Y"]})
    spec.sample_morris(50, num_levels=4, seed=1)
    spec.set_results(Ishigami.evaluate(spec.samples))
    spec.analyze_morris(seed=1)
    for index in ("mu", "mu_star", "sigma"):
        np.testing.assert_allclose(table[index].astype(float), np.asarray(spec.analysis[index], float), atol=1e-9)


def morris_function(x, random):
    """Return the test function of Morris (1991): ten of twenty inputs matter, three of these linearly."""
    w = 2 * (x - 0.5)
    w[[2, 4, 6]] = 2 * (1.1 * x[[2, 4, 6]] / (x[[2, 4, 6]] + 0.1) - 0.5)
    first, second = random.normal(size=20), np.triu(random.normal(size=(20, 20)), 1)
    first[:10], second[:6, :6] = 20, np.triu(np.full((6, 6), -15.0), 1)
    third = sum(-10 * w[i] * w[j] * w[k] for i in range(5) for j in range(i + 1, 5) for k in range(j + 1, 5))
    return first @ w + w @ second @ w + third + 5 * w[:4].prod()


def test_the_function_of_morris(replace, analyse, positions):
    names = NAMES[:20]
    replace(lambda config: float(morris_function(positions(config, names), np.random.default_rng(3))))
    read = analyse("what=parameters", "trajectories=10", listed(names))
    table = read("indices").set_index("factor").loc[names]
    assert table["mu_star"][:10].min() > 2 * table["mu_star"][10:].max()
    assert (table["sigma"] / table["mu_star"])[:6].min() > 3 * (table["sigma"] / table["mu_star"])[7:10].max()
    assert set(read("ranking")["factor"][:10]) == set(names[:10])
    assert (table["first_ten"][:10] == 1).all() and (table["first_ten"][10:] == 0).all()
    assert read("outcomes")["rank_agreement"].iloc[0] > 0.7
    assert read("outcomes")["shared_top"].iloc[0] == 10


def test_an_emulator_gives_the_indices_of_a_smooth_function_and_its_error(replace, analyse, positions):
    names, slopes = NAMES[:4], np.array([3.0, 2.0, 1.0, 0.0])
    replace(lambda config: float(slopes @ positions(config, names)))
    read = analyse("method=emulator", "what=parameters", "samples=40", listed(names))
    table, shares = read("indices").set_index("factor"), slopes**2 / (slopes**2).sum()
    np.testing.assert_allclose(table["S1"], shares, atol=0.02)
    np.testing.assert_allclose(table["ST"], shares, atol=0.02)
    assert read("outcomes")["error"].iloc[0] < 0.01
    assert list(table["within_noise"]) == [False, False, False, True]


def test_an_emulator_learns_what_members_of_a_group_do_apart(replace, analyse, positions):
    names = [*NAMES[:2], "land.industrial_price_ratio"]
    replace(lambda config: float(positions(config, names) @ [1.0, -1.0, 0.5]))
    read = analyse("method=emulator", "what=parameters", "samples=60", "groups=themes", listed(names))
    table = read("indices").set_index("factor")["ST"]
    np.testing.assert_allclose(table["parameters of migration"], 2 / 2.25, atol=0.03)


def test_an_emulator_of_chance_says_that_it_misses_all(replace, analyse, positions):
    names = NAMES[:4]

    def chance(config):
        return float(np.random.default_rng(zlib.crc32(positions(config, names).tobytes())).normal())

    replace(chance)
    read = analyse("method=emulator", "what=parameters", "samples=40", listed(names))
    assert read("outcomes")["error"].iloc[0] > 0.7
    assert read("indices")["within_noise"].all()


@pytest.fixture
def factors():
    return chosen(compose("sensitivity", ["what=parameters", listed(NAMES[:5])]))


def test_noise_of_elementary_effects_is_the_limit_of_factors_without_any(factors):
    random, below = np.random.default_rng(0), []
    config = compose("sensitivity", ["what=parameters", listed(NAMES[:5])])
    for seed in range(60):
        spec = morris.problem(factors, ["Y"])
        design = np.asarray(spec.sample_morris(config.trajectories, num_levels=4, seed=seed).samples)
        effects = morris.elementary(factors, design, random.normal(size=(len(design), 3, 1)))
        star = np.abs(effects.mean(2)).mean(0)
        below.append(star <= morris.noise(effects))
    assert 0.90 < np.mean(below) < 0.99


def test_noise_of_total_indices_is_what_chance_gives(factors):
    config = compose("sensitivity", ["method=sobol", "samples=256", "what=parameters", listed(NAMES[:5])])
    random = np.random.default_rng(0)
    signal = random.normal(size=(256 * 7, 1, 1)) * 0
    a = random.normal(size=(256, 1, 1))
    signal = np.repeat(a, 7, axis=0)  # nothing but the sample itself moves the outcome
    values = signal + 0.3 * random.normal(size=(256 * 7, 3, 1))
    given = sobol.total(values.mean(1), factors, config, slice(None))
    np.testing.assert_allclose(given, sobol.noise(values, factors, config), rtol=0.25)


def test_the_share_of_chance_leaves_out_what_seeds_have_in_common():
    random = np.random.default_rng(0)
    points, seeds = random.normal(size=(4000, 1, 1)), 5 * random.normal(size=(1, 4, 1))
    chance = 0.5 * random.normal(size=(4000, 4, 1))
    share = morris.noise_share(points + seeds + chance)
    np.testing.assert_allclose(share, 0.0625 / 1.0625, rtol=0.1)
    assert morris.noise_share(points + seeds) == pytest.approx(0, abs=1e-12)
    assert np.isnan(morris.noise_share(points)).all()
