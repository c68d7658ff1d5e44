"""Effects of a policy by county type with their bands; hollow where they cannot be told from chance."""

from typing import NamedTuple

import pandas as pd

from sim.report.charts import paths
from sim.report.charts.marks import Dot, Line
from sim.report.charts.sheet import MARGIN, WIDTH, Page, page
from sim.report.tables import effects, findings
from sim.report.tables.results import Results
from sim.report.words import style, text, units
from sim.report.words.bilingual import Words, both, of
from sim.report.words.style import BODY, GRID, GROUPS, INK, QUIET, SMALL, Language

KEY = ("resident_urbanization", "hukou_urbanization", "net_migration_rate", "employment_rate", "unemployment_rate",
       "monthly_pay", "urban_rural_income_ratio", "fiscal_self_sufficiency", "debt_ratio")
"""Rates rather than amounts, which groups of different size can be compared by."""
COLUMNS, GAP, ROW, HEAD, TICKS, NUMBER, LINE = 3, 18.0, 16.0, 8.0, 26.0, 38.0, 13.0
"""Panels in a row, room between them, height of a group, above the groups, of the marks, room for a number, and height
of a line of the name, in points."""


class Box(NamedTuple):
    """Where the axes of a panel lie on the page, in points."""

    left: float
    top: float
    width: float
    height: float


NOTE = Words("{year}年政策减去无新增政策，逐次相减。点为均值，线为{over}的80%区间（{holds}）；空心点为方向不能确定。",
             "{year}, the policy less no new policy, run by run. Dots are means, lines the 80% interval over {over} "
             "({holds}); hollow dots: the sign is not sure. ")
SINGLE = Words("{year}年政策减去无新增政策；单次模拟，不能排除随机（空心点）。",
               "{year}, the policy less no new policy; a single run, which may be chance (hollow dots). ")


def draw(results: Results, language: Language) -> Page:
    """Draw the key indicators, one panel each with all counties and every type; the title counts clear effects."""
    found = effects.effects(results, results.horizon)
    found = found[found["indicator"].isin(KEY) & found["group"].isin(GROUPS) & (found["group"] != "province")]
    shown = [name for name in KEY if name in set(found["indicator"])]
    groups = [name for name in GROUPS if name in set(found["group"])]
    names = max(text.width(GROUPS[name].label(language), SMALL) for name in groups) + 8
    width = (WIDTH - 2 * MARGIN - names - GAP * (COLUMNS - 1)) / COLUMNS
    heads = [text.wrap(of(results.title(name), language), BODY, width).splitlines() for name in shown]
    above = LINE * (max(len(head) for head in heads) + 1) + HEAD
    height = above + ROW * len(groups) + TICKS + 10
    words = NOTE if results.replicates > 1 else SINGLE
    note = of(words.fill(year=results.horizon, over=results.over, holds=results.holds), language)
    note += findings.scenario(results.whole(results.policy), language)
    made = page(of(finding(results, found), language), note, language, height=-(-len(shown) // COLUMNS) * height)
    for k, name in enumerate(shown):
        left, top = MARGIN + names + k % COLUMNS * (width + GAP), made.top + k // COLUMNS * height + above
        box = Box(left, top, width - NUMBER, ROW * len(groups))
        part = found[found["indicator"] == name].set_index("group").reindex(groups)
        _draw(made, part, box, results.unit(name), heads[k])
        if k % COLUMNS == 0:
            for line, group in enumerate(groups):
                at = (MARGIN, box.top + ROW * (line + 0.5))
                made.write(at, GROUPS[group].label(language), colour=style.as_text(GROUPS[group].colour))
    return made


def finding(results: Results, found: pd.DataFrame) -> Words:
    """Say in how many county types effects stand out from chance, and where that on urbanization is largest."""
    types = found[found["group"].isin(style.COUNTY_TYPES)]
    clear = types[types["clear"].astype(bool)]
    head = Words("{all}项分类型效果中，{count}项方向确定",
                 "{count} of {all} effects by county type have a sure sign")
    if clear.empty:
        return Words("{all}项分类型效果的方向均不能确定",
                     "None of {all} effects by county type has a sure sign").fill(all=len(types))
    head = head.fill(all=len(types), count=len(clear))
    urban = clear[clear["indicator"] == KEY[0]]
    if urban.empty:
        return Words("{head}；常住人口城镇化率在各类型均无明确变化",
                     "{head}; resident urbanization shows no clear change in any type").fill(head=head)
    most = urban.loc[urban["effect"].abs().idxmax()]
    unit = units.unit("%")
    group = GROUPS[most["group"]]
    size = both(lambda language: units.change(most["effect"], unit._replace(decimals=2), language))
    return Words("{head}；常住人口城镇化率变化最大的是{group}（{size}）",
                 "{head}; resident urbanization changes most in {group} ({size})").fill(
        head=head, group=Words(group.zh, group.en.lower()), size=size)


def _draw(made: Page, part: pd.DataFrame, box: Box, unit: units.Unit, head: list[str]) -> None:
    """Draw the effects on one indicator in points of the page."""
    marks, scaled = made.chart.marks, part[["effect", "low", "high"]].astype(float) * unit.factor
    size = scaled["effect"].abs().max()
    decimals = 3 if size < 0.1 else 2 if size < 10 else 1
    low, high = min(0.0, scaled.min().min()), max(0.0, scaled.max().max())
    room = 0.06 * (high - low) or 1.0
    low, high, below = low - room, high + room, box.top + box.height

    def x(value: float) -> float:
        return box.left + box.width * (value - low) / (high - low)

    for k, words in enumerate([of(both(unit.change_name), made.language), *head[::-1]]):
        type_size, colour = (BODY, INK) if k else (SMALL, QUIET)
        made.write((box.left, box.top - HEAD - LINE * k), words, type_size, colour, baseline=True)
    for tick, written in paths.ticks((low, high), 3, signed=True).items():
        marks.append(Line([(x(tick), box.top), (x(tick), below)], GRID if tick else INK, 0.7))
        made.write((x(tick), below + 13), written, SMALL, QUIET, "middle", baseline=True)
    for k, (group, row) in enumerate(scaled.iterrows()):
        if pd.isna(row["effect"]):
            continue
        y, colour = box.top + ROW * (k + 0.5), GROUPS[str(group)].colour
        marks.append(Line([(x(row["low"]), y), (x(row["high"]), y)], style.tint(colour, 0.45), 2.4))
        fill = colour if bool(part.loc[group, "clear"]) else "#fff"
        marks.append(Dot((x(row["effect"]), y), 2.5, colour, fill, str(group)))
        written = units.number(row["effect"], signed=True, decimals=decimals)
        made.write((box.left + box.width + NUMBER, y), written, anchor="end")
