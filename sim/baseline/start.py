"""What is known when a run begins: built once from a data package for each first year that it describes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sim.baseline.province import Province

Tables = Mapping[str, pd.DataFrame]

PRESENT = 2020
"""Year of what is no census: output by county, county types, evaluation classes and lists of policy."""

CANONICAL = {
    2020: {"registered_population_estimate_2020": "registered", "urban_hukou_share_estimate_2020": "urban_hukou_share",
           "employment_rate_15_plus": "employment_rate"},
    2010: {"registered_population": "registered", "nonagricultural_hukou_share": "urban_hukou_share",
           "employment_rate_16_plus": "employment_rate"},
}
"""Columns of a census by the name that the initial state has for them."""


@dataclass(frozen=True, eq=False)
class Start:
    """What is known at the start of a run; tables have a row for each county in file order, indexed by adcode."""

    year: int  # the first one simulated
    census_year: int
    census: pd.DataFrame  # with columns registered, registered_known, urban_hukou_share and employment_rate
    age_sex: pd.DataFrame  # persons by adcode, sex and age_group
    branches_printed: bool  # whether the census prints branches of services
    districts_printed: bool  # whether it prints the districts, or the totals of prefectures alone
    output: pd.DataFrame | None  # gross product by county and sector; None where it is not known
    classified: bool  # whether county types, evaluation classes and lists of policy are known
    births_known: bool  # whether birth rates of the years to simulate are known, which births then follow
    mortality: str  # schedule
    fertility: str | None  # schedule; None: a normal curve by age


def starts(province: Province, tables: Tables) -> dict[int, Start]:
    """Return the starts that a data package describes, by their first year."""
    return {year: _start(year, province, tables) for year in province.mortality}


def _start(year: int, province: Province, tables: Tables) -> Start:
    """Return one start: its census is that of the year before, and nothing is known that is dated later."""
    counties, census_year = tables["counties"]["adcode"], year - 1
    census = tables[f"census_{census_year}"].rename(columns=CANONICAL[census_year])
    known = census.get("registered_estimate_method", pd.Series("known", census.index)).str.startswith("known")
    census = census.assign(registered_known=known).set_index("adcode").loc[counties]
    present = census_year >= PRESENT
    return Start(
        year=year, census_year=census_year, census=census, age_sex=tables[f"age_sex_{census_year}"],
        branches_printed="emp_trade_share" in census, districts_printed=present,
        output=tables["gdp_2020"].set_index("adcode").loc[counties] if present else None, classified=present,
        births_known=not present, mortality=province.mortality[year], fertility=province.fertility.get(year))
