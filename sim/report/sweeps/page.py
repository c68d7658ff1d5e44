"""The report of a sweep: one self-contained HTML file in Chinese and English, written from files alone."""

from pathlib import Path

from sim.core import store
from sim.report.pages import html, page
from sim.report.sweeps import matrix
from sim.report.sweeps.printing import tables
from sim.report.sweeps.reading import Sweep
from sim.report.tables import spread
from sim.report.tables.cells import Table
from sim.report.tables.naming import WEIGHTED, cases, titles
from sim.report.words import record, style, units
from sim.report.words.bilingual import Words, both, joined

ORDER = ("policies", "efficient", "effects")
"""Figures in the order in which they are shown."""

QUESTION = Words("哪类县（市）用哪种政策能达到目标，花多少钱，有多大把握？",
                 "Which policy gets which kind of county to its targets, at what cost, and how surely?")


def write(sweep: Sweep) -> Path:
    """Write report.html into the folder of a sweep whose figures are drawn; return where it is."""
    path = sweep.folder / page.NAME
    store.write_text(path, render(sweep))
    return path


def render(sweep: Sweep) -> str:
    """Return the report as HTML; the same files give the same text."""
    policies = list(sweep.robustness["policy"])
    ranking, *more = tables(sweep.ranking, sweep.robustness, sweep.types)
    return html.render("sweep.html", {
        "sweep": sweep, "record": record.line(sweep.folder), "question": QUESTION,
        "sentences": [*_overall(sweep), *matrix.sentences(sweep.types)],
        "asked": _asked(sweep), "matrices": matrix.matrices(sweep.types, policies),
        "packages": matrix.packages(sweep.folder, sweep.types), "robust": more[0] if len(more) > 1 else None,
        "ranking": ranking, "pictures": html.pictures(sweep.folder / "figures", ORDER), "weighted": WEIGHTED,
        "basis": Words(*spread.basis(int(sweep.ranking["parameter_sets"].max()))), "failed": _failed(sweep)})


def _overall(sweep: Sweep) -> list[Words]:
    """Say which policy is regretted least, what it costs and achieves, and how many there are that no other beats."""
    robust, names = sweep.robustness, titles("policy", sweep.robustness["policy"])
    first, money = robust.iloc[0], units.unit("yuan")
    cost = sweep.ranking.loc[sweep.ranking["policy"] == first["policy"], "cost"].mean() * money.factor
    words = Words(
        "全部县（市）：最大遗憾最小的是{policy}（{regret}）：各情形平均综合达成度{mean}，最低{least}，平均支出{cost}；"
        "{efficient}在至少一种情形中非劣。",
        "All counties: {policy} is regretted least ({regret}): composite achievement {mean} on average over all cases, "
        "{least} at worst, {cost} spent on average; efficient in at least one case: {efficient}.")
    efficient = robust.loc[robust["efficient"] > 0, "policy"]
    return [*_most(sweep), words.fill(
        policy=names[first["policy"]], regret=f"{first['max_regret']:.2f}", mean=f"{first['mean_achievement']:.2f}",
        least=f"{first['least_achievement']:.2f}", cost=both(lambda language: units.amount(cost, money, language)),
        efficient=joined([names[name] for name in efficient]))]


def _most(sweep: Sweep) -> list[Words]:
    """Say how many targets are met at most, by which policy in which type of county."""
    met = matrix.means(sweep.types)["met"].drop(matrix.WHOLE, level="group")
    if met.empty:
        return []
    kind, policy = met.idxmax()
    words = Words("达标最多的是{kind}的{policy}，平均{met}项（共{all}项）{none}。",
                  "Most targets are met in one type by {policy} ({kind}): {met} of {all} on average{none}.")
    every = int(sweep.types["of"].max())
    none = Words("：没有一套政策使任何一类县全部达标", "; no policy gets any kind of county to all of them")
    named = Words(style.COUNTY_TYPES[kind].zh, style.COUNTY_TYPES[kind].en)
    return [words.fill(kind=named, policy=titles("policy", [policy])[policy], met=f"{met.max():.1f}",
                      all=every, none=none if met.max() < every - 0.05 else "")]


def _asked(sweep: Sweep) -> list[tuple[Words, Words]]:
    ranked, listed = sweep.ranking, sweep.catalogue
    done = listed[listed["status"] == "done"]
    scales = ", ".join(f"{scale:,}" for scale in sorted(done["scale"].unique()))
    words = Words("完成{done}次，共{all}次；模型中每人代表{scales}人",
                  "{done} of {all} runs done; a simulated person stands for {scales}")
    years = f"{int(done['start'].min())}–{int(done['end'].max())}"
    return [
        (Words("政策", "Policies"), joined([*titles("policy", ranked["policy"].unique()).values()])),
        (Words("情形", "Cases"), joined([*cases(ranked).values()])),
        (Words("时段", "Years"), Words(years, years)),
        (Words("模拟", "Simulation"), words.fill(done=len(done), all=len(listed), scales=scales))]


def _failed(sweep: Sweep) -> Table | None:
    """Return the runs that failed or are missing, and why."""
    rest = sweep.catalogue[sweep.catalogue["status"] != "done"]
    rows = [[row.policy, row.external, str(row.seed), row.status, row.error] for row in rest.itertuples()]
    heads = [Words("政策", "Policy"), Words("外部条件", "External conditions"), Words("种子", "Seed"),
             Words("状态", "Status"), Words("原因", "Reason")]
    return Table([*heads], [[*row] for row in rows]) if rows else None


