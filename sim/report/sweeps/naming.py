"""Titles of policies and of the cases under which they are compared."""

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from sim.config.files import read_yaml, scenarios
from sim.report import spread, text
from sim.report.bilingual import Words
from sim.report.style import SMALL

CASE = ["external", "parameters", "setting"]
"""Columns of the case under which policies are compared."""

REFERENCE = "reference"
"""The external condition that a figure of one shows, where it is among them."""

LINE, NARROW, LONGEST = 12.0, 52.0, 150.0
"""Height of a line of a head, width of a column below which heads are turned, and the longest line then, in points."""

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


class Heads:
    """The heads of columns of a width in points: upright where that is wide enough, else turned."""

    def __init__(self, heads: Iterable[str], width: float):
        self.turned = width < NARROW
        self.heads = [text.wrap(head, SMALL, LONGEST if self.turned else width - 6) for head in heads]
        lines = [line for head in self.heads for line in head.splitlines()]
        self.room = 16 + (max(text.width(line, SMALL) for line in lines) if self.turned
                          else LINE * max(len(head.splitlines()) for head in self.heads))
        """Height that they take."""

    def write(self, axes: Axes, column: int, x: float, top: float) -> None:
        """Write a head above a place in points, all heads on the same lines."""
        if self.turned:
            axes.text(x, top + 8, self.heads[column], size=SMALL, ha="center", va="bottom", rotation=90)
            return
        for k, line in enumerate(reversed(self.heads[column].splitlines())):
            axes.text(x, top + 8 + LINE * k, line, size=SMALL, ha="center", va="baseline")
