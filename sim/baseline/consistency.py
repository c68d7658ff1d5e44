"""Rules between cells, rows and tables that a schema cannot state: sums, and a row for every county."""

from collections.abc import Iterator, Mapping
from itertools import product

import pandas as pd

from sim.baseline.fault import Fault

Tables = Mapping[str, pd.DataFrame]

CENSUSES = ("2020", "2010")
ONE_ROW_PER_COUNTY = ("census_2020", "census_2010", "gdp_2020")
AGE_GROUPS = ("0", "1-4", *(f"{age}-{age + 4}" for age in range(5, 85, 5)), "85+")
CELLS = tuple(product(("female", "male"), AGE_GROUPS))

RESIDENTS, URBAN = "resident_population_2020", "urban_population_2020"

# table, the whole, its parts
PARTS = (
    ("census_2020", "resident_population", ("male_population", "female_population")),
    ("census_2020", "resident_population", ("urban_population", "rural_population")),
    ("census_2020", "urban_population", ("core_city_population", "other_town_population")),
    ("census_2010", "resident_population", ("male_population", "female_population")),
    ("census_2010", "resident_population", ("urban_population", "rural_population")),
    ("prefectures", RESIDENTS, ("county_units_population_2020", "districts_population_2020")),
    ("prefectures", URBAN, ("county_units_urban_population_2020", "districts_urban_population_2020")),
    ("districts", "resident_population", ("urban_population", "rural_population")),
)

# column of prefectures, the table that lists its units, the table and column to add up
TOTALS = (
    ("county_units_population_2020", "counties", "census_2020", "resident_population"),
    ("county_units_urban_population_2020", "counties", "census_2020", "urban_population"),
    ("districts_population_2020", "districts", "districts", "resident_population"),
    ("districts_urban_population_2020", "districts", "districts", "urban_population"),
)


def inconsistencies(tables: Tables) -> Iterator[Fault]:
    """Yield contradictions between cells; tables, columns and cells that are missing (NaN) are passed over.

    Rows are indexed by line number, numbers are floats and codes are text.
    """
    yield from _parts(tables)
    yield from _absent_counties(tables)
    for census in CENSUSES:
        yield from _ages(tables, census)
    yield from _unit_counts(tables)
    for total in TOTALS:
        yield from _prefecture_totals(tables, *total)


def _parts(tables: Tables) -> Iterator[Fault]:
    for name, whole, parts in PARTS:
        frame = _columns(tables, name, whole, *parts)
        total = frame[list(parts)].sum(axis=1, skipna=False)
        yield from _unequal(name, frame[whole], total, " + ".join(parts))


def _absent_counties(tables: Tables) -> Iterator[Fault]:
    for name in ONE_ROW_PER_COUNTY:
        if name in tables and "adcode" in tables[name]:
            present = set(tables[name]["adcode"])
            for county in _counties(tables):
                if county not in present:
                    yield Fault(f"{name}.csv", None, "adcode", None, f"a row for county {county}")


def _ages(tables: Tables, census: str) -> Iterator[Fault]:
    name, keys = f"age_sex_{census}", ["adcode", "sex", "age_group"]
    frame = _columns(tables, name, *keys, "persons").drop_duplicates(keys)
    if frame.empty:
        return
    present = set(frame[keys].itertuples(index=False, name=None))
    totals = _columns(tables, f"census_{census}", "adcode", "resident_population")
    residents = totals.drop_duplicates("adcode").set_index("adcode")["resident_population"]
    persons = frame.groupby("adcode")["persons"].agg(lambda cells: cells.sum(skipna=False))
    for county in _counties(tables):
        absent = [cell for cell in CELLS if (county, *cell) not in present]
        if len(absent) == len(CELLS):
            yield Fault(f"{name}.csv", None, "adcode", None, f"{len(CELLS)} rows for county {county}")
            continue
        for sex, age_group in absent:
            wanted = f"a row for county {county}, {sex}, {age_group}"
            yield Fault(f"{name}.csv", None, "sex, age_group", None, wanted)
        if not absent:
            rows = frame.index[frame["adcode"] == county]
            found = pd.Series([persons[county]], index=rows[:1], name="persons")
            whole = pd.Series([residents.get(county)], index=rows[:1], dtype="float64")
            rule = f"sum over county {county} = resident_population of census_{census}.csv"
            yield from _unequal(name, found, whole, rule)


def _unit_counts(tables: Tables) -> Iterator[Fault]:
    frame = _columns(tables, "prefectures", "adcode", "county_units")
    units = _columns(tables, "counties", "adcode", "prefecture_adcode").drop_duplicates("adcode")
    if not units.empty and not units.isna().any(axis=None):
        counts = frame["adcode"].map(units["prefecture_adcode"].value_counts()).fillna(0)
        yield from _unequal("prefectures", frame["county_units"], counts, "rows of counties.csv")


def _prefecture_totals(tables: Tables, total: str, lists: str, name: str, column: str) -> Iterator[Fault]:
    frame = _columns(tables, "prefectures", "adcode", total)
    units = _columns(tables, lists, "adcode", "prefecture_adcode").drop_duplicates("adcode")
    values = _columns(tables, name, "adcode", column).drop_duplicates("adcode").set_index("adcode")[column]
    if units.empty or values.empty or units.isna().any(axis=None):
        return
    parts = units["adcode"].map(values).groupby(units["prefecture_adcode"])
    sums = parts.agg(lambda part: part.sum(skipna=False))
    wanted = frame["adcode"].map(sums.reindex(frame["adcode"].unique(), fill_value=0))
    yield from _unequal("prefectures", frame[total], wanted, f"sum of {column} of {name}.csv")


def _unequal(name: str, found: pd.Series, wanted: pd.Series, rule: str) -> Iterator[Fault]:
    wrong = found.notna() & wanted.notna() & (found != wanted)
    for row in found.index[wrong]:
        expected = f"{rule} = {wanted[row]:.0f}"
        yield Fault(f"{name}.csv", int(row), str(found.name), f"{found[row]:.0f}", expected)


def _counties(tables: Tables) -> list[str]:
    return list(_columns(tables, "counties", "adcode")["adcode"].dropna().unique())


def _columns(tables: Tables, name: str, *columns: str) -> pd.DataFrame:
    """Return columns of a table, without any row when one of them is not there."""
    frame = tables.get(name)
    if frame is None or not set(columns) <= set(frame):
        return pd.DataFrame({column: pd.Series(dtype="float64") for column in columns})
    return frame[list(columns)]
