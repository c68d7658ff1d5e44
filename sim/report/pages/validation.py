"""The page of `county validate`: comparisons of the model with data, with lights computed from the tables."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.core import store
from sim.report.pages import html
from sim.report.tables import actuals, observations, spread
from sim.report.tables.cells import Cell, Table, difference, percent
from sim.report.words import hindcasts, units
from sim.report.words.bilingual import Words, both

NAME = "validation.html"
LIGHTS = {
    "green": Words("✓ 绿", "✓ green"), "amber": Words("~ 黄", "~ amber"), "red": Words("× 红", "× red"),
}


class Part(NamedTuple):
    """One thing the model is held against: how it is called, explained and written.

    With `sourced` the column before the lights is text.
    """

    title: Words
    note: Words
    write: Callable[[pd.DataFrame], Table]
    sourced: bool = False


class Shown(NamedTuple):
    """A part with its table and the number of checks under each light."""

    part: Part
    table: Table
    verdicts: list[str]
    lights: dict[str, int]


def write(folder: Path, tables: Mapping[str, pd.DataFrame], asked: Words) -> Path:
    """Write the page of these tables by part, headed by the sentence `asked`, into a folder; return its path."""
    path = folder / NAME
    store.write_text(path, html.render("validation.html", {**content(tables), "asked": asked, "folder": folder.name}))
    return path


def asked(parameter_sets: int, seeds: int, scale: int) -> Words:
    """Say in one sentence which runs were made."""
    return Words("{over}；模型中每人代表{scale}人。灯色按均值判定，模拟次数少时可能不同。",
                 "{over}; a simulated person stands for {scale}. Lights judge means, and may differ with fewer runs."
                 ).fill(over=spread.over(parameter_sets, seeds), scale=f"{scale:,}")


def content(tables: Mapping[str, pd.DataFrame]) -> dict:
    """Return the content of the template from these tables by part."""
    shown = list(_shown(tables))
    whole = {light: sum(one.lights[light] for one in shown) for light in LIGHTS}
    return {"parts": shown, "lights": LIGHTS, "whole": whole, "count": sum(whole.values())}


def printed(part: str, frame: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a part as they are printed, in English."""
    table = PARTS[part].write(frame)
    return [_english(head) for head in table.heads], [[_english(cell) for cell in row] for row in table.rows]


def _shown(tables: Mapping[str, pd.DataFrame]) -> Iterator[Shown]:
    for name, part in PARTS.items():
        if name in tables:
            frame = tables[name]
            table = part.write(frame)
            marks: dict[Cell, str] = {words: light for light, words in LIGHTS.items()}
            verdicts = [marks.get(row[-1], "") for row in table.rows] if "verdict" in frame else []
            yield Shown(part, table, verdicts, {light: verdicts.count(light) for light in LIGHTS})


MARGINS = {
    "residents": "常住人口", "age and sex": "年龄与性别", "urban residents": "城镇人口", "seat residents": "县城人口",
    "schooling": "受教育程度", "work": "就业", "from the province": "省内流入", "from outside": "省外流入",
    "registered": "户籍人口", "absent": "外出人口", "urban hukou": "城镇户籍", "households": "户",
}


def _initial(frame: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = [
        [Words(MARGINS[row["margin"]], row["margin"]), f"{row['cells']:,}", f"{row['census']:,.0f}",
         f"{row['model']:,.0f}", f"{row['greatest gap, rows']:.1f}", f"{row['mean gap, %']:.2f}",
         LIGHTS[row["verdict"]]]
        for row in frame.to_dict("records")]
    heads: list[Cell] = [
        Words("项目", "Margin"), Words("格数", "Cells"), Words("普查，人", "Census, persons"),
        Words("模型，人", "Model, persons"), Words("最大差，行", "Greatest gap, rows"),
        Words("平均差，%", "Mean gap, %"), Words("判定", "Light")]
    return Table(heads, rows)


def _hindcast(frame: pd.DataFrame) -> Table:
    groups = list(frame["counties"].drop_duplicates())
    judged = groups[-1]
    rows: list[list[Cell]] = []
    for measure, part in frame.groupby("measure", sort=False):
        cells = part.set_index(["rule", "counties"])
        least = part[part["counties"] == judged].set_index("rule")["mae"].astype(float)
        best = hindcasts.RULES[least.idxmin()] if least.notna().any() else Words("", "")
        for rule in part["rule"].drop_duplicates():
            errors = [units.number(cells.loc[(rule, counties), "mae"], decimals=2) for counties in groups]
            model = rule == "model"
            covered = percent(cells.loc[("model", judged), "coverage"]) if model else ""
            light = LIGHTS[cells.loc[("model", judged), "verdict"]] if model else ""
            name = hindcasts.MEASURES[str(measure)] if model else ""
            rows.append([name, hindcasts.RULES[rule], *errors, best if model else "", covered, light])
    heads: list[Cell] = [
        Words("平均绝对误差", "Mean absolute error of"), Words("规则", "Rule"),
        *(Words("{which}县（市）", "Counties {which}").fill(which=hindcasts.COUNTIES[one]) for one in groups),
        Words("留出县误差最小的规则", "Least error, held out"),
        Words("留出县在80%区间内", "Held out inside the 80% band"), Words("判定", "Light")]
    return Table(heads, rows)


def _recent(frame: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        unit = units.unit("%" if row["unit"] == "points" else row["unit"])
        name = Words("{name}，{unit}", "{name}, {unit}").fill(
            name=Words(row["zh"], row["en"]), unit=both(unit.change_name if row["unit"] == "points" else unit.name)
        )
        published, model, low, high = (f"{row[key] * unit.factor:,.2f}".replace("-", "−")
                                       for key in ("published", "model", "low", "high"))
        mark = "%" if row["relative"] else ""
        error = f"{row['error']:+.2f}{mark}".replace("-", "−")
        rows.append([name, str(row["year"]), published, f"{model} ({low}…{high})", error,
                     f"±{row['tolerance']:g}{mark}", LIGHTS[row["verdict"]]])
    heads: list[Cell] = [
        Words("指标", "Figure"), Words("年份", "Year"), Words("公布值", "Published"),
        Words("模型（80%区间）", "Model (80%)"), Words("偏差", "Error"), Words("容许", "Allowed"),
        Words("判定", "Light")]
    return Table(heads, rows)


def _patterns(frame: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = [
        [Words(row["zh"], f"{row['pattern']}: {row['figure']}"), f"{row['low']:g} … {row['high']:g}".replace("-", "−"),
         f"{row['value']:.3g}".replace("-", "−"), row["source"], LIGHTS[row["verdict"]]]
        for row in frame.to_dict("records")]
    heads: list[Cell] = [
        Words("规律", "Pattern"), Words("应在", "Expected"), Words("模型", "Model"),
        Words("依据（原文）", "Expected from"), Words("判定", "Light")]
    return Table(heads, rows)


ROLES = {"validation": Words("验证", "validation"), "verification": Words("核对", "verification"),
         "fitted": Words("拟合目标", "fitted")}
SIGNS = {"up": Words("上升", "up"), "down": Words("下降", "down"), "none": Words("无", "none")}
UNITS = {
    "%": Words("%", "%"), "points": Words("个百分点", "points"), "% per %": Words("弹性", "elasticity"),
    "yuan of output per yuan spent": Words("元/元", "yuan per yuan"),
}


def _experiments(frame: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        name = Words(f"{row['code']} {row['experiment_zh']}：{row['finding_zh']}",
                     f"{row['code']} {row['experiment']}: {row['finding']}")
        published: Cell = SIGNS[row["sign"]]
        if pd.notna(row["published"]) and row["sign"] != "none":
            published = _signed(row["published"])
        model = f"{_signed(row['estimate'])} ({_signed(row['estimate_low'])}…{_signed(row['estimate_high'])})"
        others = " / ".join(map(_signed, (row["effect"], row["spillover"])))
        rows.append([name, UNITS[row["unit"]], published, model, f"{row['spread']:.2g}", others, ROLES[row["role"]],
                     LIGHTS[row["verdict"]]])
    heads: list[Cell] = [
        Words("试验与结果", "Experiment and outcome"), Words("单位", "Unit"), Words("文献", "Published"),
        Words("模型双重差分（95%区间）", "Model, difference in differences (95%)"),
        Words("单次研究标准差", "Spread of one study"),
        Words("真实效应：处理组／对照组", "True effect on treated / others"), Words("性质", "Role"),
        Words("判定", "Light")]
    return Table(heads, rows)


def _actuals(frame: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        unit = units.unit(row["unit"])
        size = [f"{row[key] * unit.factor:,.2f}" for key in ("mae", "rmse")]
        rows.append([Words(row["zh"], row["en"]), row["level"], str(row["values"]), *size,
                     difference(row["bias"], unit), percent(row["coverage"])])
    heads: list[Cell] = [
        Words("指标", "Indicator"), Words("组别（原文）", "Groups"), Words("数值个数", "Values"),
        Words("平均绝对误差", "Mean absolute error"), Words("均方根误差", "Root mean squared error"),
        Words("偏差", "Bias"), Words("80%区间覆盖率", "Coverage of the 80% interval")]
    return Table(heads, rows)


PARTS = {
    "initial": Part(
        Words("初始状态与人口普查", "The initial state against its census"),
        Words(
            "各县（市）逐项比较。绿：最大差不超过一行，或平均差不超过1%；黄：平均差不超过2%。",
            "All counties, margin by margin. Green: no gap above one row, or a mean gap of at most 1%; amber: at most "
            "2%.",
        ), _initial),
    "hindcast": Part(
        Words("回测2010—2020年：与简单规则对照", "Hindcast 2010-2020 beside naive rules"),
        Words(
            "从2010年普查出发模拟十年，与2020年普查逐县比较；误差为百分点，常住人口为%。只判定未参与拟合的县（市）。"
            "各行判定误差：绿：不大于任何规则，对用到2010年全部指标的岭回归允许高出一成；黄：不大于统一变化。末行判定全部区间：绿：覆盖70%至90%；黄：不低于60%。"
            "出生水平按公布的出生率设定，0—14岁占比因此部分是核对。",
            "Ten years from the census of 2010, county by county against that of 2020; errors in points, of residents "
            "in %. Only counties that no fit has seen are judged. Lines judge the error: green where the model errs no "
            "more than any rule, or up to a tenth more than the ridge regression, which uses all figures of 2010; "
            "amber where no more than a uniform change. The last line judges all bands: green where 70 to 90% are "
            "covered, amber from 60%. Births follow published birth rates, so that the share of children is "
            "verification in part.",
        ), _hindcast),
    "crossvalidation": Part(
        Words("交叉验证：各县（市）轮流留出", "Cross-validation: every county held out in turn"),
        Words(
            "各县（市）分为五份，依次留出一份，对其余四份重新拟合，再与简单规则比较；规则也未见过留出的县。判定同上。此表随参数组一同给出，"
            "由 county calibrate what=crossvalidation 重算（约一小时）。",
            "Counties are dealt out into five parts; each is held out in turn, the model is fitted anew to the other "
            "four, and compared with rules that have not seen the part either. Lights as above. The table comes with "
            "the parameter sets; county calibrate what=crossvalidation makes it anew in about an hour.",
        ), _hindcast),
    "recent": Part(
        Words("2021年与2022年的公布值", "Published figures of 2021 and 2022"),
        Words(
            "拟合没有用过这些数值。绿：误差在容许之内；黄：两倍之内。区间为各次模拟间的80%区间。",
            "No fit has seen them. Green: the error is within what is allowed; amber: within twice that. Intervals "
            "hold 80% of runs.",
        ), _recent),
    "patterns": Part(
        Words("已知规律", "Known patterns"),
        Words(
            "绿：在应有范围之内；黄：超出不到半个范围。",
            "Green: inside the range; amber: beyond it by less than half its width.",
        ), _patterns, sourced=True),
    "experiments": Part(
        Words("虚拟准实验", "Virtual quasi-experiments"),
        Words(
            "随机抽取一半县接受处理，按文献的双重差分估计；每次抽签减去同一抽签在无处理时的差。“核对”表示参数的大小或方向即取自该文献，"
            "只能说明设定得以传递；“拟合目标”表示参数按其大小拟合（抽签决定的一半试验），吻合不说明什么；“验证”则不然。绿：方向与文献一致、超出随机波动，且大小在文献的一半至两倍之内（或所列范围内）；"
            "红：方向相反且超出随机波动；黄：其余。",
            "A random half of the counties is treated and the effect estimated by difference in differences, as in the "
            "studies; from each lot that of the same lot without treatment is taken. Verification: the size or sign of "
            "a parameter was set from that very study, so that only its arrival is shown; fitted: parameters were "
            "fitted to its size (half of the experiments, drawn by lot), so that agreement shows nothing; validation: "
            "neither. "
            "Green: the sign as published and beyond chance, the size within half to twice the published one (or the "
            "range stated); red: the opposite sign, beyond chance; amber: all else.",
        ), _experiments),
    "actuals": Part(
        Words("与实际值比较", "Against what really happened"),
        Words("由 actuals=文件 给出的数值。", "Values given with actuals=FILE."), _actuals),
}
"""Parts of the validation, in the order of the page."""


def accuracy(folder: Path, file: Path, counties: pd.Series, prefectures: pd.Series) -> pd.DataFrame:
    """Score the runs in a folder by a file of actual values; return and write the table of errors and coverage, with
    titles and units."""
    known = observations.read(folder / "indicators.parquet")
    actual = actuals.read(file, known, counties, prefectures)
    simulated = pd.read_parquet(folder / "indicators.parquet")
    table = actuals.accuracy(actuals.scores(simulated, actual))
    table = table.assign(**{field: [getattr(known[name], field) for name in table["indicator"]]
                            for field in ("zh", "en", "unit")})
    store.write_csv(folder / "accuracy.csv", table)
    return table


def _signed(value: float) -> str:
    return f"{value:+.2g}".replace("-", "−") if abs(value) < 100 else f"{value:+.0f}".replace("-", "−")


def _english(cell: Cell) -> str:
    return cell.en if isinstance(cell, Words) else cell
