"""What a table of runs says: means with their interval, and the finding in one sentence."""

import math

import pandas as pd

from sim.report import units
from sim.report.style import Language

LOW, HIGH = 0.1, 0.9
"""Quantiles over seeds that bound the 80 % interval."""


def band(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean, low and high over seeds by indicator, group and year; missing values are left out."""
    values = table.dropna(subset="value").groupby(["indicator", "group", "year"])["value"]
    return pd.DataFrame({"mean": values.mean(), "low": values.quantile(LOW), "high": values.quantile(HIGH)})


def since_first_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with each value as its change in percent since the first year of the same seed."""
    ordered = table.sort_values("year", kind="stable")
    first = ordered.groupby(["indicator", "group", "seed"])["value"].transform("first")
    return ordered.assign(value=100 * (ordered["value"] / first - 1))


def sentence(table: pd.DataFrame, *, subject: str, unit: str, language: Language) -> str:
    """Say how one indicator of one group changes from the first to the last year.

    It claims a direction only where the 80 % interval of the change over seeds leaves 0 out.
    """
    known = units.unit(unit)
    wide = table.dropna(subset="value").pivot(index="seed", columns="year", values="value") * known.factor
    chinese = language == "zh"
    if wide.empty:
        return f"{subject}：无数据" if chinese else f"{subject}: no data"
    first, last = wide.columns[0], wide.columns[-1]
    before, after = (units.amount(wide[year].mean(), known, language) for year in (first, last))
    if first == last:
        return f"{subject}：{last}年为{after}" if chinese else f"{subject}: {after} in {last}"

    differences = (wide[last] - wide[first]).dropna()
    low, high = differences.quantile(LOW), differences.quantile(HIGH)
    mean = differences.mean()
    size = units.change(mean, known, language)
    if len(differences) == 1:
        size += "，单次模拟" if chinese else ", a single run"
    else:
        ends = [units.number(end, signed=True) for end in (low, high)]
        size += "，80%区间" + "至".join(ends) if chinese else f", 80% interval {' to '.join(ends)}"
    clear = (low > 0 or high < 0) and units.number(mean) != units.number(0.0) and math.isfinite(mean)
    if not clear:
        return (
            f"{subject}{first}—{last}年无明确变化（{size}）"
            if chinese
            else f"{subject} would show no clear change from {first} to {last} ({size})"
        )
    verb = ("升至" if mean > 0 else "降至") if chinese else ("rise" if mean > 0 else "fall")
    return (
        f"{subject}由{first}年的{before}{verb}{last}年的{after}（{size}）"
        if chinese
        else f"{subject} would {verb} from {before} in {first} to {after} in {last} ({size})"
    )


def caption(seeds: int, people_per_row: int, language: Language) -> str:
    """Say what lines and bands are, over how many seeds, and how many people a simulated person stands for."""
    if language == "zh":
        lines = (
            f"线为{seeds}个随机种子的均值，色带为80%区间（第10至第90百分位）" if seeds > 1 else "线为单次模拟，无区间"
        )
        scale = f"模型中每人代表{people_per_row:,}人" if people_per_row > 1 else "模型逐人模拟"
        return f"{lines}；{scale}。"
    lines = (
        f"Lines are means over {seeds} seeds, bands the 80% interval (10th to 90th percentile)"
        if seeds > 1
        else "Lines are a single run, without an interval"
    )
    scale = f"a simulated person stands for {people_per_row:,}" if people_per_row > 1 else "everyone is simulated"
    return f"{lines}; {scale}. "
