"""What every yearly observation is called in both languages, and its unit in the tables."""

from typing import NamedTuple

from sim.report import units
from sim.report.bilingual import Words


class Observation(NamedTuple):
    """Names and unit of a yearly observation."""

    zh: str
    en: str
    unit: str

    @property
    def words(self) -> Words:
        """The name in both languages."""
        return Words(self.zh, self.en)


OBSERVATIONS = {name: Observation(*fields) for name, fields in {
    "resident_urbanization": ("常住人口城镇化率", "Resident urbanization", "%"),
    "resident_urbanization_without_reclassification":
        ("常住人口城镇化率（不含就地改划）", "Resident urbanization without reclassification", "%"),
    "hukou_urbanization": ("户籍人口城镇化率", "Hukou urbanization", "%"),
    "hukou_urbanization_without_reclassification":
        ("户籍人口城镇化率（不含就地改划）", "Hukou urbanization without reclassification", "%"),
    "seat_concentration": ("县城常住人口占县域比重", "Residents of the county seat", "%"),
    "residents": ("常住人口", "Residents", "persons"),
    "urban_residents": ("城镇常住人口", "Urban residents", "persons"),
    "registered": ("户籍人口", "Registered people", "persons"),
    "absent": ("户籍外出人口", "Registered people who live elsewhere", "persons"),
    "net_migration": ("净迁移（一年）", "Net migration in the year", "persons"),
    "net_migration_rate": ("净迁移率", "Net migration rate", "per 1,000"),
    "births": ("出生人口", "Births", "persons"),
    "deaths": ("死亡人口", "Deaths", "persons"),
    "age_65_plus": ("65岁及以上人口占比", "Aged 65 and over", "%"),
    "output": ("地区生产总值（2020年价）", "Output at 2020 prices", "yuan"),
    "output_per_resident": ("人均地区生产总值（2020年价）", "Output per resident at 2020 prices", "yuan per person"),
    "non_agricultural_output": ("二三产业增加值占比", "Industry and services in output", "%"),
    "employed": ("就业人口", "Residents in work", "persons"),
    "employment_rate": ("就业人口占常住人口比重", "Residents in work of all residents", "%"),
    "jobs": ("岗位", "Jobs", "persons"),
    "farming_share": ("务农就业占比", "Own-account farmers among those in work", "%"),
    "unemployment_rate": ("失业率", "Unemployment", "%"),
    "monthly_pay": ("月工资（2020年价）", "Pay at 2020 prices", "yuan a month"),
    "establishments": ("经营单位数", "Establishments", ""),
    "founded_establishments": ("新设经营单位", "Establishments founded in the year", ""),
    "closed_establishments": ("关闭经营单位", "Establishments closed in the year", ""),
    "urban_jobs_created": ("城镇新增就业", "Urban jobs created", "persons"),
    "urban_income": ("城镇居民收入（2020年价）", "Income of urban residents at 2020 prices", "yuan per person"),
    "rural_income": ("农村居民收入（2020年价）", "Income of rural residents at 2020 prices", "yuan per person"),
    "urban_rural_income_ratio": ("城乡居民收入比", "Urban to rural income", "ratio"),
    "own_revenue": ("一般公共预算自有收入", "Own revenue of the general budget", "yuan"),
    "transfers": ("上级转移支付", "Transfers from above", "yuan"),
    "general_expenditure": ("一般公共预算支出", "Expenditure of the general budget", "yuan"),
    "fiscal_self_sufficiency": ("财政自给率", "Fiscal self-sufficiency", "%"),
    "land_income": ("土地出让收入（2020年价）", "Land income at 2020 prices", "yuan"),
    "land_income_net": ("土地出让净收入", "Net land income", "yuan"),
    "debt": ("政府债务（2020年价）", "Government debt at 2020 prices", "yuan"),
    "debt_ratio": ("债务率", "Debt to yearly means", "%"),
    "platform_debt": ("融资平台债务（2020年价）", "Debt of platforms at 2020 prices", "yuan"),
    "arrears": ("拖欠款项", "Obligations unpaid", "yuan"),
    "capital_spending": ("公共投资", "Public investment", "yuan"),
    "upkeep_per_resident": ("人均设施运行维护费用", "Upkeep of facilities per resident", "yuan a year"),
    "extension_per_resident": ("人均设施扩建费用", "Extension of facilities per resident", "yuan a year"),
    "extension_unpaid_per_resident":
        ("人均未能支付的扩建费用", "Extension left unpaid per resident", "yuan a year"),
    "house_price": ("城镇房价（2020年价）", "Price of urban homes at 2020 prices", "yuan per m2"),
    "price_income_ratio": ("房价收入比", "Value of homes to yearly income", "ratio"),
    "housing_vacancy": ("城镇住房空置率", "Vacancy of urban homes", "%"),
    "village_housing_vacancy": ("农村住房空置率", "Vacancy of village homes", "%"),
    "floor_area_per_resident": ("人均住房面积", "Floor area per resident", "m2 per person"),
    "homes_bought": ("居民购房面积", "Homes bought in the year", "m2"),
    "homes_begun": ("住房新开工面积", "Homes begun in the year", "m2"),
    "built_up_land": ("城镇建设用地", "Built-up land of seat and towns", "m2"),
    "idle_land": ("闲置土地占比", "Idle part of built-up land", "%"),
    "farmland": ("耕地", "Farmland", "m2"),
    "village_land": ("村庄用地", "Village land", "m2"),
    "residential_land_sold": ("居住用地出让", "Residential land sold in the year", "m2"),
    "industrial_land_sold": ("工业用地出让", "Industrial land sold in the year", "m2"),
    "land_bought_by_platforms": ("融资平台购地", "Land bought by platforms in the year", "m2"),
    "piped_gas": ("管道燃气普及率", "Piped gas", "% of seat residents"),
    "sewage_collection": ("生活污水集中收集率", "Sewage collected", "%"),
    "waste_incineration": ("生活垃圾焚烧处理率", "Waste incinerated", "%"),
    "road_area_share": ("建成区道路面积率", "Roads in the built-up area", "%"),
    "park_area_per_resident": ("人均公园绿地面积", "Park area per resident", "m2 per person"),
    "rural_sewage_treatment": ("农村生活污水治理率", "Rural sewage treated", "%"),
    "transport_capital": ("人均交通资本", "Transport capital per resident", "yuan of 2020"),
    "digital_capital": ("人均数字设施资本", "Digital capital per resident", "yuan of 2020"),
    "infrastructure_index": ("生产性公共资本指数", "Public capital that firms use, index", "ratio"),
    "rooftop_solar": ("屋顶光伏", "Rooftop solar", "GW"),
    "prefabricated_building": ("装配式建筑占比", "Prefabricated share of new building", "%"),
    "residents_protected": ("受防护人口占比", "Residents protected from floods and heat", "%"),
    "hospital_beds": ("千人口医疗卫生机构床位数", "Hospital beds", "beds / 1,000"),
    "doctors": ("千人口执业医师", "Doctors", "doctors / 1,000"),
    "childcare_places": ("千人口3岁以下婴幼儿托位数", "Childcare places under 3", "places / 1,000"),
    "elderly_beds": ("千名老人养老床位", "Beds in care for the elderly", "beds / 1,000 aged 60+"),
    "nursing_beds_share": ("养老机构护理型床位占比", "Nursing-type beds in elderly care", "%"),
    "inclusive_kindergartens": ("普惠性幼儿园覆盖率", "Inclusive kindergartens", "%"),
    "culture_area": ("千人口文化设施面积", "Area of cultural facilities", "m2 / 1,000"),
    "sports_area_per_resident": ("人均体育场地面积", "Sports area per resident", "m2 per person"),
    "school_congestion": ("县城学校拥挤度", "Congestion of schools in the seat", "pupils / 100 places"),
    "school_distance": ("村庄学生到小学距离", "Distance of village pupils to school", "km"),
    "village_schools": ("村小数", "Village primary schools", "schools"),
    "village_schools_closed": ("关闭村小", "Village primary schools closed in the year", "schools"),
    "services_index": ("公共服务指数", "Public services, index", "ratio"),
    "locals_served": ("本地户籍者享有的服务", "Services open to people registered here", "%"),
    "others_served": ("外来户籍者享有的服务", "Services open to people registered elsewhere", "%"),
    "visitors_index": ("游客需求指数", "Demand of visitors, index", "ratio"),
    "amenity_index": ("宜居指数", "Amenity, index", "ratio"),
    "pollution_index": ("污染负荷指数", "Pollution left, index", "ratio"),
    "floods": ("受洪涝的县次", "Counties struck by floods", "counties struck"),
    "heat_waves": ("受热浪的县次", "Counties struck by heat", "counties struck"),
    "hazard_damage": ("灾害损失", "Damage by hazards", "yuan"),
}.items()}


def unit(name: str) -> units.Unit:
    """Return how values of an observation are written; areas per resident are in m2, not in km2."""
    written = OBSERVATIONS[name].unit if name in OBSERVATIONS else ""
    return units.unit("m2 per person" if written == "m2" and name.endswith("_per_resident") else written)


def words(name: str) -> Words:
    """Return the name of an observation in both languages, as it is written where it has none."""
    return OBSERVATIONS[name].words if name in OBSERVATIONS else Words(name, name)
