"""Titles of what measures move: rates, and stocks that are built."""

from functools import cache

from sim.config.files import load_stocks
from sim.report.words.bilingual import Words

RATES = {
    "firm_productivity": Words("企业生产率", "Productivity of firms"),
    "firm_entry": Words("新设企业", "Entry of firms"),
    "farm_productivity": Words("农业生产率", "Productivity of farms"),
    "matching_efficiency": Words("岗位匹配效率", "Efficiency of job matching"),
    "district_arrivals": Words("市辖区居民迁入", "Arrivals from city districts"),
    "outside_arrivals": Words("省外居民迁入", "Arrivals from other provinces"),
    "attraction": Words("对本县各地的吸引", "What draws people to places of the county"),
    "reclassification": Words("村庄就地改划为城镇", "Villages that become part of towns"),
    "service_reach": Words("可及的公共服务", "Public services within reach"),
    "housing_subsidy": Words("购房补助", "Help for buyers of homes"),
    "consideration": Words("居民考虑迁出的机会", "Chance that residents consider moving"),
    "idle_recovery": Words("闲置土地盘活", "Idle land brought back into use"),
    "senior_secondary_progression": Words("升入高中阶段", "Pupils who go on to senior-secondary school"),
    "participation": Words("劳动参与", "Labour participation"),
    "fertility": Words("生育率", "Birth rates"),
    "least_school_enrolment": Words("学校保留的最低学生数", "Fewest pupils at which a school is kept"),
    "conversion": Words("落户", "Registration where people live"),
    "service_parity": Words("外来人口享有的服务", "Services open to people registered elsewhere"),
    "land_rights_kept": Words("落户后保留土地权利", "Land rights kept after registration in town"),
    "bond_room": Words("债券额度", "Room for bonds"),
    "interest_cost": Words("利息成本", "Cost of interest"),
    "platform_borrowing": Words("融资平台举债", "Borrowing by platforms"),
    "platform_land_purchases": Words("融资平台购地", "Land bought by platforms"),
    "tax_effort": Words("征收力度", "Effort of tax collection"),
    "land_quota": Words("建设用地指标", "Quota of building land"),
    "industrial_land_price": Words("工业用地价格", "Price of industrial land"),
    "industrial_land_share": Words("工业用地占供地比重", "Industrial part of land supply"),
    "village_land_exchange": Words("村庄建设用地置换", "Exchange of village land"),
}
"""Titles of rates that measures move; additions to a stock are called after the stock."""
BUILT = Words("新建：{stock}", "Built: {stock}")


@cache
def title(rate: str) -> Words:
    """Return what a rate, or the addition to a stock, is called; its key where it has no name."""
    stock = load_stocks().get(rate.removesuffix("_addition"))
    if stock:
        return BUILT.fill(stock=Words(stock.title.zh, stock.title.en.lower()))
    return RATES.get(rate, Words(*[rate.replace("_", " ")] * 2))
