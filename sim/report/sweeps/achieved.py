"""Composite achievement of policies under every case, with their greatest regret."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.report.charts.heads import NARROW, Heads
from sim.report.charts.sheet import MARGIN, WIDTH, Sheet, sheet
from sim.report.tables.naming import CASE, WEIGHTED, cases, replicates, titles
from sim.report.words import style, text
from sim.report.words.bilingual import Words, of
from sim.report.words.style import BODY, QUIET, SMALL, Language

CELL, MOST_WIDTH = 34.0, 130.0
"""Height of a row and greatest width of a column in points."""

MOST = 14
"""Cases that have a column each; of more, those under one external condition are one."""

REGRET = Words("最大遗憾", "Greatest regret")
SATISFIED = Words("过半的情形", "Half-way in")
NOTE = Words("{weighted}{seeds}末两列：各情形下与最优政策之差的最大值；达到半程（舍入前0.5）的情形数。{merged}",
             "{weighted}{seeds} Last two columns: the most that the best policy achieves more in a case, and cases in "
             "which half of the way (0.5 before rounding) is done.{merged}")
MERGED = Words("每列为同一外部条件下各参数与设定的均值。", " Columns are means over parameters and settings.")


class Columns(NamedTuple):
    """The content of the map: achievement with its interval by policy and column, and the heads of columns."""

    mean: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    heads: list[Words]


def heat_map(ranked: pd.DataFrame, robust: pd.DataFrame, language: Language) -> Figure:
    """Draw composite achievement of policies (rows, the least regretted first) in each case (columns)."""
    columns = _columns(ranked, list(robust["policy"]))
    rows = titles("policy", robust["policy"])
    left = MARGIN + max(text.width(of(name, language), BODY) for name in rows.values()) + 12
    width = min((WIDTH - MARGIN - left) / (len(columns.heads) + 2), MOST_WIDTH)
    heads = Heads([of(head, language) for head in (*columns.heads, REGRET, SATISFIED)], width)
    merged = MERGED if len(columns.heads) < len(ranked[CASE].drop_duplicates()) else Words("", "")
    note = NOTE.fill(weighted=WEIGHTED, seeds=replicates(ranked), merged=merged)
    with style.rules():
        page = sheet(of(finding(ranked, rows), language), of(note, language), height=heads.room + CELL * len(rows))
        top = page.bottom + CELL * len(rows)
        for k in range(len(heads.heads)):
            heads.write(page.axes, k, left + (k + 0.5) * width, top)
        for j, row in enumerate(robust.itertuples()):
            y = top - (j + 0.5) * CELL
            page.axes.text(left - 10, y, of(rows[row.policy], language), size=BODY, ha="right", va="center")
            _cells(page, columns, row.policy, left, y, width)
            for k, written in enumerate((f"{row.max_regret:.2f}", f"{row.satisfied}/{row.cases}"), len(columns.heads)):
                page.axes.text(left + (k + 0.5) * width, y, written, size=BODY, ha="center", va="center")
    return page.figure


def finding(ranked: pd.DataFrame, names: dict[str, Words]) -> Words:
    """Say that one policy is ahead only where its interval is above all others in every case."""
    best = ranked.groupby("policy")["achievement"].mean().idxmax()
    ahead = all(part.loc[part["policy"] == best, "low"].min() > part.loc[part["policy"] != best, "high"].max()
                for _, part in ranked.groupby(CASE))
    if ahead and ranked["seeds"].min() > 1:
        return Words("{name}的综合达成度在各种情形下都最高",
                     "{name} comes closest to the targets in every case").fill(name=names[best])
    return Words("综合达成度：没有一项政策在各种情形下都明显领先",
                 "Composite achievement: no policy is clearly ahead in every case")


def _columns(ranked: pd.DataFrame, policies: list[str]) -> Columns:
    heads = cases(ranked)
    if len(heads) > MOST:
        heads = {(name, "", ""): title for name, title in titles("external", ranked["external"]).items()}
        ranked = ranked.assign(parameters="", setting="")
    means = ranked.groupby(["policy", *CASE], sort=False)[["achievement", "low", "high"]].mean()
    mean, low, high = (means[name].unstack(CASE).reindex(index=policies, columns=pd.MultiIndex.from_tuples(heads))
                       for name in ("achievement", "low", "high"))
    return Columns(mean, low, high, list(heads.values()))


def _cells(page: Sheet, columns: Columns, policy: str, left: float, y: float, width: float) -> None:
    least, most = np.nanmin(columns.mean.to_numpy()), np.nanmax(columns.mean.to_numpy())
    scale = Normalize(least, max(most, least + 1e-9))
    ends = zip(*(part.loc[policy] for part in columns[:3]), strict=True)
    for k, (value, low, high) in enumerate(ends):
        known = np.isfinite(value)
        colour = to_hex(style.levels()(scale(value))) if known else style.MISSING
        page.axes.add_patch(Rectangle((left + k * width, y - CELL / 2), width, CELL, facecolor=colour,
                                      edgecolor="white", linewidth=1.5))
        band = known and width >= NARROW and high > low
        ink = style.text_on(colour) if known else QUIET
        middle = left + (k + 0.5) * width
        page.axes.text(middle, y + (6 if band else 0), f"{value:.2f}" if known else "—", size=BODY, ha="center",
                       va="center", color=ink)
        if band:
            page.axes.text(middle, y - 8, f"{low:.2f}–{high:.2f}", size=SMALL, ha="center", va="center", color=ink)
