"""What a run needs of the tables beyond their schema and sums, so that none fails for its data."""

from collections.abc import Iterator, Mapping

import pandas as pd

from sim.baseline.fault import Fault
from sim.baseline.imputation import SECTORS
from sim.baseline.province import FILE, Province

Tables = Mapping[str, pd.DataFrame]

OUTPUT = ("gdp_yi", "gdp_per_capita_yuan", *(f"{sector}_share" for sector in SECTORS))
COLLEGE = ["edu_junior_college", "edu_bachelor_plus"]
SCHOOLED = ["edu_primary", "edu_junior_secondary", "edu_senior_secondary", *COLLEGE]
INCOMERS = ["residents_hukou_other_county_same_province", "residents_hukou_other_province"]
EMPLOYED = {"census_2020": "employment_rate_15_plus", "census_2010": "employment_rate_16_plus"}
BROAD_AGES = ("age_0_14_pct", "age_15_64_pct", "age_65_plus_pct")
ROUNDING = 0.02
"""By how much printed shares may miss 1 together."""


def shortcomings(tables: Tables, province: Province | None) -> Iterator[Fault]:
    """Yield what would make a run fail; tables and columns that are missing are passed over.

    Rows are indexed by line number, numbers are floats and codes are text.
    """
    for census in ("census_2020", "census_2010"):
        yield from _odds(tables, census)
    yield from _output(tables)
    yield from _benchmarks(tables)
    yield from _districts(tables)
    yield from _broad_ages(tables)
    if province is not None:
        yield from _core_cities(tables, province)
        yield from _schedules(tables, province)


def _odds(tables: Tables, census: str) -> Iterator[Fault]:
    """The urban share, that of people who went to college and that of farmers have log odds, so that none may be 0 or
    1, and some people work; and parts may not be more than the whole."""
    shares = [EMPLOYED[census], "emp_primary_share"]
    frame = _of(tables, census, "resident_population", "urban_population", *SCHOOLED, *INCOMERS, *shares)
    residents = frame["resident_population"]
    least = {"urban_population": frame["urban_population"], COLLEGE[0]: frame[COLLEGE].sum(axis=1),
             **frame[shares]}
    for column, part in least.items():
        for row in frame.index[part == 0]:
            yield _fault(census, row, column, frame.at[row, column], "more than 0")
    for row in frame.index[frame["urban_population"] == residents]:
        yield _fault(census, row, "urban_population", residents[row], "less than resident_population")
    for column in shares:
        for row in frame.index[frame[column] == 1]:
            yield _fault(census, row, column, 1, "less than 1")
    for columns in (SCHOOLED, INCOMERS):
        total = frame[columns].sum(axis=1)
        for row in frame.index[total > residents]:
            whole = f"at most resident_population, {residents[row]:.0f}"
            yield _fault(census, row, f"{columns[0]} to {columns[-1]}", total[row], whole)


def _benchmarks(tables: Tables) -> Iterator[Fault]:
    frame = _of(tables, "benchmarks", "low", "high")
    for row in frame.index[frame["high"] < frame["low"]]:
        yield _fault("benchmarks", row, "high", frame.at[row, "high"], f"at least low, {frame.at[row, 'low']:g}")


def _output(tables: Tables) -> Iterator[Fault]:
    """A county has output by sector, or it is imputed."""
    if "gdp_2020" not in tables or "method" not in tables["gdp_2020"]:
        return
    frame = tables["gdp_2020"].reindex(columns=["method", *OUTPUT])
    imputed = frame["method"] == "imputed"
    for column in OUTPUT:
        for row in frame.index[~imputed & frame["method"].notna() & frame[column].isna()]:
            yield Fault("gdp_2020.csv", int(row), column, None, "a number, or imputed as method")
        for row in frame.index[imputed & frame[column].notna()]:
            yield _fault("gdp_2020", row, column, frame.at[row, column], "nothing, as it is imputed")
    shares = frame[[*OUTPUT[2:]]].sum(axis=1, skipna=False)
    for row in frame.index[(shares - 1).abs() > ROUNDING]:
        yield _fault("gdp_2020", row, " + ".join(OUTPUT[2:]), shares[row], "1")


def _districts(tables: Tables) -> Iterator[Fault]:
    """Every prefecture has districts, coded as the standard of 2020 codes them, in which some people live and to which
    some come."""
    coded = _of(tables, "districts", "adcode", "prefecture_adcode").dropna()
    for row, code, prefecture in coded.itertuples(name=None):
        if code[:4] != prefecture[:4]:
            yield Fault("districts.csv", int(row), "adcode", code, f"a code that begins with {prefecture[:4]}")
    frame = _of(tables, "prefectures", "adcode", "resident_population_2010", "urban_population_2010")
    districts = _of(tables, "districts", "prefecture_adcode", "resident_population", INCOMERS[0])
    counties = _of(tables, "counties", "adcode", "prefecture_adcode").drop_duplicates("adcode")
    before = _of(tables, "census_2010", "adcode", "resident_population", "urban_population").drop_duplicates("adcode")
    sums = districts.groupby("prefecture_adcode").sum()
    before = before.merge(counties, on="adcode").groupby("prefecture_adcode").sum(numeric_only=True)
    for row, code, people, urban in frame.dropna().itertuples(name=None):
        if districts.empty:
            break
        if code not in sums.index:
            yield Fault("prefectures.csv", int(row), "adcode", code, "a prefecture with rows in districts.csv")
        elif not sums.loc[code].all():
            yield Fault("districts.csv", None, "prefecture_adcode", code,
                        f"residents, and some of them from elsewhere ({INCOMERS[0]})")
        for name, whole in (("resident_population", people), ("urban_population", urban)):
            inside = float(before[name].get(code, 0.0))
            if whole <= inside:
                yield _fault("prefectures", row, f"{name}_2010", whole,
                             f"more than the sum of census_2010.csv, {inside:.0f}, as districts are the rest")


def _broad_ages(tables: Tables) -> Iterator[Fault]:
    """The districts of 2010 have the ages of the province."""
    frame = _of(tables, "province_series", "year", "variable")
    known = set(frame.loc[frame["year"] == 2010, "variable"])
    for name in BROAD_AGES:
        if len(frame) and name not in known:
            yield Fault("province_series.csv", None, "variable", None, f"a row for {name} of 2010")


def _core_cities(tables: Tables, province: Province) -> Iterator[Fault]:
    prefectures = _of(tables, "prefectures", "adcode")
    for code in province.core_cities:
        if len(prefectures) and code not in set(prefectures["adcode"]):
            yield Fault(FILE, None, "core_cities", code, "a code of prefectures.csv")
    circles = _of(tables, "counties", "metropolitan_circle").dropna()
    if not province.core_cities:
        for row in circles.index[circles["metropolitan_circle"] != "none"]:
            yield Fault("counties.csv", int(row), "metropolitan_circle", circles.at[row, "metropolitan_circle"],
                        f"none, as {FILE} names no core city")


def _schedules(tables: Tables, province: Province) -> Iterator[Fault]:
    frame = _of(tables, "mortality_fertility", "schedule", "measure", "sex", "age_from", "age_to", "value")
    if frame.empty:
        return
    given = [("mortality", year, name) for year, name in province.mortality.items()]
    given += [("fertility", year, name) for year, name in province.fertility.items()]
    for what, year, name in given:
        rates = frame[frame["measure"] == f"{what}_rate"]
        known = sorted(set(rates["schedule"].dropna()))
        if name not in known:
            yield Fault(FILE, None, f"{what}.{year}", name,
                        f"a schedule of mortality_fertility.csv with {what}_rate: {', '.join(known) or 'none'}")
            continue
        complete, expected, sexes = RATES[what]
        for sex in sexes:
            part = rates[(rates["schedule"] == name) & (rates["sex"] == sex)].sort_values("age_from")
            if not complete(part):
                yield Fault("mortality_fertility.csv", None, "schedule, sex", f"{name}, {sex}", expected)


def _mortality(part: pd.DataFrame) -> bool:
    ends, next_ones = part["age_to"].iloc[:-1], part["age_from"].iloc[1:]
    last = part["age_to"].iloc[-1:].fillna(110)
    return bool(len(part) and part["age_from"].iloc[0] == 0 and (ends.to_numpy() + 1 == next_ones.to_numpy()).all()
                and (last >= 84).all() and (part["value"] > 0).all())


def _fertility(part: pd.DataFrame) -> bool:
    ages = range(15, 50, 5)
    return bool([*part["age_from"]] == [*ages] and [*part["age_to"]] == [age + 4 for age in ages]
                and (part["value"] > 0).all())


RATES = {
    "mortality": (_mortality, "rates above 0 for ages that follow one another from 0 to 84 or more",
                  ("female", "male")),
    "fertility": (_fertility, "rates above 0 for ages 15-19, 20-24, ... 45-49", ("female",)),
}
"""Of each schedule: whether one of a sex is complete, what is expected of it, and of which sexes."""


def _fault(table: str, row: int, column: str, value: float, expected: str) -> Fault:
    return Fault(f"{table}.csv", int(row), column, f"{value:g}", expected)


def _of(tables: Tables, name: str, *columns: str) -> pd.DataFrame:
    """Return columns of a table, without any row when one of them is not there."""
    frame = tables.get(name)
    if frame is None or not set(columns) <= set(frame):
        return pd.DataFrame({column: pd.Series(dtype="float64") for column in columns})
    return frame[list(columns)]
