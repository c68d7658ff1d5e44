"""The answer of a study of pilots in a few sentences: these counties, this design, this much could be seen."""

import numpy as np

from sim.report.pilots.reading import DESIGNS, RULES, Study
from sim.report.pilots.tables import interval, small
from sim.report.words import units
from sim.report.words.bilingual import Words, joined

QUESTION = Words("哪{n}个县（市）做试点？改变什么？事后能看出来吗？",
                 "Which {n} counties should be pilots, what changes where, and could we tell afterwards?")


def sentences(study: Study) -> list[Words]:
    """Return the answer, sentence by sentence."""
    return [_who(study), _what(study), _near(study), _lasts(study), _seen(study), _watch(study), _sums(study)]


def _who(study: Study) -> Words:
    row, part = study.recommendation.iloc[0], study.pilots("recommended")
    names = joined([Words(one.name_zh, one.name_en) for one in part.itertuples()])
    gain = interval(row["gain"], row["low"], row["high"])
    unit, rule = study.unit(study.first), RULES[row["rule"]]
    if row["by"] == "rule":
        words = Words("建议试点：{names}。按“{rule}”选择，使全部县（市）的{outcome}比随机抽取多{gain}{unit}，"
                      "超出随机波动。",
                      "Make these pilots: {names}. Chosen by “{rule}”, they bring {gain} {unit} more of {outcome} in "
                      "all counties than random draws, beyond chance.")
    else:
        words = Words("建议抽签（{design}），本研究抽中：{names}。没有规则的总效果超出随机抽取：最好的“{rule}”"
                      "多{gain}{unit}，所以看不出抽签有何损失，它却能让评估可信。",
                      "Draw lots ({design}); the lot of this study names {names}. No rule beats random draws beyond "
                      "chance: the best, “{rule}”, brings {gain} {unit} more in all counties, so that a lot loses "
                      "nothing that could be shown, and it makes an evaluation credible.")
    return words.fill(names=names, rule=rule, gain=gain, unit=unit, outcome=_lower(study.outcome(study.first)),
                      design=DESIGNS.get(row["design"], rule))


def _what(study: Study) -> Words:
    found = study.effects.query("outcome == @study.first and years == @study.years and rule == 'random'")
    by = found.set_index("group")
    words = Words("随机抽取的{n}个试点{years}年后使自己的{outcome}变化{own}{unit}，全部县（市）变化{whole}{unit}，"
                  "平均花费{money}亿元。",
                  "After {years} years {n} pilots drawn at random change their own {outcome} by {own} {unit} and that "
                  "of all counties by {whole} {unit}, for {money} billion yuan on average.")
    paid = by.loc["pilots", "paid"]
    return words.fill(n=study.asked["n"], years=study.years, outcome=_lower(study.outcome(study.first)),
                      unit=study.unit(study.first), money=Words(units.number(paid / 1e8), units.number(paid / 1e9)),
                      **{key: interval(*(by.loc[group, part] for part in ("effect", "low", "high")))
                         for key, group in (("own", "pilots"), ("whole", "all_counties"))})


def _near(study: Study) -> Words:
    drawn = study.effects.query("outcome == @study.first and years == @study.years and rule == 'random' "
                                "and group == 'neighbours_of_pilots'").iloc[0]
    found = study.table("around").query("years == @study.years")
    mean = found.groupby("part")["persons"].mean()
    words = Words("邻县的{outcome}变化{near}{unit}；各规则平均，邻县常住人口变化{all}万人，"
                  "其中被试点吸走{diverted}万人，溢出{spilt}万人。",
                  "Neighbours change by {near} {unit} of {outcome}. Over all rules the neighbours' residents change "
                  "by {all} thousand: {diverted} by diversion to pilots, {spilt} by spill-over.")
    return words.fill(near=interval(drawn["effect"], drawn["low"], drawn["high"]), unit=study.unit(study.first),
                      outcome=_lower(study.outcome(study.first)),
                      **{key: Words(small(mean[part] / 1e4), small(mean[part] / 1e3)) for key, part in (
                          ("all", "neighbours"), ("diverted", "diversion"), ("spilt", "spill_over"))})


def _lasts(study: Study) -> Words:
    found = study.table("scaled").query("years == @study.years and outcome == @study.first")
    alone, together = found["alone"].mean(), found["together"].mean()
    clear = int(((found["low"] > 0) | (found["high"] < 0)).sum())
    words = Words("全部县（市）都做时，同样的县平均得到{together}{unit}，只有它们做时为{alone}；"
                  "{count}条规则中有{clear}条的差别超出随机波动。",
                  "When all counties do the same, the same counties gain {together} {unit} on average, {alone} when "
                  "they are alone; the difference is beyond chance for {clear} of {count} rules.")
    return words.fill(together=small(together), alone=small(alone), unit=study.unit(study.first), count=len(found),
                      clear=clear)


def _seen(study: Study) -> Words:
    row = study.recommendation.iloc[0]
    words = Words("用公布的{outcome}，{years}年后的评估要效果达到{detectable}{unit}才能在100次中看出80次；"
                  "模型中这几年平均的真实效果是{truth}，能看出的概率为{found}%{more}。",
                  "From the published {outcome}, an evaluation after {years} years finds effects of {detectable} "
                  "{unit} in 80 of 100 cases; the model's own effect, the mean of these years, is {truth}, and is "
                  "found in {found} % of them{more}.")
    more = Words("", "")
    if row["found"] < 0.8:
        more = Words("；在所考虑的试点数（至多{most}个）内也不够", ", and no number of pilots considered (up to "
                                                 "{most}) would "
                     "do").fill(most=study.power["n"].max())
        if np.isfinite(row["least_n"]):
            more = Words("；需要{n}个试点", "; {n} pilots would do").fill(n=int(row["least_n"]))
    return words.fill(outcome=_lower(study.outcome(study.first)), years=study.years, unit=study.unit(study.first),
                      detectable=small(row["detectable"]), truth=small(row["truth"]),
                      found=f"{100 * row['found']:.0f}", more=more)


def _watch(study: Study) -> Words:
    table = study.recommendation.assign(ratio=lambda t: t["truth"].abs() / t["detectable"])
    row = table.loc[table["ratio"].fillna(0).idxmax()]
    words = Words("所比较的指标中最能看出效果的是{outcome}：真实效果{truth}，可检出的最小效果{least}{unit}，"
                  "检出概率{found}%。",
                  "Of the figures compared {outcome} shows most: the true effect is {truth}, the smallest one found "
                  "{least} {unit}, and it is found in {found} % of the cases.")
    return words.fill(outcome=_lower(study.outcome(row["outcome"])), truth=small(row["truth"]),
                      least=small(row["detectable"]), unit=study.unit(row["outcome"]),
                      found=f"{100 * row['found']:.0f}")


def _sums(study: Study) -> Words:
    found = study.table("additivity").query("outcome == @study.first").set_index("group").loc["all_counties"]
    words = Words("{draws}次随机抽取各自完整模拟；单个试点效果之和对全部县（市）效果的预测误差为{error}，"
                  "同一试点换种子的标准差为{chance}。",
                  "Each of the {draws} random draws was simulated in full; sums of single effects miss the effect on "
                  "all counties by {error}, beside {chance} between seeds of the same pilots.")
    return words.fill(draws=study.asked["draws"], error=f"{found['error']:.3f}", chance=f"{found['chance']:.3f}")


def _lower(words: Words) -> Words:
    """Return a title as it stands within a sentence."""
    return Words(words.zh, words.en[:1].lower() + words.en[1:])
