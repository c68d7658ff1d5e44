"""Some residents and firms of a county, each in a sentence."""

from typing import Any

import numpy as np

from sim.agents.enterprises import Firm
from sim.agents.population import Resident
from sim.model import CountyUrbanization
from sim.report.tables import movement
from sim.report.words import units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import Language
from sim.state.places import county_of
from sim.state.residents import ADULT
from sim.view.words import PLACES

RESIDENTS, FIRMS = 6, 4
"""How many are shown at a time."""
SEX = {"female": Words("女", "woman"), "male": Words("男", "man")}
CHILD = {"female": Words("女", "girl"), "male": Words("男", "boy")}
SCHOOLING = {
    "none": Words("未上学", "no schooling"), "primary": Words("小学", "primary school"),
    "junior_secondary": Words("初中", "junior secondary"), "senior_secondary": Words("高中", "senior secondary"),
    "junior_college": Words("大专", "junior college"), "bachelor": Words("本科及以上", "university"),
}
CHILDHOOD = {6: Words("上学", "at school"), 3: Words("学龄前", "below school age"),
             0: Words("婴幼儿", "an infant")}
"""Stages of childhood, by least age."""
WORK = {
    "none": Words("没有工作", "no work"), "farming": Words("务农", "farming"),
    "agro_processing": Words("农产品加工", "agro-processing"), "manufacturing": Words("制造业", "manufacturing"),
    "construction": Words("建筑业", "construction"), "trade_logistics": Words("商贸物流", "trade and logistics"),
    "consumer_services": Words("生活服务", "consumer services"),
    "tourism_culture": Words("文旅", "tourism and culture"), "public_services": Words("公共服务", "public services"),
}
RESIDENT = Words("{age}岁，{sex}，{does}；住在{place}，户籍{hukou}{land}",
                 "{sex} of {age}, {does}; lives in {place}, registered {hukou}{land}")
DOES = Words("{schooling}，{work}", "{schooling}, {work}")
HERE = Words("在本地方", "in the same place")
REGISTERED = Words("在{place}", "in {place}")
LAND = Words("，有土地权利", ", holds land rights")
FIRM = Words("{sector}，{place}{park}：{count}，职工{staff}人，月工资{wage}元，季增加值{output}万元",
             "{sector}, {place}{park}: {count}, staff {staff}, pay {wage} yuan a month, value added "
             "{output} thousand yuan a quarter")
PARK = Words("园区", ", in a park")
WHERE = {"village": Words("村庄", "a village"), "town": Words("乡镇", "a town"), "seat": Words("县城", "the seat")}
ELSEWHERE = {"other_county": Words("其他县（市）", "another county"),
             "districts": Words("{city}市辖区", "the districts of {city}"),
             "outside": Words("省外", "another province")}


def sample(model: CountyUrbanization, code: str, turn: int, language: Language) -> dict[str, list[dict[str, Any]]]:
    """Return residents and firms of a county, others at each turn; the same turn shows the same."""
    k = model.world.places.county_codes.index(code)
    people, firms = model.world.residents, model.world.firms
    staffed = firms.living() & (firms.staff > 0)
    residents = [model.population[uid] for uid in people.uid[_some(county_of(people.place) == k, RESIDENTS, turn)]]
    companies = [model.enterprises[uid] for uid in firms.uid[_some(staffed & (firms.county == k), FIRMS, turn)]]
    cities = {city.code: Words(city.name_zh.removesuffix("市"), city.name_en) for city in model.prefectures.values()}
    return {"residents": [_resident(one, code, cities, language) for one in residents],
            "firms": [_firm(one, language) for one in companies]}


def _some(members: np.ndarray, count: int, turn: int) -> np.ndarray:
    """Return rows spread evenly over the members, others at each turn."""
    rows = np.flatnonzero(members)
    if len(rows) <= count:
        return rows
    steps = (np.arange(count) * len(rows)) // count
    return np.sort(rows[(steps + turn * 7919) % len(rows)])


def _resident(one: Resident, code: str, cities: dict[str, Words], language: Language) -> dict[str, Any]:
    adult = one.age >= ADULT
    does = DOES.fill(schooling=SCHOOLING[one.schooling], work=WORK[one.work]) if adult else _childhood(one.age)
    hukou = HERE if one.place == one.hukou else REGISTERED.fill(place=_where(one.hukou, code, cities))
    words = RESIDENT.fill(age=int(one.age), sex=(SEX if adult else CHILD)[one.sex], does=does,
                          place=_where(one.place, code, cities), hukou=hukou, land=LAND if one.land_rights else "")
    return _written(one.uid, words, language)


def _childhood(age: float) -> Words:
    return next(words for least, words in CHILDHOOD.items() if age >= least)


def _firm(one: Firm, language: Language) -> dict[str, Any]:
    scale = 1e-4 if language == "zh" else 1e-3
    words = FIRM.fill(sector=WORK[one.sector], place=WHERE[one.place.partition("-")[2]], park=PARK if one.park else "",
                      count=_count(one.establishments), staff=f"{one.staff:,}",
                      wage=units.number(one.wage, decimals=0),
                      output=units.number(one.output * scale, decimals=0))
    return _written(one.uid, words, language)


def _count(establishments: int) -> Words:
    word = "establishment" if establishments == 1 else "establishments"
    return Words(f"{establishments:,}家", f"{establishments:,} {word}")


def _written(uid: int, words: Words, language: Language) -> dict[str, Any]:
    text = of(words, language)
    return {"uid": str(uid), "text": text[0].upper() + text[1:]}


def _where(name: str, code: str, cities: dict[str, Words]) -> Words:
    kind = movement.kind(name)
    if kind in PLACES:
        return WHERE[kind] if name.startswith(code) else ELSEWHERE["other_county"]
    return ELSEWHERE[kind].fill(city=cities.get(name.partition("-")[0], ""))
