"""Two finished things held against each other: runs, or policies and external conditions of a run or a sweep."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pyarrow import parquet

from sim import archive
from sim.config import ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import shown
from sim.core import store
from sim.report.charts import marks, multiples
from sim.report.pages import html, page, sections
from sim.report.tables import cells, effects, money, scorecard, spread
from sim.report.tables.cells import Table
from sim.report.tables.naming import titles
from sim.report.tables.results import Results, find, require_whole
from sim.report.words import record, units
from sim.report.words.bilingual import Words, both, joined

NAME = "compare.json"
"""The file of a folder that tells what is compared in it."""
ONE, OTHER = "A", "B"
CORE = ("resident_urbanization", "jobs", "output", "house_price", "debt", "debt_ratio")
"""Observations of all counties whose difference is told first."""
"""Names of the sides in tables and figures, for which their titles are too long."""
CASE = ("policy", "external", "parameters")
"""Columns by which a side is chosen."""
PAIR = ["parameter_set", "seed"]
LABELS = {"policy": Words("A {value}", "A {value}"), "reference": Words("B {value}", "B {value}"),
          "target": multiples.LABELS["target"]}


class Side(NamedTuple):
    """One side of a comparison: the runs of a folder under one policy, external condition and set of changes."""

    folder: Path
    policy: str
    external: str
    parameters: str

    def rows(self, name: str, columns: list[str] | None = None, year: int | None = None) -> pd.DataFrame:
        """Return the rows of a table that are this side's, or those of a year; all of a table that is of no run."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            return pd.DataFrame()
        of_runs = "policy" in parquet.read_schema(path).names
        mine = [(column, "==", getattr(self, column)) for column in CASE] if of_runs else []
        mine += [("year", "==", year)] if year is not None else []
        return pd.read_parquet(path, columns=columns, filters=mine or None)

    def data(self) -> str:
        """Return the hash of the data that its runs rest on; nothing where their records are gone."""
        kept = self.folder / "runs" / str(self.runs()["run"].iloc[0]) / "manifest.json"
        return str(store.read_json(kept)["data"]) if kept.is_file() else ""

    def runs(self) -> pd.DataFrame:
        """Return parameter set, seed and name of each run."""
        return self.rows("indicators", [*PAIR, "run"]).drop_duplicates()


def side(given: str) -> Side:
    """Return the side that `NAME`, or `NAME:policy,external`, names; raises ConfigError for none and for several."""
    name, _, chosen = given.partition(":")
    folder = find(name)
    require_whole(folder)
    known = pd.read_parquet(folder / "indicators.parquet", columns=[*CASE, "parameter_set"]).drop_duplicates()
    left = known[[*CASE]].drop_duplicates()
    words = [word for word in chosen.split(",") if word] if chosen else []
    for word in words:
        of = [column for column in CASE if word in set(left[column])]
        if not of:
            every = sorted({*known["policy"], *known["external"], *known["parameters"]})
            raise ConfigError(f"{shorten(given)}: no {shorten(word)} in {shown(folder)}; {suggestion(word, every)}")
        left = left[left[of[0]] == word]
    if not words and not (folder / "catalogue.parquet").is_file():
        left = left.head(1)  # the policy that a run was asked for
    if len(left) > 1:
        differ = [column for column in CASE if left[column].nunique() > 1]
        one = ",".join(left.iloc[0][differ])
        several = "; ".join(", ".join(left[column].unique()) for column in differ)
        raise ConfigError(f"{shorten(given)}: {len(left)} things to compare; name one, such as {name}:{one}; known: "
                          f"{shorten(several)}")
    return Side(folder, *left.iloc[0])


class Comparison(Results):
    """Results of two sides as if they were those of a policy and its reference, by the names A and B.

    Runs with the same parameter set and seed are held against each other; where there are none, the first of one side
    against the first of the other and so on, so that differences hold the chance of both. Raises ConfigError where the
    sides are the same, or have no year in common.
    """

    def __init__(self, folder: Path, one: Side, other: Side):
        self.sides = {ONE: one, OTHER: other}
        if one == other:
            raise ConfigError(f"{shown(one.folder)}: both sides are {one.policy}, {one.external}; expected two")
        super().__init__(one.folder)
        self.folder = folder
        if self.indicators["policy"].nunique() < 2:
            raise ConfigError(f"{shown(one.folder)}, {shown(other.folder)}: no year in common; expected some")

    def _table(self, name: str, year: int | None = None) -> pd.DataFrame:
        if name == "whole":
            return super()._table(name)
        tables = [side.rows(name, year=year) for side in self.sides.values()]
        if "policy" not in tables[0]:
            return tables[0]
        if not self.paired:
            tables = [self._numbered(table) for table in tables]
        table = pd.concat([rows.assign(policy=name) for name, rows in zip(self.sides, tables, strict=True)])
        if name == "indicators":
            years = [set(rows["year"]) for rows in tables]
            return table[table["year"].isin(years[0] & years[1])]
        return self._replicated(table)

    @cached_property
    def _drawn(self) -> list[pd.MultiIndex]:
        """Parameter sets and seeds of each side."""
        return [pd.MultiIndex.from_frame(side.runs()[PAIR]).sort_values()
                for side in self.sides.values()]

    @cached_property
    def paired(self) -> bool:
        """Whether there are runs of both sides with the same parameter set and seed."""
        return len(self._drawn[0].intersection(self._drawn[1])) > 0

    @cached_property
    def pairs(self) -> int:
        """How many runs are held against each other."""
        return len(self._drawn[0].intersection(self._drawn[1])) or min(map(len, self._drawn))

    @staticmethod
    def _numbered(table: pd.DataFrame) -> pd.DataFrame:
        """Return a table whose replicates are numbered in their order, as seeds of one set."""
        numbers = table.groupby(PAIR, sort=True).ngroup() + 1
        return table.assign(parameter_set=0, seed=numbers)

    @cached_property
    def titles(self) -> Mapping[str, Words]:
        """What each side is called: by what is not the same of both."""
        sides = list(self.sides.values())
        parts: list[list[Words]] = [[], []]
        for column in CASE:
            values = [getattr(one, column) for one in sides]
            if values[0] != values[1]:
                named = titles(column, values) if column != "parameters" else {v: Words(v, v) for v in values}
                for part, value in zip(parts, values, strict=True):
                    part.append(named[value])
        if not parts[0]:
            for part, one in zip(parts, sides, strict=True):
                part.append(Words(one.folder.name, one.folder.name))
        return {name: Words("，".join(p.zh for p in part), ", ".join(p.en for p in part))
                for name, part in zip(self.sides, parts, strict=True)}

    @cached_property
    def scales(self) -> dict[str, int]:
        """How many people a row of each side stands for."""
        found = {}
        for name, one in self.sides.items():
            manifest = archive.manifest(one.folder, one.runs()["run"].iloc[0]) or {"config": {}}
            found[name] = int(manifest["config"].get("scale", 0))
        return found


def compare(one: str, other: str, folder: Path) -> Comparison:
    """Return the comparison of two things by their names, which the folder keeps."""
    found = Comparison(folder, side(one), side(other))
    store.write_json(folder / NAME, {name: {**each._asdict(), "folder": each.folder.as_posix()}
                                     for name, each in found.sides.items()})
    return found


def read(folder: Path) -> Comparison:
    """Return the comparison that a folder keeps; raises ConfigError where what it compares is gone."""
    sides = [Side(find(one["folder"]), *(one[column] for column in CASE))
             for one in store.read_json(folder / NAME).values()]
    return Comparison(folder, *sides)


def write(found: Comparison) -> Path:
    """Write the tables and the page of a comparison; return where the page is."""
    card = scorecard.scorecard(found)
    for name, table in (("compare", card), ("effects", effects.effects(found, found.horizon))):
        store.write_table(found.folder / f"{name}.parquet", table)
        record.write_csv(found.folder / f"{name}.csv", table)
    path = found.folder / page.NAME
    store.write_text(path, html.render("compare.html", {
        "question": question(found), "sentences": sentences(found), "asked": asked(found), "results": found,
        "indicators": indicators(found), "types": sections.effects_by_type(found), "folder": found.folder.name,
        "rows": sections.score_rows(found),
        "multiples": {row.indicator: marks.svg(multiples.multiple(found, row.indicator, row.target, LABELS),
                                               found.title(row.indicator)) for row in card.itertuples()}}))
    return path


def question(found: Comparison) -> Words:
    """Return what the page answers."""
    words = Words("{one}与{other}相比，有什么不同？", "{one} against {other}: what is different?")
    return words.fill(one=found.titles[ONE], other=found.titles[OTHER])


def sentences(found: Comparison) -> list[Words]:
    """Return the answer: what differs beyond chance, targets met, money, and what is held against what."""
    card, system = scorecard.scorecard(found), found.system
    clear = card[card["clear"]]
    better = [row.indicator for row in clear.itertuples()
              if (row.effect > 0) == (system.indicators[row.indicator].better == "up")]
    worse = [name for name in clear["indicator"] if name not in better]
    words = Words("{year}年{all}项指标中有{clear}项的差别超出随机波动：A优于B的有{better}项，劣于B的有{worse}项"
                  "{most}。",
                  "In {year} {clear} of {all} indicators differ by more than chance: A is better than B in {better}, "
                  "worse in {worse}{most}.")
    change = card.set_index("indicator")["effect"]
    largest = scorecard.improvement(found, card).abs().sort_values(ascending=False).index[:3]
    most = Words("；与到目标的路程相比，差别最大的是{names}", "; against the way to the target most in {names}").fill(
        names=joined([_sized(found, name, change[name]) for name in largest])) if len(largest) else Words("", "")
    sizes = effects.effects(found, found.horizon).query("group == 'all_counties'").set_index("indicator")["effect"]
    core = Words("全部县（市），A减B：{names}。", "All counties, A less B: {names}.").fill(
        names=joined([_sized(found, name, sizes[name]) for name in CORE if name in sizes.index]))
    seeds = effects.differences(found, found.horizon)["chance"].nunique()
    if seeds < spread.LEAST_SEEDS:
        few = Words("{seeds}个随机种子太少，不能判断{year}年的差别是否随机。",
                    "Too few random seeds ({seeds}) to tell differences of {year} from chance.")
        said = [few.fill(seeds=seeds, year=found.horizon)]
    else:
        said = [words.fill(year=found.horizon, all=len(card), clear=len(clear), better=len(better), worse=len(worse),
                           most=most)]
    said.insert(0, core)
    if (card["verdict"] != "").all():
        met = [scorecard.counts(card, column)["met"] for column in ("verdict", "without_verdict")]
        said.append(Words(f"达到的目标：A{met[0]}项，B{met[1]}项，共{len(card)}项。",
                          f"Targets met, of {len(card)}: {met[0]} by A, {met[1]} by B."))
    one, other = (_yuan(paid) for paid in _spent(found).values())
    paid = Words("到{year}年为措施支付：A {one}，B {other}（当年价）。",
                 "Paid for measures until {year}, at current prices: {one} in A, {other} in B.")
    said.append(paid.fill(year=found.horizon, one=one, other=other))
    if len({one.data() for one in found.sides.values()}) > 1:
        said.append(Words("A与B所用数据不同（数据包或自有数据），差别中含数据之差。",
                          "A and B rest on different data, a package or own figures: differences hold that as well."))
    return said


def asked(found: Comparison) -> list[tuple[Words, Words]]:
    """Return what is held against what, line by line."""
    lines = []
    for name, one in found.sides.items():
        parts = [titles("policy", [one.policy])[one.policy], titles("external", [one.external])[one.external]]
        parts += [Words(one.parameters, one.parameters)] if one.parameters != "default" else []
        words = Words("{parts}；{folder}，每人代表{scale}人",
                      "{parts}; {folder}, a simulated person stands for {scale}")
        lines.append((Words(name, name), words.fill(
            parts=Words("，".join(p.zh for p in parts), ", ".join(p.en for p in parts)), folder=shown(one.folder),
            scale=f"{found.scales[name]:,}")))
    if found.paired:
        held = Words("{pairs}对模拟，每对参数组和随机种子相同",
                     "{pairs} pairs of runs with the same parameter set and seed")
    else:
        held = Words("没有共同的参数组和种子：按次序配对{pairs}对，差别含两边的随机变化",
                     "no parameter set and seed in common: {pairs} pairs in order, so that differences hold the chance "
                     "of both")
    lines.append((Words("比较", "Compared"), held.fill(pairs=found.pairs)))
    first, last = found.years
    lines.append((Words("年份", "Years"), Words("两边共有{first}—{last}年；所列为{year}年的值",
                                              "both have {first} to {last}; values are those of {year}").fill(
        first=first, last=last, year=found.horizon)))
    if len(set(found.scales.values())) > 1:
        lines.append((Words("注意", "Mind"), Words("两边的比例不同，水平值本身可能因此略有差别",
                                                 "the scales differ, which by itself may shift levels a little")))
    return lines


def indicators(found: Comparison) -> Table:
    """Return the indicators of both sides, their difference with its interval, and what of it is beyond chance."""
    heads = [Words("指标", "Indicator"), *(Words(f"{name}，{found.horizon}年", f"{name}, {found.horizon}")
                                         for name in found.sides), Words("差别A−B", "Difference, A − B"),
             Words("目标", "Target")]
    rows: list[list[cells.Cell]] = []
    for row in scorecard.scorecard(found).itertuples():
        unit, write = found.unit(row.indicator), cells.writer(found.unit(row.indicator))
        difference = {"effect": row.effect, "low": row.effect_low, "high": row.effect_high, "clear": row.clear,
                      "seeds": found.pairs}
        named = Words("{name}，{unit}", "{name}, {unit}") if unit.zh else Words("{name}", "{name}")
        rows.append([named.fill(name=found.title(row.indicator), unit=both(unit.name)), write(row.value),
                     write(row.without), cells.short(difference, unit), write(row.target)])
    spent, unit = _spent(found), units.unit("yuan")
    words = Words("到{year}年为措施支付，亿元", "Paid for measures until {year}, 100 million yuan")
    rows.append([words.fill(year=found.horizon), *(units.number(spent[name] * unit.factor) for name in found.sides),
                 units.difference((spent[ONE] - spent[OTHER]) * unit.factor, unit), "—"])
    note = Words("括号内为{over}的80%区间，{holds}。○ 方向不能确定：区间含0，或不能与随机区分（配对t检验，95%）。",
                 "In brackets the 80% interval over {over}, {holds}. ○ the sign is not sure: the interval holds 0, or "
                 "it may be chance (paired t test at 95%).")
    return Table([*heads], rows, note.fill(over=found.over, holds=spread.holds(found.parameter_sets)))


def printed(found: Comparison) -> list[tuple[list[str], list[list[str]]]]:
    """Return heads and rows of the tables that are printed: indicators, and differences by county type."""
    by_type = effects.table(found, effects.effects(found, found.horizon))
    return [cells.printed(indicators(found)), by_type]


def _sized(found: Comparison, name: str, value: float) -> Words:
    """Name an observation with a difference of it."""
    unit = found.unit(name)
    words = Words("{name}（{change}）", "{name} ({change})")
    return words.fill(name=found.title(name),
                      change=both(lambda language: units.change(value * unit.factor, unit, language)))


def _yuan(amount: float) -> Words:
    unit = units.unit("yuan")
    return both(lambda language: units.amount(amount * unit.factor, unit, language))


def _spent(found: Comparison) -> dict[str, float]:
    """Return what was paid for measures until the target year, in yuan of the year, on average over runs."""
    runs = {name: found.of("indicators", name)["seed"].nunique() for name in found.sides}
    return {name: float(money.payers(found, name)["yuan"].sum() / runs[name]) for name in found.sides}
