"""Who gains and who loses: by county type, hukou, age and among neighbours."""

import pandas as pd

from sim.report.tables import effects, movement
from sim.report.tables.results import Results
from sim.report.words import style
from sim.report.words.bilingual import Words

TYPES = ("jobs", "unemployment_rate", "monthly_pay", "residents", "output_per_resident", "debt_ratio")
"""Observations that are compared between county types."""
SIDES = (
    ("hukou", "urban_income", Words("城镇居民收入", "Income of urban residents")),
    ("hukou", "rural_income", Words("农村居民收入", "Income of rural residents")),
    ("hukou", "locals_served", Words("本地户籍者享有的服务", "Services open to people registered here")),
    ("hukou", "others_served", Words("外来户籍者享有的服务", "Services open to people registered elsewhere")),
    ("age", "childcare_places", Words("婴幼儿：托位", "Small children: childcare places")),
    ("age", "school_congestion", Words("学龄儿童：县城学校拥挤度", "School children: crowding of schools in the seat")),
    ("age", "unemployment_rate", Words("劳动年龄：失业率", "Of working age: unemployment")),
    ("age", "nursing_beds_share", Words("老年人：护理型床位占比", "The old: nursing-type beds")),
)
"""Observations that tell sides apart: whom they concern, name and words."""
HUKOU = {"village": Words("农村户籍者", "with rural hukou"), "urban": Words("城镇户籍者", "with urban hukou")}
AGES = {"0-14": Words("0—14岁", "aged 0-14"), "15-64": Words("15—64岁", "aged 15-64"),
        "65+": Words("65岁及以上", "aged 65 and over")}


def by_type(results: Results) -> pd.DataFrame:
    """Return effects in the year of the report by county type on TYPES, with their intervals; empty without types."""
    found = effects.effects(results, results.horizon)
    if found.empty:
        return found
    return found[found["group"].isin(style.COUNTY_TYPES) & found["indicator"].isin(TYPES)]


def sides(results: Results) -> pd.DataFrame:
    """Return effects on all counties of SIDES: side, zh, en, indicator, and the columns of `effects`."""
    found = effects.effects(results, results.horizon)
    if found.empty:
        return found
    whole = found[found["group"] == "all_counties"].set_index("indicator")
    rows = [{"side": side, "zh": words.zh, "en": words.en, "indicator": name, **whole.loc[name]}
            for side, name, words in SIDES if name in whole.index]
    return pd.DataFrame(rows)


def movers(results: Results) -> pd.DataFrame:
    """Return how the policy changes moves into towns and seats a year, by hukou and by age, with intervals over runs.

    Columns: by (hukou or age), name, value (persons a year under the policy) and the columns of `effects.spread`.
    """
    tables = [_into_towns(table) for table in results.pair(movement.moves)]
    if any(table.empty for table in tables):
        return pd.DataFrame()
    rows = []
    for by in ("hukou", "age"):
        ours, theirs = (table.groupby(["seed", by])["persons"].sum() for table in tables)
        change = ours.sub(theirs, fill_value=0.0).rename("value").reset_index()
        value = ours.groupby(by).mean()
        found = effects.spread(change, [by]).rename(columns={by: "name"})
        rows.append(found.assign(by=by, value=found["name"].map(value).fillna(0.0)))
    return pd.concat(rows, ignore_index=True)


def neighbours(results: Results) -> pd.DataFrame:
    """Return effects on places that no measure is planned for: adjoining counties, districts, outside the province.

    Columns: who, indicator, and those of `effects.spread`; for districts and the outside it is how many more persons a
    year they gain from counties on balance.
    """
    if results.reference is None:
        return pd.DataFrame()
    rows = []
    beside = untreated_neighbours(results)
    if beside:
        values = effects.differences(results, results.horizon)
        values = values[values["group"].isin(beside) & values["indicator"].isin(("residents", "jobs"))]
        sums = values.groupby(["indicator", "seed"], as_index=False)["value"].sum()
        rows.append(effects.spread(sums, ["indicator"]).assign(who="neighbours"))
    moved = results.pair(movement.moves)
    if any(table.empty for table in moved):
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    for who in ("districts", *(["core"] if results.province.cores else []), "outside"):
        ours, theirs = (_balance(table, who) for table in moved)
        change = ours.sub(theirs, fill_value=0.0).rename("value").reset_index().assign(indicator="balance")
        rows.append(effects.spread(change, ["indicator"]).assign(who=who))
    return pd.concat(rows, ignore_index=True)


def untreated_neighbours(results: Results) -> list[str]:
    """Return the counties without any measure that adjoin one with measures."""
    doses, pairs = results.of("doses", results.policy), results.table("neighbours")
    if doses.empty or pairs.empty:
        return []
    treated = set(doses.loc[doses["target"] > 0, "adcode"])
    codes = set(results.counties["adcode"])
    ends = pairs[["adcode_a", "adcode_b"]].astype(str).to_numpy()
    beside = {a for pair in ends for a, b in (pair, pair[::-1]) if a in codes and a not in treated and b in treated}
    return sorted(beside)


def _into_towns(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["part"].isin(("town", "seat")) & (table["source"] != table["goal"])]


def _balance(table: pd.DataFrame, who: str) -> pd.Series:
    arrived = table[table["goal"] == who].groupby("seed")["persons"].sum()
    left = table[table["source"] == who].groupby("seed")["persons"].sum()
    return arrived.sub(left, fill_value=0.0)
