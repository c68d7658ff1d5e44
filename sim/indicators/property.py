"""Homes and land: stock, vacancy, prices, sales, land income, uses of land."""

import numpy as np

from sim.baseline.figures import Basis
from sim.indicators.totals import Totals, observation, ratio, share
from sim.state.land import Use
from sim.state.places import Kind
from sim.state.world import World


def totals(world: World) -> dict[str, np.ndarray]:
    """Return homes in m2 and yuan, and land in m2 and yuan a year at 2020 prices, by county."""
    h, here = world.housing, world.land
    stock, occupied, price, sold, started = (
        world.places.by_kind(column) for column in (h.stock, h.occupied, h.price, h.sold, h.started))
    urban = slice(Kind.TOWN, None)
    return {
        "urban_homes": stock[:, urban].sum(1),
        "urban_homes_empty": (stock - occupied)[:, urban].sum(1),
        "village_homes": stock[:, Kind.VILLAGE],
        "village_homes_empty": (stock - occupied)[:, Kind.VILLAGE],
        "value_of_urban_homes": (stock * price)[:, urban].sum(1),
        "value_of_urban_homes_occupied": (occupied * price)[:, urban].sum(1),
        "homes_bought": sold.sum(1),
        "homes_begun": started.sum(1),
        "built_up": here.uses[:, : Use.VILLAGE].sum(1),
        **{f"land_{use.name.lower()}": here.uses[:, use] for use in Use},
        "land_sold_for": here.income,
        "land_cost": here.cost,
        "land_sold_for_homes": here.sold[:, Use.RESIDENTIAL],
        "land_sold_to_industry": here.sold[:, Use.INDUSTRIAL],
        "land_to_platforms": here.bought_by_platforms,
    }


@observation("yuan per m2", "house_price_seat", "house_price_town", zh="城镇房价（2020年价）",
             en="Price of urban homes at 2020 prices")
def house_price(t: Totals) -> np.ndarray:
    """Return the mean price of homes in towns and seat in yuan per m2 at 2020 prices, weighted by stock."""
    return ratio(t.value_of_urban_homes, t.urban_homes)


@observation("ratio", Basis.ASSUMED, zh="房价收入比", en="Value of homes to yearly income")
def price_income_ratio(t: Totals) -> np.ndarray:
    """Return the value of occupied homes in towns and seat over the yearly earnings of their residents."""
    return ratio(t.value_of_urban_homes_occupied, t.urban_income)


@observation("%", "urban_vacancy", zh="城镇住房空置率", en="Vacancy of urban homes")
def housing_vacancy(t: Totals) -> np.ndarray:
    """Return the share of homes in towns and seat that nobody uses in percent of floor area."""
    return share(t.urban_homes_empty, t.urban_homes)


@observation("%", "village_vacancy", zh="农村住房空置率", en="Vacancy of village homes")
def village_housing_vacancy(t: Totals) -> np.ndarray:
    """Return the share of village houses that nobody uses in percent of floor area."""
    return share(t.village_homes_empty, t.village_homes)


@observation("m2 per person", "floor_area_per_person", "urban_vacancy", "village_vacancy", zh="人均住房面积",
             en="Floor area per resident")
def floor_area_per_resident(t: Totals) -> np.ndarray:
    """Return floor area of all homes per resident in m2, empty ones included."""
    return ratio(t.urban_homes + t.village_homes, t.residents)


@observation("m2", Basis.ASSUMED, zh="居民购房面积", en="Homes bought in the year", event=True)
def homes_bought(t: Totals) -> np.ndarray:
    """Return floor area that households bought in the year in m2."""
    return t.homes_bought


@observation("m2", Basis.ASSUMED, zh="住房新开工面积", en="Homes begun in the year", event=True)
def homes_begun(t: Totals) -> np.ndarray:
    """Return floor area begun in the year in m2, village houses included."""
    return t.homes_begun


@observation("m2", "urban_land", zh="城镇建设用地", en="Built-up land of seat and towns")
def built_up_land(t: Totals) -> np.ndarray:
    """Return built-up land of towns and seat in m2, idle land included."""
    return t.built_up


@observation("%", "idle_land_share", zh="闲置土地占比", en="Idle part of built-up land")
def idle_land(t: Totals) -> np.ndarray:
    """Return idle land in percent of built-up land of towns and seat."""
    return share(t.land_idle, t.built_up)


@observation("m2", "farmland", zh="耕地", en="Farmland")
def farmland(t: Totals) -> np.ndarray:
    """Return farmland in m2."""
    return t.land_farmland


@observation("m2", "village_land", zh="村庄用地", en="Village land")
def village_land(t: Totals) -> np.ndarray:
    """Return land of villages in m2."""
    return t.land_village


@observation("m2", "urban_land", "village_land", "farmland", zh="其他土地", en="Other land")
def other_land(t: Totals) -> np.ndarray:
    """Return land in m2 that is neither built-up nor village land nor farmland: all together are the area."""
    return t.land_other


@observation("m2", Basis.ASSUMED, zh="居住用地出让", en="Residential land sold in the year", event=True)
def residential_land_sold(t: Totals) -> np.ndarray:
    """Return residential land sold in the year in m2, land sold anew after renewal and to platforms included."""
    return t.land_sold_for_homes


@observation("m2", Basis.ASSUMED, zh="工业用地出让", en="Industrial land sold in the year", event=True)
def industrial_land_sold(t: Totals) -> np.ndarray:
    """Return industrial land sold in the year in m2."""
    return t.land_sold_to_industry


@observation("m2", Basis.ASSUMED, zh="融资平台购地", en="Land bought by platforms in the year", event=True)
def land_bought_by_platforms(t: Totals) -> np.ndarray:
    """Return residential land that platforms bought in the year in m2."""
    return t.land_to_platforms


@observation("yuan", Basis.ASSUMED, zh="土地出让收入（2020年价）", en="Land income at 2020 prices", event=True)
def land_income(t: Totals) -> np.ndarray:
    """Return gross income of land sales of the year in yuan at 2020 prices."""
    return t.land_sold_for
