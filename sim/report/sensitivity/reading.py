"""The tables of a sensitivity analysis as they lie in outputs/<name>, and titles of factors and outcomes."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.config.files import load_indicators
from sim.report.tables import observations
from sim.report.tables.folder import Folder
from sim.report.words import style, units
from sim.report.words.bilingual import Words
from sim.report.words.style import Language

MAIN = {"morris": "mu_star", "sobol": "ST", "emulator": "ST", "attribution": "shapley"}
"""The index by which factors are ranked, of methods that give any."""

MOST = 6
"""Outcomes that a figure with a panel for each shows at most."""


class Family(NamedTuple):
    """A family of factors in figures, with one colour, name and mark."""

    colour: str
    name: Words
    mark: str = "o"


FAMILIES = {
    "industry": Family("#B5651D", Words("产业支撑", "Industry")),
    "facilities": Family("#3D5A98", Words("市政设施", "Municipal facilities")),
    "services": Family("#B03A5B", Words("公共服务", "Public services")),
    "environment": Family("#4E8A2A", Words("环境基础设施", "Environment")),
    "institutions": Family("#6F4A8E", Words("体制机制", "Institutions")),
    "parameter": Family("#444444", Words("不确定参数", "Uncertain parameters"), "s"),
    "effect": Family("#1B8A8A", Words("措施效果大小", "Sizes of effects"), "^"),
}


class Analysis(Folder):
    """A sensitivity analysis of one folder: its options, tables, and names in both languages.

    Raises ConfigError where its tables do not describe their outcomes.
    """

    file = "sensitivity.json"

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.method: str = self.asked["method"]
        self.main = MAIN.get(self.method, "")
        self.observations = observations.read(self.folder / "outcomes.parquet")
        """Titles and units of possible outcomes."""

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Every index by group of counties, outcome and factor."""
        return self.table("indices")

    @cached_property
    def mine(self) -> pd.DataFrame:
        """Indices of the counties that were asked for."""
        return self.indices[self.indices["counties"] == self.asked["group"]]

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """The rows of `outcomes` for the counties that were asked for, by name of the outcome."""
        table = self.table("outcomes")
        return table[table["counties"] == self.asked["group"]].set_index("outcome")

    @cached_property
    def factors(self) -> pd.DataFrame:
        """The factors, by name of the group they are moved with; a factor alone is a group."""
        return self.table("factors").drop_duplicates("group").set_index("group")

    @cached_property
    def shown(self) -> list[str]:
        """Outcomes with a panel of their own: the first of each aspect, then the next ones."""
        system, asked = load_indicators(), list(self.asked["outcomes"])
        aspects = [system.indicators[name].aspect if name in system.indicators else name for name in asked]
        first = [name for k, name in enumerate(asked) if aspects[k] not in aspects[:k]]
        picked = [*first, *(name for name in asked if name not in first)][:MOST]
        return [name for name in asked if name in picked]

    def family(self, factor: str) -> str:
        """Return the family of a factor in figures."""
        row = self.factors.loc[factor]
        return row["theme"] if row["kind"] == "lever" else row["kind"]

    def title(self, factor: str) -> Words:
        """Return the title of a factor or a group of them."""
        row = self.factors.loc[factor]
        if factor in FAMILIES:
            return FAMILIES[factor].name
        if row["name"] == factor or row["kind"] == "lever":
            return Words(row["zh"], row["en"])
        theme = FAMILIES[row["theme"]].name if row["theme"] in FAMILIES else row["theme"]
        return Words("{kind}：{theme}", "{kind}: {theme}").fill(kind=FAMILIES[row["kind"]].name, theme=theme)

    def outcome(self, name: str) -> Words:
        """Return the title of an outcome."""
        return Words(self.observations[name].zh, self.observations[name].en)

    def unit(self, name: str) -> units.Unit:
        """Return how changes of an outcome are written."""
        return units.unit(self.observations[name].unit)

    def value(self, name: str, value: float, language: Language) -> str:
        """Write a value of an outcome with its unit."""
        unit = self.unit(name)
        return units.amount(unit.factor * value, unit, language)

    def better(self, name: str) -> float:
        """Return 1 where more of an outcome is better or nobody says, and -1 where less is."""
        known = load_indicators().indicators
        return -1.0 if name in known and known[name].better == "down" else 1.0

    @property
    def counties(self) -> Words:
        """The title of the group of counties that was asked for."""
        group = style.GROUPS[self.asked["group"]]
        return Words(group.zh, group.en)

    def note(self) -> Words:
        """Return the note below every figure on the design, the money and chance."""
        asked = self.asked
        levers = asked["what"] != "parameters" or self.method in ("attribution", "least_cost")
        zh = (f"{self.counties.zh}，{asked['end']}年；{asked['points']}个设计点，每点{asked['seeds']}个相同种子，"
              f"模型中每人代表{asked['scale']:,}人。")
        en = (f"{self.counties.en}, {asked['end']}; {asked['points']:,} design points with the same {asked['seeds']} "
              f"seeds each, a simulated person stands for {asked['scale']:,}. ")
        if levers:
            zh += f"各县措施强度自{asked['since']}起上升，所缺资金由省级足额保障。"
            en += f"Doses rise in all counties from {asked['since']}; the province pays whatever counties lack. "
        return Words(zh, en)
