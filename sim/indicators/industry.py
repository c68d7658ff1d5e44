"""Industry, work and incomes: output, jobs, unemployment, pay, firms, and residents' incomes by source."""

import numpy as np

from sim.baseline.figures import Basis
from sim.indicators.totals import Totals, observation, ratio, share
from sim.state.places import Kind
from sim.state.residents import Work
from sim.state.world import World


def totals(world: World) -> dict[str, np.ndarray]:
    """Return output, people in work, pay, firms and incomes by county; money in yuan a year at 2020 prices."""
    e, labour, places, scale = world.economy, world.labour, world.places, world.config.scale
    employed = places.by_kind(labour.employed)
    firms = world.firms
    living = firms.living()
    county = firms.county[living]

    def of_firms(column: np.ndarray) -> np.ndarray:
        return np.bincount(county, weights=column[living].astype(float), minlength=places.counties)

    incomes = places.by_kind(world.incomes.yuan).sum(2)
    people = world.counts.people * scale
    return {
        "output": e.year_output.sum(1),
        "farm_output": e.year_output[:, Work.FARMING],
        "employed": employed.sum((1, 2)) * scale,
        "farmers": employed[:, :, Work.FARMING].sum(1) * scale,
        "unemployed": places.of_counties(labour.unemployed) * scale,
        "jobs": of_firms(firms.staff) * scale,
        "pay": e.year_wage_bill.sum(1),
        "establishments": of_firms(firms.establishments),
        "founded": e.founded,
        "closed": e.closed,
        "vacancies": labour.vacancies * scale,
        "new_urban_jobs": (labour.new_urban_jobs - world.flows.deaths_at_work) * scale,
        "urban_income": incomes[:, Kind.TOWN :].sum(1),
        "urban_people": people[:, Kind.TOWN :].sum(1),
        "rural_income": incomes[:, Kind.VILLAGE],
        "rural_people": people[:, Kind.VILLAGE],
    }


@observation("yuan", "output", zh="地区生产总值（2020年价）", en="Output at 2020 prices")
def output(t: Totals) -> np.ndarray:
    """Return value added of the year in yuan at 2020 prices."""
    return t.output


@observation("yuan per person", "output", zh="人均地区生产总值（2020年价）", en="Output per resident at 2020 prices")
def output_per_resident(t: Totals) -> np.ndarray:
    """Return value added per resident in yuan at 2020 prices."""
    return ratio(t.output, t.residents)


@observation("%", "output", zh="二三产业增加值占比", en="Industry and services in output")
def non_agricultural_output(t: Totals) -> np.ndarray:
    """Return the share of industry and services in value added in percent."""
    return share(t.output - t.farm_output, t.output)


@observation("persons", zh="就业人口", en="Residents in work")
def employed(t: Totals) -> np.ndarray:
    """Return residents in work in persons, those on their own farm included."""
    return t.employed


@observation("%", zh="就业人口占常住人口比重", en="Residents in work of all residents")
def employment_rate(t: Totals) -> np.ndarray:
    """Return residents in work against all residents in percent."""
    return share(t.employed, t.residents)


@observation("persons", Basis.ASSUMED, zh="岗位", en="Jobs")
def jobs(t: Totals) -> np.ndarray:
    """Return jobs of the county's firms and public services in persons."""
    return t.jobs


@observation("%", zh="务农就业占比", en="Own-account farmers among those in work")
def farming_share(t: Totals) -> np.ndarray:
    """Return the share of own-account farmers among residents in work in percent."""
    return share(t.farmers, t.employed)


@observation("%", Basis.ASSUMED, zh="失业率", en="Unemployment", event=True)
def unemployment_rate(t: Totals) -> np.ndarray:
    """Return seekers without work against the labour force in percent, in the last quarter of the year."""
    return share(t.unemployed, t.employed + t.unemployed)


@observation("yuan a month", Basis.ASSUMED, zh="月工资（2020年价）", en="Pay at 2020 prices")
def monthly_pay(t: Totals) -> np.ndarray:
    """Return mean pay of the county's firms in yuan a month at 2020 prices."""
    return ratio(t.pay, 12 * t.jobs)


@observation("", Basis.ASSUMED, zh="经营单位数", en="Establishments")
def establishments(t: Totals) -> np.ndarray:
    """Return establishments of firms and public services."""
    return t.establishments


@observation("", Basis.ASSUMED, zh="新设经营单位", en="Establishments founded in the year", event=True)
def founded_establishments(t: Totals) -> np.ndarray:
    """Return establishments founded in the year."""
    return t.founded


@observation("", Basis.ASSUMED, zh="关闭经营单位", en="Establishments closed in the year", event=True)
def closed_establishments(t: Totals) -> np.ndarray:
    """Return establishments closed in the year."""
    return t.closed


@observation("persons", Basis.ASSUMED, zh="城镇新增就业", en="Urban jobs created", event=True)
def urban_jobs_created(t: Totals) -> np.ndarray:
    """Return people newly hired into towns and seats in the year less those who died or left work for good.

    Another job for somebody who lost or left one is turnover and does not count.
    """
    return t.new_urban_jobs


@observation("yuan per person", Basis.ASSUMED, zh="城镇居民收入（2020年价）",
             en="Income of urban residents at 2020 prices")
def urban_income(t: Totals) -> np.ndarray:
    """Return income per resident of towns and seat in yuan a year at 2020 prices."""
    return ratio(t.urban_income, t.urban_people)


@observation("yuan per person", Basis.ASSUMED, zh="农村居民收入（2020年价）",
             en="Income of rural residents at 2020 prices")
def rural_income(t: Totals) -> np.ndarray:
    """Return income per village resident in yuan a year at 2020 prices."""
    return ratio(t.rural_income, t.rural_people)


@observation("ratio", Basis.ASSUMED, zh="城乡居民收入比", en="Urban to rural income")
def urban_rural_income_ratio(t: Totals) -> np.ndarray:
    """Return urban to rural income per resident."""
    return ratio(ratio(t.urban_income, t.urban_people), ratio(t.rural_income, t.rural_people))
