"""Facilities: gas, sewage, waste, roads, parks, energy and the cost of their upkeep."""

import numpy as np

from sim.baseline.figures import Basis
from sim.indicators.totals import Totals, observation, ratio, share
from sim.state.stocks import total
from sim.state.world import World


def totals(world: World) -> dict[str, np.ndarray]:
    """Return by county every stock and its need, costs of upkeep and extension in yuan, and infrastructure of firms."""
    held, shown, sums = world.stocks, world.service_outcomes, {}
    for name, stock in world.config.stocks.items():
        sums[f"stock_{name}"] = held.served(name) if stock.shared else total(held.values[name])
        sums[f"need_{name}"] = total(held.needs[name])
    residents = sums["need_doctors"]
    return {
        **sums,
        "upkeep": shown.upkeep_cost,
        "extension": shown.extension_cost,
        "extension_unpaid": shown.extension_cost - shown.extension_paid,
        "infrastructure_of_residents": shown.infrastructure * residents,
    }


@observation("% of seat residents", "piped_gas", zh="管道燃气普及率", en="Piped gas")
def piped_gas(t: Totals) -> np.ndarray:
    """Return residents of the seat who have piped gas in percent."""
    return share(t.stock_piped_gas, t.need_piped_gas)


@observation("%", "sewage_collection", zh="生活污水集中收集率", en="Sewage collected")
def sewage_collection(t: Totals) -> np.ndarray:
    """Return the pollutant load of the seat's sewage that is collected in percent."""
    return share(t.stock_sewage_collection, t.need_sewage_collection)


@observation("%", "waste_incineration", zh="生活垃圾焚烧处理率", en="Waste incinerated")
def waste_incineration(t: Totals) -> np.ndarray:
    """Return household waste that is incinerated, at home or by a neighbour, in percent."""
    return share(t.stock_waste_incineration, t.need_waste_incineration)


@observation("%", "road_area", zh="建成区道路面积率", en="Roads in the built-up area")
def road_area_share(t: Totals) -> np.ndarray:
    """Return roads in the built-up area of the seat in percent."""
    return share(t.stock_road_area, t.need_road_area)


@observation("m2 per person", "park_area", zh="人均公园绿地面积", en="Park area per resident")
def park_area_per_resident(t: Totals) -> np.ndarray:
    """Return park area per resident of the seat in m2."""
    return ratio(t.stock_park_area, t.need_park_area)


@observation("%", "rural_sewage_treatment", zh="农村生活污水治理率", en="Rural sewage treated")
def rural_sewage_treatment(t: Totals) -> np.ndarray:
    """Return residents of villages whose sewage is treated in percent."""
    return share(t.stock_rural_sewage_treatment, t.need_rural_sewage_treatment)


@observation("yuan of 2020", "transport", zh="人均交通资本", en="Transport capital per resident")
def transport_capital(t: Totals) -> np.ndarray:
    """Return transport capital per resident in yuan at 2020 prices."""
    return ratio(t.stock_transport, t.need_transport)


@observation("yuan of 2020", "digital", zh="人均数字设施资本", en="Digital capital per resident")
def digital_capital(t: Totals) -> np.ndarray:
    """Return digital capital per resident in yuan at 2020 prices."""
    return ratio(t.stock_digital, t.need_digital)


@observation("ratio", Basis.ASSUMED, zh="生产性公共资本指数", en="Public capital that firms use, index")
def infrastructure_index(t: Totals) -> np.ndarray:
    """Return public capital that firms use against its declared trend, as residents have it on the average."""
    return ratio(t.infrastructure_of_residents, t.need_doctors)


@observation("GW", "rooftop_solar", zh="屋顶光伏", en="Rooftop solar")
def rooftop_solar(t: Totals) -> np.ndarray:
    """Return the capacity of rooftop solar plants in GW."""
    return t.stock_rooftop_solar / 1e6


@observation("%", "prefabricated_building", zh="装配式建筑占比", en="Prefabricated share of new building")
def prefabricated_building(t: Totals) -> np.ndarray:
    """Return the prefabricated share of new building in percent, the mean of counties."""
    return ratio(t.stock_prefabricated_building, t.need_prefabricated_building)


@observation("%", "resilience", zh="受防护人口占比", en="Residents protected from floods and heat")
def residents_protected(t: Totals) -> np.ndarray:
    """Return residents protected from floods and heat in percent."""
    return share(t.stock_resilience, t.need_resilience)


@observation("yuan a year", Basis.ASSUMED, zh="人均设施运行维护费用", en="Upkeep of facilities per resident")
def upkeep_per_resident(t: Totals) -> np.ndarray:
    """Return the cost of full upkeep of all stocks to the budget in yuan a year per resident."""
    return ratio(t.upkeep, t.need_doctors)


@observation("yuan a year", Basis.ASSUMED, zh="人均设施扩建费用", en="Extension of facilities per resident", event=True)
def extension_per_resident(t: Totals) -> np.ndarray:
    """Return the cost to the county of extending stocks to the year's change of needs, in yuan per resident."""
    return ratio(t.extension, t.need_doctors)


@observation("yuan a year", Basis.ASSUMED, zh="人均未能支付的扩建费用",
             en="Extension left unpaid per resident", event=True)
def extension_unpaid_per_resident(t: Totals) -> np.ndarray:
    """Return the part of the cost of extension that public investment could not pay, in yuan per resident."""
    return ratio(t.extension_unpaid, t.need_doctors)
