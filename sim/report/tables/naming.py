"""Titles of policies and of the cases under which they are compared."""

from collections.abc import Iterable

import pandas as pd

from sim.config.files import read_yaml, scenarios
from sim.report.tables import spread
from sim.report.words.bilingual import Words

CASE = ["external", "parameters", "setting"]
"""Columns of the case under which policies are compared."""

REFERENCE = "reference"
"""The external condition that a figure of one shows, where it is among them."""

WEIGHTED = Words(
    "综合达成度为19项指标达成度按五方面等权的均值（0为基期，1为目标），权重为假设，多数目标为重建；",
    "Composite achievement: the mean over five aspects of how far the 19 indicators have come from base (0) to target "
    "(1); weights are assumed and most targets reconstructed; ",
)


def titles(group: str, names: Iterable[str]) -> dict[str, Words]:
    """Return scenarios' titles in both languages, their names where a file is gone."""
    known, found = scenarios(group), {}
    for name in names:
        title = read_yaml(known[name]).get("title", {}) if name in known else {}
        found[name] = Words(title.get("zh", name), title.get("en", name))
    return found


def cases(table: pd.DataFrame) -> dict[tuple[str, str, str], Words]:
    """Return the title of each case of a table: the external condition, and what else differs between cases."""
    found = {}
    known = titles("external", table["external"].unique())
    several = [name for name in CASE[1:] if table[name].nunique() > 1]
    for case in table[CASE].drop_duplicates().itertuples(index=False):
        parts = [known[case.external], *(_other(value) for name in several if (value := getattr(case, name)))]
        found[tuple(case)] = Words("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))
    return found


def _other(value: str) -> Words:
    if value == "default":
        return Words("默认参数", "default parameters")
    return Words(value.lstrip("+"), value.lstrip("+"))


def first_case(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one case: reference conditions where they are among them, else the first."""
    found = table[CASE].drop_duplicates()
    reference = found[found["external"] == REFERENCE]
    return table.merge((reference if len(reference) else found).head(1), on=CASE)


def replicates(table: pd.DataFrame) -> Words:
    """Say over how many runs means and intervals are, and of which parameter sets."""
    least, most = int(table["seeds"].min()), int(table["seeds"].max())
    if most == 1:
        return Words("单次模拟，不能排除随机。", "single runs, which may be chance.")
    words = Words("均值与80%区间取自{count}次模拟。{basis}", "means and 80 % intervals over {count} runs. {basis}")
    return words.fill(count=most if least == most else f"{least}–{most}",
                      basis=spread.basis(int(table["parameter_sets"].max())))
