"""Tables of a calibration as they are printed: targets, the posterior range of each parameter, effects of policy."""

from collections.abc import Iterator, Mapping

import pandas as pd

from sim.report.pages import validation

COLUMNS = {
    "targets": {"name": "目标 target", "unit": "单位 unit", "value": "目标值 wanted", "tolerance": "容差 tolerance",
                "chance": "随机 chance", "reference": "参照组 reference set", "low": "10%", "high": "90%",
                "inside": "在内 inside", "misfit": "偏离（标准差） misfit", "date": "时间 date"},
    "fit": {"parameter": "参数 parameter", "unit": "单位 unit", "prior_low": "先验下限 prior", "prior_high": "上限 to",
            "low": "10%", "median": "中位 median", "high": "90%", "reference": "参照组 reference set",
            "narrowed": "收窄 narrowed", "data": "依据 data"},
    "effects": {"indicator": "政策效果 effect of the policy", "year": "年份 year", "unit": "单位 unit",
                "reference": "参照组 reference set", "low": "10%", "median": "中位 median", "high": "90%",
                "inside": "在内 inside"},
}
"""Columns that are printed and their heads."""


def printed(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield heads and rows of the tables of a calibration that are printed."""
    for name in filter(tables.__contains__, COLUMNS):
        yield _cells(name, tables[name])
    if "crossvalidation" in tables:
        yield validation.printed("crossvalidation", tables["crossvalidation"])


def _cells(name: str, table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    if name == "targets":
        table = table.assign(tolerance=(table["observation"] ** 2 + table["discrepancy"] ** 2) ** 0.5)
    columns = COLUMNS[name]
    rows = [[_cell(key, cell) for key, cell in zip(columns, row, strict=True)]
            for row in table[[*columns]].itertuples(index=False)]
    return list(columns.values()), rows


def _cell(column: str, value: str | float) -> str:
    if isinstance(value, str):
        return value
    if column == "inside":
        return "✓" if value else "×"
    return f"{value:.2f}" if column in ("misfit", "narrowed") else f"{value:.4g}"
