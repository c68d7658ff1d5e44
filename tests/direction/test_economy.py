"""The economy answers to its conditions as the literature says, all else and every draw equal."""

import pickle

import numpy as np
import pytest

from sim.processes import entry, firms, labour, place_attributes, production, services
from sim.processes.production import by_cell
from sim.state.residents import Employer, Work

TRADABLE = [Work.AGRO_PROCESSING, Work.MANUFACTURING, Work.TOURISM_CULTURE]
COUNTIES = slice(0, 3 * 78)


@pytest.fixture(scope="module")
def run(build):
    """Return a function that runs a model of three years."""

    def make(**values):
        model = build(end=2023, **values)
        model.run_until_end()
        return model.world

    return make


@pytest.fixture(scope="module")
def reference(run):
    return {seed: run(seed=seed) for seed in (1, 2)}


def jobs(world, sectors=slice(None)):
    """Return people in firms by sector, all counties together."""
    return by_cell(world, world.firms.staff)[:, sectors].sum()


def absent(world):
    return world.counts.absent.sum()


@pytest.mark.parametrize("seed", [1, 2])
def test_more_demand_from_elsewhere_more_jobs_and_higher_pay_where_it_is_sold(run, reference, seed):
    """Demand for tradables raises local employment and wages (Moretti 2010, American Economic Review 100: local
    multipliers; domain.md 2.7: firms hire by matching, wages adjust to tightness)."""
    drivers = ("external_demand", "tourism_demand")
    more, less = (run(seed=seed, drivers=tuple((name, f"2020: {index}") for name in drivers)) for index in (1.2, 0.8))
    usual = reference[seed]
    assert jobs(less, TRADABLE) < jobs(usual, TRADABLE) < jobs(more, TRADABLE)
    assert jobs(less) < jobs(usual) < jobs(more)
    pay = [(world.labour.wage / world.technology.wage.clip(1))[:, TRADABLE].mean() for world in (less, usual, more)]
    assert pay[0] < pay[1] < pay[2]
    assert np.all(np.diff([place_attributes.mean_pay(one).mean() for one in (less, usual, more)]) > 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_higher_productivity_more_output_and_pay(run, reference, seed):
    """Output of a span-of-control firm rises more than in proportion as it hires too (Lucas 1978, Bell Journal 9)."""
    higher, lower, usual = (run(seed=seed, drivers=(("productivity", f"2020: {index}"),)) for index in (1.1, 0.9, 1))
    output = [world.economy.output.sum() for world in (lower, usual, higher)]
    assert output[0] < output[1] < output[2]
    assert output[2] / output[1] > 1.05
    assert np.all(np.diff([place_attributes.mean_pay(one).mean() for one in (lower, usual, higher)]) > 0)
    assert usual.economy.output.sum() == reference[seed].economy.output.sum()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("driver", ["migrant_wage", "core_wage"])
def test_higher_pay_elsewhere_draws_people_away(run, reference, driver, seed):
    """Wages are the first driver of migration, elasticity about 1.5 (Tombe and Zhu 2019; domain.md 2.5)."""
    away = [world.counts.residents[3 * 78 :].sum() for world in (
        run(seed=seed, drivers=((driver, "2020: 0.7"),)), reference[seed],
        run(seed=seed, drivers=((driver, "2020: 1.4"),)))]
    assert away[0] < away[1] < away[2]


@pytest.fixture
def still(build):
    """Return a world after a quarter, to be changed."""
    model = build()
    model.step()
    world = pickle.loads(pickle.dumps(model.world))
    world.quarter -= 1
    return world


def test_pay_follows_tightness_along_the_wage_curve(still):
    """Pay is lower where work is scarce, with an elasticity of about 0.1 (Blanchflower and Oswald 1994, The Wage
    Curve)."""
    p, before = still.parameters.labour, still.labour.wage.copy()
    found = []
    for factor in (0.5, 1.0, 2.0):
        still.labour.wage[:] = before
        still.labour.tightness[:] = p.normal_tightness * factor
        labour.set_wages(still)
        found.append(still.labour.wage[:, Work.AGRO_PROCESSING : Work.PUBLIC_SERVICES].copy())
    for lower, higher in ((0, 1), (1, 2)):
        ratio = found[higher] / found[lower]
        np.testing.assert_allclose(np.log(ratio) / np.log(2), p.wage_curve * p.wage_speed, rtol=1e-6)


def test_pay_of_public_services_follows_the_trend_whatever_the_market(still):
    pay = []
    before = still.labour.wage.copy()
    for factor in (0.5, 2.0):
        still.labour.wage[:] = before
        still.labour.tightness[:] = factor
        labour.set_wages(still)
        pay.append(still.labour.wage[:, Work.PUBLIC_SERVICES].copy())
    np.testing.assert_array_equal(*pay)


@pytest.mark.parametrize("seed", [1, 2])
def test_more_openings_less_unemployment(build, monkeypatch, seed):
    """Matches rise with vacancies (Petrongolo and Pissarides 2001, Journal of Economic Literature 39): the Beveridge
    curve slopes down."""
    found, separate = [], labour.separate
    for factor in (0.5, 1, 2):

        def scaled(world, factor=factor):
            separate(world)
            world.firms.openings[:] = np.round(world.firms.openings * factor)

        model = build(seed=seed)
        steps = tuple(scaled if step is separate else step for step in _schedule().EVERY_QUARTER)
        monkeypatch.setattr(_schedule(), "EVERY_QUARTER", steps)
        model.step()
        monkeypatch.undo()
        found.append(model.world.labour.unemployed[COUNTIES].sum())
    assert found[0] > found[1] > found[2]


def _schedule():
    from sim import model

    return model


def test_better_matching_less_unemployment_and_more_hires(build):
    worse, better = (build(parameters=(("labour.matching_efficiency", value),)) for value in (0.5, 1.2))
    for model in (worse, better):
        model.step()
    assert worse.world.labour.hires.sum() < better.world.labour.hires.sum()
    assert worse.world.labour.unemployed[COUNTIES].sum() > better.world.labour.unemployed[COUNTIES].sum()


def elasticity(before, after, change):
    return np.log(after / before) / np.log(change)


def test_public_capital_raises_output_with_the_published_elasticity(still, monkeypatch):
    """Output rises by the elasticity that is pooled from meta-analyses (configs/derivations.yaml)."""
    before = production.conditions(still)
    monkeypatch.setattr(services, "infrastructure", lambda world: np.full(78, 1.3))
    found = elasticity(before, production.conditions(still), 1.3)
    np.testing.assert_allclose(found, still.parameters.firms.public_capital)
    private = slice(Work.AGRO_PROCESSING, Work.PUBLIC_SERVICES)
    made = []
    for level in (1.0, 1.3):
        still.forget_stocks()
        copied = pickle.loads(pickle.dumps(still))
        monkeypatch.setattr(services, "infrastructure", lambda world, level=level: np.full(78, level))
        firms.produce(copied)
        made.append(copied.economy.output[:, private].sum())
    assert elasticity(*made, 1.3) == pytest.approx(still.parameters.firms.public_capital, abs=1e-4)


def test_density_of_jobs_raises_productivity_with_the_declared_elasticity(still):
    """Elasticity of productivity to density about 0.05-0.07 (Grover, Lall and Timmis, World Bank meta-analysis)."""
    before, sectors = production.conditions(still), still.firms.staff.copy()
    still.firms.staff[:] = 2 * sectors
    found = elasticity(before, production.conditions(still), 2.0)
    np.testing.assert_allclose(found, still.parameters.firms.agglomeration)


def test_a_larger_plant_makes_less_for_each_worker_and_pays_more(still):
    """Returns to scale of an establishment below one (Lucas 1978); large employers pay more (Brown and Medoff 1989,
    Journal of Political Economy 97)."""
    p, world = still.parameters, still
    row = np.flatnonzero(world.firms.sector == Work.MANUFACTURING)[:50]
    rest = pickle.loads(pickle.dumps(world))
    rest.firms.staff[row] = 2 * world.firms.staff[row]
    rest.firms.capital[row] = 2 * world.firms.capital[row]
    firms.produce(world), firms.produce(rest)
    density = production.conditions(rest) / production.conditions(world)
    some = row[world.firms.staff[row] > 0]
    ratio = rest.firms.output[some] / world.firms.output[some] / density[world.firms.county[some], Work.MANUFACTURING]
    np.testing.assert_allclose(ratio, 2**p.firms.span_of_control, rtol=1e-3)
    several = some[world.firms.establishments[some] > 100]
    small, large = (firms.pay(world, several) for world.firms.desired[several] in (4.0, 40.0))
    np.testing.assert_allclose(large / small, 10**p.labour.firm_wage_spread)


def test_lower_turnover_more_closures_and_fewer_foundations(build):
    """Exit falls and entry rises with profits (domain.md 2.7: entry ~ (profit / normal profit)^phi)."""
    closed, founded = [], []
    for turnover in (0.5, 1.0, 2.0):
        model = build()
        model.step()
        world = model.world
        before = world.economy.closed.copy(), world.economy.founded.copy()
        world.economy.turnover[:] = turnover
        firms.plan(world), entry.enter(world)
        closed.append((world.economy.closed - before[0]).sum())
        founded.append((world.economy.founded - before[1]).sum())
    assert closed[0] > closed[1] > closed[2]
    assert founded[0] < founded[1] < founded[2]


def test_a_plant_in_a_park_makes_more(still):
    """Parks raise productivity, within bounds from studies of Chinese zones (Lu, Wang and Zhu 2019, AEJ: Policy 11)."""
    p = still.parameters.firms
    row = np.flatnonzero(still.firms.sector == Work.MANUFACTURING)
    made = []
    for park in (0, 1):
        copied = pickle.loads(pickle.dumps(still))
        copied.firms.park[row] = park
        firms.produce(copied)
        made.append(copied.firms.output[row].sum())
    assert made[1] / made[0] == pytest.approx(1 + p.park_effect, rel=1e-3)


def test_people_within_reach_draw_firms(still):
    """Entry rises with market access (domain.md 2.7: entry ~ access^chi)."""
    founded = []
    for factor in (0.1, 1.0):
        copied = pickle.loads(pickle.dumps(still))
        copied.technology.reach[:] *= factor  # more people within reach than in the initial state
        entry.enter(copied)
        founded.append(copied.economy.founded.sum())
    assert founded[0] > 1.2 * founded[1]


def test_local_services_cost_more_where_more_is_spent(still):
    """Local services live on what is spent in the county: the demand side of local multipliers (Moretti 2010)."""
    local = [Work.TRADE_LOGISTICS, Work.CONSUMER_SERVICES]
    before = production.demand(still)
    still.economy.spending *= 1.2
    after = production.demand(still)
    np.testing.assert_allclose(after[:, local] / before[:, local], 1.2)
    np.testing.assert_array_equal(after[:, TRADABLE], before[:, TRADABLE])


def test_tradables_lose_price_where_supply_outgrows_demand(still):
    """Constant price elasticity of demand from elsewhere (Armington 1969, IMF Staff Papers 16)."""
    p = still.parameters.firms
    before = production.demand(still)
    still.economy.output[:, Work.MANUFACTURING] *= 2
    ratio = (production.demand(still) / before)[:, Work.MANUFACTURING]
    np.testing.assert_allclose(ratio, 2 ** (-1 / p.trade_elasticity), rtol=1e-6)


def test_more_farmers_make_more_but_less_each(still):
    """Labour on given land has falling returns (Lewis 1954, The Manchester School 22)."""
    few, many = (production.farm_output(still, np.full(78, farmers)) for farmers in (50_000.0, 100_000.0))
    assert (many > few).all()
    assert (many / 2 < few).all()
    np.testing.assert_allclose(many / few, 2**still.parameters.firms.farm_labour_elasticity)


@pytest.mark.parametrize("seed", [1, 2])
def test_farmers_leave_the_land_faster_the_more_they_search(build, seed):
    """Structural change: farm work falls as non-farm work draws farmers (Harris and Todaro 1970)."""
    farmers = []
    for search in (0.05, 0.3, 0.6):
        model = build(seed=seed, parameters=(("labour.farm_search", search),))
        model.run_until_end()
        people = model.world.residents
        farmers.append((people.living() & (people.employer == Employer.OWN_ACCOUNT)).sum())
    assert farmers[0] > farmers[1] > farmers[2]


@pytest.mark.parametrize("index", [0.8, 1.1, 1.5])
def test_more_demand_from_elsewhere_raises_price_less_than_in_proportion(still, index):
    """At given supply the price that clears a demand curve of constant elasticity e rises by D ** (1 / e) (Armington
    1969): sales at an unchanged price would rise by D."""
    usual = production.demand(still)[:, Work.MANUFACTURING]
    still.rates.set("external_demand", index)
    moved = production.demand(still)[:, Work.MANUFACTURING]
    expected = index ** (1 / still.parameters.firms.trade_elasticity)
    np.testing.assert_allclose(moved / usual, expected)
