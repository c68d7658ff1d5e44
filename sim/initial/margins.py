"""Census margins of each county at the start, in one form for every census."""

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.baseline import Baseline
from sim.baseline.start import Start
from sim.config import Config
from sim.config.parameters import Theme
from sim.state.residents import Schooling, Work

AGE_GROUPS = ("0", "1-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49",
              "50-54", "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85+")
AGE_EDGES = np.array([0, 1, *range(5, 90, 5), 101])
"""Lower bounds in years of the 19 census age groups, and the age at which the table of the oldest ends."""


@dataclass(frozen=True)
class Margins:
    """County margins of one census, in persons; arrays run over counties in file order."""

    census: int
    age_sex: np.ndarray  # (counties, 19 age groups, 2 sexes)
    urban: np.ndarray
    seat_share: np.ndarray  # of urban residents
    seat_observed: np.ndarray  # whether the split between seat and towns is printed
    registered: np.ndarray
    urban_hukou_share: np.ndarray
    from_province: np.ndarray  # residents registered in another county of the province
    from_outside: np.ndarray  # residents registered in another province
    schooling: np.ndarray  # (counties, 6)
    work: np.ndarray  # (counties, 9), of those aged 15 and over
    married_share: np.ndarray  # of those aged 15 and over
    households: np.ndarray
    collective: np.ndarray  # people in collective households
    age_zero: np.ndarray
    districts: np.ndarray  # (prefectures, 2): rural and urban residents of the districts
    districts_from_province: np.ndarray  # weights of the prefectures' districts as destinations
    districts_broad_age: np.ndarray  # (prefectures, 3): shares aged 0-14, 15-64, 65+

    @property
    def residents(self) -> np.ndarray:
        """Residents by county."""
        return self.age_sex.sum((1, 2))

    @property
    def present(self) -> np.ndarray:
        """Residents registered in the county they live in."""
        return self.residents - self.from_province - self.from_outside

    @property
    def absent(self) -> np.ndarray:
        """People registered in the county who live elsewhere."""
        return self.registered - self.present


def read(baseline: Baseline, config: Config) -> Margins:
    """Return the margins of the census before `config.start`.

    Registered population is raised where it would leave fewer absent people than the declared least share
    (in 2010 five counties print fewer registered people than residents registered there).
    """
    return _read(baseline, baseline.starts[config.start], config.parameters.population)


@functools.lru_cache(maxsize=8)
def _read(baseline: Baseline, start: Start, p: Theme) -> Margins:
    """Return these margins, made once for all models on the same data and parameters."""
    table = start.census
    age_sex = _age_sex(start)
    residents = age_sex.sum((1, 2))
    from_province = table["residents_hukou_other_county_same_province"].to_numpy(float)
    from_outside = table["residents_hukou_other_province"].to_numpy(float)
    present = residents - from_province - from_outside
    registered = table["registered"].to_numpy(float)
    urban = table["urban_population"].to_numpy(float)
    printed = table.get("core_city_population", pd.Series(np.nan, table.index)).to_numpy(float)  # of no older census
    seat = printed / urban
    found = Margins(
        census=start.census_year,
        age_sex=age_sex,
        urban=urban,
        seat_share=np.where(np.isnan(seat), p.seat_share_of_urban, seat),
        seat_observed=~np.isnan(seat),
        registered=np.maximum(registered, present / (1 - p.least_absent_share)).round(),
        urban_hukou_share=table["urban_hukou_share"].to_numpy(float),
        from_province=from_province,
        from_outside=from_outside,
        schooling=_schooling(table, residents),
        work=_work(start, age_sex, p),
        married_share=table["married_15_plus_share"].to_numpy(float),
        households=table["family_households"].to_numpy(float),
        collective=table["collective_household_population"].to_numpy(float),
        age_zero=table["age_0_population"].to_numpy(float),
        **_districts(baseline, start),
    )
    for values in vars(found).values():
        if isinstance(values, np.ndarray):
            values.flags.writeable = False
    return found


def _age_sex(start: Start) -> np.ndarray:
    """Return residents by county, age group and sex."""
    columns = ["age_group", "sex"]
    wide = start.age_sex.pivot(index="adcode", columns=columns, values="persons").loc[start.census.index]
    return np.stack([wide[group][["female", "male"]].to_numpy(np.int64) for group in AGE_GROUPS], axis=1)


def _schooling(table: pd.DataFrame, residents: np.ndarray) -> np.ndarray:
    levels = ["edu_primary", "edu_junior_secondary", "edu_senior_secondary", "edu_junior_college",
              "edu_bachelor_plus"]
    counts = np.zeros((len(table), len(Schooling)))
    counts[:, 1:] = table[levels].to_numpy(float)
    counts[:, Schooling.NONE] = residents - counts.sum(1)  # never schooled, preschool and too young to count
    return counts


def _work(start: Start, age_sex: np.ndarray, p) -> np.ndarray:
    """Employed residents by sector: long-form rates applied to the complete count aged 15 and over."""
    adults = age_sex[:, 4:].sum((1, 2))
    table = {name: start.census[name].to_numpy(float) for name in start.census
             if name.startswith("emp_") or name == "employment_rate"}
    employed = adults * table["employment_rate"]
    if start.branches_printed:
        trade = table["emp_trade_share"] + table["emp_transport_share"]
        public = table["emp_education_share"] + table["emp_health_share"] + table["emp_public_admin_share"]
    else:  # declared shares split the services; the rate is of those aged 16 and over, but 15-year-olds are few
        trade = table["emp_tertiary_share"] * p.trade_share_of_services_2010
        public = table["emp_tertiary_share"] * p.public_share_of_services_2010
    shares = np.zeros((len(adults), len(Work)))
    shares[:, Work.FARMING] = table["emp_primary_share"]
    shares[:, Work.CONSTRUCTION] = table["emp_construction_share"]
    industry = table["emp_secondary_share"] - table["emp_construction_share"]
    shares[:, Work.AGRO_PROCESSING] = industry * p.agro_share_of_industry
    shares[:, Work.MANUFACTURING] = industry * (1 - p.agro_share_of_industry)
    shares[:, Work.TRADE_LOGISTICS] = trade
    shares[:, Work.PUBLIC_SERVICES] = public
    others = table["emp_tertiary_share"] - trade - public
    shares[:, Work.CONSUMER_SERVICES] = others * (1 - p.tourism_share_of_consumer_services)
    shares[:, Work.TOURISM_CULTURE] = others * p.tourism_share_of_consumer_services
    shares = shares.clip(0)
    counts = employed[:, None] * shares / shares.sum(1, keepdims=True)
    counts[:, Work.NONE] = age_sex.sum((1, 2)) - employed
    return counts


def _districts(baseline: Baseline, start: Start) -> dict[str, np.ndarray]:
    """The districts of each prefecture: residents, pull on people of the province, broad ages."""
    prefectures = baseline.prefectures.set_index("adcode")
    home = baseline.counties.set_index("adcode")["prefecture_adcode"]
    year, counted = start.census_year, start.census[["resident_population", "urban_population"]]
    inside = counted.groupby(home).sum().reindex(prefectures.index).fillna(0)
    total = prefectures[f"resident_population_{year}"] - inside["resident_population"]
    urban = prefectures[f"urban_population_{year}"] - inside["urban_population"]
    if start.districts_printed:
        districts = baseline.districts
        people = districts.groupby("prefecture_adcode")
        pull = people["residents_hukou_other_county_same_province"].sum().reindex(prefectures.index)
        broad = np.stack([
            (districts[f"age_{group}_share"] * districts["resident_population"])
            .groupby(districts["prefecture_adcode"]).sum().reindex(prefectures.index).to_numpy(float)
            for group in ("0_14", "15_64", "65_plus")
        ], axis=1)
        broad /= broad.sum(1, keepdims=True)
    else:  # the province less its counties stands in
        pull = urban
        series = baseline.province_series
        of_year = series[(series["year"] == year) & series["variable"].str.startswith("age_")]
        shares = of_year.set_index("variable")["value"] / 100
        province = prefectures[f"resident_population_{year}"].sum()
        groups = np.array([shares["age_0_14_pct"], shares["age_15_64_pct"], shares["age_65_plus_pct"]])
        counties = np.array([_age_sex(start)[:, a:b].sum() for a, b in ((0, 4), (4, 14), (14, 19))])
        rest = groups * province - counties
        broad = np.tile(rest / rest.sum(), (len(prefectures), 1))
    return {
        "districts": np.stack([(total - urban).to_numpy(float), urban.to_numpy(float)], axis=1),
        "districts_from_province": pull.to_numpy(float),
        "districts_broad_age": broad,
    }
