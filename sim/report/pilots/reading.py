"""The tables of a study of pilots as they lie in outputs/<name>, and its names in both languages."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from sim.report.tables import observations
from sim.report.tables.folder import Folder
from sim.report.words.bilingual import Words
from sim.report.words.units import POINTS

RULES = {
    "stratified_by_type": Words("分类抽取", "stratified by type"),
    "top_output": Words("经济强县", "top output"),
    "worst_off": Words("欠发达县", "worst off"),
    "one_per_prefecture": Words("各市一县", "one per prefecture"),
    "national_demonstration_2020": Words("2020年国家示范县", "national list of 2020"),
    "greatest_effect": Words("效果最大", "greatest effect"),
    "weighted_for_equity": Words("按公平加权", "weighted for equity"),
    "list": Words("用户名单", "user's list"),
    "random": Words("随机抽取（均值）", "random draws (mean)"),
    "all_counties": Words("全部县（市）试点", "all counties"),
}
DESIGNS = {
    "random": Words("简单抽签", "simple draw"), "stratified": Words("分类抽签", "stratified draw"),
    "paired": Words("配对抽签", "paired draw"),
}
ESTIMATORS = {
    "difference_in_differences": Words("双重差分", "difference in differences"),
    "synthetic_did": Words("合成双重差分", "synthetic difference in differences"),
    "synthetic_control": Words("合成控制", "synthetic control"),
    "staggered": Words("分批启动（Callaway–Sant'Anna）", "staggered start (Callaway-Sant'Anna)"),
    "imputed": Words("分批启动（插补）", "staggered start (imputation)"),
}
ERRORS = {
    "published": Words("公布值", "as published"), "exact": Words("无发布误差", "without errors"),
    "counted": Words("模型样本", "as counted in runs"),
}
PERCENT = ("%", "share")


class Study(Folder):
    """A study of one folder: its options, tables, and names in both languages; `shapes` is for maps: hexagons.

    Raises ConfigError where its tables do not describe their outcomes.
    """

    file = "pilots.json"
    shapes = None

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.observations = observations.read(self.folder / "effects.parquet")

    @cached_property
    def counties(self) -> pd.DataFrame:
        """The counties of the data package, in file order."""
        return self.table("places")

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Effects of every rule and of the random draws."""
        return self.table("effects")

    @cached_property
    def power(self) -> pd.DataFrame:
        """Evaluations that are imagined."""
        return self.table("power")

    @cached_property
    def recommendation(self) -> pd.DataFrame:
        """The recommendation, a row for each outcome, the first deciding."""
        return self.table("recommendation")

    @property
    def years(self) -> int:
        """Years after which pilots are judged, the most."""
        return max(self.asked["years"])

    @property
    def first(self) -> str:
        """The outcome that decides."""
        return str(self.asked["outcomes"][0])

    def outcome(self, name: str) -> Words:
        """Return the title of an outcome."""
        return Words(self.observations[name].zh, self.observations[name].en)

    def unit(self, name: str) -> Words:
        """Return the unit of effects on an outcome."""
        return Words(*POINTS) if self.observations[name].unit in PERCENT else Words("%", "%")

    def pilots(self, rule: str) -> pd.DataFrame:
        """Return the pilots of a rule, or those recommended."""
        table = self.table("pilots")
        return table[table["rule"] == rule]


def design(name: str) -> Words:
    """Return the name of a draw, or of the rule of pilots that nobody drew."""
    return DESIGNS.get(name) or RULES[name]
