"""Effects of each policy on every indicator; those that chance alone may bring about are grey."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.config.files import load_indicators
from sim.core.described import Described
from sim.report.charts.heads import Heads
from sim.report.charts.sheet import MARGIN, WIDTH, sheet
from sim.report.tables import spread
from sim.report.tables.naming import CASE, cases, first_case, titles
from sim.report.words import style, text, units
from sim.report.words.bilingual import Words, both, of
from sim.report.words.style import SMALL, Language

ROW = 21.0
"""Height of a row in points."""

DOT = "#BBBBBB"
NOTE = Words("{year}年全部县（市）与“{against}”逐次之差，{seeds}次模拟的均值，单位见行名。"
             "蓝为改善，棕为变差，以各行最大者为准；灰点为方向不能确定（配对t检验，95%，至少3个种子）。",
             'All counties in {year}, differences from "{against}" run by run, means over {seeds} runs, in the unit '
             "of the row. Blue is for the better and brown for the worse, against the greatest of a row; a grey dot "
             "is of no sure sign (paired t test at 95 %, with at least 3 seeds).")


def heat_map(effects: pd.DataFrame, named: Mapping[str, Described], language: Language) -> Figure:
    """Draw mean effects of policies (columns) on indicators (rows, with their titles) in one case."""
    part = first_case(effects)
    case = cases(effects)[tuple(part[CASE].iloc[0])]
    policies = titles("policy", part["policy"].unique())
    against = titles("policy", part["against"].unique())[part["against"].iloc[0]]
    names = [name for name in load_indicators().indicators if name in set(part["indicator"])]
    rows = {name: _row(named[name]) for name in names}
    left = MARGIN + max(text.width(of(row, language), SMALL) for row in rows.values()) + 10
    width = min((WIDTH - MARGIN - left) / len(policies), 90.0)
    heads = Heads([of(name, language) for name in policies.values()], width)
    note = NOTE.fill(year=int(part["year"].max()), against=against, seeds=int(part["seeds"].max()))
    cells = part.set_index(["indicator", "policy"])
    with style.rules():
        page = sheet(of(_finding(part, case), language), of(note, language), height=heads.room + ROW * len(names))
        top = page.bottom + ROW * len(names)
        for k in range(len(policies)):
            heads.write(page.axes, k, left + (k + 0.5) * width, top)
        for j, name in enumerate(names):
            y = top - (j + 0.5) * ROW
            page.axes.text(left - 8, y, of(rows[name], language), size=SMALL, ha="right", va="center_baseline")
            factor = units.unit(named[name].unit).factor
            greatest = part.loc[(part["indicator"] == name) & part["clear"].astype(bool), "effect"].abs().max()
            for k, policy in enumerate(policies):
                x = left + k * width
                known = (name, policy) in cells.index
                if not (known and cells.loc[(name, policy), "clear"]):
                    page.axes.add_patch(_cell(x, y, width, "#FAFAFA"))
                    page.axes.plot(x + width / 2, y, "o", ms=2, color=DOT)
                    continue
                effect = cells.loc[(name, policy), "effect"]
                colour = to_hex(style.differences()(0.5 + 0.5 * _direction(name) * effect / greatest))
                page.axes.add_patch(_cell(x, y, width, colour))
                page.axes.text(x + width / 2, y, written(effect * factor), size=SMALL, ha="center",
                               va="center_baseline", color=style.text_on(colour))
    return page.figure


def written(value: float) -> str:
    """Write an effect that is clear in few characters: never as nothing, however small."""
    if 0 < abs(value) < 0.0005:
        mantissa, _, exponent = f"{value:+.0e}".partition("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")  # the shipped font has no raised digits but 1 to 3
    return units.number(value, signed=True, decimals=0) if abs(value) >= 9999.5 else units.compact(value)


def _direction(indicator: str) -> float:
    """Return 1 where more of an indicator is better, -1 where less is."""
    return -1.0 if load_indicators().indicators[indicator].better == "down" else 1.0


def _row(one: Described) -> Words:
    words = both(units.unit(one.unit).change_name)
    return Words(f"{one.zh}，{words.zh}" if words.zh else one.zh, f"{one.en}, {words.en}")


def _finding(part: pd.DataFrame, case: Words) -> Words:
    clear, count = int(part["clear"].sum()), len(part)
    improves = part["indicator"].map(_direction) * part["effect"] > 0
    better = int((part["clear"].astype(bool) & improves).sum())
    if not clear and part["seeds"].max() < spread.LEAST_SEEDS:
        return Words("{case}：随机种子太少，不能判断{count}项政策效果是否随机",
                     "{case}: too few seeds to tell {count} effects from chance").fill(case=case, count=count)
    if not clear:
        words = Words("{case}：{count}项政策效果均在随机波动之内",
                      "{case}: none of {count} effects can be told from chance")
        return words.fill(case=case, count=count)
    return Words("{case}：{count}项政策效果中，{clear}项超出随机波动，其中{better}项为改善",
                 "{case}: {clear} of {count} effects stand out from chance, {better} for the better").fill(
        case=case, count=count, clear=clear, better=better)


def _cell(x: float, y: float, width: float, colour: str) -> Rectangle:
    return Rectangle((x, y - ROW / 2), width, ROW, facecolor=colour, edgecolor="white", linewidth=1)
