"""Firms plan, close, are founded and produce as declared; those of the initial state are what the base year was."""

import numpy as np
import pytest

from sim.config.files import load_parameters
from sim.initial import firms as establishments
from sim.processes import entry, firms, initial_jobs, labour, place_attributes, production
from sim.processes.production import by_cell
from sim.state.firms import GROUP, SECTORS, identities, mean_size, places_of_jobs
from sim.state.places import Kind
from sim.state.rates import quarterly
from sim.state.residents import Employer, Work

INDUSTRY = [Work.AGRO_PROCESSING, Work.MANUFACTURING]
BROAD = {"primary": slice(1, 2), "secondary": slice(2, 5), "tertiary": slice(5, 9)}


@pytest.fixture
def first(build):
    """Return the initial state, set back to the end of the base year."""
    world = build().world
    world.quarter -= 1
    return world


def test_jobs_of_the_first_firms_are_the_work_of_residents_less_commuters(first):
    people, places = first.residents, first.places
    staff = by_cell(first, first.firms.staff)
    here = people.place < places.districts
    work = np.zeros((78, len(Work)), np.int64)
    np.add.at(work, (people.place[here] // 3, people.work[here]), 1)
    away = here & (people.employer == Employer.DISTRICTS)
    np.subtract.at(work, (people.place[away] // 3, people.work[away]), 1)
    np.testing.assert_array_equal(staff[:, SECTORS[0] :], work[:, SECTORS[0] :])
    assert away.sum() > 0


@pytest.mark.parametrize("scale", [1000, 100])
def test_output_of_the_base_year_is_that_of_the_county(build, baseline, scale):
    world = build(scale=scale).world
    table = baseline.gdp_2020.set_index("adcode").loc[world.places.county_codes]
    output = world.technology.output * 4
    for name, sectors in BROAD.items():
        expected = table["gdp_yi"] * 1e8 * table[f"{name}_share"]
        np.testing.assert_allclose(output[:, sectors].sum(1), expected, atol=2 * 4 * 4)
    of_firms = by_cell(world, world.firms.output)
    number = np.bincount(production.cell(world.firms), minlength=78 * len(Work)).reshape(78, -1)
    assert (np.abs(of_firms - world.technology.output)[:, SECTORS[0] :] <= (number / 2 + 1)[:, SECTORS[0] :]).all()


def test_the_first_firms_want_the_staff_they_have(first):
    first.rates.set("firm_productivity", 1.0)
    rows = np.flatnonzero(first.firms.sector != Work.PUBLIC_SERVICES)
    wanted = firms._desired(first, production.cell(first.firms))
    np.testing.assert_allclose(wanted[rows], first.firms.staff[rows], rtol=1e-6)


def a_county(workers=150_000, scale=1, seed=1, parameters=None):
    """Return firms of a county with so many workers in each sector, and the employers of these workers."""
    work = np.repeat(np.arange(len(Work)), workers // scale)
    home = np.arange(len(work)) % 3
    weight = np.full((3, 3), 0.2) + 0.8 * np.eye(3)
    return establishments.found(0, work, home, 0.0, weight, scale, parameters, np.random.default_rng(seed)), work


def test_who_works_where_follows_the_way_to_work(configure):
    """A doubly constrained model of commuting: odds ratios of homes and jobs are those of the weights."""
    (columns, employer), work = a_county(parameters=configure().parameters.establishments)
    rows = np.flatnonzero(work == Work.MANUFACTURING)
    table = np.zeros((3, 3))
    np.add.at(table, (rows % 3, columns["place"][employer[rows]]), 1)
    for a, b in ((0, 1), (1, 2), (0, 2)):
        assert table[a, a] * table[b, b] / (table[a, b] * table[b, a]) == pytest.approx(25, rel=0.02)


def test_establishments_have_a_heavy_tail_with_the_declared_exponent(configure):
    """Sizes of firms are Pareto with an exponent near 1 (Axtell 2001, Science 293), at the upper end at least."""
    p = configure().parameters.establishments
    (columns, _), _ = a_county(parameters=p)
    for sector in (Work.MANUFACTURING, Work.TRADE_LOGISTICS):
        mine = (columns["sector"] == sector) & (columns["place"] == Kind.SEAT) & (columns["establishments"] == 1)
        size = np.sort(columns["staff"][mine])[::-1].astype(float)
        top = size[: max(50, len(size) // 50)]
        hill = 1 / np.log(top[:-1] / top[-1]).mean()
        assert hill == pytest.approx(p.size_tail, abs=0.12)
        largest = size[: max(1, round(columns["establishments"][columns["sector"] == sector].sum() / 100))]
        assert largest.sum() / columns["staff"][columns["sector"] == sector].sum() > 0.2


@pytest.mark.parametrize("scale", [1, 100, 1000])
def test_establishments_have_the_declared_mean_size_and_place(configure, scale):
    p = configure().parameters.establishments
    (columns, employer), work = a_county(scale=scale, parameters=p)
    for sector in SECTORS:
        mine = columns["sector"] == sector
        staff, number = columns["staff"][mine], columns["establishments"][mine]
        np.testing.assert_array_equal(
            np.bincount(employer[work == sector], minlength=len(mine))[mine], staff)
        assert staff.sum() * scale / number.sum() == pytest.approx(mean_size(p)[sector], rel=0.05)
        by_place = np.bincount(columns["place"][mine], weights=staff, minlength=3) / staff.sum()
        np.testing.assert_allclose(by_place, places_of_jobs(p)[sector], atol=1.5 / staff.sum() + 1e-9)
    industrial = np.isin(columns["sector"], INDUSTRY) & (columns["place"] != Kind.VILLAGE)
    assert not columns["park"][~industrial].any()
    assert columns["park"][industrial].mean() == pytest.approx(p.park_share_of_industry, abs=0.05)
    assert (employer[work == Work.FARMING] == Employer.OWN_ACCOUNT).all()
    assert (employer[work == Work.NONE] == Employer.NONE).all()


def test_large_establishments_stand_alone_at_any_scale(configure):
    p = configure().parameters.establishments
    shares = []
    for scale in (1, 100):
        (columns, _), _ = a_county(scale=scale, parameters=p)
        mine = columns["sector"] == Work.MANUFACTURING
        staff = columns["staff"][mine] * scale
        large = (staff > 1000) & (columns["establishments"][mine] == 1)
        shares.append(staff[large].sum() / staff.sum())
    assert shares[0] > 0.1
    assert shares[1] == pytest.approx(shares[0], abs=0.03)


def test_plans_close_part_of_the_gap_to_the_staff_wanted(world):
    f, p = world.firms, world.parameters.firms
    private = f.sector != Work.PUBLIC_SERVICES
    before = f.establishments.copy()
    firms.plan(world)
    same = private & (f.establishments == before)
    gap, step = (f.desired - f.staff)[same], (f.aim - f.staff)[same]
    np.testing.assert_allclose(step, np.where(gap > 0, p.hiring_speed, p.layoff_speed) * gap, atol=1e-9)
    assert (gap > 0).any() and (gap < 0).any()


def test_public_services_aim_at_the_staff_the_budget_pays(world):
    f, counties = world.firms, 78
    now = by_cell(world, f.staff.astype(float))[:, Work.PUBLIC_SERVICES]
    world.budget.public_staff = 1.25 * now * world.config.scale
    firms.plan(world)
    public = f.sector == Work.PUBLIC_SERVICES
    aims = np.bincount(f.county[public], weights=f.aim[public], minlength=counties)
    np.testing.assert_allclose(aims, 1.25 * now)
    assert (f.establishments[public] > 0).all()


def closed(world, times=20):
    """Return establishments closed by sector over some quarters that begin alike, and how many there were."""
    start = {name: getattr(world.firms, name).copy() for name in ("establishments", "capital", "land", "productivity")}
    total = np.zeros(len(Work))
    for quarter in range(times):
        for name, values in start.items():
            getattr(world.firms, name)[:] = values
        world.quarter = 8084 + quarter
        firms.plan(world)
        lost = start["establishments"].astype(float) - world.firms.establishments
        total += np.bincount(world.firms.sector, weights=lost, minlength=len(Work))
    return total / times, np.bincount(world.firms.sector, weights=start["establishments"], minlength=len(Work))


def test_establishments_close_at_the_rate_that_turnover_and_size_give(world):
    p = world.parameters.firms
    world.config = world.config.model_copy(
        update={"parameters": world.parameters.changed({"firms.closure_size": 0.0})})
    for turnover in (0.5, 1.0, 2.0):
        world.economy.turnover[:] = turnover
        found, number = closed(world)
        chance = quarterly(p.closure * turnover**-p.profit_response_closure)
        private = number > 0
        private[Work.PUBLIC_SERVICES] = False
        np.testing.assert_allclose(found[private] / number[private], chance, rtol=0.05)
        assert found[Work.PUBLIC_SERVICES] == 0


def test_a_group_that_loses_an_establishment_loses_its_part_of_capital_and_of_the_staff_aimed_at(world):
    f = world.firms
    before = f.establishments.astype(float), f.capital.copy(), f.land.copy()
    firms.plan(world)
    kept = f.establishments / before[0]
    assert (kept < 1).any()
    np.testing.assert_allclose(f.capital, before[1] * kept)
    np.testing.assert_allclose(f.land, before[2] * kept)


def test_identities_of_firms_depend_on_cell_quarter_and_ordinal_alone():
    place, sector, ordinal = (grid.ravel() for grid in np.meshgrid(range(234), range(2, 9), range(6)))
    uids = identities(place, sector, 8084, ordinal.astype(np.uint64))
    later = identities(place, sector, 8085, ordinal.astype(np.uint64))
    assert len(set(uids.tolist()) | set(later.tolist())) == 2 * len(uids)
    order = np.random.default_rng(1).permutation(len(place))
    np.testing.assert_array_equal(
        identities(place[order], sector[order], 8084, ordinal[order].astype(np.uint64)), uids[order])


def founded(world, quarters=12):
    """Return mean staff of entrants of a quarter by (county, sector), each quarter starting alike."""
    size, total = world.firms.size, np.zeros((78, len(Work)))
    for quarter in range(quarters):
        world.quarter = 8084 + quarter
        entry.enter(world)
        new = np.arange(size, world.firms.size)
        np.add.at(total, (world.firms.county[new], world.firms.sector[new]), world.firms.aim[new])
        world.firms.place[new] = 65_535
        world.firms.release(new)
        world.firms.size = size
        world.firms._free = np.empty(0, np.int64)
        world.firms._bind()
    return total / quarters


def test_entry_replaces_the_jobs_of_closures_at_normal_turnover_and_answers_to_it(world):
    p = world.parameters.firms
    staff = by_cell(world, world.firms.staff)
    staff[:, [Work.NONE, Work.FARMING, Work.PUBLIC_SERVICES]] = 0
    world.economy.turnover[:] = 1.0
    usual = founded(world).sum()
    closing = staff.sum() * quarterly(p.closure * entry.normal_closure(world))
    assert usual == pytest.approx(closing, rel=0.15)
    world.economy.turnover[:] = 2.0
    assert founded(world).sum() / usual == pytest.approx(2**p.profit_response_entry, rel=0.15)
    world.rates.set("firm_entry", 0.0)
    assert founded(world, 2).sum() == 0


def test_entrants_begin_without_staff_where_firms_of_their_sector_stand(world):
    size, number = world.firms.size, world.economy.founded.copy()
    world.economy.turnover[:] = 3.0
    entry.enter(world)
    f, new = world.firms, np.arange(size, world.firms.size)
    assert len(new) > 50
    assert len(np.unique(f.uid)) == f.size
    assert not f.staff[new].any()
    assert (f.aim[new] >= GROUP).all()
    assert (f.founded[new] == world.quarter).all()
    assert set(f.sector[new].tolist()) <= set(range(Work.AGRO_PROCESSING, Work.PUBLIC_SERVICES))
    assert (f.wage[new] > 0).all() and (f.capital[new] > 0).all() and (f.productivity[new] > 0).all()
    added = np.bincount(f.county[new], weights=f.establishments[new], minlength=78)
    np.testing.assert_array_equal(world.economy.founded - number, added)


def test_rows_fall_free_only_when_their_staff_is_gone_and_are_used_again(build):
    model = build(end=2023, parameters=(("firms.closure", 0.12), ("firms.closure_size", 0.0)))
    world, f = model.world, model.world.firms
    reused = freed = emptied = 0
    while model.running:
        size, uid, living = f.size, f.uid.copy(), f.living().copy()
        employed = np.bincount(world.residents.employer[world.residents.employer < Employer.OUTSIDE], minlength=size)
        model.step()
        other = living & (~f.living()[:size] | (f.uid[:size] != uid))
        assert not employed[:size][other].any(), "a row with staff has fallen free"
        freed += other.sum()
        reused += (f.uid[:size] != uid).sum()
        emptied += (f.living() & (f.establishments == 0) & (f.staff == 0)).sum()
        alive = f.living()
        assert len(np.unique(f.uid[alive])) == alive.sum() == len(f)
        np.testing.assert_array_equal(np.sort(f.free), np.flatnonzero(~alive))
        assert not f.staff[~alive].any() and not f.openings[~alive].any()
    assert freed > 10 and reused > 5 and emptied > 5


@pytest.mark.parametrize("seed", [1, 2])
def test_closures_and_entry_of_the_year_are_counted_in_every_quarter(build, seed):
    model = build(seed=seed)
    for quarter in range(8):
        before = model.world.economy.closed.copy(), model.world.economy.founded.copy()
        model.step()
        for old, new in zip(before, (model.world.economy.closed, model.world.economy.founded), strict=True):
            assert (new - (old if quarter % 4 else 0)).sum() > 0


def test_output_of_a_year_is_the_sum_of_its_quarters(build):
    model = build()
    output = bill = 0
    for _ in range(4):
        model.step()
        economy = model.world.economy
        output, bill = output + economy.output, bill + economy.wage_bill
        assert economy.output.dtype == economy.wage_bill.dtype == np.int64
        np.testing.assert_array_equal(economy.output[:, 2:], by_cell(model.world, model.world.firms.output)[:, 2:])
    np.testing.assert_array_equal(economy.year_output, output)
    np.testing.assert_array_equal(economy.year_wage_bill, bill)


def test_the_wage_bill_is_what_firms_pay_their_staff(build):
    model = build()
    model.step()
    world, f = model.world, model.world.firms
    paid = np.where(f.living(), np.round(3 * f.wage * f.staff * world.config.scale), 0.0)
    np.testing.assert_array_equal(world.economy.wage_bill, by_cell(world, paid))
    np.testing.assert_allclose(place_attributes.mean_pay(world) * 3 * by_cell(world, f.staff * 1000.0).sum(1),
                               world.economy.wage_bill.sum(1))


def test_wages_go_nowhere_at_normal_tightness_and_output(first):
    """Where output per worker and tightness are as in the base year, pay follows the trend alone."""
    first.quarter += 4
    first.rates.set("public_wage", 1.0)
    last_trend = first.trend * np.exp(-first.parameters.firms.productivity_growth / 4)
    first.economy.output[:] = np.round(first.technology.output * last_trend)
    first.labour.wage[:] = first.technology.wage * last_trend
    labour.set_wages(first)
    np.testing.assert_allclose(first.labour.wage, first.technology.wage * first.trend, rtol=1e-6)


def test_private_firms_together_pay_the_published_wage(first):
    """Migrant workers employed in their home county (NBS survey): what districts pay stands in the published ratio."""
    firm = first.firms
    private = firm.sector != Work.PUBLIC_SERVICES
    mean = (firm.wage * firm.staff)[private].sum() / firm.staff[private].sum() / first.trend
    assert mean == pytest.approx(initial_jobs.local_wage(first), rel=1e-3)
    away = place_attributes.migrant_wage(first)[first.places.outside] / first.trend
    assert mean / away == pytest.approx(first.parameters.labour.local_to_migrant_wage, rel=2e-3)


def test_shocks_do_not_move_the_mean_of_desired_staff():
    """The correction keeps the mean of exp(k shock) at 1 however many establishments share a row and however long."""
    p = load_parameters().firms
    power = 1 / (1 - p.span_of_control * (1 - p.capital_share))
    random = np.random.default_rng(3)
    for number in (1.0, 4.0, 100.0):
        shock = np.zeros(400_000)
        for quarter in range(1, 41):
            gain = firms._gain(p, np.full(1, number), np.full(1, quarter))
            shock = p.shock_persistence * shock + p.shock_width / np.sqrt(number) * random.standard_normal(len(shock))
            shock -= gain
        assert np.exp(power * shock).mean() == pytest.approx(1, abs=0.004)
