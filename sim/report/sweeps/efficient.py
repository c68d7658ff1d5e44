"""Achievement against cost: policies that no other beats in achievement, cost and debt at once."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.charts.sheet import MARGIN, WIDTH, sheet
from sim.report.tables.naming import CASE, WEIGHTED, cases, first_case, replicates, titles
from sim.report.words import style, units
from sim.report.words.bilingual import Words, of
from sim.report.words.style import INK, QUIET, SMALL, Language

HEIGHT = 340.0
LABEL = 13.0
"""Height of the axes and distance of names in points."""

NOTE = Words("{weighted}{seeds}实心点非劣：没有别的政策以同样的支出和债务做得更多；"
             "债务为同年末全部县（市）的债务余额。",
             "{weighted}{seeds} Filled points are efficient: none achieves as much at as little cost and debt; debt is "
             "what all counties owe at the end of the year.")


def scatter(ranked: pd.DataFrame, language: Language) -> Figure:
    """Draw composite achievement over cost in one case; policies on the front are filled, names give their debt."""
    part = first_case(ranked)
    case, names = cases(ranked)[tuple(part[CASE].iloc[0])], titles("policy", part["policy"])
    count = int(part["efficient"].sum())
    words = Words("{case}：{all}项政策中{count}项非劣，没有别的政策花得更少、欠得更少而做得更多",
                  "{case}: {count} of {all} policies are efficient, none achieves more for less money and debt").fill(
        case=case, all=len(part), count=count)
    labels = {row.policy: f"{of(names[row.policy], language)} {units.number(row.debt * _money())}"
              for row in part.itertuples()}
    with style.rules():
        note = of(NOTE.fill(weighted=WEIGHTED, seeds=replicates(part)), language)
        page = sheet(of(words, language), note, height=HEIGHT)
        axes = page.panel(MARGIN + 40, page.bottom + 40, WIDTH - 2 * MARGIN - 50, HEIGHT - 60)
        cost = part["cost"] * _money()
        for row, x in zip(part.itertuples(), cost, strict=True):
            colour = style.POLICY if row.efficient else style.REFERENCE_RUN
            axes.plot([x, x], [row.low, row.high], color=colour, lw=1.2, zorder=1)
            axes.plot(x, row.achievement, "o", ms=7, mec=colour, mfc=colour if row.efficient else "white", zorder=2)
        axes.margins(y=0.12)
        _limit(axes, max(cost.max(), 1.0))
        _label(axes, part, cost, labels)
        axes.set_xlabel(of(SPENT, language), color=QUIET)
        axes.set_ylabel(of(ACHIEVED, language), color=QUIET)
    return page.figure


SPENT = Words("措施支出，亿元（当年价）；名称后为债务余额，亿元",
              "Spent on measures, 100 million yuan at current prices; after names: debt, 100 million yuan")
ACHIEVED = Words("综合达成度", "Composite achievement")


def _money() -> float:
    return units.unit("yuan").factor


def _limit(axes: Axes, most: float) -> None:
    """Leave room for names to the right, and ticks within the limits only."""
    left, right, (low, high) = -0.03 * most, 1.35 * most, axes.get_ylim()
    axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= right])
    axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= high])
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)


def _label(axes: Axes, part: pd.DataFrame, cost: pd.Series, labels: Mapping[str, str]) -> None:
    """Name the points to their right, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    step = LABEL * (high - low) / (HEIGHT - 60)
    right = 0.015 * max(cost.max(), 1)
    last = -np.inf
    for row, x in sorted(zip(part.itertuples(), cost, strict=True), key=lambda pair: pair[0].achievement):
        y = last = max(row.achievement, last + step)
        axes.annotate(labels[row.policy], (x, row.achievement), (x + right, y), size=SMALL, va="center", color=INK,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
