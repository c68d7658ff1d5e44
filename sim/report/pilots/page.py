"""The page of a study of pilots: one self-contained HTML file in Chinese and English, written from files alone."""

import base64
from io import BytesIO
from pathlib import Path

from sim.core import store
from sim.report.charts import drawings
from sim.report.pages import html, page
from sim.report.pilots import figures
from sim.report.pilots.answer import QUESTION, sentences
from sim.report.pilots.reading import Study
from sim.report.pilots.tables import tables
from sim.report.tables.naming import titles
from sim.report.words import style, terms
from sim.report.words.bilingual import LANGUAGES, Words, both
from sim.report.words.units import number

STATES = {
    "recommended": (style.POLICY, Words("建议试点", "recommended")),
    "compared_with": ("#D9A441", Words("配对对照县", "compared with, in pairs")),
    "near": ("#DCCFE8", Words("试点的邻县", "neighbours of pilots")),
    "other": ("#F1F1F1", Words("其他县（市）", "other counties")),
}
"""Colours and names of counties on the map."""

HEADS = {
    "chosen": Words("名单", "Who"), "effects": Words("效果与花费", "Effects and money"),
    "others": Words("其他指标", "Other figures"), "worth": Words("每一元的城镇化", "Urban residents per yuan"),
    "around": Words("邻县：吸走与溢出", "Neighbours: diversion and spill-over"),
    "lasting": Words("十个变成全部", "When all counties are pilots"),
    "seen": Words("评估能看出什么", "What an evaluation could see"),
    "designs": Words("设计、试点数与年数", "Design, number of pilots and years"),
    "estimators": Words("估计方法与误差", "Estimators and errors"), "sums": Words("核验", "Checks"),
}
"""Heads of the tables, in their order."""


def write(study: Study) -> Path:
    """Write report.html into the folder of a study; return where it is."""
    path = study.folder / page.NAME
    store.write_text(path, render(study))
    return path


def render(study: Study) -> str:
    """Return the page as HTML; the same files give the same text."""
    drawn = {language: figures.drawn(study, language) for language in LANGUAGES}
    pictures = [{language: _embedded(drawn[language][name]) for language in LANGUAGES} for name in drawn["zh"]]
    county_map = drawings.county_map(study)
    colours = _colours(study, county_map)
    return html.render("pilots.html", {
        "study": study, "question": QUESTION.fill(n=study.asked["n"]), "sentences": sentences(study),
        "asked": _asked(study), "pictures": pictures, "map": county_map, "drawings": drawings, "colours": colours,
        "states": [state for state in STATES.values() if state[0] in colours], "text_on": style.text_on,
        "parts": list(zip(HEADS.values(), tables(study), strict=True)),
    })


def _asked(study: Study) -> list[tuple[Words, Words]]:
    asked = study.asked
    grant = Words("{zh}万元", "{en} million yuan").fill(zh=number(asked["grant"] / 1e4, decimals=0),
                                                      en=number(asked["grant"] / 1e6))
    plan = Words("{policy}的试点方案，自{since}起，每县每年补助{grant}；其余县按同一政策不设试点",
                 "the plan of the pilots of {policy}, from {since}, {grant} a year granted to each; other counties do "
                 "as in the same policy without pilots")
    runs = Words("{total}次完整模拟：{draws}次随机抽取（种子不用于展示），各规则{seeds}个种子；模型中每人代表{scale}人",
                 "{total} full runs: {draws} random draws, with seeds that show no rule, and {seeds} seeds of each "
                 "rule; a simulated person stands for {scale}")
    policy = titles("policy", [asked["policy"]])[asked["policy"]]
    names = [study.outcome(name) for name in asked["outcomes"]]
    missed = [_error(study, name) for name in asked["outcomes"]]
    return [
        (Words("试点", "Pilots"), both(lambda language: str(asked["n"]))),
        (Words("方案", "Plan"), plan.fill(policy=policy, since=asked["since"], grant=grant)),
        (Words("指标", "Figures"), Words("、".join(n.zh for n in names), ", ".join(n.en for n in names))),
        (Words("外部条件", "External conditions"), titles("external", [asked["external"]])[asked["external"]]),
        (Words("模拟", "Simulation"), runs.fill(total=f"{asked['total']:,}", draws=f"{asked['draws']:,}",
                                              seeds=asked["seeds"], scale=f"{asked['scale']:,}")),
        (Words("公布误差", "Published errors"),
         Words("；".join(one.zh for one in missed), "; ".join(one.en for one in missed))),
    ]


def _error(study: Study, name: str) -> Words:
    """Say by how much the published figure of a county misses what is so."""
    title, declared = study.outcome(name), study.asked["errors"].get(name)
    if declared is None:
        return Words("{name}：登记或核算，无误差", "{name}: registers or accounts, no error").fill(name=title)
    grade = terms.GRADES[declared["grade"]]
    if declared["kind"] == "sampled":
        words = Words("{name}：抽查{value}‰居民，方差为简单随机抽样的{effect}倍（{grade}）",
                      "{name}: {value} of 1,000 residents asked, {effect} times the variance of a simple sample "
                      "({grade})")
        return words.fill(name=title, value=f"{1000 * declared['value']:g}", grade=grade,
                          effect=f"{declared['design_effect']:g}")
    words = Words("{name}：标准差{value}%（{grade}）", "{name}: standard deviation {value} % ({grade})")
    return words.fill(name=title, value=f"{declared['value']:g}", grade=grade)


def _colours(study: Study, county_map: drawings.Map) -> list[str]:
    """Return the colour of every tile."""
    named = {state: set(study.pilots(state)["adcode"]) for state in ("recommended", "compared_with")}
    pairs = study.table("neighbours")[["adcode_a", "adcode_b"]].itertuples(index=False, name=None)
    near = {one for pair in pairs for one, other in (pair, pair[::-1]) if other in named["recommended"]}
    found = []
    for tile in county_map.tiles:
        state = next((state for state, codes in named.items() if tile.adcode in codes),
                     "near" if tile.adcode in near else "other")
        found.append(STATES[state][0] if tile.path else "#FFFFFF")
    return found


def _embedded(figure) -> str:
    buffer = BytesIO()
    with style.rules():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
