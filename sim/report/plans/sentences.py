"""What a plan says in sentences: the answer in brief, what binds it, and what would change the advice."""

import pandas as pd

from sim.baseline.figures import KNOWN
from sim.config.files import shown
from sim.report.pages.packages import TARGETS
from sim.report.plans.tables import Plans
from sim.report.tables import spread
from sim.report.tables.cells import percent, percents
from sim.report.words import units
from sim.report.words.bilingual import Words, both, joined

FEW_NAMES = 4
"""How many things a sentence names."""
WORTH_SAYING, EVEN = 0.05, (0.2, 0.8)
"""Share of planned doses that is worth a sentence, and shares of runs between which a target may be met or not."""


def brief(plans: Plans, code: str) -> list[Words]:
    """Return the plan of a county in a few sentences: targets, the promise, money, what binds, neighbours."""
    card, year = plans.indicators.loc[code].dropna(subset="value"), plans.results.horizon
    said = [_reached(plans, card), *_promise(plans, code)]
    if code not in plans.package.index.get_level_values(0):
        return [*said, Words("本次模拟没有为本县（市）安排措施", "This run plans no measures for this county")]
    package = plans.package.loc[code]
    # A run that ends before the plan begins has no money of measures.
    paid = plans.money.loc[code].loc[:year] if len(plans.money) else pd.DataFrame({"paid": [0.0]})
    ranked = package[package["priority"].notna()].index[:FEW_NAMES]
    line = Words("计划安排{count}项措施，到{year}年实际支出{paid}",
                 "The plan has {count} measures; {paid} is spent on them by {year}").fill(
        count=len(package), year=year, paid=yuan(paid["paid"].sum()))
    payers = {name: paid[name].sum() / max(paid["paid"].sum(), 1) for name in PAYERS if name in paid}
    shares = [PAYERS[name].fill(share=share) for name, share in percents(payers).items() if share != "0%"]
    said.append(_continued(line, joined(shares)) if shares else line)
    if len(ranked):
        said.append(Words("先付{names}", "Paid first: {names}").fill(names=_measures(plans, ranked)))
    said.append(binds(package))
    if (beside := _beside(plans, code)) is not None:
        said.append(beside)
    return said


def _reached(plans: Plans, card: pd.DataFrame) -> Words:
    """Say how many targets are met, or how far it has come where their year is not simulated."""
    results, without = plans.results, Words("", "")
    if results.horizon < results.system.target_year:
        return Words("到{year}年，平均走完到目标差距的{share}",
                     "By {year} it would be {share} of the way to its targets, on average").fill(
            year=results.horizon, share=percent(card["achievement"].clip(upper=1).mean()))
    if card["without"].notna().any():
        system = results.system.indicators
        there = sum(_meets(row.without, row.target, system[row.Index].better) for row in card.itertuples())
        without = Words(f"（无此计划{there}项）", f" (without the plan {there})")
    line = Words("到{year}年，{count}项指标预计达标{met}项{without}",
                 "By {year} {met} of {count} targets would be met{without}").fill(
        year=results.horizon, count=len(card), met=(card["verdict"] == "met").sum(), without=without)
    behind = card[card["verdict"] == "missed"].sort_values("achievement").index[:FEW_NAMES]
    return _continued(line, Words(
        "按走完的路程，离目标最远的是{names}", "furthest off, by the share of the way done, are {names}").fill(
        names=_names(plans, behind))) if len(behind) else line


PAYERS = {
    "county": Words("本县让出的建设资金占{share}", "{share} from projects that the county gives up"),
    "special_bonds": Words("专项债券占{share}", "{share} from special bonds"),
    "province": Words("省补助占{share}", "{share} from the province"),
    "prefecture": Words("市配套占{share}", "{share} from the prefecture"),
}


def _promise(plans: Plans, code: str) -> list[Words]:
    """Say for whom the package was found, what it promised and what came out when it was run anew."""
    if plans.offered is None:
        return []
    row = plans.offered.chosen(code, plans.results.counties.set_index("adcode").loc[code, "county_type"])
    if row is None:
        return [NO_PACKAGE]
    numbers = {name: f"{row[name]:.2f}" for name in ("promised_achievement", "achievement_band", "achievement")}
    numbers |= {name: f"{row[name]:,.0f}" for name in ("promised_cost", "cost_band", "cost")}
    numbers |= {name: f"{row[name]:.0f}" for name in ("promised_debt", "debt_band", "debt")}
    met = {"met": f"{TARGETS * row['met']:.1f}", "targets": TARGETS}
    name = plans.offered.units[row["unit"]]
    said = PROMISE.fill(unit=name, folder=shown(plans.offered.folder), **numbers, **met)
    return [said if row["reaches"] else Words("{said}。{short}", "{said}. {short}").fill(said=said, short=SHORT)]


PROMISE = Words(
    "措施包是 county optimise（{folder}）为“{unit}”选定的组合。"
    "允诺（各县平均）：达成度{promised_achievement}±{achievement_band}，每位居民{promised_cost}±{cost_band}元，"
    "负债率{promised_debt}±{debt_band}%；用搜索从未见过的种子和参数组核验：{achievement}、{cost}元、{debt}%，{targets}项目标中达到{met}项",
    "The package is the one that county optimise ({folder}) chose for: {unit}. It promised, on average over these "
    "counties, an achievement of {promised_achievement} ±{achievement_band}, {promised_cost} ±{cost_band} yuan per "
    "resident and a debt ratio of {promised_debt} ±{debt_band}%; run anew with seeds and parameter sets that the "
    "search never saw it came out at {achievement}, {cost} yuan and {debt}%, with {met} of {targets} targets met")
SHORT = Words("没有一个经核验的组合达到所要求的达成度，这是最接近的一个",
              "No checked package reaches what was asked; this is the nearest one")
NO_PACKAGE = Words("county optimise 的这次搜索没有包括本县（市）",
                   "This search of county optimise was not about this county")


def binds(package: pd.DataFrame) -> Words:
    """Say how much of the planned doses stands, and what the rest waits for, the most first."""
    planned = package["planned"].sum()
    share = {name: package[name].sum() / planned for name in ("time", "works", "money")}
    stands = package["delivered"].clip(upper=package["planned"]).sum() / planned
    waits = [WAITS[name].fill(share=percent(part)) for name, part in sorted(share.items(), key=lambda one: -one[1])
             if part >= 0.005]
    line = Words("计划剂量已建成{share}", "{share} of the planned doses stand").fill(share=percent(stands))
    return Words("{line}；{waits}", "{line}; what waits: {waits}").fill(
        line=line, waits=joined(waits)) if waits else line


WAITS = {
    "time": Words("{share}受时间约束（开工、爬坡、工期）", "{share} for time (start, rise, building)"),
    "works": Words("{share}受工程能力约束", "{share} for what can be turned into works in a year"),
    "money": Words("{share}受资金约束", "{share} for money"),
}


def changes(plans: Plans, code: str) -> list[Words]:
    """Return what would change the advice: each a fact of this run about this county."""
    results, card = plans.results, plans.indicators.loc[code].dropna(subset="value")
    said = []
    if code in plans.package.index.get_level_values(0):
        said += _more(plans, code)
    torn = card[card["met"].between(*EVEN)]
    if len(torn) and results.replicates > 1:
        said.append(Words("{count}项指标在一部分模拟中达标、另一部分不达标：{names}",
                          "{count} target(s) are met in some runs and not in others: {names}").fill(
            count=len(torn), names=_names(plans, torn.index)))
    guessed = card[~card["basis"].isin(KNOWN)]
    if len(guessed):
        said.append(Words(
            "{count}项基期值是按类型推算或假设的，换成本县数据（county template），差距和顺序都可能改变：{names}",
            "{count} bases are imputed by type or assumed; figures of the county's own (county template) may change "
            "gaps and order: {names}").fill(count=len(guessed), names=_names(plans, guessed.index)))
    moved = card.dropna(subset="effect")
    if len(moved) and results.few:
        said.append(Words("效果：{few}", "Effects: {few}").fill(few=results.few))
    elif len(moved):
        unclear = (~moved["clear"]).sum()
        said.append(Words("{unclear}项指标的效果（共{count}项）与随机波动不能区分，单个县（市）的结果尤其如此",
                          "The effect on {unclear} of {count} indicators cannot be told from chance, as is the rule in "
                          "a single county").fill(unclear=unclear, count=len(moved)))
    known, ratio = results.manifest.get("parameters", {}), plans.debt_ratio.get(code)
    if known and ratio is not None:
        watched, limit = known["finance.debt_watched"], known["finance.debt_limit"]
        state = 0 if ratio < watched else 1 if ratio < limit else 2
        said.append(DEBT[state].fill(ratio=f"{ratio:.2f}", watched=f"{watched:g}", limit=f"{limit:g}",
                                     year=results.horizon))
    sets = Words("模拟{over}，区间{holds}", "Runs: {over}; intervals are {holds}").fill(
        over=results.over, holds=spread.holds(results.parameter_sets))
    return [*said, sets]


DEBT = (
    Words("{year}年债务率{ratio}，低于预警线{watched}；超过后债券额度会收缩，靠债券的措施要推后",
          "Debt is {ratio} of a year's means in {year}, below {watched}, where room for bonds begins to shrink"),
    Words("{year}年债务率{ratio}，已过预警线{watched}，债券额度正在收缩（到{limit}为零）：举债的措施应先停",
          "Debt is {ratio} of a year's means in {year}, past {watched}: room for bonds shrinks (to none at {limit}), "
          "and measures on credit should stop first"),
    Words("{year}年债务率{ratio}，已到上限{limit}，不能再新增债券：只有上级资金能加快计划",
          "Debt is {ratio} of a year's means in {year}, beyond {limit}: no new bonds, and only money from above would "
          "speed the plan"),
)


def _more(plans: Plans, code: str) -> list[Words]:
    """Say what more money, more works or an earlier start would let stand."""
    package, said = plans.package.loc[code], []
    planned = package["planned"].sum()
    for name, words in MORE.items():
        share = package[name].sum() / planned
        if share >= WORTH_SAYING:
            most = package[name].sort_values(ascending=False, kind="stable").index[:FEW_NAMES]
            said.append(words.fill(share=percent(share), names=_measures(plans, most)))
    return said


MORE = {
    "money": Words("资金：再有资金，{share}的计划剂量就能建成，主要是{names}",
                   "Money: with more of it another {share} of the planned doses could stand, above all {names}"),
    "works": Words("工程能力：当年能建成的工作量放宽，{share}的计划剂量就能建成，主要是{names}",
                   "Works: another {share} could stand if more could be built in a year, above all {names}"),
    "time": Words("时间：只有早开工或缩短工期，另外{share}的计划剂量才能届时建成，主要是{names}",
                  "Time: another {share} could stand by then only with an earlier start or shorter works, above all "
                  "{names}"),
}


def _beside(plans: Plans, code: str) -> Words | None:
    """Say whom the county draws people from or loses them to because of the policy, where that is clear."""
    if plans.neighbours.empty or code not in plans.neighbours.index.get_level_values(0):
        return None
    beside = plans.neighbours.loc[code]
    if "moves" not in beside:
        return None
    clear = beside[beside["moves_clear"]]
    if clear.empty:
        return Words("与邻县之间的人口往来没有可以分辨的变化",
                     "No change of moves to or from neighbours stands out from chance")
    named = [Words("{name}（{size}人）", "{name} ({size})").fill(
        name=county(plans, str(row.Index)), size=units.number(row.moves, signed=True, decimals=0))
        for row in clear.itertuples()]
    return Words("因此计划，邻县从本县净迁入：{names}",
                 "Because of the plan neighbours gain by moves from here: {names} persons").fill(names=joined(named))


def county(plans: Plans, code: str) -> Words:
    """Return the name of a county."""
    row = plans.results.counties.set_index("adcode").loc[code]
    return Words(row["name_zh"], row["name_en"])


def yuan(amount: float) -> Words:
    """Write yuan with their unit."""
    unit = units.unit("yuan")
    return both(lambda language: units.amount(amount * unit.factor, unit, language))


def measure(plans: Plans, name: str) -> Words:
    """Return the title of a measure."""
    title = plans.results.config.get("measures", {}).get(name, {}).get("title", {"zh": name, "en": name})
    return Words(title["zh"], title["en"])


def _meets(value: float, target: float, better: str) -> bool:
    return value >= target if better == "up" else value <= target


def _names(plans: Plans, names) -> Words:
    return _enumerated([plans.results.title(str(name)) for name in names])


def _measures(plans: Plans, names) -> Words:
    return _enumerated([measure(plans, str(name)) for name in names])


def _enumerated(texts: list[Words]) -> Words:
    more = len(texts) - FEW_NAMES
    if more <= 0:
        return joined(texts)
    first = texts[:FEW_NAMES]
    return Words("、".join(one.zh for one in first) + f"等{len(texts)}项",
                 ", ".join(one.en for one in first) + f" and {more} more")


def _continued(line: Words, more: Words) -> Words:
    return Words("{line}：{more}", "{line}: {more}").fill(line=line, more=more)
