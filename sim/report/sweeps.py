"""Figures and printed tables of a sweep: policies under external conditions, and what they cost."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.config.files import read_yaml, scenarios
from sim.report import figures, style, text, units
from sim.report.bilingual import LANGUAGES, Words, of
from sim.report.sheet import MARGIN, QUIET, WIDTH, sheet
from sim.report.style import BODY, INK, SMALL, Language

CELL, HEAD, SCATTER = 34.0, 46.0, 330.0
"""Height of a row of the heat map, room for the names of columns, and height of the scatter, in points."""
BASELINE = "no_new_policy"
NOTE = Words(
    "综合达成度为19项指标达成度按五方面等权的均值（0为基期，1为目标）；各随机种子的均值，参数固定；"
    "权重为假设，多数目标为重建。",
    "Composite achievement: the mean over five aspects of how far the 19 indicators have come from base (0) to "
    "target (1); means over seeds, parameters fixed; weights are assumed and most targets reconstructed.",
)


def titles(group: str, names: list[str]) -> dict[str, Words]:
    """Return scenarios' titles in both languages, their names where a file is gone."""
    known, found = scenarios(group), {}
    for name in names:
        title = read_yaml(known[name]).get("title", {}) if name in known else {}
        found[name] = Words(title.get("zh", name), title.get("en", name))
    return found


def table(ranked: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the ranking that is printed."""
    policies = titles("policy", list(ranked["policy"].unique()))
    externals = titles("external", list(ranked["external"].unique()))
    money, rows = units.unit("yuan").factor, []
    for row in ranked.to_dict("records"):
        band = f" ({row['low']:.2f}…{row['high']:.2f})" if row["seeds"] > 1 else ""
        rows.append([" ".join(externals[row["external"]]), " ".join(policies[row["policy"]]), row["parameters"],
                     f"{row['achievement']:.2f}{band}", f"{row['regret']:.2f}", f"{row['satisfied']:.0%}",
                     units.number(row["cost"] * money), units.number(row["debt"] * money),
                     "✓" if row["efficient"] else ""])  # fmt: skip
    heads = ["外部条件 external", "政策 policy", "参数 parameters", "综合达成度 achievement", "遗憾 regret",
             "达到半程 half-way", "支出 cost, 亿元", "债务 debt, 亿元", "有效 efficient"]  # fmt: skip
    return heads, rows


def draw(ranked: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw the heat map and the scatter in both languages; return the picture files."""
    written: list[Path] = []
    for language in LANGUAGES:
        written += figures.save(heat_map(ranked, language), folder / "figures", f"policies.{language}")
        written += figures.save(scatter(ranked, language), folder / "figures", f"efficient.{language}")
    return written


def heat_map(ranked: pd.DataFrame, language: Language) -> Figure:
    """Draw composite achievement of policies (rows) under external conditions (columns), best first."""
    default = ranked[ranked["parameters"] == ranked["parameters"].iloc[0]]
    wide = default.pivot(index="policy", columns="external", values="achievement")
    wide = wide.loc[wide.mean(axis=1).sort_values(ascending=False).index]
    rows, columns = titles("policy", list(wide.index)), titles("external", list(wide.columns))
    title = of(_finding(default, wide.index[0], rows[wide.index[0]]), language)
    with style.rules():
        page = sheet(title, of(NOTE, language), height=HEAD + CELL * len(wide))
        left = MARGIN + max(text.width(of(name, language), BODY) for name in rows.values()) + 12
        width = min((WIDTH - MARGIN - left) / wide.shape[1], 130.0)
        least, most = np.nanmin(wide.to_numpy()), np.nanmax(wide.to_numpy())
        scale = Normalize(least, max(most, least + 1e-9))
        top = page.bottom + CELL * len(wide)
        for k, name in enumerate(wide.columns):
            lines = text.wrap(of(columns[name], language), SMALL, width - 6)
            page.axes.text(left + (k + 0.5) * width, top + 6, lines, size=SMALL, ha="center", va="bottom")
        for j, policy in enumerate(wide.index):
            y = top - (j + 0.5) * CELL
            page.axes.text(left - 10, y, of(rows[policy], language), size=BODY, ha="right", va="center")
            for k, value in enumerate(wide.loc[policy]):
                colour = style.LEVELS(scale(value)) if np.isfinite(value) else style.MISSING
                page.axes.add_patch(_rectangle(left + k * width, y - CELL / 2, width, colour))
                page.axes.text(left + (k + 0.5) * width, y, f"{value:.2f}" if np.isfinite(value) else "—", size=BODY,
                               ha="center", va="center", color=style.text_on(to_hex(colour)))  # fmt: skip
    return page.figure


def _finding(ranked: pd.DataFrame, best: str, name: Words) -> Words:
    """Say that one policy is ahead only where its interval is above all others under every external condition."""
    ahead = all(part.loc[part["policy"] == best, "low"].min() > part.loc[part["policy"] != best, "high"].max()
                for _, part in ranked.groupby("external"))  # fmt: skip
    if ahead and ranked["seeds"].min() > 1:
        return Words("{name}的综合达成度在各种外部条件下都最高",
                     "{name} comes closest to the targets under all external conditions").fill(name=name)  # fmt: skip
    return Words("综合达成度：没有一项政策在各种外部条件下都明显领先",
                 "Composite achievement: no policy is clearly ahead under all external conditions")  # fmt: skip


def scatter(ranked: pd.DataFrame, language: Language) -> Figure:
    """Draw composite achievement over cost under the first external condition; policies on the front are filled."""
    name = ranked["external"].iloc[0] if "reference" not in set(ranked["external"]) else "reference"
    part = ranked[(ranked["external"] == name) & (ranked["parameters"] == ranked["parameters"].iloc[0])]
    names, external = titles("policy", list(part["policy"])), titles("external", [name])[name]
    front = [of(names[row.policy], language) for row in part.itertuples() if row.efficient]
    words: Mapping[str, str] = {
        "zh": f"{external.zh}条件下，{len(front)}项政策有效：没有别的政策以同样的支出和债务做得更多",
        "en": f"Under {external.en.lower()} conditions {len(front)} policies are efficient: none does more for less",
    }
    with style.rules():
        page = sheet(words[language], of(NOTE, language), height=SCATTER)
        axes = page.panel(MARGIN + 40, page.bottom + 40, WIDTH - 2 * MARGIN - 50, SCATTER - 60)
        cost = part["cost"] * units.unit("yuan").factor
        for row, x in zip(part.itertuples(), cost, strict=True):
            colour = style.POLICY if row.efficient else style.BASELINE
            axes.plot([x, x], [row.low, row.high], color=colour, lw=1.2, zorder=1)
            axes.plot(x, row.achievement, "o", ms=7, mec=colour, mfc=colour if row.efficient else "white", zorder=2)
        _label(axes, part, cost, names, language)
        spent = {"zh": "措施支出，亿元（当年价）", "en": "Spent on measures, 100 million yuan at current prices"}
        axes.set_xlabel(spent[language], color=QUIET)
        axes.set_ylabel({"zh": "综合达成度", "en": "Composite achievement"}[language], color=QUIET)
        axes.set_xlim(left=min(0, cost.min()) - 0.03 * max(cost.max(), 1), right=1.25 * max(cost.max(), 1))
        axes.margins(y=0.12)
    return page.figure


def _label(axes, part: pd.DataFrame, cost: pd.Series, names: dict[str, Words], language: Language) -> None:
    """Name the points to their right, moved apart where they would overlap."""
    low, high = part["low"].min(), part["high"].max()
    step = 0.055 * max(high - low, 1e-9)
    last = -np.inf
    for row, x in sorted(zip(part.itertuples(), cost, strict=True), key=lambda pair: pair[0].achievement):
        y = max(row.achievement, last + step)
        last = y
        axes.annotate(of(names[row.policy], language), (x, row.achievement), (x + 0.015 * max(cost.max(), 1), y),
                      size=SMALL, va="center", color=INK)  # fmt: skip


def _rectangle(x: float, y: float, width: float, colour):
    return Rectangle((x, y), width, CELL, facecolor=colour, edgecolor="white", linewidth=1.5)
