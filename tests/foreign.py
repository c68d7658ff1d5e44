"""A made-up province cut out of the shipped data: other codes and names, 29 counties, no core city.

The tables have only what a run needs: no column that may be left out, no descriptor of their own and no benchmarks; one
prefecture publishes no output by county, and hardly any series of the province is known.
"""

import json
from pathlib import Path

import pandas as pd

from sim.baseline import SHIPPED

NAME_ZH, NAME_EN = "北原", "Northland"
PREFECTURES = {"370700": "990100", "370800": "990200", "370900": "990300", "371100": "990400", "371500": "990500"}
"""Prefectures that are taken, with the code that each gets; they have 29 counties."""
LETTERS = "子丑寅卯辰"
WITHOUT_OUTPUT = "990400"
SERIES = ("age_0_14_pct", "age_15_64_pct", "age_65_plus_pct")
SCHEDULES = {"shandong_2020_gompertz": "northland_deaths", "china_2000_census": "older_deaths",
             "shandong_2020_scaled": "northland_births"}
DESCRIBED = f"""
name: {{zh: {NAME_ZH}, en: {NAME_EN}}}
core_cities: []
mortality: {{2021: northland_deaths, 2011: older_deaths}}
fertility: {{2021: northland_births}}
sources: {{zh: 北原统计资料, en: Tables of Northland}}
"""


def write(folder: Path) -> Path:
    """Write the package and return its folder."""
    resources = json.loads((SHIPPED / "datapackage.json").read_text("utf-8"))["resources"]
    fields = {one["name"]: one["schema"]["fields"] for one in resources if not one.get("optional")}
    tables = {name: pd.read_csv(SHIPPED / f"{name}.csv", dtype=str, keep_default_na=False) for name in fields}
    homes = tables["units"].set_index("adcode")["prefecture_adcode"]
    taken = homes[homes.isin(PREFECTURES)]
    places = taken.groupby(taken).cumcount() + 1
    codes = {code: f"{PREFECTURES[home][:4]}{places[code]:02d}" for code, home in taken.items()} | PREFECTURES
    for name, table in tables.items():
        for column in [one for one in table if one.startswith("adcode") or one.endswith("_adcode")]:
            table = table[table[column].isin(codes)].assign(**{column: table[column].map(codes)})
        needed = [one["name"] for one in fields[name] if (one.get("constraints") or {}).get("required")]
        tables[name] = table[needed + [one for one in KEPT.get(name, ()) if one not in needed]]
    _rename(tables)
    tables["counties"] = tables["counties"].assign(metropolitan_circle="none").replace(
        {"county_type": {"metropolitan_fringe": "specialised_function"}})
    home = tables["counties"].set_index("adcode")["prefecture_adcode"]
    imputed = tables["gdp_2020"]["adcode"].map(home) == WITHOUT_OUTPUT
    tables["gdp_2020"].loc[imputed] = tables["gdp_2020"][imputed].assign(
        **{column: "" for column in KEPT["gdp_2020"]}, method="imputed")
    series, rates = tables["province_series"], tables["mortality_fertility"]
    tables["province_series"] = series[(series["year"] == "2010") & series["variable"].isin(SERIES)]
    tables["mortality_fertility"] = rates[rates["schedule"].isin(SCHEDULES)].replace({"schedule": SCHEDULES})
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "province.yaml").write_text(DESCRIBED, "utf-8")
    return folder


def publish(folder: Path) -> None:
    """Add what a fit is to meet to the series: counts of the package itself, and the pace and births and deaths a
    resident of the shipped province."""
    shipped = pd.read_csv(SHIPPED / "province_series.csv")
    key = ["variable", "vintage", "year"]
    known = shipped.set_index(key)["value"]
    of = pd.read_csv(folder / "prefectures.csv").sum(numeric_only=True)
    people, urban, said = {}, {}, {}
    for year in (2010, 2020):
        people[year] = of[f"resident_population_{year}"] / 1e4
        urban[year] = 100 * of[f"urban_population_{year}"] / 1e4 / people[year]
        said["urban_share_pct", f"census_{year}", year] = urban[year]
    said["residents_10k", "census_2020", 2020] = people[2020]
    begun, risen = (known["urban_share_pct", f"census_{year}", year] for year in (2010, 2020))
    for year in (2016, 2019):
        part = (known["urban_share_pct", "pre_census_2020", year] - begun) / (risen - begun)
        said["urban_share_pct", "pre_census_2020", year] = urban[2010] + part * (urban[2020] - urban[2010])
    part = people[2020] / known["residents_10k", "census_2020", 2020]
    for name, year, vintage in (("births_10k", 2020, "census_2020"),
                                *(("deaths_10k", year, "pre_census_2020") for year in (2016, 2017, 2019))):
        said[name, vintage, year] = part * known[name, vintage, year]
    more = shipped.merge(pd.Series(said, name="said").rename_axis(key).round(4).reset_index(), on=key)
    more = more.assign(value=more.pop("said"), source="made up", confidence="derived")
    table = pd.read_csv(folder / "province_series.csv")
    pd.concat([table, more[table.columns]]).to_csv(folder / "province_series.csv", index=False)


KEPT = {"gdp_2020": ("gdp_yi", "gdp_per_capita_yuan", "primary_share", "secondary_share", "tertiary_share"),
        "mortality_fertility": ("age_from", "age_to"), "neighbours": ()}
"""Columns that are kept although cells of them may be empty."""


def _rename(tables: dict[str, pd.DataFrame]) -> None:
    """Give every place another name, in both languages."""
    letter = {code: LETTERS[int(code[2:4]) - 1] for code in PREFECTURES.values()}
    for name, table in tables.items():
        named = {}
        if name == "prefectures":
            named = {"name_zh": table["adcode"].map(lambda code: f"{letter[code]}州市"),
                     "name_en": table["adcode"].map(lambda code: f"Northcity {int(code[2:4])}")}
        elif name in ("counties", "districts", "units"):
            home = table["prefecture_adcode"]
            named = {"name_zh": home.map(letter) + table["adcode"].str[4:] + "县"}
            if name != "units":
                named["prefecture_zh"] = home.map(letter) + "州市"
            if name == "counties":
                named["name_en"] = "Northshire " + table["adcode"].str[2:]
                named["prefecture_en"] = "Northcity " + home.str[3:4]
        tables[name] = table.assign(**named)
