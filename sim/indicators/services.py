"""Public services: health, care, culture, sports, schools, and who may use them."""

import numpy as np

from sim.baseline.figures import Basis
from sim.indicators.totals import Totals, observation, ratio, share
from sim.state.places import Kind
from sim.state.world import World

SCHOOLS = ("primary_places", "junior_places")


def totals(world: World) -> dict[str, np.ndarray]:
    """Return schools of villages and seats, and local and other residents with the services open to them, by county."""
    counts, held, shown = world.counts, world.stocks, world.service_outcomes
    scale = float(world.config.scale)
    village = held.village_schools
    village_pupils = held.needs["primary_places"][:, Kind.VILLAGE]
    residents = counts.people.sum(1) * scale
    local = (counts.of_counties(counts.registered).sum(1) - counts.absent) * scale
    served = np.minimum(shown.services, 1)
    return {
        "seat_pupils": sum(held.needs[level][:, Kind.SEAT] for level in SCHOOLS),
        "seat_places": sum(held.values[level][:, Kind.SEAT] for level in SCHOOLS),
        "village_schools": village.open,
        "village_schools_closed": village.closures,
        "village_pupils": village_pupils,
        "village_pupil_km": village_pupils * village.distance_km,
        "services_of_residents": shown.services * residents,
        "residents_with_services": residents,
        "local": local,
        "local_served": local * served,
        "others": residents - local,
        "others_served": (residents - local) * served * shown.parity,
    }


@observation("beds / 1,000", "hospital_beds", zh="千人口医疗卫生机构床位数", en="Hospital beds")
def hospital_beds(t: Totals) -> np.ndarray:
    """Return hospital beds per 1,000 residents."""
    return ratio(t.stock_hospital_beds, t.need_hospital_beds, 1000)


@observation("doctors / 1,000", "doctors", zh="千人口执业医师", en="Doctors")
def doctors(t: Totals) -> np.ndarray:
    """Return doctors per 1,000 residents."""
    return ratio(t.stock_doctors, t.need_doctors, 1000)


@observation("places / 1,000", "childcare_places", zh="千人口3岁以下婴幼儿托位数", en="Childcare places under 3")
def childcare_places(t: Totals) -> np.ndarray:
    """Return childcare places under 3 per 1,000 residents."""
    return ratio(t.stock_childcare_places, t.need_childcare_places, 1000)


@observation("beds / 1,000 aged 60+", "elderly_beds", zh="千名老人养老床位", en="Beds in care for the elderly")
def elderly_beds(t: Totals) -> np.ndarray:
    """Return beds in care for the elderly per 1,000 residents aged 60 and over."""
    return ratio(t.stock_elderly_beds, t.need_elderly_beds, 1000)


@observation("%", "nursing_beds", zh="养老机构护理型床位占比", en="Nursing-type beds in elderly care")
def nursing_beds_share(t: Totals) -> np.ndarray:
    """Return nursing-type beds among beds in care for the elderly in percent."""
    return share(t.stock_nursing_beds, t.need_nursing_beds)


@observation("%", "inclusive_kindergarten_places", zh="普惠性幼儿园覆盖率", en="Inclusive kindergartens")
def inclusive_kindergartens(t: Totals) -> np.ndarray:
    """Return inclusive places among kindergarten places in percent."""
    return share(t.stock_inclusive_kindergarten_places, t.need_inclusive_kindergarten_places)


@observation("m2 / 1,000", "culture_area", zh="千人口文化设施面积", en="Area of cultural facilities")
def culture_area(t: Totals) -> np.ndarray:
    """Return the area of cultural facilities in m2 per 1,000 residents."""
    return ratio(t.stock_culture_area, t.need_culture_area, 1000)


@observation("m2 per person", "sports_area", zh="人均体育场地面积", en="Sports area per resident")
def sports_area_per_resident(t: Totals) -> np.ndarray:
    """Return sports area per resident in m2."""
    return ratio(t.stock_sports_area, t.need_sports_area)


@observation("pupils / 100 places", Basis.ASSUMED, zh="县城学校拥挤度", en="Congestion of schools in the seat")
def school_congestion(t: Totals) -> np.ndarray:
    """Return pupils per 100 places in primary and junior-secondary schools of the seat."""
    return share(t.seat_pupils, t.seat_places)


@observation("km", Basis.ASSUMED, zh="村庄学生到小学距离", en="Distance of village pupils to school")
def school_distance(t: Totals) -> np.ndarray:
    """Return the mean distance of village pupils to a primary school in km."""
    return ratio(t.village_pupil_km, t.village_pupils)


@observation("schools", "village_schools", zh="村小数", en="Village primary schools")
def village_schools(t: Totals) -> np.ndarray:
    """Return primary schools that stand in villages."""
    return t.village_schools


@observation("schools", "village_schools", zh="关闭村小", en="Village primary schools closed in the year", event=True)
def village_schools_closed(t: Totals) -> np.ndarray:
    """Return village primary schools closed in the year."""
    return t.village_schools_closed


@observation("ratio", Basis.ASSUMED, zh="公共服务指数", en="Public services, index")
def services_index(t: Totals) -> np.ndarray:
    """Return public services against their declared trends, as residents have them on the average."""
    return ratio(t.services_of_residents, t.residents_with_services)


@observation("%", Basis.ASSUMED, zh="本地户籍者享有的服务", en="Services open to people registered here")
def locals_served(t: Totals) -> np.ndarray:
    """Return services open to residents registered in their county in percent."""
    return share(t.local_served, t.local)


@observation("%", Basis.ASSUMED, zh="外来户籍者享有的服务", en="Services open to people registered elsewhere")
def others_served(t: Totals) -> np.ndarray:
    """Return services open to residents registered elsewhere in percent; not a number where there are none."""
    return share(t.others_served, t.others)
