"""The front of each unit: achievement by cost on the emulator, coloured by debt, and packages as they came out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.report.charts.sheet import MARGIN, WIDTH, sheet
from sim.report.words import style
from sim.report.words.bilingual import Words, of
from sim.report.words.style import INK, QUIET, Language

SHOWN, COLUMNS, ROW, GAP = 6, 3, 210.0, 44.0
"""Units drawn at most, panels of a row, height of a row and room between panels, in points."""

TITLE = Words("每一份钱能达成多少：代理模型的前沿与经模型核验的组合",
              "What money achieves: the front, and packages as they came out")
NOTE = Words(
    "横轴：至末年每位2020年居民的措施支出（元）；纵轴：目标达成度（各县平均，1为全部达到）。圆点：代理模型上的前沿，颜色为末年负债率（浅低深高）。"
    "菱形：核验值及其95%区间，实心为选定的组合；横线：要求的达成度；灰线：无新政策。",
    "Across: yuan paid for measures per resident of 2020 until the last year. Up: achievement of targets, mean over "
    "counties, 1 is all. Dots: the front on the emulator, shaded by the debt ratio of the last year (darker is "
    "higher). Diamonds: checked values with 95 % intervals, the filled one is the chosen package. Black "
    "line: what is asked; grey line: no new policy.")


def draw(front: pd.DataFrame, checked: pd.DataFrame, units: Mapping[str, Words], asked: Mapping[str, Any],
         language: Language) -> Figure:
    """Draw a panel for each of the first six units."""
    shown = list(units)[:SHOWN]
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    width = (WIDTH - 2 * MARGIN - GAP * columns) / columns
    with style.rules():
        page = sheet(of(TITLE, language), of(NOTE, language), height=rows * ROW)
        for k, name in enumerate(shown):
            left = MARGIN + GAP + (k % columns) * (width + GAP)
            axes = page.panel(left, page.bottom + (rows - 1 - k // columns) * ROW + 34, width, ROW - 66)
            _panel(axes, front[front["unit"] == name], checked[checked["unit"] == name], asked)
            axes.set_title(of(units[name], language), loc="left", color=INK, fontsize=style.BODY)
    return page.figure


def _panel(axes: Axes, front: pd.DataFrame, checked: pd.DataFrame, asked: Mapping[str, Any]) -> None:
    axes.scatter(front["cost"], front["achievement"], c=front["debt"], cmap=style.levels(), s=11, linewidths=0.3,
                 edgecolors=QUIET, norm=Normalize(front["debt"].min(), front["debt"].max() + 1e-9))
    for row in checked.itertuples():
        best = row.package == "best"
        axes.plot([row.cost_low, row.cost_high], [row.achievement] * 2, color=style.POLICY, linewidth=0.8)
        axes.plot([row.cost] * 2, [row.achievement_low, row.achievement_high], color=style.POLICY, linewidth=0.8)
        axes.plot(row.cost, row.achievement, "D", ms=5, color=style.POLICY, mfc=style.POLICY if best else "#fff",
                  zorder=3 + best)
    axes.axhline(checked["reach"].iloc[0], color=INK, linewidth=0.8)
    axes.axhline(checked["achievement_without"].mean(), color=style.REFERENCE_RUN, linewidth=0.8)
    if asked["budget"]:
        axes.axvline(asked["budget"], color=INK, linewidth=0.8, linestyle=(0, (5, 4)))
    axes.set_xlim(left=0)
    axes.tick_params(length=2)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
