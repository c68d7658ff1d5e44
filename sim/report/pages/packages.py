"""Offered packages: what each promises and what runs showed, as sentences, tables and a page, from files alone."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from sim import targets
from sim.config.files import load_indicators
from sim.core import store
from sim.report.charts import figures, package_figure
from sim.report.pages import html, page
from sim.report.tables.cells import Cell, Table, percent, printed
from sim.report.tables.folder import Folder
from sim.report.tables.naming import titles
from sim.report.words import style, units
from sim.report.words.bilingual import LANGUAGES, Words, both, joined

__all__ = ["Offered", "printed", "sentences", "tables", "write"]

BEST = "best"
TARGETS = len(load_indicators().indicators)
YUAN = Words("元/人", "yuan per resident")
PACKAGES = {"cheapest": Words("含裕度最省", "cheapest, with margin"), BEST: Words("选定", "chosen")}
UNIT, PACKAGE = Words("对象", "for"), Words("组合", "package")

REACHES = Words(
    "{unit}：达到要求（达成度{reach}）的经核验最省组合为每人{cost}元（允诺{promised_cost}元），达成度{achievement}（允诺{promised}，"
    "容许偏差±{band}；无新政策{without}），{count}项目标中平均达到{met}项（无新政策{met_without}项），负债率{debt}%（无新政策{debt_without}%）；"
    "高出要求{spare}，在{holds}的未来中成立，最大遗憾{regret}。",
    "{unit}: the cheapest checked package that reaches what is asked (achievement {reach}) costs {cost} yuan per "
    "resident (promised {promised_cost}) and achieves {achievement} (promised {promised}, within ±{band}; {without} "
    "without new policy); on average {met} of {count} targets are met ({met_without} without), the debt ratio is "
    "{debt} % ({debt_without} % without). It exceeds what is asked by {spare}, holds in {holds} of the futures, and "
    "its greatest regret is {regret}.")
FAILS = Words(
    "{unit}：没有一个经核验的组合达到要求（达成度{reach}）；搜索认为最接近的组合每人{cost}元，核验达成度{achievement}（允诺{promised}，"
    "容许偏差±{band}；无新政策{without}），{count}项目标中平均达到{met}项，在{holds}的未来中成立。",
    "{unit}: no checked package reaches what is asked (achievement {reach}). The one that the search holds nearest "
    "costs {cost} yuan per resident and achieves {achievement} in the check (promised {promised}, within ±{band}; "
    "{without} without new policy); on average {met} of {count} targets are met; it holds in {holds} of the futures.")
AGREE = Words(
    "{count}个组合中，{kept}个的达成度、达标数、成本与负债率核验值全部落在允诺的容许偏差之内（每项各含90%；逐项为{shares}）。",
    "Of {count} packages {kept} came out within the stated bands of what was promised in all of achievement, targets "
    "met, cost and debt ratio (each band holds 90%; one by one: {shares}).")
RIVALS = Words(
    "与最省组合成本相同的随机组合：每个对象{count}个，其中代理模型上更好的占{more}；最有希望的几个经模型核验，{better}个对象中有超出随机波动的"
    "更好组合，最接近的一个相差{lead}。",
    "Against {count} random packages for each, of the same cost as the cheapest one: {more} promise more, and of the "
    "most promising ones that were run, one was better beyond noise for {better} of the units; the closest "
    "differs by {lead}.")

QUANTITIES = {
    "achievement": Words("达成度", "achievement"), "met": Words("达标比例", "targets met"),
    "cost": Words("成本，元/人", "cost, yuan per resident"), "debt": Words("负债率，%", "debt ratio, %")}


class Offered(Folder):
    """A search for packages of one folder: its options, tables and names in both languages."""

    file = "optimise.json"

    @cached_property
    def checked(self) -> pd.DataFrame:
        """One row for each unit and package."""
        return self.table("checked")

    @cached_property
    def units(self) -> dict[str, Words]:
        """Names of units."""
        rows = self.table("units").itertuples()
        return {row.unit: group_name(row.unit) if row.unit in style.GROUPS else Words(row.zh, row.en) for row in rows}

    @cached_property
    def factors(self) -> dict[str, Words]:
        """Names of measures and levers."""
        return {row.factor: Words(row.zh, row.en) for row in self.table("factors").itertuples()}

    def chosen(self, adcode: str, county_type: str) -> pd.Series | None:
        """Return the row of the package chosen for the unit that a county is in, None where it is in none."""
        rows = self.checked[(self.checked["package"] == BEST)
                            & self.checked["unit"].isin([adcode, county_type, targets.WHOLE])]
        return rows.iloc[0] if len(rows) else None

    def package(self, name: str) -> Words:
        """Return the name of a package."""
        number = name.rpartition("_")[2]
        return PACKAGES.get(name, Words(f"第{number}档", f"step {number}"))


def group_name(name: str) -> Words:
    """Return the name of a group of counties."""
    group = style.GROUPS[name]
    return Words(group.name("zh"), group.name("en"))


def sentences(offered: Offered) -> list[Words]:
    """Return the answer: the package of each unit, whether promises were kept, and how random packages compare."""
    found = [_sentence(offered, row) for _, row in offered.checked[offered.checked["package"] == BEST].iterrows()]
    kept = offered.checked[[f"{name}_kept" for name in QUANTITIES]]
    shares = both(lambda language: ("，" if language == "zh" else ", ").join(
        f"{getattr(title, language).partition('，' if language == 'zh' else ',')[0]} {int(kept[f'{name}_kept'].sum())}"
        for name, title in QUANTITIES.items()))
    found.append(AGREE.fill(count=len(kept), kept=int(kept.all(axis=1).sum()), shares=shares))
    rivals = offered.table("rivals")
    if len(rivals):
        nearest = rivals.loc[rivals["lead"].idxmax()]
        found.append(RIVALS.fill(
            count=f"{int(rivals['count'].max()):,}", more=percent(rivals["promising_more"].mean()),
            better=f"{int(rivals['better'].sum())}/{len(rivals)}", lead=_share(nearest["lead"], signed=True)))
    return found


def _sentence(offered: Offered, row: pd.Series) -> Words:
    numbers = {"reach": row["reach"], "achievement": row["achievement"], "promised": row["promised_achievement"],
               "band": row["achievement_band"], "without": row["achievement_without"], "spare": row["spare"],
               "regret": row["regret"]}
    return (REACHES if row["reaches"] else FAILS).fill(
        unit=offered.units[row["unit"]], count=TARGETS, cost=f"{row['cost']:,.0f}",
        promised_cost=f"{row['promised_cost']:,.0f}", met=f"{TARGETS * row['met']:.1f}",
        met_without=f"{TARGETS * row['met_without']:.1f}", debt=f"{row['debt']:.1f}",
        debt_without=f"{row['debt_without']:.1f}", holds=percent(row["holds"]),
        **{name: _share(value) for name, value in numbers.items()})


def _share(value: float, signed: bool = False) -> str:
    return units.number(value, decimals=3, signed=signed)


def tables(offered: Offered) -> list[Table]:
    """Return the tables of a search; the first two columns are text."""
    return [_promises(offered), _robust(offered), _doses(offered)]


def _promises(offered: Offered) -> Table:
    heads: list[Cell] = [UNIT, PACKAGE]
    for title in QUANTITIES.values():
        heads += [Words("{name}：允诺", "{name}: promised").fill(name=title), "±", Words("核验", "checked")]
    rows: list[list[Cell]] = []
    for row in offered.checked.to_dict("records"):
        cells: list[Cell] = [offered.units[row["unit"]], offered.package(row["package"])]
        for name in QUANTITIES:
            mark = "" if row[f"{name}_kept"] else " ×"
            cells += [_number(name, row[f"promised_{name}"]), _number(name, row[f"{name}_band"]),
                      _number(name, row[name]) + mark]
        rows.append(cells)
    return Table(heads, rows, Words("×：核验值不在容许偏差之内。", "×: the checked value is not within the band."))


def _robust(offered: Offered) -> Table:
    heads: list[Cell] = [
        UNIT, PACKAGE, Words("核验达成度", "checked achievement"), "95%", Words("最差未来", "worst future"),
        Words("无新政策", "without"), Words("要求", "asked"), Words("成立的未来", "futures in which it holds"),
        Words("最大遗憾", "greatest regret")]
    rows: list[list[Cell]] = [
        [offered.units[row.unit], offered.package(row.package), _share(row.achievement),
         f"{_share(row.achievement_low)}…{_share(row.achievement_high)}", _share(row.least_achievement),
         _share(row.achievement_without), _share(row.reach), percent(row.holds), _share(row.regret)]
        for row in offered.checked.itertuples()]
    return Table(heads, rows)


def _doses(offered: Offered) -> Table:
    """List the doses of the best package of each unit, at most of six units; the largest costs first."""
    table = offered.table("packages")
    mine = table[table["package"] == BEST]
    shown = list(offered.units)[:6]
    order = mine.groupby("factor", observed=True)["yuan"].mean().sort_values(ascending=False, kind="stable").index
    doses = mine.pivot(index="factor", columns="unit", values="dose").reindex(index=order, columns=shown)
    heads: list[Cell] = [Words("选定组合的强度", "doses of the chosen package"), Words("名称", "name"),
                         *(offered.units[name] for name in shown)]
    rows: list[list[Cell]] = [
        [offered.factors[str(name)], str(name), *("" if pd.isna(dose) else f"{dose:.2f}" for dose in row)]
        for name, row in zip(doses.index, doses.to_numpy(), strict=True)]
    return Table(heads, rows)


def _number(name: str, value: float) -> str:
    return units.number(value, decimals={"achievement": 3, "met": 3, "cost": 0, "debt": 1}[name])


def write(offered: Offered) -> Path:
    """Draw the figure and write report.html into the folder; return where it is. The same files give the same page."""
    folder = offered.folder / "figures"
    for language in LANGUAGES:
        drawing = package_figure.draw(offered.table("front"), offered.checked, offered.units, offered.asked, language)
        figures.save(drawing, folder, f"front.{language}")
    path = offered.folder / page.NAME
    store.write_text(path, html.render("packages.html", {
        "offered": offered, "sentences": sentences(offered), "asked": _asked(offered),
        "pictures": html.pictures(folder, ("front",)), "tables": tables(offered)}))
    return path


def _asked(offered: Offered) -> list[tuple[Words, Words]]:
    asked, nothing = offered.asked, Words("不限", "none")
    futures = Words("{externals}；各{sets}组参数；核验用另外{sets}组参数、搜索从未见过的种子",
                    "{externals}; {sets} parameter sets each; checked with {sets} other sets and seeds that the search "
                    "never saw")
    limit = {name: Words(f"{asked[name]:,g}", f"{asked[name]:,g}") if asked[name] else nothing
             for name in ("budget", "debt_line")}
    externals = titles("external", [asked["external"], *asked["externals"]])
    return [
        (Words("未来", "Futures"), futures.fill(externals=joined([*externals.values()]), sets=asked["parameter_sets"])),
        (Words("预算，元/人", "Budget, yuan per resident"), limit["budget"]),
        (Words("负债率上限，%", "Debt line, %"), limit["debt_line"]),
        (Words("资金与时间表", "Money and timetable"), titles("policy", [asked["policy"]])[asked["policy"]]),
        (Words("年份与规模", "Year and scale"), Words(
            f"{asked['end']}年，模型中每人代表{asked['scale']:,}人",
            f"{asked['end']}; a simulated person stands for {asked['scale']:,}"))]
