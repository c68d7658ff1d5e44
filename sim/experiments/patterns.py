"""Patterns: known facts of county urbanization before 2021 or of 2021-22, beside the figures of the model.

Each pattern states the published or expected range, where it comes from, and the model's own figure; whether it lies
inside is computed. The model is fitted to none of them, except where the line of a pattern says so.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import baseline, engine
from sim.compose import parameter_sets
from sim.config import Config, Series
from sim.model import CountyUrbanization
from sim.report.words import province, record
from sim.run import Progress, RunFailed, quiet
from sim.state.places import Kind
from sim.state.residents import SCHOOL_CHILD

SLUMP = {2021: 1.0, 2022: 0.77, 2023: 0.67, 2024: 0.56}
"""National land revenue of 2022-24 against 2021 (index of the driver land_market in the slump)."""


class Pattern(NamedTuple):
    """One figure that a pattern is judged by, in Chinese and in English: the range and the model's value."""

    zh: str
    pattern: str
    figure: str
    low: float
    high: float
    source: str
    value: float

    @property
    def holds(self) -> bool:
        """Whether the model's value lies inside the range."""
        return self.low <= self.value <= self.high

    @property
    def verdict(self) -> str:
        """Green inside the range, amber beyond it by less than half its width, red elsewhere."""
        beyond = max(self.low - self.value, self.value - self.high)
        return "green" if self.holds else "amber" if beyond < 0.5 * (self.high - self.low) else "red"


def patterns(config: Config, progress: Progress = quiet) -> pd.DataFrame:
    """Run the model from both starts and through a land slump with every parameter set and seed; return the table of
    patterns and write it as CSV."""
    jobs = [
        config.model_copy(update={"start": 2011, "end": 2020}),
        config.model_copy(update={"start": 2021, "end": 2025}),
        _slump(config),
    ]
    measured: dict[int, list[dict[str, float]]] = {}
    tasks = [(k, one_set.model_copy(update={"seed": job.seed + s}))
             for k, job in enumerate(jobs) for one_set in parameter_sets(job) for s in range(job.seeds)]
    for done, outcome in enumerate(engine.execute(_measure, tasks, config.workers, config.scheduler), start=1):
        progress(done, len(tasks), "")
        if outcome.error:
            raise RunFailed(f"seed {outcome.job[1].seed}: {outcome.reason}")
        kind, figures = outcome.result
        measured.setdefault(kind, []).append(figures)
    means = {kind: {name: float(np.mean([one[name] for one in ones])) for name in ones[0]}
             for kind, ones in measured.items()}
    found = list(_judge(means[0], means[1], means[2], baseline.load(config.data)))
    table = pd.DataFrame([{**one._asdict(), "holds": one.holds, "verdict": one.verdict} for one in found])
    record.write_csv(Path("outputs") / config.name / "patterns.csv", table)
    return table


def _slump(config: Config) -> Config:
    series = Series(index=SLUMP, grade="sourced", source="national land revenue 2021-24")
    external = config.external.model_copy(update={"series": {**config.external.series, "land_market": series}})
    return config.model_copy(update={"start": 2021, "end": 2024, "external": external})


def _measure(task: tuple[int, Config], threads: int) -> tuple[int, dict[str, float]]:
    """Return the figures of one run."""
    kind, config = task
    model = CountyUrbanization(config=config, rng=config.seed, threads=threads, collect=False)
    with_child = np.zeros(4)
    while model.running:
        model.step()
        with_child += _movers_with_children(model)
    return kind, {**_figures(model), "child_movers": with_child[0] / with_child[1],
                  "child_adults": with_child[2] / with_child[3]}


def _movers_with_children(model: CountyUrbanization) -> np.ndarray:
    """Count adults of 22-50 who moved to their county's towns or seat this quarter, and all of that age, with and
    without a child of school age."""
    world = model.world
    people, places = world.residents, world.places
    quarter = world.quarter - 1
    age = (quarter - people.birth) // 4
    adult = people.living() & (age >= 22) & (age <= 50) & (people.place < places.districts)
    rows = np.flatnonzero(adult)
    place, hukou = people.place[rows], people.hukou[rows]
    moved = (people.moved[rows] == quarter) & (places.kind[place] != Kind.VILLAGE)
    moved &= places.area[place] == places.area[hukou]
    child = (people.flags[rows] & SCHOOL_CHILD) > 0
    return np.array([(moved & child).sum(), moved.sum(), child.sum(), len(rows)], float)


def _figures(model: CountyUrbanization) -> dict[str, float]:
    """Return yearly figures of the counties and the province, and how far people move."""
    table = model.indicators().pivot_table(index=["group", "indicator"], columns="year", values="value")
    found: dict[str, float] = {}
    for group in ("all_counties", "province"):
        for indicator, row in table.loc[group].iterrows():
            found |= {f"{group}.{indicator}.{year}": value for year, value in row.items()}
    flows = model.world.observed.table("flows")
    origin, target = flows["origin"].str[:6], flows["destination"].str[:6]
    persons = flows["persons"]
    total = persons.sum()
    found["moves.within_county"] = persons[origin == target].sum() / total
    found["moves.outside"] = persons[(flows["destination"] == "outside") | (flows["origin"] == "outside")].sum() / total
    places = model.world.places
    if not len(places.core):
        return found
    core = set(places.names()[places.core])
    to_core = flows[flows["destination"].isin(core) & ~flows["origin"].str.contains("districts|outside")]
    leaving = to_core.groupby(to_core["origin"].str[:6])["persons"].sum().reindex(places.county_codes).fillna(0)
    distance = model.world.distance_km[np.ix_(places.seats, places.core)].min(1)
    people = model.world.people.sum(1)
    rate = leaving.to_numpy() / people
    near = distance < np.median(distance)
    found["siphon.near_to_far"] = rate[near].mean() / max(rate[~near].mean(), 1e-12)
    return found


def _judge(past: dict[str, float], now: dict[str, float], slump: dict[str, float],
           data: baseline.Baseline) -> Iterator[Pattern]:
    """Yield every pattern with its range and the model's value; those of a figure that the data package does not hold
    against the model (`benchmarks`), and of core cities where there are none, are left out."""
    published = {row.name: row for row in data.benchmarks.itertuples(index=False)}

    def stated(name: str, zh: str, pattern: str, figure: str, value: float) -> Iterator[Pattern]:
        if name in published:
            yield Pattern(zh, pattern, figure, published[name].low, published[name].high, published[name].source, value)

    def gain(run: dict[str, float], name: str, first: int, last: int) -> float:
        return (run[f"{name}.{last}"] - run[f"{name}.{first}"]) / (last - first)

    urban, hukou = "all_counties.resident_urbanization", "all_counties.hukou_urbanization"
    yield from stated("urbanization_pace", "城镇化放缓：全省2021—2022年年均百分点",
                      "P1 slower urbanization", "province, points a year 2021-22",
                      gain(now, "province.resident_urbanization", 2020, 2022))
    yield from stated("pace_ratio", "城镇化放缓：全省2016—2019年与2010—2016年速度之比",
                      "P1 slower urbanization", "province, pace 2016-19 to 2010-16",
                      gain(past, "province.resident_urbanization", 2016, 2019)
                      / gain(past, "province.resident_urbanization", 2010, 2016))
    yield from stated("hukou_gap", "户籍差距：各县（市）2021年，百分点",
                      "P2 hukou gap", "counties, points 2021",
                      now[f"{urban}.2021"] - now[f"{hukou}.2021"])
    yield from stated("hukou_gap_change", "户籍差距：各县（市）2020—2025年年均变化，百分点",
                      "P2 hukou gap", "counties, change in points a year 2020-25",
                      gain(now, urban, 2020, 2025) - gain(now, hukou, 2020, 2025))
    yield from stated("net_out_migration", "净流出：各县（市）2025年净外出占户籍人口，%",
                      "P3 net out-migration", "counties, absent less incomers to registered 2025, %",
                      100 * (1 - now["all_counties.residents.2025"] / now["all_counties.registered.2025"]))
    rural = {y: now[f"all_counties.residents.{y}"] - now[f"all_counties.urban_residents.{y}"] for y in (2020, 2025)}
    yield from stated("rural_change", "乡村收缩：乡村常住人口2020—2025年年均变化，%",
                      "P4 shrinking villages", "rural residents, % a year 2020-25",
                      100 * ((rural[2025] / rural[2020]) ** 0.2 - 1))
    yield from stated("ageing", "老龄化：全省65岁及以上占比2020—2022年年均变化，百分点",
                      "P4 ageing", "province aged 65+, points a year 2020-22",
                      gain(now, "province.age_65_plus", 2020, 2022))
    ratio = "all_counties.urban_rural_income_ratio"
    yield from stated("income_ratio", "收入比下降：各县（市）2020年",
                      "P5 falling income ratio", "counties, 2020",
                      now[f"{ratio}.2020"])
    yield from stated("income_ratio_change", "收入比下降：2021—2025年年均变化",
                      "P5 falling income ratio", "change a year 2021-25",
                      gain(now, ratio, 2021, 2025))
    yield from stated("land_to_revenue", "土地财政：2021年土地出让收入与自有收入之比",
                      "P6 land finance", "gross land income to own revenue, 2021",
                      now["all_counties.land_income.2021"]
                      / now["all_counties.own_revenue.2021"])
    yield Pattern("土地市场下行：2024年较2021年土地收入变化，%",
                  "P6 land slump", "land income 2024 to 2021 in the slump, change in %", -60, -35,
                  "-44 % nationally 2021-24, drop by at least 40 % asked", 100 * (
                      slump["all_counties.land_income.2024"] / slump["all_counties.land_income.2021"] - 1))
    yield Pattern("短距离迁移：县内迁移所占比重",
                  "P7 short moves", "moves within the county, share", 0.4, 0.8, "short moves dominate",
                  now["moves.within_county"])
    yield Pattern("短距离迁移：跨省迁移所占比重",
                  "P7 short moves", "moves over the provincial border, share", 0.0, 0.3,
                  "13.4 % of eastern migrants leave their province (migrant survey 2024); returns are counted here too",
                  now["moves.outside"])
    yield Pattern("为上学进城：迁往本县城镇者中有学龄子女者的比重与其在成年人中比重之比",
                  "P8 settling for schools", "adults with a school-age child among movers to own towns and seat "
                  "against their share of adults", 1.1, 3.0,
                  "school-age children raise such moves (Liu and Xing 2016)",
                  now["child_movers"] / now["child_adults"])
    if "siphon.near_to_far" in now:
        core = province.said(data.province.model_dump(), data.prefectures).core
        yield Pattern(f"核心城市吸引：近半数县与远半数县迁往{core.zh.removesuffix('市区')}比率之比",
                      "P9 pull of the core cities", f"departures to {core.en}, near half of counties to far half",
                      1.2, 10.0, "backwash is strongest near the cores", now["siphon.near_to_far"])
