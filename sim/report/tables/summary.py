"""Summaries of a run as CSV files for spreadsheets: values, effects, indicators against targets, doses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from sim.core import store
from sim.report.tables import actuals, bound, chain, effects, money, overview, scorecard
from sim.report.tables.naming import titles
from sim.report.tables.results import Results
from sim.report.words import record, style, terms
from sim.report.words.bilingual import Words

DIGITS = 6
"""Digits that numbers keep: more than is known, and no noise of floating point."""

WORKBOOK = "summary.xlsx"
LARGE = 10_000
"""From what amount on a number is shown without decimals."""
UNDATED = datetime(1980, 1, 1)
"""When every workbook says that it was made."""

HEADS = {
    "policy": "政策", "external": "外部条件", "group": "组", "indicator": "指标代码", "zh": "中文名称",
    "en": "英文名称", "unit": "单位", "base_year": "基年", "year": "年份", "base": "基期", "mean": "均值",
    "low": "区间下限", "high": "区间上限", "seeds": "模拟次数",
    "drawn": "随机种子数", "effect": "效果", "same_sign": "同号占比",
    "of_parameters": "方差中参数占比",
    "detectable": "可辨认的最小效果", "clear": "超出随机波动", "aspect": "方面", "value": "数值",
    "target": "目标", "verdict": "结果", "without": "对照", "without_verdict": "对照结果",
    "measure": "措施", "area": "范围", "planned": "计划剂量", "funded": "已付剂量",
    "delivered": "已建成剂量", "paid": "支出（元，当年价）", "step": "环节",
    "component": "组成",
    "counties": "县数", "time": "未建成：缺时间", "works": "未建成：缺工程量", "money": "未建成：缺资金",
    "level": "组别", "actual": "实际值",
    "error": "误差", "absolute_error": "绝对误差", "inside": "在80%区间内", "source": "来源", "values": "数值个数",
    "mae": "平均绝对误差", "rmse": "均方根误差", "bias": "偏差", "coverage": "80%区间覆盖率",
    "second_target": "第二目标", "base_varies": "基期因模拟而异", "grade": "等级", "status": "目标性质",
    record.COLUMN: "生成记录"}
"""Chinese heads of the columns of summaries."""
PARTS = {"_low": "区间下限", "_high": "区间上限", "_clear": "超出随机波动"}
"""What the ends of names of columns add to the head of the column before."""


def write(results: Results, submit: Callable[..., object] | None = None) -> list[Path]:
    """Write every summary that the run has rows for beside its tables, as CSV and all in one workbook, which is left to
    another process where `submit` has it made there; return the files. One without rows is taken away, so that none is
    left of an earlier report."""
    every = tables(results)
    written, filled = [], {name: table for name, table in every.items() if len(table)}
    for name in every.keys() - filled.keys():
        (results.folder / f"{name}.csv").unlink(missing_ok=True)
    for name, table in filled.items():
        path = results.folder / f"{name}.csv"
        record.write_csv(path, table)
        written.append(path)
    if submit:
        submit(_write_workbook, filled)
    else:
        _write_workbook(results, filled)
    return [*written, results.folder / WORKBOOK]


def _write_workbook(results: Results, filled: dict[str, pd.DataFrame]) -> None:
    content = workbook(filled, record.line(results.folder), spelled(results))
    store.write_bytes(results.folder / WORKBOOK, content)


def spelled(results: Results) -> dict[str, dict[str, Words]]:
    """Return what keys are called in both languages, by the column that holds them."""
    system, cases = results.system, {name: results.indicators[name].unique() for name in ("policy", "external")}
    verdicts = {name: Words(one.title.zh, one.title.en) for name, one in system.verdicts.items()}
    measures = {name: Words(one["title"]["zh"], one["title"]["en"])
                for name, one in results.config.get("measures", {}).items()}
    groups = {name: Words(one.zh, one.en) for name, one in {**style.GROUPS, **style.PILOTS}.items()}
    asked = results.asked.iloc[0]
    return {
        **{group: {**titles(group, {*cases[group]} - {asked[group]}), asked[group]: results.case(group)}
           for group in cases},
        "group": {**groups, **terms.MEASURE_GROUPS}, "type": groups, "grade": terms.GRADES,
        "measure": {bound.ALL: Words("全部措施", "All measures"), **measures},
        "aspect": {name: Words(one.title.zh, one.title.en) for name, one in system.aspects.items()},
        "status": {name: Words(one.zh, one.en) for name, one in system.statuses.items()},
        "verdict": verdicts, "without_verdict": verdicts}


def workbook(summaries: dict[str, pd.DataFrame], said: str, called: Mapping[str, Mapping[str, Words]],
             more: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return a workbook with a sheet for each summary: heads in both languages (`more` beside HEADS), keys as they are
    `called`, frozen, numbers with the decimals that they need; of groups those above the county, single ones are in the
    CSV files. The record `said` has a sheet of its own, the last one, and stands below every printed page."""
    import xlsxwriter  # plans and reports alone need it

    content, titled = BytesIO(), {**HEADS, **more}
    as_they_are = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(content, as_they_are) as book:
        book.set_properties({"created": UNDATED})  # same content is same bytes
        bold = book.add_format({"bold": True})
        large, small = (book.add_format({"num_format": decimals}) for decimals in ("#,##0", "#,##0.00"))
        for name, table in {**summaries, record.COLUMN: pd.DataFrame({record.COLUMN: [said]})}.items():
            if {"group", "indicator"} <= set(table):
                table = table[table["group"].isin([*style.GROUPS, *style.PILOTS])]
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_footer("&R" + said.replace("&", "&&"))
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
            for k, (column, values) in enumerate(table.items()):
                if column in called:
                    values = values.map(partial(_both, called[column]), na_action="ignore")
                head, cells = _head(column, titled), values.astype(object).where(values.notna(), None).tolist()
                sheet.write(0, k, head, bold)
                for line, cell in enumerate(cells, 1):
                    form = None if type(cell) is not float else large if abs(cell) >= LARGE else small
                    sheet.write(line, k, cell, form)
                widest = max([len(head) * 1.4, *(len(str(cell)) for cell in cells[:200])])
                sheet.set_column(k, k, min(widest + 2, 48))
    return content.getvalue()


def _both(called: Mapping[str, Words], key: object) -> str:
    """Return what a key is called in both languages, itself where it has no name."""
    return " ".join(dict.fromkeys(called.get(str(key), Words(str(key), str(key)))))


def _head(column: str, titled: Mapping[str, str]) -> str:
    """Return the head of a column: its Chinese name before its key, the key alone where it has none."""
    if column in titled:
        return f"{titled[column]} {column}"
    end = next((end for end in PARTS if column.endswith(end)), "")
    name = titled.get(column.removesuffix(end))
    return f"{name}{PARTS[end]} {column}" if name else column


def tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the summaries by name, rounded, in the units of the tables, with titles and units of their quantities."""
    card = scorecard.scorecard(results)
    return {
        "summary": _described(results, overview.summarize(results)),
        "scorecard": _described(results, card.drop(columns=["achievement"])),
        "effects": _described(results, effects.effects(results, results.horizon)),
        "doses": _rounded(_keyed(results, money.doses(results))),
        "chain": _rounded(_keyed(results, _named(chain.chain(results)))),
        "bounds": _rounded(_keyed(results, bound.bounds(results))),
        "scores": _described(results, results.scores),
        "accuracy": _described(results, actuals.accuracy(results.scores) if len(results.scores) else results.scores),
    }


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Put names and unit of the components of the chain before the numbers."""
    if table.empty:
        return table
    total = Words("合计", "Together")
    words = [chain.STEPS[row.step].get(row.component, total) for row in table.itertuples()]
    units = ["points" if step == chain.SHARE else "persons" for step in table["step"]]
    keys = ["year", "group", "step", "component"]
    return table.assign(zh=[one.zh for one in words], en=[one.en for one in words], unit=units)[
        [*keys, "zh", "en", "unit", *table.columns.difference(keys, sort=False)]]


def _described(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """Put policy, external conditions, names and unit before the numbers."""
    if table.empty:
        return table
    at = table.columns.get_loc("indicator") + 1
    named = [results.observations[name] for name in table["indicator"]]
    table = table.copy()
    table.insert(at, "zh", [one.zh for one in named])
    table.insert(at + 1, "en", [one.en for one in named])
    table.insert(at + 2, "unit", [one.unit for one in named])
    return _rounded(_keyed(results, table))


def _keyed(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    keys = {"policy": results.policy, "external": results.asked["external"].iloc[0]}
    return table.assign(**keys)[[*keys, *table.columns]]


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    numbers = table.select_dtypes("float").columns
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.{DIGITS}g}")) for name in numbers})
