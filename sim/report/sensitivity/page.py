"""The report of an analysis: one self-contained HTML file in Chinese and English, written from files alone."""

from pathlib import Path

from sim.config.sensitivity import PAID
from sim.core import store
from sim.report.pages import html, page
from sim.report.sensitivity import answer, words
from sim.report.sensitivity.printing import tables
from sim.report.sensitivity.reading import Analysis
from sim.report.tables.naming import titles
from sim.report.words import units
from sim.report.words.bilingual import Words, both, joined

METHODS = {
    "morris": Words("Morris筛选：初等效应", "Screening by elementary effects (Morris)"),
    "sobol": Words("Sobol方差分解", "Decomposition of variance (Sobol)"),
    "emulator": Words("代理模型上的Sobol方差分解", "Decomposition of variance (Sobol) on emulators"),
    "attribution": Words("机制归因：Shapley值与逐项去除", "Attribution: Shapley values and leaving out one by one"),
    "least_cost": Words("在代理模型上搜索，由模型核验", "Search on emulators, checked by the model"),
    "discovery": Words("情景发现：PRIM与CART", "Scenario discovery: PRIM and CART"),
}


def write(analysis: Analysis) -> Path:
    """Write report.html into the folder of an analysis whose figures are drawn; return where it is."""
    path = analysis.folder / page.NAME
    store.write_text(path, render(analysis))
    return path


def render(analysis: Analysis) -> str:
    """Return the report as HTML; the same files give the same text."""
    return html.render("sensitivity.html", {
        "analysis": analysis, "question": answer.QUESTIONS[analysis.method], "sentences": answer.sentences(analysis),
        "asked": _asked(analysis), "pictures": html.pictures(analysis.folder / "figures", words.ORDER),
        "tables": tables(analysis),
        "factors": _factors(analysis), "chance": _chance(analysis), "reading": words.READING[analysis.method],
    })


def _asked(analysis: Analysis) -> list[tuple[Words, Words]]:
    """Return the question of the analysis, line by line."""
    asked, factors = analysis.asked, analysis.table("factors")
    kinds = factors["kind"].value_counts()
    levers = int(kinds.get("lever", 0))
    counts = {Words("措施强度{count}项", "{count} doses of measures"): levers,
              Words("不确定因素{count}项", "{count} unknowns"): int(kinds.sum()) - levers}
    varied = [what.fill(count=count) for what, count in counts.items() if count]
    observed = Words("{count}项结果，{counties}，{year}年", "{count} outcomes, {counties}, {year}")
    lines = [
        (Words("方法", "Method"), METHODS[analysis.method]),
        (Words("变动的因素", "What is varied"), joined(varied)),
        (Words("观察", "Observed"), observed.fill(
            count=len(asked["outcomes"]), counties=answer.lower(analysis.counties), year=asked["end"])),
        (Words("政策", "Policy"), titles("policy", [asked["policy"]])[asked["policy"]]),
        (Words("外部条件", "External conditions"), titles("external", [asked["external"]])[asked["external"]]),
        (Words("模拟", "Simulation"), Words(
            "{points}个设计点，每点{seeds}个相同种子，模型中每人代表{scale}人",
            "{points} design points with the same {seeds} seeds each; a simulated person stands for {scale}").fill(
            points=f"{asked['points']:,}", seeds=asked["seeds"], scale=f"{asked['scale']:,}"))]
    if analysis.method == "least_cost":
        limit, none = asked["budget"], Words("不限", "none")
        most = both(lambda language: analysis.value(PAID, limit, language)) if limit else none
        lines.append((Words("预算", "Budget"), most))
    return lines


def _factors(analysis: Analysis) -> list[tuple[Words, str, str, str, str, str]]:
    """Return each factor with its name, range, unit and grade."""
    return [(Words(row.zh, row.en), row.name, f"{row.low:g}", f"{row.high:g}", row.unit, row.grade)
            for row in analysis.table("factors").itertuples(index=False)]


def _chance(analysis: Analysis) -> Words:
    """Say how much of the variance of outcomes is chance, and what that means for indices."""
    if "noise_share" not in analysis.outcomes or analysis.outcomes["noise_share"].isna().all():
        return Words("只有一个种子时随机波动无从衡量，没有结果标为在噪声之内。",
                     "With a single seed there is no measure of chance, and nothing is marked as within "
                     "the noise.")
    share = 100 * analysis.outcomes["noise_share"].dropna()
    words_ = Words(
        "每个设计点使用相同的{seeds}个种子，其均值在设计点之间的方差中，随机波动占{low}%至{high}%（中位数{middle}%）。"
        "不超出随机波动的指数以灰色空心表示；按95%判断，没有作用的因素约每二十次仍有一次显得有作用。",
        "Each point has the same {seeds} seeds; of the variance of their means over the points {low} to {high} % is "
        "chance (median {middle} %). What does not exceed it is drawn grey and hollow. At 95 % about one in twenty "
        "factors without any effect still seems to have one.",
    )
    numbers = {"low": share.min(), "high": share.max(), "middle": share.median()}
    return words_.fill(seeds=analysis.asked["seeds"], **{key: units.number(value) for key, value in numbers.items()})


