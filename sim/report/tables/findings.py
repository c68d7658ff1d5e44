"""Findings from a table of runs: means with their interval, and the finding in one sentence."""

import pandas as pd

from sim.report.tables import spread
from sim.report.words import units
from sim.report.words.bilingual import of
from sim.report.words.style import Language

LOW, HIGH = 0.1, 0.9
"""Quantiles over runs that bound the 80 % interval."""
FEW = 5
"""Runs below which an interval says little."""

WORDS = {
    "zh": {
        "nothing": "{subject}：无数据",
        "one_year": "{subject}{last}年为{after}",
        "unclear": "{subject}{first}—{last}年无明确变化（{size}）",
        "rise": "{subject}由{first}年的{before}升至{last}年的{after}（{size}）",
        "fall": "{subject}由{first}年的{before}降至{last}年的{after}（{size}）",
        "interval": "{change}，80%区间{low}至{high}",
        "single": "{change}，单次模拟",
        "lines": "线为{over}的均值，色带为80%区间（第10至第90百分位），{holds}；",
        "few": "只有{count}次模拟，区间仅为少数结果的范围，不足为据；",
        "line": "线为单次模拟，无区间；",
        "sample": "模型中每人代表{people:,}人。",
        "everyone": "模型逐人模拟。",
        "scenario": "政策：{policy}；外部条件：{external}。",
    },
    "en": {
        "nothing": "{subject}: no data",
        "one_year": "{subject}, {last}: {after}",
        "unclear": "{subject} would show no clear change from {first} to {last} ({size})",
        "rise": "{subject} would rise from {before} in {first} to {after} in {last} ({size})",
        "fall": "{subject} would fall from {before} in {first} to {after} in {last} ({size})",
        "interval": "{change}, 80% interval {low} to {high}",
        "single": "{change}, a single run",
        "lines": "Lines are means over {over}, bands the 80% interval (10th to 90th percentile) {holds}; ",
        "few": "with {count} runs the interval is hardly more than the range of a few results; ",
        "line": "Lines are a single run, without an interval; ",
        "sample": "a simulated person stands for {people:,}. ",
        "everyone": "everyone is simulated. ",
        "scenario": "Policy: {policy}; external conditions: {external}. ",
    },
}


def band(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean, low and high over runs by indicator, group and year; missing values are left out."""
    values = table.dropna(subset="value").groupby(["indicator", "group", "year"])["value"]
    return pd.DataFrame({"mean": values.mean(), "low": values.quantile(LOW), "high": values.quantile(HIGH)})


def since_first_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with each value as its change in percent since the first year of the same seed.

    There is none where the first value is 0.
    """
    ordered = table.sort_values("year", kind="stable")
    first = ordered.groupby(["indicator", "group", "seed"])["value"].transform("first")
    return ordered.assign(value=100 * (ordered["value"] / first.where(first != 0) - 1))


def sentence(table: pd.DataFrame, *, subject: str, unit: str, language: Language) -> str:
    """Say how one indicator of one group changes from the first to the last year.

    It claims a direction only where the 80 % interval of the change over runs leaves 0 out and the change is
    not rounded to 0.
    """
    words, known = WORDS[language], units.unit(unit)
    wide = table.dropna(subset="value").pivot(index="seed", columns="year", values="value") * known.factor
    if wide.empty:
        return words["nothing"].format(subject=subject)
    first, last = wide.columns[0], wide.columns[-1]
    before, after = (units.amount(wide[year].mean(), known, language) for year in (first, last))
    if first == last:
        return words["one_year"].format(subject=subject, last=last, after=after)

    changes = (wide[last] - wide[first]).dropna()
    mean, low, high = changes.mean(), changes.quantile(LOW), changes.quantile(HIGH)
    size = words["interval" if len(changes) > 1 else "single"].format(
        change=units.change(mean, known, language),
        low=units.bare(low, known, language, signed=True),
        high=units.bare(high, known, language, signed=True),
    )
    visible = round(mean, known.decimals) != 0
    finding = "rise" if low > 0 and visible else "fall" if high < 0 and visible else "unclear"
    return words[finding].format(subject=subject, first=first, last=last, before=before, after=after, size=size)


def caption(parameter_sets: int, seeds: int, people_per_row: int, language: Language) -> str:
    """Explain lines and bands: over how many parameter sets and seeds they go, and how many people a row stands for."""
    words, count = WORDS[language], parameter_sets * seeds
    over, holds = of(spread.over(parameter_sets, seeds), language), of(spread.holds(parameter_sets), language)
    lines = words["lines" if count > 1 else "line"].format(over=over, holds=holds)
    lines += words["few"].format(count=count) if 1 < count < FEW else ""
    return lines + words["sample" if people_per_row > 1 else "everyone"].format(people=people_per_row)


def scenario(table: pd.DataFrame, language: Language) -> str:
    """Say under which policy and external conditions the runs of a table were made, by the names one types."""
    names = {key: ", ".join(table[key].unique()) for key in ("policy", "external")}
    return WORDS[language]["scenario"].format(**names)
