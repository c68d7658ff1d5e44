"""The plan of each county as a page of its own in Chinese and English, and all of them as one workbook."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.core import store
from sim.report.pages import html
from sim.report.pages.packages import Offered
from sim.report.pages.page import asked
from sim.report.plans import sentences, workbook
from sim.report.plans.tables import SIDES, Plans
from sim.report.tables import evaluation, findings
from sim.report.tables.cells import Cell, Table, around, named, percent, writer
from sim.report.tables.money import PLANNED
from sim.report.tables.results import Results
from sim.report.words import record, style, units
from sim.report.words.bilingual import Words, both
from sim.report.words.terms import BASES, VERDICTS

FOLDER, WORKBOOK = "plans", "plans.xlsx"
JOBS = "urban_jobs_created"
WIDTH, HEIGHT, EDGE = 108.0, 24.0, 2.0
"""Size of the picture of a path, and room around it."""
PAYERS = {
    PLANNED: Words("当年计划所需", "Asked for"), "paid": Words("实际支出", "Paid"), "county": Words("本县", "County"),
    "special_bonds": Words("专项债券", "Special bonds"), "province": Words("省", "Province"),
    "prefecture": Words("市", "Prefecture"),
}


class Picture(NamedTuple):
    """The picture of a path: polygon of the band, lines under the policy and without it, height of the target."""

    band: str
    line: str
    without: str
    target: float | None


class Row(NamedTuple):
    """An indicator of a county as it is written."""

    aspect: str
    name: Words
    unit: Words
    base: str
    basis: Words
    target: str
    gap: str
    without: str
    value: str
    band: Words
    verdict: str
    met: str
    path: Picture


def write(results: Results, codes: Sequence[str] | None = None,
          told: Callable[[int, int, str], None] = lambda done, count, note: None,
          offered: Offered | None = None) -> list[Path]:
    """Write the plans of some counties as pages, or of all with one workbook beside; return the files.

    They are put into the folder `plans` of the run. `told` hears how far it is; `offered` is the search that found the
    packages of the run, if one did.
    """
    plans, written = Plans(results, offered), []
    folder = results.folder / FOLDER
    folder.mkdir(exist_ok=True)
    names = results.counties.set_index("adcode")["name_zh"]
    chosen = [*names.index] if codes is None else [*codes]

    def contents() -> Iterator[dict[str, Any]]:
        for done, code in enumerate(chosen, 1):
            yield {**content(plans, code), "record": record.line(results.folder)}
            told(done, len(chosen), "")

    for code, page in zip(chosen, html.book("plan.html", contents()), strict=True):
        path = folder / f"{code}_{names[code]}.html"
        store.write_text(path, page)
        written.append(path)
    if codes is None:
        path = folder / WORKBOOK
        store.write_bytes(path, workbook.made(plans))
        written.append(path)
    return written


def content(plans: Plans, code: str) -> dict[str, Any]:
    """Return everything that the page of a county writes."""
    results, jobs = plans.results, plans.indicators.loc[code].reindex([JOBS])
    return {
        "results": results, "name": sentences.county(plans, code), "code": code, "facts": facts(plans, code),
        "sentences": sentences.brief(plans, code), "rows": rows(plans, code), "verdicts": VERDICTS,
        "verdict_names": {name: Words(v.title.zh, v.title.en) for name, v in results.system.verdicts.items()},
        "aspects": {name: Words(a.title.zh, a.title.en) for name, a in results.system.aspects.items()},
        "package": package(plans, code), "money": money(plans, code), "neighbours": neighbours(plans, code),
        "changes": sentences.changes(plans, code), "asked": asked(results), "few": findings.FEW,
        "fewer_jobs": bool((jobs[["base", "without", "value"]] < 0).any(axis=None)),
        "width": WIDTH, "height": HEIGHT,
    }


def facts(plans: Plans, code: str) -> list[Words]:
    """Return prefecture, type and how it is known, flag and class of a county."""
    row = plans.results.counties.set_index("adcode").loc[code]
    kind = style.COUNTY_TYPES[row["county_type"]]
    basis = {"sourced": Words("有出处", "sourced"), "rule": Words("按规则归类", "by rule")}
    how = basis.get(str(row["type_basis"]), Words("重建", "reconstructed"))
    found = [Words(row["prefecture_zh"], row["prefecture_en"]),
             Words("{kind}（{how}）", "{kind} ({how})").fill(kind=Words(kind.zh, kind.en), how=how)]
    if str(row["population_loss_flag"]) == "1" and row["county_type"] != "population_loss":
        found.append(Words("人口流失标记", "flagged for population loss"))
    return [*found, Words("评价：{kind}", "evaluated as {kind}").fill(kind=evaluation.CLASSES[row["evaluation_class"]])]


def rows(plans: Plans, code: str) -> list[Row]:
    """Return the nineteen indicators of a county as they are written."""
    results, found = plans.results, []
    for name, row in plans.indicators.loc[code].dropna(subset="value").iterrows():
        one, unit = results.system.indicators[str(name)], results.unit(str(name))
        put = writer(unit)
        band = Words(f"{put(row['low'])}—{put(row['high'])}", f"{put(row['low'])}–{put(row['high'])}")
        found.append(Row(
            one.aspect, results.title(str(name)), both(unit.name), put(row["base"]),
            BASES.get(row["basis"], Words("", "")), put(row["target"]),
            units.difference(row["gap"] * unit.factor, unit), put(row["without"]), put(row["value"]),
            band if results.replicates > 1 else Words("", ""),
            row["verdict"], percent(row["met"]),
            picture(plans.paths[code, str(name)], row["target"])))
    return found


def picture(path, target: float) -> Picture:
    """Return the picture of a path and its target."""
    values = [*path.to_numpy(float).ravel(), target]
    low, high = np.nanmin(values), np.nanmax(values)
    first, last = path.index.min(), path.index.max()

    def point(year: float, value: float) -> str:
        x = EDGE + (WIDTH - 2 * EDGE) * (year - first) / max(last - first, 1)
        return f"{x:.1f},{height(value)}"

    def height(value: float) -> float:
        return round(EDGE + (HEIGHT - 2 * EDGE) * float((high - value) / ((high - low) or 1)), 1)

    lines = {name: [point(year, value) for year, value in path[name].dropna().items()] for name in path}
    return Picture(" ".join([*lines["low"], *lines["high"][::-1]]), " ".join(lines["mean"]), " ".join(lines["without"]),
                 height(target) if np.isfinite(target) else None)


def package(plans: Plans, code: str) -> Table | None:
    """Return the measures of a county in the order of payment."""
    if plans.package.empty or code not in plans.package.index.get_level_values(0):
        return None
    table: list[list[Cell]] = []
    for order, (name, row) in enumerate(plans.package.loc[code].iterrows(), 1):
        rank: Cell = f"{order}" if np.isfinite(row["priority"]) else Words("余款", "rest")
        year, quarter = divmod(row["start"] * 4, 4)
        table.append([sentences.measure(plans, str(name)), rank, f"{row['planned']:.2f}",
                      f"{year:.0f}Q{quarter + 1:.0f}", f"{row['delivered']:.2f}",
                      *(percent(row[part] / row["planned"]) for part in ("time", "works", "money")),
                      units.number(row["paid"] * units.unit("yuan").factor, decimals=2)])
    heads: list[Cell] = [
        Words("措施", "Measure"), Words("付款顺序", "Order"), Words("计划剂量", "Dose planned"), Words("起步", "Start"),
        Words("已建成", "Stands"), Words("缺时间", "Waits for time"), Words("缺工程量", "for works"),
        Words("缺资金", "for money"), Words("支出，亿元", "Paid, 100 million yuan")]
    return Table(heads, table)


def money(plans: Plans, code: str) -> Table | None:
    """Return what the plan asks for each year, and who pays."""
    if plans.money.empty or code not in plans.money.index.get_level_values(0):
        return None
    found = plans.money.loc[code]
    names = [name for name in PAYERS if name in found]
    factor = units.unit("yuan").factor
    heads: list[Cell] = [Words("年份，亿元", "Year, 100 million yuan"), *(PAYERS[name] for name in names)]
    return Table(heads, [[str(year), *(units.number(row[name] * factor, decimals=2) for name in names)]
                         for year, row in found.iterrows()])


def neighbours(plans: Plans, code: str) -> Table | None:
    """Return what the counties beside it gain or lose."""
    if plans.neighbours.empty or code not in plans.neighbours.index.get_level_values(0):
        return None
    results, table = plans.results, plans.neighbours.loc[code]
    names = [name for name in ("moves", *SIDES) if name in table]
    moves = Words("从本县净迁入，人", "Gains from here by moves, persons")
    heads: list[Cell] = [Words("邻县（市）", "Neighbour"), Words("自有计划", "Plans of its own"),
                         *(moves if name == "moves" else named(results, name) for name in names)]
    own = {True: Words("有", "yes"), False: Words("无", "no")}
    return Table(heads, [[sentences.county(plans, str(other)), own[bool(row["plans"])],
                          *(_effect(results, row, name) for name in names)] for other, row in table.iterrows()])


def _effect(results: Results, row, name: str) -> Cell:
    """Write an effect with its interval, marked where it may be chance."""
    if not np.isfinite(row[name]):
        return "—"
    unit = results.unit(name) if name in SIDES else None
    mean, low, high = (
        units.difference(row[key] * unit.factor, unit) if unit else units.number(row[key], signed=True, decimals=0)
        for key in (name, f"{name}_low", f"{name}_high"))
    return around(mean, low, high, "" if row[f"{name}_clear"] else " ○") if results.replicates > 1 else mean
