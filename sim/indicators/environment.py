"""Environment: hazards and their damage, pollution, amenity and visitors."""

import numpy as np

from sim.baseline.figures import Basis
from sim.indicators.totals import Totals, observation, ratio
from sim.state.world import World

INDICES = ("visitors", "amenity", "pollution")


def totals(world: World) -> dict[str, np.ndarray]:
    """Return hazards of the year and their damage, and indices times residents, by county."""
    held, shown = world.stocks, world.service_outcomes
    residents = held.needs["doctors"]
    return {
        "floods": held.struck["flood"],
        "heat_waves": held.struck["heat"],
        "hazard_damage": held.damage,
        "weight": residents,
        **{f"{name}_of_residents": getattr(shown, name) * residents for name in INDICES},
    }


@observation("counties struck", Basis.ASSUMED, zh="受洪涝的县次", en="Counties struck by floods", event=True)
def floods(t: Totals) -> np.ndarray:
    """Return damaging floods of the year, one for each county struck."""
    return t.floods


@observation("counties struck", Basis.ASSUMED, zh="受热浪的县次", en="Counties struck by heat", event=True)
def heat_waves(t: Totals) -> np.ndarray:
    """Return damaging heat waves of the year, one for each county struck."""
    return t.heat_waves


@observation("yuan", Basis.ASSUMED, zh="灾害损失", en="Damage by hazards", event=True)
def hazard_damage(t: Totals) -> np.ndarray:
    """Return the replacement cost of stocks destroyed by hazards in the year, in yuan."""
    return t.hazard_damage


@observation("ratio", Basis.ASSUMED, zh="游客需求指数", en="Demand of visitors, index")
def visitors_index(t: Totals) -> np.ndarray:
    """Return visitors' demand against that of the declared trends, the mean over residents."""
    return ratio(t.visitors_of_residents, t.weight)


@observation("ratio", Basis.ASSUMED, zh="宜居指数", en="Amenity, index")
def amenity_index(t: Totals) -> np.ndarray:
    """Return how much likelier people choose a place for its amenity than on the declared trends, over residents."""
    return ratio(t.amenity_of_residents, t.weight)


@observation("ratio", Basis.ASSUMED, zh="污染负荷指数", en="Pollution left, index")
def pollution_index(t: Totals) -> np.ndarray:
    """Return the load left untreated against that of the declared trends, the mean over residents."""
    return ratio(t.pollution_of_residents, t.weight)
