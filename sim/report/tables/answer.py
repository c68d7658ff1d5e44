"""The question of a run and the answer in a few sentences, computed; neutral where an effect is inside the noise."""

from typing import NamedTuple

import pandas as pd

from sim.report.tables import bound, effects, findings, gains, money, scorecard
from sim.report.tables.cells import percent
from sim.report.tables.results import Results
from sim.report.words import units
from sim.report.words.bilingual import Words, both, joined, of

FULL_STOP = {"zh": "。", "en": "."}
MOST = 3
"""Indicators that a sentence names."""


class Headline(NamedTuple):
    """One number of the first view, with the line below it."""

    name: Words
    value: Words
    note: Words


def question(results: Results) -> Words:
    """Say what was asked, in the words of the configuration's titles."""
    policy, external = results.case("policy"), results.case("external")
    first, last = results.years[0] + 1, results.years[1]
    years = Words(f"{first}—{last}年", f"{first}-{last}") if last > first else Words(f"{first}年", f"{first}")
    words = Words('在“{external}”的外部条件下实行“{policy}”，{years}{province}{count}个县（市）会怎样？',
                  'What becomes of the {count} counties of {province} in {years} under "{policy}", with outside '
                  'conditions as in "{external}"?')
    return words.fill(policy=policy, external=external, years=years, count=len(results.counties),
                      province=results.province.name)


def sentences(results: Results) -> list[Words]:
    """Return the answer in a sentence each: urbanization, indicators, money and what binds, types of counties."""
    card = scorecard.scorecard(results)
    said = [_urbanization(results, card), indicators(results, card), _money(results), gains.sentence(results)]
    return [one for one in said if one]


def headlines(results: Results) -> list[Headline]:
    """Return the numbers of the first view."""
    card = scorecard.scorecard(results).set_index("indicator")
    found = []
    if "resident_urbanization" in card.index:
        row, unit = card.loc["resident_urbanization"], units.unit("%")
        found.append(Headline(
            Words("常住人口城镇化率", "Resident urbanization").fill(),
            both(lambda language: units.amount(row["value"], unit, language)),
            _band(row["low"], row["high"], "%", results)))
    if results.horizon >= results.system.target_year:
        ours = scorecard.counts(card)
        theirs = scorecard.counts(card, "without_verdict")
        note = Words("接近{close}项，未达到{missed}项", "{close} close, {missed} missed").fill(**ours)
        if results.reference is not None:
            words = Words("{note}；无新政策时达到{met}项", "{note}; without the policy {met} met")
            note = words.fill(note=note, met=theirs["met"])
        share = Words("{met}/{all}项", "{met} of {all}").fill(met=ours["met"], all=len(card))
        found.append(Headline(Words("达到目标的指标", "Indicators on target"), share, note))
    for indicator, name in (("jobs", Words("岗位", "Jobs")), ("output", Words("地区生产总值", "Output"))):
        found += _effect_headline(results, indicator, name)
    paid = money.payers(results)
    if len(paid):
        total = paid.groupby("seed")["yuan"].sum().mean()
        above = money.from_above(paid)
        found.append(Headline(
            Words("措施支出", "Spent on measures"), _amount(total, "yuan"),
            Words("上级承担{share}%", "{share}% paid from above").fill(share=f"{100 * above:.0f}")))
    found += _effect_headline(results, "debt", Words("县级政府债务", "Debt of counties"))
    return found


def _urbanization(results: Results, card: pd.DataFrame) -> Words:
    rows = card[card["indicator"] == "resident_urbanization"]
    if rows.empty:
        whole = results.whole(results.policy)
        whole = whole[whole["indicator"] == "resident_urbanization"]
        subject = Words("全部县（市）常住人口城镇化率", "Resident urbanization in all counties")
        return both(lambda name: findings.sentence(whole, subject=of(subject, name), unit="%", language=name)
                    + FULL_STOP[name])
    row = rows.iloc[0]
    parts: dict[str, object] = {
        "year": results.horizon, "value": units.number(row["value"]),
        "band": _band(row["low"], row["high"], "%", results), "base": units.number(row["base"]),
        "target": units.number(row["target"]), "first": results.system.base_year}
    head = Words("{year}年{count}个县（市）的常住人口城镇化率为{value}%（{band}），{first}年为{base}%",
                 "In {year}, {value}% of the residents of the {count} counties live in towns or seats ({band}), after "
                 "{base}% in {first}").fill(count=len(results.counties), **parts)
    effect = _compared(results, row)
    verdict = {
        "met": Words("；达到{target}%的目标。", "; the target of {target}% is met."),
        "close": Words("；接近{target}%的目标。", "; the target of {target}% is nearly met."),
        "missed": Words("；未达到{target}%的目标。", "; the target of {target}% is missed."),
        "": Words("；{goal}年目标为{target}%。", "; the target for {goal} is {target}%."),
    }[row["verdict"]]
    end = verdict.fill(goal=results.system.target_year, **parts)
    return Words("{head}{effect}{end}", "{head}{effect}{end}").fill(head=head, effect=effect, end=end)


def _compared(results: Results, row: pd.Series) -> Words:
    """Say how far a policy moves urbanization, or that not even the sign is sure."""
    if results.reference is None:
        return Words("", "")
    if results.replicates < 2:
        return Words("；与无新增政策相差{size}个百分点（单次模拟，不能排除随机）",
                     "; {size} percentage points from no new policy (a single run, which may be chance)"
                     ).fill(size=units.difference(row["effect"], units.unit("%")))
    low, high = (units.difference(row[name], units.unit("%")) for name in ("effect_low", "effect_high"))
    size = units.difference(row["effect"], units.unit("%"))
    words = Words("，比无新增政策时变化{size}个百分点（80%区间{low}至{high}）",
                  "; this policy changes it by {size} percentage points (80% interval {low} to {high})")
    if results.few:
        words = Words("；与无新增政策相差{size}个百分点（{few}；80%区间{low}至{high}）",
                      "; it differs from no new policy by {size} percentage points ({few}; 80% interval {low} to "
                      "{high})")
    elif not row["clear"]:
        words = Words("；与无新增政策相差{size}个百分点，方向不能确定（80%区间{low}至{high}）",
                      "; it differs from no new policy by {size} percentage points, of no sure sign (80% interval "
                      "{low} to {high})")
    return words.fill(size=size, low=low, high=high, few=results.few)


def indicators(results: Results, card: pd.DataFrame) -> Words:
    """Say how many indicators of a scorecard reach their targets, and which the policy moves most."""
    if card.empty:
        return Words("指标没有可比的基期。", "The indicators have no base to compare with.")
    if results.horizon < results.system.target_year:
        return Words("目标年份为{goal}年，本次模拟止于{year}年，不作是否达标的判断。",
                     "The targets are for {goal} and the run ends in {year}, so that none is judged."
                     ).fill(goal=results.system.target_year, year=results.horizon)
    ours = scorecard.counts(card)
    words = Words("{all}项指标中达到目标{met}项、接近{close}项、未达到{missed}项",
                  "Targets of the {all} indicators: {met} met, {close} close, {missed} missed")
    head = words.fill(all=len(card), **ours)
    if results.reference is None:
        return Words("{head}。", "{head}.").fill(head=head)
    moved = scorecard.improvement(results, card)
    titles = {name: Words(one.zh, _inside(one.en)) for name, one in results.observations.items()}
    theirs = scorecard.counts(card, "without_verdict")
    head = Words("{head}（无新增政策时达到{met}项）", "{head} (without the policy {met} met)").fill(
        head=head, met=theirs["met"])
    best = [titles[name] for name in moved.index if moved[name] > 0][:MOST]
    worse = [titles[name] for name in moved.index[::-1] if moved[name] < 0][:MOST]
    if not best and not worse:
        why = results.few or Words("没有一项效果的方向是确定的", "no effect has a sure sign")
        return Words("{head}；{why}。", "{head}; {why}.").fill(head=head, why=why)
    tail = [Words("政策使{names}离目标更近的幅度最大", "the policy brings {names} furthest towards the target").fill(
        names=joined(best))] if best else []
    if worse:
        tail.append(Words("使{names}离目标更远", "it moves {names} away from the target").fill(names=joined(worse)))
    return Words("{head}；{tail}。", "{head}; {tail}.").fill(
        head=head, tail=Words("，".join(t.zh for t in tail), ", and ".join(t.en for t in tail)))


def _money(results: Results) -> Words:
    paid = money.payers(results)
    debt = _effect(results, "debt")
    if paid.empty:
        rows = results.asked[(results.asked["group"] == "all_counties") & (results.asked["indicator"] == "debt")]
        by_year = rows.groupby("year")["value"].mean()
        if results.years[0] not in by_year or results.horizon not in by_year:
            return Words("没有为新措施支出。", "Nothing is spent on new measures.")
        return Words("没有为新措施支出；县级政府债务由{before}增至{after}（2020年价）。",
                     "Nothing is spent on new measures; the debt of counties goes from {before} to {after} at 2020 "
                     "prices.").fill(before=_amount(by_year[results.years[0]], "yuan"),
                                     after=_amount(by_year[results.horizon], "yuan"))
    stands = bound.delivered(results, results.horizon)
    share = percent(stands[0]) if stands else "—"
    total = paid.groupby("seed")["yuan"].sum()
    above = 100 * money.from_above(paid)
    head = Words("到{year}年措施共支出{total}，其中上级承担{above}%、县级承担{own}%，计划剂量平均建成{share}",
                 "Until {year} {total} is spent on measures, {above}% of it from above and {own}% by the counties, and "
                 "{share} of the planned doses stand").fill(
        year=results.horizon, total=_amount(total.mean(), "yuan"), share=share, above=f"{above:.0f}",
        own=f"{100 - round(above):.0f}")
    if stands and stands[1]:
        head = Words("{head}，缺口主要来自{what}", "{head}; the rest waits mostly for {what}").fill(
            head=head, what=stands[1])
    if debt is None:
        return Words("{head}。", "{head}.").fill(head=head)
    if not debt["clear"]:
        why = results.few or Words("在随机波动之内", "within chance")
        return Words("{head}；县级政府债务的变化：{why}。", "{head}; change of the counties' debt: {why}.").fill(
            head=head, why=why)
    unit = units.unit("yuan")
    way = Words("增加", "raises") if debt["effect"] > 0 else Words("减少", "lowers")
    size = both(lambda language: units.amount(abs(debt["effect"]) * unit.factor, unit, language))
    return Words("{head}；县级政府债务因此{way}{size}（变化的80%区间{low}至{high}，2020年价）。",
                 "{head}; this {way} the counties' debt by {size} (80% interval of the change {low} to {high}, at 2020 "
                 "prices).").fill(head=head, way=way, size=size,
                        low=_signed(debt["low"], unit), high=_signed(debt["high"], unit))


def _inside(title: str) -> str:
    """Return an English title as it stands inside a sentence."""
    return title[0].lower() + title[1:]


def _effect_headline(results: Results, indicator: str, name: Words) -> list[Headline]:
    """Return the effect on all counties as a headline, or nothing without one."""
    found, kind = _effect(results, indicator), {"jobs": "persons"}.get(indicator, "yuan")
    if found is None:
        return []
    unit = units.unit(kind)
    value = both(lambda language: units.change(found["effect"] * unit.factor, unit, language))
    low, high = (_signed(found[k], unit)
                 for k in ("low", "high"))
    note = Words("80%区间{low}至{high}", "80% interval {low} to {high}").fill(low=low, high=high)
    if results.replicates < 2:
        note = Words("单次模拟，不能排除随机", "a single run, which may be chance")
    elif results.few:
        note = results.few
    elif not found["clear"]:
        value = Words("无明确变化", "no clear change")
    return [Headline(Words("{name}，政策效果", "{name}, effect").fill(name=name), value, note)]


def _effect(results: Results, indicator: str) -> pd.Series | None:
    found = effects.effects(results, results.horizon)
    if found.empty:
        return None
    rows = found[(found["group"] == "all_counties") & (found["indicator"] == indicator)]
    return rows.iloc[0] if len(rows) else None


def _band(low: float, high: float, kind: str, results: Results) -> Words:
    if results.replicates < 2:
        return Words("单次模拟", "a single run")
    factor = units.unit(kind).factor
    return Words("80%区间{low}—{high}", "80% interval {low} to {high}").fill(
        low=units.number(low * factor), high=units.number(high * factor))


def _amount(value: float, kind: str) -> Words:
    unit = units.unit(kind)
    return both(lambda language: units.amount(value * unit.factor, unit, language))


def _signed(value: float, unit: units.Unit) -> Words:
    return both(lambda language: units.bare(value * unit.factor, unit, language, signed=True))
