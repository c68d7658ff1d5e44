"""The report of a run: one self-contained HTML file in Chinese and English, written from files alone."""

import json
from pathlib import Path

from markupsafe import Markup

from sim.config.variables import variables
from sim.core import store
from sim.policy.strategies import SHIPPED
from sim.report.charts import drawings, layers, marks, multiples
from sim.report.pages import html, sections
from sim.report.tables import (
    accuracy,
    answer,
    bound,
    costs,
    evaluation,
    findings,
    gains,
    money,
    movement,
    scorecard,
    why,
)
from sim.report.tables.results import Results
from sim.report.words import record, style, terms, units
from sim.report.words.bilingual import Words, both, joined

NAME = "report.html"


def write(results: Results) -> Path:
    """Write report.html into the folder of a run; return where it is."""
    path = results.folder / NAME
    store.write_text(path, render(results))
    return path


def render(results: Results) -> str:
    """Return the report as HTML; the same files give the same text."""
    return html.render("report.html", content(results), script="script.js")


def content(results: Results) -> dict:
    """Return everything that the template writes."""
    card = scorecard.scorecard(results)
    rows = sections.score_rows(results)
    system = results.system
    shown = layers.layers(results)
    left, right, ribbons = drawings.flows(movement.matrix(results, results.policy))
    return {
        "results": results, "record": record.line(results.folder), "style_of": style,
        "kinds": movement.kinds(results), "shades": drawings.SHADES,
        "question": answer.question(results), "sentences": answer.sentences(results),
        "headlines": answer.headlines(results), "asked": asked(results), "rows": rows, "verdicts": terms.VERDICTS,
        "verdict_names": {name: Words(v.title.zh, v.title.en) for name, v in system.verdicts.items()},
        "aspects": {name: Words(a.title.zh, a.title.en) for name, a in system.aspects.items()},
        "judged": results.horizon >= system.target_year,
        "multiples": {row.indicator: marks.svg(multiples.multiple(results, row.indicator, row.target),
                                               results.title(row.indicator)) for row in card.itertuples()},
        "layers": shown, "layer_names": _layer_names(results, shown), "layer_data": _layer_data(shown),
        "map": drawings.county_map(results), "counties": sections.counties(results),
        "spread": sections.spread_of(results), "effects": sections.effects_by_type(results),
        "by_type": gains.by_type(results), "links": why.links(results), "chain": why.sides(results),
        "chain_by_type": why.by_type(results),
        "waits": bound.WAITS, "waiting_years": why.years(results), "waiting_types": why.kinds(results),
        "waiting_measures": why.measures(results),
        "sides": gains.sides(results), "neighbours": gains.neighbours(results),
        "pilots": gains.pilots(results), "named": evaluation.table(results),
        "doses": costs.dose_rows(results), "payers": costs.payers(results),
        "cost_per_effect": costs.cost_per_effect(results), "moves": sections.moves(results),
        "flow_left": left, "flow_right": right, "ribbons": ribbons,
        "flow_size": (drawings.FLOWS, drawings.FLOWS_HEIGHT),
        "decomposition": sections.decomposition(results), "flags": sections.flags(results),
        "ledger": costs.ledger(results), "arrived": sections.arrived(results),
        "accuracy": accuracy.by_indicator(results), "scored": accuracy.each(results),
        "score_finding": accuracy.finding(results),
        "few": findings.FEW, "measure_groups": terms.MEASURE_GROUPS, "grades": terms.GRADES, "drawings": drawings,
    }


NAMED = 6
"""Own figures that are named, and counties with such."""
SHARING = {
    "equal": Words("按常住人口", "residents"), "by_need": Words("按转移支付", "transfers"),
    "by_result": Words("按人口与评价得分", "residents and the score of the evaluation"),
}


def asked(results: Results) -> list[tuple[Words, Words]]:
    """Return the question, line by line: policy, doses, money, external conditions, horizon, replicates."""
    config = results.config
    policy, external = config.get("policy", {}), config.get("external", {})
    lines = [(Words("政策", "Policy"), _scenario(policy, results.policy))]
    plans = ("doses", "by_type", "by_prefecture", "by_county", "pilots")
    if any(policy.get(key) for key in plans) or len(money.doses(results)):
        lines.append((Words("措施", "Measures"), _doses(policy)))
        lines.append((Words("资金", "Money"), _funding(policy.get("funding", {}))))
        if decided := _decisions(policy):
            lines.append((Words("每年的决策", "Decisions each year"), joined(decided)))
        if (policy.get("pilots") or {}).get("counties") and len(results.counties):
            lines.append((Words("试点", "Pilots"), _pilots(results, policy["pilots"])))
    if results.reference is not None:
        without = Words("无新增政策，同样的参数和随机种子", "no new policy, with the same parameters and seeds")
        lines.append((Words("对照", "Compared with"), without))
    lines.append((Words("外部条件", "External conditions"), _scenario(external, results.asked["external"].iloc[0])))
    if own := results.own_figures:
        lines.append((Words("自有数据", "Own figures"), _own(results, own)))
    first, last = results.years
    years = Words(f"{first + 1}—{last}年，基期{first}年", f"{first + 1}-{last}, base {first}")
    lines.append((Words("时段", "Years"), years))
    words = Words("{over}；模型中每人代表{scale}人", "{over}; a simulated person stands for {scale}")
    scale = f"{config.get('scale', 0):,}"
    lines.append((Words("模拟", "Simulation"), words.fill(over=results.over, scale=scale)))
    return lines


def _own(results: Results, own: dict[str, list[str]]) -> Words:
    """Say how many figures are the reader's own and of which counties."""
    codes = {code for found in own.values() for code in found}
    names = results.counties.loc[results.counties["adcode"].isin(codes), ["name_zh", "name_en"]]
    first = [Words(*row) for row in names.head(NAMED).itertuples(index=False)]
    more = len(names) - NAMED
    named = joined(first) if more <= 0 else Words(
        "、".join(one.zh for one in first) + f"等{len(names)}个县（市）",
        ", ".join(one.en for one in first) + (", and one more county" if more == 1 else f", and {more} more counties"))
    figures, known = sum(map(len, own.values())), variables()
    told = joined([Words(known[name].zh, known[name].en) for name in [*own][:NAMED]])
    words = Words("{figures}个数（{told}），{named}",
                  ("one figure" if figures == 1 else "{figures} figures") + " ({told}) of {named}")
    return words.fill(figures=figures, named=named, told=Words(
        told.zh + ("等" if len(own) > NAMED else ""), told.en + (" and others" if len(own) > NAMED else "")))


def _scenario(content: dict, name: str) -> Words:
    title = content.get("title", {})
    return Words(f"{title.get('zh', name)}（{name}）", f"{title.get('en', name)} ({name})")


def _doses(policy: dict) -> Words:
    kinds = {name: Words(group.zh, group.en) for name, group in style.COUNTY_TYPES.items()}
    plans = [(policy, Words("全部县（市）", "all counties"))]
    plans += [(plan, kinds.get(name, Words(name, name))) for name, plan in (policy.get("by_type") or {}).items()]
    plans.append((policy.get("population_loss") or {}, Words("人口流失标记县", "counties flagged for population loss")))
    own = {"by_prefecture": Words("{count}个设区市另定", "{count} with a prefecture plan of its own"),
           "by_county": Words("{count}个县（市）另定", "{count} with a county plan of its own")}
    for key, words in own.items():
        if policy.get(key):
            plans.append(({}, words.fill(count=len(policy[key]))))
    pilots = policy.get("pilots") or {}
    if pilots.get("counties"):
        words = Words("{count}个试点县（市）", "{count} pilot counties").fill(count=len(pilots["counties"]))
        plans.append((pilots, words))
    if pilots.get("towns"):
        words = Words("{count}个试点镇", "{count} pilot towns").fill(count=pilots["towns"]["count"])
        plans.append((pilots["towns"], words))
    texts = []
    for plan, where in plans:
        if not plan or any((plan.get("doses") or {}).values()):
            texts.append(_plan(plan, where, plan.get("start") or policy.get("start", "")))
    years = Words("{years}年内逐步到位", "in full after {years} year(s)").fill(years=f"{policy.get('ramp_years', 1):g}")
    texts.append(years)
    return Words("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))


def _plan(plan: dict, where: Words, start: str) -> Words:
    doses = plan.get("doses") or {}
    if not doses:
        return where
    if set(doses) == {"all"}:
        words = Words("{where}自{start}起：26项措施，剂量{dose}", "{where}, from {start}: 26 measures at dose {dose}")
        return words.fill(where=where, start=start, dose=f"{doses['all']:g}")
    words = Words("{where}自{start}起：{count}项剂量", "{where}, from {start}: {count} dose(s)")
    return words.fill(where=where, start=start, count=len(doses))


def _pilots(results: Results, pilots: dict) -> Words:
    """Name the pilot counties, how they were chosen and the grant of each."""
    names = results.counties.set_index("adcode").reindex(pilots["counties"])
    found = Words("、".join(names["name_zh"]), ", ".join(names["name_en"]))
    rule = Words("（规则 {rule}）", " (rule {rule})").fill(rule=pilots["rule"]) if pilots.get("rule") else Words("", "")
    grant = Words("；每县每年补助{money}", "; {money} a year granted to each").fill(
        money=both(lambda language: units.amount(pilots["grant"] * 1e-8, units.unit("yuan"), language))
    ) if pilots.get("grant") else Words("", "")
    return Words("{found}{rule}{grant}", "{found}{rule}{grant}").fill(found=found, rule=rule, grant=grant)


PREFECTURES = {
    "pool": Words("市统筹邻县的医院、学校和配套资金",
                  "prefectures pool hospitals and schools of neighbours and matching funds"),
    "compete": Words("各县相互竞争", "counties compete"),
}


def _decisions(policy: dict) -> list[Words]:
    """Return how governments decide, where they do not keep to the plan."""
    plans = [policy, *(plan for key in ("by_type", "by_prefecture", "by_county") for plan in
                       (policy.get(key) or {}).values()), policy.get("pilots") or {}]
    names = dict.fromkeys(plan["strategy"]["name"] for plan in plans if plan.get("strategy"))
    found = []
    for name in names:
        title = SHIPPED[name].title if name in SHIPPED else None
        words = Words("{title}（{name}）", "{title} ({name})")
        found.append(words.fill(title=Words(title.zh, title.en), name=name) if title else Words(name, name))
    if count := sum(len(plan.get("triggers") or ()) for plan in plans):
        found.append(Words("{count}个触发条件", "{count} trigger(s)").fill(count=count))
    if policy.get("prefectures") in PREFECTURES:
        found.append(PREFECTURES[policy["prefectures"]])
    return found


def _funding(funding: dict) -> Words:
    share = f"{100 * funding.get('reprioritised', 0):.0f}"
    own = Words("各县让出建设资金的{share}%", "counties give up {share}% of their capital projects").fill(share=share)
    if funding.get("guaranteed"):
        more = Words("缺口由上级补足（以当年能建成者为限）",
                     "the province pays what is lacking, as far as works can be built")
    elif funding.get("grant"):
        words = Words("省每年按人均{yuan}元安排补助，{sharing}分配",
                      "the province grants {yuan} yuan a year and resident, shared by {sharing}")
        more = words.fill(yuan=f"{funding['grant']:g}", sharing=SHARING[funding.get("sharing", "equal")])
    else:
        more = Words("没有面向全体县的补助", "no grants to all counties")
    if funding.get("match"):
        words = Words("{more}；市按{ratio}配套", "{more}; prefectures add {ratio} yuan to each")
        more = words.fill(more=more, ratio=f"{funding['match']:g}")
    if funding.get("bond_room"):
        words = Words("{more}；债券额度由省{sharing}分配", "{more}; the province shares out bond room by {sharing}")
        more = words.fill(more=more, sharing=SHARING[funding["bond_room"]])
    return Words("{own}；{more}", "{own}; {more}").fill(own=own, more=more)


def _layer_names(results: Results, shown: list[layers.Layer]) -> dict:
    """Return the choices of the map: indicators and kinds, each with its name, in order."""
    first, year = results.years[0], results.horizon
    kinds = {kind: words.fill(first=first, year=year) for kind, words in layers.KINDS.items()
             if any(layer.kind == kind for layer in shown)}
    return {"indicators": {layer.indicator: results.title(layer.indicator) for layer in shown}, "kinds": kinds}


def _layer_data(shown: list[layers.Layer]) -> Markup:
    """Return the layers as JSON that may stand inside a script element."""
    data = {f"{layer.indicator}.{layer.kind}": layer._asdict() for layer in shown}
    return Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))
