"""Figures of a study of pilots: rules beside random draws, and the smallest effect found by design and years."""

import numpy as np
from matplotlib.figure import Figure

from sim.report.charts.paths import spread
from sim.report.charts.sheet import MARGIN, WIDTH, sheet
from sim.report.pilots.reading import RULES, Study, design
from sim.report.words import style
from sim.report.words.bilingual import Words, of
from sim.report.words.style import GRID, INK, POLICY, REFERENCE_RUN, SMALL, Language

ROW, NAMES, AXIS = 24.0, 150.0, 40.0
"""Height of a row, room for names and for an axis, in points."""
TALL, LABELS = 250.0, 190.0
"""Height of the figure of designs and room for its labels, in points."""
COLOURS = {"random": INK, "stratified": "#0072B2", "paired": "#D55E00"}
MARKS = {1: "o", 2: "s", 3: "^"}
"""Marks of once, twice and three times as many pilots."""

TITLES = {
    "rules": Words("各规则与{draws}次随机抽取：对全部县（市）的效果", "Rules beside {draws} random draws: effect on "
                                                  "all counties"),
    "designs": Words("评估能看出多小的效果", "How small an effect an evaluation finds"),
}
NOTES = {
    "rules": Words(
        "{outcome}，{unit}，{years}年末。灰色：随机抽取，按单个试点效果之和（中间80%与全部）；圆点与线："
        "各规则在新种子上的实跑均值与95%区间。",
        "{outcome}, {unit}, after {years} years. Grey: random draws by sums of single effects (the middle 80 % and "
        "all); dots and lines: means of full runs of each rule with fresh seeds and their 95 % intervals."),
    "designs": Words(
        "{outcome}，{unit}：公布值上100次评估能检出80次的最小效果（双重差分，置换检验）。虚线为模型中试点的真实效果。",
        "{outcome}, {unit}: the smallest effect found in 80 of 100 evaluations of published figures (difference in "
        "differences, permutation test). Dashed: the true effect on pilots in the model."),
}


def drawn(study: Study, language: Language) -> dict[str, Figure]:
    """Return the figures by name."""
    return {"rules": rules(study, language), "designs": designs(study, language)}


def _fill(study: Study, words: Words, language: Language) -> str:
    return of(words.fill(outcome=study.outcome(study.first), unit=study.unit(study.first), years=study.years,
                         draws=study.asked["draws"]), language)


def rules(study: Study, language: Language) -> Figure:
    """Draw the effect of every rule on all counties beside the spread of random draws."""
    found = study.effects.query("outcome == @study.first and years == @study.years and group == 'all_counties'")
    found = found[~found["rule"].isin(["random", "all_counties"])].sort_values("effect").reset_index(drop=True)
    draws = study.table("draws").query("outcome == @study.first and years == @study.years and group == 'all_counties'")
    low, tenth, middle, ninth, high = np.quantile(draws["expected"], [0, 0.1, 0.5, 0.9, 1])
    with style.rules():
        page = sheet(_fill(study, TITLES["rules"], language), _fill(study, NOTES["rules"], language),
                     height=len(found) * ROW + AXIS)
        axes = page.panel(MARGIN + NAMES, page.bottom + AXIS - 8, WIDTH - 2 * MARGIN - NAMES, len(found) * ROW)
        axes.axvspan(low, high, color=GRID, lw=0)
        axes.axvspan(tenth, ninth, color="#C4C4C4", lw=0)
        axes.axvline(middle, color="#FFFFFF", lw=1.2)
        axes.axvline(0, color=INK, lw=0.8)
        for row in found.itertuples():
            axes.plot([row.low, row.high], [row.Index] * 2, color=POLICY, lw=1.6, solid_capstyle="butt")
            axes.plot(row.effect, row.Index, "o", color=POLICY, ms=6)
        axes.set_yticks(range(len(found)), [of(RULES[name], language) for name in found["rule"]])
        axes.set_ylim(-0.6, len(found) - 0.4)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    return page.figure


def designs(study: Study, language: Language) -> Figure:
    """Draw the smallest effect found against the years, by design and number of pilots."""
    table = study.power.query("outcome == @study.first and estimator == 'difference_in_differences' "
                              "and source == 'sums' and errors == 'published'")
    table = table[table["design"].isin(list(COLOURS))]
    truth = table[(table["design"] == "random") & (table["n"] == study.asked["n"])].set_index("years")["truth"]
    with style.rules():
        page = sheet(_fill(study, TITLES["designs"], language), _fill(study, NOTES["designs"], language), height=TALL)
        axes = page.panel(MARGIN + AXIS, page.bottom + 28, WIDTH - 2 * MARGIN - AXIS - LABELS, TALL - 36)
        ends = []
        for (name, n), part in table.sort_values("years").groupby(["design", "n"]):
            mark = MARKS[round(n / study.asked["n"])]
            colour = COLOURS[str(name)]
            axes.plot(part["years"], part["permutation_detectable"], marker=mark, color=colour, lw=1.2, ms=5)
            label = of(Words("{design}，{n}个", "{design}, {n} pilots").fill(design=design(str(name)), n=n), language)
            ends.append((float(part["permutation_detectable"].iloc[-1]), label, colour))
        axes.plot(truth.index, truth.abs(), color=POLICY, ls="--", lw=1.6)
        true = of(Words("真实效果", "true effect"), language)
        ends.append((float(truth.abs().iloc[-1]), true, POLICY))
        axes.set_ylim(0, 1.06 * np.nanmax([*table["permutation_detectable"], *truth.abs()]))
        axes.set_xticks(sorted(table["years"].unique()))
        axes.set_xlabel(of(Words("试点后年数", "years since the start"), language))
        axes.grid(axis="y", color=GRID, lw=0.7)
        axes.set_axisbelow(True)
        ends = [end for end in ends if np.isfinite(end[0])]
        scale = (TALL - 36) / axes.get_ylim()[1]
        order = sorted(range(len(ends)), key=lambda k: ends[k][0])
        placed = spread(np.array([ends[k][0] * scale for k in order]), SMALL + 3, 0, TALL - 36)
        right, bottom = MARGIN + AXIS + WIDTH - 2 * MARGIN - AXIS - LABELS, page.bottom + 28
        for k, at in zip(order, placed, strict=True):
            value, label, colour = ends[k]
            page.axes.plot([right, right + 12], [bottom + value * scale, bottom + at], color=REFERENCE_RUN, lw=0.6)
            page.axes.text(right + 15, bottom + at, label, va="center", color=style.as_text(colour), size=SMALL)
    return page.figure
