"""The findings of an analysis, in a few sentences of both languages."""

import pandas as pd

from sim.config.sensitivity import PAID
from sim.report.sensitivity import aims
from sim.report.sensitivity.reading import Analysis
from sim.report.words import units
from sim.report.words.bilingual import Words, both, joined

FIRST, TEN = 3, 10
"""Factors that a sentence names, and how many are asked to be stable."""

WHOLE = 0.999
"""Share of the way to targets that counts as all of it."""

QUESTIONS = {
    "morris": Words("哪些措施和哪些未知因素影响各项结果？", "Which measures and which unknowns move the outcomes?"),
    "sobol": Words("结果的方差来自哪些因素？", "Which factors does the variance of the outcomes come from?"),
    "emulator": Words("结果的方差来自哪些因素？", "Which factors does the variance of the outcomes come from?"),
    "attribution": Words("政策包的效果来自哪些措施？", "Which measures does the effect of the package come from?"),
    "least_cost": Words("达到目标最少要花多少钱，用哪些措施？", "What do targets cost at least, by which measures?"),
    "discovery": Words("在什么条件下目标不能达到？", "Under which conditions do the targets fail?"),
}


BASIS = Words(
    "未变动的参数取参照组（第0组）一组，区间只含随机变化及抽样，不含这些参数的不确定性。",
    "Parameters that are not varied are those of the reference set (set 0) alone: intervals hold chance and sampling "
    "only, nothing of what is not known of them.",
)


def sentences(analysis: Analysis) -> list[Words]:
    """Return the answer to the question of an analysis, and which parameters it holds for."""
    found = {"morris": _screening, "attribution": _attribution, "least_cost": _least_cost,
             "discovery": _discovery}.get(analysis.method, _variance)(analysis)
    return [*found, BASIS]


def first_ten(ranking: pd.DataFrame) -> tuple[int, float]:
    """Return how many of the first ten factors both halves of a design name, and the rank correlation of the halves."""
    halves = ranking[["rank_first_half", "rank_second_half"]]
    return int((halves <= TEN).all(axis=1).sum()), float(halves.corr(method="spearman").iloc[0, 1])


def _screening(analysis: Analysis) -> list[Words]:
    ranking = analysis.table("ranking")
    leading = ranking[ranking["influence"] > 0].head(FIRST)
    shared, agreement = first_ten(ranking)
    count = len(analysis.asked["outcomes"])
    first = Words("对{count}项结果总体影响最大的是{names}。", "Of all factors {names} move the {count} outcomes most.")
    names = joined([lower(analysis.title(name)) for name in leading["factor"]] or [Words("（无）", "none")])
    halves = Words("设计的两半都列入前十的有{shared}个因素，两半总体排序的相关系数为{agreement}。",
                   "Two halves of the design share {shared} of their first ten factors; the rank correlation of the "
                   "overall rankings is {agreement}.")
    noise = Words("{moving}个因素至少对一项结果的作用超出随机噪声；结果方差中随机噪声占{low}%至{high}%。",
                  "{moving} factors move some outcome beyond the noise of seeds, which is {low} to {high} % of the "
                  "variance of outcomes.")
    share = 100 * analysis.outcomes["noise_share"].dropna()
    known = {"low": units.number(share.min()), "high": units.number(share.max())} if len(share) else {}
    return [first.fill(names=names, count=count),
            halves.fill(shared=shared, agreement=units.number(agreement, decimals=2)),
            *([noise.fill(moving=int((ranking["beyond_noise"] > 0).sum()), **known)] if known else [])]


def _variance(analysis: Analysis) -> list[Words]:
    found = []
    for name in analysis.shown[:FIRST]:
        table = analysis.mine[(analysis.mine["outcome"] == name) & ~analysis.mine["within_noise"].astype(bool)]
        parts = [Words("{name}（总指数{share}%）", "{name} (total index {share} %)").fill(
            name=lower(analysis.title(row.factor)), share=units.number(100 * row.ST, decimals=0))
            for row in table.nlargest(FIRST, "ST").itertuples()]
        none = Words("不超出噪声或代理模型误差的因素", "no factor that exceeds the noise or the error of the emulator")
        text = Words("{outcome}：方差主要来自{parts}。", "{outcome}: the variance comes mostly from {parts}.")
        found.append(text.fill(outcome=analysis.outcome(name), parts=joined(parts) if parts else none))
    return found


def _attribution(analysis: Analysis) -> list[Words]:
    found = []
    for name in analysis.shown[:FIRST]:
        unit = analysis.unit(name)
        table = analysis.mine[(analysis.mine["outcome"] == name) & ~analysis.mine["within_noise"].astype(bool)]
        order = (analysis.better(name) * table["shapley"]).sort_values(ascending=False).index[:FIRST]
        parts = [Words("{name}（{value}）", "{name} ({value})").fill(
            name=lower(analysis.title(row.factor)), value=units.compact(unit.factor * row.shapley))
            for row in table.loc[order].itertuples() if analysis.better(name) * row.shapley > 0]
        text = Words("{outcome}：整包效果{whole}，改善最多来自{parts}。",
                     "{outcome}: the effect of the package is {whole}; what improves it most is {parts}.")
        whole = Words("{value}{zh}", "{value} {en}").fill(
            value=units.difference(unit.factor * analysis.outcomes.loc[name, "effect"], unit),
            zh=unit.change_name("zh"), en=unit.change_name("en"))
        none = Words("没有能与零区分的措施", "no measure that can be told from zero")
        found.append(text.fill(outcome=analysis.outcome(name), whole=whole, parts=joined(parts) if parts else none))
    return found


def _least_cost(analysis: Analysis) -> list[Words]:
    last, outcomes = analysis.table("front").iloc[-1], analysis.outcomes.drop(index=PAID)
    if (analysis.table("packages")["dose"] < aims.GIVEN).all() and last["emulated_share"] >= WHOLE:
        return [Words("没有任何措施也达到全部目标，不需要花钱。",
                      "All targets are reached without any measure, at no cost.")]
    told = {key: both(lambda language, k=key: analysis.value(PAID, last[k], language))  # type: ignore[misc]
            for key in ("yuan", "yuan_low", "yuan_high", "emulated_yuan")}
    count = len(aims.package(analysis))
    verdicts = outcomes["reached"].value_counts()
    if last["emulated_share"] >= WHOLE and "no" in verdicts:
        first = Words("代理模型认为{count}项措施、{emulated_yuan}可达到目标，但模型没有证实。",
                      "By the emulators {count} measures for {emulated_yuan} would reach the targets, but the model "
                      "does not confirm that.").fill(count=count, **told)
    elif last["emulated_share"] >= WHOLE:
        first = Words("达到目标最省的组合有{count}项措施，花费{yuan}（代理模型预计{emulated_yuan}）。",
                      "The cheapest package found that reaches the targets has {count} measures and costs {yuan} "
                      "(the emulator says {emulated_yuan}).").fill(count=count, **told)
    else:
        first = Words("{reach}：代理模型给出的最远者走完到目标路程的{share}%，花费{yuan}。",
                      "{reach}: by the emulator the one that comes closest does {share} % of the way, for "
                      "{yuan}.").fill(reach=_out_of_reach(analysis), **told,
                                      share=units.number(100 * last["emulated_share"], decimals=0))
    checked = Words(
        "模型以{checks}个未用于搜索的种子核验：走完路程的{share}%（{low}%至{high}%）；{all}项目标中达到{yes}项，未达到{no}项，"
        "{unclear}项在随机波动之内无法判断。",
        "Checked by the model with {checks} seeds that the search never saw: {share} % of the way ({low} to {high} %); "
        "of {all} targets {yes} reached, {no} missed, {unclear} not to be told from chance.",
    )
    shares = {key: units.number(100 * last[name], decimals=0)
              for key, name in (("share", "share"), ("low", "share_low"), ("high", "share_high"))}
    return [first, checked.fill(checks=analysis.asked["checks"], all=len(outcomes), **shares,
                                **{key: int(verdicts.get(key, 0)) for key in ("yes", "no", "unclear")})]


def _out_of_reach(analysis: Analysis) -> Words:
    budget = analysis.asked["budget"]
    if not budget:
        return Words("这些措施的任何组合都达不到目标", "No package of these levers reaches the targets")
    words = Words("在{budget}的预算内没有组合能达到目标",
                  "Within {budget} no package of these levers reaches the targets")
    return words.fill(budget=both(lambda language: analysis.value(PAID, budget, language)))


def _discovery(analysis: Analysis) -> list[Words]:
    outcomes, found = analysis.outcomes, []
    always = [analysis.outcome(str(name)) for name in outcomes.index[outcomes["fails"] == 1]]
    never = [analysis.outcome(str(name)) for name in outcomes.index[outcomes["fails"] == 0]]
    if always:
        found.append(Words("在所有设计点上都未达到：{names}。", "Missed at every point of the design: {names}.")
                     .fill(names=joined(always)))
    if never:
        found.append(Words("在所有设计点上都达到：{names}。", "Reached at every point of the design: {names}.")
                     .fill(names=joined(never)))
    for row in aims.cases(analysis).itertuples():
        where = [_limit(analysis, one) for one in aims.limits(analysis, row.outcome).head(FIRST).itertuples()]
        text = Words("{case}{boxed}；限制为{where}。", "{case} {boxed}; its limits: {where}.")
        found.append(text.fill(case=aims.case(analysis, row.outcome), where=joined(where),
                               boxed=both(lambda language, one=row: aims.boxed(one, language))))  # type: ignore[misc]
    return found or [Words("没有目标的未达到能用框描述。", "There is no target whose failures a box describes.")]


def _limit(analysis: Analysis, row) -> Words:
    """Say within which limits a factor lies."""
    low, high = (f"{value:.3g}".replace("-", "−") for value in (row.low, row.high))
    if row.low <= row.least_low:
        text = Words("{name}≤{high}", "{name} up to {high}")
    elif row.high >= row.least_high:
        text = Words("{name}≥{low}", "{name} from {low}")
    else:
        text = Words("{name}在{low}至{high}之间", "{name} from {low} to {high}")
    return text.fill(name=lower(analysis.title(row.factor)), low=low, high=high)


def lower(words: Words) -> Words:
    """Return a title as it stands within a sentence."""
    return Words(words.zh, words.en[:1].lower() + words.en[1:])


